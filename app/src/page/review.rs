//! `/console/merchants`: the review of merchants, and the list of dishonest subjects.

mod list;
mod money;
mod one;
mod place;

use std::sync::Arc;

use domain::campaign::Campaign;
use domain::id::MerchantId;
use domain::merchant::dishonest::Problem;
use domain::merchant::place::CannotPlace;
use domain::merchant::{CannotDecide, Mark, Merchant, MerchantState};
use domain::money::Amount;
use domain::risk::Kept;
use domain::settlement::hold::CannotHold;
use domain::time::Timestamp;

use super::Page;
use super::console::{Place, Who, console};
use super::frame::Frame;
use crate::text::Text;

/// The merchants in one state.
pub struct ReviewListModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The campaign clock when the page was made.
    pub now: Timestamp,
    /// The state that is shown.
    pub state: MerchantState,
    /// How many are in each state.
    pub counts: Vec<(MerchantState, u64)>,
    /// Those in the state, the longest there first.
    pub merchants: Vec<Merchant>,
    /// Since when and which one the last has been in the state, after which the next page begins, if there is one.
    pub next: Option<(Timestamp, MerchantId)>,
    /// Whether the person may decide and import.
    pub may_decide: bool,
    /// What the last import was.
    pub last: Option<Import>,
    /// What became of the file that was just sent.
    pub outcome: Option<ImportOutcome>,
}

/// An import of the list.
#[derive(Clone, Debug)]
pub struct Import {
    /// Who and when.
    pub mark: Mark,
    /// How many are on the list.
    pub subjects: u64,
    /// How many were new.
    pub listed: u64,
    /// How many went.
    pub delisted: u64,
    /// How many merchants were suspended.
    pub suspended: u64,
}

/// What became of a file.
pub enum ImportOutcome {
    /// It is the list now.
    Done(Import),
    /// It was the list already.
    Unchanged,
    /// Lines of it cannot be taken.
    Faulty(Vec<Problem>),
    /// It is no file that could be read.
    Unreadable,
}

/// One merchant.
pub struct ReviewModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The campaign clock when the page was made.
    pub now: Timestamp,
    /// The merchant.
    pub merchant: Merchant,
    /// Why it is on the list of dishonest subjects, if it is.
    pub listed: Option<String>,
    /// What was done to it, the newest first.
    pub acts: Vec<(String, Mark)>,
    /// What it is owed now, by the ledger.
    pub owed: Amount,
    /// Who holds the money now, since when and why, if somebody does.
    pub hold: Option<Mark>,
    /// What risk control says of the application, where it wants it looked at and the person may see it.
    pub flagged: Option<Kept>,
    /// Whether the person may decide.
    pub may_decide: bool,
    /// Why the last decision was not taken, and the reason that was written.
    pub undecided: Option<(Undecided, String)>,
    /// The position that was written, where it was not registered.
    pub position: Option<String>,
}

/// Why a decision was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// The merchant has changed since it was looked at.
    Changed,
    /// The rules say no.
    Rule(CannotDecide),
    /// The money is neither held nor released.
    Money(CannotHold),
    /// The place is not registered.
    Place(CannotPlace),
}

/// The list of one state.
pub fn list_page(frame: &Frame, who: &Who, model: &ReviewListModel) -> Page {
    let text = Text(frame.visitor.language);
    console(frame, who, Place::Merchants, text.console_merchants(), list::list(model, text))
}

/// One merchant.
pub fn one_page(frame: &Frame, who: &Who, model: &ReviewModel) -> Page {
    let text = Text(frame.visitor.language);
    let name = &model.merchant.profile.name;
    console(frame, who, Place::Merchants, name, one::one(model, text))
}
