//! Following the chains for verification: every row as it stands there, whether or not it is what was written, so that
//! a row that was tampered with is named and the others are still looked at. Texts come as bytes, because a byte that
//! was changed need not leave a text.

use std::collections::HashMap;

use domain::ledger::{Chain, Digest, Posting, Reason, Transfer};
use domain::time::Timestamp;
use serde::Serialize;

use super::SealedTransfer;
use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::text::{Place, json};

/// What stands at a place of the ledger.
#[derive(Debug)]
pub enum Followed {
    /// A transfer that could be read, with its postings.
    Transfer(Box<SealedTransfer>),
    /// A transfer that could not.
    Faulty {
        /// Its chain, as far as it is a text.
        chain: String,
        /// Its number.
        sequence: i64,
        /// Which row, and what is wrong with it.
        error: Error,
    },
    /// A posting whose transfer is not there.
    Orphan {
        /// Its chain, as far as it is a text.
        chain: String,
        /// The number of the transfer that is not there.
        sequence: i64,
        /// Its place among the postings.
        position: i64,
    },
}

/// The way along all chains, one after the other.
#[derive(Default)]
pub struct Follow {
    after: (Vec<u8>, i64),
    is_at_end: bool,
}

/// The name of an encoding is in the collation "C" and would pass that on to what is decoded; an index in another one
/// then filters row after row from its beginning.
pub(crate) const TRANSFERS: Sql = Sql {
    sqlite: "select cast(t.chain as blob) as chain, t.sequence, cast(t.reason as blob) as reason,
                    t.at, t.digest, t.previous, t.hash
             from ledger_transfer t
             where (t.chain, t.sequence) > (cast($1 as text), $2)
             order by t.chain, t.sequence limit $3",
    postgres: "select convert_to(t.chain, 'UTF8') as chain, t.sequence,
                      convert_to(t.reason, 'UTF8') as reason, t.at, t.digest, t.previous, t.hash
               from ledger_transfer t
               where (t.chain, t.sequence) > (convert_from($1, 'UTF8') collate \"default\", $2)
               order by t.chain, t.sequence limit $3",
};

/// The postings behind a transfer, up to another one or all of them. The bound is a plain comparison, so that the key
/// ends the walk: under an `or` every page would walk over all that is left.
macro_rules! postings {
    ($sqlite_bound:literal, $postgres_bound:literal) => {
        Sql {
            sqlite: concat!(
                "select cast(p.chain as blob) as chain, p.sequence, p.position,
                        cast(p.source as blob) as source, cast(p.target as blob) as target,
                        p.amount_fen
                 from ledger_posting p
                 where (p.chain, p.sequence) > (cast($1 as text), $2) ",
                $sqlite_bound,
                " order by p.chain, p.sequence, p.position"
            ),
            postgres: concat!(
                "select convert_to(p.chain, 'UTF8') as chain, p.sequence, p.position,
                        convert_to(p.source, 'UTF8') as source,
                        convert_to(p.target, 'UTF8') as target, p.amount_fen
                 from ledger_posting p
                 where (p.chain, p.sequence) > (convert_from($1, 'UTF8') collate \"default\", $2) ",
                $postgres_bound,
                " order by p.chain, p.sequence, p.position"
            ),
        }
    };
}

pub(crate) const POSTINGS: Sql = postings!(
    "and (p.chain, p.sequence) <= (cast($3 as text), $4)",
    "and (p.chain, p.sequence) <= (convert_from($3, 'UTF8') collate \"default\", $4)"
);
const REST_OF_POSTINGS: Sql = postings!("", "");

impl Follow {
    /// What comes next, of at most `limit` transfers; empty at the end.
    pub async fn next(&mut self, tx: &mut Tx, limit: u32) -> Result<Vec<Followed>, Error> {
        if self.is_at_end {
            return Ok(Vec::new());
        }
        let rows: Vec<Row> = tx
            .query(TRANSFERS)
            .bind(self.after.0.clone())
            .bind(self.after.1)
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        let last = rows.last().map(|row| (row.chain.clone(), row.sequence));
        let last = last.unwrap_or_else(|| self.after.clone());
        // Behind the last transfer of all there may be postings that belong to none, also when it fills a page.
        self.is_at_end = rows.len() < limit as usize;
        let postings = tx.query(if self.is_at_end { REST_OF_POSTINGS } else { POSTINGS });
        let postings = postings.bind(self.after.0.clone()).bind(self.after.1);
        let postings =
            if self.is_at_end { postings } else { postings.bind(last.0.clone()).bind(last.1) };
        let postings: Vec<PostingRow> = postings.fetch_all().await?;
        self.after = last;
        Ok(join(rows, postings))
    }
}

const HASHES: Sql = json_rows!(
    "select l.chain, l.sequence, l.hash from",
    [chain text, sequence bigint],
    "join ledger_transfer l on l.chain = t.chain and l.sequence = t.sequence"
);

/// The hashes of those transfers that are there.
pub async fn hashes(
    tx: &mut Tx,
    wanted: &[(String, i64)],
) -> Result<HashMap<(String, i64), Vec<u8>>, Error> {
    #[derive(Serialize)]
    struct Key<'a> {
        chain: &'a str,
        sequence: i64,
    }
    let keys: Vec<Key<'_>> =
        wanted.iter().map(|(chain, sequence)| Key { chain, sequence: *sequence }).collect();
    let rows: Vec<(String, i64, Vec<u8>)> = tx.query(HASHES).bind(json(&keys)?).fetch_all().await?;
    Ok(rows.into_iter().map(|(chain, sequence, hash)| ((chain, sequence), hash)).collect())
}

/// Gives each transfer its postings; those that belong to none come behind all of them.
fn join(rows: Vec<Row>, postings: Vec<PostingRow>) -> Vec<Followed> {
    let mut own: Vec<Vec<PostingRow>> = rows.iter().map(|_| Vec::new()).collect();
    let mut orphans = Vec::new();
    {
        let mut places = HashMap::<(&[u8], i64), usize>::with_capacity(rows.len());
        for (place, row) in rows.iter().enumerate() {
            places.insert((&row.chain, row.sequence), place);
        }
        for posting in postings {
            match places.get(&(&*posting.chain, posting.sequence)) {
                Some(place) => own[*place].push(posting),
                None => orphans.push(posting.orphan()),
            }
        }
    }
    let transfers = rows.into_iter().zip(own).map(|(row, own)| row.read(own));
    transfers.chain(orphans).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    chain: Vec<u8>,
    sequence: i64,
    reason: Vec<u8>,
    at: i64,
    digest: Vec<u8>,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl Row {
    fn read(self, postings: Vec<PostingRow>) -> Followed {
        let chain = lossy(&self.chain);
        let sequence = self.sequence;
        match self.strict(&chain, postings) {
            Ok(sealed) => Followed::Transfer(Box::new(sealed)),
            Err(error) => Followed::Faulty { chain, sequence, error },
        }
    }

    fn strict(self, chain: &str, postings: Vec<PostingRow>) -> Result<SealedTransfer, Error> {
        let row = format!("{chain}, {}", self.sequence);
        let place = Place { table: "ledger_transfer", row: &row };
        let reason = Reason::ALL.into_iter().find(|it| it.code().as_bytes() == self.reason);
        let at = Timestamp::from_millis(self.at);
        if at.millis() != self.at {
            return Err(place.corrupt("at"));
        }
        let read = |(index, posting): (usize, PostingRow)| posting.read(chain, index);
        let transfer = Transfer {
            chain: read_chain(chain).ok_or_else(|| place.corrupt("chain"))?,
            sequence: self.sequence,
            reason: reason.ok_or_else(|| place.corrupt("reason"))?,
            at,
            postings: postings.into_iter().enumerate().map(read).collect::<Result<_, _>>()?,
            digest: place.digest("digest", self.digest)?,
            previous: place.digest("previous", self.previous)?,
        };
        let hash: Digest = place.digest("hash", self.hash)?;
        Ok(SealedTransfer { transfer, hash })
    }
}

fn read_chain(text: &str) -> Option<Chain> {
    match text.strip_prefix("round:") {
        Some(round) => round.parse().ok().map(Chain::Round),
        None => (text == Chain::Campaign.to_string()).then_some(Chain::Campaign),
    }
}

#[derive(sqlx::FromRow)]
struct PostingRow {
    chain: Vec<u8>,
    sequence: i64,
    position: i64,
    source: Option<Vec<u8>>,
    target: Vec<u8>,
    amount_fen: i64,
}

impl PostingRow {
    fn orphan(&self) -> Followed {
        let (sequence, position) = (self.sequence, self.position);
        Followed::Orphan { chain: lossy(&self.chain), sequence, position }
    }

    /// Postings are numbered from 0; the hash holds their order, so a number that is not the next one is a change.
    fn read(self, chain: &str, index: usize) -> Result<Posting, Error> {
        let row = format!("{chain}, {}, {}", self.sequence, self.position);
        let place = Place { table: "ledger_posting", row: &row };
        if usize::try_from(self.position) != Ok(index) {
            return Err(place.corrupt("position"));
        }
        let source = self.source.map(|name| place.parse("source", &lossy(&name))).transpose()?;
        Ok(Posting {
            source,
            target: place.parse("target", &lossy(&self.target))?,
            amount: place.amount("amount_fen", self.amount_fen)?,
        })
    }
}

/// No name of ours holds what stands for a byte that is no text.
fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
