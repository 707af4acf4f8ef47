//! From a fresh machine to a served page.

use std::{fs, os::unix::process::CommandExt as _, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use crate::{
    process::{self, Step},
    site::{self, Mode},
    tool::{self, Purpose},
    workspace::{self, Workspace},
};

const LISTEN: &str = "127.0.0.1:3000";

/// Builds the one file that needs nothing beside it, and says where it is.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    tool::install(workspace, Purpose::Run)?;
    site::build(workspace, Mode::Release)?;
    let step = Step::begin("server: release build");
    let mut cargo = workspace::cargo(workspace);
    process::run(cargo.args(["build", "--release", "--package", "server"]))?;
    step.end();
    let built = workspace.target.join("release/jinquan");
    let promised = workspace.root.join("target/release/jinquan");
    if built != promised {
        // Cargo builds elsewhere; the promise is a path in the checkout.
        fs::create_dir_all(workspace.root.join("target/release"))?;
        let fresh = promised.with_extension("new");
        fs::copy(&built, &fresh)?;
        fs::rename(&fresh, &promised)?;
    }
    println!("built {}", workspace.short(&promised).display());
    Ok(promised)
}

/// Builds, then becomes the server, so that Ctrl-C reaches it and nothing stays behind.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let program = build(workspace)?;
    fs::create_dir_all(workspace.root.join("data"))?;
    println!("==> jinquan: open http://{LISTEN} (Ctrl-C stops it; the data stays in data/)");
    let mut server = Command::new(&program);
    server.args(["serve", "--demo", "--database", "sqlite:data/jinquan.db", "--listen", LISTEN]);
    let error = server.current_dir(&workspace.root).exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}
