//! The figures of the press report of April 2020 and of the sister scheme (CAMPAIGN 1, R22), held against the types
//! that the product computes with, and the instants that people know by heart.

use domain::language::{Language, LocalText};
use domain::money::{Amount, grouped};
use domain::pack::{Pack, Stock, VoucherTerms};
use domain::time::{DAY_MS, Place, Timestamp, Window};

fn yuan(yuan: i64) -> Amount {
    Amount::from_fen(yuan * 100).expect("an amount")
}

fn name(text: &str) -> LocalText {
    LocalText { hant: text.to_owned(), hans: text.to_owned(), english: text.to_owned() }
}

fn pack(stock: u32, vouchers: &[(&str, i64, i64, u8)]) -> Pack {
    let terms = |(kind, face, minimum, count): &(&str, i64, i64, u8)| VoucherTerms {
        kind: kind.parse().expect("a kind"),
        face: yuan(*face),
        minimum_spend: yuan(*minimum),
        count: *count,
    };
    Pack {
        id: "pack".parse().expect("a pack"),
        name: name("卡包"),
        stock: Stock::full(stock),
        vouchers: vouchers.iter().map(terms).collect(),
    }
}

fn cost(pack: &Pack) -> Amount {
    pack.face().and_then(|face| face.times(i64::from(pack.stock.total))).expect("an amount")
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

#[test]
fn the_first_round_costs_three_million() {
    let pack = pack(60_000, &[("general", 10, 40, 3), ("fuel", 10, 40, 1), ("dining", 10, 40, 1)]);
    assert_eq!(pack.face(), Some(yuan(50)));
    assert_eq!(pack.slots().count(), 5);
    assert_eq!(cost(&pack), yuan(3_000_000));
    assert_eq!(cost(&pack).to_string(), "3,000,000");
    let kinds: Vec<String> = pack.slots().map(|(_, terms)| terms.kind.to_string()).collect();
    assert_eq!(kinds, ["general", "general", "general", "fuel", "dining"]);
    assert_eq!(grouped(i64::from(pack.stock.remaining())), "60,000");
}

#[test]
fn the_appropriation_covers_five_rounds_like_the_first() {
    let appropriation = yuan(20_000_000).minus(yuan(5_000_000)).expect("an amount");
    assert_eq!(appropriation, yuan(15_000_000));
    assert_eq!(yuan(3_000_000).times(5), Some(appropriation));
}

#[test]
fn the_sister_schemes_four_packs_cost_their_budget() {
    let packs = [
        pack(90_000, &[("retail", 10, 50, 1)]),
        pack(60_000, &[("hospitality", 10, 50, 1)]),
        pack(50_000, &[("retail", 40, 200, 1)]),
        pack(30_000, &[("petrochemical", 10, 50, 1)]),
    ];
    let total = packs.iter().map(cost).try_fold(Amount::ZERO, Amount::plus);
    assert_eq!(total, Some(yuan(3_800_000)));
}

/// Sales over what was issued or redeemed, in hundredths, rounded to the nearest.
fn multiplier(sales: Amount, vouchers: Amount) -> i64 {
    (sales.fen() * 100 + vouchers.fen() / 2) / vouchers.fen()
}

#[test]
fn the_multipliers_are_those_of_the_report() {
    let (first, second) = (yuan(120_000_000), yuan(53_000_000));
    let both = first.plus(second).expect("an amount");
    assert_eq!(both, yuan(173_000_000));
    assert_eq!(multiplier(first, yuan(10_000_000)), 1_200);
    assert_eq!(multiplier(second, yuan(4_480_000)), 1_183, "by what was redeemed");
    assert_eq!(multiplier(both, yuan(15_000_000)), 1_153, "by what was issued");
}

#[test]
fn the_first_round_is_open_for_seven_calendar_days() {
    let (opens, closes) =
        (instant("2020-04-22T09:00:00+08:00"), instant("2020-04-29T00:00:00+08:00"));
    let window = Window::new(opens, closes).expect("a window");
    for (text, place) in [
        ("2020-04-22T08:59:59.999+08:00", Place::Before),
        ("2020-04-22T09:00:00+08:00", Place::Inside),
        ("2020-04-28T23:59:59.999+08:00", Place::Inside),
        // "4月28日24時"
        ("2020-04-29T00:00:00+08:00", Place::After),
        ("2020-04-28T16:00:00Z", Place::After),
    ] {
        assert_eq!(window.place(instant(text)), place, "{text}");
    }
    assert_eq!(opens.beijing_day().plus_days(7).start(), closes);
    assert_eq!(closes.beijing_day().start(), closes, "24:00 is the next day's first instant");
    let last = closes.plus_millis(-1).beijing().date();
    assert_eq!((last.month(), last.day()), (4, 28), "the last day is the 28th");
    assert!(closes.millis_since(opens) < 7 * DAY_MS, "the first day begins at nine");
}

#[test]
fn amounts_read_as_people_write_them() {
    for (fen, text) in [
        (0, "0"),
        (1, "0.01"),
        (10, "0.10"),
        (100, "1"),
        (1_250, "12.50"),
        (99_999, "999.99"),
        (100_000, "1,000"),
        (1_413_100_000, "14,131,000"),
        (12_000_000_000, "120,000,000"),
        (100_000_000_000_000, "1,000,000,000,000"),
    ] {
        assert_eq!(Amount::from_fen(fen).map(|amount| amount.to_string()), Some(text.to_owned()));
    }
    for (number, text) in
        [(-1_000, "-1,000"), (-999, "-999"), (i64::MIN, "-9,223,372,036,854,775,808")]
    {
        assert_eq!(grouped(number), text);
    }
}

#[test]
fn instants_read_as_the_api_writes_them() {
    for (ms, text) in [
        (0, "1970-01-01T08:00:00+08:00"),
        (1_587_517_200_000, "2020-04-22T09:00:00+08:00"),
        (1_587_517_200_050, "2020-04-22T09:00:00.050+08:00"),
    ] {
        assert_eq!(Timestamp::from_millis(ms).to_string(), text);
        assert_eq!(instant(text).millis(), ms);
    }
    for wrong in [
        "",
        "2020-04-22",
        "2020-04-22T09:00:00",
        "2020-02-30T09:00:00+08:00",
        "1969-12-31T23:59:59Z",
        "now",
    ] {
        assert!(wrong.parse::<Timestamp>().is_err(), "{wrong}");
    }
}

#[test]
fn every_language_has_its_tag_and_its_text() {
    let text =
        LocalText {
            hant: "輪次".to_owned(), hans: "轮次".to_owned(), english: "round".to_owned()
        };
    let said = Language::ALL.map(|language| (language.tag(), text.get(language)));
    assert_eq!(said, [("zh-Hant", "輪次"), ("zh-Hans", "轮次"), ("en", "round")]);
    assert_eq!(Language::default(), Language::Hant);
    for language in Language::ALL {
        assert_eq!(Language::from_tag(language.tag()), Some(language));
    }
    assert_eq!(Language::from_tag("zh"), None);
}
