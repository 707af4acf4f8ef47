//! The planner: what happened lies within what would have been forecast of it, and where nothing was seen nothing is
//! said.

use domain::history::parse;
use domain::money::Amount;
use domain::planner::{Forecast, Plan, forecast};
use domain::results::{Curve, Multiplier, RoundResult, Share};
use domain::time::Window;
use proptest::prelude::*;

use crate::any::{at, fen};

const HOUR_MS: i64 = 3_600_000;

fn rounds() -> impl Strategy<Value = RoundResult> {
    (1_u32..5_000, prop::collection::vec(0_u32..400, 1..60), 0_i64..=1_000, 100_i64..3_000)
        .prop_map(|(stock, wanted, permille, hundredths)| {
            let mut left = stock;
            let seconds: Vec<(u32, u32)> = (0_u32..)
                .zip(wanted)
                .map(|(second, wanted)| {
                    let packs = wanted.min(left);
                    left -= packs;
                    (second, packs)
                })
                .filter(|(_, packs)| *packs > 0)
                .collect();
            let curve = Curve::of_seconds(seconds);
            let claimed = curve.total();
            let issued = fen(i64::from(claimed) * 5_000);
            let redeemed = fen(issued.fen() * permille / 1_000);
            RoundResult {
                round: "r1".parse().expect("an identifier"),
                name: crate::any::name("r1"),
                window: Window::new(at(0), at(HOUR_MS)).expect("in order"),
                stopped: false,
                stock,
                claimed,
                budget: fen(i64::from(stock) * 5_000),
                issued,
                redeemed,
                sales: fen(redeemed.fen() * hundredths / 100),
                rolled_over: None,
                curve,
            }
        })
}

fn plan_of(round: &RoundResult) -> Plan {
    Plan { packs: round.stock, budget: round.budget, length_s: 3_600 }
}

fn of(round: &RoundResult, all: &[RoundResult]) -> Forecast {
    forecast(plan_of(round), all, &[], at(HOUR_MS))
}

proptest! {
    #[test]
    fn what_happened_lies_within_the_forecast(all in prop::collection::vec(rounds(), 1..6)) {
        for round in all.iter().filter(|it| it.claimed > 0) {
            let said = of(round, &all);
            let claimed = said.claimed.expect("a round was seen");
            prop_assert!((claimed.low..=claimed.high).contains(&round.claimed));
            let sell_out = said.sell_out.expect("a round was seen");
            if let Some(second) = round.sold_out_after_s() {
                prop_assert!(sell_out.earliest_s.is_some_and(|it| it <= second));
                prop_assert!(sell_out.latest_s.is_none_or(|it| second <= it));
            } else {
                prop_assert_eq!(sell_out.latest_s, None);
            }
            if let Some(rate) = Share::of(round.redeemed, round.issued) {
                let range = said.rate.expect("a rate was seen");
                prop_assert!((range.low..=range.high).contains(&rate));
                let back = round.budget.minus(round.redeemed).unwrap_or_default();
                let rollover = said.rollover.expect("both were seen");
                // Rates are rounded to tenths of a percent.
                let slack = round.issued.fen() / 1_000 + 1;
                prop_assert!(rollover.low.fen() - slack <= back.fen());
                prop_assert!(back.fen() <= rollover.high.fen() + slack);
            }
            if let Some(times) = Multiplier::of(round.sales, round.redeemed) {
                let range = said.per_redeemed.expect("a multiplier was seen");
                prop_assert!((range.low..=range.high).contains(&times));
            }
        }
    }

    #[test]
    fn a_range_is_never_one_number(round in rounds()) {
        let said = of(&round, std::slice::from_ref(&round));
        if let Some(range) = said.per_redeemed.filter(|it| it.high.hundredths() > 0) {
            prop_assert!(range.low < range.high);
        }
    }
}

#[test]
fn a_round_that_was_stopped_says_only_how_many_there_were_at_least() {
    // One pack a second for an hour, of sixty thousand.
    let stopped = RoundResult {
        round: "r1".parse().expect("an identifier"),
        name: crate::any::name("r1"),
        window: Window::new(at(0), at(24 * HOUR_MS)).expect("in order"),
        stopped: true,
        stock: 60_000,
        claimed: 3_600,
        budget: fen(300_000_000),
        issued: fen(18_000_000),
        redeemed: fen(9_000_000),
        sales: fen(90_000_000),
        rolled_over: None,
        curve: Curve::of_seconds((0..3_600).map(|second| (second, 1))),
    };
    let ran = RoundResult { stopped: false, ..stopped.clone() };
    let said = |packs: u32, all: &[RoundResult]| {
        let plan = Plan { packs, budget: fen(i64::from(packs) * 5_000), length_s: 86_400 };
        forecast(plan, all, &[], at(24 * HOUR_MS))
    };
    let claimed = said(60_000, std::slice::from_ref(&stopped)).claimed.expect("a round was seen");
    assert_eq!((claimed.low, claimed.high), (2_520, 60_000));
    let claimed = said(60_000, std::slice::from_ref(&ran)).claimed.expect("a round was seen");
    assert_eq!((claimed.low, claimed.high), (2_520, 4_680));
    // When more than were claimed would have been gone, nobody saw; when as many were, everybody did.
    assert_eq!(said(60_000, std::slice::from_ref(&stopped)).sell_out, None);
    assert_eq!(
        said(1_800, &[stopped.clone(), ran.clone()]).sell_out,
        said(1_800, &[ran.clone(), ran.clone()]).sell_out
    );
    let never = said(60_000, &[stopped, ran]).sell_out.expect("one of them ran to its end");
    assert_eq!((never.earliest_s, never.latest_s), (None, None));
}

#[test]
fn without_a_past_nothing_is_said() {
    let plan = Plan { packs: 10, budget: fen(50_000), length_s: 3_600 };
    let said = forecast(plan, &[], &[], at(0));
    assert_eq!((said.sell_out, said.claimed, said.rate), (None, None, None));
    assert_eq!((said.rollover, said.per_redeemed, said.sales), (None, None, None));
    assert_eq!(said.budget, fen(50_000));
    // What was stated of earlier programmes says how vouchers are used, and nothing of how fast packs go.
    let past = parse(include_str!("../../../campaigns/history/jincheng-2020.csv")).expect("a file");
    let said = forecast(plan, &[], &past, at(0));
    assert!(said.rate.is_some() && said.per_redeemed.is_some());
    assert_eq!((said.sell_out, said.rollover), (None, None));
    // Nor does the largest plan there can be overflow anything.
    let most = Plan { packs: u32::MAX, budget: Amount::MAX, length_s: u32::MAX };
    assert!(forecast(most, &[], &past, at(0)).rate.is_some());
}
