//! Identifiers: a type for each kind, so that one cannot stand for another. Outside they are opaque strings.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use ulid::Ulid;

/// A text that is not an identifier of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct NotAnId;

/// A name given in the campaign file: 1 to 32 of `a-z`, `0-9` and `-`. Shared, because every claim carries several.
macro_rules! slug {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                if (1..=32).contains(&text.len()) && text.bytes().all(fits) {
                    Ok(Self(text.into()))
                } else {
                    Err(NotAnId)
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom("an identifier is 1 to 32 of a-z, 0-9 and -"))
            }
        }
    };
}

/// An identifier made by the server: 128 bits, sorted by time, written as 26 characters.
macro_rules! minted {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ulid);

        impl $name {
            /// An identifier from the time of its making (milliseconds since 1970) and 80 random bits.
            pub const fn mint(ms: u64, random: u128) -> Self {
                Self(Ulid::from_parts(ms, random))
            }

            /// When it was made, in milliseconds since 1970 by the clock of its maker.
            pub const fn made_at_ms(self) -> u64 {
                self.0.timestamp_ms()
            }

            /// All of its bits, folded to 64: a key for tables in memory, no name for anything.
            #[expect(clippy::cast_possible_truncation, reason = "the low half is meant")]
            pub const fn folded(self) -> u64 {
                let bits = self.0.0;
                ((bits >> 64) as u64).rotate_left(29) ^ bits as u64
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0.array_to_str(&mut [0; ulid::ULID_LEN]))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let id = Ulid::from_string(text).map_err(|_| NotAnId)?;
                // One identifier, one spelling: lower case and look-alike letters are other texts.
                let mut spelling = [0; ulid::ULID_LEN];
                if id.array_to_str(&mut spelling) == text { Ok(Self(id)) } else { Err(NotAnId) }
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.array_to_str(&mut [0; ulid::ULID_LEN]))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom("not an identifier"))
            }
        }
    };
}

slug! {
    /// A campaign.
    CampaignId
}
slug! {
    /// A kind of voucher, such as `general` (通用券).
    KindId
}
slug! {
    /// A merchant category, such as `fuel`.
    CategoryId
}
slug! {
    /// An entrance: where a person's account is, such as `alipay`.
    EntranceId
}
slug! {
    /// A pack of a round.
    PackId
}
slug! {
    /// An earlier programme of the city.
    ProgrammeId
}
slug! {
    /// A round.
    RoundId
}

minted! {
    /// An account at an entrance; a person may have several.
    AccountId
}
minted! {
    /// What a person says against a decision of the risk desk.
    AppealId
}
minted! {
    /// An assessment of risk; it has the number of the act that it is about.
    AssessmentId
}
minted! {
    /// One person's claim of one pack.
    ClaimId
}
minted! {
    /// A merchant.
    MerchantId
}
minted! {
    /// A natural person.
    PersonId
}
minted! {
    /// A change of a round that somebody proposes and somebody else decides on.
    ProposalId
}
minted! {
    /// One use of one voucher at a till.
    RedemptionId
}
minted! {
    /// One refund of a redemption, whole or in part.
    RefundId
}
minted! {
    /// A till (收銀端): where a merchant redeems.
    TillId
}
minted! {
    /// A machine's key at a merchant; it names the key and cannot open anything.
    TillKeyId
}

/// An assessment takes over the number of what it is about.
macro_rules! assessed {
    ($($name:ident)+) => {
        $(impl From<$name> for AssessmentId {
            fn from(id: $name) -> Self {
                Self(id.0)
            }
        })+
    };
}

assessed! { ClaimId RedemptionId RefundId MerchantId }

/// A voucher: the slot of a claim. It needs no row of its own until it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VoucherId {
    /// The claim that granted it.
    pub claim: ClaimId,
    /// Its place in the pack, from 1.
    pub slot: u8,
}

impl fmt::Display for VoucherId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.claim, self.slot)
    }
}

impl FromStr for VoucherId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let (claim, slot) = text.split_once('-').ok_or(NotAnId)?;
        let id = Self { claim: claim.parse()?, slot: slot.parse().map_err(|_| NotAnId)? };
        if id.slot > 0 && id.to_string() == text { Ok(id) } else { Err(NotAnId) }
    }
}

impl Serialize for VoucherId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VoucherId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(|_| serde::de::Error::custom("not an identifier"))
    }
}

/// The key a page makes before its request leaves (R4): 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestKey(Arc<str>);

impl Serialize for RequestKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RequestKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("a key is 1 to 255 visible characters"))
    }
}

impl RequestKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequestKey {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.into()))
        } else {
            Err(NotAnId)
        }
    }
}
