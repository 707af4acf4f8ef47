//! Test programs, for a machine without nextest.
//!
//! `cargo test --package store` would resolve other features than the build of everything did, and
//! compile half of the dependencies again; so the programs of that build are run one by one.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;
use serde_json::Value;

use crate::{
    process,
    workspace::{self, Workspace},
};

/// One program of tests.
pub(crate) struct Program {
    /// The package it tests.
    pub(crate) package: String,
    folder: PathBuf,
    path: PathBuf,
}

impl Program {
    /// As cargo would start it.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        command
    }
}

/// The programs that a selection of packages builds.
pub(crate) fn of(workspace: &Workspace, selection: &[&str]) -> Result<Vec<Program>> {
    let mut cargo = workspace::cargo(workspace);
    cargo.arg("test").args(selection).args(["--bins", "--tests", "--no-run"]);
    let said = process::output(cargo.arg("--message-format=json-render-diagnostics"))?;
    let messages = said.lines().filter_map(|line| serde_json::from_str(line).ok());
    Ok(messages.filter_map(|message| program(&message)).collect())
}

fn program(message: &Value) -> Option<Program> {
    let is_test = message["profile"]["test"].as_bool()?;
    let path = PathBuf::from(message["executable"].as_str()?);
    let folder = Path::new(message["manifest_path"].as_str()?).parent()?.to_owned();
    // Each package of ours lives in the folder of its name.
    let package = folder.file_name()?.to_str()?.to_owned();
    is_test.then_some(Program { package, folder, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_are_programs() {
        let mut message = serde_json::json!({
            "reason": "compiler-artifact",
            "manifest_path": "/a/store/Cargo.toml",
            "executable": "/t/debug/deps/store-1",
            "profile": { "test": true },
        });
        let found = program(&message).expect("a program");
        assert_eq!(
            (found.package.as_str(), found.folder.as_path()),
            ("store", Path::new("/a/store"))
        );
        message["profile"]["test"] = false.into();
        assert!(program(&message).is_none());
    }
}
