//! Claims (R1 to R4): one row each, from which the vouchers follow. Reading here, the batch in
//! `claim/`.

mod batch;
mod holding;

use domain::claim::{Choice, Claim};
use domain::id::{AccountId, ClaimId, PersonId, RequestKey, RoundId};
use domain::time::Timestamp;

use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::open::Store;
use crate::text::{Place, json_ids};

pub use crate::round::{LockedRound, lock_round};
pub(crate) use batch::are_of;
pub use batch::{GrantBatch, record, rehearse};
#[cfg(feature = "negative-control")]
pub(crate) use holding::{HOLDINGS, WITH_PACK};
pub use holding::{holdings, with_pack_in_campaign};

/// The most claims that one answer about a person holds; a campaign has a few rounds with a few
/// packs each.
const CLAIMS_OF_PERSON_MAX: i64 = 1_000;

/// What [`ClaimRow`] is made of, of the claim `c`.
macro_rules! claim_columns {
    () => {
        "c.id, c.round_id, c.pack_id, c.person_id, c.account_id, c.request_key, c.pack_named,
         c.serial, c.state, c.claimed_at, c.decide_by, c.decided_at"
    };
}

/// The claims of some tail, which names the table `c`.
macro_rules! select_claim {
    ($tail:literal) => {
        concat!("select ", crate::claim::claim_columns!(), " from claim c ", $tail)
    };
}

pub(crate) use {claim_columns, select_claim};

pub(crate) const CLAIM_BY_KEY: &str =
    select_claim!("where c.account_id = $1 and c.round_id = $2 and c.request_key = $3");

pub(crate) const CLAIMS_OF_PERSON: &str =
    select_claim!("where c.person_id = $1 order by c.claimed_at desc, c.id desc limit $2");

const CLAIMS_BY_ID: Sql = json_rows!(select_claim!("join"), [id text], "on c.id = t.id");

/// Everything that a server must know before it may refuse from memory, as it stood at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holders {
    /// The round's version, and how many packs of held claims came back: what is remembered of another one is void.
    pub version: (i64, u32),
    /// Whether no pack of the round remains.
    pub sold_out: bool,
    /// The persons who have a claim in the round, each once; also a refused one, whose key is answered as before (R4).
    /// Empty as long as packs remain: then nobody is refused from memory.
    pub persons: Vec<PersonId>,
}

impl Store {
    /// The claim of that identifier.
    pub async fn claim(&self, id: &ClaimId) -> Result<Option<Claim>, Error> {
        let query = self.db.read(select_claim!("where c.id = $1")).bind(id.to_string());
        query.fetch_optional::<ClaimRow>().await?.map(ClaimRow::read).transpose()
    }

    /// A person's claims, the newest first.
    pub async fn claims_of(&self, person: &PersonId) -> Result<Vec<Claim>, Error> {
        let query =
            self.db.read(CLAIMS_OF_PERSON).bind(person.to_string()).bind(CLAIMS_OF_PERSON_MAX);
        read(query.fetch_all().await?)
    }

    /// The claim that was made with that key (R4).
    pub async fn claim_by_key(
        &self,
        account: &AccountId,
        round: &RoundId,
        key: &RequestKey,
    ) -> Result<Option<Claim>, Error> {
        let query = self
            .db
            .read(CLAIM_BY_KEY)
            .bind(account.to_string())
            .bind(round.to_string())
            .bind(key.as_str().to_owned());
        query.fetch_optional::<ClaimRow>().await?.map(ClaimRow::read).transpose()
    }

    /// Granted claims of a round by serial, after that one, at most `limit`: to recompute the
    /// digests (R20).
    pub async fn claims_of_round(
        &self,
        round: &RoundId,
        after_serial: u32,
        limit: u32,
    ) -> Result<Vec<Claim>, Error> {
        claims_of_round(&mut self.snapshot().await?, round, after_serial, limit).await
    }

    /// Who holds a pack of the round, with the version and the stock of the same instant; `None`
    /// when there is no such round.
    pub async fn holders(&self, round: &RoundId) -> Result<Option<Holders>, Error> {
        let mut tx = self.snapshot().await?;
        let head: Option<(i64, i64, Option<i64>)> = tx
            .query(
                "select r.version, r.returned, cast(sum(p.remaining) as bigint)
                 from round r left join pack p on p.round_id = r.id
                 where r.id = $1 group by r.version, r.returned",
            )
            .bind(round.to_string())
            .fetch_optional()
            .await?;
        let Some((version, returned, remaining)) = head else { return Ok(None) };
        let sold_out = remaining.unwrap_or(0) == 0;
        let persons: Vec<(String,)> = if sold_out {
            tx.query("select distinct person_id from claim where round_id = $1")
                .bind(round.to_string())
                .fetch_all()
                .await?
        } else {
            Vec::new()
        };
        let version =
            (version, Place { table: "round", row: round.as_str() }.number("returned", returned)?);
        let place = Place { table: "claim", row: round.as_str() };
        let persons = persons.iter().map(|(person,)| place.parse("person_id", person));
        let persons = persons.collect::<Result<_, _>>()?;
        Ok(Some(Holders { version, sold_out, persons }))
    }
}

/// Granted claims of a snapshot; see [`Store::claims_of_round`].
pub async fn claims_of_round(
    tx: &mut Tx,
    round: &RoundId,
    after_serial: u32,
    limit: u32,
) -> Result<Vec<Claim>, Error> {
    let query = tx
        .query(select_claim!("where c.round_id = $1 and c.serial > $2 order by c.serial limit $3"))
        .bind(round.to_string())
        .bind(i64::from(after_serial))
        .bind(i64::from(limit));
    read(query.fetch_all().await?)
}

/// Every claim after that one, in the order of the identifiers, at most `limit`: for exports.
pub async fn claims_after(
    tx: &mut Tx,
    after: Option<ClaimId>,
    limit: u32,
) -> Result<Vec<Claim>, Error> {
    let query = tx
        .query(select_claim!("where c.id > $1 order by c.id limit $2"))
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .bind(i64::from(limit));
    read(query.fetch_all().await?)
}

/// The claims of those identifiers, in no order: for replays.
pub async fn read_claims(tx: &mut Tx, ids: &[ClaimId]) -> Result<Vec<Claim>, Error> {
    read(tx.query(CLAIMS_BY_ID).bind(json_ids(ids)?).fetch_all().await?)
}

pub(crate) fn read(rows: Vec<ClaimRow>) -> Result<Vec<Claim>, Error> {
    rows.into_iter().map(ClaimRow::read).collect()
}

/// A claim as it is stored.
#[derive(sqlx::FromRow)]
pub(crate) struct ClaimRow {
    id: String,
    round_id: String,
    pack_id: String,
    person_id: String,
    account_id: String,
    request_key: String,
    pack_named: i64,
    serial: Option<i64>,
    state: String,
    claimed_at: i64,
    decide_by: Option<i64>,
    decided_at: Option<i64>,
}

impl ClaimRow {
    pub(crate) fn read(self) -> Result<Claim, Error> {
        let place = Place { table: "claim", row: &self.id };
        let serial = self.serial.map(|serial| place.number("serial", serial)).transpose()?;
        Ok(Claim {
            id: place.parse("id", &self.id)?,
            round: place.parse("round_id", &self.round_id)?,
            person: place.parse("person_id", &self.person_id)?,
            account: place.parse("account_id", &self.account_id)?,
            key: place.parse("request_key", &self.request_key)?,
            choice: Choice {
                pack: place.parse("pack_id", &self.pack_id)?,
                named: self.pack_named != 0,
            },
            serial,
            state: place.code("state", self.state)?,
            claimed_at: Timestamp::from_millis(self.claimed_at),
            decide_by: self.decide_by.map(Timestamp::from_millis),
            decided_at: self.decided_at.map(Timestamp::from_millis),
        })
    }
}
