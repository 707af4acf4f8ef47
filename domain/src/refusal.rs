//! Every "no" that a person can be given: closed lists in order of precedence (CAMPAIGN 3). Shared by pages, API and
//! log. `busy` is not among them: it means undecided.

use serde::{Deserialize, Serialize};

/// Why a claim is refused. Where two hold, the one that stands first is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nobody is signed in.
    NotSignedIn,
    /// The request key was used for another body.
    RequestKeyReused,
    /// The account's real-name level is below the round's (R18).
    RealNameRequired,
    /// The person has not agreed to the use of the identity number.
    ConsentRequired,
    /// There is no such round.
    RoundNotFound,
    /// The round is over (R5).
    RoundClosed,
    /// The round has not begun (R5).
    NotOpenYet,
    /// Issuing was ended for good (R21).
    RoundStopped,
    /// The person has this pack already, through this account (R1).
    AlreadyClaimed,
    /// The person has this pack already, through another account (R1).
    AlreadyClaimedThroughOtherAccount,
    /// The round is not for this person (R24).
    NotInAudience,
    /// Issuing is interrupted (R21).
    RoundPaused,
    /// No packs are left (R2).
    SoldOut,
    /// The risk desk said no (R19).
    RefusedByRisk,
}

impl Refusal {
    /// Every refusal, first to last in precedence.
    pub const ALL: [Self; 14] = [
        Self::NotSignedIn,
        Self::RequestKeyReused,
        Self::RealNameRequired,
        Self::ConsentRequired,
        Self::RoundNotFound,
        Self::RoundClosed,
        Self::NotOpenYet,
        Self::RoundStopped,
        Self::AlreadyClaimed,
        Self::AlreadyClaimedThroughOtherAccount,
        Self::NotInAudience,
        Self::RoundPaused,
        Self::SoldOut,
        Self::RefusedByRisk,
    ];

    /// The code as it stands in the API, in the page (`data-refusal`) and in the log.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSignedIn => "not_signed_in",
            Self::RequestKeyReused => "request_key_reused",
            Self::RealNameRequired => "real_name_required",
            Self::ConsentRequired => "consent_required",
            Self::RoundNotFound => "round_not_found",
            Self::RoundClosed => "round_closed",
            Self::NotOpenYet => "not_open_yet",
            Self::RoundStopped => "round_stopped",
            Self::AlreadyClaimed => "already_claimed",
            Self::AlreadyClaimedThroughOtherAccount => "already_claimed_through_other_account",
            Self::NotInAudience => "not_in_audience",
            Self::RoundPaused => "round_paused",
            Self::SoldOut => "sold_out",
            Self::RefusedByRisk => "refused_by_risk",
        }
    }

    /// The refusal of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.code() == code)
    }

    /// Whether the same request may succeed later without the person doing anything else.
    pub const fn may_pass_later(self) -> bool {
        matches!(self, Self::NotOpenYet | Self::RoundPaused | Self::SoldOut)
    }
}
