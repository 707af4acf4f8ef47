//! A disk between the server and its folder: `shim/disk.c`, loaded into the process that is tested, the same binary as
//! ever.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::server::Environment;

const SOURCE: &str = include_str!("../shim/disk.c");

/// What the disk does; numbers as in `shim/disk.c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Healthy = 0,
    /// No room: every write fails.
    Full = 1,
    /// Every write fails.
    WriteFails = 2,
    /// Every flush fails, and what it should have made durable may be gone although it can be read.
    FlushFails = 3,
    /// The process is killed when it wants to flush: written, and not durable.
    FlushKills = 4,
}

/// A disk.
pub(crate) struct Disk {
    folder: PathBuf,
    shim: PathBuf,
    fault: File,
    more: Environment,
}

/// Makes the library with the C compiler that building the server has needed anyway.
pub(crate) fn compile(folder: &Path) -> Result<PathBuf> {
    let (source, library) = (folder.join("disk.c"), folder.join("disk.so"));
    fs::write(&source, SOURCE)?;
    let mut cc = Command::new("cc");
    cc.args(["-O1", "-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl");
    rig::command::output(&mut cc).context("the disk of the fault runs needs a C compiler")?;
    Ok(library)
}

impl Disk {
    /// A healthy disk below `folder`, with what its processes have in their environment beside it.
    pub(crate) fn below(folder: &Path, shim: &Path, more: &Environment) -> Result<Self> {
        fs::create_dir(folder.join("data"))?;
        let mut options = OpenOptions::new();
        let fault = options.read(true).write(true).create_new(true).open(folder.join("fault"))?;
        fault.set_len(4_096)?;
        Ok(Self { folder: folder.to_owned(), shim: shim.to_owned(), fault, more: more.clone() })
    }

    /// The database on it.
    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.folder.join("data/jinquan.db").display())
    }

    /// Everything that was done to it.
    pub(crate) fn trace(&self) -> PathBuf {
        self.folder.join("trace")
    }

    /// Whether its processes flush at all.
    pub(crate) fn is_flushed(&self) -> bool {
        self.more.iter().all(|(_, value)| !value.contains("without-sync"))
    }

    /// What puts it below a process.
    pub(crate) fn environment(&self) -> Environment {
        let path = |path: &Path| path.display().to_string();
        let mut environment = vec![
            ("LD_PRELOAD", path(&self.shim)),
            ("DISK_FOLDER", path(&self.folder.join("data"))),
            ("DISK_TRACE", path(&self.trace())),
            ("DISK_FAULT", path(&self.folder.join("fault"))),
        ];
        environment.extend(self.more.iter().cloned());
        environment
    }

    /// From now on it is in this state.
    pub(crate) fn set(&self, state: State) -> Result<()> {
        let (state, failed) = ((state as u32).to_ne_bytes(), 0_u32.to_ne_bytes());
        Ok(self.fault.write_all_at(&[state, failed].concat(), 0)?)
    }

    /// How often it has failed since it was set.
    pub(crate) fn failed(&self) -> Result<u32> {
        let mut failed = [0; 4];
        self.fault.read_exact_at(&mut failed, 4)?;
        Ok(u32::from_ne_bytes(failed))
    }
}
