//! A campaign that does not run out: each person may have each of twenty packs.

use std::fmt::Write as _;

/// How many packs the round has.
pub(crate) const PACKS: usize = 20;
/// How many there are of each.
pub(crate) const STOCK: u64 = 100_000;

const HEAD: &str = r#"
id = "fault-run"
appropriation_fen = 2_000_000_000
hotline = "12345"
city = { zh-Hant = "晉城市", zh-Hans = "晋城市", en = "Jincheng" }
slogan = { zh-Hant = "甲", zh-Hans = "甲", en = "A" }
theme = { zh-Hant = "甲", zh-Hans = "甲", en = "A" }
organiser = { zh-Hant = "甲", zh-Hans = "甲", en = "A" }

[[categories]]
id = "retail"
name = { zh-Hant = "零售", zh-Hans = "零售", en = "Retail" }

[[kinds]]
id = "general"
name = { zh-Hant = "通用券", zh-Hans = "通用券", en = "General voucher" }
place = { zh-Hant = "甲", zh-Hans = "甲", en = "A" }
seal = "通"
colour = "cinnabar"
accepts = "any"

[[rounds]]
id = "r1"
name = { zh-Hant = "第一輪", zh-Hans = "第一轮", en = "Round 1" }
opens_at = "2020-04-22T09:00:00+08:00"
closes_at = "2020-04-29T00:00:00+08:00"
budget_fen = 2_000_000_000
limit_per = "pack"
real_name_level = 2
"#;

/// The campaign file. Its demonstration has a sample merchant in each district.
pub(crate) fn text(districts: usize) -> String {
    let mut text = HEAD.to_owned();
    for district in 1..=districts {
        let _ = write!(
            text,
            "[[districts]]\ncode = \"1405{district:02}\"\n\
             name = {{ zh-Hant = \"城區\", zh-Hans = \"城区\", en = \"Chengqu\" }}\n"
        );
    }
    for pack in 0..PACKS {
        let _ = write!(
            text,
            "[[rounds.packs]]\nid = \"p{pack:02}\"\n\
             name = {{ zh-Hant = \"卡包\", zh-Hans = \"卡包\", en = \"Pack\" }}\nstock = {STOCK}\n\
             [[rounds.packs.vouchers]]\nkind = \"general\"\nface_fen = 1_000\nminimum_spend_fen = 4_000\ncount = 1\n"
        );
    }
    text
}

/// A valid, invented identity number for each `place` below 200,000.
pub(crate) fn number(place: usize) -> String {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let (year, month, day) = (1950 + place / 12_000, 1 + place / 1_000 % 12, 1 + place % 28);
    let digits = format!("140502{year:04}{month:02}{day:02}{:03}", place % 1_000);
    let sum: usize =
        digits.bytes().zip(WEIGHTS).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    let check = char::from(b"10X98765432"[sum % 11]);
    format!("{digits}{check}")
}
