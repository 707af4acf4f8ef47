//! The connection of a desk, which settles one batch after another. A pool asks the database about each connection that
//! is given back and hands out the one that has rested longest: for a desk that is a way to the database in each batch
//! for nothing, and several processes there in turn, each of which has to find its own plans and tables again.

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};

use super::connect::WAIT;
use crate::error::Error;

/// A connection that is kept from one transaction to the next. It is opened when it is needed, and again after one was
/// lost; whoever begins beside another transaction gets one of their own, and the last to end is kept.
#[derive(Clone)]
pub(crate) struct Kept {
    options: Arc<PgConnectOptions>,
    resting: Arc<Mutex<Option<PgConnection>>>,
}

impl Kept {
    pub(super) fn new(options: Arc<PgConnectOptions>) -> Self {
        Self { options, resting: Arc::default() }
    }

    pub(super) async fn begin(&self) -> Result<KeptTx, Error> {
        // It may be gone since its last transaction: then that shows here, where nothing is lost.
        if let Some(resting) = self.put(None)
            && let Ok(begun) = self.begin_on(resting).await
        {
            return Ok(begun);
        }
        let opening = tokio::time::timeout(WAIT, PgConnection::connect_with(&self.options)).await;
        self.begin_on(opening.map_err(|_| Error::Contended)??).await
    }

    async fn begin_on(&self, mut connection: PgConnection) -> Result<KeptTx, Error> {
        sqlx::raw_sql("begin").execute(&mut connection).await?;
        Ok(KeptTx { connection, home: self.clone() })
    }

    /// Closes it, if it rests.
    pub(super) async fn close(&self) {
        if let Some(connection) = self.put(None) {
            // The runtime that it belongs to may be gone already, and then so is the connection.
            let _ = connection.close().await;
        }
    }

    /// Puts another one in its place.
    fn put(&self, connection: Option<PgConnection>) -> Option<PgConnection> {
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut resting, connection)
    }
}

/// A transaction on the kept connection. Only one that has ended gives it back: whatever is dropped half-way takes its
/// connection along, and the database undoes what was begun on it.
pub(super) struct KeptTx {
    pub(super) connection: PgConnection,
    home: Kept,
}

impl KeptTx {
    pub(super) async fn end(mut self, statement: &'static str) -> Result<(), Error> {
        sqlx::raw_sql(statement).execute(&mut self.connection).await?;
        self.home.put(Some(self.connection));
        Ok(())
    }
}
