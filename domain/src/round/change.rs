//! What may happen to a round that was approved (R21). The list is closed and holds nothing that could hurt whoever
//! holds a voucher: no change shortens the window, takes packs away or alters what is in one.
//!
//! Pausing acts at once. Everything else is proposed by one person and decided on by another.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Round;
use crate::id::{PackId, ProposalId, RoundId};
use crate::merchant::{Mark, Who, is_reason};
use crate::money::Amount;
use crate::pack::Stock;
use crate::time::{Place, Timestamp, Window};

/// A change of an approved round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Interrupt issuing.
    Pause,
    /// Go on issuing.
    Resume,
    /// End issuing for good; vouchers stay usable.
    Stop,
    /// Let the round, and with it its vouchers, end later.
    Extend {
        /// The new end, exclusive.
        closes_at: Timestamp,
    },
    /// Add packs, with money of the pool (R15).
    AddPacks {
        /// Which.
        pack: PackId,
        /// How many.
        count: u32,
    },
}

/// `extend 2020-05-01T00:00:00+08:00`, `add_packs five 500`: as the record says it.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        match self {
            Self::Pause | Self::Resume | Self::Stop => Ok(()),
            Self::Extend { closes_at } => write!(f, " {closes_at}"),
            Self::AddPacks { pack, count } => write!(f, " {pack} {count}"),
        }
    }
}

/// Why a change cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotChange {
    /// The round is over.
    Closed,
    /// Issuing was ended for good.
    Stopped,
    /// It is paused already.
    PausedAlready,
    /// It is not paused.
    NotPaused,
    /// The new end is not later than the present one.
    NotLater,
    /// The new end reaches into a later round (R7).
    IntoNextRound(RoundId),
    /// The round has no such pack.
    NoSuchPack,
    /// None, or more than a pack may have.
    Count,
    /// The pool holds less than the added packs cost (R15).
    PoolShort {
        /// What they cost.
        needs: Amount,
        /// What the pool holds.
        holds: Amount,
    },
}

impl Change {
    /// The word in storage, addresses and the record.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Stop => "stop",
            Self::Extend { .. } => "extend",
            Self::AddPacks { .. } => "add_packs",
        }
    }

    /// Whether one person's word is enough (R21).
    pub const fn acts_at_once(&self) -> bool {
        matches!(self, Self::Pause)
    }
}

impl Round {
    /// The round after a change at `now`: one version further. `others` are the campaign's rounds, this one among them
    /// or not.
    ///
    /// # Errors
    /// Why the change cannot be made.
    pub fn changed(
        &self,
        change: &Change,
        now: Timestamp,
        others: &[Self],
    ) -> Result<Self, CannotChange> {
        if self.window.place(now) == Place::After {
            return Err(CannotChange::Closed);
        }
        let mut next = Self { version: self.version + 1, ..self.clone() };
        match change {
            // A longer window is good for whoever holds a voucher, also when no more packs are given out.
            Change::Extend { closes_at } => next.window = self.extended(*closes_at, others)?,
            _ if self.stopped => return Err(CannotChange::Stopped),
            Change::Pause if self.paused => return Err(CannotChange::PausedAlready),
            Change::Pause => next.paused = true,
            Change::Resume if !self.paused => return Err(CannotChange::NotPaused),
            Change::Resume => next.paused = false,
            Change::Stop => next.stopped = true,
            Change::AddPacks { pack, count } => {
                let position = self.position_of(pack).ok_or(CannotChange::NoSuchPack)?;
                let stock = &mut next.packs[position].stock;
                let total = stock.total.checked_add(*count).filter(|_| *count > 0);
                let total = total.filter(|total| *total <= Stock::TOTAL_MAX);
                stock.total = total.ok_or(CannotChange::Count)?;
                // What was planned is the least that the round may cost from now on.
                next.budget = next.cost().ok_or(CannotChange::Count)?.max(self.budget);
            }
        }
        Ok(next)
    }

    /// What a change costs the pool (R15).
    pub fn price_of(&self, change: &Change) -> Option<Amount> {
        match change {
            Change::AddPacks { pack, count } => {
                self.packs[self.position_of(pack)?].face()?.times(i64::from(*count))
            }
            _ => Some(Amount::ZERO),
        }
    }

    fn extended(&self, closes_at: Timestamp, others: &[Self]) -> Result<Window, CannotChange> {
        if closes_at <= self.window.closes_at() {
            return Err(CannotChange::NotLater);
        }
        let window = Window::new(self.window.opens_at(), closes_at);
        let window = window.ok_or(CannotChange::NotLater)?;
        let met = others.iter().find(|other| other.id != self.id && other.window.overlaps(window));
        match met {
            Some(other) => Err(CannotChange::IntoNextRound(other.id.clone())),
            None => Ok(window),
        }
    }
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A second person made it so.
    Confirmed,
    /// A second person said no.
    Declined,
    /// Whoever proposed it took it back.
    Withdrawn,
}

impl Verdict {
    /// The word in storage, addresses and the record.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A change that one person proposes and another decides on (R21).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its identifier.
    pub id: ProposalId,
    /// The round.
    pub round: RoundId,
    /// The change.
    pub change: Change,
    /// Who proposes it, when and why.
    pub proposed: Mark,
    /// What became of it, by whom, when and why.
    pub decided: Option<(Verdict, Mark)>,
}

/// Why a proposal cannot be decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotDecide {
    /// It was decided on already.
    Decided,
    /// Nobody confirms or declines an own proposal.
    OwnAct,
    /// Only whoever proposed it takes it back.
    NotOwn,
    /// No reason is given, or too long a one.
    NoReason,
}

impl Proposal {
    /// The proposal after a verdict.
    ///
    /// # Errors
    /// Why it cannot be decided on so.
    pub fn decide(&self, verdict: Verdict, mark: Mark) -> Result<Self, CannotDecide> {
        let own = self.proposed.who == mark.who;
        match verdict {
            _ if self.decided.is_some() => return Err(CannotDecide::Decided),
            Verdict::Confirmed | Verdict::Declined if own => return Err(CannotDecide::OwnAct),
            Verdict::Withdrawn if !own => return Err(CannotDecide::NotOwn),
            _ if !is_reason(&mark.why) => return Err(CannotDecide::NoReason),
            _ => {}
        }
        Ok(Self { decided: Some((verdict, mark)), ..self.clone() })
    }

    /// Whether it waits for somebody other than `who`.
    pub fn waits_for_another_than(&self, who: &Who) -> bool {
        self.decided.is_none() && self.proposed.who != *who
    }
}
