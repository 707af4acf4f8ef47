//! `/merchant`: a business asks to take part, and its manager sees where it stands and keeps its tills and keys.

mod desk;
mod form;
mod settlements;

use std::sync::Arc;

use domain::campaign::Campaign;
use domain::id::{TillId, TillKeyId};
use domain::merchant::application::{Application, Fault, Field};
use domain::merchant::{Mark, Merchant, MerchantState};
use domain::refusal::Refusal;
use domain::settlement::DaySettled;
use domain::till::{Scopes, Till};
use domain::time::{BeijingDay, Timestamp};

use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::art;
use crate::text::Text;
use crate::widget::moment;

/// What the manager's page shows.
pub struct MerchantModel {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// The campaign clock when the page was made.
    pub now: Timestamp,
    /// The merchant, once the person has applied.
    pub merchant: Option<Merchant>,
    /// The application as it stands in the form, where one can be sent.
    pub form: Option<Form>,
    /// Whether risk control refused what was just sent.
    pub is_barred: bool,
    /// Its tills and keys, where it may have some.
    pub desk: Option<Desk>,
    /// What it is owed and was paid; none for one that never took part.
    pub account: Option<Account>,
}

/// What a merchant is owed and was paid.
#[derive(Default)]
pub struct Account {
    /// The days on which something happened, in order.
    pub days: Vec<DaySettled>,
    /// What the bank has paid.
    pub paid: Vec<Paid>,
    /// Who holds the money now and why, if somebody does.
    pub hold: Option<Mark>,
}

/// A payment of the bank.
pub struct Paid {
    /// For which day.
    pub day: BeijingDay,
    /// The bank's reference.
    pub reference: String,
}

/// An application that can be sent.
#[derive(Default)]
pub struct Form {
    /// What is written in it.
    pub written: Application,
    /// What is wrong with it; empty before it was sent.
    pub faults: Vec<(Field, Fault)>,
}

/// Tills and keys.
#[derive(Default)]
pub struct Desk {
    /// The tills, those that work first.
    pub tills: Vec<Till>,
    /// The keys that work.
    pub keys: Vec<Key>,
    /// A key that was just made: shown this once.
    pub fresh: Option<FreshKey>,
    /// Whether the last act was not done.
    pub undone: bool,
}

/// A key, without what opens anything.
pub struct Key {
    /// Its identifier.
    pub id: TillKeyId,
    /// Its till; none for one of the whole merchant.
    pub till: Option<TillId>,
    /// What it is called.
    pub name: String,
    /// Its last four characters.
    pub hint: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it stops working, if that is known.
    pub ends_at: Option<Timestamp>,
}

/// A key that was just made. It has no `Debug`, so that it cannot slip into a log.
pub struct FreshKey {
    /// The key.
    pub key: String,
    /// Whether it replaces another, which works for a day more.
    pub rotated: bool,
}

/// The page.
pub fn page(frame: &Frame, model: &MerchantModel) -> Page {
    let text = Text(frame.visitor.language);
    let heading = model.merchant.as_ref().map_or(text.merchant_title(), |it| &it.profile.name);
    let lead = model.merchant.is_none().then(|| {
        view! { <p class="page__lead">{text.merchant_lead()}</p> }
    });
    let main = view! {
        <div class="wrap wrap--narrow">
            <div class="page__head">
                <h1 class="page__title" lang=text.foreign(heading)>{heading.to_owned()}</h1>
                {lead}
            </div>
            {model.merchant.as_ref().map(|merchant| state(model, merchant, text))}
            {model.is_barred.then(|| barred(text))}
            {model.form.as_ref().map(|form| form::form(model, form, text))}
            {model.desk.as_ref().map(|desk| desk::desk(model, desk, text))}
            {model.account.as_ref().map(|account| settlements::settlements(model, account, text))}
        </div>
    };
    let faulty = model.form.as_ref().is_some_and(|form| !form.faults.is_empty());
    let title = if faulty { text.please_check() } else { text.merchant_title() };
    Page {
        title: title.to_owned(),
        refresh_after_s: None,
        shape: Shape::Plain,
        main: main.into_any(),
    }
}

/// Risk control refused it: nothing was sent.
fn barred(text: Text) -> AnyView {
    view! {
        <div class="notice notice--bad" data-refusal=Refusal::RefusedByRisk.code() role="alert">
            {art::notice(false)}
            <div>
                <p class="notice__reason">{text.application_refused()}</p>
                <p class="notice__next">{text.application_refused_next()}</p>
            </div>
        </div>
    }
    .into_any()
}

/// Where the merchant stands, since when and why.
fn state(model: &MerchantModel, merchant: &Merchant, text: Text) -> AnyView {
    let class = match merchant.state {
        MerchantState::Applied => "notice notice--info",
        MerchantState::Approved => "notice notice--good",
        MerchantState::Suspended => "notice notice--warn",
        MerchantState::Refused => "notice notice--bad",
    };
    let at = merchant.mark.at;
    let since = moment::time(at, text.done_at(at, Some(model.now)));
    let why = (!merchant.mark.why.is_empty()).then(|| {
        view! {
            <p class="notice__next">
                {text.reason_is()}<b class="notice__why">{merchant.mark.why.clone()}</b>
            </p>
        }
    });
    view! {
        <div class=class data-testid="merchant-state" data-state=merchant.state.code()>
            {art::notice(merchant.state == MerchantState::Approved)}
            <div>
                <p class="notice__reason">{text.merchant_state(merchant.state)}" · "{since}</p>
                <p class="notice__next">{text.merchant_state_text(merchant.state)}</p>
                {why}
            </div>
        </div>
    }
    .into_any()
}
