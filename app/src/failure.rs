//! Everything that can go wrong with an act, typed, for both doors: the server functions carry it to the islands, the
//! API makes a problem document of it. One map gives the status for both.

use domain::id::ClaimId;
use domain::refusal::{Refusal, TillRefusal};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// Why an act did not happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// A rule says no. Where the person holds the pack already, by which claim; where waiting helps, how long (ms).
    Refused {
        /// The rule's word.
        refusal: Refusal,
        /// The claim that the person has.
        claim: Option<ClaimId>,
        /// Until it can help to ask again, in milliseconds.
        retry_after_ms: Option<u32>,
    },
    /// Undecided: the desk is full. Ask again, with the same key, after so many milliseconds (R6).
    Busy {
        /// An honest estimate, in milliseconds.
        retry_after_ms: u32,
    },
    /// Undecided: there is a place in the line. Who comes back then, with the same key, goes before those who never
    /// waited.
    Waiting {
        /// Until it is their turn, in milliseconds.
        retry_after_ms: u32,
        /// How many are decided until then, this person included.
        place: u32,
        /// What shows the place to every server; of this person and this round alone.
        ticket: String,
    },
    /// A rule says no to a till.
    Declined(TillRefusal),
    /// The caller's own rate is used up: ask again after so many milliseconds.
    TooMany {
        /// When it is free again, in milliseconds.
        retry_after_ms: u32,
    },
    /// A field of the request is missing or wrong.
    Invalid {
        /// The field.
        field: String,
        /// What is wrong, in plain English, for whoever wrote the request.
        detail: String,
    },
    /// There is no such thing, or not for this person.
    NotFound,
    /// The request did not come from this person's own page.
    Forbidden,
    /// The network or the server failed; nothing is known of the act. The same key settles it.
    Unknown,
}

impl Failure {
    /// A refusal without more to say.
    pub const fn refused(refusal: Refusal) -> Self {
        Self::Refused { refusal, claim: None, retry_after_ms: None }
    }

    /// A field that is missing or wrong.
    pub fn invalid(field: &str, detail: impl Into<String>) -> Self {
        Self::Invalid { field: field.to_owned(), detail: detail.into() }
    }

    /// The code, as it stands in the API, the page and the log.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused { refusal, .. } => refusal.code(),
            Self::Declined(refusal) => refusal.code(),
            Self::Busy { .. } | Self::Waiting { .. } | Self::TooMany { .. } => "busy",
            Self::Invalid { .. } => "invalid_request",
            Self::NotFound => "not_found",
            Self::Forbidden => "forbidden",
            Self::Unknown => "unknown",
        }
    }

    /// The whole seconds for `Retry-After`, where waiting helps: rounded up, so that the promise holds.
    pub const fn retry_after_s(&self) -> Option<u32> {
        match self {
            Self::Busy { retry_after_ms }
            | Self::Waiting { retry_after_ms, .. }
            | Self::TooMany { retry_after_ms }
            | Self::Refused { retry_after_ms: Some(retry_after_ms), .. } => {
                Some(retry_after_ms.div_ceil(1000))
            }
            _ => None,
        }
    }

    /// The HTTP status, at both doors.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Refused { refusal, .. } => match refusal {
                Refusal::NotSignedIn => 401,
                Refusal::RealNameRequired | Refusal::ConsentRequired | Refusal::NotInAudience => {
                    403
                }
                Refusal::RoundNotFound => 404,
                Refusal::RequestKeyReused | Refusal::RefusedByRisk => 422,
                Refusal::RoundClosed
                | Refusal::NotOpenYet
                | Refusal::RoundStopped
                | Refusal::AlreadyClaimed
                | Refusal::AlreadyClaimedThroughOtherAccount
                | Refusal::RoundPaused
                | Refusal::SoldOut => 409,
            },
            Self::Declined(refusal) => refusal.status(),
            Self::Busy { .. } | Self::Waiting { .. } => 503,
            Self::TooMany { .. } => 429,
            Self::Invalid { .. } => 400,
            Self::NotFound => 404,
            Self::Forbidden => 403,
            Self::Unknown => 500,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Failure {}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let failure = match error {
            ServerFnErrorErr::Args(detail) | ServerFnErrorErr::MissingArg(detail) => {
                Self::invalid("body", detail)
            }
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => {
                Self::invalid("body", "the form could not be read")
            }
            _ => Self::Unknown,
        };
        // The framework makes this before the function's body runs, inside the request: it would answer 500.
        #[cfg(feature = "ssr")]
        crate::act::answer::no(&failure);
        failure
    }
}
