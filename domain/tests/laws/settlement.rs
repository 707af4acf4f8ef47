//! R13: a merchant's days, and what the bank pays for them.

use domain::id::MerchantId;
use domain::money::Amount;
use domain::settlement::{DayFigures, backed, file, settle, settle_day};
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

proptest! {
    #[test]
    fn r13_what_is_owed_is_carried_forward_and_nothing_is_lost(days in days()) {
        let settled = settle(days.clone());
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
        let settled = settle(days.clone());
        prop_assert_eq!(&settle(days[..cut].iter().copied())[..], &settled[..cut]);
        for day in &settled {
            prop_assert_eq!(settle_day(day.day, days.clone()), *day);
        }
        let after = settled.last().map_or(BeijingDay::from_number(1), |last| last.day.plus_days(1));
        let quiet = settle_day(after, days);
        prop_assert_eq!((quiet.net_fen, quiet.payout), (0, Amount::ZERO));
        prop_assert_eq!(quiet.carried_in_fen, quiet.carried_out_fen);
    }

    #[test]
    fn r14_paid_is_what_the_bank_paid_as_far_as_redemptions_stand_behind_it(
        payable in 0..10_000_i64, paid in 0..10_000_i64, more in 0..10_000_i64,
    ) {
        let moved = backed(fen(payable), fen(paid), fen(paid + more)).fen();
        prop_assert_eq!(paid + moved, (payable + paid).min(paid + more));
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
    let text = file(merchant, &settle_day(day, []), &[]);
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!((lines.len(), lines[2]), (3, ""));
    assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
    assert_eq!(lines[1], format!("total,{merchant},2020-04-22,,,,,0,0,0,0,0,0,0,0,0,0"));
}
