//! The plan of a round (R21): what a city wants to give out, before and after a second person approved it. A plan and
//! its round share an identifier and one count of versions; each version says who made it, when and why (R17).
//!
//! [`draft`] reads what somebody typed.

pub mod draft;

use serde::{Deserialize, Serialize};

use crate::audience::Audience;
use crate::id::{PackId, RoundId};
use crate::language::LocalText;
use crate::merchant::{Mark, Who, is_reason};
use crate::money::Amount;
use crate::pack::{self, Pack, Stock, VoucherTerms};
use crate::round::{LimitPer, Note, RealNameLevel, RefundPolicy, Round, UseOrder};
use crate::time::{Timestamp, Window};

/// What a round is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Its name.
    pub name: LocalText,
    /// When packs are claimed and vouchers used.
    pub window: Window,
    /// The most that its packs may cost.
    pub budget: Amount,
    /// How often one person may claim.
    pub limit_per: LimitPer,
    /// What a refund does.
    pub refund_policy: RefundPolicy,
    /// Which voucher is pointed at.
    pub use_order: UseOrder,
    /// The real-name level it demands.
    pub real_name_level: RealNameLevel,
    /// For whom it is (R24).
    pub audience: Audience,
    /// Its packs, at least one.
    pub packs: Vec<PlannedPack>,
    /// What is said of categories.
    pub notes: Vec<Note>,
}

/// A pack of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPack {
    /// Its identifier, unique in the round.
    pub id: PackId,
    /// Its name.
    pub name: LocalText,
    /// How many.
    pub stock: u32,
    /// What is in it.
    pub vouchers: Vec<VoucherTerms>,
}

impl Plan {
    /// The plan that a round follows.
    pub fn of(round: &Round) -> Self {
        let pack = |pack: &Pack| PlannedPack {
            id: pack.id.clone(),
            name: pack.name.clone(),
            stock: pack.stock.total,
            vouchers: pack.vouchers.clone(),
        };
        Self {
            name: round.name.clone(),
            window: round.window,
            budget: round.budget,
            limit_per: round.limit_per,
            refund_policy: round.refund_policy,
            use_order: round.use_order,
            real_name_level: round.real_name_level,
            audience: round.audience.clone(),
            packs: round.packs.iter().map(pack).collect(),
            notes: round.notes.clone(),
        }
    }

    /// The round that follows the plan, at its approval.
    pub fn round(&self, id: RoundId, version: i64) -> Round {
        Round {
            id,
            name: self.name.clone(),
            window: self.window,
            budget: self.budget,
            limit_per: self.limit_per,
            refund_policy: self.refund_policy,
            use_order: self.use_order,
            real_name_level: self.real_name_level,
            audience: self.audience.clone(),
            packs: self.full_packs(),
            notes: self.notes.clone(),
            paused: false,
            stopped: false,
            version,
            returned: 0,
        }
    }

    /// What its packs cost: Σ stock × face. `None` where that is no amount.
    pub fn cost(&self) -> Option<Amount> {
        pack::cost(&self.full_packs())
    }

    /// Its packs with their whole stock, as a round begins with them.
    fn full_packs(&self) -> Vec<Pack> {
        let pack = |pack: &PlannedPack| Pack {
            id: pack.id.clone(),
            name: pack.name.clone(),
            stock: Stock::full(pack.stock),
            vouchers: pack.vouchers.clone(),
        };
        self.packs.iter().map(pack).collect()
    }

    /// The parts in which two plans differ, in the order of the form.
    pub fn differences(&self, other: &Self) -> Vec<Part> {
        let differs = |part: &Part| match part {
            Part::Name => self.name != other.name,
            Part::Window => self.window != other.window,
            Part::Packs => self.packs != other.packs,
            Part::Budget => self.budget != other.budget,
            Part::Limit => self.limit_per != other.limit_per,
            Part::UseOrder => self.use_order != other.use_order,
            Part::Refunds => self.refund_policy != other.refund_policy,
            Part::RealName => self.real_name_level != other.real_name_level,
            Part::Audience => self.audience != other.audience,
            Part::Notes => self.notes != other.notes,
        };
        Part::ALL.into_iter().filter(differs).collect()
    }
}

/// A part of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The name.
    Name,
    /// The window.
    Window,
    /// The packs.
    Packs,
    /// The budget.
    Budget,
    /// The limit for each person.
    Limit,
    /// Which voucher is pointed at.
    UseOrder,
    /// What a refund does.
    Refunds,
    /// The real-name level.
    RealName,
    /// The audience.
    Audience,
    /// The sentences on categories.
    Notes,
}

impl Part {
    /// Every part, in the order of the form.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Window,
        Self::Packs,
        Self::Budget,
        Self::Limit,
        Self::UseOrder,
        Self::Refunds,
        Self::RealName,
        Self::Audience,
        Self::Notes,
    ];
}

/// Where a plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// It is being written.
    Draft,
    /// It waits for a second person.
    Submitted,
    /// A second person sent it back, with a reason.
    Returned,
    /// It is a round, scheduled or running or over.
    Approved,
    /// Nobody goes on with it.
    Abandoned,
}

impl PlanState {
    /// Whether it can still become a round.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Returned)
    }
}

/// What made a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// The campaign's file brought the round.
    Import,
    /// The demonstration moved the round to the present.
    Shift,
    /// Somebody began a plan.
    Create,
    /// Somebody wrote on it.
    Edit,
    /// Somebody handed it to the second person.
    Submit,
    /// The second person sent it back.
    Return,
    /// The second person approved it.
    Approve,
    /// Somebody gave it up.
    Abandon,
    /// See [`crate::round::change::Change`].
    Pause,
    /// See [`crate::round::change::Change`].
    Resume,
    /// See [`crate::round::change::Change`].
    Stop,
    /// See [`crate::round::change::Change`].
    Extend,
    /// See [`crate::round::change::Change`].
    AddPacks,
}

impl Act {
    /// Whether whoever did it has a hand in the plan, and may therefore not approve it.
    pub const fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Edit | Self::Submit)
    }

    /// The act that a change of a round is.
    pub const fn of(change: &crate::round::change::Change) -> Self {
        use crate::round::change::Change;
        match change {
            Change::Pause => Self::Pause,
            Change::Resume => Self::Resume,
            Change::Stop => Self::Stop,
            Change::Extend { .. } => Self::Extend,
            Change::AddPacks { .. } => Self::AddPacks,
        }
    }
}

/// One version of a round, from the first line of its plan on: written once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1. That of an approved round is [`Round::version`].
    pub number: i64,
    /// What made it.
    pub act: Act,
    /// Where the plan stands since.
    pub state: PlanState,
    /// The whole content.
    pub plan: Plan,
    /// Whether issuing is interrupted.
    pub paused: bool,
    /// Whether issuing was ended for good.
    pub stopped: bool,
    /// Who made it, when and why.
    pub mark: Mark,
}

/// Why a plan does not take a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotStep {
    /// It stands elsewhere meanwhile.
    OtherState,
    /// Nobody approves or returns what they had a hand in.
    OwnAct,
    /// No reason is given, or too long a one.
    NoReason,
    /// It would have opened already.
    OpeningPassed,
    /// Its window meets that of another round (R7).
    Overlaps(RoundId),
    /// The pool holds less than it costs (R15).
    PoolShort {
        /// What it costs.
        needs: Amount,
        /// What the pool holds.
        holds: Amount,
    },
}

/// A plan as it stands: the newest version, and who had a hand in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The identifier of the plan and of its round.
    pub id: RoundId,
    /// The newest version.
    pub newest: Version,
    /// Everybody who wrote or submitted a version.
    pub writers: Vec<Who>,
}

impl Planned {
    /// The next version, with the same content.
    ///
    /// # Errors
    /// Why the plan does not take the step.
    pub fn step(&self, act: Act, mark: Mark) -> Result<Version, CannotStep> {
        let from = self.newest.state;
        let state = match act {
            Act::Submit if matches!(from, PlanState::Draft | PlanState::Returned) => {
                PlanState::Submitted
            }
            Act::Abandon if from.is_open() => PlanState::Abandoned,
            Act::Return if from == PlanState::Submitted => PlanState::Returned,
            Act::Approve if from == PlanState::Submitted => PlanState::Approved,
            _ => return Err(CannotStep::OtherState),
        };
        if matches!(act, Act::Return | Act::Approve) && self.writers.contains(&mark.who) {
            return Err(CannotStep::OwnAct);
        }
        // To hand a plan over says enough by itself.
        if !(is_reason(&mark.why) || act == Act::Submit && mark.why.is_empty()) {
            return Err(CannotStep::NoReason);
        }
        Ok(Version { number: self.newest.number + 1, act, state, mark, ..self.newest.clone() })
    }

    /// The next version, with another content: a draft again, wherever it stood.
    ///
    /// # Errors
    /// When it is no longer open.
    pub fn edit(&self, plan: Plan, mark: Mark) -> Result<Version, CannotStep> {
        if !self.newest.state.is_open() {
            return Err(CannotStep::OtherState);
        }
        let (number, act) = (self.newest.number + 1, Act::Edit);
        Ok(Version { number, act, state: PlanState::Draft, plan, mark, ..self.newest.clone() })
    }

    /// The round that comes of the plan's approval, with the version that says so. `rounds` are the campaign's, `pool`
    /// is what the pool holds, both under their locks.
    ///
    /// # Errors
    /// Why it cannot be approved; nothing may change then.
    pub fn approve(
        &self,
        mark: Mark,
        now: Timestamp,
        rounds: &[Round],
        pool: Amount,
    ) -> Result<(Round, Version), CannotStep> {
        let version = self.step(Act::Approve, mark)?;
        let round = version.plan.round(self.id.clone(), version.number);
        if round.window.opens_at() <= now {
            return Err(CannotStep::OpeningPassed);
        }
        let met = rounds.iter().find(|other| other.window.overlaps(round.window));
        if let Some(other) = met {
            return Err(CannotStep::Overlaps(other.id.clone()));
        }
        let needs = round.cost().unwrap_or(Amount::MAX);
        if pool < needs {
            return Err(CannotStep::PoolShort { needs, holds: pool });
        }
        Ok((round, version))
    }
}
