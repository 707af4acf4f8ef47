//! A till (收銀端): where a merchant redeems, by a cashier's page or by a machine with a key.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{MerchantId, TillId};
use crate::place::Position;
use crate::time::{DAY_MS, Timestamp};

/// The most tills of one merchant.
pub const TILLS_MAX: usize = 100;
/// The most keys of one merchant that work at once.
pub const KEYS_MAX: usize = 200;
/// How long the old key still works after a rotation, in milliseconds: a day, time to change it everywhere.
pub const ROTATION_GRACE_MS: i64 = DAY_MS;

/// Whoever acts at a till, through the page or the API: which till, of which merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Actor {
    /// The till.
    pub till: TillId,
    /// Its merchant.
    pub merchant: MerchantId,
}

/// A till as it is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Till {
    /// Its identifier.
    pub id: TillId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// Its name at the merchant, such as 一號收銀.
    pub name: String,
    /// Its registered place, where it is not the merchant's own (R11).
    pub position: Option<Position>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was closed; it can do nothing since.
    pub closed_at: Option<Timestamp>,
}

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Quote and redeem.
    Redeem,
    /// Refund.
    Refund,
    /// See what was redeemed.
    Read,
    /// Fetch settlements.
    Settlement,
}

impl Scope {
    /// Every scope, in the order in which they are said.
    pub const ALL: [Self; 4] = [Self::Redeem, Self::Refund, Self::Read, Self::Settlement];

    /// The word in the API and in storage.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Redeem => "redeem",
            Self::Refund => "refund",
            Self::Read => "read",
            Self::Settlement => "settlement",
        }
    }

    /// The scope of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u8);

impl Scopes {
    /// What a machine at a till needs for a day's work.
    pub const OF_TILL: Self = Self(Scope::Redeem.bit() | Scope::Refund.bit() | Scope::Read.bit());
    /// What a key of the whole merchant can have: a redemption is done at a till.
    pub const OF_MERCHANT: Self = Self(Scope::Read.bit() | Scope::Settlement.bit());

    /// Whether a scope is in it.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether every scope of this set is in the other.
    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The scopes, in order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

/// The words, with a space between: `read redeem`.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(Scope::code).collect();
        f.write_str(&words.join(" "))
    }
}

/// A text that is not a set of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("scopes are redeem, refund, read and settlement")]
pub struct NotScopes;

impl FromStr for Scopes {
    type Err = NotScopes;

    fn from_str(text: &str) -> Result<Self, NotScopes> {
        text.split_whitespace().map(|word| Scope::from_code(word).ok_or(NotScopes)).collect()
    }
}
