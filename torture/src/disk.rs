//! A disk between the server and its folder: `shim/disk.c`, loaded into the process that is tested, the same binary as
//! ever.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    os::unix::fs::{FileExt as _, PermissionsExt as _},
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

/// What fails, in a page that the driver shares with the processes on the disk.
pub(crate) struct Fault {
    path: PathBuf,
    page: File,
}

/// A disk below a folder, with a trace of everything that is done to it.
pub(crate) struct Disk {
    folder: PathBuf,
    shim: PathBuf,
    pub(crate) fault: Fault,
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
        let fault = Fault::below(folder)?;
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
        let mut environment = self.fault.environment(&self.shim, &path(&self.folder.join("data")));
        environment.push(("DISK_TRACE", path(&self.trace())));
        environment.extend(self.more.iter().cloned());
        environment
    }
}

impl Fault {
    /// A page below `folder` that says that nothing fails.
    pub(crate) fn below(folder: &Path) -> Result<Self> {
        let (mut options, path) = (OpenOptions::new(), folder.join("fault"));
        let page = options.read(true).write(true).create_new(true).open(&path)?;
        page.set_len(4_096)?;
        Ok(Self { path, page })
    }

    /// What puts the library between a process and its files below `place`, as it names them itself.
    pub(crate) fn environment(&self, shim: &Path, place: &str) -> Environment {
        vec![
            ("LD_PRELOAD", shim.display().to_string()),
            ("DISK_FOLDER", place.to_owned()),
            ("DISK_FAULT", self.path.display().to_string()),
        ]
    }

    /// Lets whoever the processes run as say in it how often it has failed.
    pub(crate) fn share(&self) -> Result<()> {
        Ok(self.page.set_permissions(Permissions::from_mode(0o666))?)
    }

    /// From now on it is in this state.
    pub(crate) fn set(&self, state: State) -> Result<()> {
        let (state, failed) = ((state as u32).to_ne_bytes(), 0_u32.to_ne_bytes());
        Ok(self.page.write_all_at(&[state, failed].concat(), 0)?)
    }

    /// How often it has failed since it was set.
    pub(crate) fn failed(&self) -> Result<u32> {
        let mut failed = [0; 4];
        self.page.read_exact_at(&mut failed, 4)?;
        Ok(u32::from_ne_bytes(failed))
    }
}
