//! Risk (R19): what is configured, what was assessed, and how many were refused without the desk. All of it is written
//! once.

pub(crate) mod record;

use domain::audit::Who;
use domain::id::{AssessmentId, PersonId, RoundId};
use domain::risk::{Act, Assessment, Configuration, Finding, Kept};
use domain::time::Timestamp;
use serde::Serialize;

use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::open::Store;
use crate::text::{Place, json};

pub use record::{Batch, Refused, count_refused, record};

/// The most assessments that one list has.
pub const LIST_MAX: u32 = 200;

/// A configuration as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredConfiguration {
    /// Its number, from 1 over all scopes.
    pub version: i64,
    /// The round it is for; none for every round without one of its own.
    pub round: Option<RoundId>,
    /// What it says.
    pub configuration: Configuration,
    /// Who set it.
    pub who: Who,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

macro_rules! select_kept {
    ($tail:literal) => {
        concat!(
            "select id, act, person_id, account_id, merchant_id, till_id, round_id, at, verdict, enforced, score,
                    findings, configuration
             from risk_assessment ",
            $tail
        )
    };
}

const INSERT_KEPT: Sql = json_rows!(
    "insert into risk_assessment (id, act, person_id, account_id, merchant_id, till_id, round_id, at, verdict, enforced,
                                  score, findings, configuration)
     select t.id, t.act, t.person, t.account, t.merchant, t.till, t.round, t.at, t.verdict, t.enforced, t.score,
            t.findings, t.configuration from",
    [
        id text, act text, person text, account text, merchant text, till text, round text, at bigint, verdict text,
        enforced text, score bigint, findings text, configuration bigint
    ],
    ""
);

#[derive(Serialize)]
struct KeptText<'a> {
    id: String,
    act: &'static str,
    person: Option<String>,
    account: Option<String>,
    merchant: Option<String>,
    till: Option<String>,
    round: Option<&'a str>,
    at: i64,
    verdict: &'static str,
    enforced: &'static str,
    score: u32,
    findings: String,
    configuration: i64,
}

impl<'a> KeptText<'a> {
    fn of(kept: &'a Kept) -> Self {
        let Assessment { verdict, enforced, score, findings, configuration } = &kept.assessment;
        Self {
            id: kept.id.to_string(),
            act: kept.act.code(),
            person: kept.person.map(|id| id.to_string()),
            account: kept.account.map(|id| id.to_string()),
            merchant: kept.merchant.map(|id| id.to_string()),
            till: kept.till.map(|id| id.to_string()),
            round: kept.round.as_ref().map(RoundId::as_str),
            at: kept.at.millis(),
            verdict: verdict.code(),
            enforced: enforced.code(),
            score: *score,
            findings: Finding::text(findings),
            configuration: *configuration,
        }
    }
}

/// Keeps assessments that the risk desk has to look at, or would have had to, in the transaction of what they are
/// about. One that is a plain yes is [`Error::Broken`].
pub async fn keep(tx: &mut Tx, kept: &[Kept]) -> Result<(), Error> {
    if kept.is_empty() {
        return Ok(());
    }
    let rows: Vec<KeptText<'_>> = kept.iter().map(KeptText::of).collect();
    let written = tx.query(INSERT_KEPT).bind(json(&rows)?).execute().await?;
    if written == kept.len() as u64 { Ok(()) } else { Err(Error::broken("an assessment is lost")) }
}

impl Store {
    /// The assessment of that identifier.
    pub async fn assessment(&self, id: &AssessmentId) -> Result<Option<Kept>, Error> {
        let query = self.db.read(select_kept!("where id = $1")).bind(id.to_string());
        query.fetch_optional::<KeptRow>().await?.map(KeptRow::read).transpose()
    }

    /// Assessments of an act, the newest first, older than `before`, at most `limit` and [`LIST_MAX`].
    pub async fn assessments(
        &self,
        act: Act,
        before: Option<(Timestamp, AssessmentId)>,
        limit: u32,
    ) -> Result<Vec<Kept>, Error> {
        let (at, id) = before.map_or((Timestamp::LAST.millis(), String::new()), |(at, id)| {
            (at.millis(), id.to_string())
        });
        let query = self
            .db
            .read(select_kept!(
                "where act = $1 and (at < $2 or (at = $2 and id < $3)) order by at desc, id desc limit $4"
            ))
            .bind(act.code().to_owned())
            .bind(at)
            .bind(id)
            .bind(i64::from(limit.min(LIST_MAX)));
        query.fetch_all::<KeptRow>().await?.into_iter().map(KeptRow::read).collect()
    }

    /// Assessments of a person, the newest first.
    pub async fn assessments_of(&self, person: &PersonId) -> Result<Vec<Kept>, Error> {
        let query = self
            .db
            .read(select_kept!("where person_id = $1 order by at desc, id desc limit $2"))
            .bind(person.to_string())
            .bind(i64::from(LIST_MAX));
        query.fetch_all::<KeptRow>().await?.into_iter().map(KeptRow::read).collect()
    }

    /// The newest configuration of each scope.
    pub async fn risk_configurations(&self) -> Result<Vec<StoredConfiguration>, Error> {
        let rows: Vec<ConfigurationRow> = self
            .db
            .read(
                "select version, scope, content, who, at, why from risk_configuration as c
                 where version = (select max(version) from risk_configuration where scope = c.scope)
                 order by version",
            )
            .fetch_all()
            .await?;
        rows.into_iter().map(ConfigurationRow::read).collect()
    }
}

/// Sets a configuration: the next version of all, for a round or for all without their own. Its number.
pub async fn configure(
    tx: &mut Tx,
    round: Option<&RoundId>,
    configuration: &Configuration,
    (who, at, why): (&Who, Timestamp, &str),
) -> Result<i64, Error> {
    let (last,): (i64,) =
        tx.query("select coalesce(max(version), 0) from risk_configuration").fetch_one().await?;
    tx.query(
        "insert into risk_configuration (version, scope, content, who, at, why) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(last + 1)
    .bind(round.map(ToString::to_string).unwrap_or_default())
    .bind(json(configuration)?)
    .bind(who.to_string())
    .bind(at.millis())
    .bind(why.to_owned())
    .execute()
    .await?;
    Ok(last + 1)
}

#[derive(sqlx::FromRow)]
struct ConfigurationRow {
    version: i64,
    scope: String,
    content: String,
    who: String,
    at: i64,
    why: String,
}

impl ConfigurationRow {
    fn read(self) -> Result<StoredConfiguration, Error> {
        let row = self.version.to_string();
        let place = Place { table: "risk_configuration", row: &row };
        let round = match self.scope.as_str() {
            "" => None,
            scope => Some(place.parse("scope", scope)?),
        };
        Ok(StoredConfiguration {
            version: self.version,
            round,
            configuration: place.json("content", &self.content)?,
            who: place.parse("who", &self.who)?,
            at: Timestamp::from_millis(self.at),
            why: self.why,
        })
    }
}

#[derive(sqlx::FromRow)]
struct KeptRow {
    id: String,
    act: String,
    person_id: Option<String>,
    account_id: Option<String>,
    merchant_id: Option<String>,
    till_id: Option<String>,
    round_id: Option<String>,
    at: i64,
    verdict: String,
    enforced: String,
    score: i64,
    findings: String,
    configuration: i64,
}

impl KeptRow {
    fn read(self) -> Result<Kept, Error> {
        let place = Place { table: "risk_assessment", row: &self.id };
        Ok(Kept {
            id: place.parse("id", &self.id)?,
            act: place.code("act", self.act)?,
            person: optional(place, "person_id", self.person_id.as_deref())?,
            account: optional(place, "account_id", self.account_id.as_deref())?,
            merchant: optional(place, "merchant_id", self.merchant_id.as_deref())?,
            till: optional(place, "till_id", self.till_id.as_deref())?,
            round: optional(place, "round_id", self.round_id.as_deref())?,
            at: Timestamp::from_millis(self.at),
            assessment: Assessment {
                verdict: place.code("verdict", self.verdict)?,
                enforced: place.code("enforced", self.enforced)?,
                score: place.number("score", self.score)?,
                findings: Finding::parse_all(&self.findings)
                    .map_err(|_| place.corrupt("findings"))?,
                configuration: self.configuration,
            },
        })
    }
}

fn optional<T: std::str::FromStr>(
    place: Place<'_>,
    column: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, Error> {
    text.map(|text| place.parse(column, text)).transpose()
}
