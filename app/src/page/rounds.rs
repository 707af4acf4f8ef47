//! `/console/rounds`: planning and running rounds (R21), and what waits for whom.

mod acts;
mod form;
mod history;
mod list;
mod one;
mod propose;
mod words;

use std::sync::Arc;

use domain::campaign::Campaign;
use domain::id::{ProposalId, RoundId};
use domain::money::Amount;
use domain::plan::draft::{Draft, Fault, Field};
use domain::plan::{CannotStep, Version};
use domain::round::Round;
use domain::round::change::{CannotChange, CannotDecide, Proposal};
use domain::time::Timestamp;

use super::Page;
use super::console::{Place, Who, console};
use super::frame::Frame;
use crate::text::Text;

/// What may be done here by whoever looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct May {
    /// Plan, submit, pause, propose.
    pub plan: bool,
    /// Approve, return, confirm, decline: what others did.
    pub approve: bool,
}

/// Something that waits for somebody.
pub struct Waiting {
    /// The round or plan.
    pub round: RoundId,
    /// Its name and what waits, in words of the page's language.
    pub what: Matter,
    /// Who brought it there, by name.
    pub who: domain::merchant::Who,
    /// Since when.
    pub since: Timestamp,
    /// Whether it waits for whoever looks.
    pub mine: bool,
}

/// What waits.
pub enum Matter {
    /// A plan.
    Plan(Box<Version>),
    /// A proposal for a round.
    Proposal(Arc<Round>, Box<Proposal>),
}

/// All rounds and plans.
pub struct RoundsModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The campaign clock when the page was made.
    pub now: Timestamp,
    /// What the pool holds.
    pub pool: Amount,
    /// The rounds, in order.
    pub rounds: Vec<Arc<Round>>,
    /// The plans that are no rounds, the last written first.
    pub plans: Vec<(RoundId, Version)>,
    /// What waits.
    pub waiting: Vec<Waiting>,
    /// What may be done.
    pub may: May,
}

/// One plan or round.
pub struct RoundModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The campaign clock when the page was made.
    pub now: Timestamp,
    /// Its identifier.
    pub id: RoundId,
    /// Its versions, the newest first; at least one.
    pub versions: Vec<Version>,
    /// The round, once the plan was approved.
    pub round: Option<Arc<Round>>,
    /// Every round, for the names of those that are met.
    pub rounds: Vec<Arc<Round>>,
    /// What the pool holds.
    pub pool: Amount,
    /// The proposals for it, the newest first.
    pub proposals: Vec<Proposal>,
    /// What the plan may come to, while it is one.
    pub forecast: Option<domain::planner::Forecast>,
    /// What may be done.
    pub may: May,
    /// Who looks.
    pub me: domain::merchant::Who,
    /// Why the last act did not happen, and what was typed for it.
    pub stayed: Option<(Stayed, Typed)>,
}

/// Why an act did not happen.
pub enum Stayed {
    /// Somebody else was quicker: the versions since, the newest first, the one that was looked at last.
    Changed(Vec<Version>),
    /// The rules of plans say no.
    Step(CannotStep),
    /// The rules of rounds say no.
    Change(CannotChange),
    /// The proposal was decided on, or cannot be so.
    Decision(CannotDecide),
    /// One of the kind waits already.
    Waits,
    /// No reason is given.
    NoReason,
    /// A time or a number cannot be read.
    Unreadable,
}

/// What was typed for an act: it is shown again.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The act, by its word.
    pub act: String,
    /// The reason.
    pub why: String,
    /// The new end of an extension.
    pub closes: String,
    /// The pack to be added to.
    pub pack: String,
    /// How many.
    pub count: String,
    /// The proposal that was decided on.
    pub proposal: Option<ProposalId>,
}

/// The form of a plan.
pub struct PlanFormModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The campaign clock when the page was made.
    pub now: Timestamp,
    /// The plan, unless it is a new one.
    pub id: Option<RoundId>,
    /// The version on which it is written; 0 for a new one.
    pub seen: i64,
    /// What is in the fields.
    pub draft: Draft,
    /// Why.
    pub why: String,
    /// What is wrong with it.
    pub faults: Vec<(Field, Fault)>,
    /// Whether the reason is missing.
    pub no_reason: bool,
    /// What others wrote meanwhile, the newest first, the one that was looked at last.
    pub changed: Vec<Version>,
    /// What the pool holds.
    pub pool: Amount,
}

/// All rounds and plans.
pub fn list_page(frame: &Frame, who: &Who, model: &RoundsModel) -> Page {
    let text = Text(frame.visitor.language);
    console(frame, who, Place::Rounds, text.console_rounds(), list::list(model, text))
}

/// One plan or round.
pub fn one_page(frame: &Frame, who: &Who, model: &RoundModel) -> Page {
    let text = Text(frame.visitor.language);
    let name = model.versions.first().map(|version| version.plan.name.get(text.0).to_owned());
    console(frame, who, Place::Rounds, &name.unwrap_or_default(), one::one(model, text))
}

/// The form of a plan.
pub fn form_page(frame: &Frame, who: &Who, model: &PlanFormModel) -> Page {
    let text = Text(frame.visitor.language);
    let title = if model.id.is_some() { text.round_edit() } else { text.rounds_new() };
    console(frame, who, Place::Rounds, title, form::form(model, text))
}
