//! Money: whole fen, checked, never below zero, shown as people write it.

use domain::money::{Amount, grouped};
use proptest::prelude::*;

use crate::any::amounts;

/// What an amount is, said in a wider number that cannot overflow.
fn as_amount(fen: i128) -> Option<i64> {
    (0..=i128::from(Amount::MAX.fen()))
        .contains(&fen)
        .then(|| i64::try_from(fen).expect("in range"))
}

/// The fen of a text as it is shown.
fn read(text: &str) -> Option<i64> {
    let (yuan, rest) = text.split_once('.').unwrap_or((text, "00"));
    let whole: i64 = yuan.replace(',', "").parse().ok()?;
    (rest.len() == 2).then_some(whole * 100 + rest.parse::<i64>().ok()?)
}

proptest! {
    #[test]
    fn an_amount_is_between_zero_and_its_most(fen in any::<i64>()) {
        prop_assert_eq!(Amount::from_fen(fen).map(Amount::fen), as_amount(i128::from(fen)));
    }

    #[test]
    fn sums_and_differences_are_exact_or_nothing(one in amounts(), other in amounts()) {
        let (a, b) = (i128::from(one.fen()), i128::from(other.fen()));
        prop_assert_eq!(one.plus(other).map(Amount::fen), as_amount(a + b));
        prop_assert_eq!(one.minus(other).map(Amount::fen), as_amount(a - b));
    }

    #[test]
    fn multiples_are_exact_or_nothing(one in amounts(), count in any::<i64>(), few in 0..100_000_i64) {
        for count in [count, few] {
            let wanted = as_amount(i128::from(one.fen()) * i128::from(count));
            prop_assert_eq!(one.times(count).map(Amount::fen), wanted);
        }
    }

    #[test]
    fn a_multiple_that_would_wrap_to_an_amount_is_none(power in 2..46_u32, odd in 0..1_000_i64) {
        // 2^power times (2^(64 - power) + odd) is 2^64 + odd times 2^power: in 64 bits it would be the small rest.
        let one = Amount::from_fen(1 << power).expect("an amount");
        let count = (1_i128 << (64 - power)) + i128::from(odd);
        if let Ok(count) = i64::try_from(count) {
            prop_assert_eq!(one.times(count), None);
        }
    }

    #[test]
    fn yuan_and_rest_make_the_amount(one in amounts()) {
        prop_assert_eq!(one.yuan() * 100 + one.rest_fen(), one.fen());
        prop_assert!((0..100).contains(&one.rest_fen()));
    }

    #[test]
    fn what_is_shown_is_the_amount(one in amounts()) {
        let text = one.to_string();
        prop_assert_eq!(read(&text), Some(one.fen()));
        prop_assert_eq!(text.contains('.'), one.rest_fen() != 0, "fen only where there are any");
    }

    #[test]
    fn thousands_are_separated(number in any::<i64>(), small in -100_000..100_000_i64) {
        for number in [number, small] {
            let text = grouped(number);
            prop_assert_eq!(text.replace(',', ""), number.to_string());
            let mut groups = text.trim_start_matches('-').split(',');
            let first = groups.next().unwrap_or_default();
            prop_assert!((1..=3).contains(&first.len()));
            prop_assert!(groups.all(|group| group.len() == 3));
        }
    }

    #[test]
    fn json_takes_no_other_amounts(fen in any::<i64>()) {
        let read: Option<Amount> = serde_json::from_str(&fen.to_string()).ok();
        prop_assert_eq!(read, Amount::from_fen(fen));
        if let Some(amount) = read {
            prop_assert_eq!(serde_json::to_string(&amount).expect("JSON"), fen.to_string());
        }
    }

    #[test]
    fn json_takes_no_fractions(yuan in 0..1_000_i64, rest in 1..100_i64) {
        let text = format!("{yuan}.{rest:02}");
        prop_assert!(serde_json::from_str::<Amount>(&text).is_err());
    }
}

#[test]
fn an_amount_is_read_as_people_type_it() {
    let fen = |text: &str| Amount::from_yuan(text).map(Amount::fen);
    for (typed, read) in [
        ("50", 5_000),
        (" 50.00 ", 5_000),
        ("50.5", 5_050),
        ("50.05", 5_005),
        (".5", 50),
        ("0", 0),
        ("50.", 5_000),
        ("¥1,234.00", 123_400),
        ("５０．００", 5_000),
        ("￥１，０００", 100_000),
        ("１，２３４，５６７。８", 123_456_780),
        ("¥ 1 234.50", 123_450),
    ] {
        assert_eq!(fen(typed), Some(read), "{typed}");
    }
    for wrong in ["", ".", "-1", "1.234", "1.2.3", "5e3", "五十", "+5", "99999999999999999999"] {
        assert_eq!(fen(wrong), None, "{wrong}");
    }
    // A decimal comma would make a hundred times as much of it.
    for wrong in
        ["45,50", "45，50", "10,5", ",500", "500,", "1,,000", "1234,567", "1,2345", "1.00,0"]
    {
        assert_eq!(fen(wrong), None, "{wrong}");
    }
    assert_eq!(Amount::from_fen(123_450).expect("an amount").receipt(), "1,234.50");
}
