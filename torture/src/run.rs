//! What the parts of a run share: the binary, the seed, PostgreSQL, the disk.

use std::{
    cell::{OnceCell, RefCell},
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use rig::Cluster;
use tempfile::TempDir;

use crate::{
    dice::Dice,
    disk::{self, Disk, Fault},
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
            // Whoever PostgreSQL runs as has to find the library.
            tools: tempfile::Builder::new().permissions(Permissions::from_mode(0o755)).tempdir()?,
        })
    }

    /// The chance of one part, the same whichever parts run beside it.
    pub(crate) fn dice(&self, part: &str) -> Dice {
        Dice::part(self.seed, part)
    }

    /// Does something to PostgreSQL.
    pub(crate) fn postgres<T>(&self, act: impl FnOnce(&mut Cluster) -> Result<T>) -> Result<T> {
        if self.cluster.get().is_none() {
            let cluster = Cluster::start_below(&quick_folder(), &[], &[])?;
            let _ = self.cluster.set(RefCell::new(cluster));
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
                let name = self.database();
                self.postgres(|cluster| cluster.create_database(&name))?
            }
        };
        Scene::open(&self.binary, folder, url, who, environment, None)
    }

    /// A cluster of its own whose files below `place`, a folder of its data, are on a disk that can fail.
    pub(crate) fn cluster_on_disk(&self, place: &str) -> Result<(Cluster, Fault)> {
        let folder = self.tools.path().join(self.database());
        std::fs::create_dir(&folder)?;
        let fault = Fault::below(&folder)?;
        fault.share()?;
        let environment = fault.environment(self.shim()?, place);
        Ok((Cluster::start_below(&quick_folder(), &[], &environment)?, fault))
    }

    /// A new database in such a cluster, with its crowd.
    pub(crate) fn scene_in(&self, cluster: &Cluster) -> Result<(Scene, Server)> {
        let url = cluster.create_database(&self.database())?;
        let folder = tempfile::tempdir()?;
        Scene::open(&self.binary, folder, url, Who::Citizens, &Environment::new(), None)
    }

    /// A name that no database has yet.
    fn database(&self) -> String {
        *self.databases.borrow_mut() += 1;
        format!("fault_{}", self.databases.borrow())
    }

    fn shim(&self) -> Result<&Path> {
        if self.shim.get().is_none() {
            let _ = self.shim.set(disk::compile(self.tools.path())?);
        }
        self.shim.get().map(PathBuf::as_path).context("the shim")
    }

    /// A new SQLite database with its crowd, on a disk that can lose its power or its room.
    pub(crate) fn scene_on_disk(
        &self,
        who: Who,
        more: &Environment,
    ) -> Result<(Scene, Server, Disk)> {
        let folder = tempfile::tempdir()?;
        let disk = Disk::below(folder.path(), self.shim()?, more)?;
        let trace = Some(disk.trace());
        let environment = disk.environment();
        let (scene, server) =
            Scene::open(&self.binary, folder, disk.url(), who, &environment, trace)?;
        Ok((scene, server, disk))
    }
}

/// In memory where there is room: a server that is killed loses nothing of what it has written there, as on a disk, and
/// recovers in a tenth of the time. A container often has 64 MB of it.
fn quick_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    if room_kib(memory) > ROOM_KIB { memory.to_owned() } else { std::env::temp_dir() }
}

/// What a cluster grows to, with its log: 2 GiB at most.
const ROOM_KIB: u64 = 2 * 1_024 * 1_024;

/// How much room is left in a folder; none, where it cannot be told.
fn room_kib(folder: &Path) -> u64 {
    let told = rig::command::output(Command::new("df").arg("-Pk").arg(folder)).unwrap_or_default();
    // Below the names: device, size, used, left.
    let left = told.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
    left.unwrap_or(0)
}
