//! A batch of redemptions: lock the rounds, read the clock, read the facts, decide, write, commit (R7 to R14).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::id::{RedemptionId, RoundId};
use domain::ledger::{Account, Chain, Digest, Link, Posting, Reason, Transfer};
use domain::redemption::Redemption;
use domain::redemption::desk::{Request, TillDesk, Verdict, decide, postings};
use domain::refusal::TillRefusal;
use domain::risk::record::Record;
use domain::risk::{self, Act, Assessment, Kept};
use domain::time::Timestamp;
use store::Tx;
use store::claim::LockedRound;
use store::ledger::SealedTransfer;
use store::redemption::RoundBatch;

use super::till::{TillAnswer, TillJob, no_amount};
use crate::campaign_file::seal;
use crate::fault;
use crate::key::sha256;
use crate::screen::event;

/// How often a batch is decided anew because risk control flagged somebody, until all whom another of the batch may
/// stand before are looked at together.
const PASSES_MAX: u32 = 3;

impl TillJob {
    pub(super) async fn redeem(
        &self,
        requests: &[Request],
    ) -> Result<Vec<TillAnswer>, store::Error> {
        let Some(campaign) = self.board.posted().campaign.clone() else {
            return Ok(vec![TillAnswer::Refused(TillRefusal::UnknownCode); requests.len()]);
        };
        let mut tx = self.store.begin().await?;
        let presented = requests.iter().filter_map(|request| request.presented.as_ref());
        let rounds = lock_rounds(&mut tx, presented.map(|it| it.round.clone()).collect()).await?;
        // The instant of the act: read once, after the locks.
        let now = instant(&rounds, self.clock.campaign());
        let facts = store::redemption::facts(&mut tx, requests, now.beijing_day()).await?;
        let windows = rounds.iter().map(|(id, locked)| (id.clone(), locked.round.window)).collect();
        let desk = TillDesk {
            now,
            windows: &windows,
            campaign: &campaign,
            shops: &facts.shops,
            recorded: &facts.recorded,
            used: &facts.used,
            met_today: &facts.met,
            flagged: &HashMap::new(),
        };
        let (verdicts, seen) = self.decide(&desk, requests);
        let noteworthy = seen.iter().filter(|(_, record)| record.assessment.is_noteworthy());
        let assessed: HashMap<RedemptionId, Assessment> =
            noteworthy.map(|(id, record)| (*id, record.assessment.clone())).collect();
        let kept = kept(requests, &verdicts, now, assessed);
        store::risk::keep(&mut tx, &kept).await?;
        let seen: Vec<&Record> = seen.iter().map(|(_, record)| record).collect();
        store::risk::record(&mut tx, &seen).await?;
        let batches = batches(requests, &verdicts, now, &rounds)?;
        if !batches.is_empty() {
            let moved = batches.iter().flat_map(|(_, transfer)| accounts(transfer));
            store::ledger::lock_accounts(&mut tx, moved.collect::<Vec<_>>()).await?;
        }
        for (redemptions, transfer) in &batches {
            let Chain::Round(round) = &transfer.transfer.chain else { continue };
            let batch = RoundBatch { round, redemptions, transfer };
            store::redemption::record(&mut tx, &batch).await?;
        }
        let new: HashMap<_, _> = batches
            .into_iter()
            .flat_map(|(redemptions, _)| redemptions)
            .map(|it| (it.id, it))
            .collect();
        let earlier: Vec<_> = verdicts
            .iter()
            .filter_map(|verdict| match verdict {
                Verdict::Replayed(id) if !new.contains_key(id) => Some(*id),
                _ => None,
            })
            .collect();
        let earlier = if earlier.is_empty() {
            Vec::new()
        } else {
            store::redemption::read_redemptions(&mut tx, &earlier).await?
        };
        fault::point("redemption-before-commit");
        tx.commit().await?;
        fault::point("redemption-after-commit");
        #[cfg(feature = "fail-points")]
        store::control::write_till_keys(&self.store, new.values()).await?;
        metrics::counter!("jinquan_redemptions_total").increment(new.len() as u64);
        answers(requests, &verdicts, &new, earlier)
    }

    /// Decides a batch, and says how risk control sees those that would be sold something. Whoever is refused for
    /// another reason is not looked at: a shop that has itself refused on purpose would push its sales out of what is
    /// remembered of it. Where risk control refuses one, another of the batch may be sold something instead, which is
    /// then looked at as well; whoever sends many of one kind to have each decided anew has them looked at together.
    fn decide(
        &self,
        desk: &TillDesk<'_>,
        requests: &[Request],
    ) -> (Vec<Verdict>, Vec<(RedemptionId, Record)>) {
        let mut flagged = HashMap::new();
        let mut looked = HashSet::new();
        let mut seen = Vec::new();
        for pass in 1..=PASSES_MAX {
            let verdicts = decide(&TillDesk { flagged: &flagged, ..*desk }, requests);
            let may_sell = |verdict: &Verdict| match verdict {
                Verdict::Redeemed(_) => true,
                Verdict::Refused(TillRefusal::VoucherUsed | TillRefusal::OnePerMerchantPerDay) => {
                    pass == PASSES_MAX
                }
                Verdict::Refused(_) | Verdict::Replayed(_) => false,
            };
            let flagged_before = flagged.len();
            for (request, _) in requests.iter().zip(&verdicts).filter(|(_, it)| may_sell(it)) {
                let is_new = looked.insert(request.id);
                let place = desk.shops.get(&request.actor.till).and_then(|shop| shop.place);
                let Some(event) = event::sale(request, place, desk.now).filter(|_| is_new) else {
                    continue;
                };
                let record = self.screen.look(event);
                let enforced = record.assessment.enforced;
                if enforced > risk::Verdict::Allow {
                    flagged.insert(request.id, enforced);
                }
                seen.push((request.id, record));
            }
            if flagged.len() == flagged_before {
                return (verdicts, seen);
            }
        }
        (decide(&TillDesk { flagged: &flagged, ..*desk }, requests), seen)
    }
}

/// What is kept of risk control's assessments: of everything that it had to do with (R19). A held or refused redemption
/// leaves nothing else.
fn kept(
    requests: &[Request],
    verdicts: &[Verdict],
    now: Timestamp,
    mut assessed: HashMap<RedemptionId, Assessment>,
) -> Vec<Kept> {
    if assessed.is_empty() {
        return Vec::new();
    }
    let kept = requests.iter().zip(verdicts).filter_map(|(request, verdict)| {
        let concerns = matches!(
            verdict,
            Verdict::Redeemed(_)
                | Verdict::Refused(TillRefusal::HeldForReview | TillRefusal::RefusedByRisk)
        );
        let assessment = assessed.remove(&request.id).filter(|_| concerns)?;
        let presented = request.presented.as_ref();
        Some(Kept {
            id: request.id.into(),
            act: Act::Redemption,
            person: presented.map(|it| it.person),
            account: None,
            merchant: Some(request.actor.merchant),
            till: Some(request.actor.till),
            round: presented.map(|it| it.round.clone()),
            at: now,
            assessment,
        })
    });
    kept.collect()
}

/// Locks rounds in the order of their identifiers; one that is not there is left out.
pub(super) async fn lock_rounds(
    tx: &mut Tx,
    rounds: BTreeSet<RoundId>,
) -> Result<BTreeMap<RoundId, LockedRound>, store::Error> {
    let mut locked = BTreeMap::new();
    for id in rounds {
        if let Some(round) = store::claim::lock_round(tx, &id).await? {
            locked.insert(id, round);
        }
    }
    Ok(locked)
}

/// The instant of a batch, where the clock says `now`; see [`LockedRound::instant`].
pub(super) fn instant(rounds: &BTreeMap<RoundId, LockedRound>, now: Timestamp) -> Timestamp {
    rounds.values().map(|locked| locked.instant(now)).max().unwrap_or(now)
}

/// The accounts that a transfer names.
pub(super) fn accounts(sealed: &SealedTransfer) -> impl Iterator<Item = Account> + '_ {
    let of = |posting: &Posting| posting.source.clone().into_iter().chain([posting.target.clone()]);
    sealed.transfer.postings.iter().flat_map(of)
}

/// What is redeemed, by round, each with its transfer.
fn batches(
    requests: &[Request],
    verdicts: &[Verdict],
    now: Timestamp,
    rounds: &BTreeMap<RoundId, LockedRound>,
) -> Result<Vec<(Vec<Redemption>, SealedTransfer)>, store::Error> {
    let mut by_round = BTreeMap::<RoundId, Vec<Redemption>>::new();
    for (request, verdict) in requests.iter().zip(verdicts) {
        if let Some(redemption) = redeemed(request, verdict, now) {
            by_round.entry(redemption.round.clone()).or_default().push(redemption);
        }
    }
    let sealed = by_round.into_iter().map(|(round, mut redemptions)| {
        redemptions.sort_by_key(|it| it.id);
        let link = rounds.get(&round).map(|locked| locked.link).unwrap_or_default();
        let transfer = transfer(&round, now, &redemptions, link)?;
        Ok((redemptions, seal(transfer)))
    });
    sealed.collect()
}

fn redeemed(request: &Request, verdict: &Verdict, now: Timestamp) -> Option<Redemption> {
    let (Verdict::Redeemed(price), Some(presented)) = (verdict, &request.presented) else {
        return None;
    };
    Some(Redemption {
        id: request.id,
        voucher: presented.voucher,
        round: presented.round.clone(),
        person: presented.person,
        holder: presented.holder.clone(),
        actor: request.actor,
        key: request.key.clone(),
        body: request.body,
        price: *price,
        scene: request.order.scene,
        position: request.order.position,
        reference: request.order.reference.clone(),
        redeemed_at: now,
        refunded: domain::money::Amount::ZERO,
        undone: false,
        voucher_returned: false,
    })
}

/// The one transfer of a round's part of a batch: what moves, the digest of the redemptions, the link to the transfer
/// before (R20).
fn transfer(
    round: &RoundId,
    now: Timestamp,
    redemptions: &[Redemption],
    link: Link,
) -> Result<Transfer, store::Error> {
    let sales = redemptions.iter().map(|it| (it.actor.merchant, &it.price));
    let postings = postings(round, sales).ok_or_else(no_amount)?;
    let chain = Chain::Round(round.clone());
    let digest = digest_of(redemptions);
    Ok(Transfer::batch(Reason::Redemption, chain, now, postings, digest, link))
}

/// The digest of redemptions in order of their identifiers: what an auditor recomputes from the rows.
pub fn digest_of(redemptions: &[Redemption]) -> Digest {
    use std::fmt::Write as _;
    let mut text = String::from("jinquan-redemptions-1\n");
    for it in redemptions {
        let (till, merchant) = (it.actor.till, it.actor.merchant);
        let (took, rest, at) =
            (it.price.voucher.fen(), it.price.rest.fen(), it.redeemed_at.millis());
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{} {} {} {merchant} {till} {took} {rest} {at}",
            it.id, it.voucher, it.person
        );
    }
    sha256(text.as_bytes())
}

fn answers(
    requests: &[Request],
    verdicts: &[Verdict],
    new: &HashMap<RedemptionId, Redemption>,
    earlier: Vec<Redemption>,
) -> Result<Vec<TillAnswer>, store::Error> {
    let earlier: HashMap<_, _> = earlier.into_iter().map(|it| (it.id, it)).collect();
    let answer = |(request, verdict): (&Request, &Verdict)| {
        let (id, replayed) = match verdict {
            Verdict::Refused(refusal) => return Ok(TillAnswer::Refused(*refusal)),
            Verdict::Redeemed(_) => (request.id, false),
            Verdict::Replayed(id) => (*id, true),
        };
        let found = new.get(&id).or_else(|| earlier.get(&id)).ok_or_else(|| {
            store::Error::Broken("a redemption that was decided on is not there".to_owned())
        })?;
        Ok(TillAnswer::Redeemed(Box::new(found.clone()), replayed))
    };
    requests.iter().zip(verdicts).map(answer).collect()
}
