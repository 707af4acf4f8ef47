//! Rounds: the phase, the current round, the choice of a pack, the audience.

use domain::audience::Audience;
use domain::id::PackId;
use domain::pack::Stock;
use domain::round::{Gate, PackChoice, Phase, Round, current};
use domain::time::{Place, Timestamp};
use proptest::prelude::*;

use crate::any::{at, pack, round, stocks, window, windows};

/// CAMPAIGN 3, word for word: first to last.
const PRECEDENCE: [Phase; 6] =
    [Phase::Closed, Phase::Stopped, Phase::Upcoming, Phase::Paused, Phase::SoldOut, Phase::Open];

/// Whether a phase would be true, were it the only one to be asked for.
fn holds(phase: Phase, gate: Gate, now: Timestamp) -> bool {
    match phase {
        Phase::Closed => now >= gate.window.closes_at(),
        Phase::Stopped => gate.stopped,
        Phase::Upcoming => now < gate.window.opens_at(),
        Phase::Paused => gate.paused,
        Phase::SoldOut => gate.remaining == 0,
        Phase::Open => true,
    }
}

#[test]
fn r5_the_phase_is_the_first_that_holds() {
    let window = window(100, 200);
    for now in [0, 99, 100, 101, 199, 200, 201, 1_000].map(at) {
        for flags in 0..8_u8 {
            let (paused, stopped) = (flags & 1 != 0, flags & 2 != 0);
            let gate = Gate { window, paused, stopped, remaining: u32::from(flags >> 2) };
            let wanted = PRECEDENCE.into_iter().find(|phase| holds(*phase, gate, now));
            assert_eq!(Some(gate.phase(now)), wanted, "{gate:?} at {now}");
        }
    }
}

#[test]
fn r5_a_phase_has_its_code_and_its_rank() {
    let codes = ["closed", "stopped", "upcoming", "paused", "sold_out", "open"];
    assert_eq!(PRECEDENCE.map(Phase::code), codes);
    assert!(PRECEDENCE.is_sorted());
    for phase in PRECEDENCE {
        let json = serde_json::to_string(&phase).expect("JSON");
        assert_eq!(json, format!("\"{}\"", phase.code()));
        assert_eq!(phase.refusal().is_none(), phase == Phase::Open);
    }
}

fn packs_of(stocks: &[Stock]) -> Round {
    let ids = ["p0", "p1", "p2", "p3"];
    let packs = ids.iter().zip(stocks).map(|(id, stock)| pack(id, *stock)).collect();
    round(window(100, 200), packs)
}

proptest! {
    #[test]
    fn r5_the_phase_is_the_first_that_holds_anywhere(
        window in windows(), paused in any::<bool>(), stopped in any::<bool>(), remaining in 0..3_u32,
        now in 0..2_000_000_i64,
    ) {
        let (gate, now) = (Gate { window, paused, stopped, remaining }, at(now));
        let wanted = PRECEDENCE.into_iter().find(|phase| holds(*phase, gate, now));
        prop_assert_eq!(Some(gate.phase(now)), wanted);
    }

    #[test]
    fn r5_the_gate_of_a_round_is_the_round(
        stocks in prop::collection::vec(stocks(3), 1..4), paused in any::<bool>(), stopped in any::<bool>(),
        now in 0..300_i64,
    ) {
        let round = Round { paused, stopped, ..packs_of(&stocks) };
        let left: u32 = stocks.iter().map(|stock| stock.total - stock.issued - stock.held).sum();
        prop_assert_eq!(round.remaining(), left);
        prop_assert_eq!(round.stock(), stocks.iter().map(|stock| stock.total).sum::<u32>());
        let gate = Gate { window: round.window, paused, stopped, remaining: left };
        prop_assert_eq!(round.gate(), gate);
        prop_assert_eq!(round.phase(at(now)), gate.phase(at(now)));
        // The round is sold out when every pack is, not when one is (CAMPAIGN 3).
        let none_left = stocks.iter().all(|stock| stock.remaining() == 0);
        let is_open = !paused && !stopped && (100..200).contains(&now);
        prop_assert_eq!(is_open && none_left, round.phase(at(now)) == Phase::SoldOut);
    }

    #[test]
    fn r7_the_current_round_is_now_else_next_else_last(
        steps in prop::collection::vec((0..50_i64, 1..50_i64), 0..6), now in 0..700_i64, turn in 0..6_usize,
    ) {
        // Windows that do not overlap; some touch.
        let mut from = 10;
        let mut rounds = Vec::new();
        for (number, (gap, length)) in steps.iter().enumerate() {
            let opens = from + gap;
            from = opens + length;
            let id = format!("r{number}").parse().expect("an identifier");
            rounds.push(Round { id, ..round(window(opens, from), Vec::new()) });
        }
        let inside = rounds.iter().find(|round| round.window.place(at(now)) == Place::Inside);
        let next = rounds.iter().find(|round| round.window.opens_at() > at(now));
        let wanted = inside.or(next).or(rounds.last()).map(|round| round.id.clone());
        // The order of the list says nothing.
        let turn = turn % rounds.len().max(1);
        rounds.rotate_left(turn);
        prop_assert_eq!(current(&rounds, at(now)).map(|round| round.id.clone()), wanted);
    }

    #[test]
    fn r22_a_request_names_its_pack_or_there_is_only_one(count in 1..4_usize, named in prop::option::of(0..5_usize)) {
        let round = packs_of(&[Stock::full(1); 4][..count]);
        let name: Option<PackId> = named.map(|number| format!("p{number}").parse().expect("an identifier"));
        let chosen = round.choose(name.as_ref()).map(|pack| pack.id.to_string());
        let wanted = match named {
            None if count == 1 => Ok("p0".to_owned()),
            None => Err(PackChoice::Missing),
            Some(number) if number < count => Ok(format!("p{number}")),
            Some(_) => Err(PackChoice::Unknown),
        };
        prop_assert_eq!(chosen, wanted);
        if let Some(name) = &name {
            let place = named.filter(|number| *number < count);
            prop_assert_eq!(round.position_of(name), place);
        }
    }

    #[test]
    fn r24_an_audience_is_districts_and_first_packs(
        districts in prop::collection::vec("1[1-4](05|06)?", 0..3), without_pack_only in any::<bool>(),
        division in "1[1-5]0[5-6][0-2][0-2]", has_pack in any::<bool>(),
    ) {
        let audience = Audience { districts: districts.clone(), without_pack_only };
        let local = districts.is_empty() || districts.iter().any(|code| division[..code.len()] == **code);
        let first = !without_pack_only || !has_pack;
        prop_assert_eq!(audience.admits(&division, has_pack), local && first);
    }
}
