//! The answer to a form that was sent without JavaScript and was not a yes, in one word: it crosses the redirect to
//! the page that says it.

use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// What a form just sent was answered, when it was not a yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerCode {
    /// A rule said no.
    Refused(Refusal),
    /// The desk was full: try again.
    Busy,
    /// The form was not of this session, or could not be read: it is to be loaded again.
    Forbidden,
    /// Nothing is known of the act: the same form settles it.
    Unknown,
}

impl AnswerCode {
    /// What a page can say of a failure.
    pub const fn of(failure: &Failure) -> Self {
        match failure {
            Failure::Refused { refusal, .. } => Self::Refused(*refusal),
            Failure::Busy { .. } | Failure::Waiting { .. } | Failure::TooMany { .. } => Self::Busy,
            Failure::Invalid { .. } | Failure::NotFound | Failure::Forbidden => Self::Forbidden,
            // What a till is told is not said on a citizen's page.
            Failure::Declined(_) | Failure::Unknown => Self::Unknown,
        }
    }

    /// The word in the cookie and in `data-refusal`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Busy => "busy",
            Self::Forbidden => "forbidden",
            Self::Unknown => "unknown",
        }
    }

    /// The answer of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "busy" => Some(Self::Busy),
            "forbidden" => Some(Self::Forbidden),
            "unknown" => Some(Self::Unknown),
            refusal => Refusal::from_code(refusal).map(Self::Refused),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_survives_the_redirect() {
        let refusals = Refusal::ALL.into_iter().map(AnswerCode::Refused);
        for answer in refusals.chain([AnswerCode::Busy, AnswerCode::Forbidden, AnswerCode::Unknown])
        {
            assert_eq!(AnswerCode::from_code(answer.code()), Some(answer));
        }
        assert_eq!(AnswerCode::from_code("<script>"), None);
    }
}
