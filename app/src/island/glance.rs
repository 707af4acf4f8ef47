//! What every island of a round is given: the round at the moment when the page was made.

use domain::id::RoundId;
use domain::language::Language;
use domain::round::Gate;
use domain::time::{Timestamp, Window};

use super::line::{Crosses, Fields, Line};

/// A round at a glance. One type for all islands, because each type that crosses to the browser has its weight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// The round.
    pub round: RoundId,
    /// What its phase follows from.
    pub gate: Gate,
    /// All packs, taken or not.
    pub stock: u32,
    /// The campaign clock when the page was made.
    pub server_time: Timestamp,
    /// The language of the page.
    pub language: Language,
}

impl Crosses for Glance {
    fn write(&self, line: &mut Line) {
        line.text(self.round.as_str());
        self.gate.window.write(line);
        line.flag(self.gate.paused);
        line.flag(self.gate.stopped);
        line.number(self.gate.remaining.into());
        line.number(self.stock.into());
        self.server_time.write(line);
        self.language.write(line);
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            round: fields.text()?.parse().ok()?,
            gate: Gate {
                window: Window::read(fields)?,
                paused: fields.flag()?,
                stopped: fields.flag()?,
                remaining: fields.count()?,
            },
            stock: fields.count()?,
            server_time: Timestamp::read(fields)?,
            language: Language::read(fields)?,
        })
    }
}
