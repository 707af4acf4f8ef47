//! The server under test as a process, and the commands of its binary.

use std::{
    fs::{self, OpenOptions},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::patience;

/// 2020-04-22T10:00:00+08:00, while the round of [`crate::campaign`] is open.
const OPEN: i64 = 1_587_520_800;

/// The binary, and how it is started in this run.
#[derive(Clone)]
pub(crate) struct Binary {
    pub(crate) path: PathBuf,
    /// Seconds from the machine's clock to the campaign's: the same for every start on a database.
    offset: i64,
}

/// What is in the environment of a process beside the rest.
pub(crate) type Environment = Vec<(&'static str, String)>;

/// A server; it ends with the value.
pub(crate) struct Server {
    pub(crate) base: String,
    child: Child,
    log: PathBuf,
    /// A closed pipe would end the server at its next line.
    _output: BufReader<ChildStdout>,
}

impl Binary {
    pub(crate) fn of(path: PathBuf) -> Result<Self> {
        Ok(Self { path, offset: OPEN - i64::try_from(seconds()?)? })
    }

    /// Starts a server on a free port and waits until it says where.
    pub(crate) fn serve(&self, url: &str, log: &Path, environment: &Environment) -> Result<Server> {
        let file = OpenOptions::new().create(true).append(true).open(log)?;
        let mut command = self.command(environment, file);
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--database", url]);
        command.args(["--clock-offset", &self.offset.to_string()]);
        let mut child = command.stdout(Stdio::piped()).spawn().context("the server")?;
        let mut output = BufReader::new(child.stdout.take().context("the server has no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let Some(base) = line.trim().strip_prefix("listening on ") else {
            child.wait()?;
            bail!("the server did not start: {}", last_line(log));
        };
        Ok(Server { base: base.to_owned(), child, log: log.to_owned(), _output: output })
    }

    /// Runs a command of the binary to its end and gives what it said, whatever its exit code.
    pub(crate) fn run(&self, words: &[&str], environment: &Environment) -> Result<String> {
        let output = self.command(environment, Stdio::piped()).args(words).output()?;
        ensure!(output.status.code().is_some(), "`{}` was killed", words.join(" "));
        let said = if output.stdout.is_empty() { output.stderr } else { output.stdout };
        Ok(String::from_utf8(said)?)
    }

    /// What is wrong with the ledger of a database, and its accounts.
    pub(crate) fn verify(&self, url: &str) -> Result<(Vec<String>, Value)> {
        let (faults, mut report) = self.check(&["ledger", "verify"], url)?;
        Ok((faults, report["accounts"].take()))
    }

    /// What does not agree of redemptions, ledger and files.
    pub(crate) fn settlement(&self, url: &str) -> Result<Vec<String>> {
        Ok(self.check(&["settlement", "check"], url)?.0)
    }

    /// A command that looks at a database and reports.
    fn check(&self, words: &[&str], url: &str) -> Result<(Vec<String>, Value)> {
        let said = self.run(&[words, &["--json", "--database", url]].concat(), &Vec::new())?;
        let report: Value = serde_json::from_str(&said).unwrap_or_default();
        let ok = report["ok"] == Value::Bool(true);
        let faults = (!ok).then(|| format!("{}: {}", words.join(" "), said.trim()));
        Ok((faults.into_iter().collect(), report))
    }

    /// What is wrong with the pages of a database and what is in them.
    pub(crate) fn doctor(&self, url: &str) -> Result<Vec<String>> {
        let said = self.run(&["doctor", "--database", url], &Vec::new())?;
        let healthy = said.starts_with("nothing found");
        Ok(if healthy { Vec::new() } else { vec![format!("doctor: {}", said.trim())] })
    }

    fn command(&self, environment: &Environment, log: impl Into<Stdio>) -> Command {
        let mut command = Command::new(&self.path);
        command.env("JINQUAN_LOG", "error").envs(environment.iter().cloned());
        command.stdin(Stdio::null()).stderr(log);
        command
    }
}

impl Server {
    /// SIGKILL, and waits until it is gone.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(mut self) -> Result<()> {
        patience::until("the server ends at its fail point", || self.has_ended())
    }

    /// What it logged last.
    pub(crate) fn last_line(&self) -> String {
        last_line(&self.log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        keep(&self.log);
    }
}

/// Keeps what was logged where the test run asks for it: it searches all of it afterwards.
fn keep(log: &Path) {
    #[expect(clippy::disallowed_methods, reason = "the test run says where its logs are")]
    let Some(folder) = std::env::var_os("TEST_LOGS") else { return };
    let name = format!("fault-{}-{}.log", std::process::id(), KEPT.fetch_add(1, Ordering::Relaxed));
    // A log that is not kept is missed by the search, which says how many there are.
    let _ = fs::copy(log, Path::new(&folder).join(name));
}

/// How many were kept.
static KEPT: AtomicU64 = AtomicU64::new(0);

/// Since 1970, by the machine.
pub(crate) fn seconds() -> Result<u64> {
    #[expect(clippy::disallowed_methods, reason = "the campaign clock is set from the machine's")]
    let now = SystemTime::now();
    Ok(now.duration_since(UNIX_EPOCH)?.as_secs())
}

fn last_line(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    text.lines().last().unwrap_or("it logged nothing").to_owned()
}
