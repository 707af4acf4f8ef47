//! The store: opened once, shared by everything.

use std::sync::{Arc, Mutex, PoisonError};

use crate::code::LiveCount;
use crate::db::{Db, Engine, Missing, Sql, Tx};
use crate::error::Error;

/// The database of a campaign. A clone shares the connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) live_codes: Arc<LiveCount>,
    /// What was opened beside it, to be closed with it.
    beside: Arc<Mutex<Vec<Db>>>,
}

/// Last made, first dropped.
const DROP_ALL: Sql = Sql {
    sqlite: include_str!("../migrations/drop/sqlite.sql"),
    postgres: include_str!("../migrations/drop/postgres.sql"),
};

impl Store {
    /// Opens `sqlite:PATH`, making the file and its folder when missing, or `postgres://…`, and
    /// makes sure that what it commits is durable.
    ///
    /// # Errors
    /// [`Error::Setting`] when the address is another one, or when the engine is set to lose
    /// commits.
    pub async fn open(url: &str) -> Result<Self, Error> {
        Self::found_or(Missing::Made, url).await
    }

    /// The same, where a file that is missing is an error and nothing is made: for whoever only looks.
    ///
    /// # Errors
    /// [`Error::Setting`] as with [`Store::open`], and when there is no such file.
    pub async fn open_existing(url: &str) -> Result<Self, Error> {
        Self::found_or(Missing::Refused, url).await
    }

    async fn found_or(missing: Missing, url: &str) -> Result<Self, Error> {
        let db = Db::open(url, missing).await?;
        Ok(Self { db, live_codes: Arc::default(), beside: Arc::default() })
    }

    /// Brings the schema up to date. Safe when several servers start at once; nothing to do is no
    /// error.
    pub async fn migrate(&self) -> Result<(), Error> {
        self.db.migrate().await
    }

    /// Whether the schema is the one that [`Store::migrate`] makes: every step taken as it stands in this version, and
    /// none that it does not know.
    pub async fn is_current(&self) -> Result<bool, Error> {
        self.db.is_current().await
    }

    /// The engine behind it.
    pub fn engine(&self) -> Engine {
        self.db.engine()
    }

    /// Waits for what is running and closes every connection, those beside it too.
    pub async fn close(&self) {
        let beside =
            std::mem::take(&mut *self.beside.lock().unwrap_or_else(PoisonError::into_inner));
        for db in beside {
            db.close().await;
        }
        self.db.close().await;
    }

    /// The same store for a thread with a runtime of its own; to be called there.
    #[must_use]
    pub fn beside(&self) -> Self {
        self.with(self.db.beside())
    }

    /// The same for the thread of a desk: transactions that write follow one another on one connection. Of one
    /// that is dropped nothing is left either, but its connection goes with it: end those after which others follow.
    #[must_use]
    pub fn for_desk(&self) -> Self {
        self.with(self.db.for_desk())
    }

    fn with(&self, db: Db) -> Self {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner).push(db.clone());
        Self { db, live_codes: self.live_codes.clone(), beside: self.beside.clone() }
    }

    /// Begins a transaction that writes. On SQLite it has the write lock from its first instant.
    pub async fn begin(&self) -> Result<Tx, Error> {
        self.db.begin().await
    }

    /// Begins a transaction that only reads and sees one instant throughout: for reports that must
    /// agree in themselves. To be dropped soon: what it sees cannot be cleaned up.
    pub async fn snapshot(&self) -> Result<Tx, Error> {
        self.db.snapshot().await
    }

    /// Deletes everything, the campaign too, and lays the schema anew: `demo reset`.
    pub async fn reset(&self) -> Result<(), Error> {
        self.db.run_script(DROP_ALL).await?;
        self.live_codes.forget();
        self.migrate().await
    }
}
