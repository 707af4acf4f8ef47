//! Starting on a file with a million claims, and the memory of a server that has them and many who are signed in.

use std::time::Instant;

use anyhow::Result;
use sqlx::{AssertSqlSafe, raw_sql};

use super::refusals::{PERSONS, SCARCE};
use super::{CONNECTIONS, Time};
use crate::closed::{Act, Persons, requests};
use crate::database::{Engine, sqlite};
use crate::processor::resident_kib;
use crate::stage::{OPEN, Stage};

/// How many claims are in the file.
const CLAIMS: u64 = 1_000_000;

/// What a start costs.
pub(crate) struct Started {
    /// From the start of the process to the first page that it serves.
    pub(crate) ready_ms: f64,
    /// Memory at that moment.
    pub(crate) fresh_mib: f64,
    /// Memory once every holder is known and [`PERSONS`] have pressed.
    pub(crate) full_mib: f64,
}

/// Starts on a round of which every one of a million packs is given.
#[expect(clippy::disallowed_methods, reason = "a benchmark has no clock but the machine's")]
pub(crate) async fn start(stage: &Stage, time: Time) -> Result<Started> {
    let url = stage.databases(Engine::Sqlite).copy(SCARCE, "spoilt").await?;
    // Only the claims and the stock: nobody verifies this ledger.
    let first = 10_000_000;
    let statements = format!(
        "begin;
         with recursive n(i) as (select 1 union all select i + 1 from n where i < {CLAIMS})
         insert into claim (id, round_id, pack_id, person_id, account_id, request_key, pack_named, limit_key,
                            state, answered, serial, claimed_at)
         select printf('%026d', {first} + i), 'r1', 'pack', printf('%026d', {first} + i),
                printf('%026d', {first} + i), 'b-' || i, 0, '', 'granted', 'granted', i, 1587520800000 from n;
         update pack set stock = {CLAIMS}, issued = {CLAIMS}, held = 0, remaining = 0;
         update round set last_serial = {CLAIMS};
         commit"
    );
    let mut connection = sqlite(&url).await?;
    raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await?;
    sqlx::Connection::close(connection).await?;
    let began = Instant::now();
    let server = stage.start(&url, &["--now", OPEN]).await?;
    server.ask(b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n").await?;
    let ready_ms = began.elapsed().as_secs_f64() * 1_000.0;
    let fresh = resident_kib(server.pid()?)?;
    server.until_idle(stage.postmaster()?).await?;
    let persons = Persons { first: 1, share: PERSONS, again: PERSONS, act: Act::Claim };
    requests(&[server.address], CONNECTIONS, time.warm + time.measured, persons).await?;
    let full = resident_kib(server.pid()?)?;
    server.stop().await?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let mib = |kib: u64| kib as f64 / 1_024.0;
    Ok(Started { ready_ms, fresh_mib: mib(fresh), full_mib: mib(full) })
}
