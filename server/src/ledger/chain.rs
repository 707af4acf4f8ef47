//! The chains of transfers: each carries the hash of the one before, and settles acts that are there.

use std::collections::BTreeMap;

use domain::ledger::{Chain, Digest, Posting, Reason, Transfer};
use domain::redemption::Redemption;
use domain::refund::Refund;
use store::Tx;
use store::ledger::{Follow, Followed, LedgerFacts, RoundFacts, SealedTransfer};

use super::batch::Batches;
use super::claim::Claims;
use super::sum::Sums;
use super::{PAGE, Problems, Progress};
use crate::key::sha256;

/// What is rebuilt from the transfers alone: every balance, by account.
pub(super) type Balances = BTreeMap<String, i64>;

/// Follows every chain from its beginning to its end.
pub(super) struct Follower<'a> {
    facts: &'a LedgerFacts,
    pub(super) problems: &'a mut Problems,
    pub(super) sums: &'a mut Sums,
    balances: Balances,
    /// The chain that is being followed.
    chain: String,
    /// The number and hash of its last transfer; no hash where that one could not be read.
    end: (i64, Option<Digest>),
    /// What is left to be settled by it; none of the campaign's chain, or of a round that there is not.
    pub(super) acts: Option<Acts<'a>>,
    /// The chains that were come to.
    seen: Vec<String>,
}

/// What happened in a round, in the order in which its chain settles it.
pub(super) struct Acts<'a> {
    pub(super) round: &'a RoundFacts,
    pub(super) claims: Claims,
    pub(super) redemptions: Batches<Redemption>,
    pub(super) refunds: Batches<Refund>,
}

impl<'a> Follower<'a> {
    pub(super) fn new(
        facts: &'a LedgerFacts,
        problems: &'a mut Problems,
        sums: &'a mut Sums,
    ) -> Self {
        Self {
            facts,
            problems,
            sums,
            balances: Balances::new(),
            chain: String::new(),
            end: (0, Some([0; 32])),
            acts: None,
            seen: Vec::new(),
        }
    }

    pub(super) async fn follow(
        &mut self,
        tx: &mut Tx,
        progress: &mut impl FnMut(Progress),
    ) -> Result<(), store::Error> {
        let mut follow = Follow::default();
        let (mut done, of) = (0, self.facts.transfers);
        loop {
            let page = follow.next(tx, PAGE).await?;
            if page.is_empty() {
                break;
            }
            for followed in page {
                match followed {
                    Followed::Transfer(sealed) => {
                        done += 1;
                        self.transfer(tx, &sealed).await?;
                    }
                    Followed::Faulty { chain, sequence, error } => {
                        done += 1;
                        self.turn_to(tx, &chain).await?;
                        self.problems.take(error)?;
                        self.end = (sequence, None);
                    }
                    Followed::Orphan { chain, sequence, position } => {
                        let key = format!("{chain}, {sequence}, {position}");
                        self.problems.say("ledger_posting", key, "its transfer is not there");
                    }
                }
            }
            progress(Progress { what: "transfers", done, of });
        }
        self.turn_to(tx, "").await?;
        for round in &self.facts.rounds {
            let chain = Chain::Round(round.round.clone()).to_string();
            if round.link.sequence != 0 && !self.seen.contains(&chain) {
                self.problems.say("ledger_transfer", format!("{chain}, 1"), "is not there");
            }
        }
        Ok(())
    }

    /// The balances that follow from the transfers.
    pub(super) fn finish(self) -> Balances {
        self.balances
    }

    async fn transfer(&mut self, tx: &mut Tx, sealed: &SealedTransfer) -> Result<(), store::Error> {
        let SealedTransfer { transfer, hash } = sealed;
        self.turn_to(tx, &transfer.chain.to_string()).await?;
        let (sequence, previous) = self.end;
        if transfer.sequence != sequence + 1 {
            self.say(transfer, "the transfer before it is missing");
        } else if previous.is_some_and(|previous| transfer.previous != previous) {
            self.say(transfer, "it does not carry the hash of the transfer before it");
        }
        if sha256(&transfer.canonical_bytes()) != *hash {
            self.say(transfer, "its hash does not fit its content and its postings");
        }
        self.end = (transfer.sequence, Some(*hash));
        for Posting { source, target, amount } in &transfer.postings {
            if let Some(source) = source {
                *self.balances.entry(source.to_string()).or_default() -= amount.fen();
            }
            *self.balances.entry(target.to_string()).or_default() += amount.fen();
        }
        self.acts_of(tx, transfer).await
    }

    /// The acts that a transfer settles: that they are there, and that it moved what they say.
    async fn acts_of(&mut self, tx: &mut Tx, transfer: &Transfer) -> Result<(), store::Error> {
        match transfer.reason {
            Reason::Grant => self.compare_grant(tx, transfer).await,
            Reason::Redemption => self.compare_redemptions(tx, transfer).await,
            Reason::Refund => self.compare_refunds(tx, transfer).await,
            Reason::Settlement => self.compare_payment(tx, transfer).await,
            // What they moved is in the balances, which the packs and the campaign say as well.
            Reason::Appropriation | Reason::Approval | Reason::Closing => Ok(()),
        }
    }

    /// Leaves the chain that was followed for the next one.
    async fn turn_to(&mut self, tx: &mut Tx, chain: &str) -> Result<(), store::Error> {
        if chain == self.chain {
            return Ok(());
        }
        self.leave(tx).await?;
        chain.clone_into(&mut self.chain);
        self.seen.push(self.chain.clone());
        self.end = (0, Some([0; 32]));
        let round = chain.strip_prefix("round:");
        let of_round = |it: &&RoundFacts| Some(it.round.as_str()) == round;
        self.acts = self.facts.rounds.iter().find(of_round).map(|round| Acts {
            round,
            claims: Claims::of(round),
            redemptions: Batches::of(&round.round),
            refunds: Batches::of(&round.round),
        });
        if round.is_some() && self.acts.is_none() {
            self.problems.say("ledger_transfer", format!("{chain}, 1"), "there is no such round");
        }
        Ok(())
    }

    async fn leave(&mut self, tx: &mut Tx) -> Result<(), store::Error> {
        let Some(mut acts) = self.acts.take() else { return Ok(()) };
        let (sequence, hash) = self.end;
        let link = acts.round.link;
        if sequence != link.sequence || hash.is_some_and(|hash| hash != link.hash) {
            let key = &acts.round.round;
            self.problems.say("round", key, "the end of its chain is not the last transfer");
        }
        acts.claims.leave(tx, acts.round, self.problems).await?;
        for (sequence, batch) in acts.redemptions.up_to(tx, i64::MAX, self.problems).await? {
            self.count_redemptions(&acts.round.round, &batch);
            self.unsettled::<Redemption>(sequence, &batch);
        }
        for (sequence, batch) in acts.refunds.up_to(tx, i64::MAX, self.problems).await? {
            self.count_refunds(&acts.round.round, &batch);
            self.unsettled::<Refund>(sequence, &batch);
        }
        Ok(())
    }

    /// The chain that is being followed.
    pub(super) fn name(&self) -> &str {
        &self.chain
    }

    /// Says what is wrong with a transfer.
    pub(super) fn say(&mut self, transfer: &Transfer, what: &str) {
        let key = format!("{}, {}", transfer.chain, transfer.sequence);
        self.problems.say("ledger_transfer", key, what);
    }
}
