//! What a person agrees to: each purpose by itself, in a version of its text, to be taken back at any time.
//!
//! Consents are facts: giving and taking back are two of them, and the last one of a purpose counts. A new version of a
//! text asks everybody again.

use serde::{Deserialize, Serialize};

/// What personal data is used for. Each is agreed to by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The identity number, for one share a person (R1), the real name (R18) and the audience (R24).
    IdentityNumber,
    /// What was done here and from where, weighed against fraud (R19).
    RiskEvaluation,
    /// The position of the phone, where the person sends one (R11, R23).
    Position,
}

impl Purpose {
    /// Every purpose, in the order in which they are asked.
    pub const ALL: [Self; 3] = [Self::IdentityNumber, Self::RiskEvaluation, Self::Position];

    /// What a claim cannot do without (`consent_required`).
    pub const REQUIRED: [Self; 2] = [Self::IdentityNumber, Self::RiskEvaluation];

    /// The name in the database, in forms and in exports.
    pub const fn code(self) -> &'static str {
        match self {
            Self::IdentityNumber => "identity_number",
            Self::RiskEvaluation => "risk_evaluation",
            Self::Position => "position",
        }
    }

    /// The purpose of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }

    /// The version of the text that is shown now. It rises with every change of what the text means: whoever agreed to
    /// an earlier one is asked again. A test of `app` holds text and version together.
    pub const fn version(self) -> i64 {
        match self {
            // 1 said nothing of how long the hash is kept.
            Self::IdentityNumber => 2,
            Self::RiskEvaluation | Self::Position => 1,
        }
    }

    /// Whether nothing can be claimed without it.
    pub fn is_required(self) -> bool {
        Self::REQUIRED.contains(&self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::from_code(purpose.code()), Some(purpose));
        }
        assert_eq!(Purpose::from_code("marketing"), None);
    }
}
