//! The server under test as a process, and the commands of its binary.

use std::{
    fs::{self, OpenOptions},
    io::{BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread::{self, JoinHandle},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::patience;

/// 2020-04-22T10:00:00+08:00, while the round of [`crate::campaign`] is open.
const OPEN: i64 = 1_587_520_800;

/// The longest that a server takes until it listens, and a command until it has ended.
const LONGEST: Duration = Duration::from_mins(2);

/// The binary, and how it is started in this run.
#[derive(Clone)]
pub(crate) struct Binary {
    pub(crate) path: PathBuf,
    /// Seconds from the machine's clock to the campaign's: the same for every start on a database.
    offset: i64,
}

/// As many lines of a log are shown.
const LINES: usize = 5;
/// Stands for a log without a line.
pub(crate) const SILENCE: &str = "it logged nothing";

/// What is in the environment of a process beside the rest.
pub(crate) type Environment = Vec<(&'static str, String)>;

/// A server; it ends with the value.
pub(crate) struct Server {
    pub(crate) base: String,
    process: Process,
    log: PathBuf,
    /// How long the log was when it began.
    logged: u64,
    /// A closed pipe would end the server at its next line.
    _output: BufReader<ChildStdout>,
}

/// A process; it is killed with the value.
struct Process(Child);

impl Binary {
    pub(crate) fn of(path: PathBuf) -> Result<Self> {
        Ok(Self { path, offset: OPEN - i64::try_from(seconds()?)? })
    }

    /// Starts a server on a free port and waits until it says where.
    pub(crate) fn serve(&self, url: &str, log: &Path, environment: &Environment) -> Result<Server> {
        let file = OpenOptions::new().create(true).append(true).open(log)?;
        let logged = file.metadata()?.len();
        let mut command = self.command(environment, file);
        command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--database", url]);
        command.args(["--clock-offset", &self.offset.to_string()]);
        let mut process = Process(command.stdout(Stdio::piped()).spawn().context("the server")?);
        let output = process.0.stdout.take().context("the server has no output")?;
        let (line, output) = rig::process::first_line(output, LONGEST).context("the server")?;
        let Some(base) = line.trim().strip_prefix("listening on ") else {
            process.ended("the server ends that does not start")?;
            bail!("the server did not start: {}", said_since(log, logged));
        };
        let (base, log) = (base.to_owned(), log.to_owned());
        Ok(Server { base, process, log, logged, _output: output })
    }

    /// Runs a command of the binary to its end and gives what it said, whatever its exit code.
    pub(crate) fn run(&self, words: &[&str], environment: &Environment) -> Result<String> {
        let mut command = self.command(environment, Stdio::piped());
        let mut process = Process(command.args(words).stdout(Stdio::piped()).spawn()?);
        let (out, err) = (all_of(process.0.stdout.take()), all_of(process.0.stderr.take()));
        let words = words.join(" ");
        let status = process.ended(&format!("the end of `{words}`"))?;
        ensure!(status.code().is_some(), "`{words}` was killed");
        let [out, err] = [out, err].map(|it| it.join().unwrap_or_else(|_| Ok(String::new())));
        let (out, err) = (out?, err?);
        Ok(if out.is_empty() { err } else { out })
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
        self.process.0.kill()?;
        self.process.0.wait()?;
        Ok(())
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> Result<bool> {
        Ok(self.process.0.try_wait()?.is_some())
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(mut self) -> Result<()> {
        patience::until("the server ends at its fail point", || self.has_ended())
    }

    /// What it has logged.
    pub(crate) fn said(&self) -> String {
        said_since(&self.log, self.logged)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.end();
        keep(&self.log);
    }
}

impl Process {
    /// Waits for the end that comes by itself.
    fn ended(&mut self, what: &str) -> Result<ExitStatus> {
        let mut status = None;
        patience::within(LONGEST, what, || {
            status = self.0.try_wait()?;
            Ok(status.is_some())
        })?;
        status.context("no end")
    }

    fn end(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Everything that a process prints, on a thread of its own: a full pipe would stop it.
fn all_of(stream: Option<impl Read + Send + 'static>) -> JoinHandle<std::io::Result<String>> {
    thread::spawn(move || {
        let mut text = String::new();
        stream.map_or(Ok(0), |mut stream| stream.read_to_string(&mut text))?;
        Ok(text)
    })
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

/// The last lines of a log from a place on; never nothing.
fn said_since(log: &Path, place: u64) -> String {
    let text = fs::read(log).unwrap_or_default();
    let new = usize::try_from(place).ok().and_then(|place| text.get(place..)).unwrap_or_default();
    let text = String::from_utf8_lossy(new);
    let lines: Vec<&str> = text.lines().collect();
    let last = lines[lines.len().saturating_sub(LINES)..].join("\n");
    if last.is_empty() { SILENCE.to_owned() } else { last }
}
