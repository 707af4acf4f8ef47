//! What a person says against a decision of risk control, and what the desk answers (R19, R20).
//!
//! An appeal is about a person in a round: whoever is held or refused there may say why that is wrong. Upheld, a claim
//! that still waits is granted; after a refusal the person may claim again while packs last, and risk control keeps
//! nothing against them in that round.

use serde::{Deserialize, Serialize};

use crate::id::{AppealId, ClaimId, PersonId, RoundId};
use crate::merchant::Mark;
use crate::time::Timestamp;

/// The longest appeal, in characters.
pub const WORDS_MAX: usize = 1_000;
/// The most appeals of one person in one round: the second and third are for what the first forgot.
pub const PER_ROUND_MAX: usize = 3;
/// How long the words are kept after the appeal was answered, in milliseconds: half a year.
pub const WORDS_KEPT_MS: i64 = 15_552_000_000;

/// What has become of an appeal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppealState {
    /// Nobody has answered yet.
    Open,
    /// The person was right.
    Upheld,
    /// The decision stands, with a reason.
    Dismissed,
}

impl AppealState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Upheld, Self::Dismissed];

    /// The word in storage and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Upheld => "upheld",
            Self::Dismissed => "dismissed",
        }
    }

    /// The one of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// An appeal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appeal {
    /// Its identifier.
    pub id: AppealId,
    /// Whose it is.
    pub person: PersonId,
    /// About which round.
    pub round: RoundId,
    /// The claim that was held or refused; none where the person was refused before there was one.
    pub claim: Option<ClaimId>,
    /// What the person says; empty once it is no longer kept.
    pub words: String,
    /// When, by the campaign clock.
    pub filed_at: Timestamp,
    /// What has become of it.
    pub state: AppealState,
    /// Who answered, when and why. The person reads the reason.
    pub answered: Option<Mark>,
}

/// Why an appeal is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotAppeal {
    /// Nothing was held or refused in that round, or the pack is theirs meanwhile.
    #[error("there is nothing to appeal against")]
    NoGrounds,
    /// One waits already.
    #[error("an appeal waits already")]
    Waits,
    /// There were as many as there may be.
    #[error("there were as many appeals as there may be")]
    TooMany,
    /// Nothing is said.
    #[error("an appeal needs words")]
    NoWords,
    /// More than [`WORDS_MAX`] characters are said.
    #[error("the appeal is too long")]
    TooLong,
}

/// The words of an appeal that can be taken: trimmed, line ends as one character. `earlier` are the person's appeals of
/// the round.
///
/// # Errors
/// [`CannotAppeal`] says why it is not taken.
pub fn check(words: &str, has_grounds: bool, earlier: &[Appeal]) -> Result<String, CannotAppeal> {
    if earlier.iter().any(|appeal| appeal.state == AppealState::Open) {
        return Err(CannotAppeal::Waits);
    }
    if !has_grounds || earlier.iter().any(|appeal| appeal.state == AppealState::Upheld) {
        return Err(CannotAppeal::NoGrounds);
    }
    if earlier.len() >= PER_ROUND_MAX {
        return Err(CannotAppeal::TooMany);
    }
    // Browsers send line ends as two characters; other control characters mean nothing to a reader.
    let words = words.replace("\r\n", "\n").replace('\r', "\n");
    let words: String =
        words.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect();
    let words = words.trim();
    match words.chars().count() {
        0 => Err(CannotAppeal::NoWords),
        1..=WORDS_MAX => Ok(words.to_owned()),
        _ => Err(CannotAppeal::TooLong),
    }
}

/// What the desk answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The person is right.
    Uphold,
    /// The decision stands.
    Dismiss,
}

impl Answer {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Uphold, Self::Dismiss];

    /// The word in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Uphold => "uphold",
            Self::Dismiss => "dismiss",
        }
    }

    /// The one of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.code() == code)
    }

    /// What the appeal becomes.
    pub const fn state(self) -> AppealState {
        match self {
            Self::Uphold => AppealState::Upheld,
            Self::Dismiss => AppealState::Dismissed,
        }
    }
}
