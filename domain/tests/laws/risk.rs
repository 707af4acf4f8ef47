//! Risk (R19): what holds whatever is configured.

use domain::id::{AccountId, AssessmentId, MerchantId, PersonId, TillId};
use domain::place::Position;
use domain::risk::record::Record;
use domain::risk::{
    Act, Assessment, Bearing, Configuration, Dimension, Engine, Event, Finding, Origin, Reason,
    Rule, Sale, Tag, Verdict,
};
use proptest::prelude::*;

use crate::any::at;

fn reasons() -> impl Strategy<Value = Reason> {
    proptest::sample::select(Reason::ALL)
}

fn acts() -> impl Strategy<Value = Act> {
    proptest::sample::select(&Act::ALL[..])
}

prop_compose! {
    fn findings()(
        findings in prop::collection::vec((reasons(), 1..=200_u32, -5..=9_999_i64, 1..=9_999_i64), 0..12)
    ) -> Vec<Finding> {
        let finding = |(reason, points, measured, limit)| Finding { reason, points, measured, limit };
        findings.into_iter().map(finding).collect()
    }
}

prop_compose! {
    /// One that is taken.
    fn configurations()(
        hold in 2..=400_u32,
        cap in 1..=400_u32,
        refuse in prop::option::of(0..=400_u32),
        decide_within_minutes in 1..=86_400_u32,
        shadow in prop::sample::subsequence(Act::ALL.to_vec(), 0..=4),
        rules in prop::collection::vec((reasons(), 0..=100_u32, 1..=2_000_i64), 0..30),
    ) -> Configuration {
        let least = hold.div_ceil(8);
        let dimension_cap = least + cap % (hold - least);
        let mut configuration = Configuration {
            shadow,
            hold,
            decide_within_minutes,
            refuse: refuse.map(|more| (hold + more).min(8 * dimension_cap).min(1_000)),
            dimension_cap,
            ..Configuration::default()
        };
        for (reason, weight, limit) in rules {
            configuration.rules = configuration.rules.with(reason, Rule { weight, limit });
        }
        configuration
    }
}

prop_compose! {
    fn positions()(north in 35_000_000..36_000_000_i64, east in 112_000_000..114_000_000_i64) -> Position {
        Position::from_micro(north, east).expect("a position")
    }
}

prop_compose! {
    fn sales()(
        till in 1..9_u128,
        above in -9_999..9_999_i64,
        reported in prop::option::of(positions()),
        registered in prop::option::of(positions()),
        refund in any::<bool>(),
    ) -> Sale {
        Sale { till: TillId::mint(1, till), above_minimum_fen: above, reported, registered, refund }
    }
}

prop_compose! {
    fn events()(
        act in acts(),
        (id, ms, person) in (1..=u128::MAX >> 48, 0..9_000_000_000_i64, prop::option::of(1..30_u128)),
        (device, network) in (prop::option::of(0..9_u64), prop::option::of(0..9_u64)),
        (level, division, age, open) in (
            prop::option::of(0..=3_u8), prop::option::of(0..9_u32),
            prop::option::of(-9..9_999_i64), prop::option::of(-9..9_999_i64)
        ),
        merchant in prop::option::of(1..9_u128),
        sale in prop::option::of(sales()),
    ) -> Event {
        Event {
            person: person.map(|number| PersonId::mint(1, number)),
            account: person.map(|number| AccountId::mint(2, number)),
            round: (ms % 2 == 0).then(|| "r1".parse().expect("an identifier")),
            origin: Origin { device: device.map(Tag::of), network: network.map(Tag::of) },
            real_name_level: level,
            division,
            account_age_ms: age,
            open_for_ms: open,
            merchant: merchant.map(|number| MerchantId::mint(3, number)),
            sale,
            ..Event::new(AssessmentId::mint(4, id), act, at(ms))
        }
    }
}

proptest! {
    /// What many honest people have in common keeps nobody waiting, whatever it is made to weigh.
    #[test]
    fn r19_sharing_alone_is_never_punished(
        configuration in configurations(), findings in findings(), act in acts()
    ) {
        let supporting: Vec<Finding> = findings
            .into_iter()
            .filter(|it| it.reason.bearing() == Bearing::Supporting)
            .collect();
        prop_assert_eq!(configuration.assess(act, supporting, 1).verdict, Verdict::Allow);
    }

    #[test]
    fn r19_two_dimensions_have_to_speak(
        configuration in configurations(), findings in findings(), act in acts(), number in 0..8_usize
    ) {
        prop_assume!(configuration.check().is_ok());
        let of_one: Vec<Finding> = findings
            .into_iter()
            .filter(|it| it.reason.dimension() == Dimension::ALL[number])
            .collect();
        prop_assert_eq!(configuration.assess(act, of_one, 1).verdict, Verdict::Allow);
    }

    #[test]
    fn r19_a_shadow_does_nothing_and_keeps_the_verdict(
        configuration in configurations(), findings in findings(), act in acts()
    ) {
        let open = Configuration { shadow: Vec::new(), ..configuration.clone() };
        let assessment = configuration.assess(act, findings.clone(), 1);
        let seen = open.assess(act, findings, 1);
        prop_assert_eq!(assessment.verdict, seen.verdict);
        prop_assert_eq!(seen.enforced, seen.verdict);
        let wanted = if configuration.shadow.contains(&act) { Verdict::Allow } else { seen.verdict };
        prop_assert_eq!(assessment.enforced, wanted);
    }

    #[test]
    fn r19_a_verdict_is_explained_by_its_findings(
        configuration in configurations(), findings in findings(), act in acts()
    ) {
        let assessment = configuration.assess(act, findings, 7);
        let points = Dimension::ALL.iter().map(|one| configuration.capped(*one, &assessment.findings));
        prop_assert_eq!(points.sum::<u32>(), assessment.score);
        prop_assert_eq!(Configuration::assess(&configuration, act, assessment.findings.clone(), 7), assessment);
    }

    #[test]
    fn r19_findings_are_read_as_they_were_written(findings in findings()) {
        prop_assert_eq!(Finding::parse_all(&Finding::text(&findings)), Ok(findings));
    }

    #[test]
    fn r19_an_act_is_read_as_it_was_written(
        event in events(), configuration in configurations(), findings in findings()
    ) {
        let assessment = configuration.assess(event.act, findings, 3);
        let mut lines = String::new();
        Record::write(&event, &assessment, &mut lines);
        Record::write(&event, &Assessment::nothing(3), &mut lines);
        let read: Vec<_> = lines.lines().map(|line| Record::parse(line, 3)).collect();
        prop_assert_eq!(read.len(), 2);
        prop_assert_eq!(&read[0], &Ok(Record { event: event.clone(), assessment }));
        prop_assert_eq!(&read[1], &Ok(Record { event, assessment: Assessment::nothing(3) }));
    }

    #[test]
    fn r19_a_configuration_is_read_as_it_was_written(configuration in configurations()) {
        prop_assert_eq!(configuration.check(), Ok(()));
        let text = serde_json::to_string(&configuration).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Configuration>(&text).expect("read"), configuration);
    }

    /// No clock, no chance: a second engine says the same of the same acts, to the last point.
    #[test]
    fn r19_the_same_acts_are_scored_the_same(
        events in prop::collection::vec(events(), 0..120), configuration in configurations()
    ) {
        let (mut one, mut other) = (Engine::default(), Engine::default());
        for event in &events {
            prop_assert_eq!(
                one.assess(event, &configuration, 1),
                other.assess(event, &configuration, 1)
            );
        }
        prop_assert_eq!(
            one.radar().suspects(&configuration),
            other.radar().suspects(&configuration)
        );
    }

    /// A quote that nobody follows changes nothing, and says what the sale would meet.
    #[test]
    fn r19_a_sale_is_foreseen_as_it_is_scored(
        events in prop::collection::vec(events(), 0..120), configuration in configurations()
    ) {
        let mut engine = Engine::default();
        for event in &events {
            let foreseen = engine.foresee(event, &configuration, 1);
            let radar = engine.radar().suspects(&configuration);
            prop_assert_eq!(&foreseen, &engine.foresee(event, &configuration, 1), "twice");
            prop_assert_eq!(radar, engine.radar().suspects(&configuration));
            let scored = engine.assess(event, &configuration, 1);
            if event.act == Act::Redemption && event.sale.is_some_and(|sale| !sale.refund) {
                prop_assert_eq!(foreseen, scored);
            }
        }
    }

    /// More of what counts never counts for less, and never for more than twice the weight.
    #[test]
    fn r19_more_weighs_more(reason in reasons(), one in 0..5_000_i64, more in 0..5_000_i64) {
        let configuration = Configuration::default();
        let points = |measured| configuration.find(reason, measured).map_or(0, |it| it.points);
        let (low, high) = (points(one), points(one + more));
        let is_at_least = reason.side() == domain::risk::reason::Side::AtLeast;
        let (less, most) = if is_at_least { (low, high) } else { (high, low) };
        prop_assert!(less <= most);
        prop_assert!(high.max(low) <= 2 * configuration.rules.of(reason).weight);
    }
}

#[test]
fn r19_what_cannot_hold_is_not_taken() {
    let shipped = Configuration::default();
    assert_eq!(shipped.check(), Ok(()));
    assert_eq!(Configuration { hold: 320, refuse: Some(320), ..shipped.clone() }.check(), Ok(()));
    let wrong = [
        Configuration { dimension_cap: shipped.hold, ..shipped.clone() },
        Configuration { dimension_cap: 0, ..shipped.clone() },
        Configuration { refuse: Some(shipped.hold - 1), ..shipped.clone() },
        Configuration { hold: 5_000, ..shipped.clone() },
        // Eight dimensions of 40 points each.
        Configuration { hold: 321, ..shipped.clone() },
        Configuration { refuse: Some(321), ..shipped.clone() },
        Configuration { decide_within_minutes: 0, ..shipped.clone() },
        Configuration { decide_within_minutes: 86_401, ..shipped.clone() },
        Configuration {
            rules: shipped.rules.clone().with(Reason::Ring, Rule { weight: 1, limit: 0 }),
            ..shipped.clone()
        },
        Configuration {
            rules: shipped.rules.clone().with(Reason::Ring, Rule { weight: 9_999, limit: 1 }),
            ..shipped
        },
    ];
    for configuration in wrong {
        assert!(configuration.check().is_err(), "{configuration:?}");
    }
}

#[test]
fn r19_codes_are_of_one_reason_each() {
    for reason in Reason::ALL {
        assert_eq!(Reason::from_code(reason.code()), Some(*reason));
        assert_eq!(serde_json::to_value(reason).expect("JSON"), reason.code());
    }
    for dimension in Dimension::ALL {
        assert!(Reason::ALL.iter().any(|reason| reason.dimension() == dimension), "{dimension:?}");
    }
}

/// A load test, a region behind one proxy, a day on which everybody registers: new accounts without device tokens, from
/// an address that says nothing, thirty thousand within a minute.
#[test]
fn r19_a_crowd_that_says_nothing_of_itself_is_allowed() {
    let (mut engine, configuration) = (Engine::default(), Configuration::default());
    for number in 0..30_000_u32 {
        for act in [Act::SignIn, Act::Claim] {
            let event = Event {
                person: Some(PersonId::mint(1, u128::from(number) + 1)),
                account: Some(AccountId::mint(1, u128::from(number) + 1)),
                real_name_level: Some(3),
                division: Some(140_500),
                account_age_ms: Some(0),
                open_for_ms: Some(i64::from(number) / 500),
                ..Event::new(
                    AssessmentId::mint(1, u128::from(number)),
                    act,
                    at(i64::from(number) * 2),
                )
            };
            assert_eq!(engine.assess(&event, &configuration, 0).verdict, Verdict::Allow);
        }
    }
}

/// What the last of so many sales of one till is found to be, all of them at one spot.
fn at_one_spot(count: u32, registered: Option<Position>) -> Vec<Reason> {
    let (mut engine, configuration) = (Engine::default(), Configuration::default());
    let sale = Sale {
        till: TillId::mint(1, 1),
        above_minimum_fen: 9_999,
        reported: Position::from_degrees(35.49, 112.85).ok(),
        registered,
        refund: false,
    };
    let mut found = Vec::new();
    for number in 1..=count {
        let event = Event {
            merchant: Some(MerchantId::mint(3, 1)),
            sale: Some(sale),
            ..Event::new(
                AssessmentId::mint(4, u128::from(number)),
                Act::Redemption,
                at(i64::from(number) * 600_000),
            )
        };
        let findings = engine.assess(&event, &configuration, 0).findings;
        found = findings.into_iter().map(|finding| finding.reason).collect();
    }
    found
}

#[test]
fn r19_a_till_that_stands_still_is_strange_only_away_from_its_place() {
    let place = |latitude: f64| Position::from_degrees(latitude, 112.85).ok();
    for (registered, strange) in [(None, false), (place(35.495), false), (place(35.51), true)] {
        let found = at_one_spot(12, registered).contains(&Reason::FrozenPosition);
        assert_eq!(found, strange, "{registered:?}");
        assert!(!at_one_spot(11, registered).contains(&Reason::FrozenPosition));
    }
}

#[test]
fn r19_a_merchant_is_too_fast_at_one_till_and_not_at_ten() {
    let suspects = |tills: u128| {
        let (mut engine, configuration) = (Engine::default(), Configuration::default());
        for number in 0..20_u32 {
            let sale = Sale {
                till: TillId::mint(1, u128::from(number) % tills + 1),
                above_minimum_fen: 9_999,
                reported: None,
                registered: None,
                refund: false,
            };
            let event = Event {
                person: Some(PersonId::mint(1, u128::from(number) + 1)),
                merchant: Some(MerchantId::mint(3, 1)),
                sale: Some(sale),
                ..Event::new(
                    AssessmentId::mint(4, u128::from(number) + 1),
                    Act::Redemption,
                    at(i64::from(number) * 5_000),
                )
            };
            engine.assess(&event, &configuration, 0);
        }
        engine.radar().suspects(&configuration)
    };
    let of_one = suspects(1);
    let found: Vec<_> = of_one[0].findings.iter().map(|it| (it.reason, it.measured)).collect();
    assert_eq!((of_one.len(), found), (1, vec![(Reason::TillTooFast, 5_000)]));
    assert!(suspects(2).is_empty(), "each of two has ten seconds for a sale");
    assert!(suspects(10).is_empty(), "nor do ten sell fast together");
}
