//! What the risk desk and the verification look at.

use domain::claim::Claim;
use domain::held::Ruling;
use domain::id::ClaimId;
use domain::merchant::Mark;
use domain::risk::{Act, Verdict};
use domain::time::Timestamp;

use crate::claim::{ClaimRow, read, select_claim};
use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::merchant::mark;
use crate::open::Store;
use crate::text::{Place, json_ids};

/// The most that are counted: beyond it the page says "more than".
const COUNT_MAX: i64 = 10_000;

/// What the desk decided of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The claim.
    pub claim: ClaimId,
    /// What it said.
    pub ruling: Ruling,
    /// Who, when and why.
    pub mark: Mark,
}

/// How many acts met a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RiskCount {
    /// What was scored.
    pub act: Act,
    /// What the configuration said.
    pub verdict: Verdict,
    /// What was done.
    pub enforced: Verdict,
    /// How many.
    pub count: i64,
}

impl Store {
    /// Held claims by their deadlines, after that one, at most `limit`.
    pub async fn held_claims(
        &self,
        after: Option<(Timestamp, ClaimId)>,
        limit: u32,
    ) -> Result<Vec<Claim>, Error> {
        let (by, id) =
            after.map_or((i64::MIN, String::new()), |(by, id)| (by.millis(), id.to_string()));
        let query = self
            .db
            .read(select_claim!(
                "where c.state = 'held' and (c.decide_by, c.id) > ($1, $2)
                 order by c.decide_by, c.id limit $3"
            ))
            .bind(by)
            .bind(id)
            .bind(i64::from(limit));
        read(query.fetch_all::<ClaimRow>().await?)
    }

    /// How many claims wait for the desk; at most 10,000 are counted.
    pub async fn held_count(&self) -> Result<i64, Error> {
        let (count,): (i64,) = self
            .db
            .read(
                "select count(*) from (select id from claim where state = 'held' limit $1) as held",
            )
            .bind(COUNT_MAX)
            .fetch_one()
            .await?;
        Ok(count)
    }

    /// How many acts risk control held or refused since then, or would have, in shadow: act, verdict, what was done,
    /// how many.
    pub async fn risk_counts(&self, since: Timestamp) -> Result<Vec<RiskCount>, Error> {
        let rows: Vec<(String, String, String, i64)> = self
            .db
            .read(
                "select act, verdict, enforced, count(*) from risk_assessment where at >= $1
                 group by act, verdict, enforced order by act, verdict, enforced",
            )
            .bind(since.millis())
            .fetch_all()
            .await?;
        let place = Place { table: "risk_assessment", row: "" };
        let read = |(act, verdict, enforced, count)| {
            Ok(RiskCount {
                act: place.code("act", act)?,
                verdict: place.code("verdict", verdict)?,
                enforced: place.code("enforced", enforced)?,
                count,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// What the desk decided of a claim, if it did.
    pub async fn risk_decision(&self, claim: &ClaimId) -> Result<Option<Decided>, Error> {
        let query = self
            .db
            .read("select claim_id, ruling, who, at, why from risk_decision where claim_id = $1")
            .bind(claim.to_string());
        query.fetch_optional::<DecisionRow>().await?.map(DecisionRow::read).transpose()
    }
}

/// Claims that were answered with "held", after that one, in the order of their identifiers: for the verification.
pub async fn reviewed_after(
    tx: &mut Tx,
    after: Option<ClaimId>,
    limit: u32,
) -> Result<Vec<Claim>, Error> {
    let query = tx
        .query(select_claim!("where c.answered = 'held' and c.id > $1 order by c.id limit $2"))
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .bind(i64::from(limit));
    read(query.fetch_all::<ClaimRow>().await?)
}

const DECISIONS: Sql = json_rows!(
    "select d.claim_id, d.ruling, d.who, d.at, d.why from",
    [id text],
    "join risk_decision d on d.claim_id = t.id"
);

/// What the desk decided of those claims, in no order.
pub async fn decisions_of(tx: &mut Tx, claims: &[Claim]) -> Result<Vec<Decided>, Error> {
    let ids: Vec<ClaimId> = claims.iter().map(|claim| claim.id).collect();
    let rows: Vec<DecisionRow> = tx.query(DECISIONS).bind(json_ids(&ids)?).fetch_all().await?;
    rows.into_iter().map(DecisionRow::read).collect()
}

#[derive(sqlx::FromRow)]
struct DecisionRow {
    claim_id: String,
    ruling: String,
    who: String,
    at: i64,
    why: String,
}

impl DecisionRow {
    fn read(self) -> Result<Decided, Error> {
        let place = Place { table: "risk_decision", row: &self.claim_id };
        Ok(Decided {
            claim: place.parse("claim_id", &self.claim_id)?,
            ruling: place.code("ruling", self.ruling)?,
            mark: mark(place, &self.who, self.at, self.why)?,
        })
    }
}
