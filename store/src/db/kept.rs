//! The connection of a desk, which settles one batch after another. A pool asks the database about each connection that
//! is given back and hands out the one that has rested longest: for a desk that is a way to the database in each batch
//! for nothing, and several processes there in turn, each of which has to find its own plans and tables again.

use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

use super::answered::answered;
use super::connect::WAIT;
use crate::error::Error;

/// A connection that is kept from one transaction to the next. It is opened when it is needed, and again after one was
/// lost; whoever begins beside another transaction waits for its end.
#[derive(Clone)]
pub(crate) struct Kept {
    options: Arc<PgConnectOptions>,
    home: Arc<Mutex<Home>>,
}

/// Where the connection rests.
enum Home {
    Open(Option<PgConnection>),
    /// Nothing begins any more.
    Closed,
}

impl Kept {
    pub(super) fn new(options: Arc<PgConnectOptions>) -> Self {
        Self { options, home: Arc::new(Mutex::new(Home::Open(None))) }
    }

    pub(super) async fn begin(&self) -> Result<KeptTx, Error> {
        let mut home = self.home.clone().lock_owned().await;
        let resting = match &mut *home {
            Home::Open(resting) => resting.take(),
            Home::Closed => return Err(sqlx::Error::PoolClosed.into()),
        };
        // It may be gone since its last transaction: then that shows here, where nothing is lost.
        if let Some(mut connection) = resting
            && matches!(timeout(WAIT, begin_on(&mut connection)).await, Ok(Ok(())))
        {
            return Ok(KeptTx { connection, home });
        }
        let opening = timeout(WAIT, PgConnection::connect_with(&self.options)).await;
        let mut connection = opening.map_err(|_| Error::Contended)??;
        begin_on(&mut connection).await?;
        Ok(KeptTx { connection, home })
    }

    /// Waits for the transaction that runs, and closes the connection.
    pub(super) async fn close(&self) {
        let home = std::mem::replace(&mut *self.home.lock().await, Home::Closed);
        if let Home::Open(Some(connection)) = home {
            // The runtime that it belongs to may be gone already, and then so is the connection.
            let _ = connection.close().await;
        }
    }
}

async fn begin_on(connection: &mut PgConnection) -> Result<(), Error> {
    answered(sqlx::raw_sql("begin").execute(connection)).await?;
    Ok(())
}

/// A transaction on the kept connection. Only one that has ended gives it back: whatever is dropped half-way takes its
/// connection along, and the database undoes what was begun on it.
pub(super) struct KeptTx {
    pub(super) connection: PgConnection,
    home: OwnedMutexGuard<Home>,
}

impl KeptTx {
    pub(super) async fn end(mut self, statement: &'static str) -> Result<(), Error> {
        answered(sqlx::raw_sql(statement).execute(&mut self.connection)).await?;
        *self.home = Home::Open(Some(self.connection));
        Ok(())
    }
}
