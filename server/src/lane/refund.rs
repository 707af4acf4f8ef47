//! A batch of refunds: lock the rounds and the accounts, read the clock, decide, write, commit (R13).

use std::collections::{BTreeMap, HashMap};

use domain::id::{MerchantId, RedemptionId, RefundId, RoundId};
use domain::ledger::{Account, Chain, Digest, Reason, Transfer};
use domain::refund::{Balance, Refund, RefundDesk, Request, Sale, Verdict, decide, postings};
use domain::time::Timestamp;
use store::claim::LockedRound;
use store::ledger::SealedTransfer;
use store::refund::{Batch, Facts};

use super::redemption::{instant, lock_rounds};
use super::till::{TillAnswer, TillJob, no_amount};
use crate::campaign_file::seal;
use crate::fault;
use crate::key::sha256;
use crate::screen::event;

impl TillJob {
    pub(super) async fn refund(
        &self,
        requests: &[Request],
    ) -> Result<Vec<TillAnswer>, store::Error> {
        let mut tx = self.store.begin().await?;
        let named = store::refund::rounds_of(&mut tx, requests).await?;
        let rounds = lock_rounds(&mut tx, named.into_iter().collect()).await?;
        let facts = store::refund::facts(&mut tx, requests).await?;
        let held = store::ledger::lock_accounts(&mut tx, accounts(&facts)).await?;
        // The instant of the act: read once, after the locks.
        let now = instant(&rounds, self.clock.campaign());
        let sales = sales(&facts, &rounds);
        let holds = |account: Account| held.get(&account).copied().unwrap_or_default();
        let balances: HashMap<MerchantId, Balance> = merchants(&facts)
            .map(|it| {
                let (payable, paid) = (holds(Account::Payable(it)), holds(Account::Paid(it)));
                (it, Balance { payable, paid })
            })
            .collect();
        let desk = RefundDesk {
            now,
            sales: &sales,
            recorded: &facts.recorded,
            balances: &balances,
            pool: holds(Account::Pool),
        };
        let verdicts = decide(&desk, requests);
        let refunds = refunded(requests, &verdicts, &sales, now);
        if !refunds.is_empty() {
            let transfers = transfers(&refunds, now, &rounds)?;
            let batch = Batch { refunds: &refunds, transfers: &transfers };
            store::refund::record(&mut tx, &batch).await?;
        }
        let new: HashMap<_, _> = refunds.into_iter().map(|it| (it.id, it)).collect();
        let earlier: Vec<RefundId> = verdicts
            .iter()
            .filter_map(|verdict| match verdict {
                Verdict::Replayed(id) if !new.contains_key(id) => Some(*id),
                _ => None,
            })
            .collect();
        let earlier = if earlier.is_empty() {
            Vec::new()
        } else {
            store::refund::read_refunds(&mut tx, &earlier).await?
        };
        fault::point("refund-before-commit");
        tx.commit().await?;
        fault::point("refund-after-commit");
        for refund in new.values().filter(|refund| refund.effect.undone) {
            if let Some(sale) = sales.get(&refund.redemption) {
                self.screen.note(event::refund(refund, &sale.redemption));
            }
        }
        metrics::counter!("jinquan_refunds_total").increment(new.len() as u64);
        answers(requests, &verdicts, &new, earlier)
    }
}

fn merchants(facts: &Facts) -> impl Iterator<Item = MerchantId> + '_ {
    facts.redemptions.values().map(|it| it.actor.merchant)
}

/// Every account that the batch may move.
fn accounts(facts: &Facts) -> Vec<Account> {
    let owed = merchants(facts).flat_map(|it| [Account::Payable(it), Account::Paid(it)]);
    let issued = facts.redemptions.values().map(|it| Account::Issued(it.round.clone()));
    owed.chain(issued).chain([Account::Pool]).collect()
}

fn sales(facts: &Facts, rounds: &BTreeMap<RoundId, LockedRound>) -> HashMap<RedemptionId, Sale> {
    let sales = facts.redemptions.values().filter_map(|redemption| {
        let round = &rounds.get(&redemption.round)?.round;
        let (policy, window) = (round.refund_policy, round.window);
        Some((redemption.id, Sale { redemption: redemption.clone(), policy, window }))
    });
    sales.collect()
}

/// The refunds that are made, in order of their identifiers.
fn refunded(
    requests: &[Request],
    verdicts: &[Verdict],
    sales: &HashMap<RedemptionId, Sale>,
    now: Timestamp,
) -> Vec<Refund> {
    let made = requests.iter().zip(verdicts).filter_map(|(request, verdict)| {
        let Verdict::Refunded(effect) = verdict else { return None };
        let sale = sales.get(&request.redemption)?;
        Some(Refund {
            id: request.id,
            redemption: request.redemption,
            round: sale.redemption.round.clone(),
            actor: request.actor,
            key: request.key.clone(),
            amount: request.amount,
            effect: *effect,
            refunded_at: now,
        })
    });
    let mut made: Vec<Refund> = made.collect();
    made.sort_by_key(|it| it.id);
    made
}

/// One transfer for each round of which a sale is undone.
fn transfers(
    refunds: &[Refund],
    now: Timestamp,
    rounds: &BTreeMap<RoundId, LockedRound>,
) -> Result<Vec<SealedTransfer>, store::Error> {
    let mut by_round = BTreeMap::<&RoundId, Vec<Refund>>::new();
    for refund in refunds.iter().filter(|refund| refund.effect.undone) {
        by_round.entry(&refund.round).or_default().push(refund.clone());
    }
    let sealed = by_round.into_iter().map(|(round, undone)| {
        let link = rounds.get(round).map(|locked| locked.link).unwrap_or_default();
        let effects = undone.iter().map(|it| (it.actor.merchant, &it.effect));
        let postings = postings(round, effects).ok_or_else(no_amount)?;
        let (chain, digest) = (Chain::Round(round.clone()), digest_of(&undone));
        Ok(seal(Transfer::batch(Reason::Refund, chain, now, postings, digest, link)))
    });
    sealed.collect()
}

/// The digest of refunds that undid a sale, in order of their identifiers: what an auditor recomputes from the rows.
pub fn digest_of(refunds: &[Refund]) -> Digest {
    use std::fmt::Write as _;
    let mut text = String::from("jinquan-refunds-1\n");
    for it in refunds {
        let (till, merchant, effect) = (it.actor.till, it.actor.merchant, &it.effect);
        let (back, paid, pool) =
            (effect.voucher.fen(), effect.from_paid.fen(), effect.from_pool.fen());
        let (returned, at) = (u8::from(effect.voucher_returned), it.refunded_at.millis());
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{} {} {merchant} {till} {} {back} {paid} {pool} {returned} {at}",
            it.id,
            it.redemption,
            it.amount.fen()
        );
    }
    sha256(text.as_bytes())
}

fn answers(
    requests: &[Request],
    verdicts: &[Verdict],
    new: &HashMap<RefundId, Refund>,
    earlier: Vec<Refund>,
) -> Result<Vec<TillAnswer>, store::Error> {
    let earlier: HashMap<_, _> = earlier.into_iter().map(|it| (it.id, it)).collect();
    let answer = |(request, verdict): (&Request, &Verdict)| {
        let (id, replayed) = match verdict {
            Verdict::Nothing => return Ok(TillAnswer::NothingAsked),
            Verdict::Refused(refusal) => return Ok(TillAnswer::Refused(*refusal)),
            Verdict::Refunded(_) => (request.id, false),
            Verdict::Replayed(id) => (*id, true),
        };
        let found = new.get(&id).or_else(|| earlier.get(&id)).ok_or_else(|| {
            store::Error::Broken("a refund that was decided on is not there".to_owned())
        })?;
        Ok(TillAnswer::Refunded(Box::new(found.clone()), replayed))
    };
    requests.iter().zip(verdicts).map(answer).collect()
}
