//! Every test, by kind, with counts at the end. What cannot run is a failure, never a silent skip.

mod count;
mod logs;
mod program;
pub(crate) mod schema;

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};
use rig::Cluster;

use self::count::Count;
use crate::{
    process::{self, Step},
    site::{self, Mode},
    tool::{self, Purpose},
    torture::{self, FAIL_POINTS},
    workspace::{self, Workspace},
};

/// One selection of packages for every cargo call, so that cargo resolves one set of features and
/// compiles each dependency once. `frontend` is for the browser; `xtask` has its own dependencies. The
/// server has its fail points, which do nothing until a fault run asks for one.
const PRODUCT: [&str; 9] = [
    "--workspace",
    "--exclude",
    "frontend",
    "--exclude",
    "xtask",
    "--exclude",
    "rig",
    FAIL_POINTS[0],
    FAIL_POINTS[1],
];

/// The variable under which tests find the cluster.
pub(crate) const POSTGRES: &str = "JINQUAN_TEST_POSTGRES";

/// Runs every kind, also after a failure, and fails if any of them did.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    tool::install(workspace, Purpose::Test)?;
    site::build(workspace, Mode::Release)?;
    let step = Step::begin("build: the server and every test");
    let mut cargo = workspace::cargo(workspace);
    process::run(cargo.arg("build").args(PRODUCT).args(["--bins", "--tests"]))?;
    step.end();
    let step = Step::begin("PostgreSQL: a throwaway cluster");
    let cluster = Cluster::start(&[])?;
    step.end();
    let tests = Tests {
        workspace,
        logs: logs::folder(workspace)?,
        postgres: cluster.url().to_owned(),
        has_nextest: process::exists("cargo-nextest"),
    };
    let kinds = [
        ("unit", tests.unit()),
        ("engine", tests.product(&["store"])),
        ("http", tests.product(&["server"])),
        ("schema", schema::run(workspace, &tests.logs)),
        ("browser", tests.browser()),
        ("fault", tests.fault()),
        // The last: it reads what all before it have logged.
        ("logs", logs::search(&tests.logs)),
    ];
    drop(cluster);
    report(kinds)
}

fn report(kinds: [(&str, Result<Count>); 7]) -> Result<()> {
    let mut total = Count::default();
    println!();
    for (kind, outcome) in kinds {
        let count = outcome.unwrap_or_else(|error| {
            println!("{kind}: {error:#}");
            Count::failure()
        });
        let count = if count.is_empty() {
            println!("{kind}: no test ran");
            Count::failure()
        } else {
            count
        };
        println!("{kind}: {count}");
        total += count;
    }
    println!("{total}");
    if total.failed > 0 {
        bail!("tests failed");
    }
    Ok(())
}

struct Tests<'a> {
    workspace: &'a Workspace,
    postgres: String,
    logs: PathBuf,
    has_nextest: bool,
}

impl Tests<'_> {
    fn unit(&self) -> Result<Count> {
        let mut count = self.product(&["domain", "app", "torture"])?;
        let step = Step::begin("test: xtask, rig");
        let mut cargo = workspace::cargo(self.workspace);
        cargo.args(["test", "--package", "xtask", "--package", "rig"]);
        count += self.count(&mut cargo, Count::of_cargo)?;
        step.end();
        Ok(count)
    }

    /// The tests of some packages of the product.
    fn product(&self, packages: &[&str]) -> Result<Count> {
        let step = Step::begin(format!("test: {}", packages.join(", ")));
        let mut count = Count::default();
        if self.has_nextest {
            let filter: Vec<String> = packages.iter().map(|it| format!("package(={it})")).collect();
            let mut cargo = workspace::cargo(self.workspace);
            cargo.args(["nextest", "run"]).args(PRODUCT).args(["-E", &filter.join(" | ")]);
            count += self.count(&mut cargo, Count::of_nextest)?;
        } else {
            for program in program::of(self.workspace, &PRODUCT)? {
                if packages.contains(&program.package.as_str()) {
                    count += self.count(&mut program.command(), Count::of_cargo)?;
                }
            }
        }
        step.end();
        Ok(count)
    }

    fn count(&self, command: &mut Command, read: fn(&str) -> Count) -> Result<Count> {
        // A snapshot that nobody has looked at is a failure, not a new file.
        command.env(POSTGRES, &self.postgres).env("INSTA_UPDATE", "no").env("NO_COLOR", "1");
        command.env(logs::LOGS, &self.logs);
        let (ok, said) = process::echo(command)?;
        let mut count = read(&said);
        if !ok && count.failed == 0 {
            println!("the run ended badly although it counted no failure");
            count += Count::failure();
        }
        Ok(count)
    }

    /// A few faults of each sort, each sort one test. It has a PostgreSQL of its own: it stops it.
    fn fault(&self) -> Result<Count> {
        let step = Step::begin("test: faults, the short form of `make torture`");
        let count = self.count(torture::driver(self.workspace).arg("--short"), Count::of_cargo)?;
        step.end();
        Ok(count)
    }

    fn browser(&self) -> Result<Count> {
        let step = Step::begin("test: browser");
        let browser = tool::browser().context("Chromium is not installed")?;
        let report = self.workspace.root.join("target/test/playwright.json");
        fs::create_dir_all(self.workspace.root.join("target/test"))?;
        if report.exists() {
            fs::remove_file(&report)?;
        }
        let mut playwright = Command::new(self.workspace.npm_program("playwright"));
        playwright.args(["test", "--reporter=list,json"]).current_dir(self.workspace.end2end());
        playwright.env("JINQUAN_BIN", self.workspace.target.join("debug/jinquan"));
        playwright.env("JINQUAN_CHROMIUM", browser).env(POSTGRES, &self.postgres);
        playwright.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report).env(logs::LOGS, &self.logs);
        playwright.env("PLAYWRIGHT_HTML_OPEN", "never").env("FORCE_COLOR", "0");
        let ended = process::run(&mut playwright);
        step.end();
        let Ok(text) = fs::read_to_string(&report) else {
            return ended.map(|()| Count::default());
        };
        let count = Count::of_playwright(&serde_json::from_str(&text)?);
        if count.failed == 0 && !count.is_empty() {
            ended?;
        }
        Ok(count)
    }
}
