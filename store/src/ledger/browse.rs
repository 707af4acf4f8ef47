//! Looking at the ledger: a chain backwards, accounts by name.

use std::ops::Range;

use domain::ledger::{Account, Chain, Posting};
use domain::time::Timestamp;
use serde::Serialize;

use super::{PostingRow, SealedTransfer, TransferRow};
use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::open::Store;
use crate::text::json;

/// Which transfers of a chain somebody looks for; what is `None` is left open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransferFilter {
    /// Those that moved money from or to it.
    pub account: Option<Account>,
    /// When, by the campaign clock.
    pub at: Option<Range<Timestamp>>,
}

const BACKWARDS: &str = "select t.chain, t.sequence, t.reason, t.at, t.digest, t.previous, t.hash
     from ledger_transfer t
     where t.chain = $1 and t.sequence < $2
         and ($3 is null or exists (
             select 1 from ledger_posting p
             where p.chain = t.chain and p.sequence = t.sequence
                 and (p.source = $3 or p.target = $3)))
         and ($4 is null or t.at >= $4) and ($5 is null or t.at < $5)
     order by t.sequence desc limit $6";

const POSTINGS: Sql = json_rows!(
    "select p.chain, p.sequence, p.source, p.target, p.amount_fen from",
    [sequence bigint],
    "join ledger_posting p on p.chain = $2 and p.sequence = t.sequence
     order by p.sequence desc, p.position"
);

impl Store {
    /// Transfers of a chain before that number that fit the filter, the newest first, at most `limit`.
    pub async fn transfers_of(
        &self,
        chain: &Chain,
        filter: &TransferFilter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<SealedTransfer>, Error> {
        let mut tx = self.snapshot().await?;
        let at = filter.at.as_ref();
        let rows: Vec<TransferRow> = tx
            .query(BACKWARDS)
            .bind(chain.to_string())
            .bind(before.unwrap_or(i64::MAX))
            .bind(filter.account.as_ref().map(ToString::to_string))
            .bind(at.map(|at| at.start.millis()))
            .bind(at.map(|at| at.end.millis()))
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        let mut postings = postings_of(&mut tx, chain, &rows).await?.into_iter().peekable();
        let with_own = |row: TransferRow| {
            let mut own: Vec<Posting> = Vec::new();
            while let Some(posting) = postings.next_if(|it| it.sequence == row.sequence) {
                own.push(posting.read()?);
            }
            row.read(own)
        };
        rows.into_iter().map(with_own).collect()
    }

    /// Accounts after that name, by name, with their balances in fen; at most `limit`.
    pub async fn accounts_after(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Vec<(String, i64)>, Error> {
        accounts_after(&mut self.snapshot().await?, after, limit).await
    }
}

/// Accounts of a snapshot; see [`Store::accounts_after`].
pub async fn accounts_after(
    tx: &mut Tx,
    after: &str,
    limit: u32,
) -> Result<Vec<(String, i64)>, Error> {
    tx.query("select name, balance_fen from ledger_account where name > $1 order by name limit $2")
        .bind(after.to_owned())
        .bind(i64::from(limit))
        .fetch_all()
        .await
}

async fn postings_of(
    tx: &mut Tx,
    chain: &Chain,
    rows: &[TransferRow],
) -> Result<Vec<PostingRow>, Error> {
    #[derive(Serialize)]
    struct Key {
        sequence: i64,
    }
    let keys: Vec<Key> = rows.iter().map(|row| Key { sequence: row.sequence }).collect();
    tx.query(POSTINGS).bind(json(&keys)?).bind(chain.to_string()).fetch_all().await
}
