//! What changes while people look: the stock, the phase and the clock.

use domain::id::PackId;
use domain::round::{Gate, Phase};
use domain::time::{Place, Timestamp, Window};
use serde::{Deserialize, Serialize};

/// What is left of a round: the `stock` event of the live stream and the answer to a poll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveStock {
    /// Packs left, over all packs.
    pub remaining: u32,
    /// What the round is doing.
    pub phase: Phase,
    /// The campaign clock, RFC 3339 on the wire.
    #[serde(with = "wire_time")]
    pub server_time: Timestamp,
    /// Packs left, of each pack.
    pub packs: Vec<LivePack>,
}

/// What is left of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LivePack {
    /// The pack.
    pub id: PackId,
    /// How many are left.
    pub remaining: u32,
}

impl LiveStock {
    /// What a round's phase follows from, in the light of this newer word. Before the opening and after the close
    /// the phase does not tell whether the round is paused, so what was known stays.
    pub const fn gate(&self, known: Gate) -> Gate {
        let (paused, stopped) = match self.phase {
            Phase::Paused => (true, false),
            Phase::Stopped => (known.paused, true),
            Phase::Open | Phase::SoldOut => (false, false),
            Phase::Upcoming | Phase::Closed => (known.paused, known.stopped),
        };
        Gate { window: known.window, paused, stopped, remaining: self.remaining }
    }

    /// Whether the server works with another window than the page, so that the page is to be loaded again.
    pub fn belies(&self, window: Window) -> bool {
        match (self.phase, window.place(self.server_time)) {
            (Phase::Closed, place) => place != Place::After,
            (Phase::Upcoming, place) => place != Place::Before,
            (Phase::Open | Phase::SoldOut | Phase::Paused, place) => place != Place::Inside,
            (Phase::Stopped, place) => place == Place::After,
        }
    }

    /// How many are left of one pack.
    pub fn of_pack(&self, pack: &PackId) -> Option<u32> {
        self.packs
            .iter()
            .find(|candidate| candidate.id == *pack)
            .map(|candidate| candidate.remaining)
    }
}

/// A timestamp as the API writes it.
pub mod wire_time {
    use domain::time::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes RFC 3339.
    pub fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(time)
    }

    /// Reads RFC 3339.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENS: i64 = 1_000_000;
    const CLOSES: i64 = 2_000_000;

    fn window() -> Window {
        Window::new(Timestamp::from_millis(OPENS), Timestamp::from_millis(CLOSES))
            .expect("a window")
    }

    fn live(phase: Phase, at: i64, remaining: u32) -> LiveStock {
        LiveStock { remaining, phase, server_time: Timestamp::from_millis(at), packs: Vec::new() }
    }

    #[test]
    fn the_phase_that_the_server_said_is_the_phase_that_the_page_finds() {
        let known = Gate { window: window(), paused: true, stopped: false, remaining: 7 };
        let said = [
            (Phase::Paused, OPENS, 3),
            (Phase::Stopped, OPENS, 3),
            (Phase::SoldOut, OPENS, 0),
            (Phase::Open, OPENS, 3),
            (Phase::Upcoming, OPENS - 1, 3),
            (Phase::Closed, CLOSES, 3),
        ];
        for (phase, at, remaining) in said {
            let live = live(phase, at, remaining);
            assert_eq!(live.gate(known).phase(live.server_time), phase);
            assert!(!live.belies(window()));
        }
    }

    #[test]
    fn another_window_is_noticed() {
        assert!(live(Phase::Open, OPENS - 1, 3).belies(window()), "opened earlier");
        assert!(live(Phase::Upcoming, OPENS, 3).belies(window()), "postponed");
        assert!(live(Phase::Open, CLOSES, 3).belies(window()), "extended");
        assert!(live(Phase::Closed, CLOSES - 1, 3).belies(window()), "closed earlier");
    }
}
