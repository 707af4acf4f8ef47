//! Held claims (R19, CAMPAIGN 3): neither yes nor no. The pack is set aside and its money stays in stock until the risk
//! desk grants or refuses it; whatever is undecided at `decide_by` is refused, and the pack returns.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::claim::{Claim, ClaimState, Request};
use crate::id::{ClaimId, PersonId};
use crate::risk;
use crate::time::{DAY_MS, Timestamp, Window};

/// How long the risk desk has where nothing else is configured, in milliseconds: a day.
const HOLD_MS: i64 = DAY_MS;

/// What risk control says of a batch of claims. Whoever is not named is allowed, which is nearly everybody.
#[derive(Clone, Debug)]
pub struct Screened {
    /// The requests that are not simply allowed, by the identifiers of the claims that they would become.
    pub flagged: HashMap<ClaimId, risk::Verdict>,
    /// The persons whose appeal was upheld in this round: for them every verdict is "allow".
    pub cleared: HashSet<PersonId>,
    /// How long the desk has, in milliseconds.
    pub hold_ms: i64,
}

impl Default for Screened {
    fn default() -> Self {
        Self { flagged: HashMap::new(), cleared: HashSet::new(), hold_ms: HOLD_MS }
    }
}

impl Screened {
    /// What counts for a request; `refused` where the desk refused a claim of this person for the same pack before.
    pub fn verdict(&self, request: &Request, refused: bool) -> risk::Verdict {
        if self.cleared.contains(&request.person) {
            return risk::Verdict::Allow;
        }
        if refused {
            return risk::Verdict::Refuse;
        }
        self.flagged.get(&request.id).copied().unwrap_or_default()
    }
}

/// Until when a claim is decided that is held at `now`: never after the round's end.
pub fn decide_by(window: Window, now: Timestamp, hold_ms: i64) -> Timestamp {
    now.plus_millis(hold_ms).min(window.closes_at())
}

/// What the risk desk says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// The pack is the person's.
    Grant,
    /// The pack returns.
    Refuse,
}

impl Ruling {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Grant, Self::Refuse];

    /// The word in storage and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Refuse => "refuse",
        }
    }

    /// The one of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ruling| ruling.code() == code)
    }

    /// What the claim becomes.
    pub const fn state(self) -> ClaimState {
        match self {
            Self::Grant => ClaimState::Granted,
            Self::Refuse => ClaimState::Refused,
        }
    }
}

/// Why a claim cannot be ruled on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotRule {
    /// It is decided, or never was held.
    #[error("the claim is decided")]
    Decided,
    /// Its time is over: it is refused, whether or not that has been written down yet.
    #[error("the time to decide is over")]
    TooLate,
    /// No reason is given, or one that is too long.
    #[error("a reason is needed")]
    NoReason,
}

/// Whether a claim can be ruled on at `now`.
///
/// # Errors
/// [`CannotRule`] says why not.
pub fn check(claim: &Claim, now: Timestamp) -> Result<(), CannotRule> {
    match (claim.state, claim.decide_by) {
        (ClaimState::Held, Some(by)) if now < by => Ok(()),
        (ClaimState::Held, _) => Err(CannotRule::TooLate),
        (ClaimState::Granted | ClaimState::Refused, _) => Err(CannotRule::Decided),
    }
}
