//! A pooled connection to PostgreSQL while it is in use. What is dropped half-way, because whoever it is for went away
//! or an error came between, is undone in the background, and a connection on which that is not possible is closed: the
//! pool by itself would wait for it without end, and lose a place for each.

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres};

use super::answered::answered;

/// Undoes a statement: only whether the connection still answers is asked, in the driver's own way.
const NOTHING: &str = "/* still there? */";
/// Undoes a transaction, one too that has not begun yet.
const ROLLBACK: &str = "rollback";

/// A connection, for one statement or one transaction.
pub(super) struct Pooled {
    /// There until the value is dropped.
    connection: Option<PoolConnection<Postgres>>,
    /// What undoes what was begun; `None` once it has ended.
    undo: Option<&'static str>,
}

impl Pooled {
    /// For one statement.
    pub(super) async fn of(pool: &PgPool) -> Result<Self, sqlx::Error> {
        Ok(Self { connection: Some(pool.acquire().await?), undo: Some(NOTHING) })
    }

    /// For a transaction that begins so.
    pub(super) async fn begin(pool: &PgPool, statement: &'static str) -> Result<Self, sqlx::Error> {
        let mut transaction = Self::of(pool).await?;
        transaction.undo = Some(ROLLBACK);
        answered(sqlx::raw_sql(statement).execute(transaction.connection())).await?;
        Ok(transaction)
    }

    pub(super) fn connection(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("it is taken away when the value is dropped")
    }

    /// Ends the transaction.
    pub(super) async fn end(mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        answered(sqlx::raw_sql(statement).execute(self.connection())).await?;
        self.ended();
        Ok(())
    }

    /// There is nothing to undo.
    pub(super) fn ended(mut self) {
        self.undo = None;
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let (Some(mut connection), Some(undo)) = (self.connection.take(), self.undo) else {
            return;
        };
        tokio::spawn(async move {
            if answered(sqlx::raw_sql(undo).execute(&mut *connection)).await.is_err() {
                connection.close_on_drop();
            }
        });
    }
}
