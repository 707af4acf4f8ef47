//! Negative controls, for tests alone: the claim desk with its guards taken away. A test that uses
//! these must see the oversell; if it does not, the test of the real desk shows nothing.

mod key;
mod unguarded;

use std::sync::atomic::{AtomicBool, Ordering};

use domain::id::RoundId;
use sqlx::SqlitePool;
use sqlx::postgres::PgConnectOptions;

use crate::claim::{self, LockedRound};
use crate::db::{self, Sql};
use crate::error::Error;
use crate::open::Store;
use crate::round::read_all;

pub(crate) use key::take_keys_out;
pub use key::{write_keys, write_till_keys};
pub use unguarded::record_without_guard;

/// Reads a round outside of the transaction that will write: what it says may be over before
/// anything is written.
pub async fn read_round_without_lock(
    store: &Store,
    id: &RoundId,
) -> Result<Option<LockedRound>, Error> {
    let all = read_all(&mut store.snapshot().await?).await?;
    Ok(all.into_iter().find(|locked| locked.round.id == *id))
}

/// Runs SQL past the product: for states that no rule leads to.
pub async fn run(store: &Store, sql: &str) -> Result<(), Error> {
    let text = sqlx::AssertSqlSafe(sql.to_owned());
    match &store.db {
        db::Db::Sqlite { writer, .. } => {
            sqlx::raw_sql(text).execute(writer).await?;
        }
        db::Db::Postgres { pool, .. } => {
            sqlx::raw_sql(text).execute(pool).await?;
        }
    }
    Ok(())
}

/// A guard of durability, which a fault run can leave out to show that it would notice.
#[derive(Clone, Copy, Debug)]
pub enum Guard {
    /// The flush of each commit: SQLite's `synchronous`, PostgreSQL's `synchronous_commit`.
    Sync,
    /// The request key in the claim's own transaction.
    Key,
    /// The request key in the redemption's own transaction.
    TillKey,
    /// The flush of what a killed process has left, on SQLite.
    Log,
}

/// What is left out in this process; nothing, until somebody says so.
static LEFT_OUT: [AtomicBool; 4] = [const { AtomicBool::new(false) }; 4];

/// Leaves a guard out, for databases that are opened afterwards.
pub fn leave_out(guard: Guard) {
    LEFT_OUT[guard as usize].store(true, Ordering::Relaxed);
}

pub(crate) fn is_left_out(guard: Guard) -> bool {
    LEFT_OUT[guard as usize].load(Ordering::Relaxed)
}

/// After the settings were asserted, so that they look as they should: every connection that is opened afterwards.
pub(crate) fn unsynced(options: PgConnectOptions) -> PgConnectOptions {
    if is_left_out(Guard::Sync) {
        options.options([("synchronous_commit", "off")])
    } else {
        options
    }
}

/// The same on SQLite, whose writer is open.
pub(crate) async fn stop_syncing(writer: &SqlitePool) -> Result<(), Error> {
    if is_left_out(Guard::Sync) {
        sqlx::raw_sql("pragma synchronous = off").execute(writer).await?;
    }
    Ok(())
}

/// A statement that runs in the rush, or for each page of a long walk, and must not walk over a table.
#[derive(Clone, Copy, Debug)]
pub enum Hot {
    /// What the persons of a batch hold in the round.
    Holdings,
    /// Which persons of a batch have a pack in the campaign.
    WithPack,
    /// The sessions of some requests.
    Sessions,
    /// The replay of a request key.
    ClaimByKey,
    /// A person's wallet.
    ClaimsOfPerson,
    /// The code that is on show for a voucher.
    ShownCode,
    /// The requests of a batch of redemptions that were answered before.
    RedemptionsByKey,
    /// The vouchers of a batch that are used.
    UsedVouchers,
    /// The persons and merchants of a batch that have met.
    MetToday,
    /// The tills of a batch.
    Shops,
    /// What a person's vouchers were used for.
    VoucherUses,
    /// What quotes are made from.
    Counters,
    /// Who stands behind the keys of machines.
    KeyHolders,
    /// A page of transfers.
    Transfers,
    /// Its postings.
    Postings,
    /// The rounds of held claims whose time is over.
    Lapsed,
    /// What changed of sessions, read several times a second.
    Changes,
}

/// The plan of a hot statement, a line each.
pub async fn plan(store: &Store, statement: Hot) -> Result<Vec<String>, Error> {
    let (sql, literals): (Sql, &str) = match statement {
        Hot::Holdings => (claim::HOLDINGS, "'[]', 'r'"),
        Hot::WithPack => (claim::WITH_PACK, "'[]'"),
        Hot::Sessions => (crate::session::SELECT_SESSIONS, "'[]', 0, '[]'"),
        Hot::ClaimByKey => (claim::CLAIM_BY_KEY.into(), "'a', 'r', 'k'"),
        Hot::ClaimsOfPerson => (claim::CLAIMS_OF_PERSON.into(), "'p', 10"),
        Hot::ShownCode => (crate::code::SELECT_SHOWN.into(), "'c', 1, 1"),
        Hot::RedemptionsByKey => (crate::redemption::RECORDED, "'[]'"),
        Hot::UsedVouchers => (crate::redemption::USED, "'[]'"),
        Hot::MetToday => (crate::redemption::MET, "'[]', 1"),
        Hot::Shops => (crate::redemption::SHOPS, "'[]'"),
        Hot::VoucherUses => (crate::redemption::USES, "'p'"),
        Hot::Counters => (crate::redemption::COUNTERS, "'[]', 1"),
        Hot::KeyHolders => (crate::till::KEY_HOLDERS, "'[]', 1"),
        Hot::Transfers => (crate::ledger::TRANSFERS, "'', 0, 10"),
        Hot::Postings => (crate::ledger::POSTINGS, "'', 0, '', 0"),
        Hot::Lapsed => (crate::held::ROUNDS_WITH_LAPSED.into(), "0, 10"),
        Hot::Changes => (crate::session::change::READ_CHANGES, "20000"),
    };
    db::plan(&store.db, sql, literals).await
}
