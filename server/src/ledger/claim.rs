//! The claims of a round against the grants of its chain: every batch's digest and amount, serials without gaps.

use std::collections::{BTreeMap, VecDeque};

use domain::claim::Claim;
use domain::id::{PackId, RoundId};
use domain::ledger::Transfer;
use store::Tx;
use store::ledger::RoundFacts;

use super::chain::Follower;
use super::{PAGE, Problems};
use crate::lane::claim::digest_of;

/// The granted claims of a round, by serial.
pub(super) struct Claims {
    round: RoundId,
    faces: BTreeMap<PackId, i64>,
    waiting: VecDeque<Claim>,
    /// The serial that the last one should have had.
    serial: u32,
    /// The last serial that was read.
    read: u32,
    is_over: bool,
    is_broken: bool,
}

/// What one grant gave.
struct Granted {
    claims: Vec<Claim>,
    fen: i64,
    /// Whether a claim of it is not there.
    is_short: bool,
}

impl Claims {
    pub(super) fn of(round: &RoundFacts) -> Self {
        let faces = round.packs.iter().map(|pack| (pack.pack.clone(), pack.face_fen)).collect();
        Self {
            round: round.round.clone(),
            faces,
            waiting: VecDeque::new(),
            serial: 0,
            read: 0,
            is_over: false,
            is_broken: false,
        }
    }

    /// The next claims that come to that amount. A serial that is missing counts as what the next claim is worth, so
    /// that one claim that is gone does not put all later batches out of step.
    async fn worth(
        &mut self,
        tx: &mut Tx,
        amount_fen: i64,
        problems: &mut Problems,
    ) -> Result<Granted, store::Error> {
        let mut granted = Granted { claims: Vec::new(), fen: 0, is_short: false };
        while granted.fen < amount_fen {
            let Some(claim) = self.next(tx, problems).await? else { break };
            let serial = claim.serial.unwrap_or_default();
            granted.fen += self.faces.get(&claim.choice.pack).copied().unwrap_or_default();
            self.serial += 1;
            if serial > self.serial {
                let key = format!("round {}, serial {}", self.round, self.serial);
                problems.say("claim", key, "is missing");
                granted.is_short = true;
                self.waiting.push_front(claim);
            } else {
                granted.claims.push(claim);
            }
        }
        Ok(granted)
    }

    /// What is left when the chain has ended.
    pub(super) async fn leave(
        &mut self,
        tx: &mut Tx,
        facts: &RoundFacts,
        problems: &mut Problems,
    ) -> Result<(), store::Error> {
        while let Some(claim) = self.next(tx, problems).await? {
            problems.say("claim", claim.id, "no grant of the ledger gave it");
        }
        if !self.is_broken && self.serial != facts.last_serial {
            let what = format!("counts {} grants, the ledger {}", facts.last_serial, self.serial);
            problems.say("round", &facts.round, what);
        }
        Ok(())
    }

    async fn next(
        &mut self,
        tx: &mut Tx,
        problems: &mut Problems,
    ) -> Result<Option<Claim>, store::Error> {
        if self.waiting.is_empty() && !self.is_over {
            match store::claim::claims_of_round(tx, &self.round, self.read, PAGE).await {
                Ok(page) => {
                    self.is_over = page.len() < PAGE as usize;
                    self.read = page.last().and_then(|last| last.serial).unwrap_or(self.read);
                    self.waiting.extend(page);
                }
                Err(error) => {
                    (self.is_over, self.is_broken) = (true, true);
                    problems.take(error)?;
                }
            }
        }
        Ok(self.waiting.pop_front())
    }
}

impl Follower<'_> {
    /// The claims that a grant gave.
    pub(super) async fn compare_grant(
        &mut self,
        tx: &mut Tx,
        transfer: &Transfer,
    ) -> Result<(), store::Error> {
        let amount_fen = transfer.postings.iter().map(|posting| posting.amount.fen()).sum();
        let Some(acts) = &mut self.acts else { return Ok(()) };
        let first = acts.claims.serial + 1;
        let granted = acts.claims.worth(tx, amount_fen, self.problems).await?;
        let (last, is_broken) = (acts.claims.serial, acts.claims.is_broken);
        let fits = granted.fen == amount_fen
            && !granted.is_short
            && digest_of(&granted.claims) == transfer.digest;
        if !fits && !is_broken {
            let what = format!("its digest does not fit its claims, serials {first} to {last}");
            self.say(transfer, &what);
        }
        // The digest has when a claim was made; a held one was granted later, by this transfer.
        for claim in granted.claims.iter().filter(|claim| claim.decide_by.is_some()) {
            if claim.decided_at != Some(transfer.at) {
                self.problems.say("claim", claim.id, "it was not granted when its grant was");
            }
        }
        Ok(())
    }
}
