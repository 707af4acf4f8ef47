//! R16: the credit code, GB 32100-2015, against published codes. The check characters are computed here by
//! a recurrence from the right, not by the powers that the crate sums.

use domain::credit_code::{CreditCode, NotACreditCode};
use proptest::prelude::*;

use crate::any::hostile;

/// Published codes, each with the document in which it was found: what the authors of validators took from public
/// sources, and the example of the standard itself.
const PUBLISHED: [(&str, &str); 36] = [
    ("91350100M000100Y43", STANDARD),
    ("91110108551385082Q", USCC_UTILS),
    ("91310115591693856A", HUTOOL),
    ("91310110666007217T", HUTOOL),
    ("91230184MA1BUFLT44", CLOUD_UTILS),
    ("92371000MA3MXH0E3W", CLOUD_UTILS),
    ("91310120MA1HKGA51W", SDK_GO),
    ("91512081MA62K0260E", WORKED),
    ("91350200776049653A", WORKED),
    ("123502001549897397", WORKED),
    ("91350200612001960R", WORKED),
    ("91110107082833558H", WORKED),
    ("9144030071526726XG", STDNUM),
    ("121200004013590816", STDNUM),
    ("91110000600037341L", STDNUM),
    ("91110000710926094P", STDNUM),
    ("91120224064012553U", STDNUM),
    ("911522010783710635", STDNUM),
    ("9115220107837757XE", STDNUM),
    ("91310000631696382C", STDNUM),
    ("913101127033980359", STDNUM),
    ("91310115MA1K3BTP2B", STDNUM),
    ("91320214745555318W", STDNUM),
    ("913304007429141869", STDNUM),
    ("91340600MA2PBM9HXD", STDNUM),
    ("91340621MA2PBPM015", STDNUM),
    ("913505007821784439", STDNUM),
    ("91371082775260043P", STDNUM),
    ("914112810713741814", STDNUM),
    ("91420684MA4927PJ7B", STDNUM),
    ("91440300568520498A", STDNUM),
    ("9144060573144633XL", STDNUM),
    ("91442000696462712R", STDNUM),
    ("91620100719023721L", STDNUM),
    ("91620105L015101280", STDNUM),
    ("92340602MA2PBMHF45", STDNUM),
];

const STANDARD: &str =
    "the example of GB 32100-2015, as Wikipedia (Unified Social Credit Identifier) prints it";
const USCC_UTILS: &str = "README of the npm package uscc-utils, beside the name of Xiaomi";
const HUTOOL: &str = "dromara/hutool, CreditCodeUtilTest.java";
const CLOUD_UTILS: &str = "winjs-dev/cloud-utils, src/isUnifiedSocialCreditCode.ts";
const SDK_GO: &str =
    "zjkyz8/sdk-go, test/identify_test.go, beside the name of a company of Shanghai";
const WORKED: &str =
    "02020/vite, learn/utils/validateSocialCreditCode.js: worked out step by step, or its list";
const STDNUM: &str = "python-stdnum, tests/test_cn_uscc.doctest: found online by its authors";

/// Codes of the first trials that are in use and break the standard: their last character is wrong.
const AGAINST_THE_STANDARD: [(&str, &str); 2] =
    [("91350203M0001QAY9B", WORKED), ("91350211M00013FA1N", HUTOOL)];

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

fn parse(text: &str) -> Result<String, NotACreditCode> {
    text.parse::<CreditCode>().map(|code| code.as_str().to_owned())
}

fn value(character: char) -> u32 {
    u32::try_from(ALPHABET.find(character).expect("a character of the alphabet")).expect("small")
}

/// From the right, the sum so far times three; with the last character the whole is a multiple of 31.
fn check(seventeen: &str) -> char {
    let sum = seventeen.chars().rev().fold(0, |sum, it| (sum * 3 + value(it)) % 31);
    ALPHABET.chars().nth((31 - sum) as usize % 31).expect("a character")
}

fn organisation_check(eight: &str) -> char {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let values = eight.chars().map(|it| it.to_digit(36).expect("a digit or a letter"));
    let sum: u32 = values.zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).expect("a digit"),
    }
}

#[test]
fn r16_published_codes_are_valid() {
    for (code, source) in PUBLISHED {
        assert_eq!(parse(code).as_deref(), Ok(code), "{source}");
    }
    let distinct: std::collections::BTreeSet<_> = PUBLISHED.iter().map(|(code, _)| code).collect();
    assert_eq!(distinct.len(), PUBLISHED.len());
}

#[test]
fn r16_a_code_that_breaks_the_standard_is_refused_whoever_uses_it() {
    for (code, source) in AGAINST_THE_STANDARD {
        assert_eq!(parse(code), Err(NotACreditCode::Check), "{source}");
    }
}

/// The weights are powers of 3, none of them a multiple of the prime 31, so the standard's own check catches every
/// substitution: the organisation code's is not needed for it.
#[test]
fn r16_every_single_substitution_in_a_published_code_is_caught() {
    let mut tried = 0;
    for (code, _) in PUBLISHED {
        for place in 0..code.len() {
            let others = (' '..='~')
                .filter(|it| !it.eq_ignore_ascii_case(&char::from(code.as_bytes()[place])));
            for other in others {
                let mut wrong = code.to_owned();
                wrong.replace_range(place..=place, &other.to_string());
                assert!(parse(&wrong).is_err(), "{code}: {wrong}");
                tried += 1;
            }
        }
    }
    assert!(tried > 60_000, "{tried}");
}

/// Two neighbours change places: their weights differ, so that is seen as well.
#[test]
fn r16_neighbours_that_change_places_are_caught() {
    for (code, _) in PUBLISHED {
        for place in 0..code.len() - 1 {
            let mut bytes = code.as_bytes().to_vec();
            bytes.swap(place, place + 1);
            let wrong = String::from_utf8(bytes).expect("ASCII");
            assert!(wrong == code || parse(&wrong).is_err(), "{code}: {wrong}");
        }
    }
}

#[test]
fn r16_each_fault_has_its_name() {
    for (text, fault) in [
        ("", NotACreditCode::Length),
        ("9144030071526726X", NotACreditCode::Length),
        ("9144030071526726XGG", NotACreditCode::Length),
        ("統一社會信用代碼統一社會信用代碼統一", NotACreditCode::Character),
        ("91440300715267O6XG", NotACreditCode::Character),
        ("91A40300715267O6XG", NotACreditCode::Character),
        ("91A403007152672 6XG", NotACreditCode::Character),
        ("91440300715267261G", NotACreditCode::Organisation),
        ("9144030071526726XH", NotACreditCode::Check),
        // Valid but for the organisation code in it.
        ("91440300708461153K", NotACreditCode::Organisation),
    ] {
        assert_eq!(parse(text), Err(fault), "{text}");
    }
}

fn full_width(text: &str) -> String {
    text.chars().map(|it| char::from_u32(u32::from(it) + 0xfee0).expect("a character")).collect()
}

prop_compose! {
    /// Valid codes.
    fn codes()(
        head in "[1-9ANY][1-9]", division in "[1-8][0-9]{5}", eight in "[0-9A-HJ-NPQRTUWXY]{8}",
    ) -> String {
        let seventeen = format!("{head}{division}{eight}{}", organisation_check(&eight));
        let last = check(&seventeen);
        format!("{seventeen}{last}")
    }
}

proptest! {
    #[test]
    fn r16_every_way_of_writing_a_code_is_one_code(
        code in codes(), place in 0..=18_usize, gap in "[ \u{3000}-]{1,4}",
    ) {
        prop_assert_eq!(parse(&code), Ok(code.clone()));
        prop_assert_eq!(parse(&code.to_ascii_lowercase()), Ok(code.clone()));
        prop_assert_eq!(parse(&full_width(&code)), Ok(code.clone()));
        let (before, after) = code.split_at(place);
        prop_assert_eq!(parse(&format!("{before}{gap}{after}")), Ok(code));
    }

    #[test]
    fn r16_the_checks_follow_from_the_rest(code in codes()) {
        let completed = CreditCode::complete(&code[..16]).map(|it| it.as_str().to_owned());
        prop_assert_eq!(completed, Ok(code));
    }

    #[test]
    fn r16_no_text_breaks_the_check(text in hostile()) {
        let _ = parse(&text);
        let _ = CreditCode::complete(&text);
    }
}
