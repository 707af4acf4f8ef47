//! Opening a database, with every setting on which durability rests asserted back.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgConnection, PgPool, SqlitePool};

use super::answered::STATEMENT_MAX;
use super::kept::Kept;
use super::{Db, Engine, Sql};
use crate::error::Error;

/// How long a statement waits for a free connection or for the lock of another, in either engine.
pub(super) const WAIT: Duration = Duration::from_secs(5);
/// How long a pooled connection to a server may rest before it is tested again: a test is a round
/// trip.
const REST: Duration = Duration::from_secs(1);
const SQLITE_READERS: u32 = 4;
/// How much of the file a connection keeps in memory, in KiB (that is what a negative number means): the writer
/// walks the indexes of the claims for every batch.
const SQLITE_WRITER_CACHE: &str = "-65536";
const SQLITE_READER_CACHE: &str = "-16384";
const POSTGRES_CONNECTIONS: u32 = 16;
static SQLITE_SCHEMA: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_SCHEMA: Migrator = sqlx::migrate!("migrations/postgres");

/// sqlx's own table of the steps that were taken.
const HAS_STEPS: Sql = Sql {
    sqlite: "select count(*) from sqlite_master where name = '_sqlx_migrations'",
    postgres: "select count(to_regclass('_sqlx_migrations'))",
};
const STEPS: &str = "select version, checksum, success from _sqlx_migrations order by version";

/// What becomes of a file that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It is made, with its folder.
    Made,
    /// Nothing is made, and it is an error.
    Refused,
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…`.
    pub(crate) async fn open(url: &str, missing: Missing) -> Result<Self, Error> {
        match url.strip_prefix("sqlite:") {
            Some(path) => open_sqlite(path.strip_prefix("//").unwrap_or(path), missing).await,
            None if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                open_postgres(url).await
            }
            None => Err(Error::Setting("database: takes sqlite:PATH or postgres://…".to_owned())),
        }
    }

    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Waits for what is running and closes every connection.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, reader } => {
                reader.close().await;
                // The last connection folds the write-ahead log back into the file.
                writer.close().await;
            }
            Self::Postgres { pool, kept } => {
                if let Some(kept) = kept {
                    kept.close().await;
                }
                pool.close().await;
            }
        }
    }

    /// Runs the missing steps of the schema. Safe when several servers start at once. `run_direct`
    /// and not `run`: the future of the latter is `Send` for one lifetime only, which no server can
    /// spawn.
    pub(crate) async fn migrate(&self) -> Result<(), Error> {
        match self {
            // One transaction that has the write lock: another process waits for it, and then finds
            // nothing to do.
            Self::Sqlite { writer, .. } => {
                let mut tx = writer.begin_with("begin immediate").await?;
                SQLITE_SCHEMA.run_direct(None, &mut *tx, false).await?;
                tx.commit().await?;
            }
            // sqlx takes an advisory lock that belongs to the connection, so the connection is not
            // a pooled one: if a step fails, closing it is what gives the lock back. A step may
            // take longer than a statement may.
            Self::Postgres { pool, .. } => {
                // Then a role that may make no table can serve. Where it cannot be told, trying says why.
                if self.is_current().await.unwrap_or(false) {
                    return Ok(());
                }
                let patient = [("statement_timeout", "0"), ("lock_timeout", "0")];
                let options = PgConnectOptions::clone(&pool.connect_options()).options(patient);
                let mut connection = PgConnection::connect_with(&options).await?;
                POSTGRES_SCHEMA.run_direct(None, &mut connection, false).await?;
                connection.close().await?;
            }
        }
        Ok(())
    }

    /// Whether every step of the schema was taken, each as it stands here, and no other.
    pub(crate) async fn is_current(&self) -> Result<bool, Error> {
        let (tables,): (i64,) = self.read(HAS_STEPS).fetch_one().await?;
        if tables == 0 {
            return Ok(false);
        }
        let taken: Vec<(i64, Vec<u8>, bool)> = self.read(STEPS).fetch_all().await?;
        let schema = match self.engine() {
            Engine::Sqlite => &SQLITE_SCHEMA,
            Engine::Postgres => &POSTGRES_SCHEMA,
        };
        let wanted = schema.iter().map(|step| (step.version, step.checksum.to_vec(), true));
        Ok(taken.into_iter().eq(wanted))
    }

    /// The same database for a runtime of its own. A connection to PostgreSQL belongs to the runtime in which it was
    /// opened, so there it gets connections of its own, opened when they are needed; SQLite's are threads.
    pub(crate) fn beside(&self) -> Self {
        match self {
            Self::Sqlite { .. } => self.clone(),
            Self::Postgres { pool, .. } => {
                let options = pool.options().clone().min_connections(0);
                let address = PgConnectOptions::clone(&pool.connect_options());
                Self::Postgres { pool: options.connect_lazy_with(address), kept: None }
            }
        }
    }

    /// The same for a desk, whose transactions follow one another.
    pub(crate) fn for_desk(&self) -> Self {
        match self.beside() {
            Self::Postgres { pool, .. } => {
                let kept = Some(Kept::new(pool.connect_options()));
                Self::Postgres { pool, kept }
            }
            sqlite @ Self::Sqlite { .. } => sqlite,
        }
    }

    /// Runs several statements without values, as they stand.
    pub(crate) async fn run_script(&self, script: Sql) -> Result<(), Error> {
        match self {
            Self::Sqlite { writer, .. } => {
                let mut tx = writer.begin_with("begin immediate").await?;
                sqlx::raw_sql(script.sqlite).execute(&mut *tx).await?;
                tx.commit().await?;
            }
            Self::Postgres { pool, .. } => {
                let mut tx = pool.begin().await?;
                sqlx::raw_sql(script.postgres).execute(&mut *tx).await?;
                tx.commit().await?;
            }
        }
        Ok(())
    }
}

async fn open_sqlite(path: &str, missing: Missing) -> Result<Db, Error> {
    let file = Path::new(path);
    if path.is_empty() || path.starts_with(':') || path.contains('?') {
        return Err(Error::Setting("database: after sqlite: comes the path of a file".to_owned()));
    }
    if missing == Missing::Refused && !file.is_file() {
        return Err(Error::Setting(format!(
            "database: there is no file {path}; jinquan migrate makes one"
        )));
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(|error| {
            Error::Setting(format!("database: the folder {}: {error}", folder.display()))
        })?;
    }
    let reading = SqliteConnectOptions::new().filename(file).busy_timeout(WAIT).foreign_keys(true);
    let writing = reading
        .clone()
        .create_if_missing(missing == Missing::Made)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", "67108864")
        .pragma("cache_size", SQLITE_WRITER_CACHE)
        // What a statement of many rows needs to take itself back; else each batch makes a file for it.
        .pragma("temp_store", "memory");
    let pool = || {
        let pool = SqlitePoolOptions::new().acquire_timeout(WAIT).test_before_acquire(false);
        // Where the disk was full or failed, SQLite has rolled back by itself and the driver waits
        // for an end that cannot come: such a connection begins nothing any more. Another one is
        // opened instead.
        let pool = pool.before_acquire(|connection, _| {
            Box::pin(std::future::ready(Ok(!connection.is_in_transaction())))
        });
        pool.idle_timeout(None).max_lifetime(None)
    };
    let unusable = |error: sqlx::Error| unreachable_because(path, error);
    let writer = pool().max_connections(1).connect_with(writing).await.map_err(unusable)?;
    assert_sqlite(&writer).await?;
    flush_log(&writer).await.map_err(unusable)?;
    #[cfg(feature = "negative-control")]
    crate::control::stop_syncing(&writer).await?;
    // The writer comes first: it makes the file and the log that a read-only connection only finds.
    let reading = reading.read_only(true).pragma("cache_size", SQLITE_READER_CACHE);
    let reader = pool().max_connections(SQLITE_READERS).connect_with(reading).await?;
    Ok(Db::Sqlite { writer, reader })
}

/// What was asked for is not always what one gets: a network file system has no write-ahead log.
async fn assert_sqlite(writer: &SqlitePool) -> Result<(), Error> {
    let setting = |name: &str, value: &str, wanted: &str| {
        Err(Error::Setting(format!(
            "database: SQLite has {name} = {value} here, {wanted} is needed"
        )))
    };
    let (journal,): (String,) = sqlx::query_as("pragma journal_mode").fetch_one(writer).await?;
    if journal != "wal" {
        return setting("journal_mode", &journal, "wal");
    }
    let (synchronous,): (i64,) = sqlx::query_as("pragma synchronous").fetch_one(writer).await?;
    if synchronous != 2 {
        return setting("synchronous", &synchronous.to_string(), "2 (full)");
    }
    let (foreign_keys,): (i64,) = sqlx::query_as("pragma foreign_keys").fetch_one(writer).await?;
    if foreign_keys != 1 {
        return setting("foreign_keys", &foreign_keys.to_string(), "1");
    }
    Ok(())
}

/// After a kill the log may hold a commit that can be read and was never flushed. Whoever asks
/// again would be told "yes" from it, without another commit to flush it, and a power cut could
/// take it back (R3). So everything that can be read is made durable before anybody is answered. It
/// waits for nobody: another process that is at work here flushes what it commits.
async fn flush_log(writer: &SqlitePool) -> Result<(), sqlx::Error> {
    #[cfg(feature = "negative-control")]
    if crate::control::is_left_out(crate::control::Guard::Log) {
        return Ok(());
    }
    sqlx::raw_sql("pragma wal_checkpoint(passive)").execute(writer).await?;
    Ok(())
}

async fn open_postgres(url: &str) -> Result<Db, Error> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::Setting("database: not a PostgreSQL address".to_owned()))?
        .application_name("jinquan")
        .options([
            ("statement_timeout", STATEMENT_MAX),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
            ("default_transaction_isolation", "read committed"),
            // Every statement has an index. A plan that was cached while a table was empty would
            // otherwise read the whole table for every batch of the rush, until somebody analyses
            // it.
            ("enable_seqscan", "off"),
            // The same plan whatever the values are: planning anew costs more than most of the
            // statements do.
            ("plan_cache_mode", "force_generic_plan"),
            // With scans priced out, costs are high for no reason: without this they would set the
            // compiler going.
            ("jit", "off"),
            // What is counted in the background takes one core, not all of them: they belong to those who claim.
            ("max_parallel_workers_per_gather", "0"),
        ]);
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(WAIT)
        .test_before_acquire(false)
        .before_acquire(|connection, rest| {
            Box::pin(async move {
                if rest.idle_for < REST {
                    return Ok(true);
                }
                connection.ping().await.map(|()| true)
            })
        });
    // By itself first: a pool tries again and again, and then says only that it took too long.
    let first = tokio::time::timeout(WAIT, PgConnection::connect_with(&options)).await;
    let first = first.unwrap_or(Err(sqlx::Error::PoolTimedOut));
    assert_postgres(first.map_err(|error| unreachable_because("PostgreSQL", error))?).await?;
    #[cfg(feature = "negative-control")]
    let options = crate::control::unsynced(options);
    let pool: PgPool = pool.connect_with(options).await?;
    Ok(Db::Postgres { pool, kept: None })
}

/// What keeps a database from being opened at all is for the one who set the address.
fn unreachable_because(name: &str, error: sqlx::Error) -> Error {
    match Error::from(error) {
        Error::Engine(report) => Error::Setting(format!("database: {name}: {report}")),
        Error::Contended => Error::Setting(format!("database: {name} gives no connection in 5 s")),
        other => other,
    }
}

/// With either off, a "yes" would not survive a power cut (invariant 2).
async fn assert_postgres(mut connection: PgConnection) -> Result<(), Error> {
    let (fsync, synchronous_commit): (String, String) =
        sqlx::query_as("select current_setting('fsync'), current_setting('synchronous_commit')")
            .fetch_one(&mut connection)
            .await?;
    connection.close().await?;
    for (name, value) in [("fsync", fsync), ("synchronous_commit", synchronous_commit)] {
        if value == "off" {
            return Err(Error::Setting(format!(
                "database: PostgreSQL has {name} = off; it must be on"
            )));
        }
    }
    Ok(())
}
