//! `ledger verify`: rebuilds every balance from the transfers, checks both chains of hashes and digests, and compares
//! with the claims (R14, R20).

use std::collections::BTreeMap;

use domain::ledger::{Chain, Digest, Reason};
use serde::Serialize;
use store::Store;
use store::ledger::SealedTransfer;

use crate::key::sha256;
use crate::lane::claim::digest_of;

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
    let mut auditor = Auditor::default();
    auditor.follow_transfers(store).await?;
    let rounds = store.rounds().await?;
    let campaign = store.campaign().await?;
    let appropriation_fen = campaign.map_or(0, |stored| stored.campaign.appropriation.fen());
    let accounts = store.accounts().await?;
    auditor.compare_balances(&accounts, appropriation_fen);
    for round in &rounds {
        auditor.compare_claims(store, round).await?;
    }
    let closing_pending = rounds
        .iter()
        .filter(|round| round.window.closes_at() <= now)
        .filter(|round| {
            let of_round = |kind: &str| auditor.balance(&format!("{kind}:{}", round.id));
            of_round("stock") + of_round("issued") > 0
        })
        .map(|round| round.id.to_string())
        .collect();
    Ok(Report {
        ok: auditor.problems.is_empty(),
        appropriation_fen,
        accounts: accounts
            .into_iter()
            .map(|(name, balance_fen)| Balance { name, balance_fen })
            .collect(),
        closing_pending,
        problems: auditor.problems,
    })
}

#[derive(Default)]
struct Auditor {
    balances: BTreeMap<String, i64>,
    ends: BTreeMap<String, (i64, Digest)>,
    /// The grants of each round's chain, in order: digest and amount.
    grants: BTreeMap<String, Vec<(i64, Digest, i64)>>,
    problems: Vec<String>,
}

impl Auditor {
    async fn follow_transfers(&mut self, store: &Store) -> Result<(), store::Error> {
        let mut after = None;
        loop {
            let page = store.transfers(after.clone(), PAGE).await?;
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

    /// The claims of a round against its packs and its grants.
    async fn compare_claims(
        &mut self,
        store: &Store,
        round: &domain::round::Round,
    ) -> Result<(), store::Error> {
        let faces: BTreeMap<_, _> = round
            .packs
            .iter()
            .map(|pack| (pack.id.clone(), pack.face().map_or(0, domain::money::Amount::fen)))
            .collect();
        let chain = Chain::Round(round.id.clone()).to_string();
        let mut grants = self.grants.remove(&chain).unwrap_or_default().into_iter();
        let mut counted: BTreeMap<_, u32> = BTreeMap::new();
        let (mut batch, mut batch_fen): (Vec<domain::claim::Claim>, i64) = (Vec::new(), 0);
        let mut open = grants.next();
        let (mut last_serial, mut after) = (0, 0);
        loop {
            let page = store.claims_of_round(&round.id, after, PAGE).await?;
            let Some(last) = page.last().and_then(|claim| claim.serial) else { break };
            after = last;
            for claim in page {
                let serial = claim.serial.unwrap_or_default();
                if serial != last_serial + 1 {
                    self.problems.push(format!(
                        "round {}: grant {} is missing",
                        round.id,
                        last_serial + 1
                    ));
                }
                last_serial = serial;
                *counted.entry(claim.choice.pack.clone()).or_default() += 1;
                batch_fen += faces.get(&claim.choice.pack).copied().unwrap_or_default();
                batch.push(claim);
                if let Some((sequence, digest, amount)) = open
                    && batch_fen >= amount
                {
                    if batch_fen != amount || digest_of(&batch) != digest {
                        let place = format!("transfer {sequence} of {chain}");
                        self.problems.push(format!("{place}: its digest does not fit its claims"));
                    }
                    batch.clear();
                    batch_fen = 0;
                    open = grants.next();
                }
            }
        }
        if !batch.is_empty() || open.is_some() {
            self.problems.push(format!(
                "round {}: the claims and the ledger's grants differ in number",
                round.id
            ));
        }
        for pack in &round.packs {
            let claims = counted.get(&pack.id).copied().unwrap_or_default();
            if claims != pack.stock.issued {
                let problem =
                    format!("{} packs are issued, {claims} claims are there", pack.stock.issued);
                self.problems.push(format!("round {}, pack {}: {problem}", round.id, pack.id));
            }
        }
        Ok(())
    }
}
