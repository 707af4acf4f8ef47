//! What the parts of a run share: the binary, the seed, PostgreSQL, the disk.

use std::{
    cell::{OnceCell, RefCell},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use rig::Cluster;
use tempfile::TempDir;

use crate::{
    dice::Dice,
    disk::{self, Disk},
    kill::Who,
    scene::Scene,
    server::{Binary, Environment, Server},
};

/// Where the data is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A run.
pub(crate) struct Run {
    pub(crate) binary: Binary,
    seed: u64,
    /// Started when it is needed.
    cluster: OnceCell<RefCell<Cluster>>,
    databases: RefCell<u32>,
    shim: OnceCell<PathBuf>,
    tools: TempDir,
}

impl Run {
    pub(crate) fn of(binary: Binary, seed: u64) -> Result<Self> {
        Ok(Self {
            binary,
            seed,
            cluster: OnceCell::new(),
            databases: RefCell::new(0),
            shim: OnceCell::new(),
            tools: tempfile::tempdir()?,
        })
    }

    /// The chance of one part, the same whichever parts run beside it.
    pub(crate) fn dice(&self, part: &str) -> Dice {
        Dice::part(self.seed, part)
    }

    /// Does something to PostgreSQL.
    pub(crate) fn postgres<T>(&self, act: impl FnOnce(&mut Cluster) -> Result<T>) -> Result<T> {
        if self.cluster.get().is_none() {
            // In memory where there is some: a server that is killed loses nothing of what it has written there, as on
            // a disk, and recovers in a tenth of the time.
            let memory = Path::new("/dev/shm");
            let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
            let _ = self.cluster.set(RefCell::new(Cluster::start_below(&folder, &[])?));
        }
        act(&mut self.cluster.get().context("PostgreSQL")?.borrow_mut())
    }

    /// A new database with its crowd, on the machine's own disk.
    pub(crate) fn scene(
        &self,
        engine: Engine,
        who: Who,
        environment: &Environment,
    ) -> Result<(Scene, Server)> {
        let folder = tempfile::tempdir()?;
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join("jinquan.db").display()),
            Engine::Postgres => {
                *self.databases.borrow_mut() += 1;
                let name = format!("fault_{}", self.databases.borrow());
                self.postgres(|cluster| cluster.create_database(&name))?
            }
        };
        Scene::open(&self.binary, folder, url, who, environment, None)
    }

    /// A new SQLite database with its crowd, on a disk that can lose its power or its room.
    pub(crate) fn scene_on_disk(&self, more: &Environment) -> Result<(Scene, Server, Disk)> {
        if self.shim.get().is_none() {
            let _ = self.shim.set(disk::compile(self.tools.path())?);
        }
        let folder = tempfile::tempdir()?;
        let disk = Disk::below(folder.path(), self.shim.get().context("the shim")?, more)?;
        let trace = Some(disk.trace());
        let (scene, server) = Scene::open(
            &self.binary,
            folder,
            disk.url(),
            Who::Citizens,
            &disk.environment(),
            trace,
        )?;
        Ok((scene, server, disk))
    }
}
