//! What Lighthouse says of the landing page on a phone: each of its four scores must be at least 95.

use std::{
    fs::{self, File},
    io::BufReader,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    process::{self, Step},
    run,
    tool::{self, Purpose},
    workspace::Workspace,
};

/// The least that each score may be, of 100.
const SCORE_MIN: f64 = 95.0;
const CATEGORIES: [&str; 4] = ["performance", "accessibility", "best-practices", "seo"];
const CHROME: &str = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
                      --disable-component-update --disable-sync";

/// Builds, serves the demonstration inside a round, and looks.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    tool::install(workspace, Purpose::Test)?;
    let program = run::build(workspace)?;
    let folder = workspace.root.join("target/lighthouse");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    tool::npm_packages(workspace, "lighthouse")?;
    let tools = workspace.end2end().join("lighthouse");

    let step = Step::begin("lighthouse: the landing page on a phone");
    let server = Server::start(&program, &folder, &folder.join("server.log"))?;
    let report = folder.join("report.json");
    let mut lighthouse = Command::new(tools.join("node_modules/.bin/lighthouse"));
    lighthouse.arg(&server.url).args(["--quiet", "--output=json", "--form-factor=mobile"]);
    lighthouse.arg(format!("--only-categories={}", CATEGORIES.join(",")));
    lighthouse.arg(format!("--output-path={}", report.display()));
    lighthouse.arg(format!("--chrome-flags={CHROME}"));
    lighthouse.env("CHROME_PATH", tool::browser().context("Chromium is not installed")?);
    process::run(&mut lighthouse)?;
    drop(server);
    step.end();
    judge(&serde_json::from_str(&fs::read_to_string(&report)?)?)
}

/// Prints the scores, and what cost points where one is too low.
fn judge(report: &Value) -> Result<()> {
    let mut low = Vec::new();
    for category in CATEGORIES {
        let score = report["categories"][category]["score"].as_f64().unwrap_or(0.0) * 100.0;
        println!("    {category}: {score:.0}");
        if score < SCORE_MIN {
            low.push(category);
            complain(report, category);
        }
    }
    if low.is_empty() { Ok(()) } else { bail!("below {SCORE_MIN}: {}", low.join(", ")) }
}

fn complain(report: &Value, category: &str) {
    let audits = report["categories"][category]["auditRefs"].as_array().into_iter().flatten();
    for audit in audits.filter(|audit| audit["weight"].as_f64().unwrap_or(0.0) > 0.0) {
        let audit = &report["audits"][audit["id"].as_str().unwrap_or_default()];
        if audit["score"].as_f64().is_some_and(|score| score < 0.9) {
            let value = audit["displayValue"].as_str().unwrap_or_default();
            println!("        {} {value}", audit["title"].as_str().unwrap_or_default());
        }
    }
}

/// The demonstration on a free port, ended with the value.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) url: String,
    child: Child,
    output: Option<BufReader<ChildStdout>>,
}

/// The longest that it takes until it says where it listens.
const STARTS: Duration = Duration::from_mins(1);

impl Server {
    /// Starts it in the first round, with its database in that folder and what it logs in that file.
    pub(crate) fn start(program: &Path, folder: &Path, log: &Path) -> Result<Self> {
        let database = format!("sqlite:{}", folder.join("demo.db").display());
        let mut command = Command::new(program);
        command.args(["serve", "--demo", "--now", "2020-04-22T10:00:00+08:00"]);
        command.args(["--listen", "127.0.0.1:0", "--database", &database]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(log)?);
        let mut child = command.spawn()?;
        let said = child.stdout.take().context("the server has no output")?;
        // From here on it ends with the value.
        let mut server = Self { url: String::new(), child, output: None };
        let (line, rest) = rig::process::first_line(said, STARTS).context("the server")?;
        server.output = Some(rest);
        let Some(url) = address(&line) else {
            bail!("the server did not say where it listens; it logs to {}", log.display());
        };
        server.url = url;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _killed = self.child.kill();
        let _ended = self.child.wait();
        // Not before: its next line into a closed pipe would have ended it.
        drop(self.output.take());
    }
}

/// The address in a line of the server's.
fn address(line: &str) -> Option<String> {
    let start = line.find("http://")?;
    let end = line[start..].find(|it: char| it.is_whitespace() || it == '"' || it == ',');
    Some(line[start..].chars().take(end.unwrap_or(usize::MAX)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_the_line() {
        let line = "jinquan: listening on http://127.0.0.1:4711 (demonstration)";
        assert_eq!(address(line).as_deref(), Some("http://127.0.0.1:4711"));
    }

    #[test]
    fn a_low_score_is_a_failure() {
        let report = |score: f64| {
            let one = serde_json::json!({ "score": score });
            serde_json::json!({ "categories": {
                "performance": one, "accessibility": one, "best-practices": one, "seo": one,
            } })
        };
        assert!(judge(&report(0.95)).is_ok());
        assert!(judge(&report(0.94)).is_err());
    }
}
