//! One SQL text for two engines: this file, with its parts, is the only one that knows both.
//! Statements that must differ are named pairs ([`Sql`]); `grep 'Sql {'` and `grep json_rows!`
//! list every difference.

mod answered;
mod connect;
mod kept;
mod pooled;
mod query;

use domain::time::Timestamp;
use sqlx::postgres::{PgPool, PgRow};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Encode, FromRow, Postgres, Sqlite, Transaction, Type};

use crate::error::Error;
use crate::health::PoolUse;

pub(crate) use connect::Missing;
use kept::{Kept, KeptTx};
use pooled::Pooled;
pub(crate) use query::Query;
use query::Target;
#[cfg(feature = "negative-control")]
pub(crate) use query::plan;

/// The most rows that one purge deletes, so that nobody waits for it.
pub const PURGE_MAX: u64 = 1_000;

/// The engine behind a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one file.
    Sqlite,
    /// A server of its own, for several instances of the product.
    Postgres,
}

/// A statement. From a `&'static str` it is the same for both engines.
#[derive(Clone, Copy)]
pub(crate) struct Sql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// A statement over a set of rows that comes in as one JSON text, `$1`: an array of objects with
/// the named members, read as the table `t`. The engines differ only in how they take the array
/// apart.
macro_rules! json_rows {
    ($head:expr, [$($column:ident $kind:ident),+ $(,)?], $tail:expr) => {
        $crate::db::Sql {
            sqlite: concat!(
                $head, " (select key as place",
                $(", value ->> '", stringify!($column), "' as ", stringify!($column),)+
                " from json_each($1)) as t ", $tail
            ),
            postgres: concat!(
                $head, " json_to_recordset($1::json) as t(place bigint",
                $(", ", stringify!($column), " ", stringify!($kind),)+
                ") ", $tail
            ),
        }
    };
}
pub(crate) use json_rows;

/// One column of a set of rows that comes in by [`Query::bind_rows`]; all of them equally long. On
/// SQLite the set is one JSON text, an array of arrays; on PostgreSQL an array for each column, which
/// costs less to take apart.
pub(crate) enum Cells {
    /// Texts.
    Text(Vec<String>),
    /// Whole numbers.
    Number(Vec<i64>),
}

impl Cells {
    /// How many rows.
    fn len(&self) -> usize {
        match self {
            Self::Text(texts) => texts.len(),
            Self::Number(numbers) => numbers.len(),
        }
    }
}

/// A value that both engines take. `&str` cannot be one (it must encode for every lifetime): bind
/// owned values.
pub(crate) trait Bind:
    for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres>
{
}
impl<T> Bind for T where
    T: for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres>
{
}

/// A row that both engines give.
pub(crate) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}
impl<T> Record for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

/// The connections to a database.
#[derive(Clone)]
pub(crate) enum Db {
    /// SQLite has one writer at a time; a second connection for writing would only wait for it, and
    /// worse.
    Sqlite { writer: SqlitePool, reader: SqlitePool },
    Postgres {
        pool: PgPool,
        /// The one on which transactions follow one another, where it is for a desk.
        kept: Option<Kept>,
    },
}

impl Db {
    /// One statement that reads, on its own.
    pub(crate) fn read(&self, sql: impl Into<Sql>) -> Query<'_> {
        match self {
            Self::Sqlite { reader, .. } => Query::new(sql, Target::Sqlite(reader)),
            Self::Postgres { pool, .. } => Query::new(sql, Target::Postgres(pool)),
        }
    }

    /// How its connections are used.
    pub(crate) fn pools(&self) -> Vec<PoolUse> {
        match self {
            Self::Sqlite { writer, reader } => {
                vec![pool_use("writer", writer), pool_use("reader", reader)]
            }
            Self::Postgres { pool, .. } => vec![pool_use("server", pool)],
        }
    }

    /// One statement that writes, a transaction of its own.
    pub(crate) fn write(&self, sql: impl Into<Sql>) -> Query<'_> {
        match self {
            Self::Sqlite { writer, .. } => Query::new(sql, Target::Sqlite(writer)),
            Self::Postgres { pool, .. } => Query::new(sql, Target::Postgres(pool)),
        }
    }

    /// Deletes what was over before then: `$1` of the statement, at most `$2` rows; gives how many.
    pub(crate) async fn purge(
        &self,
        statement: &'static str,
        before: Timestamp,
    ) -> Result<u64, Error> {
        self.write(statement).bind(before.millis()).bind(PURGE_MAX.cast_signed()).execute().await
    }

    /// A transaction that writes. On SQLite it has the write lock from its first instant, so what
    /// it reads stays true; on PostgreSQL (READ COMMITTED) it locks the rows on which it decides.
    ///
    /// In a box, because waiting for a connection takes kilobytes of state, which every request that
    /// might come to a transaction would otherwise carry and move about.
    pub(crate) async fn begin(&self) -> Result<Tx, Error> {
        Ok(Tx(match self {
            Self::Sqlite { writer, .. } => {
                Inner::Sqlite(Box::pin(writer.begin_with("begin immediate")).await?)
            }
            Self::Postgres { kept: Some(kept), .. } => Inner::Kept(Box::pin(kept.begin()).await?),
            Self::Postgres { pool, kept: None } => {
                Inner::Postgres(Box::pin(Pooled::begin(pool, "begin")).await?)
            }
        }))
    }

    /// A transaction that only reads, and sees one instant of the database throughout.
    pub(crate) async fn snapshot(&self) -> Result<Tx, Error> {
        Ok(Tx(match self {
            Self::Sqlite { reader, .. } => Inner::Sqlite(Box::pin(reader.begin()).await?),
            Self::Postgres { pool, .. } => {
                let one_instant = "begin isolation level repeatable read, read only";
                Inner::Postgres(Box::pin(Pooled::begin(pool, one_instant)).await?)
            }
        }))
    }
}

fn pool_use<D: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<D>) -> PoolUse {
    let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
    PoolUse { name, open: pool.size(), idle, most: pool.options().get_max_connections() }
}

/// A transaction. Dropped without [`Tx::commit`] it leaves nothing behind.
pub struct Tx(Inner);

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Pooled),
    Kept(KeptTx),
}

impl Tx {
    /// Makes everything that was written durable. Only after it returns may anybody be told "yes"
    /// (R3).
    pub async fn commit(self) -> Result<(), Error> {
        match self.0 {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.end("commit").await?,
            Inner::Kept(tx) => tx.end("commit").await?,
        }
        Ok(())
    }

    /// Undoes everything, and waits until it is undone; dropping does the same later.
    pub async fn rollback(self) -> Result<(), Error> {
        match self.0 {
            Inner::Sqlite(tx) => tx.rollback().await?,
            Inner::Postgres(tx) => tx.end("rollback").await?,
            Inner::Kept(tx) => tx.end("rollback").await?,
        }
        Ok(())
    }

    /// A statement of the transaction.
    pub(crate) fn query(&mut self, sql: impl Into<Sql>) -> Query<'_> {
        let target = match &mut self.0 {
            Inner::Sqlite(tx) => Target::SqliteTx(tx),
            Inner::Postgres(tx) => Target::PostgresTx(tx.connection()),
            Inner::Kept(tx) => Target::PostgresTx(&mut tx.connection),
        };
        Query::new(sql, target)
    }
}
