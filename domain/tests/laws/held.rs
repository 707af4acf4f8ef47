//! R19, CAMPAIGN 3: a held claim is neither yes nor no; its pack is set aside, and comes back or is granted, once.

use domain::appeal::{self, Appeal, AppealState, CannotAppeal};
use domain::claim::{Claim, ClaimState, Kept, Verdict};
use domain::held::{CannotRule, Ruling, check, decide_by};
use domain::id::{AppealId, ClaimId};
use domain::merchant::{Mark, Who};
use domain::pack::Stock;
use domain::refusal::Refusal;
use domain::risk;
use proptest::prelude::*;

use crate::any::{account, at, person, stocks, windows};
use crate::scene::scenes;

/// A claim that was held from 0 and is decided by then.
fn held(decide_by: i64, state: ClaimState, decided_at: Option<i64>) -> Claim {
    Claim {
        id: ClaimId::mint(5, 5),
        round: "r1".parse().expect("an identifier"),
        person: person(0),
        account: account(0, 0),
        key: "key".parse().expect("a key"),
        choice: domain::claim::Choice { pack: "p0".parse().expect("a pack"), named: false },
        serial: (state == ClaimState::Granted).then_some(1),
        state,
        claimed_at: at(0),
        decide_by: Some(at(decide_by)),
        decided_at: decided_at.map(at),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn r19_nobody_waits_beyond_the_end_of_the_round(
        window in windows(), hold_ms in 1..2_000_000_i64, ahead in 0..1_000_000_i64,
    ) {
        let now = window.opens_at().plus_millis(ahead).min(window.closes_at().plus_millis(-1));
        let by = decide_by(window, now, hold_ms);
        prop_assert!(by > now, "there is time to decide");
        prop_assert!(by <= window.closes_at());
        prop_assert!(by <= now.plus_millis(hold_ms));
    }

    #[test]
    fn r19_what_is_held_is_set_aside_and_gives_no_serial(scene in scenes()) {
        let decision = scene.decide();
        let held = decision.verdicts.iter().filter(|it| matches!(it, Verdict::Held { .. })).count();
        let before: u32 = scene.round.packs.iter().map(|pack| pack.stock.held).sum();
        let after: u32 = decision.stocks.iter().map(|stock| stock.held).sum();
        prop_assert_eq!(after - before, u32::try_from(held).expect("a small number"));
        let granted = u32::try_from(scene.granted(&decision).len()).expect("a small number");
        prop_assert_eq!(decision.last_serial, scene.last_serial + granted);
    }

    #[test]
    fn r19_risk_says_no_last_of_all_and_never_to_whom_an_appeal_was_upheld(scene in scenes()) {
        let decision = scene.decide();
        let calm = crate::scene::Scene { screened: domain::held::Screened::default(), ..scene.clone() };
        // Whoever is refused for another reason by a desk that knows of no risk is refused for that reason.
        if let Some((request, verdict)) = scene.requests.iter().zip(&decision.verdicts).next() {
            let first = &calm.decide().verdicts[0];
            if let Verdict::Refused(refusal, _) = first
                && *refusal != Refusal::RefusedByRisk
            {
                prop_assert_eq!(verdict, first, "{:?}", request.id);
            }
        }
        for (request, verdict) in scene.requests.iter().zip(&decision.verdicts) {
            if scene.screened.cleared.contains(&request.person) {
                let by_risk = matches!(verdict, Verdict::Held { .. } | Verdict::Refused(Refusal::RefusedByRisk, _));
                prop_assert!(!by_risk, "{:?}", verdict);
            }
            if matches!(verdict, Verdict::Held { .. }) {
                prop_assert_eq!(scene.screened.flagged.get(&request.id), Some(&risk::Verdict::Hold));
            }
        }
    }

    #[test]
    fn invariant_1_holds_whatever_becomes_of_what_was_set_aside(stock in stocks(u32::MAX)) {
        let parts = |it: Stock| u64::from(it.issued) + u64::from(it.held) + u64::from(it.remaining());
        let law = |it: Stock| parts(it) == u64::from(it.total);
        prop_assert_eq!(stock.hold().is_some(), stock.remaining() > 0);
        prop_assert_eq!(stock.grant_held().is_some(), stock.held > 0);
        prop_assert_eq!(stock.release().is_some(), stock.held > 0);
        for after in [stock.hold(), stock.grant_held(), stock.release()].into_iter().flatten() {
            prop_assert!(law(after));
        }
        if let Some(held) = stock.hold() {
            prop_assert_eq!(held.release(), Some(stock), "it comes back");
            prop_assert_eq!(held.grant_held(), stock.grant(), "or is granted, as if it had been at once");
        }
    }

    #[test]
    fn r19_a_claim_is_ruled_on_once_and_in_time(by in 1..1_000_i64, now in 0..1_200_i64) {
        let waits = held(by, ClaimState::Held, None);
        let wanted = if now < by { Ok(()) } else { Err(CannotRule::TooLate) };
        prop_assert_eq!(check(&waits, at(now)), wanted);
        prop_assert_eq!(waits.kept(), Kept::Pack, "it counts against the limit (R1)");
        for ruling in Ruling::ALL {
            let decided = held(by, ruling.state(), Some(now.min(by - 1)));
            prop_assert_eq!(check(&decided, at(now)), Err(CannotRule::Decided));
            let kept = if ruling == Ruling::Grant { Kept::Pack } else { Kept::Refusal };
            prop_assert_eq!(decided.kept(), kept);
            prop_assert_eq!(Ruling::from_code(ruling.code()), Some(ruling));
        }
        let lapsed = held(by, ClaimState::Refused, Some(now.max(by)));
        prop_assert_eq!((lapsed.kept(), lapsed.has_lapsed()), (Kept::Key, true), "nobody's fault");
    }
}

fn appeal(state: AppealState) -> Appeal {
    let mark = Mark { who: Who::Staff("li.ming".to_owned()), at: at(9), why: "why".to_owned() };
    Appeal {
        id: AppealId::mint(1, 1),
        person: person(0),
        round: "r1".parse().expect("an identifier"),
        claim: None,
        words: "words".to_owned(),
        filed_at: at(3),
        state,
        answered: (state != AppealState::Open).then_some(mark),
    }
}

#[test]
fn r19_an_appeal_is_bounded_and_one_waits_at_a_time() {
    let take = |words: &str, grounds, earlier: &[AppealState]| {
        let earlier: Vec<Appeal> = earlier.iter().map(|state| appeal(*state)).collect();
        appeal::check(words, grounds, &earlier)
    };
    let dismissed = AppealState::Dismissed;
    assert_eq!(take(" 是我本人\r\n領的\u{7} ", true, &[]), Ok("是我本人\n領的".to_owned()));
    assert_eq!(take("again", true, &[dismissed, dismissed]), Ok("again".to_owned()));
    assert_eq!(take("again", true, &[AppealState::Open]), Err(CannotAppeal::Waits));
    assert_eq!(take("again", true, &[AppealState::Upheld]), Err(CannotAppeal::NoGrounds));
    assert_eq!(take("words", false, &[]), Err(CannotAppeal::NoGrounds));
    assert_eq!(take("words", true, &[dismissed; 3]), Err(CannotAppeal::TooMany));
    assert_eq!(take(" \n", true, &[]), Err(CannotAppeal::NoWords));
    assert_eq!(
        take(&"字".repeat(appeal::WORDS_MAX), true, &[]).map(|it| it.chars().count()),
        Ok(1_000)
    );
    assert_eq!(take(&"字".repeat(appeal::WORDS_MAX + 1), true, &[]), Err(CannotAppeal::TooLong));
}
