//! The audit after a measurement: what was promised is there, once, and nothing else. A measurement that fails it is
//! void.

use anyhow::{Result, ensure};

use crate::database::{Engine, postgres, sqlite};

/// What a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    /// Claims.
    pub(crate) rows: i64,
    /// Persons with a claim.
    pub(crate) persons: i64,
    /// The last serial; serials are unique, so without gaps it is the number of claims.
    pub(crate) last_serial: i64,
    /// What the packs count as issued.
    pub(crate) issued: i64,
    /// The faces that moved from stock to issued, and from there to merchants, in packs.
    pub(crate) moved: i64,
}

const COUNT: &str = "select
    (select count(*) from claim),
    (select count(distinct person_id) from claim),
    (select cast(coalesce(max(serial), 0) as bigint) from claim),
    (select cast(coalesce(sum(issued), 0) as bigint) from pack),
    (select cast(coalesce(sum(balance_fen), 0) / 5000 as bigint) from ledger_account
     where name = 'issued:r1' or name like 'payable:%')";

/// Counts.
pub(crate) async fn count(engine: Engine, url: &str) -> Result<Count> {
    let (rows, persons, last_serial, issued, moved) = match engine {
        Engine::Sqlite => sqlx::query_as(COUNT).fetch_one(&mut sqlite(url).await?).await?,
        Engine::Postgres => sqlx::query_as(COUNT).fetch_one(&mut postgres(url).await?).await?,
    };
    Ok(Count { rows, persons, last_serial, issued, moved })
}

impl Count {
    /// The rows, the stock, the serials and the money tell the same story, and it is the one that was told outside.
    /// When the generator stops, at most one request for each connection has its claim but not its answer.
    pub(crate) fn fits(&self, answers: u64, connections: usize) -> Result<()> {
        let Self { rows, persons, last_serial, issued, moved } = *self;
        ensure!(
            [persons, last_serial, issued, moved].iter().all(|count| *count == rows),
            "audit: the tables tell different stories: {self:?}"
        );
        let (answers, open) = (i64::try_from(answers)?, i64::try_from(connections)?);
        ensure!(
            (answers..=answers + open).contains(&rows),
            "audit: {answers} were told yes, {rows} claims are there"
        );
        Ok(())
    }
}

/// How many persons have come in so far.
pub(crate) async fn persons(engine: Engine, url: &str) -> Result<u64> {
    let text = "select count(*) from person";
    let (count,): (i64,) = match engine {
        Engine::Sqlite => sqlx::query_as(text).fetch_one(&mut sqlite(url).await?).await?,
        Engine::Postgres => sqlx::query_as(text).fetch_one(&mut postgres(url).await?).await?,
    };
    Ok(u64::try_from(count)?)
}

/// When the first claim was granted, in milliseconds since 1970 by the campaign clock, and how many there are.
pub(crate) async fn first_claim(engine: Engine, url: &str) -> Result<(i64, i64)> {
    let text = "select cast(coalesce(min(claimed_at), 0) as bigint), count(*) from claim";
    Ok(match engine {
        Engine::Sqlite => sqlx::query_as(text).fetch_one(&mut sqlite(url).await?).await?,
        Engine::Postgres => sqlx::query_as(text).fetch_one(&mut postgres(url).await?).await?,
    })
}
