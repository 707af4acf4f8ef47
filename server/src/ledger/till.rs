//! What tills and banks did against the ledger: every batch of redemptions and refunds with its transfer, every payment
//! with its own.

use domain::id::RoundId;
use domain::ledger::{Account, Digest, Posting, Transfer};
use domain::redemption::Redemption;
use domain::refund::Refund;
use domain::{redemption, refund};
use store::Tx;
use store::ledger::RoundFacts;
use store::settlement::{payment_of, payments};

use super::batch::Act;
use super::chain::Follower;
use super::sum::Sums;
use super::{PAGE, Problems};
use crate::backend::settlement;
use crate::lane::{redemption as redemption_batch, refund as refund_batch};

impl<'a> Follower<'a> {
    /// The redemptions that a transfer settles.
    pub(super) async fn compare_redemptions(
        &mut self,
        tx: &mut Tx,
        transfer: &Transfer,
    ) -> Result<(), store::Error> {
        let Some(acts) = &mut self.acts else { return Ok(()) };
        let facts: &'a RoundFacts = acts.round;
        let round = &facts.round;
        let batches = acts.redemptions.up_to(tx, transfer.sequence, self.problems).await?;
        let is_broken = acts.redemptions.is_broken;
        let own = self.own(transfer, batches, |it, batch| it.count_redemptions(round, batch));
        if own.is_empty() && is_broken {
            return Ok(());
        }
        let sales = own.iter().map(|it| (it.actor.merchant, &it.price));
        let expected = redemption::desk::postings(round, sales);
        self.compare(transfer, expected.as_deref(), redemption_batch::digest_of(&own));
        Ok(())
    }

    /// The refunds that a transfer settles.
    pub(super) async fn compare_refunds(
        &mut self,
        tx: &mut Tx,
        transfer: &Transfer,
    ) -> Result<(), store::Error> {
        let Some(acts) = &mut self.acts else { return Ok(()) };
        let facts: &'a RoundFacts = acts.round;
        let round = &facts.round;
        let batches = acts.refunds.up_to(tx, transfer.sequence, self.problems).await?;
        let is_broken = acts.refunds.is_broken;
        let own = self.own(transfer, batches, |it, batch| it.count_refunds(round, batch));
        if own.is_empty() && is_broken {
            return Ok(());
        }
        let effects = own.iter().map(|it| (it.actor.merchant, &it.effect));
        let expected = refund::postings(round, effects);
        self.compare(transfer, expected.as_deref(), refund_batch::digest_of(&own));
        Ok(())
    }

    /// The payment that a transfer of the campaign's chain moves.
    pub(super) async fn compare_payment(
        &mut self,
        tx: &mut Tx,
        transfer: &Transfer,
    ) -> Result<(), store::Error> {
        let payment = match payment_of(tx, transfer.sequence).await {
            Ok(payment) => payment,
            Err(error) => return self.problems.take(error),
        };
        let Some(payment) = payment else {
            self.say(transfer, "the payment that it moved is not there");
            return Ok(());
        };
        let expected = [Posting {
            source: Some(Account::Payable(payment.merchant)),
            target: Account::Paid(payment.merchant),
            amount: payment.moved,
        }];
        self.compare(transfer, Some(&expected), settlement::digest_of(&payment));
        Ok(())
    }

    pub(super) fn count_redemptions(&mut self, round: &RoundId, batch: &[Redemption]) {
        for it in batch {
            let (took, rest) = (it.price.voucher.fen(), it.price.rest.fen());
            self.sums.redeemed(round, it.actor.merchant, took, rest);
        }
    }

    pub(super) fn count_refunds(&mut self, round: &RoundId, batch: &[Refund]) {
        for it in batch {
            self.sums.refunded(round, it.actor.merchant, &it.effect);
        }
    }

    /// Acts whose transfer is not one of theirs.
    pub(super) fn unsettled<A: Act>(&mut self, sequence: i64, batch: &[A]) {
        for act in batch {
            let what = format!("transfer {sequence} of {} does not settle it", self.name());
            self.problems.say(A::TABLE, act.id(), what);
        }
    }

    /// The batch of that transfer; the others are counted, and told.
    fn own<A: Act>(
        &mut self,
        transfer: &Transfer,
        batches: Vec<(i64, Vec<A>)>,
        count: impl Fn(&mut Self, &[A]),
    ) -> Vec<A> {
        let mut own = Vec::new();
        for (sequence, batch) in batches {
            count(self, &batch);
            if sequence == transfer.sequence {
                own = batch;
            } else {
                self.unsettled(sequence, &batch);
            }
        }
        own
    }

    fn compare(&mut self, transfer: &Transfer, expected: Option<&[Posting]>, digest: Digest) {
        if Some(transfer.postings.as_slice()) != expected {
            self.say(transfer, "it moved something else than its acts");
        }
        if transfer.digest != digest {
            self.say(transfer, "its digest does not fit its acts");
        }
    }
}

/// What is written of redemptions against their refunds, partial ones too, which move nothing and are in no batch:
/// whoever marks a sale as undone frees its voucher and its day.
pub(super) async fn compare_refunded(
    tx: &mut Tx,
    problems: &mut Problems,
) -> Result<(), store::Error> {
    let mut after = None;
    loop {
        let page = match store::refund::refunded_after(tx, after, PAGE).await {
            Ok(page) => page,
            Err(error) => return problems.take(error),
        };
        for (id, _) in page.iter().filter(|(_, fits)| !fits) {
            problems.say("redemption", id, "its refunds make something else of it");
        }
        if page.len() < PAGE as usize {
            return Ok(());
        }
        after = page.last().map(|(id, _)| *id);
    }
}

/// The payments of the bank, with what moved with each of them.
pub(super) async fn add_payments(
    tx: &mut Tx,
    sums: &mut Sums,
    problems: &mut Problems,
) -> Result<(), store::Error> {
    match payments(tx).await {
        Ok(payments) => {
            for payment in payments {
                sums.paid(payment.merchant, payment.payout.fen(), payment.moved.fen());
            }
            Ok(())
        }
        Err(error) => problems.take(error),
    }
}
