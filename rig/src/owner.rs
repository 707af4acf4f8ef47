//! Whoever a cluster runs as: PostgreSQL refuses to run as root.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{
        fs::{DirBuilderExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context as _, Result};

use crate::command;

/// A user of this machine.
pub(crate) struct Owner {
    /// User and group, when they are not our own.
    other: Option<(u32, u32)>,
}

impl Owner {
    /// Ourselves, or somebody else where we are root.
    pub(crate) fn find() -> Result<Self> {
        if command::output(Command::new("id").arg("-u"))?.trim() != "0" {
            return Ok(Self { other: None });
        }
        let users = fs::read_to_string("/etc/passwd")?;
        let entry = |name: &str| {
            users.lines().find_map(|line| {
                let fields: Vec<&str> = line.split(':').collect();
                let is_it = fields.first() == Some(&name);
                let numbers = (fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?);
                is_it.then_some(numbers)
            })
        };
        let other = entry("postgres").or_else(|| entry("nobody"));
        Ok(Self { other: Some(other.context("no user `postgres` or `nobody` on this machine")?) })
    }

    /// A new folder below `parent` that only the owner can look into.
    pub(crate) fn folder(&self, parent: &Path) -> Result<PathBuf> {
        /// One program may have several clusters.
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("jinquan-rig-{}-{number}", std::process::id());
        let folder = parent.join(name);
        fs::DirBuilder::new().mode(0o700).create(&folder).context("the folder of the cluster")?;
        self.give(&folder)?;
        Ok(folder)
    }

    /// Makes a file or a folder theirs.
    pub(crate) fn give(&self, path: &Path) -> Result<()> {
        let Some((user, group)) = self.other else {
            return Ok(());
        };
        Ok(chown(path, Some(user), Some(group))?)
    }

    /// A program that runs as the owner, in a folder.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env("HOME", folder);
        if let Some((user, group)) = self.other {
            command.uid(user).gid(group);
        }
        command
    }
}
