//! A quote: what a redemption would come to, by the same decision, on what stands at this moment. It changes nothing.

use std::collections::{HashMap, HashSet};

use app::failure::Failure;
use domain::claim::Claim;
use domain::code::Freshness;
use domain::id::{RedemptionId, VoucherId};
use domain::redemption::desk::{Request, Shop, TillDesk, Verdict, decide};
use domain::redemption::{Alternative, Order, Presented, Price, Quote, better_voucher};
use domain::refusal::TillRefusal;
use domain::risk;
use domain::till::Actor;
use domain::time::{Place, Timestamp};
use domain::voucher::{Voucher, VoucherState};
use store::redemption::{At, Counter};

use super::present::{Named, named, presented};
use crate::backend::busy;
use crate::hall::Hall;
use crate::screen::event;

/// Says what a redemption would come to now.
///
/// # Errors
/// [`Failure::TooMany`] when too many wrong digits were typed; otherwise a refusal is part of the quote.
pub async fn quote(hall: &Hall, actor: &Actor, order: &Order) -> Result<Quote, Failure> {
    let named = named(hall, actor, order, None).await?;
    let now = hall.clock.campaign();
    let facts = facts(hall, actor, named, now).await?;
    let verdict = verdict(hall, actor, order, &facts, now);
    let plain = Price::without_voucher(order.order, order.merchant_coupon);
    let (price, would_refuse) = match verdict {
        Verdict::Redeemed(price) => (price, None),
        Verdict::Refused(refusal) => (plain, Some(refusal)),
        Verdict::Replayed(_) => return Err(Failure::Unknown),
    };
    let better = facts.shop.as_ref().filter(|_| !facts.met).and_then(|shop| {
        let presented = facts.presented.as_ref().filter(|it| is_shown(it, would_refuse, now))?;
        let others = others(hall, presented, &facts, now);
        let round = hall.board.round(&presented.round);
        let use_order = round.map(|round| round.use_order).unwrap_or_default();
        better_voucher(use_order, plain, price.voucher, &shop.category, &others)
            .map(|(other, saves)| (other.clone(), saves))
    });
    let presented = facts.presented.filter(|it| is_shown(it, would_refuse, now));
    Ok(Quote { presented, price, would_refuse, better })
}

/// A name is shown only to whoever holds a code that is good now.
fn is_shown(presented: &Presented, would_refuse: Option<TillRefusal>, now: Timestamp) -> bool {
    let is_good = presented.step.freshness(now) == Freshness::Good;
    is_good && !would_refuse.is_some_and(is_about_the_till)
}

const fn is_about_the_till(refusal: TillRefusal) -> bool {
    matches!(
        refusal,
        TillRefusal::MerchantNotApproved
            | TillRefusal::MerchantSuspended
            | TillRefusal::OutsideCity
            | TillRefusal::UnknownCode
    )
}

/// What is known of the till and of the holder.
#[derive(Default)]
struct Facts {
    shop: Option<Shop>,
    presented: Option<Presented>,
    claims: Vec<Claim>,
    used: HashSet<VoucherId>,
    met: bool,
}

/// One read, where a code names a claim.
async fn facts(
    hall: &Hall,
    actor: &Actor,
    named: Option<Named>,
    now: Timestamp,
) -> Result<Facts, Failure> {
    let (store, day) = (&hall.store, now.beijing_day());
    let counter = match named {
        Some(named) => {
            let at = At { claim: named.voucher.claim, till: actor.till };
            hall.counters.counter(at, day).await?.map(|counter| (named, counter))
        }
        None => None,
    };
    let Some((named, Counter { shop, holder, claims, used, met })) = counter else {
        let shop = store::redemption::shop(store, &actor.till).await.map_err(busy)?;
        return Ok(Facts { shop, ..Facts::default() });
    };
    let presented = presented(hall, named, holder);
    Ok(Facts { shop: Some(shop), presented, claims, used, met })
}

fn verdict(hall: &Hall, actor: &Actor, order: &Order, facts: &Facts, now: Timestamp) -> Verdict {
    let Facts { shop, presented, used, met, .. } = facts;
    let posted = hall.board.posted();
    let (Some(campaign), Ok(key)) = (&posted.campaign, "quote".parse()) else {
        return Verdict::Refused(TillRefusal::UnknownCode);
    };
    let request = Request {
        id: RedemptionId::mint(0, 0),
        actor: *actor,
        key,
        body: [0; 32],
        presented: presented.clone(),
        order: order.clone(),
    };
    let flagged = foreseen(hall, &request, facts, now);
    let windows = posted.rounds.iter().map(|round| (round.id.clone(), round.window));
    let met_today = presented.iter().filter(|_| *met).map(|it| (it.person, actor.merchant));
    let desk = TillDesk {
        now,
        windows: &windows.collect(),
        campaign,
        shops: &shop.iter().map(|shop| (actor.till, shop.clone())).collect::<HashMap<_, _>>(),
        recorded: &[],
        used,
        met_today: &met_today.collect(),
        flagged: &flagged,
    };
    let verdicts = decide(&desk, std::slice::from_ref(&request));
    verdicts.into_iter().next().unwrap_or(Verdict::Refused(TillRefusal::UnknownCode))
}

/// What risk control would say of the sale, where it comes so far: a quote promises nothing that is known to be
/// refused.
fn foreseen(
    hall: &Hall,
    request: &Request,
    facts: &Facts,
    now: Timestamp,
) -> HashMap<RedemptionId, risk::Verdict> {
    let may_sell = |presented: &&Presented| !facts.used.contains(&presented.voucher) && !facts.met;
    let place = facts.shop.as_ref().and_then(|shop| shop.place);
    let sale = request.presented.as_ref().filter(may_sell);
    let sale = sale.and_then(|_| event::sale(request, place, now));
    sale.map(|sale| (request.id, hall.screen.foresee(&sale).enforced)).into_iter().collect()
}

/// The holder's other vouchers that can be used now.
fn others(hall: &Hall, presented: &Presented, facts: &Facts, now: Timestamp) -> Vec<Alternative> {
    let posted = hall.board.posted();
    let Some(campaign) = &posted.campaign else { return Vec::new() };
    let rounds = posted.by_id();
    let vouchers = facts.claims.iter().flat_map(|claim| {
        let round = rounds.get(&claim.round).filter(|it| it.window.place(now) == Place::Inside);
        round.map(|round| Voucher::of_claim(claim, round, now)).unwrap_or_default()
    });
    let others = vouchers.filter_map(|voucher| {
        let is_free = voucher.state == VoucherState::Usable && !facts.used.contains(&voucher.id);
        let kind =
            campaign.kind(&voucher.kind).filter(|_| is_free && voucher.id != presented.voucher)?;
        Some(Alternative {
            voucher: voucher.id,
            kind: voucher.kind,
            accepts: kind.accepts.clone(),
            face: voucher.face,
            minimum_spend: voucher.minimum_spend,
        })
    });
    others.collect()
}
