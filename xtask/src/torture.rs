//! The fault runs: the server with its fail points, and the driver that uses them.

use std::{fs, process::Command};

use anyhow::Result;
use rig::Cluster;

use crate::{
    process::{self, Step},
    test::POSTGRES,
    tool::{self, Purpose},
    workspace::{self, Workspace},
};

/// What a release does not have; `make test` builds everything with it as well.
pub(crate) const FAIL_POINTS: [&str; 2] = ["--features", "server/fail-points"];

/// Builds both and runs the driver with what was asked for; without a word that is the long form.
pub(crate) fn run(workspace: &Workspace, words: &[&str]) -> Result<()> {
    tool::install(workspace, Purpose::Torture)?;
    // The server embeds it; no page is looked at here.
    fs::create_dir_all(workspace.site())?;
    let step = Step::begin("build: the server with its fail points, the driver");
    let mut cargo = workspace::cargo(workspace);
    cargo.args(["build", "--package", "server", "--package", "torture", "--bins"]);
    process::run(cargo.args(FAIL_POINTS))?;
    step.end();
    process::run(driver(workspace).args(words))?;
    // Who chooses parts has no use for the histories.
    if words.is_empty() { histories(workspace) } else { Ok(()) }
}

/// The random histories of the HTTP tests once more: longer, and more of them.
fn histories(workspace: &Workspace) -> Result<()> {
    let step = Step::begin("test: long random histories");
    let cluster = Cluster::start(&[])?;
    let mut cargo = workspace::cargo(workspace);
    cargo.args(["test", "--package", "server", "--test", "it"]).args(FAIL_POINTS);
    cargo
        .args(["--", "history::"])
        .env(POSTGRES, cluster.url())
        .env("JINQUAN_TEST_HISTORIES", "60");
    process::run(&mut cargo)?;
    step.end();
    Ok(())
}

/// The driver; it finds the server beside itself.
pub(crate) fn driver(workspace: &Workspace) -> Command {
    Command::new(workspace.target.join("debug/torture"))
}
