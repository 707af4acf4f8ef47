//! Reading the audit record: page by page, forwards for verification and export, backwards for whoever looks.

use std::ops::Range;

use domain::audit::{Act, Entry, Record, Who};
use domain::time::Timestamp;

use super::SealedRecord;
use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

/// A row as it stands there, whether or not it is what was written.
#[derive(Debug)]
pub struct AuditRow {
    /// Its number.
    pub sequence: i64,
    /// The record, or what is wrong with the row.
    pub read: Result<SealedRecord, Error>,
}

/// What somebody looks for; what is `None` is left open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// What was done.
    pub act: Option<Act>,
    /// Who did it.
    pub who: Option<Who>,
    /// When, by the campaign clock.
    pub at: Option<Range<Timestamp>>,
}

const BACKWARDS: &str = "select sequence, at, who, act, subject, detail, previous, hash
     from audit_record
     where sequence < $1 and ($2 is null or act = $2) and ($3 is null or who = $3)
         and ($4 is null or at >= $4) and ($5 is null or at < $5)
     order by sequence desc limit $6";

impl Store {
    /// What was done, the newest first: records before that number that fit the filter, at most `limit`.
    pub async fn audit_records(
        &self,
        filter: &Filter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<SealedRecord>, Error> {
        let at = filter.at.as_ref();
        let rows: Vec<Row> = self
            .db
            .read(BACKWARDS)
            .bind(before.unwrap_or(i64::MAX))
            .bind(filter.act.map(|act| act.code().to_owned()))
            .bind(filter.who.as_ref().map(ToString::to_string))
            .bind(at.map(|at| at.start.millis()))
            .bind(at.map(|at| at.end.millis()))
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        rows.into_iter().map(Row::read).collect()
    }
}

/// Texts as bytes: a byte that was changed need not leave a text.
const FORWARDS: Sql = Sql {
    sqlite: "select r.sequence, r.at, cast(r.who as blob) as who, cast(r.act as blob) as act,
                    cast(r.subject as blob) as subject, cast(r.detail as blob) as detail,
                    r.previous, r.hash
             from audit_record r where r.sequence > $1 order by r.sequence limit $2",
    postgres: "select r.sequence, r.at, convert_to(r.who, 'UTF8') as who,
                      convert_to(r.act, 'UTF8') as act, convert_to(r.subject, 'UTF8') as subject,
                      convert_to(r.detail, 'UTF8') as detail, r.previous, r.hash
               from audit_record r where r.sequence > $1 order by r.sequence limit $2",
};

/// The record after that number, in order, at most `limit`.
pub async fn records(tx: &mut Tx, after: i64, limit: u32) -> Result<Vec<AuditRow>, Error> {
    let rows: Vec<RawRow> =
        tx.query(FORWARDS).bind(after).bind(i64::from(limit)).fetch_all().await?;
    Ok(rows.into_iter().map(|row| AuditRow { sequence: row.sequence, read: row.read() }).collect())
}

#[derive(sqlx::FromRow)]
struct RawRow {
    sequence: i64,
    at: i64,
    who: Vec<u8>,
    act: Vec<u8>,
    subject: Vec<u8>,
    detail: Vec<u8>,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl RawRow {
    fn read(self) -> Result<SealedRecord, Error> {
        let row = self.sequence.to_string();
        let place = Place { table: "audit_record", row: &row };
        let text = |column, bytes| String::from_utf8(bytes).map_err(|_| place.corrupt(column));
        Row {
            sequence: self.sequence,
            at: self.at,
            who: text("who", self.who)?,
            act: text("act", self.act)?,
            subject: text("subject", self.subject)?,
            detail: text("detail", self.detail)?,
            previous: self.previous,
            hash: self.hash,
        }
        .read()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    sequence: i64,
    at: i64,
    who: String,
    act: String,
    subject: String,
    detail: String,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl Row {
    fn read(self) -> Result<SealedRecord, Error> {
        let row = self.sequence.to_string();
        let place = Place { table: "audit_record", row: &row };
        let at = Timestamp::from_millis(self.at);
        if at.millis() != self.at {
            return Err(place.corrupt("at"));
        }
        let who: Who = place.parse("who", &self.who)?;
        let act = Act::from_code(&self.act).ok_or_else(|| place.corrupt("act"))?;
        let entry = Entry { at, who, act, subject: self.subject, detail: self.detail };
        let previous = place.digest("previous", self.previous)?;
        let record = Record { sequence: self.sequence, entry, previous };
        Ok(SealedRecord { record, hash: place.digest("hash", self.hash)? })
    }
}
