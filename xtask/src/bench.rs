//! The side-by-side benchmark: the release binary against its rivals.

use std::process::Command;

use anyhow::Result;

use crate::{
    process::{self, Step},
    run,
    tool::{self, Purpose},
    workspace::{self, Workspace},
};

/// Builds the product and the benchmark, and runs it. What follows the word is the benchmark's own.
pub(crate) fn run(workspace: &Workspace, words: &[&str]) -> Result<()> {
    tool::install(workspace, Purpose::Bench)?;
    let product = run::build(workspace)?;
    let step = Step::begin("benchmark: release build");
    let mut cargo = workspace::cargo(workspace);
    process::run(cargo.args(["build", "--release", "--package", "bench"]))?;
    step.end();
    let mut bench = Command::new(workspace.target.join("release/bench"));
    bench.arg("run").arg("--product").arg(product);
    bench.arg("--report").arg(workspace.root.join("target/bench/report.json"));
    process::run(bench.args(words))
}
