//! A round (輪次): its window, packs, limit and phase. [`change`] is what may happen to one that was approved.

pub mod change;

use std::borrow::Borrow;

use serde::{Deserialize, Serialize};

use crate::audience::Audience;
use crate::id::{CategoryId, PackId, RoundId};
use crate::language::LocalText;
use crate::money::Amount;
use crate::pack::{self, Pack};
use crate::refusal::Refusal;
use crate::time::{Place, Timestamp, Window};

/// How often one person may claim (R1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitPer {
    /// Once in the round.
    #[default]
    Round,
    /// Once for each pack of the round.
    Pack,
}

impl LimitPer {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Round, Self::Pack];

    /// The word in storage and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Round => "round",
            Self::Pack => "pack",
        }
    }

    /// The one of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// What a refund does to the voucher (R13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundPolicy {
    /// A refund of the whole amount paid returns it, with the same expiry, inside the round.
    #[default]
    FullRefundReturnsVoucher,
    /// The sale is refunded, the voucher is not.
    Never,
}

impl RefundPolicy {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::FullRefundReturnsVoucher, Self::Never];

    /// The word in storage and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FullRefundReturnsVoucher => "full_refund_returns_voucher",
            Self::Never => "never",
        }
    }

    /// The one of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// Which voucher the wallet and the quote point at (R10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UseOrder {
    /// The one that saves most on the order.
    #[default]
    LargestDiscountFirst,
}

impl UseOrder {
    /// Every one.
    pub const ALL: [Self; 1] = [Self::LargestDiscountFirst];

    /// The word in storage and forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LargestDiscountFirst => "largest_discount_first",
        }
    }

    /// The one of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// How surely the entrance knows who a person is (R18); 0 is not at all: who that is cannot claim, whatever the round
/// demands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RealNameLevel(pub u8);

impl RealNameLevel {
    /// The entrance named nobody, and so nobody knows whether the person was here before (R1).
    pub const UNKNOWN: Self = Self(0);
    /// The highest level there is.
    pub const HIGHEST: Self = Self(3);

    /// Whether it is enough where `demanded` is demanded (R18). Whoever is not known at all may not claim even where a
    /// round demands no level, for R1 could not be kept.
    pub fn meets(self, demanded: Self) -> bool {
        self > Self::UNKNOWN && self >= demanded
    }
}

/// A sentence of the round on the merchants of a category, shown among its rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The category.
    pub category: CategoryId,
    /// The sentence.
    pub text: LocalText,
}

/// A round of the campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Its identifier.
    pub id: RoundId,
    /// Its name, such as 第一輪.
    pub name: LocalText,
    /// When packs are claimed and vouchers used (R5, R7).
    pub window: Window,
    /// The money planned for it.
    pub budget: Amount,
    /// How often one person may claim.
    pub limit_per: LimitPer,
    /// What a refund does.
    pub refund_policy: RefundPolicy,
    /// Which voucher is pointed at.
    pub use_order: UseOrder,
    /// The real-name level it demands.
    pub real_name_level: RealNameLevel,
    /// For whom it is.
    pub audience: Audience,
    /// Its packs, at least one.
    pub packs: Vec<Pack>,
    /// What is said of categories, one sentence each at most.
    pub notes: Vec<Note>,
    /// Interrupted by an operator (R21).
    pub paused: bool,
    /// Ended for issuing by two persons (R21).
    pub stopped: bool,
    /// Grows with every change that somebody decides on.
    pub version: i64,
    /// How many packs of held claims came back. What a server remembers of another version, or of another count of
    /// these, is void.
    pub returned: u32,
}

/// What a round is doing. Where two hold, the one that stands first is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Its window is over.
    Closed,
    /// Issuing was ended for good.
    Stopped,
    /// Its window has not begun.
    Upcoming,
    /// Issuing is interrupted.
    Paused,
    /// Every pack is taken.
    SoldOut,
    /// Packs can be claimed.
    Open,
}

impl Phase {
    /// Every phase, in the order in which they are said.
    pub const ALL: [Self; 6] =
        [Self::Closed, Self::Stopped, Self::Upcoming, Self::Paused, Self::SoldOut, Self::Open];

    /// The phase of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.code() == code)
    }

    /// The phase as it stands in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Stopped => "stopped",
            Self::Upcoming => "upcoming",
            Self::Paused => "paused",
            Self::SoldOut => "sold_out",
            Self::Open => "open",
        }
    }

    /// What a person who holds nothing is told, if the round says no.
    pub const fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Closed => Some(Refusal::RoundClosed),
            Self::Stopped => Some(Refusal::RoundStopped),
            Self::Upcoming => Some(Refusal::NotOpenYet),
            Self::Paused => Some(Refusal::RoundPaused),
            Self::SoldOut => Some(Refusal::SoldOut),
            Self::Open => None,
        }
    }
}

/// The part of a round that its phase follows from. Small enough to cross to the browser, so that the countdown
/// and the gate ask the same function (invariant 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// When packs are claimed.
    pub window: Window,
    /// Interrupted.
    pub paused: bool,
    /// Ended for issuing.
    pub stopped: bool,
    /// Packs left over all packs.
    pub remaining: u32,
}

impl Gate {
    /// The phase at `now`.
    pub fn phase(self, now: Timestamp) -> Phase {
        match self.window.place(now) {
            Place::After => Phase::Closed,
            _ if self.stopped => Phase::Stopped,
            Place::Before => Phase::Upcoming,
            Place::Inside if self.paused => Phase::Paused,
            Place::Inside if self.remaining == 0 => Phase::SoldOut,
            Place::Inside => Phase::Open,
        }
    }
}

impl Round {
    /// The most packs that a round may offer.
    pub const PACKS_MAX: usize = 20;

    /// What all its packs cost, given out or not: what its approval sets aside (R14).
    pub fn cost(&self) -> Option<Amount> {
        pack::cost(&self.packs)
    }

    /// What the phase follows from.
    pub fn gate(&self) -> Gate {
        Gate {
            window: self.window,
            paused: self.paused,
            stopped: self.stopped,
            remaining: self.remaining(),
        }
    }

    /// The phase at `now` (R5).
    pub fn phase(&self, now: Timestamp) -> Phase {
        self.gate().phase(now)
    }

    /// Packs left, over all packs.
    pub fn remaining(&self) -> u32 {
        self.packs.iter().map(|pack| pack.stock.remaining()).sum()
    }

    /// All packs, taken or not.
    pub fn stock(&self) -> u32 {
        self.packs.iter().map(|pack| pack.stock.total).sum()
    }

    /// The place of a pack among the round's packs.
    pub fn position_of(&self, pack: &PackId) -> Option<usize> {
        self.packs.iter().position(|candidate| candidate.id == *pack)
    }

    /// The pack that a request names, or the only one when it names none.
    ///
    /// # Errors
    /// [`PackChoice`] says whether the name is missing or unknown.
    pub fn choose(&self, named: Option<&PackId>) -> Result<&Pack, PackChoice> {
        match (named, self.packs.as_slice()) {
            (None, [only]) => Ok(only),
            (None, _) => Err(PackChoice::Missing),
            (Some(id), packs) => {
                packs.iter().find(|pack| pack.id == *id).ok_or(PackChoice::Unknown)
            }
        }
    }
}

/// Why a request's choice of a pack cannot be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackChoice {
    /// The round has several packs and the request names none.
    #[error("the round has several packs: name one")]
    Missing,
    /// The round has no pack of that name.
    #[error("the round has no such pack")]
    Unknown,
}

/// The round whose window contains `now`, else the next, else the last (R7).
pub fn current<R: Borrow<Round>>(rounds: &[R], now: Timestamp) -> Option<&R> {
    let window = |round: &&R| (*round).borrow().window;
    let ahead = rounds
        .iter()
        .filter(|round| window(round).place(now) != Place::After)
        .min_by_key(|round| window(round).opens_at());
    ahead.or_else(|| rounds.iter().max_by_key(|round| window(round).closes_at()))
}
