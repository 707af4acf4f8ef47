//! Writing a transfer: its rows, its place in the chain, and the balances.

use domain::id::RoundId;
use domain::ledger::{Chain, Transfer};
use serde::Serialize;

use super::SealedTransfer;
use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::text::json;

const INSERT_POSTINGS: Sql = json_rows!(
    "insert into ledger_posting (chain, sequence, position, source, target, amount_fen)
     select $2, $3, t.position, t.source, t.target, t.amount_fen from",
    [position bigint, source text, target text, amount_fen bigint],
    "where true"
);

const UPDATE_BALANCES: Sql = json_rows!(
    "update ledger_account set balance_fen = balance_fen + t.change_fen from",
    [name text, change_fen bigint],
    "where ledger_account.name = t.name"
);

const OPEN_ACCOUNTS: Sql = json_rows!(
    "insert into ledger_account (name, balance_fen) select t.name, 0 from",
    [name text],
    "where true on conflict do nothing"
);

/// Writes a transfer and moves the balances. Every account it names is open.
pub(crate) async fn post(tx: &mut Tx, sealed: &SealedTransfer) -> Result<(), Error> {
    let transfer = &sealed.transfer;
    tx.query(
        "insert into ledger_transfer (chain, sequence, reason, at, digest, previous, hash)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(transfer.chain.to_string())
    .bind(transfer.sequence)
    .bind(transfer.reason.code().to_owned())
    .bind(transfer.at.millis())
    .bind(transfer.digest.to_vec())
    .bind(transfer.previous.to_vec())
    .bind(sealed.hash.to_vec())
    .execute()
    .await?;
    let (postings, changes) = movements(transfer);
    tx.query(INSERT_POSTINGS)
        .bind(json(&postings)?)
        .bind(transfer.chain.to_string())
        .bind(transfer.sequence)
        .execute()
        .await?;
    let moved = tx.query(UPDATE_BALANCES).bind(json(&changes)?).execute().await?;
    if moved == changes.len() as u64 {
        Ok(())
    } else {
        Err(Error::broken("a transfer names an account that is not open"))
    }
}

/// Opens accounts with nothing in them; those that are open stay as they are.
pub(crate) async fn open_accounts(tx: &mut Tx, names: &[String]) -> Result<(), Error> {
    #[derive(Serialize)]
    struct Name<'a> {
        name: &'a str,
    }
    let names: Vec<Name<'_>> = names.iter().map(|name| Name { name }).collect();
    tx.query(OPEN_ACCOUNTS).bind(json(&names)?).execute().await?;
    Ok(())
}

/// Makes `transfer` the end of its round's chain. It must follow the present end: what was decided
/// on another end was decided without the lock.
pub(crate) async fn continue_chain(
    tx: &mut Tx,
    round: &RoundId,
    sealed: &SealedTransfer,
) -> Result<(), Error> {
    let changed = tx
        .query(
            "update round set chain_sequence = $2, chain_hash = $3
             where id = $1 and chain_sequence = $4 and chain_hash = $5",
        )
        .bind(round.to_string())
        .bind(sealed.transfer.sequence)
        .bind(sealed.hash.to_vec())
        .bind(sealed.transfer.sequence - 1)
        .bind(sealed.transfer.previous.to_vec())
        .execute()
        .await?;
    let follows = changed == 1 && sealed.transfer.chain == Chain::Round(round.clone());
    if follows { Ok(()) } else { Err(Error::broken("a transfer does not follow its chain")) }
}

#[derive(Serialize)]
struct PostingText {
    position: usize,
    source: Option<String>,
    target: String,
    amount_fen: i64,
}

#[derive(Serialize)]
struct Change {
    name: String,
    change_fen: i64,
}

/// The postings as they are stored, and what they change, once for each account: an account that is
/// named twice must not be updated from two rows.
fn movements(transfer: &Transfer) -> (Vec<PostingText>, Vec<Change>) {
    let mut changes = std::collections::BTreeMap::<String, i64>::new();
    let mut postings = Vec::with_capacity(transfer.postings.len());
    for (position, posting) in transfer.postings.iter().enumerate() {
        let (source, target) =
            (posting.source.as_ref().map(ToString::to_string), posting.target.to_string());
        let fen = posting.amount.fen();
        if let Some(source) = &source {
            *changes.entry(source.clone()).or_default() -= fen;
        }
        *changes.entry(target.clone()).or_default() += fen;
        postings.push(PostingText { position, source, target, amount_fen: fen });
    }
    let changes = changes.into_iter().map(|(name, change_fen)| Change { name, change_fen });
    (postings, changes.collect())
}
