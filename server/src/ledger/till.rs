//! What tills and banks did against the ledger: every batch of redemptions and refunds with its transfer, every payment
//! with its own, and what each merchant is owed.

use std::collections::BTreeMap;

use domain::id::{MerchantId, RoundId};
use domain::ledger::{Account, Chain, Posting, Reason, Transfer};
use domain::redemption::Redemption;
use domain::refund::Refund;
use domain::{redemption, refund};
use store::Tx;
use store::settlement::payments;

use super::{Auditor, PAGE};
use crate::backend::settlement;
use crate::lane::{redemption as redemption_batch, refund as refund_batch};

/// What a round's vouchers did to the money in citizens' hands, and to each merchant, in fen.
#[derive(Default)]
pub(super) struct TillSums {
    /// What left the hands of citizens less what came back, by round.
    pub(super) gone: BTreeMap<RoundId, i64>,
    /// What merchants redeemed less what was refunded.
    net: BTreeMap<MerchantId, i64>,
    /// What merchants were paid less what refunds took back of it.
    paid: BTreeMap<MerchantId, i64>,
}

impl Auditor {
    /// The redemptions and refunds of a round against the transfers of its chain.
    pub(super) async fn compare_tills(
        &mut self,
        tx: &mut Tx,
        round: &RoundId,
        sums: &mut TillSums,
    ) -> Result<(), store::Error> {
        let mut after = None;
        let mut batch: Vec<Redemption> = Vec::new();
        let mut sequence = 0;
        loop {
            let page = store::redemption::redemptions_of_round(tx, round, after, PAGE).await?;
            let Some((last, it)) = page.last() else { break };
            after = Some((*last, it.id));
            for (of, it) in page {
                if of != sequence {
                    self.compare_redemptions(round, sequence, &batch);
                    batch.clear();
                    sequence = of;
                }
                let (took, rest) = (it.price.voucher.fen(), it.price.rest.fen());
                *sums.gone.entry(round.clone()).or_default() += took + rest;
                *sums.net.entry(it.actor.merchant).or_default() += took;
                batch.push(it);
            }
        }
        self.compare_redemptions(round, sequence, &batch);
        let mut after = None;
        let mut batch: Vec<Refund> = Vec::new();
        let mut sequence = 0;
        loop {
            let page = store::refund::refunds_of_round(tx, round, after, PAGE).await?;
            let Some((last, it)) = page.last() else { break };
            after = Some((*last, it.id));
            for (of, it) in page {
                if of != sequence {
                    self.compare_refunds(round, sequence, &batch);
                    batch.clear();
                    sequence = of;
                }
                let effect = &it.effect;
                if effect.voucher_returned {
                    let back = effect.voucher.fen() + effect.from_pool.fen();
                    *sums.gone.entry(round.clone()).or_default() -= back;
                }
                *sums.net.entry(it.actor.merchant).or_default() -= effect.voucher.fen();
                *sums.paid.entry(it.actor.merchant).or_default() -= effect.from_paid.fen();
                batch.push(it);
            }
        }
        self.compare_refunds(round, sequence, &batch);
        Ok(())
    }

    fn compare_redemptions(&mut self, round: &RoundId, sequence: i64, batch: &[Redemption]) {
        if batch.is_empty() {
            return;
        }
        let sales = batch.iter().map(|it| (it.actor.merchant, &it.price));
        let expected = redemption::desk::postings(round, sales);
        let digest = redemption_batch::digest_of(batch);
        let chain = Chain::Round(round.clone());
        self.compare_batch((chain, sequence), Reason::Redemption, expected, digest);
    }

    fn compare_refunds(&mut self, round: &RoundId, sequence: i64, batch: &[Refund]) {
        if batch.is_empty() {
            return;
        }
        let effects = batch.iter().map(|it| (it.actor.merchant, &it.effect));
        let expected = refund::postings(round, effects);
        let digest = refund_batch::digest_of(batch);
        let chain = Chain::Round(round.clone());
        self.compare_batch((chain, sequence), Reason::Refund, expected, digest);
    }

    fn compare_batch(
        &mut self,
        (chain, sequence): (Chain, i64),
        reason: Reason,
        expected: Option<Vec<Posting>>,
        digest: domain::ledger::Digest,
    ) {
        let place = format!("transfer {sequence} of {chain}");
        let Some(transfer) = self.of_tills.remove(&(chain, sequence)) else {
            self.problems.push(format!("{place}: is not there, and its acts are"));
            return;
        };
        if transfer.reason != reason || Some(&transfer.postings) != expected.as_ref() {
            self.problems.push(format!("{place}: it moved something else than its acts"));
        }
        if transfer.digest != digest {
            self.problems.push(format!("{place}: its digest does not fit its acts"));
        }
    }

    /// The payments of the bank against the transfers of the campaign's chain.
    pub(super) async fn compare_payments(
        &mut self,
        tx: &mut Tx,
        sums: &mut TillSums,
    ) -> Result<(), store::Error> {
        let mut in_all = BTreeMap::<MerchantId, i64>::new();
        for payment in payments(tx).await? {
            let (merchant, moved) = (payment.merchant, payment.moved);
            *sums.paid.entry(merchant).or_default() += moved.fen();
            *in_all.entry(merchant).or_default() += payment.payout.fen();
            if let Some(sequence) = payment.sequence {
                let expected = vec![Posting {
                    source: Some(Account::Payable(merchant)),
                    target: Account::Paid(merchant),
                    amount: moved,
                }];
                let digest = settlement::digest_of(&payment);
                let at = (Chain::Campaign, sequence);
                self.compare_batch(at, Reason::Settlement, Some(expected), digest);
            }
        }
        for (merchant, paid) in &sums.paid {
            if *paid > in_all.get(merchant).copied().unwrap_or_default() {
                self.problems.push(format!("merchant {merchant}: more is paid than the bank paid"));
            }
        }
        Ok(())
    }

    /// payable = redemptions − refunds − paid, for each merchant (R14). Called when every act was looked at.
    pub(super) fn compare_merchants(&mut self, sums: &TillSums) {
        let merchants = sums.net.keys().chain(sums.paid.keys());
        let merchants: std::collections::BTreeSet<MerchantId> = merchants.copied().collect();
        for merchant in merchants {
            let net = sums.net.get(&merchant).copied().unwrap_or_default();
            let paid = sums.paid.get(&merchant).copied().unwrap_or_default();
            for (account, expected) in
                [(Account::Paid(merchant), paid), (Account::Payable(merchant), net - paid)]
            {
                let holds = self.balance(&account.to_string());
                if holds != expected {
                    self.problems.push(format!(
                        "account {account}: holds {holds} fen, redemptions, refunds and payments say {expected}"
                    ));
                }
            }
        }
        let lost: Vec<String> = self
            .of_tills
            .keys()
            .map(|(chain, sequence)| {
                format!("transfer {sequence} of {chain}: its acts are not there")
            })
            .collect();
        self.problems.extend(lost);
    }
}

/// Whether a transfer settles acts of tills or banks, which are looked at one by one.
pub(super) const fn is_of_tills(transfer: &Transfer) -> bool {
    matches!(transfer.reason, Reason::Redemption | Reason::Refund | Reason::Settlement)
}
