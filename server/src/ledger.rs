//! `ledger verify`: rebuilds every balance from the transfers, checks both chains of hashes and digests, and compares
//! with the claims (R14, R20).

mod till;

use std::collections::BTreeMap;

use domain::claim::Claim;
use domain::ledger::{Chain, Digest, Reason, Transfer};
use serde::Serialize;
use store::ledger::{self, RoundFacts, SealedTransfer};
use store::{Store, Tx};

use crate::key::sha256;
use crate::lane::claim::digest_of;
use till::{TillSums, is_of_tills};

/// How many rows are read at a time.
const PAGE: u32 = 1_000;

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
    /// What is wrong, in plain sentences.
    pub problems: Vec<String>,
}

/// An account.
#[derive(Debug, Serialize)]
pub struct Balance {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub balance_fen: i64,
}

/// Verifies the whole ledger as it stands at `now`.
///
/// # Errors
/// When the database does not answer.
pub async fn verify(store: &Store, now: domain::time::Timestamp) -> Result<Report, store::Error> {
    // One snapshot for everything: a server may be granting meanwhile.
    let mut tx = store.snapshot().await?;
    let facts = ledger::facts(&mut tx).await?;
    let mut auditor = Auditor::default();
    auditor.follow_transfers(&mut tx).await?;
    auditor.compare_balances(&facts.accounts, facts.appropriation_fen);
    let mut sums = TillSums::default();
    for round in &facts.rounds {
        auditor.compare_claims(&mut tx, round).await?;
        auditor.compare_tills(&mut tx, &round.round, &mut sums).await?;
        auditor.compare_packs(round, sums.gone.get(&round.round).copied().unwrap_or_default());
    }
    auditor.compare_payments(&mut tx, &mut sums).await?;
    auditor.compare_merchants(&sums);
    let unreturned = |round: &RoundFacts| {
        let of_round = |kind: &str| auditor.balance(&format!("{kind}:{}", round.round));
        round.window.closes_at() <= now && of_round("stock") + of_round("issued") > 0
    };
    let closing_pending = facts.rounds.iter().filter(|round| unreturned(round));
    Ok(Report {
        ok: auditor.problems.is_empty(),
        appropriation_fen: facts.appropriation_fen,
        closing_pending: closing_pending.map(|round| round.round.to_string()).collect(),
        accounts: facts
            .accounts
            .into_iter()
            .map(|(name, balance_fen)| Balance { name, balance_fen })
            .collect(),
        problems: auditor.problems,
    })
}

#[derive(Default)]
struct Auditor {
    balances: BTreeMap<String, i64>,
    ends: BTreeMap<String, (i64, Digest)>,
    /// The grants of each round's chain, in order: digest and amount.
    grants: BTreeMap<String, Vec<(i64, Digest, i64)>>,
    /// What tills and banks moved, until the acts behind it are found.
    of_tills: BTreeMap<(Chain, i64), Transfer>,
    problems: Vec<String>,
}

impl Auditor {
    async fn follow_transfers(&mut self, tx: &mut Tx) -> Result<(), store::Error> {
        let mut after = None;
        loop {
            let page = ledger::transfers(tx, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.transfer.chain.to_string(), last.transfer.sequence));
            for sealed in &page {
                self.follow(sealed);
            }
        }
    }

    fn follow(&mut self, SealedTransfer { transfer, hash }: &SealedTransfer) {
        let chain = transfer.chain.to_string();
        let place = format!("transfer {} of {chain}", transfer.sequence);
        let (sequence, previous) = self.ends.get(&chain).copied().unwrap_or_default();
        if transfer.sequence != sequence + 1 {
            self.problems.push(format!("{place}: the transfer before it is missing"));
        }
        if transfer.previous != previous {
            self.problems
                .push(format!("{place}: it does not carry the hash of the transfer before it"));
        }
        if sha256(&transfer.canonical_bytes()) != *hash {
            self.problems.push(format!("{place}: its hash does not fit its content"));
        }
        self.ends.insert(chain.clone(), (transfer.sequence, *hash));
        for posting in &transfer.postings {
            let amount = posting.amount.fen();
            if let Some(source) = &posting.source {
                *self.balances.entry(source.to_string()).or_default() -= amount;
            }
            *self.balances.entry(posting.target.to_string()).or_default() += amount;
        }
        if is_of_tills(transfer) {
            self.of_tills.insert((transfer.chain.clone(), transfer.sequence), transfer.clone());
        }
        if transfer.reason == Reason::Grant {
            let amount = transfer.postings.iter().map(|posting| posting.amount.fen()).sum();
            self.grants.entry(chain).or_default().push((
                transfer.sequence,
                transfer.digest,
                amount,
            ));
        }
    }

    fn balance(&self, account: &str) -> i64 {
        self.balances.get(account).copied().unwrap_or_default()
    }

    fn compare_balances(&mut self, accounts: &[(String, i64)], appropriation_fen: i64) {
        for (name, balance) in accounts {
            let rebuilt = self.balance(name);
            if rebuilt != *balance {
                self.problems.push(format!(
                    "account {name}: holds {balance} fen, its transfers say {rebuilt}"
                ));
            }
            if *balance < 0 {
                self.problems.push(format!("account {name}: is below zero"));
            }
        }
        let missing = self.balances.iter().filter(|(name, balance)| {
            **balance != 0 && !accounts.iter().any(|(known, _)| known == *name)
        });
        let missing: Vec<String> =
            missing.map(|(name, _)| format!("account {name}: is not there")).collect();
        self.problems.extend(missing);
        let total: i64 = accounts.iter().map(|(_, balance)| balance).sum();
        if total != appropriation_fen {
            let problem = format!(
                "the accounts hold {total} fen together, the appropriation is {appropriation_fen}"
            );
            self.problems.push(problem);
        }
    }

    /// The claims of a round against its grants: every batch's digest and amount, serials without gaps.
    async fn compare_claims(
        &mut self,
        tx: &mut Tx,
        facts: &RoundFacts,
    ) -> Result<(), store::Error> {
        let worth: BTreeMap<_, _> =
            facts.packs.iter().map(|pack| (pack.pack.clone(), pack.face_fen)).collect();
        let chain = Chain::Round(facts.round.clone()).to_string();
        let mut grants = self.grants.remove(&chain).unwrap_or_default().into_iter();
        let mut awaited = grants.next();
        let (mut batch, mut batch_fen): (Vec<Claim>, i64) = (Vec::new(), 0);
        let mut last_serial = 0;
        loop {
            let page = store::claim::claims_of_round(tx, &facts.round, last_serial, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for claim in page {
                let serial = claim.serial.unwrap_or_default();
                if serial != last_serial + 1 {
                    let missing = last_serial + 1;
                    self.problems
                        .push(format!("round {}: grant {missing} is missing", facts.round));
                }
                last_serial = serial;
                batch_fen += worth.get(&claim.choice.pack).copied().unwrap_or_default();
                batch.push(claim);
                if let Some((sequence, digest, amount)) = awaited
                    && batch_fen >= amount
                {
                    if batch_fen != amount || digest_of(&batch) != digest {
                        let place = format!("transfer {sequence} of {chain}");
                        self.problems.push(format!("{place}: its digest does not fit its claims"));
                    }
                    batch.clear();
                    batch_fen = 0;
                    awaited = grants.next();
                }
            }
        }
        if !batch.is_empty() || awaited.is_some() || last_serial != facts.last_serial {
            let differ = "the claims and the grants of the ledger differ in number";
            self.problems.push(format!("round {}: {differ}", facts.round));
        }
        Ok(())
    }

    /// The packs' own counts against the claims, and against the money set aside and issued (R14), of which `gone_fen`
    /// was redeemed.
    fn compare_packs(&mut self, facts: &RoundFacts, gone_fen: i64) {
        let (mut stock_fen, mut issued_fen) = (0, 0);
        for pack in &facts.packs {
            let place = format!("round {}, pack {}", facts.round, pack.pack);
            if pack.issued != pack.claims_granted || pack.held != pack.claims_held {
                let counted = pack.claims_granted + pack.claims_held;
                let said = pack.issued + pack.held;
                self.problems.push(format!("{place}: counts {said} claims, {counted} are there"));
            }
            if pack.issued + pack.held + pack.remaining != pack.stock {
                self.problems
                    .push(format!("{place}: issued, held and remaining are not its stock"));
            }
            stock_fen += (pack.remaining + pack.held) * pack.face_fen;
            issued_fen += pack.issued * pack.face_fen;
        }
        // The closing moved everything that was left, and nothing comes after it.
        let expected = if facts.closed { [0, 0] } else { [stock_fen, issued_fen - gone_fen] };
        for (kind, expected) in ["stock", "issued"].into_iter().zip(expected) {
            let account = format!("{kind}:{}", facts.round);
            let holds = self.balance(&account);
            if holds != expected {
                let said = format!(
                    "account {account}: holds {holds} fen, its packs and redemptions say {expected}"
                );
                self.problems.push(said);
            }
        }
    }
}
