//! The ledger (R14, R20): transfers that are written once, in chains, and the balances that follow
//! from them.

mod browse;
mod facts;
mod follow;
mod lock;
mod post;

use domain::ledger::{Chain, Digest, Posting, Reason, Transfer};
use domain::time::Timestamp;

use crate::db::Tx;
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

pub use browse::{TransferFilter, accounts_after};
pub use facts::{LedgerFacts, PackFacts, RoundFacts, facts};
pub use follow::{Follow, Followed, hashes};
#[cfg(feature = "negative-control")]
pub(crate) use follow::{POSTINGS, TRANSFERS};
pub use lock::lock_accounts;
pub(crate) use post::{continue_chain, open_accounts, post};

const ACCOUNTS: &str = "select name, balance_fen from ledger_account order by name";

/// A transfer with its hash, which the next one of its chain carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedTransfer {
    /// The transfer.
    pub transfer: Transfer,
    /// The SHA-256 of its canonical bytes, computed by the server.
    pub hash: Digest,
}

impl Store {
    /// Every account with its balance in fen, by name.
    pub async fn accounts(&self) -> Result<Vec<(String, i64)>, Error> {
        self.db.read(ACCOUNTS).fetch_all().await
    }

    /// Transfers after that chain and sequence, in this order, at most `limit`.
    pub async fn transfers(
        &self,
        after: Option<(String, i64)>,
        limit: u32,
    ) -> Result<Vec<SealedTransfer>, Error> {
        transfers(&mut self.snapshot().await?, after, limit).await
    }

    /// What `ledger verify` compares, as it stood at one instant.
    pub async fn ledger_facts(&self) -> Result<LedgerFacts, Error> {
        facts(&mut self.snapshot().await?).await
    }
}

/// Every account of a snapshot or transaction; see [`Store::accounts`].
pub async fn accounts(tx: &mut Tx) -> Result<Vec<(String, i64)>, Error> {
    tx.query(ACCOUNTS).fetch_all().await
}

/// Transfers of a snapshot or transaction; see [`Store::transfers`].
pub async fn transfers(
    tx: &mut Tx,
    after: Option<(String, i64)>,
    limit: u32,
) -> Result<Vec<SealedTransfer>, Error> {
    let (chain, sequence) = after.unwrap_or_default();
    let rows: Vec<TransferRow> = tx
        .query(
            "select chain, sequence, reason, at, digest, previous, hash from ledger_transfer
             where (chain, sequence) > ($1, $2) order by chain, sequence limit $3",
        )
        .bind(chain.clone())
        .bind(sequence)
        .bind(i64::from(limit))
        .fetch_all()
        .await?;
    let Some(last) = rows.last() else { return Ok(Vec::new()) };
    let postings: Vec<PostingRow> = tx
        .query(
            "select chain, sequence, source, target, amount_fen from ledger_posting
             where (chain, sequence) > ($1, $2) and (chain, sequence) <= ($3, $4)
             order by chain, sequence, position",
        )
        .bind(chain)
        .bind(sequence)
        .bind(last.chain.clone())
        .bind(last.sequence)
        .fetch_all()
        .await?;
    let mut postings = postings.into_iter().peekable();
    rows.into_iter()
        .map(|row| {
            let mut own = Vec::new();
            let is_own = |posting: &PostingRow| {
                posting.chain == row.chain && posting.sequence == row.sequence
            };
            while let Some(posting) = postings.next_if(is_own) {
                own.push(posting.read()?);
            }
            row.read(own)
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct TransferRow {
    chain: String,
    sequence: i64,
    reason: String,
    at: i64,
    digest: Vec<u8>,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl TransferRow {
    fn read(self, postings: Vec<Posting>) -> Result<SealedTransfer, Error> {
        let row = format!("{} {}", self.chain, self.sequence);
        let place = Place { table: "ledger_transfer", row: &row };
        let reason = Reason::ALL.into_iter().find(|reason| reason.code() == self.reason);
        let chain = match self.chain.strip_prefix("round:") {
            Some(round) => Chain::Round(place.parse("chain", round)?),
            None if self.chain == Chain::Campaign.to_string() => Chain::Campaign,
            None => return Err(place.corrupt("chain")),
        };
        let transfer = Transfer {
            chain,
            sequence: self.sequence,
            reason: reason.ok_or_else(|| place.corrupt("reason"))?,
            at: Timestamp::from_millis(self.at),
            postings,
            digest: place.digest("digest", self.digest)?,
            previous: place.digest("previous", self.previous)?,
        };
        Ok(SealedTransfer { transfer, hash: place.digest("hash", self.hash)? })
    }
}

#[derive(sqlx::FromRow)]
struct PostingRow {
    chain: String,
    sequence: i64,
    source: Option<String>,
    target: String,
    amount_fen: i64,
}

impl PostingRow {
    fn read(self) -> Result<Posting, Error> {
        let row = format!("{} {}", self.chain, self.sequence);
        let place = Place { table: "ledger_posting", row: &row };
        let source = self.source.map(|name| place.parse("source", &name)).transpose()?;
        Ok(Posting {
            source,
            target: place.parse("target", &self.target)?,
            amount: place.amount("amount_fen", self.amount_fen)?,
        })
    }
}
