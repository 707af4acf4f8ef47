//! Checkpoints: the ends of the ledger's chains, written into the audit record.

use domain::audit::{Act, ChainEnd, DETAIL_MAX, Entry, Who};
use domain::ledger::Link;
use domain::time::Timestamp;

use super::{lock_head, record};
use crate::db::Tx;
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

/// The last transfer of every chain. The primary key gives each in one step: the chains are those of the rounds, and
/// the campaign's.
const ENDS: &str = "select t.chain, t.sequence, t.hash
     from (select 'campaign' as chain union all select 'round:' || id from round) as c
     join ledger_transfer t on t.chain = c.chain
         and t.sequence = (select max(l.sequence) from ledger_transfer l where l.chain = c.chain)
     order by t.chain";

impl Store {
    /// Writes down where the ledger's chains end, if one of them has grown since the last time; says whether it did.
    /// It reads what is committed and locks nothing of the ledger, so no claim waits for it.
    pub async fn write_checkpoint(&self, at: Timestamp) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let written = checkpoint(&mut tx, at).await?;
        tx.commit().await?;
        Ok(written)
    }
}

/// The ends of the ledger's chains, by name.
pub async fn chain_ends(tx: &mut Tx) -> Result<Vec<ChainEnd>, Error> {
    let rows: Vec<(String, i64, Vec<u8>)> = tx.query(ENDS).fetch_all().await?;
    let end = |(chain, sequence, hash): (String, i64, Vec<u8>)| {
        let row = format!("{chain} {sequence}");
        let hash = Place { table: "ledger_transfer", row: &row }.digest("hash", hash)?;
        Ok(ChainEnd { chain, link: Link { sequence, hash } })
    };
    rows.into_iter().map(end).collect()
}

/// Records the ends of all chains in the caller's transaction, unless the last checkpoint says the same.
pub async fn checkpoint(tx: &mut Tx, at: Timestamp) -> Result<bool, Error> {
    // Under the lock of the record's own end, so that of several servers one writes it.
    lock_head(tx).await?;
    let lines = chain_ends(tx).await?.iter().map(ToString::to_string).collect();
    let details = in_parts(lines);
    if last_details(tx, details.len()).await? == details {
        return Ok(false);
    }
    for detail in details {
        let subject = "ledger".to_owned();
        let entry = Entry { at, who: Who::Product, act: Act::LedgerCheckpoint, subject, detail };
        record(tx, &entry).await?;
    }
    Ok(true)
}

/// What the last records of checkpoints say, in order.
async fn last_details(tx: &mut Tx, count: usize) -> Result<Vec<String>, Error> {
    let rows: Vec<(String,)> = tx
        .query("select detail from audit_record where act = $1 order by sequence desc limit $2")
        .bind(Act::LedgerCheckpoint.code().to_owned())
        .bind(i64::try_from(count).unwrap_or(i64::MAX))
        .fetch_all()
        .await?;
    Ok(rows.into_iter().rev().map(|(detail,)| detail).collect())
}

/// The lines as details of records.
fn in_parts(lines: Vec<String>) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for line in lines {
        match parts.last_mut().filter(|part| part.len() + 1 + line.len() <= DETAIL_MAX) {
            Some(part) => {
                part.push('\n');
                part.push_str(&line);
            }
            None => parts.push(line),
        }
    }
    parts
}
