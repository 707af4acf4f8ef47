//! For whom a round is (R24, 精準發放).

use serde::{Deserialize, Serialize};

/// The persons whom a round addresses. Empty conditions address everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audience {
    /// Division codes (GB/T 2260, six digits, or a shorter prefix) of registration, of this city or elsewhere; empty:
    /// any.
    #[serde(default)]
    pub districts: Vec<String>,
    /// Only persons who have no pack in this campaign so far.
    #[serde(default)]
    pub without_pack_only: bool,
}

/// Whether a text can be a division code: two to six digits.
pub fn is_division(code: &str) -> bool {
    (2..=6).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())
}

impl Audience {
    /// Whether a person registered in `division` is addressed.
    pub fn admits(&self, division: &str, has_pack_in_campaign: bool) -> bool {
        let local = self.districts.is_empty()
            || self.districts.iter().any(|code| division.starts_with(code.as_str()));
        local && !(self.without_pack_only && has_pack_in_campaign)
    }
}
