//! What is known of an act when it is scored.

use std::fmt;
use std::str::FromStr;

use super::Act;
use crate::id::{AccountId, AssessmentId, MerchantId, PersonId, RoundId, TillId};
use crate::place::Position;
use crate::time::Timestamp;

/// A keyed hash that tells one device, or one address block, from another and says nothing else about it. Never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(u64);

impl Tag {
    /// The tag of a hash.
    pub const fn of(hash: u64) -> Self {
        Self(if hash == 0 { 1 } else { hash })
    }

    /// As a key for tables in memory.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// Sixteen hexadecimal digits.
impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A text that is not a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not sixteen hexadecimal digits")]
pub struct NotATag;

impl FromStr for Tag {
    type Err = NotATag;

    fn from_str(text: &str) -> Result<Self, NotATag> {
        let tag = Self(u64::from_str_radix(text, 16).map_err(|_| NotATag)?);
        if tag.0 != 0 && tag.to_string() == text { Ok(tag) } else { Err(NotATag) }
    }
}

/// Whence a request comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The browser's device token; none where it carries none.
    pub device: Option<Tag>,
    /// The address block; none where the address says nothing, as one of this machine or of a private network does.
    pub network: Option<Tag>,
}

/// An act as it is scored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its identifier: of the claim, redemption, refund or application, else one of its own.
    pub id: AssessmentId,
    /// What is done.
    pub act: Act,
    /// When, by the campaign clock.
    pub at: Timestamp,
    /// Who does it; of a redemption, whose voucher it is.
    pub person: Option<PersonId>,
    /// Through which account.
    pub account: Option<AccountId>,
    /// The round, of a claim or a redemption.
    pub round: Option<RoundId>,
    /// Whence it comes; of a redemption nothing, for that would be the till.
    pub origin: Origin,
    /// How surely the person is known.
    pub real_name_level: Option<u8>,
    /// The division of registration, as a number.
    pub division: Option<u32>,
    /// How old the account is, in milliseconds.
    pub account_age_ms: Option<i64>,
    /// How long the round has been open, in milliseconds, of a claim.
    pub open_for_ms: Option<i64>,
    /// The business, of an application or a redemption.
    pub merchant: Option<MerchantId>,
    /// What is sold.
    pub sale: Option<Sale>,
}

/// A sale with a voucher, or its refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sale {
    /// The till.
    pub till: TillId,
    /// How much the order lies above what the voucher demands, in fen.
    pub above_minimum_fen: i64,
    /// Where the till reports to be; none online, and where it reports nothing.
    pub reported: Option<Position>,
    /// The registered place of the till; none online, and where it has none.
    pub registered: Option<Position>,
    /// Whether the whole of it is refunded.
    pub refund: bool,
}

impl Event {
    /// An act of which nothing else is known.
    pub const fn new(id: AssessmentId, act: Act, at: Timestamp) -> Self {
        Self {
            id,
            act,
            at,
            person: None,
            account: None,
            round: None,
            origin: Origin { device: None, network: None },
            real_name_level: None,
            division: None,
            account_age_ms: None,
            open_for_ms: None,
            merchant: None,
            sale: None,
        }
    }
}
