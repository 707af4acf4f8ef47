//! Versions of rounds, from the first line of their plans on (R17, R21): written once, each with who, when and why.
//! Whoever writes one that follows from another holds [`crate::round::lock_planning`].

use domain::id::RoundId;
use domain::merchant::Who;
use domain::plan::{Planned, Version};
use domain::time::Timestamp;

use crate::db::Tx;
use crate::error::Error;
use crate::merchant::mark;
use crate::open::Store;
use crate::text::{Place, code, json};

/// The most versions of one round that an answer holds: the newest.
const VERSIONS_MAX: i64 = 500;

macro_rules! select_version {
    ($tail:literal) => {
        concat!(
            "select v.round_id, v.version, v.act, v.state, v.content, v.paused, v.stopped, v.who,
                    v.at, v.why
             from round_version v ",
            $tail
        )
    };
}

/// The newest version of each round, the last written first.
const NEWEST: &str = select_version!(
    "where v.version = (select max(n.version) from round_version n where n.round_id = v.round_id)
     order by v.at desc, v.round_id"
);

const VERSIONS: &str = select_version!("where v.round_id = $1 order by v.version desc limit $2");

/// An extension is the one change that moves an end after the first claim, so the newest version that no later
/// extension stands before has the window of that instant; when plans were imported or moved to the present does not
/// matter.
const VERSION_OF_CLAIM: &str = select_version!(
    "where v.round_id = $1 and not exists (
         select 1 from round_version e
         where e.round_id = v.round_id and e.version <= v.version and e.act = 'extend' and e.at > $2
     ) order by v.version desc limit 1"
);

impl Store {
    /// The newest version of every plan and round, the last written first.
    pub async fn newest_versions(&self) -> Result<Vec<(RoundId, Version)>, Error> {
        let rows: Vec<Row> = self.db.read(NEWEST).fetch_all().await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The versions of a plan or round, the newest first.
    pub async fn versions(&self, round: &RoundId) -> Result<Vec<Version>, Error> {
        let query = self.db.read(VERSIONS).bind(round.to_string()).bind(VERSIONS_MAX);
        let rows: Vec<Row> = query.fetch_all().await?;
        rows.into_iter().map(|row| Ok(row.read()?.1)).collect()
    }

    /// A version of the round with the window and the packs that a claim of that instant was made under.
    pub async fn version_of_claim(
        &self,
        round: &RoundId,
        claimed_at: Timestamp,
    ) -> Result<Option<Version>, Error> {
        let query =
            self.db.read(VERSION_OF_CLAIM).bind(round.to_string()).bind(claimed_at.millis());
        query.fetch_optional::<Row>().await?.map(|row| Ok(row.read()?.1)).transpose()
    }
}

/// The plan as it stands, with everybody who had a hand in it.
pub async fn planned(tx: &mut Tx, round: &RoundId) -> Result<Option<Planned>, Error> {
    let query = tx.query(VERSIONS).bind(round.to_string()).bind(1_i64);
    let Some(row) = query.fetch_optional::<Row>().await? else { return Ok(None) };
    let (id, newest) = row.read()?;
    let writers: Vec<(String,)> = tx
        .query(
            "select distinct who from round_version
             where round_id = $1 and act in ('create', 'edit', 'submit')",
        )
        .bind(round.to_string())
        .fetch_all()
        .await?;
    let place = Place { table: "round_version", row: round.as_str() };
    let writers = writers.iter().map(|(who,)| place.parse::<Who>("who", who));
    Ok(Some(Planned { id, newest, writers: writers.collect::<Result<_, _>>()? }))
}

/// How many plans and rounds there are or were: each has a name of its own.
pub async fn count(tx: &mut Tx) -> Result<u32, Error> {
    let (count,): (i64,) =
        tx.query("select count(distinct round_id) from round_version").fetch_one().await?;
    Place { table: "round_version", row: "" }.number("round_id", count)
}

/// Whether a plan or round has that name.
pub async fn is_taken(tx: &mut Tx, round: &RoundId) -> Result<bool, Error> {
    let row: Option<(i64,)> = tx
        .query("select version from round_version where round_id = $1 limit 1")
        .bind(round.to_string())
        .fetch_optional()
        .await?;
    Ok(row.is_some())
}

/// Writes a version.
pub async fn record(tx: &mut Tx, round: &RoundId, version: &Version) -> Result<(), Error> {
    tx.query(
        "insert into round_version (round_id, version, act, state, content, paused, stopped, who,
                                    at, why)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(round.to_string())
    .bind(version.number)
    .bind(code(&version.act)?)
    .bind(code(&version.state)?)
    .bind(json(&version.plan)?)
    .bind(i64::from(version.paused))
    .bind(i64::from(version.stopped))
    .bind(version.mark.who.to_string())
    .bind(version.mark.at.millis())
    .bind(version.mark.why.clone())
    .execute()
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    round_id: String,
    version: i64,
    act: String,
    state: String,
    content: String,
    paused: i64,
    stopped: i64,
    who: String,
    at: i64,
    why: String,
}

impl Row {
    fn read(self) -> Result<(RoundId, Version), Error> {
        let row = format!("{} {}", self.round_id, self.version);
        let place = Place { table: "round_version", row: &row };
        let version = Version {
            number: self.version,
            act: place.code("act", self.act)?,
            state: place.code("state", self.state)?,
            plan: place.json("content", &self.content)?,
            paused: self.paused != 0,
            stopped: self.stopped != 0,
            mark: mark(place, &self.who, self.at, self.why)?,
        };
        Ok((place.parse("round_id", &self.round_id)?, version))
    }
}
