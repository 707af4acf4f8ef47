//! Everything that was assessed, a row for each batch, and how many were refused without the desk.

use domain::id::RoundId;
use domain::refusal::Refusal;
use domain::risk::record::Record;
use domain::time::Timestamp;
use serde::Serialize;

use crate::db::{Query, Sql, Tx, json_rows};
use crate::error::Error;
use crate::open::Store;
use crate::text::json;

/// Rows that are read at once.
const PAGE: i64 = 64;

/// A row of acts: see [`domain::risk::record`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// When, by the campaign clock: of its earliest act.
    pub at: Timestamp,
    /// The identifier of its first act.
    pub id: String,
    /// The version of the configuration; 0 is the shipped one.
    pub configuration: i64,
    /// How many acts.
    pub acts: u64,
    /// A line each.
    pub content: String,
}

/// How many claims of a round were refused in a second, without the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The round.
    pub round: RoundId,
    /// What was said.
    pub refusal: Refusal,
    /// The second of the campaign clock, counted from 1970.
    pub second: i64,
    /// How many.
    pub refused: i64,
}

const COUNT_REFUSED: Sql = json_rows!(
    "insert into refusal_count (round_id, code, second, refused) select t.round, t.code, t.second, t.refused from",
    [round text, code text, second bigint, refused bigint],
    "where true on conflict (round_id, code, second)
     do update set refused = refusal_count.refused + excluded.refused"
);

/// Writes acts with what was said of them, in the transaction that decides on them: one row, or one for each version of
/// the configuration where that changed among them.
pub async fn record(tx: &mut Tx, records: &[&Record]) -> Result<(), Error> {
    for records in by_version(records) {
        let query = tx.query(
            "insert into risk_batch (id, at, configuration, acts, content) values ($1, $2, $3, $4, $5)",
        );
        bind(query, row(records)?).execute().await?;
    }
    Ok(())
}

/// The acts by the version of the configuration, each as many as follow each other.
pub(crate) fn by_version<'a, 'r>(
    records: &'a [&'r Record],
) -> impl Iterator<Item = &'a [&'r Record]> {
    records.chunk_by(|one, next| one.assessment.configuration == next.assessment.configuration)
}

/// A row of acts, as it is written: identifier, instant, version, how many, a line each. The one of no acts is written
/// by nobody.
pub(crate) type Row = (String, i64, i64, i64, String);

/// The row of acts of one version.
pub(crate) fn row(records: &[&Record]) -> Result<Row, Error> {
    let first = records.first().ok_or_else(|| Error::broken("a row of no acts"))?;
    let at = records.iter().map(|it| it.event.at.millis()).min().unwrap_or_default();
    let acts = i64::try_from(records.len()).map_err(|_| Error::broken("a batch too large"))?;
    let version = first.assessment.configuration;
    Ok((first.event.id.to_string(), at, version, acts, Record::lines(records)))
}

/// Its values, as the next five of a statement.
pub(crate) fn bind(query: Query<'_>, (id, at, version, acts, content): Row) -> Query<'_> {
    query.bind(id).bind(at).bind(version).bind(acts).bind(content)
}

/// Adds to the counts of claims that were refused without the desk (R19).
pub async fn count_refused(tx: &mut Tx, refused: &[Refused]) -> Result<(), Error> {
    #[derive(Serialize)]
    struct Row<'a> {
        round: &'a str,
        code: &'static str,
        second: i64,
        refused: i64,
    }
    if refused.is_empty() {
        return Ok(());
    }
    let row = |it: &'_ Refused| (it.round.clone(), it.refusal.code(), it.second, it.refused);
    // Servers add to the same rows: always in the same order, so that none waits for another in a circle.
    let mut rows: Vec<_> = refused.iter().map(row).collect();
    rows.sort();
    let rows: Vec<Row<'_>> = rows
        .iter()
        .map(|(round, code, second, refused)| Row {
            round: round.as_str(),
            code,
            second: *second,
            refused: *refused,
        })
        .collect();
    tx.query(COUNT_REFUSED).bind(json(&rows)?).execute().await.map(drop)
}

fn read((id, at, configuration, acts, content): Row) -> Batch {
    let at = Timestamp::from_millis(at);
    Batch { at, id, configuration, acts: acts.unsigned_abs(), content }
}

impl Store {
    /// The last acts since then, in the order of time, at most about `acts_max`: to fill the windows again.
    pub async fn risk_batches_since(
        &self,
        since: Timestamp,
        acts_max: u64,
    ) -> Result<Vec<Batch>, Error> {
        let (mut batches, mut acts) = (Vec::<Batch>::new(), 0);
        while acts < acts_max {
            let (at, id) = batches
                .last()
                .map_or((Timestamp::LAST, String::new()), |it| (it.at, it.id.clone()));
            let rows: Vec<Row> = self
                .db
                .read(
                    "select id, at, configuration, acts, content from risk_batch
                     where at >= $1 and (at < $2 or (at = $2 and id < $3)) order by at desc, id desc limit $4",
                )
                .bind(since.millis())
                .bind(at.millis())
                .bind(id)
                .bind(PAGE)
                .fetch_all()
                .await?;
            if rows.is_empty() {
                break;
            }
            let page: Vec<Batch> = rows.into_iter().map(read).collect();
            acts += page.iter().map(|batch| batch.acts).sum::<u64>();
            batches.extend(page);
        }
        batches.reverse();
        Ok(batches)
    }

    /// Some rows of acts from `from` (inclusive) to `to` (exclusive), in the order of time, after one of them: to try
    /// another configuration on them.
    pub async fn risk_batches(
        &self,
        (from, to): (Timestamp, Timestamp),
        after: Option<&Batch>,
    ) -> Result<Vec<Batch>, Error> {
        let (at, id) = after.map_or((from, ""), |it| (it.at, it.id.as_str()));
        let rows: Vec<Row> = self
            .db
            .read(
                "select id, at, configuration, acts, content from risk_batch
                 where at < $1 and (at > $2 or (at = $2 and id > $3)) order by at, id limit $4",
            )
            .bind(to.millis())
            .bind(at.millis())
            .bind(id.to_owned())
            .bind(PAGE)
            .fetch_all()
            .await?;
        Ok(rows.into_iter().map(read).collect())
    }

    /// How many acts were assessed from `from` (inclusive) to `to` (exclusive).
    pub async fn risk_acts(&self, from: Timestamp, to: Timestamp) -> Result<u64, Error> {
        let (acts,): (i64,) = self
            .db
            .read("select cast(coalesce(sum(acts), 0) as bigint) from risk_batch where at >= $1 and at < $2")
            .bind(from.millis())
            .bind(to.millis())
            .fetch_one()
            .await?;
        Ok(acts.unsigned_abs())
    }

    /// How many claims of a round were refused without the desk, by second and code.
    pub async fn refused_without_desk(&self, round: &RoundId) -> Result<Vec<Refused>, Error> {
        let rows: Vec<(String, i64, i64)> = self
            .db
            .read("select code, second, refused from refusal_count where round_id = $1 order by second, code")
            .bind(round.to_string())
            .fetch_all()
            .await?;
        let read = |(code, second, refused): (String, i64, i64)| {
            let corrupt = || Error::corrupt("refusal_count", "code", round.as_str());
            let refusal = Refusal::from_code(&code).ok_or_else(corrupt)?;
            Ok(Refused { round: round.clone(), refusal, second, refused })
        };
        rows.into_iter().map(read).collect()
    }
}
