//! `/console/risk`: what risk control held and refused, with the evidence, and the desk that decides (R19). Persons
//! appear by opaque numbers only.

use std::sync::Arc;

use domain::appeal::Appeal;
use domain::campaign::Campaign;
use domain::claim::Claim;
use domain::held::CannotRule;
use domain::id::ClaimId;
use domain::merchant::Mark;
use domain::risk::radar::Suspect;
use domain::risk::{Act, Kept, Verdict};
use domain::round::Round;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::Page;
use super::console::{Place, Who, console};
use super::frame::Frame;
use crate::text::Text;

mod appeal;
pub(super) mod evidence;
mod list;
mod one;
mod radar;
mod table;

/// The lists of the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Claims that wait.
    Held,
    /// Appeals that wait.
    Appeals,
    /// Merchants whose sales stand out.
    Radar,
    /// What was stopped lately.
    Refused,
    /// What would have been, where risk control only watches.
    Shadow,
}

impl Tab {
    /// Every list, in order.
    pub const ALL: [Self; 5] =
        [Self::Held, Self::Appeals, Self::Radar, Self::Refused, Self::Shadow];

    /// The word in the address.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Appeals => "appeals",
            Self::Radar => "radar",
            Self::Refused => "refused",
            Self::Shadow => "shadow",
        }
    }

    /// The list of a word; the first for any other.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.code() == code).unwrap_or(Self::Held)
    }
}

/// A claim with its round and what risk control said of it.
pub struct HeldClaim {
    /// The claim.
    pub claim: Claim,
    /// Its round, as the board has it.
    pub round: Option<Arc<Round>>,
    /// The assessment, where one was kept.
    pub kept: Option<Kept>,
}

/// A merchant that stands out, and its name, if it is still there.
pub struct RadarRow {
    /// What stands out.
    pub suspect: Suspect,
    /// What the merchant is called.
    pub name: Option<String>,
}

/// How many acts met a verdict.
pub struct Count {
    /// What was scored.
    pub act: Act,
    /// What the configuration said.
    pub verdict: Verdict,
    /// What was done.
    pub enforced: Verdict,
    /// How many.
    pub count: i64,
}

/// What a list shows.
pub enum Shown {
    /// Held claims by deadline, and from which on there are more.
    Held(Vec<HeldClaim>, Option<String>),
    /// Appeals that wait, the oldest first.
    Appeals(Vec<Appeal>),
    /// Merchants that stand out, the most first.
    Radar(Vec<RadarRow>),
    /// Assessments that stopped something, the newest first.
    Refused(Vec<Kept>),
    /// Counts of the last seven days.
    Shadow(Vec<Count>),
}

/// What became of a decision on several claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// So many were decided, so many left as they were.
    Ruled(usize, usize),
    /// Nothing was picked.
    NonePicked,
    /// No reason was given.
    NoReason,
}

/// What was typed and picked for a decision on several claims that did not happen.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// After which claim the list goes on, as the address says it; empty for the first page.
    pub after: String,
    /// The reason.
    pub why: String,
    /// The claims that were picked.
    pub picked: Vec<ClaimId>,
}

/// What the desk's list shows.
pub struct RiskListModel {
    /// The campaign clock.
    pub now: Timestamp,
    /// The list that is shown.
    pub shown: Shown,
    /// How many claims and appeals wait.
    pub waiting: (i64, i64),
    /// Whether the person may decide.
    pub may_decide: bool,
    /// What became of the last decision.
    pub said: Option<Said>,
    /// What the form is filled with.
    pub typed: Typed,
}

/// What the page of a held claim shows.
pub struct RiskClaimModel {
    /// The campaign clock.
    pub now: Timestamp,
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The claim.
    pub held: HeldClaim,
    /// Who decided it, when and why, if somebody did.
    pub decided: Option<Mark>,
    /// What else risk control keeps of the person.
    pub others: Vec<Kept>,
    /// Whether the person may decide.
    pub may_decide: bool,
    /// Why the last decision was not taken, and the reason that was written.
    pub undecided: Option<(CannotRule, String)>,
}

/// What the page of an appeal shows.
pub struct RiskAppealModel {
    /// The campaign clock.
    pub now: Timestamp,
    /// The appeal.
    pub appeal: Appeal,
    /// The round that it is about.
    pub round: Option<Arc<Round>>,
    /// What risk control said.
    pub kept: Option<Kept>,
    /// Whether the person may answer.
    pub may_decide: bool,
    /// Why the last answer was not taken, and what was written.
    pub undecided: Option<(CannotRule, String)>,
}

/// One of the lists.
pub fn list_page(frame: &Frame, who: &Who, model: &RiskListModel) -> Page {
    let text = Text(frame.visitor.language);
    console(frame, who, Place::Risk, text.risk_desk(), list::list(model, text))
}

/// One held claim.
pub fn claim_page(frame: &Frame, who: &Who, model: &RiskClaimModel) -> Page {
    let text = Text(frame.visitor.language);
    let title = text.risk_claim(&tail(&model.held.claim.id.to_string()));
    console(frame, who, Place::Risk, &title, one::one(model, text))
}

/// One appeal.
pub fn appeal_page(frame: &Frame, who: &Who, model: &RiskAppealModel) -> Page {
    let text = Text(frame.visitor.language);
    let title = text.risk_appeal(&tail(&model.appeal.id.to_string()));
    console(frame, who, Place::Risk, &title, appeal::appeal(model, text))
}

/// The end of an identifier: enough to tell one from another on a page, and nothing of whose it is.
fn tail(id: &str) -> String {
    let cut = id.len().saturating_sub(8);
    format!("…{}", id.get(cut..).unwrap_or(id))
}

/// Why a decision was not taken.
fn refused(cannot: CannotRule, text: Text) -> AnyView {
    view! {
        <div class="notice notice--bad round__section" role="alert">
            {crate::art::attention()}
            <div>
                <p class="notice__reason">{text.risk_undecided()}</p>
                <p class="notice__next">{text.cannot_rule(cannot)}</p>
            </div>
        </div>
    }
    .into_any()
}

fn back(tab: Tab, text: Text) -> AnyView {
    let path = format!("/console/risk?tab={}", tab.code());
    view! { <p><a class="link-button" href=path>{text.risk_back()}</a></p> }.into_any()
}
