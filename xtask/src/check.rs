//! Everything that can be judged without running the product.

mod asvs;
mod direction;
mod licence;
mod manifest;
mod migration;
pub(crate) mod text;
mod tidy;

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    process::{self, Step},
    tool::{self, Purpose},
    torture::FAIL_POINTS,
    workspace::{self, Workspace},
};

const BROWSER: [&str; 4] = ["--package", "frontend", "--target", "wasm32-unknown-unknown"];
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// The server's half as it ships: with `frontend` in the same call, `app` would be compiled for
/// the server and the browser at once, which it never is.
const SERVER: [&str; 3] = ["--workspace", "--exclude", "frontend"];

/// With the fail points, which a release does not have: that code is read as well.
const LINTS: [&str; 4] = ["clippy", "--all-targets", FAIL_POINTS[0], FAIL_POINTS[1]];

/// One check: the fault, if any, is the error.
type Check = fn(&Workspace) -> Result<()>;

/// Runs every check, also after a failed one, and names those that failed.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    tool::install(workspace, Purpose::Check)?;
    std::fs::create_dir_all(workspace.site())?;
    let checks: [(&str, Check); 10] = [
        ("tidy", tidy::check),
        ("security requirements", asvs::check),
        ("dependency direction", direction::check),
        ("dependency licences", licence::check),
        ("cargo deny", deny),
        ("format", |it| cargo(it, &["fmt", "--all", "--check"], &[], &[])),
        ("lints, server", |it| cargo(it, &LINTS, &SERVER, &DENY_WARNINGS)),
        ("lints, browser", |it| cargo(it, &["clippy"], &BROWSER, &DENY_WARNINGS)),
        ("documents", documents),
        ("TypeScript", typescript),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        let step = Step::begin(format!("check: {name}"));
        if let Err(error) = check(workspace) {
            println!("{error:#}");
            failed.push(name);
        }
        step.end();
    }
    if failed.is_empty() {
        println!("check: all {} passed", checks.len());
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

fn cargo(workspace: &Workspace, verb: &[&str], packages: &[&str], rest: &[&str]) -> Result<()> {
    process::run(workspace::cargo(workspace).args(verb).args(packages).args(rest))
}

fn documents(workspace: &Workspace) -> Result<()> {
    for packages in [&SERVER[..], &BROWSER[..]] {
        let mut cargo = workspace::cargo(workspace);
        cargo.args(["doc", "--no-deps", "--document-private-items"]).args(packages);
        process::run(cargo.env("RUSTDOCFLAGS", "-D warnings"))?;
    }
    Ok(())
}

/// Adds what only cargo-deny's view of the graph can tell; installing it from source takes too long for every machine,
/// so our own checks of the same file always run. Advisories change from day to day, whatever the change at hand:
/// `docs/security/operating.md` says who asks for them.
fn deny(workspace: &Workspace) -> Result<()> {
    if !process::exists("cargo-deny") {
        println!("    cargo-deny is not installed; the two checks above read the same deny.toml");
        return Ok(());
    }
    cargo(workspace, &["deny", "check", "bans", "licenses", "sources"], &[], &[])
}

fn typescript(workspace: &Workspace) -> Result<()> {
    let mut tsc = Command::new(workspace.npm_program("tsc"));
    process::run(tsc.args(["--noEmit", "--project", "."]).current_dir(workspace.end2end()))
}
