//! R7 to R11: what is paid, and the decision on a batch of redemptions.

use std::collections::{HashMap, HashSet};

use domain::code::{Freshness, REMEMBERED_MS, STEP_MS, Step};
use domain::money::Amount;
use domain::redemption::desk::{Verdict, postings};
use domain::redemption::{Alternative, Price, better_voucher};
use domain::refusal::TillRefusal;
use domain::round::UseOrder;
use domain::{campaign, ledger};
use proptest::prelude::*;

use crate::any::{LAST_MS, at, fen};
use crate::till_scene::{TillScene, till_scenes, voucher};

/// A clerk who takes the requests one by one, with nothing but the rules in their order.
fn by_hand(scene: &TillScene) -> Vec<Verdict> {
    let mut done: HashMap<_, _> =
        scene.recorded.iter().map(|it| ((it.till, it.key.clone()), (it.id, it.body))).collect();
    let (mut used, mut met) = (scene.used.clone(), scene.met.clone());
    let mut verdicts = Vec::new();
    for request in &scene.requests {
        let key = (request.actor.till, request.key.clone());
        if let Some((id, body)) = done.get(&key) {
            let same = *body == request.body;
            let reused = Verdict::Refused(TillRefusal::RequestKeyReused);
            verdicts.push(if same { Verdict::Replayed(*id) } else { reused });
            continue;
        }
        let holds: HashSet<TillRefusal> =
            all_that_hold(scene, request, &used, &met).into_iter().collect();
        let first = TillRefusal::OF_REDEMPTION.into_iter().find(|refusal| holds.contains(refusal));
        if let Some(refusal) = first {
            verdicts.push(Verdict::Refused(refusal));
            continue;
        }
        let presented = request.presented.as_ref().expect("without one it is refused");
        let left = request.order.order.fen() - request.order.merchant_coupon.fen();
        let voucher = left.min(1_000);
        verdicts.push(Verdict::Redeemed(Price {
            order: request.order.order,
            merchant_coupon: request.order.merchant_coupon,
            voucher: fen(voucher),
            rest: fen(1_000 - voucher),
            to_pay: fen(left - voucher),
        }));
        done.insert(key, (request.id, request.body));
        used.insert(presented.voucher);
        met.insert((presented.person, request.actor.merchant));
    }
    verdicts
}

/// Every refusal that holds, in whatever order.
fn all_that_hold(
    scene: &TillScene,
    request: &domain::redemption::desk::Request,
    used: &HashSet<domain::id::VoucherId>,
    met: &HashSet<(domain::id::PersonId, domain::id::MerchantId)>,
) -> Vec<TillRefusal> {
    use domain::merchant::MerchantState;
    let mut holds = Vec::new();
    let Some(shop) = scene.shops.get(&request.actor.till) else {
        return vec![TillRefusal::MerchantNotApproved];
    };
    match shop.state {
        MerchantState::Approved => {}
        MerchantState::Suspended => holds.push(TillRefusal::MerchantSuspended),
        MerchantState::Applied | MerchantState::Refused => {
            holds.push(TillRefusal::MerchantNotApproved);
        }
    }
    let out = |it: &domain::place::Position| it.latitude() > 10.0;
    if shop.place.iter().any(out) || request.order.position.iter().any(out) {
        holds.push(TillRefusal::OutsideCity);
    }
    let left = request.order.order.fen()
        - request.order.merchant_coupon.fen().min(request.order.order.fen());
    if left < 4_000 {
        holds.push(TillRefusal::BelowMinimumSpend);
    }
    let Some(presented) = &request.presented else {
        holds.push(TillRefusal::UnknownCode);
        return holds;
    };
    let age = Step::at(scene.now).number() - presented.step.number();
    match age {
        ..-1 | 22.. => holds.push(TillRefusal::UnknownCode),
        -1..=1 => {}
        2..=21 => holds.push(TillRefusal::CodeExpired),
    }
    match presented.round.as_str() {
        "r1" => {}
        "r0" => holds.push(TillRefusal::VoucherLapsed),
        _ => holds.push(TillRefusal::UnknownCode),
    }
    if used.contains(&presented.voucher) {
        holds.push(TillRefusal::VoucherUsed);
    }
    let only_fuel = matches!(presented.accepts, campaign::Accepts::Categories(_));
    if only_fuel && shop.category.as_str() != "fuel" {
        holds.push(TillRefusal::CategoryMismatch);
    }
    if met.contains(&(presented.person, request.actor.merchant)) {
        holds.push(TillRefusal::OnePerMerchantPerDay);
    }
    match scene.flagged.get(&request.id) {
        Some(domain::risk::Verdict::Hold) => holds.push(TillRefusal::HeldForReview),
        Some(domain::risk::Verdict::Refuse) => holds.push(TillRefusal::RefusedByRisk),
        _ => {}
    }
    holds
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn r7_to_r11_the_desk_decides_as_a_clerk_would(scene in till_scenes()) {
        prop_assert_eq!(scene.decide(), by_hand(&scene));
    }

    #[test]
    fn r7_no_voucher_is_used_twice_and_r8_nobody_meets_a_merchant_twice(scene in till_scenes()) {
        let (mut used, mut met) = (scene.used.clone(), scene.met.clone());
        for (request, verdict) in scene.requests.iter().zip(scene.decide()) {
            if let (Verdict::Redeemed(_), Some(presented)) = (verdict, &request.presented) {
                prop_assert!(used.insert(presented.voucher));
                prop_assert!(met.insert((presented.person, request.actor.merchant)));
            }
        }
    }

    #[test]
    fn r14_what_a_batch_moves_is_what_its_vouchers_were_worth(scene in till_scenes()) {
        let verdicts = scene.decide();
        let sales: Vec<_> = scene.requests.iter().zip(&verdicts).filter_map(|(request, verdict)| {
            match verdict {
                Verdict::Redeemed(price) => Some((request.actor.merchant, price)),
                _ => None,
            }
        }).collect();
        let round = "r1".parse().expect("an identifier");
        let moved = postings(&round, sales.iter().copied()).expect("amounts");
        let sum: i64 = moved.iter().map(|posting| posting.amount.fen()).sum();
        prop_assert_eq!(sum, 1_000 * i64::try_from(sales.len()).expect("a small number"));
        for posting in &moved {
            prop_assert_eq!(&posting.source, &Some(ledger::Account::Issued(round.clone())));
            prop_assert!(posting.amount > Amount::ZERO);
        }
        let targets: HashSet<_> = moved.iter().map(|posting| posting.target.clone()).collect();
        prop_assert_eq!(targets.len(), moved.len(), "each account once");
    }

    #[test]
    fn r10_the_merchants_coupon_comes_first_and_nobody_pays_less_than_nothing(
        order in 0..20_000_i64, coupon in 0..20_000_i64, face in 1..5_000_i64, minimum in 0..10_000_i64,
    ) {
        let price = Price::with_voucher(fen(order), fen(coupon), fen(face), fen(minimum));
        let left = (order - coupon).max(0);
        prop_assert_eq!(price.is_some(), left >= minimum && left > 0);
        if let Some(price) = price {
            let sum = price.merchant_coupon.fen() + price.voucher.fen() + price.to_pay.fen();
            prop_assert_eq!(sum, order);
            prop_assert_eq!(price.voucher.fen() + price.rest.fen(), face);
            prop_assert_eq!(price.voucher.fen(), face.min(left));
            prop_assert!(price.voucher > Amount::ZERO);
        }
    }

    #[test]
    fn r10_the_better_voucher_saves_most_and_more(
        order in 0..30_000_i64,
        others in prop::collection::vec((0..5_000_i64, 0..30_000_i64, any::<bool>()), 0..8),
        saved in 0..3_000_i64,
    ) {
        let others: Vec<Alternative> = others.into_iter().zip(0_u8..).map(|((face, minimum, any), number)| Alternative {
            voucher: voucher(number),
            kind: "k".parse().expect("an identifier"),
            accepts: if any {
                campaign::Accepts::Any(campaign::Any::Any)
            } else {
                campaign::Accepts::Categories(vec!["fuel".parse().expect("an identifier")])
            },
            face: fen(face),
            minimum_spend: fen(minimum),
        }).collect();
        let plain = Price::without_voucher(fen(order), Amount::ZERO);
        let category = "dining".parse().expect("an identifier");
        let best = better_voucher(UseOrder::default(), plain, fen(saved), &category, &others);
        let worth = |it: &Alternative| {
            let takes = it.accepts.takes(&category);
            let price = Price::with_voucher(fen(order), Amount::ZERO, it.face, it.minimum_spend);
            price.filter(|_| takes).map_or(0, |price| price.voucher.fen())
        };
        let most = others.iter().map(worth).max().unwrap_or(0);
        match best {
            Some((other, saves)) => {
                prop_assert!(saves.fen() > saved);
                prop_assert_eq!((saves.fen(), worth(other)), (most, most));
            }
            None => prop_assert!(most <= saved),
        }
    }

    #[test]
    fn a_code_is_good_then_expired_then_unknown(now in 2_000_000..LAST_MS - 2_000_000, age in -60_000..1_200_000_i64) {
        let step = Step::at(at(now));
        let later = step.ends_at().plus_millis(age);
        let said = step.freshness(later);
        if age < STEP_MS {
            prop_assert_eq!(said, Freshness::Good);
        } else if age < STEP_MS + REMEMBERED_MS {
            prop_assert_eq!(said, Freshness::Expired);
        } else {
            prop_assert_eq!(said, Freshness::Unknown);
        }
    }
}
