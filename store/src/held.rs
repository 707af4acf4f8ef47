//! Held claims (R19): setting packs aside, granting and refusing them. Whoever does so has locked the round first, and
//! decided on what that showed. What the desk looks at is in `held/browse.rs`.

mod browse;

use std::collections::BTreeSet;

use domain::claim::{Claim, ClaimState, limit_key};
use domain::held::Ruling;
use domain::id::{ClaimId, PackId, RoundId};
use domain::ledger::Reason;
use domain::merchant::Mark;
use domain::pack::Stock;
use domain::round::Round;
use domain::time::Timestamp;
use serde::Serialize;

use crate::claim::{ClaimRow, are_of, read, select_claim};
use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::ledger::{self, SealedTransfer};
use crate::open::Store;
use crate::text::{Place, json, json_ids};

pub use browse::{Decided, RiskCount, decisions_of, reviewed_after};

const INSERT: Sql = json_rows!(
    "insert into claim (id, round_id, pack_id, person_id, account_id, request_key, pack_named, limit_key, state,
                        answered, claimed_at, decide_by)
     select t.id, $2, t.pack, t.person, t.account, t.key, t.named, t.limit_key, 'held', 'held', $3, t.decide_by from",
    [id text, pack text, person text, account text, key text, named bigint, limit_key text, decide_by bigint],
    "where true"
);

const PACKS: Sql = json_rows!(
    "update pack set issued = t.issued, held = t.held, remaining = t.remaining from",
    [pack text, issued bigint, held bigint, remaining bigint],
    "where pack.round_id = $2 and pack.id = t.pack"
);

const DECIDE: Sql = json_rows!(
    "update claim set state = $2, serial = t.serial, decided_at = $3 from",
    [id text, serial bigint],
    "where claim.id = t.id and claim.state = 'held'"
);

const OF_ROUND: Sql =
    json_rows!(select_claim!("join"), [id text], "on c.id = t.id where c.round_id = $2");

/// How many held claims are looked at when it is asked whose time is over; of the others it is asked again.
const LAPSED_MAX: u32 = 1_000;

/// In the order of the index of held claims: asked for the rounds themselves, PostgreSQL walks all claims by round.
pub(crate) const ROUNDS_WITH_LAPSED: &str = "select round_id from claim
     where state = 'held' and decide_by <= $1 order by decide_by, id limit $2";

impl Store {
    /// The rounds of the held claims whose time is over at `now`, of the earliest thousand of them, by
    /// identifier. Read before any lock: whoever refuses one asks again under it.
    pub async fn rounds_with_lapsed(&self, now: Timestamp) -> Result<Vec<RoundId>, Error> {
        let rows: Vec<(String,)> = self
            .db
            .read(ROUNDS_WITH_LAPSED)
            .bind(now.millis())
            .bind(i64::from(LAPSED_MAX))
            .fetch_all()
            .await?;
        let rounds: BTreeSet<String> = rows.into_iter().map(|(id,)| id).collect();
        rounds.iter().map(|id| Place { table: "claim", row: id }.parse("round_id", id)).collect()
    }
}

/// Writes held claims that were made at `at` and sets their packs aside. A claim that was there already is
/// [`Error::Taken`]: drop the transaction.
pub async fn record(
    tx: &mut Tx,
    round: &Round,
    claims: &[Claim],
    stocks: &[Stock],
    at: Timestamp,
) -> Result<(), Error> {
    are_of(round, claims)?;
    let row = |claim: &Claim| {
        let held = claim.state == ClaimState::Held && claim.claimed_at == at;
        let decide_by = claim.decide_by.filter(|_| held);
        let limit = limit_key(round, &claim.choice.pack);
        Ok(Row {
            id: claim.id,
            pack: claim.choice.pack.clone(),
            person: claim.person.to_string(),
            account: claim.account.to_string(),
            key: claim.key.as_str().to_owned(),
            named: u8::from(claim.choice.named),
            limit_key: limit.map(|pack| pack.to_string()).unwrap_or_default(),
            decide_by: decide_by
                .ok_or_else(|| Error::broken("only what is held is set aside"))?
                .millis(),
        })
    };
    let rows: Vec<Row> = claims.iter().map(row).collect::<Result<_, Error>>()?;
    let query = tx.query(INSERT).bind(json(&rows)?).bind(round.id.to_string()).bind(at.millis());
    exactly(query.execute().await?, claims.len())?;
    set_packs(tx, round, stocks).await
}

/// The claims of a round that have those identifiers, in no order. The round is locked.
pub async fn claims(tx: &mut Tx, round: &RoundId, ids: &[ClaimId]) -> Result<Vec<Claim>, Error> {
    let query = tx.query(OF_ROUND).bind(json_ids(ids)?).bind(round.to_string());
    read(query.fetch_all::<ClaimRow>().await?)
}

/// The held claims of a round whose time is over at `now`, the earliest deadline first, at most `limit`. The round is
/// locked.
pub async fn lapsed(
    tx: &mut Tx,
    round: &RoundId,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Claim>, Error> {
    let query = tx
        .query(select_claim!(
            "where c.state = 'held' and c.decide_by <= $1 and c.round_id = $2
             order by c.decide_by, c.id limit $3"
        ))
        .bind(now.millis())
        .bind(round.to_string())
        .bind(i64::from(limit));
    read(query.fetch_all::<ClaimRow>().await?)
}

/// The grant of held claims, as decided under the round's lock.
#[derive(Clone, Copy, Debug)]
pub struct HeldGrant<'a> {
    /// The round, as read under the lock.
    pub round: &'a Round,
    /// The claims as they are afterwards, in the order of their serials, all decided at once.
    pub claims: &'a [Claim],
    /// The stock of each pack afterwards.
    pub stocks: &'a [Stock],
    /// The number of the last grant afterwards.
    pub last_serial: u32,
    /// What moves, sealed, following the round's chain.
    pub transfer: &'a SealedTransfer,
}

/// Grants held claims: each gets its serial now. The round and its accounts are locked.
pub async fn grant(tx: &mut Tx, granted: &HeldGrant<'_>) -> Result<(), Error> {
    let HeldGrant { round, claims, stocks, last_serial, transfer } = *granted;
    if transfer.transfer.reason != Reason::Grant {
        return Err(Error::broken("a held claim is granted by a grant"));
    }
    decide(tx, claims, ClaimState::Granted, transfer.transfer.at).await?;
    set_packs(tx, round, stocks).await?;
    let count = i64::try_from(claims.len()).map_err(|_| Error::broken("too many at once"))?;
    let counted = tx
        .query("update round set last_serial = $2 where id = $1 and last_serial = $2 - $3")
        .bind(round.id.to_string())
        .bind(i64::from(last_serial))
        .bind(count)
        .execute()
        .await?;
    exactly(counted, 1)?;
    ledger::continue_chain(tx, &round.id, transfer).await?;
    ledger::post(tx, transfer).await
}

/// Refuses held claims: their packs return, and what servers remember of the round is void. The round is locked.
pub async fn refuse(
    tx: &mut Tx,
    round: &Round,
    claims: &[Claim],
    stocks: &[Stock],
    at: Timestamp,
) -> Result<(), Error> {
    decide(tx, claims, ClaimState::Refused, at).await?;
    set_packs(tx, round, stocks).await?;
    let count = i64::try_from(claims.len()).map_err(|_| Error::broken("too many at once"))?;
    let counted = tx
        .query("update round set returned = returned + $2 where id = $1")
        .bind(round.id.to_string())
        .bind(count)
        .execute()
        .await?;
    exactly(counted, 1)
}

/// Writes down who decided so, and why.
pub async fn record_decision(
    tx: &mut Tx,
    claim: &ClaimId,
    ruling: Ruling,
    mark: &Mark,
) -> Result<(), Error> {
    tx.query(
        "insert into risk_decision (claim_id, ruling, who, at, why) values ($1, $2, $3, $4, $5)",
    )
    .bind(claim.to_string())
    .bind(ruling.code().to_owned())
    .bind(mark.who.to_string())
    .bind(mark.at.millis())
    .bind(mark.why.clone())
    .execute()
    .await?;
    Ok(())
}

async fn decide(
    tx: &mut Tx,
    claims: &[Claim],
    state: ClaimState,
    at: Timestamp,
) -> Result<(), Error> {
    let rows: Vec<Named> =
        claims.iter().map(|claim| Named { id: claim.id, serial: claim.serial }).collect();
    let word = crate::text::code(&state)?;
    let query = tx.query(DECIDE).bind(json(&rows)?).bind(word).bind(at.millis());
    exactly(query.execute().await?, claims.len())
}

async fn set_packs(tx: &mut Tx, round: &Round, stocks: &[Stock]) -> Result<(), Error> {
    let pairs = round.packs.iter().zip(stocks);
    let rows: Vec<PackText<'_>> = pairs
        .map(|(pack, stock)| PackText {
            pack: &pack.id,
            issued: stock.issued,
            held: stock.held,
            remaining: stock.remaining(),
        })
        .collect();
    let query = tx.query(PACKS).bind(json(&rows)?).bind(round.id.to_string());
    exactly(query.execute().await?, round.packs.len())
}

fn exactly(changed: u64, wanted: usize) -> Result<(), Error> {
    if changed == wanted as u64 {
        Ok(())
    } else {
        Err(Error::broken("a held claim changed between the lock and its record"))
    }
}

#[derive(Serialize)]
struct Row {
    id: ClaimId,
    pack: PackId,
    person: String,
    account: String,
    key: String,
    named: u8,
    limit_key: String,
    decide_by: i64,
}

#[derive(Serialize)]
struct Named {
    id: ClaimId,
    serial: Option<u32>,
}

#[derive(Serialize)]
struct PackText<'a> {
    pack: &'a PackId,
    issued: u32,
    held: u32,
    remaining: u32,
}
