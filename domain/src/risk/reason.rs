//! The closed list of what can count in an assessment.

use serde::{Deserialize, Serialize};

use super::Dimension;

/// How a reason counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bearing {
    /// Honest people do not do this, or hardly ever.
    Leading,
    /// Many honest people do: it counts only beside a leading reason.
    Supporting,
}

/// What is counted, and so how `measured` and `limit` of a finding are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Natural persons.
    Persons,
    /// Accounts.
    Accounts,
    /// Divisions of registration.
    Divisions,
    /// Acts or sales.
    Times,
    /// Milliseconds.
    Millis,
    /// Thousandths.
    Permille,
    /// Metres.
    Metres,
    /// Kilometres in an hour.
    KilometresPerHour,
    /// Fen.
    Fen,
    /// The hour of a Beijing clock.
    Hour,
    /// A real-name level.
    Level,
}

/// The list: a name, its code in storage, its dimension, how it counts, in what unit, and on which side of the limit.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident $code:literal $dimension:ident $bearing:ident $unit:ident $side:ident,)+) => {
        /// What can count.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Reason {
            $($(#[$doc])* $name,)+
        }

        impl Reason {
            /// Every reason, dimension by dimension.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code in storage, configuration and exports; never changed once it was written.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The side from which it looks.
            pub const fn dimension(self) -> Dimension {
                match self {
                    $(Self::$name => Dimension::$dimension,)+
                }
            }

            /// Whether it can lead.
            pub const fn bearing(self) -> Bearing {
                match self {
                    $(Self::$name => Bearing::$bearing,)+
                }
            }

            /// What it counts.
            pub const fn unit(self) -> Unit {
                match self {
                    $(Self::$name => Unit::$unit,)+
                }
            }

            /// On which side of the limit it counts.
            pub const fn side(self) -> Side {
                match self {
                    $(Self::$name => Side::$side,)+
                }
            }
        }
    };
}

/// On which side of its limit a reason counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// At the limit and above.
    AtLeast,
    /// At the limit and below.
    AtMost,
}

reasons! {
    /// The entrance is less sure of the person than most are.
    WeakRealName "weak_real_name" Identity Supporting Level AtMost,
    /// The persons of one device are registered in many divisions: no household, no village.
    ScatteredHouseholds "scattered_households" Identity Supporting Divisions AtLeast,

    /// The account was made just before.
    FreshAccount "fresh_account" Account Supporting Millis AtMost,
    /// One person comes through many accounts.
    ManyAccounts "many_accounts" Account Supporting Accounts AtLeast,

    /// Many persons on one device. A family, a village, a helper at the counter.
    SharedDevice "shared_device" Device Supporting Persons AtLeast,
    /// The act carries no device token, which a browser that was shown the page has.
    MissingDevice "missing_device" Device Supporting Times AtLeast,

    /// Many persons from one address block. A carrier, a campus, a canteen.
    SharedNetwork "shared_network" Network Supporting Persons AtLeast,
    /// Much of an address block's persons carry no device token, and neither does this one; measured is the share.
    NetworkWithoutDevices "network_without_devices" Network Leading Permille AtLeast,

    /// The person was elsewhere just before, further away than anybody travels in that time.
    ImpossibleSpeed "impossible_speed" Place Leading KilometresPerHour AtLeast,
    /// The till reports to be far from its registered place.
    FarFromTill "far_from_till" Place Leading Metres AtLeast,
    /// Positions that agree to the last digit many times, away from any registered place: no receiver measures so.
    FrozenPosition "frozen_position" Place Leading Times AtLeast,

    /// Persons change on one device faster than hands can type.
    HandsTooFast "hands_too_fast" Behaviour Leading Millis AtMost,
    /// The intervals between the acts of a device are all but equal; measured is how much they vary.
    Clockwork "clockwork" Behaviour Leading Permille AtMost,
    /// More requests of one person within ten seconds than a hand makes.
    Hammering "hammering" Behaviour Leading Times AtLeast,
    /// The claim came at once after the opening.
    FirstInstant "first_instant" Behaviour Supporting Millis AtMost,
    /// Sales follow each other at one till faster than goods can be handed over.
    TillTooFast "till_too_fast" Behaviour Leading Millis AtMost,
    /// A sale in the dead of night.
    OddHour "odd_hour" Behaviour Supporting Hour AtMost,

    /// The order is just as large as the voucher demands; measured is what lies above.
    AtThreshold "at_threshold" Transaction Supporting Fen AtMost,
    /// Most of the merchant's sales with vouchers are just as large as the vouchers demand.
    MerchantAtThreshold "merchant_at_threshold" Transaction Leading Permille AtLeast,
    /// Many of the merchant's sales with vouchers are refunded.
    ManyRefunds "many_refunds" Transaction Leading Permille AtLeast,

    /// Much of the merchant's sales with vouchers comes from the persons of one device.
    Ring "ring" Relation Leading Permille AtLeast,
    /// The person uses vouchers at this merchant only.
    OneMerchantOnly "one_merchant_only" Relation Supporting Times AtLeast,
}

impl Reason {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The one of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}
