//! A fresh database on either engine, and a side door into it for what the store would never do.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Connection, FromRow, PgConnection, SqliteConnection};
use store::{Engine, Store};
use tempfile::TempDir;

/// A database of one test.
pub(crate) struct Fresh {
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    pub(crate) url: String,
    _folder: TempDir,
}

/// An empty database with its schema.
pub(crate) async fn fresh(engine: Engine) -> Fresh {
    let fresh = bare(engine).await;
    fresh.store.migrate().await.unwrap();
    fresh
}

/// An empty database without schema.
pub(crate) async fn bare(engine: Engine) -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let url = match engine {
        // The folder between does not exist: opening makes it.
        Engine::Sqlite => format!("sqlite:{}/data/jinquan.db", folder.path().display()),
        Engine::Postgres => new_postgres().await,
    };
    Fresh { store: Store::open(&url).await.unwrap(), engine, url, _folder: folder }
}

async fn new_postgres() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = postgres_server();
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("jinquan_store_{}_{number}", std::process::id());
    let mut connection = PgConnection::connect(&server).await.expect("JINQUAN_TEST_POSTGRES");
    for text in
        [format!("drop database if exists {name} with (force)"), format!("create database {name}")]
    {
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
    }
    let (base, _) = server.rsplit_once('/').expect("an address that ends in a database");
    format!("{base}/{name}")
}

#[expect(clippy::disallowed_methods, reason = "the one setting of these tests")]
fn postgres_server() -> String {
    std::env::var("JINQUAN_TEST_POSTGRES")
        .expect("JINQUAN_TEST_POSTGRES must name a PostgreSQL: postgres://user@host:port/postgres")
}

impl Fresh {
    /// A second store on the same database, as another server has.
    pub(crate) async fn another(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }

    /// Runs SQL past the store.
    pub(crate) async fn raw(&self, text: &str) -> Result<(), sqlx::Error> {
        let text = AssertSqlSafe(text.to_owned());
        match self.engine {
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.url).await?;
                sqlx::raw_sql(text).execute(&mut connection).await?;
                connection.close().await
            }
            Engine::Postgres => {
                let mut connection = PgConnection::connect(&self.url).await?;
                sqlx::raw_sql(text).execute(&mut connection).await?;
                connection.close().await
            }
        }
    }

    /// Reads rows past the store.
    pub(crate) async fn rows<T>(&self, text: &str) -> Vec<T>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let text = AssertSqlSafe(text.to_owned());
        match self.engine {
            Engine::Sqlite => {
                let mut connection = SqliteConnection::connect(&self.url).await.unwrap();
                sqlx::query_as(text).fetch_all(&mut connection).await.unwrap()
            }
            Engine::Postgres => {
                let mut connection = PgConnection::connect(&self.url).await.unwrap();
                sqlx::query_as(text).fetch_all(&mut connection).await.unwrap()
            }
        }
    }

    /// Changes a row past the store and holds it until what is returned is dropped; on PostgreSQL alone, for on SQLite
    /// whoever writes holds everything.
    pub(crate) async fn hold(&self, text: &'static str, row: &[u8]) -> Option<PgConnection> {
        if self.engine == Engine::Sqlite {
            return None;
        }
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql("begin").execute(&mut connection).await.unwrap();
        let held = sqlx::query(text).bind(row.to_vec()).execute(&mut connection).await.unwrap();
        assert_eq!(held.rows_affected(), 1);
        Some(connection)
    }

    /// Returns when so many transactions wait for rows on PostgreSQL.
    pub(crate) async fn until_waiting(&self, count: i64) {
        let waiting = "select count(*) from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock'";
        let mut looks = 0;
        while self.number(waiting).await < count {
            looks += 1;
            assert!(looks < 1_000, "nobody waits");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// One number past the store.
    pub(crate) async fn number(&self, text: &str) -> i64 {
        self.rows::<(i64,)>(text).await[0].0
    }
}
