//! R1: the resident identity number, GB 11643. The check character is computed here by the recurrence of ISO 7064
//! (MOD 11-2), not by the table of weights that the crate uses.

use domain::identity_number::IdentityNumber;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::any::hostile;

const TODAY: Date = date(2020, 4, 22);

fn check_character(digits: &str) -> char {
    let remainder = digits.bytes().fold(0, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    match (12 - remainder) % 11 {
        10 => 'X',
        value => char::from_digit(value, 10).expect("a digit"),
    }
}

fn complete(digits: &str) -> String {
    format!("{digits}{}", check_character(digits))
}

fn parse(text: &str) -> Option<String> {
    IdentityNumber::parse(text, TODAY).ok().map(|number| number.normalised().to_owned())
}

prop_compose! {
    fn births()(year in 1900..=2019_i16, month in 1..=12_i8, day in 1..=28_i8, end in any::<bool>()) -> Date {
        let day = date(year, month, day);
        if end { day.last_of_month() } else { day }
    }
}

prop_compose! {
    fn divisions()(first in 1..=8_u32, rest in 0..100_000_u32) -> String {
        format!("{first}{rest:05}")
    }
}

fn digits(division: &str, birth: Date, order: u32) -> String {
    format!("{division}{:04}{:02}{:02}{order:03}", birth.year(), birth.month(), birth.day())
}

prop_compose! {
    /// Valid numbers, about one in eleven with an X.
    fn numbers()(division in divisions(), birth in births(), order in 0..1_000_u32) -> String {
        complete(&digits(&division, birth, order))
    }
}

fn full_width(text: &str) -> String {
    text.chars().map(|it| char::from_u32(u32::from(it) + 0xfee0).expect("a character")).collect()
}

proptest! {
    #[test]
    fn r1_every_way_of_writing_a_number_is_one_person(
        number in numbers(), place in 0..=18_usize, gap in "[ \u{3000}]{1,4}",
    ) {
        let spaced = format!("{}{gap}{}", &number[..place], &number[place..]);
        let mixed = format!("{}{}", &number[..place], full_width(&number[place..]));
        let lower = number.to_lowercase();
        let ways = [number.clone(), full_width(&number), lower.clone(), full_width(&lower), spaced.clone(),
            format!(" {number} "), mixed, full_width(&number.replace('X', "x")), spaced.to_lowercase()];
        for way in ways {
            prop_assert_eq!(parse(&way), Some(number.clone()), "{}", way);
        }
    }

    #[test]
    fn r1_fifteen_digits_are_the_same_person(division in divisions(), birth in births(), order in 0..1_000_u32) {
        prop_assume!((1900..2000).contains(&birth.year()));
        let long = complete(&digits(&division, birth, order));
        let short = format!("{}{}", &long[..6], &long[8..17]);
        prop_assert_eq!(short.len(), 15);
        prop_assert_eq!(parse(&short), Some(long.clone()));
        prop_assert_eq!(parse(&full_width(&short)), Some(long.clone()));
        prop_assert_eq!(parse(&format!("{} {}", &short[..6], &short[6..])), Some(long));
    }

    #[test]
    fn r1_the_division_is_the_first_six(number in numbers()) {
        let parsed = IdentityNumber::parse(&number, TODAY).ok();
        prop_assert_eq!(parsed.map(|it| it.division().to_owned()), Some(number[..6].to_owned()));
    }

    #[test]
    fn r1_every_wrong_check_character_is_caught(number in numbers(), other in "[!-~]") {
        for wrong in "0123456789X".chars().chain(other.chars()) {
            let changed = format!("{}{wrong}", &number[..17]);
            let same = changed.to_uppercase() == number;
            prop_assert_eq!(parse(&changed).is_some(), same, "{}", changed);
        }
    }

    #[test]
    fn r1_every_wrong_digit_is_caught(number in numbers()) {
        for place in 0..17 {
            for wrong in '0'..='9' {
                let changed = format!("{}{wrong}{}", &number[..place], &number[place + 1..]);
                prop_assert_eq!(parse(&changed).is_some(), changed == number, "{}", changed);
            }
        }
    }

    #[test]
    fn r1_a_letter_among_the_digits_is_caught(number in numbers(), place in 0..17_usize, letter in "[A-Za-z/:.-]") {
        let changed = format!("{}{letter}{}", &number[..place], &number[place + 1..]);
        prop_assert_eq!(parse(&changed), None);
    }

    #[test]
    fn r1_another_length_is_caught(number in numbers(), length in 0..18_usize, more in "[0-9X]{1,4}") {
        prop_assert_eq!(parse(&format!("{number}{more}")), None);
        // Fifteen of eighteen digits are a number only when they read as one.
        prop_assume!(length != 15);
        prop_assert_eq!(parse(&number[..length]), None);
    }

    #[test]
    fn r1_a_day_that_no_calendar_has_is_caught(
        division in divisions(), year in 1900..=2019_i16, month in 0..=99_u8, day in 0..=99_u8, order in 0..1_000_u32,
    ) {
        let real = Date::new(year, i8::try_from(month).unwrap_or(-1), i8::try_from(day).unwrap_or(-1)).is_ok();
        let number = complete(&format!("{division}{year:04}{month:02}{day:02}{order:03}"));
        prop_assert_eq!(parse(&number).is_some(), real, "{}", number);
        if year < 2000 {
            let short = format!("{}{}", &number[..6], &number[8..17]);
            prop_assert_eq!(parse(&short).is_some(), real, "{}", short);
        }
    }

    #[test]
    fn r1_nobody_is_born_tomorrow(division in divisions(), ahead in 1..30_000_i32, order in 0..1_000_u32) {
        let born = |day: Date| complete(&digits(&division, day, order));
        let later = TODAY.checked_add(jiff::Span::new().days(ahead)).expect("a date");
        prop_assert_eq!(parse(&born(later)), None);
        prop_assert!(parse(&born(TODAY)).is_some(), "but today somebody is");
    }

    #[test]
    fn r1_nobody_alive_was_born_before_1880(division in divisions(), year in 1..1880_i16, order in 0..1_000_u32) {
        let born = |year| complete(&digits(&division, date(year, 6, 15), order));
        prop_assert_eq!(parse(&born(year)), None);
        prop_assert!(parse(&born(1880)).is_some());
    }

    #[test]
    fn r1_no_division_begins_with_0_or_9(birth in births(), rest in 0..100_000_u32, order in 0..1_000_u32) {
        for first in [0, 9] {
            prop_assert_eq!(parse(&complete(&digits(&format!("{first}{rest:05}"), birth, order))), None);
        }
    }

    #[test]
    fn r1_hostile_texts_are_refused_without_a_panic(text in hostile(), number in numbers(), place in 0..18_usize) {
        prop_assert!(parse(&text).is_none_or(|normal| normal.len() == 18));
        for other in ["é", "券", "😀", "\u{200b}", "\u{661}", "\u{ff5f}", "\0", "\t"] {
            let changed = format!("{}{other}{}", &number[..place], &number[place + 1..]);
            prop_assert_eq!(parse(&changed), None, "{}", changed);
        }
    }
}

#[test]
fn r1_many_bytes_are_not_many_digits() {
    // As long in bytes as a number in digits.
    for text in [
        "券券券券券券",
        "券券券券券",
        "éééééééééé",
        "😀😀😀😀éé",
        "12345678901234券x",
        "1234567890123456é",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn r1_a_leap_day_is_a_day_only_in_a_leap_year() {
    for (year, real) in [(1992, true), (1993, false), (1900, false), (2000, true)] {
        assert_eq!(parse(&complete(&format!("140502{year}0229001"))).is_some(), real, "{year}");
    }
}
