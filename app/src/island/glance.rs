//! What every island of a round is given: the round at the moment when the page was made.

use domain::id::RoundId;
use domain::language::Language;
use domain::round::Gate;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A round at a glance. One type for all islands, because each type that crosses to the browser has its weight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glance {
    /// The round.
    pub round: RoundId,
    /// What its phase follows from.
    pub gate: Gate,
    /// The campaign clock when the page was made.
    pub server_time: Timestamp,
    /// The language of the page.
    pub language: Language,
}
