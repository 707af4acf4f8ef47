//! Risk control on a generated campaign (R19): a city with its ordinary people, with those whom a careless rule would
//! hurt, and with script farms, shared devices, place forgers and cash-out rings. Everything follows from a seed. The
//! figures that a longer run gives are in docs/RISK.md.

#![expect(clippy::unwrap_used, reason = "a test that meets an unexpected value stops there")]

mod acts;
mod city;
mod dice;
mod tally;

use city::{City, Kind};
use domain::risk::{Configuration, Engine};
use tally::Tally;

/// How many citizens there are where nobody asks for another number.
const CITIZENS: usize = 20_000;
/// `JINQUAN_TEST_CITIZENS=200000 cargo test -p domain --test risk -- --nocapture` gives the figures of docs/RISK.md.
const CITIZENS_VARIABLE: &str = "JINQUAN_TEST_CITIZENS";
const SEED: u64 = 20_200_422;

fn campaign(seed: u64, citizens: usize) -> Tally {
    let city = City::build(seed, citizens);
    let (mut engine, configuration) = (Engine::default(), Configuration::default());
    let mut tally = Tally::new(&city);
    for planned in acts::plan(&city, seed) {
        let event = planned.event(&city);
        let assessment = engine.assess(&event, &configuration, 0);
        tally.note(planned.person, event.act, &assessment);
    }
    tally
}

fn citizens() -> usize {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test has no settings; its runner says how many"
    )]
    let asked = std::env::var(CITIZENS_VARIABLE).ok();
    asked.map_or(CITIZENS, |text| text.parse().unwrap())
}

#[test]
fn r19_attackers_are_found_and_nobody_else_is() {
    let tally = campaign(SEED, citizens());
    println!("{tally}");
    for kind in Kind::HONEST {
        let (held, all) = tally.held(kind);
        assert!(held * 2_000 <= all, "{kind:?}: {held} of {all} held\n{tally}");
    }
    for (kind, recall_permille) in [
        (Kind::DeviceFarm, 780),
        (Kind::BareFarm, 700),
        (Kind::Broker, 800),
        (Kind::Forger, 500),
        (Kind::Ring, 850),
        (Kind::NightRing, 950),
    ] {
        let (held, all) = tally.held(kind);
        assert!(held * 1_000 >= all * recall_permille, "{kind:?}: {held} of {all} held\n{tally}");
        assert!(tally.precision_permille(kind) >= 990, "{kind:?}\n{tally}");
    }
}

#[test]
fn r19_the_same_campaign_is_scored_the_same() {
    let (one, other) = (campaign(7, 2_000), campaign(7, 2_000));
    assert_eq!(one.to_string(), other.to_string());
}
