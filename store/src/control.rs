//! Negative controls, for tests alone: the claim desk with its guards taken away. A test that uses
//! these must see the oversell; if it does not, the test of the real desk shows nothing.

use domain::id::RoundId;

use crate::claim::{self, GrantBatch, LockedRound};
use crate::db::{self, Sql, Tx};
use crate::error::Error;
use crate::open::Store;
use crate::round::read_all;

/// Reads a round outside of the transaction that will write: what it says may be over before
/// anything is written.
pub async fn read_round_without_lock(
    store: &Store,
    id: &RoundId,
) -> Result<Option<LockedRound>, Error> {
    let all = read_all(&mut store.snapshot().await?).await?;
    Ok(all.into_iter().find(|locked| locked.round.id == *id))
}

/// Writes claims and stock as computed, without asking whether they still follow what is there, and
/// without ledger.
pub async fn record_without_guard(tx: &mut Tx, batch: &GrantBatch<'_>) -> Result<(), Error> {
    claim::control_insert(tx, batch).await?;
    tx.query("update round set last_serial = $2 where id = $1")
        .bind(batch.round.id.to_string())
        .bind(i64::from(batch.last_serial))
        .execute()
        .await?;
    Ok(())
}

/// A statement that runs in the rush, and must not walk over a table.
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
    /// A person's claim in a round.
    ClaimsInRound,
    /// A person's wallet.
    ClaimsOfPerson,
    /// The code that is on show for a voucher.
    ShownCode,
}

/// The plan of a hot statement, a line each.
pub async fn plan(store: &Store, statement: Hot) -> Result<Vec<String>, Error> {
    let (sql, literals): (Sql, &str) = match statement {
        Hot::Holdings => (claim::HOLDINGS, "'[]', 'r'"),
        Hot::WithPack => (claim::WITH_PACK, "'[]'"),
        Hot::Sessions => (crate::session::SELECT_SESSIONS, "'[]', 0, 'p', 1"),
        Hot::ClaimByKey => (claim::CLAIM_BY_KEY.into(), "'a', 'r', 'k'"),
        Hot::ClaimsInRound => (claim::CLAIMS_IN_ROUND.into(), "'r', 'p'"),
        Hot::ClaimsOfPerson => (claim::CLAIMS_OF_PERSON.into(), "'p', 10"),
        Hot::ShownCode => (crate::code::SELECT_SHOWN.into(), "'c', 1, 1"),
    };
    db::plan(&store.db, sql, literals).await
}
