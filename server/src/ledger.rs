//! `ledger verify`: rebuilds every balance from the transfers, and again from what was done (claims, redemptions,
//! refunds, payments of the bank), and compares; follows every chain of hashes, the audit record's too, and names the
//! row that does not fit (R14, R20). It reads in pages, each row once, and remembers a figure for each account and
//! pack, so a ledger of millions takes no more memory than a small one.

mod batch;
mod chain;
mod claim;
mod held;
mod record;
mod sum;
mod till;

use serde::Serialize;
use store::Store;
use store::ledger::{self, RoundFacts};

use chain::Follower;
use sum::Sums;

/// How many rows are read at a time.
const PAGE: u32 = 1_000;
/// The most problems that are told; of the others only how many there are.
const PROBLEMS_MAX: usize = 1_000;

/// What the ledger says of itself.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Whether nothing is wrong.
    pub ok: bool,
    /// All the money there is.
    pub appropriation_fen: i64,
    /// Where it is.
    pub accounts: Vec<Balance>,
    /// Rounds that are over and whose rest is not yet back in the pool.
    pub closing_pending: Vec<String>,
    /// What is wrong, in plain sentences, each of which begins with the table and the key of a row.
    pub problems: Vec<String>,
    /// The end of the audit record: whoever keeps it elsewhere can tell later that nothing before it was rewritten.
    #[serde(skip)]
    pub record_end: domain::ledger::Link,
}

/// An account.
#[derive(Debug, Serialize)]
pub struct Balance {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub balance_fen: i64,
}

/// How far a verification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What it is looking at.
    pub what: &'static str,
    /// How many it has looked at.
    pub done: i64,
    /// Of how many.
    pub of: i64,
}

/// What is wrong, as far as it fits.
#[derive(Default)]
struct Problems {
    said: Vec<String>,
    more: usize,
}

impl Problems {
    /// Says what is wrong with a row.
    fn say(&mut self, table: &str, key: impl std::fmt::Display, what: impl std::fmt::Display) {
        if self.said.len() < PROBLEMS_MAX {
            self.said.push(format!("{table} ({key}): {what}"));
        } else {
            self.more += 1;
        }
    }

    /// A row that is not what this product writes is a finding; everything else that fails ends the verification.
    fn take(&mut self, error: store::Error) -> Result<(), store::Error> {
        match error {
            store::Error::Corrupt { table, column, row } => {
                self.say(table, row, format_args!("column {column} is not what was written there"));
                Ok(())
            }
            other => Err(other),
        }
    }

    fn tell(mut self) -> Vec<String> {
        if self.more > 0 {
            self.said.push(format!("and {} more", self.more));
        }
        self.said
    }
}

/// Verifies the whole ledger as it stands at `now`. `progress` hears how far it is, after each page.
///
/// # Errors
/// When the database does not answer.
pub async fn verify(
    store: &Store,
    now: domain::time::Timestamp,
    mut progress: impl FnMut(Progress),
) -> Result<Report, store::Error> {
    // One snapshot for everything: a server may be granting meanwhile.
    let mut tx = store.snapshot().await?;
    let facts = ledger::facts(&mut tx).await?;
    let mut problems = Problems::default();
    let mut sums = Sums::of(&facts);
    let mut follower = Follower::new(&facts, &mut problems, &mut sums);
    follower.follow(&mut tx, &mut progress).await?;
    let balances = follower.finish();
    till::add_payments(&mut tx, &mut sums, &mut problems).await?;
    till::compare_refunded(&mut tx, &mut problems).await?;
    sums.compare(&facts, &balances, &mut problems);
    held::compare(&mut tx, &mut problems).await?;
    let record_end = record::follow(&mut tx, &mut problems, &mut progress).await?;
    let unreturned = |round: &RoundFacts| {
        let held = |kind: &str| balances.get(&format!("{kind}:{}", round.round)).unwrap_or(&0);
        round.window.closes_at() <= now && held("stock") + held("issued") > 0
    };
    let closing_pending = facts.rounds.iter().filter(|round| unreturned(round));
    let problems = problems.tell();
    Ok(Report {
        ok: problems.is_empty(),
        appropriation_fen: facts.appropriation_fen,
        closing_pending: closing_pending.map(|round| round.round.to_string()).collect(),
        accounts: facts
            .accounts
            .into_iter()
            .map(|(name, balance_fen)| Balance { name, balance_fen })
            .collect(),
        problems,
        record_end,
    })
}
