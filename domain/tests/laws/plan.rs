//! Plans of two persons, and changes that hurt nobody (R7, R15, R21).

use domain::audience::Audience;
use domain::merchant::{Mark, Who};
use domain::money::Amount;
use domain::pack::Stock;
use domain::plan::draft::{Draft, Fault, Field, read_time, typed_time};
use domain::plan::{Act, CannotStep, Plan, PlanState, Planned, Version};
use domain::round::Round;
use domain::round::change::{CannotChange, Change};
use domain::time::Timestamp;
use proptest::prelude::*;

use crate::any::{at, fen, pack, round, window};
use crate::merchant::campaign;

fn mark(who: &str, why: &str) -> Mark {
    Mark { who: Who::Staff(who.to_owned()), at: at(10), why: why.to_owned() }
}

fn planned(state: PlanState, writers: &[&str]) -> Planned {
    let round = round(window(100, 200), vec![pack("p1", Stock::full(3))]);
    let newest = Version {
        number: 4,
        act: Act::Submit,
        state,
        plan: Plan::of(&round),
        paused: false,
        stopped: false,
        mark: mark("li", ""),
    };
    let writers = writers.iter().map(|who| Who::Staff((*who).to_owned())).collect();
    Planned { id: "r2".parse().expect("an id"), newest, writers }
}

#[test]
fn r21_nobody_approves_or_returns_an_own_act() {
    let plan = planned(PlanState::Submitted, &["li", "wang"]);
    for act in [Act::Approve, Act::Return] {
        for own in ["li", "wang"] {
            assert_eq!(plan.step(act, mark(own, "好")), Err(CannotStep::OwnAct));
        }
        let next = plan.step(act, mark("chen", "好")).expect("of two persons");
        assert_eq!(next.number, 5);
    }
    assert_eq!(plan.step(Act::Return, mark("chen", " ")), Err(CannotStep::NoReason));
    for state in [PlanState::Draft, PlanState::Returned, PlanState::Approved, PlanState::Abandoned]
    {
        let plan = planned(state, &["li"]);
        assert_eq!(plan.step(Act::Approve, mark("chen", "好")), Err(CannotStep::OtherState));
    }
    let approved = planned(PlanState::Approved, &["li"]);
    let again = approved.edit(approved.newest.plan.clone(), mark("li", "改"));
    assert_eq!(again, Err(CannotStep::OtherState), "a round is no plan any more");
}

proptest! {
    #[test]
    fn r15_an_approval_is_covered_and_apart_from_every_other_round(
        opens in 0..400_i64, lasts in 1..200_i64, now in 0..300_i64, pool in 0..2_000_000_i64
    ) {
        let plan = planned(PlanState::Submitted, &["li"]);
        let other = Round {
            id: "r1".parse().expect("an id"),
            ..round(window(opens, opens + lasts), vec![pack("p1", Stock::full(1))])
        };
        let pool = Amount::from_fen(pool).expect("an amount");
        let approved = plan.approve(mark("chen", "好"), at(now), std::slice::from_ref(&other), pool);
        let cost = plan.newest.plan.cost().expect("an amount");
        let may = now < 100 && !other.window.overlaps(window(100, 200)) && cost <= pool;
        prop_assert_eq!(approved.is_ok(), may, "{:?}", approved);
        if let Ok((round, version)) = approved {
            prop_assert_eq!(Plan::of(&round), plan.newest.plan.clone());
            prop_assert_eq!((round.version, round.remaining()), (version.number, round.stock()));
        }
    }

    #[test]
    fn r21_no_change_takes_anything_from_whoever_holds_a_voucher(
        kind in 0..5_u8, to in 0..400_i64, count in 0..9_u32, now in 0..300_i64,
        paused in any::<bool>(), stopped in any::<bool>()
    ) {
        let before = Round {
            paused, stopped, ..round(window(100, 200), vec![pack("p1", Stock::full(3))])
        };
        let change = match kind {
            0 => Change::Pause,
            1 => Change::Resume,
            2 => Change::Stop,
            3 => Change::Extend { closes_at: at(to) },
            _ => Change::AddPacks { pack: "p1".parse().expect("an id"), count },
        };
        let next = round(window(300, 350), Vec::new());
        let next = Round { id: "r9".parse().expect("an id"), ..next };
        let others = [before.clone(), next.clone()];
        match before.changed(&change, at(now), &others) {
            Ok(after) => {
                prop_assert!(now < 200, "a round that is over does not change");
                let extends = matches!(change, Change::Extend { .. });
                prop_assert!(!stopped || extends, "a stopped round only lasts longer");
                prop_assert!(after.window.opens_at() == before.window.opens_at());
                prop_assert!(after.window.closes_at() >= before.window.closes_at());
                prop_assert!(!after.window.overlaps(next.window));
                prop_assert!(after.stock() >= before.stock() && after.stopped >= before.stopped);
                prop_assert_eq!(&after.packs[0].vouchers, &before.packs[0].vouchers);
                prop_assert_eq!(after.version, before.version + 1);
                let price = before.price_of(&change).expect("an amount");
                let cost = |round: &Round| round.cost().expect("an amount");
                prop_assert_eq!(cost(&before).plus(price), Some(cost(&after)));
            }
            Err(CannotChange::Closed) => prop_assert!(now >= 200),
            Err(_) => {}
        }
    }

    #[test]
    fn a_time_is_read_as_it_was_written(ms in 0..4_000_000_000_i64) {
        let instant = Timestamp::from_millis(ms * 1_000);
        prop_assert_eq!(read_time(&typed_time(instant)), Some(instant));
    }
}

#[test]
fn an_empty_draft_names_every_place_that_is_wrong() {
    let faults = Draft::default().check(&campaign()).expect_err("nothing is written");
    assert_eq!(faults.len(), 8, "{faults:?}");
}

/// The draft of a plan of ¥30 for three packs.
fn draft() -> Draft {
    let round =
        Round { budget: fen(3_000), ..round(window(0, 60_000), vec![pack("p1", Stock::full(3))]) };
    Draft::of(&Plan::of(&round), &campaign())
}

#[test]
fn r24_a_plan_after_a_round_is_for_the_same_persons() {
    // The whole city by both of its codes, a district of it, and one of another city.
    for districts in [vec!["140500"], vec!["1405"], vec!["140502", "14"], vec!["110105"], vec![]] {
        let districts: Vec<String> = districts.into_iter().map(str::to_owned).collect();
        let audience = Audience { districts, without_pack_only: true };
        let budget = fen(3_000);
        let round = round(window(0, 60_000), vec![pack("p1", Stock::full(3))]);
        let before = Plan::of(&Round { audience, budget, ..round });
        assert_eq!(Draft::of(&before, &campaign()).check(&campaign()), Ok(before));
    }
    for wrong in ["", "1", "1405021", "１４", "city"] {
        let draft = Draft { districts: vec![wrong.to_owned()], ..draft() };
        let faults = draft.check(&campaign()).expect_err("no division");
        assert_eq!(faults, [(Field::Districts, Fault::Wrong)], "{wrong}");
    }
}

#[test]
fn a_number_of_a_plan_is_read_as_people_type_it() {
    let typed = |stock: &str, count: &str| {
        let mut draft = draft();
        draft.packs[0].stock = stock.to_owned();
        draft.packs[0].vouchers[0].count = count.to_owned();
        let plan = draft.check(&campaign());
        assert_eq!(
            plan.as_ref().ok().and_then(Plan::cost),
            draft.cost(),
            "the form shows the cost"
        );
        plan.map(|plan| (plan.packs[0].stock, plan.packs[0].vouchers[0].count))
    };
    assert_eq!(typed("６００００", "３"), Ok((60_000, 3)));
    assert_eq!(typed("60,000", " 3 "), Ok((60_000, 3)));
    assert!(typed("6,0000", "3").is_err(), "a comma that parts no thousands");
}
