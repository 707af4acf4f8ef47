//! The workspace: its folders, and how cargo is called in it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;

/// The checkout and cargo's target folder, which `CARGO_TARGET_DIR` may have moved elsewhere.
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks cargo, which knows the environment and every configuration file.
    pub(crate) fn find() -> Result<Self> {
        let metadata = metadata(&["--no-deps"])?;
        let path = |name: &str| {
            metadata[name].as_str().map(PathBuf::from).with_context(|| format!("no {name}"))
        };
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")? })
    }

    /// The front end as the server embeds it. Always in the checkout, wherever cargo builds, so
    /// that the server crate can name it by a path relative to itself.
    pub(crate) fn site(&self) -> PathBuf {
        self.root.join("target/site")
    }

    /// A program that npm installed.
    pub(crate) fn npm_program(&self, name: &str) -> PathBuf {
        self.end2end().join("node_modules/.bin").join(name)
    }

    /// The browser tests and everything that needs Node.
    pub(crate) fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// The path as a person would write it.
    pub(crate) fn short<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

/// What cargo knows about the workspace, as it says it.
pub(crate) fn metadata(more: &[&str]) -> Result<Value> {
    let mut cargo = process::cargo();
    cargo.args(["metadata", "--format-version", "1"]).args(more);
    let text = process::output(&mut cargo)?;
    serde_json::from_str(&text).context("cargo metadata did not answer in JSON")
}

/// `cargo` in the root of the workspace.
pub(crate) fn cargo(workspace: &Workspace) -> Command {
    let mut cargo = process::cargo();
    cargo.current_dir(&workspace.root);
    cargo
}
