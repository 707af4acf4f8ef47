//! The claim batch: a small fixed number of statements, whatever the number of requests. All of
//! them run in one transaction whose first statement is [`lock_round`](super::lock_round).

use domain::claim::{Claim, ClaimState, limit_key};
use domain::id::PackId;
use domain::ledger::{Chain, Reason};
use domain::pack::Stock;
use domain::round::Round;
use serde::Serialize;

use crate::db::{Cells, Sql, Tx, json_rows, set_rows};
use crate::error::Error;
use crate::ledger::{self, SealedTransfer};
use crate::text::json;

/// The grants of a batch as decided under the round's lock: claims, what is left, and the money
/// that moved.
#[derive(Clone, Copy, Debug)]
pub struct GrantBatch<'a> {
    /// The round, as read under the lock.
    pub round: &'a Round,
    /// The claims, every one granted, at least one.
    pub claims: &'a [Claim],
    /// The stock of each pack afterwards, in the order of the round's packs.
    pub stocks: &'a [Stock],
    /// The number of the last grant afterwards.
    pub last_serial: u32,
    /// The one transfer of the batch, sealed, following the round's chain.
    pub transfer: &'a SealedTransfer,
}

/// No `not exists` here: it flips the plan of a growing table. The unique indexes say what is a
/// duplicate: [`Error::Taken`]. No `on conflict` either: PostgreSQL would look into each index before
/// it writes there.
const INSERT_CLAIMS: Sql = set_rows!(
    "insert into claim (id, round_id, pack_id, person_id, account_id, request_key, pack_named,
                        limit_key, state, answered, serial, claimed_at)
     select t.id, $1, t.pack, t.person, t.account, t.request_key, t.named,
            t.limit_key, 'granted', 'granted', t.serial, t.claimed_at
     from",
    [
        0 2 id text, 1 3 pack text, 2 4 person text, 3 5 account text, 4 6 request_key text,
        5 7 limit_key text, 6 8 named bigint, 7 9 serial bigint, 8 10 claimed_at bigint
    ],
    "where true"
);

const UPDATE_PACKS: Sql = json_rows!(
    "update pack set issued = t.issued, held = t.held, remaining = t.remaining from",
    [pack text, issued bigint, held bigint, remaining bigint],
    "where pack.round_id = $2 and pack.id = t.pack"
);

/// Writes a batch (R3): claims, stock, serial, chain, transfer and balances. The lock is held and
/// the decision is made; from here it must succeed. A claim that was there already is
/// [`Error::Taken`], whatever else does not fit [`Error::Broken`]: drop the transaction.
pub async fn record(tx: &mut Tx, batch: &GrantBatch<'_>) -> Result<(), Error> {
    let transfer = &batch.transfer.transfer;
    if batch.claims.is_empty() || transfer.reason != Reason::Grant {
        return Err(Error::broken("a batch records grants, at least one"));
    }
    insert_claims(tx, batch).await?;
    update_packs(tx, batch).await?;
    advance(tx, batch).await?;
    #[cfg(feature = "negative-control")]
    crate::control::take_keys_out(tx, batch.claims).await?;
    ledger::post(tx, batch.transfer).await
}

async fn insert_claims(tx: &mut Tx, batch: &GrantBatch<'_>) -> Result<(), Error> {
    if batch.claims.iter().any(|claim| claim.state != ClaimState::Granted) {
        return Err(Error::broken("a batch records grants only"));
    }
    let inserted = tx
        .query(INSERT_CLAIMS)
        .bind(batch.round.id.to_string())
        .bind_rows(cells(batch))
        .execute()
        .await?;
    let all = inserted == batch.claims.len() as u64;
    if all { Ok(()) } else { Err(Error::broken("not every claim of the batch was written")) }
}

async fn update_packs(tx: &mut Tx, batch: &GrantBatch<'_>) -> Result<(), Error> {
    let rows: Vec<PackText<'_>> = batch
        .round
        .packs
        .iter()
        .zip(batch.stocks)
        .map(|(pack, stock)| PackText {
            pack: &pack.id,
            issued: stock.issued,
            held: stock.held,
            remaining: stock.remaining(),
        })
        .collect();
    let changed = tx
        .query(UPDATE_PACKS)
        .bind(json(&rows)?)
        .bind(batch.round.id.to_string())
        .execute()
        .await?;
    let all = changed == batch.round.packs.len() as u64 && changed == batch.stocks.len() as u64;
    if all { Ok(()) } else { Err(Error::broken("a pack of the batch is not there")) }
}

/// The serial moves on by exactly the number of grants, and the transfer follows the end of the
/// chain: what was decided on another end was decided without the lock.
async fn advance(tx: &mut Tx, batch: &GrantBatch<'_>) -> Result<(), Error> {
    let SealedTransfer { transfer, hash } = batch.transfer;
    let last_serial = i64::from(batch.last_serial);
    let granted =
        i64::try_from(batch.claims.len()).map_err(|_| Error::broken("a batch too large"))?;
    let changed = tx
        .query(
            "update round set last_serial = $2, chain_sequence = $3, chain_hash = $4
             where id = $1 and last_serial = $5 and chain_sequence = $6 and chain_hash = $7",
        )
        .bind(batch.round.id.to_string())
        .bind(last_serial)
        .bind(transfer.sequence)
        .bind(hash.to_vec())
        .bind(last_serial - granted)
        .bind(transfer.sequence - 1)
        .bind(transfer.previous.to_vec())
        .execute()
        .await?;
    let follows = changed == 1 && transfer.chain == Chain::Round(batch.round.id.clone());
    if follows { Ok(()) } else { Err(Error::broken("a batch does not follow the last one")) }
}

/// The columns of [`INSERT_CLAIMS`].
fn cells(batch: &GrantBatch<'_>) -> Vec<Cells> {
    let texts = |of: &dyn Fn(&Claim) -> String| Cells::Text(batch.claims.iter().map(of).collect());
    let numbers = |of: &dyn Fn(&Claim) -> i64| Cells::Number(batch.claims.iter().map(of).collect());
    let limit = |claim: &Claim| limit_key(batch.round, &claim.choice.pack);
    vec![
        texts(&|claim| claim.id.to_string()),
        texts(&|claim| claim.choice.pack.to_string()),
        texts(&|claim| claim.person.to_string()),
        texts(&|claim| claim.account.to_string()),
        texts(&|claim| claim.key.as_str().to_owned()),
        texts(&|claim| limit(claim).map(|pack| pack.to_string()).unwrap_or_default()),
        numbers(&|claim| i64::from(claim.choice.named)),
        // Only grants are written, and every grant has its number.
        numbers(&|claim| claim.serial.map_or(0, i64::from)),
        numbers(&|claim| claim.claimed_at.millis()),
    ]
}

#[derive(Serialize)]
struct PackText<'a> {
    pack: &'a PackId,
    issued: u32,
    held: u32,
    remaining: u32,
}

/// The claims and the stock of a batch, and nothing that holds them against what is there.
#[cfg(feature = "negative-control")]
pub(crate) async fn control_insert(tx: &mut Tx, batch: &GrantBatch<'_>) -> Result<(), Error> {
    insert_claims(tx, batch).await?;
    update_packs(tx, batch).await
}
