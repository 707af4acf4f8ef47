//! `/console/account` and `/till/account`: one's own password and one's own sessions.

mod offer;
mod sessions;

use domain::time::Timestamp;
use leptos::prelude::*;

use super::Page;
use super::console::{Who, own};
use super::frame::Frame;
use super::till::{Desk, framed};
use crate::art;
use crate::text::Text;
use crate::widget::moment;

pub use offer::{OfferModel, offer};

/// Whose account, and so what stands around the page.
#[derive(Clone, Debug)]
pub enum Around {
    /// The console, and until when a password that was handed over is to be renewed.
    Console(Who, Option<Timestamp>),
    /// The till, and the same.
    Till(Desk, Option<Timestamp>),
}

/// A session.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// What it is called in the form that ends it.
    pub name: String,
    /// The device.
    pub device: String,
    /// When it began.
    pub since: Timestamp,
    /// When it was last used, as far as that was written down.
    pub seen: Timestamp,
    /// Whether the page was asked for in it.
    pub is_this: bool,
}

/// What the forms of the page are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Making a new password.
    Password,
    /// Ending sessions.
    Sessions,
}

/// Why an act came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnFault {
    /// Not the current password.
    Wrong,
    /// Nothing is looked at for so many minutes, rounded up.
    Locked {
        /// The minutes.
        minutes: i64,
    },
    /// The session is over already.
    Gone,
    /// The server does not answer.
    Busy,
}

/// What has just been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A new password counts.
    Renewed,
    /// Sessions have ended.
    Ended,
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct OwnAccountModel {
    /// Whose account it is.
    pub around: Around,
    /// What time it is, by the system clock: sessions live by it.
    pub now: Timestamp,
    /// The sessions, this one among them.
    pub sessions: Vec<OwnSession>,
    /// What has just been done.
    pub done: Option<Done>,
    /// What came to nothing, and why.
    pub fault: Option<(Act, OwnFault)>,
}

impl Around {
    /// Where its forms are sent.
    const fn path(&self) -> &'static str {
        match self {
            Self::Console(..) => "/console/account",
            Self::Till(..) => "/till/account",
        }
    }

    /// What the account's owner signs in with.
    fn login(&self) -> String {
        match self {
            Self::Console(who, _) => who.login.to_string(),
            Self::Till(desk, _) => desk.login.clone(),
        }
    }

    /// A page with that heading, as it stands there.
    fn page(&self, frame: &Frame, title: &str, content: AnyView) -> Page {
        match self {
            Self::Console(who, renew_by) => {
                let content = view! { <div class="own me">{content}</div> };
                own(frame, who, renew_by.is_none(), title, content.into_any())
            }
            Self::Till(desk, _) => {
                let content = view! {
                    <div class="wrap till__day own me">
                        <h1 class="till__title">{title.to_owned()}</h1>
                        {content}
                    </div>
                };
                framed(Text(frame.visitor.language), desk, title, content.into_any())
            }
        }
    }
}

impl OwnFault {
    /// The code in the page (`data-error`).
    const fn code(self) -> &'static str {
        match self {
            Self::Wrong => "current",
            Self::Locked { .. } => "locked",
            Self::Gone => "gone",
            Self::Busy => "busy",
        }
    }

    fn said(self, text: Text) -> String {
        match self {
            Self::Wrong => text.own_wrong().to_owned(),
            Self::Locked { minutes } => text.staff_locked(minutes),
            Self::Gone => text.own_gone().to_owned(),
            Self::Busy => text.own_busy().to_owned(),
        }
    }
}

/// The page.
pub fn page(frame: &Frame, model: &OwnAccountModel) -> Page {
    let text = Text(frame.visitor.language);
    let (Around::Console(_, must_renew) | Around::Till(_, must_renew)) = model.around;
    let lead = must_renew.is_none().then(|| {
        view! { <p class="console__lead">{text.own_account_lead()}</p> }
    });
    let content = view! {
        {lead}
        {must_renew.map(|by| renew_first(model, by, text))}
        {model.done.map(|done| said(done, text))}
        <div class="own__sheets">
            {password(model, text)}
            {sessions::list(model, text)}
        </div>
    };
    model.around.page(frame, text.own_account(), content.into_any())
}

fn renew_first(model: &OwnAccountModel, by: Timestamp, text: Text) -> AnyView {
    let (before, after) = text.own_renew_by();
    view! {
        <div class="notice notice--warn" data-testid="must-renew">
            {art::attention()}
            <div>
                <p class="notice__reason">{text.own_must_renew()}</p>
                <p class="notice__next">
                    {before}{moment::time(by, text.done_at(by, Some(model.now)))}{after}
                </p>
            </div>
        </div>
    }
    .into_any()
}

fn said(done: Done, text: Text) -> AnyView {
    let (reason, next) = match done {
        Done::Renewed => (text.own_renewed(), text.own_renewed_text()),
        Done::Ended => (text.own_ended(), text.own_ended_text()),
    };
    view! {
        <div class="notice notice--good" role="status">
            {art::good()}
            <div>
                <p class="notice__reason">{reason}</p>
                <p class="notice__next">{next}</p>
            </div>
        </div>
    }
    .into_any()
}

fn password(model: &OwnAccountModel, text: Text) -> AnyView {
    view! {
        <section class="card" aria-labelledby="password">
            <h2 class="card__title" id="password">{text.own_password()}</h2>
            <p class="card__text">{text.own_password_text()}</p>
            <form method="post" action=model.around.path()>
                <input type="hidden" name="act" value="offer"/>
                {current(model, Act::Password, "current", text)}
                <p class="own__act">
                    <button class="button button--accent" type="submit">{text.own_password_act()}</button>
                </p>
            </form>
        </section>
    }
    .into_any()
}

/// The field of the current password, with what is wrong with the form that it stands in.
fn current(model: &OwnAccountModel, act: Act, id: &'static str, text: Text) -> AnyView {
    let fault = model.fault.filter(|(about, _)| *about == act).map(|(_, fault)| fault);
    let error = format!("{id}-error");
    let described = fault.map(|_| error.clone());
    let invalid = fault.filter(|fault| *fault == OwnFault::Wrong).map(|_| "true");
    let said = fault.map(|fault| {
        view! {
            <p class="field__error" id=error role="alert" data-error=fault.code()>
                {fault.said(text)}
            </p>
        }
    });
    view! {
        <div class="field own__field">
            <label class="field__label" for=id>{text.own_current()}</label>
            <input
                class="field__input"
                id=id
                name="current"
                type="password"
                autocomplete="current-password"
                maxlength="200"
                required
                aria-invalid=invalid
                aria-describedby=described
            />
            {said}
        </div>
    }
    .into_any()
}
