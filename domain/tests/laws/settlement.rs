//! R13: a merchant's days, and what the bank pays for them.

use std::fmt::Write as _;

use domain::csv::PROBLEMS_MAX;
use domain::export::{self, Export, Totals};
use domain::id::MerchantId;
use domain::merchant::{Mark, MerchantState, Who};
use domain::money::Amount;
use domain::settlement::hold::{Act, CannotHold, Hold, act};
use domain::settlement::list::{self, PAYMENTS_MAX, Reported, Wrong};
use domain::settlement::{
    ClosedDay, DayFigures, Due, Payee, backed, file, is_over, settle, settle_day,
};
use domain::time::BeijingDay;
use proptest::prelude::*;

use crate::any::fen;

fn days() -> impl Strategy<Value = Vec<DayFigures>> {
    let figures = (1..4_i64, 0..10_000_i64, 0..10_000_i64);
    prop::collection::vec(figures, 0..12).prop_map(|drawn| {
        let mut number = 18_000;
        let day = drawn.into_iter().map(|(gap, redeemed, refunded)| {
            number += gap;
            let day = BeijingDay::from_number(number);
            DayFigures { day, redeemed: fen(redeemed), refunded: fen(refunded) }
        });
        day.collect()
    })
}

fn mark(hours: i64, why: &str) -> Mark {
    let at = BeijingDay::from_number(18_000).start().plus_millis(hours * 3_600_000);
    Mark { who: Who::Staff("operator".to_owned()), at, why: why.to_owned() }
}

fn hold(from: i64, until: Option<i64>) -> Hold {
    Hold { held: mark(from, "a"), released: until.map(|until| mark(until, "b")) }
}

fn payee() -> Payee {
    let credit_code = "91440300708461136T".parse().expect("a code");
    Payee { merchant: MerchantId::mint(1, 1), credit_code, name: "=老城,門面館".to_owned() }
}

fn closed(day: BeijingDay) -> ClosedDay {
    ClosedDay::of(day, day.plus_days(2).start()).expect("it is over")
}

proptest! {
    #[test]
    fn r13_what_is_owed_is_carried_forward_and_nothing_is_lost(days in days()) {
        let settled = settle(days.clone(), &[]);
        let net: i64 = days.iter().map(|day| day.redeemed.fen() - day.refunded.fen()).sum();
        let paid: i64 = settled.iter().map(|day| day.payout.fen()).sum();
        let owed = settled.last().map_or(0, |day| day.carried_out_fen);
        prop_assert_eq!(paid + owed, net);
        let mut carried = 0;
        for day in &settled {
            prop_assert_eq!(day.carried_in_fen, carried);
            prop_assert!(day.carried_out_fen <= 0);
            prop_assert!(day.payout == Amount::ZERO || day.carried_out_fen == 0);
            carried = day.carried_out_fen;
        }
    }

    #[test]
    fn r13_later_days_never_change_a_closed_one(days in days(), cut in 0..12_usize) {
        let cut = cut.min(days.len());
        let settled = settle(days.clone(), &[]);
        prop_assert_eq!(&settle(days[..cut].iter().copied(), &[])[..], &settled[..cut]);
        for day in &settled {
            prop_assert_eq!(settle_day(day.day, days.clone(), &[]), *day);
        }
        let after = settled.last().map_or(BeijingDay::from_number(1), |last| last.day.plus_days(1));
        let quiet = settle_day(after, days, &[]);
        prop_assert_eq!((quiet.net_fen, quiet.payout), (0, Amount::ZERO));
        prop_assert_eq!(quiet.carried_in_fen, quiet.carried_out_fen);
    }

    #[test]
    fn r14_what_is_held_is_out_of_the_files_and_comes_with_the_release(
        days in days(), from in 0..900_i64, lasts in 1..900_i64,
    ) {
        let hold = hold(from, Some(from + lasts));
        let settled = settle(days.clone(), std::slice::from_ref(&hold));
        let net: i64 = days.iter().map(|day| day.redeemed.fen() - day.refunded.fen()).sum();
        let paid: i64 = settled.iter().map(|day| day.payout.fen()).sum();
        prop_assert_eq!(paid + settled.last().map_or(0, |day| day.carried_out_fen), net);
        for day in &settled {
            let end = day.day.plus_days(1).start();
            let held = hold.held.at < end && hold.released.as_ref().expect("a mark").at >= end;
            prop_assert_eq!(day.held, held);
            prop_assert!(!held || day.payout == Amount::ZERO);
            prop_assert_eq!(settle_day(day.day, days.clone(), std::slice::from_ref(&hold)), *day);
            // While it lasts, a later release changes nothing of a day that is over.
            let open = Hold { released: None, ..hold.clone() };
            if held || hold.held.at >= end {
                prop_assert_eq!(settle_day(day.day, days.clone(), &[open]), *day);
            }
        }
        // The bank is told of everything as soon as nothing is held any more.
        let released = hold.released.as_ref().map(|mark| mark.at.beijing_day());
        if released > days.last().map(|day| day.day) {
            prop_assert!(settled.last().is_none_or(|day| day.carried_out_fen <= 0));
        }
    }

    #[test]
    fn r14_paid_is_what_the_bank_paid_as_far_as_redemptions_stand_behind_it(
        payable in 0..10_000_i64, paid in 0..10_000_i64, more in 0..10_000_i64,
    ) {
        let moved = backed(fen(payable), fen(paid), fen(paid + more)).fen();
        prop_assert_eq!(paid + moved, (payable + paid).min(paid + more));
    }

    #[test]
    fn r14_a_day_is_due_as_its_file_says_until_it_is_paid_or_held(
        days in days(), from in 0..900_i64, lasts in prop::option::of(0..900_i64),
        place in 0..36_i64, is_paid in any::<bool>(),
    ) {
        let holds = [hold(from, lasts.map(|lasts| from + lasts))];
        let day = BeijingDay::from_number(18_000 + place);
        let settled = settle_day(day, days.clone(), &holds);
        let reference = is_paid.then(|| "B-1".to_owned());
        let due = Due::of(payee(), closed(day), days, &holds, reference);
        prop_assert_eq!(due.is_some(), settled.payout > Amount::ZERO);
        if let Some(due) = due {
            prop_assert_eq!(due.settled, settled);
            prop_assert_eq!(due.held, lasts.is_none());
            let is_due = !is_paid && lasts.is_some();
            prop_assert_eq!(due.amount(), if is_due { settled.payout } else { Amount::ZERO });
        }
    }

    #[test]
    fn a_day_is_read_back_from_its_text(number in 0..30_000_i64) {
        let day = BeijingDay::from_number(number);
        prop_assert_eq!(day.to_string().parse(), Ok(day));
        prop_assert_eq!(day.start().beijing_day(), day);
        prop_assert_eq!(day.start().plus_millis(-1).beijing_day(), day.plus_days(-1));
    }

    #[test]
    fn no_other_text_is_a_day(text in "[0-9]{0,5}-[0-9]{0,3}-[0-9]{0,3}[ Z]?") {
        let read = text.parse::<BeijingDay>();
        prop_assert!(read.is_err() || read.is_ok_and(|day| day.to_string() == text));
    }
}

#[test]
fn the_file_of_a_quiet_day_has_its_head_and_its_totals() {
    let day: BeijingDay = "2020-04-22".parse().expect("a day");
    let merchant = MerchantId::mint(1, 1);
    let text = file(merchant, &settle_day(day, [], &[]), &[]);
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!((lines.len(), lines[2]), (3, ""));
    assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
    assert_eq!(lines[1], format!("total,{merchant},2020-04-22,,,,,0,0,0,0,0,0,0,0,0,0"));
}

#[test]
fn r17_money_is_held_and_released_once_each_with_a_reason() {
    let open = hold(1, None);
    let approved = MerchantState::Approved;
    assert_eq!(act(Act::Hold, approved, None, mark(1, "a")), Ok(open.clone()));
    assert_eq!(act(Act::Hold, MerchantState::Suspended, None, mark(1, "a")), Ok(open.clone()));
    for state in [MerchantState::Applied, MerchantState::Refused] {
        assert_eq!(act(Act::Hold, state, None, mark(1, "a")), Err(CannotHold::OtherState));
    }
    let twice = act(Act::Hold, approved, Some(open.clone()), mark(2, "a"));
    assert_eq!(twice, Err(CannotHold::OtherState));
    let nothing = act(Act::Release, approved, None, mark(2, "b"));
    assert_eq!(nothing, Err(CannotHold::OtherState));
    assert_eq!(act(Act::Hold, approved, None, mark(1, " ")), Err(CannotHold::NoReason));
    let silent = act(Act::Release, approved, Some(open.clone()), mark(2, ""));
    assert_eq!(silent, Err(CannotHold::NoReason));
    assert_eq!(act(Act::Release, approved, Some(open), mark(2, "b")), Ok(hold(1, Some(2))));
    // A clock that is behind cannot release before the hold.
    let early = act(Act::Release, approved, Some(hold(5, None)), mark(2, "b"));
    assert_eq!(early, Ok(hold(5, Some(5))));
}

#[test]
fn a_day_is_over_a_minute_after_its_end() {
    let day = BeijingDay::from_number(18_000);
    let midnight = day.plus_days(1).start();
    for (ms, over) in [(-1, false), (0, false), (59_999, false), (60_000, true), (86_400_000, true)]
    {
        assert_eq!(is_over(day, midnight.plus_millis(ms)), over, "{ms} ms after midnight");
    }
}

#[test]
fn no_day_is_closed_before_it_is_over() {
    let day = BeijingDay::from_number(18_000);
    let midnight = day.plus_days(1).start();
    for (ms, last) in [(-1, -1), (0, -1), (59_999, -1), (60_000, 0), (86_400_000, 0)] {
        let now = midnight.plus_millis(ms);
        assert_eq!(ClosedDay::of(day, now).is_some(), last == 0, "{ms} ms after midnight");
        assert_eq!(ClosedDay::last(now).day(), day.plus_days(last), "{ms} ms after midnight");
    }
}

#[test]
fn a_line_of_what_is_due_is_csv_with_the_sums_of_its_columns() {
    let day: BeijingDay = "2020-04-22".parse().expect("a day");
    let figures = |day, redeemed, refunded| DayFigures {
        day,
        redeemed: fen(redeemed),
        refunded: fen(refunded),
    };
    let days = [figures(day.plus_days(-1), 0, 300), figures(day, 2_000, 500)];
    let mut totals = Totals::default();
    let mut line = |holds: &[Hold], reference: Option<&str>| {
        let due = Due::of(payee(), closed(day), days, holds, reference.map(str::to_owned));
        export::due(&due.expect("something to pay"), &mut totals)
    };
    let head = format!(
        "{},91440300708461136T,\"'=老城,門面館\",2020-04-22,1500,-300,1200",
        payee().merchant
    );
    assert_eq!(line(&[], None), format!("{head},1200,0,\r\n"));
    let paid = line(&[], Some("B 1"));
    assert_eq!(paid, format!("{head},0,0,\"B 1\"\r\n"));
    let mut open = hold(1, None);
    open.held.at = day.plus_days(1).start();
    assert_eq!(line(&[open], None), format!("{head},0,1,\r\n"));
    assert_eq!(totals.line(Export::Due), "total,3,,,4500,-900,3600,1200,,\r\n");
}

#[test]
fn a_list_of_payments_is_read_whole() {
    let (one, other) = (MerchantId::mint(1, 1), MerchantId::mint(1, 2));
    let text = format!("\u{feff}Merchant,Reference\r\n{one}, B-1 \r\n\r\n{other},\"B,2\"\r\n");
    let reported = |line, merchant, reference: &str| {
        let bank_reference = reference.to_owned();
        Reported { line, merchant, bank_reference }
    };
    assert_eq!(list::parse(&text), Ok(vec![reported(2, one, "B-1"), reported(4, other, "B,2")]));
    assert_eq!(list::parse("merchant,reference"), Ok(Vec::new()));
}

#[test]
fn of_a_list_with_a_fault_nothing_counts() {
    let (one, other) = (MerchantId::mint(1, 1), MerchantId::mint(1, 2));
    let long = "9".repeat(65);
    for (line, what) in [
        (format!("{other}"), Wrong::Columns(1)),
        (format!("{other},B-1,1000"), Wrong::Columns(3)),
        (format!("{other},\"B-1"), Wrong::Quotation),
        (format!("{},B-1", MerchantId::mint(1, 30).to_string().to_lowercase()), Wrong::Merchant),
        (format!("{other}, "), Wrong::Reference),
        (format!("{other},{long}"), Wrong::Reference),
        (format!("{other},B\u{7}1"), Wrong::Reference),
        // Also with the same reference: the bank pays nobody twice for a day.
        (format!("{one},B-1"), Wrong::Twice(2)),
    ] {
        let found = list::parse(&format!("merchant,reference\n{one},B-1\n{line}\n"));
        let problem = list::Problem { line: 3, what };
        assert_eq!(found, Err(vec![problem]), "{line}");
    }
    for text in ["", "merchant,reference,amount\n", &format!("{one},B-1\n")] {
        let found = list::parse(text).expect_err("it has no head");
        assert_eq!((found[0].line, &found[0].what), (1, &Wrong::Head), "{text}");
    }
    let broken = format!("merchant,reference\n{}", "x\n".repeat(PROBLEMS_MAX + 9));
    assert_eq!(list::parse(&broken).expect_err("it is broken").len(), PROBLEMS_MAX);
}

#[test]
fn a_list_has_an_end() {
    let mut text = "merchant,reference\n".to_owned();
    for number in 0..PAYMENTS_MAX {
        let _ = writeln!(text, "{},B", MerchantId::mint(1, number as u128));
    }
    assert_eq!(list::parse(&text).expect("it fits").len(), PAYMENTS_MAX);
    let _ = writeln!(text, "{},B", MerchantId::mint(2, 0));
    let found = list::parse(&text).expect_err("it is one too many");
    assert_eq!((found.len(), &found[0].what), (1, &Wrong::TooMany));
}
