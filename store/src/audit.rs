//! The audit record (R17, R20): one chain, written in the transaction of the act that it records. Its head is locked
//! last of all (rounds, accounts, vouchers, the record), and for an insert and an update alone. Nothing that a citizen
//! or a till does comes here, so the rush never waits for it.

mod browse;
mod checkpoint;

use aws_lc_rs::digest::{SHA256, digest};
use domain::audit::{DETAIL_MAX, Entry, Record, SUBJECT_MAX};
use domain::ledger::{Digest, Link};

use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::text::Place;

pub use browse::{AuditRow, Filter, records};
pub use checkpoint::{chain_ends, checkpoint};

/// SQLite's write transaction holds the only write lock there is.
const LOCK_HEAD: Sql = Sql {
    sqlite: "select sequence, hash from audit_head where id = 1",
    postgres: "select sequence, hash from audit_head where id = 1 for update",
};

/// A record with its hash, which the next one carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedRecord {
    /// The record.
    pub record: Record,
    /// The SHA-256 of its canonical bytes.
    pub hash: Digest,
}

impl SealedRecord {
    /// The record with its hash.
    pub fn seal(record: Record) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, &record.canonical_bytes()).as_ref());
        Self { record, hash }
    }
}

/// Appends what was done to the record, in the transaction that does it, after every other lock of that transaction.
///
/// # Errors
/// [`Error::Broken`] when a text is longer than it may be.
pub async fn record(tx: &mut Tx, entry: &Entry) -> Result<(), Error> {
    let is_long = |text: &str, max: usize| text.chars().count() > max;
    if is_long(&entry.subject, SUBJECT_MAX) || is_long(&entry.detail, DETAIL_MAX) {
        return Err(Error::broken("a text of the audit record is too long"));
    }
    let end = lock_head(tx).await?;
    let SealedRecord { record, hash } = SealedRecord::seal(Record::after(end, entry.clone()));
    tx.query(
        "insert into audit_record (sequence, at, who, act, subject, detail, previous, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(record.sequence)
    .bind(entry.at.millis())
    .bind(entry.who.to_string())
    .bind(entry.act.code().to_owned())
    .bind(entry.subject.clone())
    .bind(entry.detail.clone())
    .bind(record.previous.to_vec())
    .bind(hash.to_vec())
    .execute()
    .await?;
    let moved = tx
        .query("update audit_head set sequence = $1, hash = $2 where id = 1")
        .bind(record.sequence)
        .bind(hash.to_vec())
        .execute()
        .await?;
    if moved == 1 { Ok(()) } else { Err(Error::broken("the audit record has no head")) }
}

/// The end of the record, as its head remembers it.
///
/// # Errors
/// [`Error::Corrupt`] when the head is not what was written there.
pub async fn head(tx: &mut Tx) -> Result<Link, Error> {
    read_head(
        tx.query("select sequence, hash from audit_head where id = 1").fetch_optional().await?,
    )
}

async fn lock_head(tx: &mut Tx) -> Result<Link, Error> {
    read_head(tx.query(LOCK_HEAD).fetch_optional().await?)
}

fn read_head(row: Option<(i64, Vec<u8>)>) -> Result<Link, Error> {
    let place = Place { table: "audit_head", row: "1" };
    let (sequence, hash) = row.ok_or_else(|| place.corrupt("id"))?;
    Ok(Link { sequence, hash: place.digest("hash", hash)? })
}
