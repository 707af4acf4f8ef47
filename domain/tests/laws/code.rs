//! The rotating code: steps, payload, digits.

use domain::code::{Code, Digits, Payload, STEP_MS, Step, authenticated_bytes};
use domain::id::VoucherId;
use domain::redemption::{Order, Scene};
use proptest::prelude::*;

use crate::any::{LAST_MS, at, claim_ids, fen, hostile};

prop_compose! {
    fn vouchers()(claim in claim_ids(), slot in 1..=u8::MAX) -> VoucherId {
        VoucherId { claim, slot }
    }
}

prop_compose! {
    fn payloads()(voucher in vouchers(), ms in 0..LAST_MS, tag in any::<u128>()) -> Payload {
        Payload { voucher, step: Step::at(at(ms)), tag }
    }
}

proptest! {
    #[test]
    fn a_step_contains_its_instants(now in 0..LAST_MS - 2 * STEP_MS) {
        let step = Step::at(at(now));
        let ends = step.ends_at();
        prop_assert!(ends.plus_millis(-STEP_MS) <= at(now) && at(now) < ends);
        prop_assert_eq!(Step::at(ends), Step::from_number(step.number() + 1), "the end is the next one's");
        prop_assert_eq!(step.before().taken_until(), step.ends_at(), "a code is good for one step more");
        prop_assert_eq!(Step::at(ends.plus_millis(-1)), step, "the last millisecond is its own");
    }

    #[test]
    fn a_till_takes_a_code_one_step_longer(now in 0..LAST_MS - 2 * STEP_MS) {
        let step = Step::at(at(now));
        prop_assert_eq!(step.taken_until().millis_since(step.ends_at()), STEP_MS);
        prop_assert_eq!(step.taken_until(), Step::at(step.ends_at()).ends_at());
    }

    #[test]
    fn a_payload_survives_its_text(payload in payloads()) {
        let text = payload.to_string();
        prop_assert_eq!(text.parse(), Ok(payload));
        // QR's alphanumeric mode, which makes the code as coarse as it can be.
        let coarse = |it: char| it.is_ascii_digit() || it.is_ascii_uppercase() || " $%*+-./:".contains(it);
        prop_assert!(text.chars().all(coarse));
    }

    #[test]
    fn a_payload_has_one_spelling(payload in payloads(), place in 0..80_usize, other in "[0-9A-Za-z +-]") {
        let text = payload.to_string();
        let place = place % text.len();
        let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
        let read = changed.parse::<Payload>();
        prop_assert_eq!(read.as_ref().ok() == Some(&payload), changed == text, "{}", changed);
        prop_assert!(read.is_err() || read.is_ok_and(|read| read.to_string() == changed));
        for wrong in [text.to_lowercase(), format!("{text} "), format!("{text}0"), text.replace("JQ1-", "JQ2-")] {
            prop_assert!(wrong.parse::<Payload>().is_err(), "{}", wrong);
        }
    }

    #[test]
    fn what_is_authenticated_names_voucher_and_step(one in payloads(), other in payloads(), slot in 1..=u8::MAX) {
        let bytes = |it: &Payload| authenticated_bytes(it.voucher, it.step);
        let same = (one.voucher, one.step) == (other.voucher, other.step);
        prop_assert_eq!(bytes(&one) == bytes(&other), same);
        let beside = VoucherId { slot, ..one.voucher };
        prop_assert_eq!(authenticated_bytes(beside, one.step) == bytes(&one), slot == one.voucher.slot);
        let next = Step::from_number(one.step.number() + 1);
        prop_assert_ne!(authenticated_bytes(one.voucher, next), bytes(&one));
    }

    #[test]
    fn digits_survive_their_text(number in 0..Digits::COUNT, small in 0..1_000_u64) {
        for number in [number, small] {
            let digits = Digits::from_number(number).expect("digits");
            prop_assert_eq!(digits.to_string(), format!("{number:012}"));
            prop_assert_eq!(digits.to_string().parse(), Ok(digits));
            let grouped = digits.grouped();
            prop_assert_eq!(grouped.replace(' ', ""), digits.to_string());
            prop_assert!(grouped.split(' ').map(str::len).eq([4, 4, 4]));
            prop_assert_eq!(grouped.parse(), Ok(digits), "spaces are ignored");
        }
    }

    #[test]
    fn digits_are_twelve(number in any::<u64>(), near in 0..3 * Digits::COUNT, text in "[0-9 ]{0,16}") {
        for number in [number, near, Digits::COUNT - 1, Digits::COUNT] {
            prop_assert_eq!(Digits::from_number(number).is_some(), number < Digits::COUNT);
        }
        let twelve = text.chars().filter(|it| *it != ' ').count() == 12;
        prop_assert_eq!(text.parse::<Digits>().is_ok(), twelve, "{}", text);
    }

    #[test]
    fn hostile_texts_are_no_codes_and_no_panics(text in hostile()) {
        prop_assert!(text.parse::<Payload>().map_or(true, |it| it.to_string() == text));
        let all_digits = text.chars().all(|it| it.is_ascii_digit() || it == ' ');
        prop_assert!(text.parse::<Digits>().is_err() || all_digits, "{}", text);
        let prefixed = format!("JQ1-{text}");
        prop_assert!(prefixed.parse::<Payload>().is_err());
    }
}

#[test]
fn a_till_takes_a_code_in_the_width_in_which_it_was_typed() {
    let digits = Digits::from_number(123_456_789_012).expect("digits");
    let order = |code: &str| Order {
        code: code.to_owned(),
        order: fen(5_000),
        merchant_coupon: fen(0),
        scene: Scene::InStore,
        position: None,
        reference: None,
    };
    let plain = order("123456789012").canonical_bytes();
    for typed in [
        "123456789012",
        "1234 5678 9012",
        "１２３４５６７８９０１２",
        "１２３４\u{3000}５６７８ 9012",
    ] {
        assert_eq!(typed.parse(), Ok(Code::Digits(digits)), "{typed}");
        assert_eq!(
            order(typed).canonical_bytes(),
            plain,
            "{typed}: one body, however it was typed"
        );
    }
    assert!("٠١٢٣٤٥٦٧٨٩٠١".parse::<Code>().is_err());
}

#[test]
fn digits_of_other_scripts_are_none() {
    for text in [
        "１２３４５６７８９０１２",
        "٠١٢٣٤٥٦٧٨٩٠١",
        "12345678901",
        "1234567890123",
        "+12345678901",
        "12345678901é",
    ] {
        assert!(text.parse::<Digits>().is_err(), "{text}");
    }
}
