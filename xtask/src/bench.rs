//! The side-by-side benchmark: the release binary against its rivals.

use std::process::Command;

use anyhow::Result;

use crate::{
    process::{self, Step},
    site::{self, Mode},
    tool::{self, Purpose},
    workspace::{self, Workspace},
};

/// Builds the product and the benchmark, and runs it. What follows the word is the benchmark's own.
pub(crate) fn run(workspace: &Workspace, words: &[&str]) -> Result<()> {
    tool::install(workspace, Purpose::Bench)?;
    site::build(workspace, Mode::Release)?;
    let step = Step::begin("the server and the benchmark: release build");
    let mut cargo = workspace::cargo(workspace);
    // In one call: two would compile most dependencies twice, with features that differ by nothing of weight.
    process::run(cargo.args(["build", "--release", "--package", "server", "--package", "bench"]))?;
    step.end();
    let built = |name: &str| workspace.target.join("release").join(name);
    let mut bench = Command::new(built("bench"));
    bench.arg("run").arg("--product").arg(built("jinquan"));
    bench.arg("--report").arg(workspace.root.join("target/bench/report.json"));
    process::run(bench.args(words))
}
