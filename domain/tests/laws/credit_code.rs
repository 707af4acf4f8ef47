//! R16: the credit code, GB 32100-2015, against codes of large companies. The check characters are computed here by
//! a recurrence from the right, not by the powers that the crate sums.

use domain::credit_code::{CreditCode, NotACreditCode};
use proptest::prelude::*;

use crate::any::hostile;

/// Codes as they are known of large companies. Eight were found printed beside the company's name in public sources; of
/// the others it is certain only that both of their check characters hold.
const PUBLISHED: [(&str, &str); 28] = [
    ("騰訊科技(深圳)有限公司", "9144030071526726XG"),
    ("深圳市騰訊計算機系統有限公司", "91440300708461136T"),
    ("華為技術有限公司", "914403001922038216"),
    ("阿里巴巴(中國)有限公司", "91330100799655058B"),
    ("阿里雲計算有限公司", "91330106673959654P"),
    ("北京百度網訊科技有限公司", "91110000802100433B"),
    ("北京京東世紀貿易有限公司", "91110302562134916R"),
    ("小米科技有限責任公司", "91110108551385082Q"),
    ("北京三快在線科技有限公司", "91110108562144110X"),
    ("中國工商銀行股份有限公司", "91100000100003962T"),
    ("中國銀行股份有限公司", "911000001000013428"),
    ("招商銀行股份有限公司", "9144030010001686XA"),
    ("中國平安保險(集團)股份有限公司", "91440300100012316L"),
    ("中國石油天然氣股份有限公司", "91110000710925462X"),
    ("中國石油化工股份有限公司", "91110000710926094P"),
    ("貴州茅台酒股份有限公司", "9152000071430580XT"),
    ("萬科企業股份有限公司", "91440300192181490G"),
    ("珠海格力電器股份有限公司", "91440400192548256N"),
    ("美的集團股份有限公司", "91440606722473344C"),
    ("比亞迪股份有限公司", "91440300192317458F"),
    ("杭州海康威視數字技術股份有限公司", "91330000733796106P"),
    ("中興通訊股份有限公司", "9144030027939873X7"),
    ("寧德時代新能源科技股份有限公司", "91350900587527783P"),
    ("海爾智家股份有限公司", "91370200264574251E"),
    ("京東方科技集團股份有限公司", "911100001011016602"),
    ("上海汽車集團股份有限公司", "91310000132260250X"),
    ("江蘇恆瑞醫藥股份有限公司", "9132070070404786XB"),
    ("蔚來控股有限公司", "91340111MA2RAD3M4R"),
];

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
    for (company, code) in PUBLISHED {
        assert_eq!(parse(code).as_deref(), Ok(code), "{company}");
    }
}

/// The weights are powers of 3, none of them a multiple of the prime 31, so the standard's own check catches every
/// substitution: the organisation code's is not needed for it.
#[test]
fn r16_every_single_substitution_in_a_published_code_is_caught() {
    let mut tried = 0;
    for (company, code) in PUBLISHED {
        for place in 0..code.len() {
            let others = (' '..='~')
                .filter(|it| !it.eq_ignore_ascii_case(&char::from(code.as_bytes()[place])));
            for other in others {
                let mut wrong = code.to_owned();
                wrong.replace_range(place..=place, &other.to_string());
                assert!(parse(&wrong).is_err(), "{company}: {wrong}");
                tried += 1;
            }
        }
    }
    assert!(tried > 45_000, "{tried}");
}

/// Two neighbours change places: their weights differ, so that is seen as well.
#[test]
fn r16_neighbours_that_change_places_are_caught() {
    for (company, code) in PUBLISHED {
        for place in 0..code.len() - 1 {
            let mut bytes = code.as_bytes().to_vec();
            bytes.swap(place, place + 1);
            let wrong = String::from_utf8(bytes).expect("ASCII");
            assert!(wrong == code || parse(&wrong).is_err(), "{company}: {wrong}");
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
