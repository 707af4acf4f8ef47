//! The stage: the programs, the databases and the PostgreSQL that every measurement stands on.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::Result;
use rig::Cluster;
use tempfile::TempDir;

use crate::database::{Content, Databases, Engine};
use crate::processor::{Core, pin};
use crate::subject::Subject;
use crate::yardstick::{Yardstick, Yardsticks};

/// In round 1 of the shipped campaign.
pub(crate) const OPEN: &str = "2020-04-22T10:00:00+08:00";
/// An hour before it.
pub(crate) const EARLY: &str = "2020-04-22T08:00:00+08:00";

/// What every measurement stands on; with its yardsticks once they have an answer to give.
pub(crate) struct Stage<Y = Yardsticks> {
    /// The product's release binary.
    pub(crate) product: PathBuf,
    /// This program, which is the rivals too.
    pub(crate) itself: PathBuf,
    /// What stands beside every subject.
    pub(crate) yardsticks: Y,
    folder: TempDir,
    cluster: Cluster,
}

impl Stage<()> {
    /// Starts a PostgreSQL that is as safe as it comes and has room for what a rush writes.
    pub(crate) fn set(product: &Path) -> Result<Self> {
        let settings = [
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("full_page_writes", "on"),
            ("shared_buffers", "1GB"),
            ("max_wal_size", "8GB"),
            ("checkpoint_timeout", "30min"),
            // It would measure its own cleaning, at whatever moment it comes.
            ("autovacuum", "off"),
        ];
        let cluster = Cluster::start(&settings)?;
        pin(Core::Servers, cluster.postmaster()?)?;
        Ok(Self {
            product: product.to_owned(),
            itself: std::env::current_exe()?,
            yardsticks: (),
            folder: tempfile::tempdir()?,
            cluster,
        })
    }

    /// Puts the yardsticks up, with the answers of those files.
    pub(crate) async fn with_yardsticks(self, granted: &str, refused: &str) -> Result<Stage> {
        let yardsticks = Yardsticks {
            granted: Yardstick::set_up(&self.itself, &self.file(granted)).await?,
            refused: Yardstick::set_up(&self.itself, &self.file(refused)).await?,
        };
        let Self { product, itself, folder, cluster, yardsticks: () } = self;
        Ok(Stage { product, itself, yardsticks, folder, cluster })
    }
}

impl<Y> Stage<Y> {
    /// The databases of an engine.
    pub(crate) fn databases(&self, engine: Engine) -> Databases<'_> {
        Databases {
            engine,
            product: &self.product,
            cluster: self.cluster.url(),
            folder: &self.folder,
        }
    }

    /// Makes a database with the same content on both engines.
    pub(crate) async fn make(&self, name: &str, content: Content) -> Result<()> {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            self.databases(engine).make(name, content).await?;
        }
        Ok(())
    }

    /// The product on a database, with its campaign clock at `now`, ready for the rush.
    pub(crate) async fn serve(&self, url: &str, now: &str) -> Result<Subject> {
        self.serve_with(url, &["--now", now]).await
    }

    /// The product on a database, ready for the rush.
    pub(crate) async fn serve_with(&self, url: &str, more: &[&str]) -> Result<Subject> {
        let server = self.start(url, more).await?;
        server.until_idle(self.postmaster()?).await?;
        Ok(server)
    }

    /// The product on a database, as soon as it listens.
    pub(crate) async fn start(&self, url: &str, more: &[&str]) -> Result<Subject> {
        let listen = ["serve", "--demo", "--listen", "127.0.0.1:0", "--database", url];
        Subject::start(&self.product, &[&listen, more].concat()).await
    }

    /// The product on a database, open for the rush, with a listener of its own for those who work here; gives its
    /// address as well.
    pub(crate) async fn serve_staff_apart(&self, url: &str) -> Result<(Subject, SocketAddr)> {
        // The system gives a free port; nobody else on this machine asks for one before the server does.
        let staff = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let listen = ["serve", "--demo", "--listen", "127.0.0.1:0", "--database", url];
        let arguments = [&listen[..], &["--now", OPEN]].concat();
        let setting = [("JINQUAN_STAFF_LISTEN", &*staff.to_string())];
        let server = Subject::start_with(&self.product, &arguments, &setting).await?;
        server.until_idle(self.postmaster()?).await?;
        Ok((server, staff))
    }

    /// A rival.
    pub(crate) async fn rival(&self, kind: &str, arguments: &[&str]) -> Result<Subject> {
        Subject::start(&self.itself, &[&["rival", kind], arguments].concat()).await
    }

    /// A file of this run.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The process of PostgreSQL from which the others come.
    pub(crate) fn postmaster(&self) -> Result<u32> {
        self.cluster.postmaster()
    }
}
