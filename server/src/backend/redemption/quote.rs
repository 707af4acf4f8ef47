//! A quote: what a redemption would come to, by the same decision, on what stands at this moment. It changes nothing.

use std::collections::{HashMap, HashSet};

use app::failure::Failure;
use domain::code::Freshness;
use domain::id::{RedemptionId, VoucherId};
use domain::redemption::desk::{Request, Shop, TillDesk, Verdict, decide};
use domain::redemption::{Alternative, Order, Presented, Price, Quote, better_voucher};
use domain::refusal::TillRefusal;
use domain::till::Actor;
use domain::time::{Place, Timestamp};
use domain::voucher::{Voucher, VoucherState};

use super::present::present;
use crate::backend::busy;
use crate::hall::Hall;

/// Says what a redemption would come to now.
///
/// # Errors
/// [`Failure::TooMany`] when too many wrong digits were typed; otherwise a refusal is part of the quote.
pub async fn quote(hall: &Hall, actor: &Actor, order: &Order) -> Result<Quote, Failure> {
    let presented = present(hall, actor, order, None).await?;
    let now = hall.clock.campaign();
    let shop = store::redemption::shop(&hall.store, &actor.till).await.map_err(busy)?;
    let Facts { used, met } = facts(hall, actor, presented.as_ref(), now).await?;
    let verdict = verdict(hall, actor, order, presented.as_ref(), (&used, met, shop.as_ref(), now));
    let plain = Price::without_voucher(order.order, order.merchant_coupon);
    let (price, would_refuse) = match verdict {
        Verdict::Redeemed(price) => (price, None),
        Verdict::Refused(refusal) => (plain, Some(refusal)),
        Verdict::Replayed(_) => return Err(Failure::Unknown),
    };
    // A name is shown only to whoever holds a code that is good now.
    let presented = presented.filter(|it| {
        let is_good = it.step.freshness(now) == Freshness::Good;
        is_good && !would_refuse.is_some_and(is_about_the_till)
    });
    let better = match (&presented, &shop) {
        (Some(presented), Some(shop)) if !met => {
            let others = others(hall, presented, &used, now).await?;
            let round = hall.board.round(&presented.round);
            let use_order = round.map(|round| round.use_order).unwrap_or_default();
            better_voucher(use_order, plain, price.voucher, &shop.category, &others)
                .map(|(other, saves)| (other.clone(), saves))
        }
        _ => None,
    };
    Ok(Quote { presented, price, would_refuse, better })
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

/// What is known of the holder.
struct Facts {
    used: HashSet<VoucherId>,
    met: bool,
}

async fn facts(
    hall: &Hall,
    actor: &Actor,
    presented: Option<&Presented>,
    now: Timestamp,
) -> Result<Facts, Failure> {
    let Some(presented) = presented else {
        return Ok(Facts { used: HashSet::new(), met: false });
    };
    let store = &hall.store;
    let uses = store.voucher_uses(&presented.person).await.map_err(busy)?;
    let day = now.beijing_day();
    let met = store.has_met(&presented.person, &actor.merchant, day).await.map_err(busy)?;
    Ok(Facts { used: uses.into_keys().collect(), met })
}

fn verdict(
    hall: &Hall,
    actor: &Actor,
    order: &Order,
    presented: Option<&Presented>,
    (used, met, shop, now): (&HashSet<VoucherId>, bool, Option<&Shop>, Timestamp),
) -> Verdict {
    let posted = hall.board.posted();
    let (Some(campaign), Ok(key)) = (&posted.campaign, "quote".parse()) else {
        return Verdict::Refused(TillRefusal::UnknownCode);
    };
    let request = Request {
        id: RedemptionId::mint(0, 0),
        actor: *actor,
        key,
        body: [0; 32],
        presented: presented.cloned(),
        order: order.clone(),
    };
    let windows = posted.rounds.iter().map(|round| (round.id.clone(), round.window));
    let met_today = presented.into_iter().filter(|_| met).map(|it| (it.person, actor.merchant));
    let desk = TillDesk {
        now,
        windows: &windows.collect(),
        campaign,
        shops: &shop.map(|shop| (actor.till, shop.clone())).into_iter().collect::<HashMap<_, _>>(),
        recorded: &[],
        used,
        met_today: &met_today.collect(),
        flagged: &HashMap::new(),
    };
    let verdicts = decide(&desk, std::slice::from_ref(&request));
    verdicts.into_iter().next().unwrap_or(Verdict::Refused(TillRefusal::UnknownCode))
}

/// The holder's other vouchers that can be used now.
async fn others(
    hall: &Hall,
    presented: &Presented,
    used: &HashSet<VoucherId>,
    now: Timestamp,
) -> Result<Vec<Alternative>, Failure> {
    let posted = hall.board.posted();
    let Some(campaign) = &posted.campaign else { return Ok(Vec::new()) };
    let claims = hall.store.claims_of(&presented.person).await.map_err(busy)?;
    let rounds = posted.by_id();
    let vouchers = claims.iter().flat_map(|claim| {
        let round = rounds.get(&claim.round).filter(|it| it.window.place(now) == Place::Inside);
        round.map(|round| Voucher::of_claim(claim, round, now)).unwrap_or_default()
    });
    let others = vouchers.filter_map(|voucher| {
        let is_free = voucher.state == VoucherState::Usable && !used.contains(&voucher.id);
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
    Ok(others.collect())
}
