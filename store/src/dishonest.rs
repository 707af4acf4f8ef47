//! The list of dishonest subjects (R16). An import is one transaction of the caller: [`begin_import`],
//! [`list`] for each part of the file, [`delist_others`], a decision for each of [`listed_merchants`], and
//! [`end_import`]. Whoever decides on a merchant begins with [`lock_merchant`].

use domain::id::MerchantId;
use domain::merchant::dishonest::Subject;
use domain::merchant::{Mark, Merchant};
use domain::time::Timestamp;
use serde::Serialize;

use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::merchant::{Row, select_merchant};
use crate::open::Store;
use crate::text::{Place, json};

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListImport {
    /// Its number.
    pub sequence: i64,
    /// The checksum of the file.
    pub checksum: String,
    /// Who imported it and when.
    pub mark: Mark,
    /// How many are on the list.
    pub subjects: u64,
    /// How many were not on it before.
    pub listed: u64,
    /// How many no longer are.
    pub delisted: u64,
    /// How many merchants that took part were suspended.
    pub suspended: u64,
}

/// Nobody imports beside us, and nobody is approved on the strength of the list before. SQLite's write transaction
/// holds the only write lock there is.
const LOCK_LIST: Sql = Sql {
    sqlite: "update dishonest_subject set import = import where false",
    postgres: "lock table dishonest_import in share row exclusive mode",
};

/// What imports wait for, and no other decision.
const KEEP_LIST: Sql =
    Sql { sqlite: LOCK_LIST.sqlite, postgres: "lock table dishonest_import in row exclusive mode" };

/// Nothing else happens to whoever may be suspended: their rows are locked, in the order of their identifiers.
const LOCK_MERCHANTS: Sql = Sql {
    sqlite: "select id from merchant where state in ('applied', 'approved', 'suspended') limit 0",
    postgres: "select id from merchant where state in ('applied', 'approved', 'suspended')
               order by id for update",
};

const LIST: Sql = json_rows!(
    "insert into dishonest_subject (credit_code, name, reason, listed_at, delisted_at, import)
     select t.code, t.name, t.reason, $2, null, $3 from",
    [code text, name text, reason text],
    "where true
     on conflict (credit_code) do update
     set name = excluded.name, reason = excluded.reason, import = excluded.import,
         listed_at = case when dishonest_subject.delisted_at is null
                          then dishonest_subject.listed_at else excluded.listed_at end,
         delisted_at = null"
);

/// How many of these are on the list already.
const KNOWN: Sql = json_rows!(
    "select count(*) from",
    [code text],
    "join dishonest_subject d on d.credit_code = t.code and d.delisted_at is null"
);

impl Store {
    /// Whether a business is on the list, and why.
    pub async fn dishonest_reason(&self, credit_code: &str) -> Result<Option<String>, Error> {
        let row: Option<(String,)> =
            self.db.read(REASON).bind(credit_code.to_owned()).fetch_optional().await?;
        Ok(row.map(|(reason,)| reason))
    }

    /// The last import, if there was one.
    pub async fn last_list_import(&self) -> Result<Option<ListImport>, Error> {
        last(&mut self.snapshot().await?).await
    }
}

const REASON: &str =
    "select reason from dishonest_subject where credit_code = $1 and delisted_at is null";

/// A merchant on which is decided, and whether it is on the list: neither changes until the transaction ends. The list
/// is kept first. A lock on the merchant's row is not enough, for who applies while a list is imported has none that
/// the import could have waited for.
pub async fn lock_merchant(
    tx: &mut Tx,
    id: &MerchantId,
) -> Result<Option<(Merchant, bool)>, Error> {
    tx.query(KEEP_LIST).execute().await?;
    let Some(merchant) = crate::merchant::lock(tx, id).await? else {
        return Ok(None);
    };
    let code = merchant.profile.credit_code.to_string();
    let row: Option<(String,)> = tx.query(REASON).bind(code).fetch_optional().await?;
    Ok(Some((merchant, row.is_some())))
}

/// Locks everything that an import changes, and says what the last one was.
pub async fn begin_import(tx: &mut Tx) -> Result<Option<ListImport>, Error> {
    tx.query(LOCK_LIST).execute().await?;
    let _: Vec<(String,)> = tx.query(LOCK_MERCHANTS).fetch_all().await?;
    last(tx).await
}

/// Puts subjects on the list; returns how many were not on it before.
pub async fn list(
    tx: &mut Tx,
    subjects: &[Subject],
    at: Timestamp,
    sequence: i64,
) -> Result<u64, Error> {
    let rows: Vec<SubjectText<'_>> = subjects.iter().map(SubjectText::of).collect();
    let rows = json(&rows)?;
    let (known,): (i64,) = tx.query(KNOWN).bind(rows.clone()).fetch_one().await?;
    let written = tx.query(LIST).bind(rows).bind(at.millis()).bind(sequence).execute().await?;
    if written != subjects.len() as u64 {
        return Err(Error::broken("a part of the list was not written"));
    }
    Ok(written.saturating_sub(known.unsigned_abs()))
}

/// Takes those off the list that this import did not name; returns how many.
pub async fn delist_others(tx: &mut Tx, at: Timestamp, sequence: i64) -> Result<u64, Error> {
    tx.query(
        "update dishonest_subject set delisted_at = $1 where delisted_at is null and import <> $2",
    )
    .bind(at.millis())
    .bind(sequence)
    .execute()
    .await
}

/// The merchants that take part and are on the list, with the reason.
pub async fn listed_merchants(tx: &mut Tx) -> Result<Vec<(Merchant, String)>, Error> {
    let rows: Vec<Row> = tx
        .query(select_merchant!(
            "join dishonest_subject d on d.credit_code = m.credit_code and d.delisted_at is null
             where m.state = 'approved' order by m.id"
        ))
        .fetch_all()
        .await?;
    let mut merchants = Vec::with_capacity(rows.len());
    for row in rows {
        let merchant = row.read()?;
        let code = merchant.profile.credit_code.to_string();
        let (reason,): (String,) = tx.query(REASON).bind(code).fetch_one().await?;
        merchants.push((merchant, reason));
    }
    Ok(merchants)
}

/// Writes down what an import did.
pub async fn end_import(tx: &mut Tx, import: &ListImport) -> Result<(), Error> {
    let number =
        |count: u64| i64::try_from(count).map_err(|_| Error::broken("a count is no count"));
    tx.query(
        "insert into dishonest_import (sequence, checksum, who, at, subjects, listed, delisted,
                                       suspended)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(import.sequence)
    .bind(import.checksum.clone())
    .bind(import.mark.who.to_string())
    .bind(import.mark.at.millis())
    .bind(number(import.subjects)?)
    .bind(number(import.listed)?)
    .bind(number(import.delisted)?)
    .bind(number(import.suspended)?)
    .execute()
    .await?;
    Ok(())
}

async fn last(tx: &mut Tx) -> Result<Option<ListImport>, Error> {
    let row: Option<ImportRow> = tx
        .query(
            "select sequence, checksum, who, at, subjects, listed, delisted, suspended
             from dishonest_import order by sequence desc limit 1",
        )
        .fetch_optional()
        .await?;
    row.map(ImportRow::read).transpose()
}

#[derive(Serialize)]
struct SubjectText<'a> {
    code: &'a str,
    name: &'a str,
    reason: &'a str,
}

impl<'a> SubjectText<'a> {
    fn of(subject: &'a Subject) -> Self {
        Self { code: subject.credit_code.as_str(), name: &subject.name, reason: &subject.reason }
    }
}

#[derive(sqlx::FromRow)]
struct ImportRow {
    sequence: i64,
    checksum: String,
    who: String,
    at: i64,
    subjects: i64,
    listed: i64,
    delisted: i64,
    suspended: i64,
}

impl ImportRow {
    fn read(self) -> Result<ListImport, Error> {
        let row = self.sequence.to_string();
        let place = Place { table: "dishonest_import", row: &row };
        Ok(ListImport {
            sequence: self.sequence,
            checksum: self.checksum,
            mark: crate::merchant::mark(place, &self.who, self.at, String::new())?,
            subjects: place.number("subjects", self.subjects)?,
            listed: place.number("listed", self.listed)?,
            delisted: place.number("delisted", self.delisted)?,
            suspended: place.number("suspended", self.suspended)?,
        })
    }
}
