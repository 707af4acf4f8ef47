//! The claim batch: a small fixed number of statements, whatever the number of requests. All of
//! them run in one transaction whose first statement is [`lock_round`](super::lock_round).

use domain::claim::{Claim, ClaimState, limit_key};
use domain::id::PackId;
use domain::ledger::{Chain, Posting, Reason};
use domain::pack::Stock;
use domain::risk::record::Record;
use domain::round::Round;
use serde::Serialize;

use crate::db::{Cells, Sql, Tx};
use crate::error::Error;
use crate::ledger::SealedTransfer;
use crate::risk::record as risk;
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
    /// What risk control said of everybody in the batch (R19).
    pub seen: &'a [&'a Record],
}

/// No `not exists` here: it flips the plan of a growing table. The unique indexes say what is a
/// duplicate: [`Error::Taken`]. No `on conflict` either: PostgreSQL would look into each index before
/// it writes there.
const RECORD: Sql =
    Sql { sqlite: include_str!("batch/sqlite.sql"), postgres: include_str!("batch/postgres.sql") };

/// Writes a batch (R3): claims, stock, serial, chain, transfer and balances. The lock is held and
/// the decision is made; from here it must succeed. A claim that was there already is
/// [`Error::Taken`], whatever else does not fit [`Error::Broken`]: drop the transaction.
pub async fn record(tx: &mut Tx, batch: &GrantBatch<'_>) -> Result<(), Error> {
    let transfer = &batch.transfer.transfer;
    if batch.claims.is_empty() || transfer.reason != Reason::Grant {
        return Err(Error::broken("a batch records grants, at least one"));
    }
    if batch.claims.iter().any(|claim| claim.state != ClaimState::Granted) {
        return Err(Error::broken("a batch records grants only"));
    }
    are_of(batch.round, batch.claims)?;
    let [posting] = transfer.postings.as_slice() else {
        return Err(Error::broken("the faces of a batch move once"));
    };
    let Posting { source: Some(source), target, amount } = posting else {
        return Err(Error::broken("the faces of a batch come from somewhere"));
    };
    if transfer.chain != Chain::Round(batch.round.id.clone()) {
        return Err(Error::broken("a batch follows the chain of its round"));
    }
    let granted =
        i64::try_from(batch.claims.len()).map_err(|_| Error::broken("a batch too large"))?;
    let query = tx
        .query(RECORD)
        .bind(batch.round.id.to_string())
        .bind(i64::from(batch.last_serial))
        .bind(granted)
        .bind(transfer.chain.to_string())
        .bind(transfer.sequence)
        .bind(transfer.reason.code().to_owned())
        .bind(transfer.at.millis())
        .bind(transfer.digest.to_vec())
        .bind(transfer.previous.to_vec())
        .bind(batch.transfer.hash.to_vec())
        .bind(source.to_string())
        .bind(target.to_string())
        .bind(amount.fen())
        .bind(packs(batch)?);
    let mut versions = risk::by_version(batch.seen);
    let first = versions.next().map(risk::row).transpose()?;
    let has_seen = u64::from(first.is_some());
    let written =
        risk::bind(query, first.unwrap_or_default()).bind_rows(cells(batch)).written().await?;
    #[cfg(feature = "negative-control")]
    crate::control::take_keys_out(tx, batch.claims).await?;
    for records in versions {
        risk::record(tx, records).await?;
    }
    // Every claim, every pack, the round, the transfer, its posting, two accounts, what was seen: whatever is missing
    // was decided on without the lock.
    let all = (granted.unsigned_abs()) + batch.round.packs.len() as u64 + 5 + has_seen;
    if written == all { Ok(()) } else { Err(Error::broken("a batch does not follow the last one")) }
}

/// Refuses claims for a pack that is not one of the round. All packs of a round are written with its claims, so they
/// are there: PostgreSQL would look for each claim's by itself, which costs an eighth of writing it.
pub(crate) fn are_of(round: &Round, claims: &[Claim]) -> Result<(), Error> {
    let is_of = |claim: &Claim| round.packs.iter().any(|pack| pack.id == claim.choice.pack);
    if claims.iter().all(is_of) {
        Ok(())
    } else {
        Err(Error::broken("a claim for no pack of its round"))
    }
}

/// Runs the statement of a batch with nothing in it, which writes nothing: what a connection needs to know for it is
/// learned before anybody waits.
pub async fn rehearse(tx: &mut Tx) -> Result<(), Error> {
    let (text, number) = (|| Cells::Text(Vec::new()), || Cells::Number(Vec::new()));
    let query = tx
        .query(RECORD)
        .bind(String::new())
        .bind(0_i64)
        .bind(0_i64)
        .bind(String::new())
        .bind(0_i64)
        .bind(String::new())
        .bind(0_i64)
        .bind(Vec::<u8>::new())
        .bind(Vec::<u8>::new())
        .bind(Vec::<u8>::new())
        .bind(String::new())
        .bind(String::new())
        .bind(0_i64)
        .bind("[]".to_owned());
    let written = risk::bind(query, risk::Row::default())
        .bind_rows(vec![text(), text(), text(), text(), text(), number(), text(), number()])
        .written()
        .await?;
    if written == 0 { Ok(()) } else { Err(Error::broken("a batch of nothing was written")) }
}

/// The packs with what is left of them.
fn packs(batch: &GrantBatch<'_>) -> Result<String, Error> {
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
    json(&rows)
}

/// The columns of the claims.
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
        numbers(&|claim| i64::from(claim.choice.named)),
        texts(&|claim| limit(claim).map(|pack| pack.to_string()).unwrap_or_default()),
        // Only grants are written, and every grant has its number.
        numbers(&|claim| claim.serial.map_or(0, i64::from)),
    ]
}

#[derive(Serialize)]
struct PackText<'a> {
    pack: &'a PackId,
    issued: u32,
    held: u32,
    remaining: u32,
}
