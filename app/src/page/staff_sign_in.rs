//! Where those who work here sign in: `/till` and `/console` for whoever is signed out.

use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::art;
use crate::text::Text;

/// Which door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffDoor {
    /// The till: login and password.
    Till,
    /// The console: a one-time password as well.
    Console,
}

/// Why somebody did not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffRejection {
    /// What was typed does not belong together.
    Wrong,
    /// Nothing is looked at for so many minutes, rounded up.
    Locked {
        /// The minutes.
        minutes: i64,
    },
    /// The till is closed.
    TillClosed,
    /// The password was handed over, and was not renewed in time.
    Overdue,
    /// Too many sign in at once, or the server does not answer.
    Busy,
}

impl StaffRejection {
    /// The code in the page (`data-error`).
    pub const fn code(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Locked { .. } => "locked",
            Self::TillClosed => "till_closed",
            Self::Overdue => "overdue",
            Self::Busy => "busy",
        }
    }
}

/// What the page shows.
pub struct StaffSignInModel {
    /// Which door.
    pub door: StaffDoor,
    /// Where to go afterwards: a local path.
    pub next: String,
    /// The login as it was typed, and why it did not open.
    pub rejected: Option<(String, StaffRejection)>,
}

/// The page.
pub fn page(frame: &Frame, model: &StaffSignInModel) -> Page {
    let text = Text(frame.visitor.language);
    let (heading, lead, shape) = match model.door {
        StaffDoor::Till => (text.till_title(), text.till_sign_in_lead(), Shape::Till),
        StaffDoor::Console => (text.console_title(), text.console_sign_in_lead(), Shape::Console),
    };
    let title = if model.rejected.is_some() { text.please_check() } else { heading };
    let main = view! {
        <div class="wrap wrap--narrow staff-door">
            <div class="page__head">
                <h1 class="page__title">{heading}</h1>
                <p class="page__lead">{lead}</p>
            </div>
            {model.rejected.as_ref().map(|(_, rejection)| rejected(text, model.door, *rejection))}
            <section class="card" aria-label=text.sign_in()>{form(text, model)}</section>
        </div>
    };
    Page { title: title.to_owned(), refresh_after_s: None, shape, main: main.into_any() }
}

fn rejected(text: Text, door: StaffDoor, rejection: StaffRejection) -> AnyView {
    let (reason, next) = match rejection {
        StaffRejection::Wrong if door == StaffDoor::Till => {
            (text.till_wrong().to_owned(), text.staff_wrong_next())
        }
        StaffRejection::Wrong => (text.staff_wrong().to_owned(), text.staff_wrong_next()),
        StaffRejection::Locked { minutes } => {
            (text.staff_locked(minutes), text.staff_locked_next())
        }
        StaffRejection::TillClosed => (text.till_closed().to_owned(), text.till_closed_next()),
        StaffRejection::Overdue => (text.staff_overdue().to_owned(), text.staff_overdue_next()),
        StaffRejection::Busy => (text.busy_title().to_owned(), text.staff_busy_next()),
    };
    view! {
        <div class="notice notice--bad" role="alert" data-error=rejection.code()>
            {art::attention()}
            <div>
                <p class="notice__reason">{reason}</p>
                <p class="notice__next">{next}</p>
            </div>
        </div>
    }
    .into_any()
}

fn form(text: Text, model: &StaffSignInModel) -> AnyView {
    let action = match model.door {
        StaffDoor::Till => "/till/sign-in",
        StaffDoor::Console => "/console/sign-in",
    };
    let login = model.rejected.as_ref().map(|(login, _)| login.clone());
    let one_time = (model.door == StaffDoor::Console).then(|| one_time(text));
    view! {
        <form method="post" action=action>
            <input type="hidden" name="next" value=model.next.clone()/>
            <div class="field">
                <label class="field__label" for="login">{text.staff_login()}</label>
                <input
                    class="field__input"
                    id="login"
                    name="login"
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    maxlength="64"
                    required
                    value=login
                />
            </div>
            <div class="field">
                <label class="field__label" for="password">{text.staff_password()}</label>
                <input
                    class="field__input"
                    id="password"
                    name="password"
                    type="password"
                    autocomplete="current-password"
                    maxlength="200"
                    required
                />
            </div>
            {one_time}
            <p class="form__act">
                <button class="button button--primary button--wide" type="submit">
                    {text.sign_in()}
                </button>
            </p>
        </form>
    }
    .into_any()
}

fn one_time(text: Text) -> AnyView {
    view! {
        <div class="field">
            <label class="field__label" for="one-time">{text.staff_one_time()}</label>
            <input
                class="field__input field__input--number"
                id="one-time"
                name="one_time"
                inputmode="numeric"
                autocomplete="one-time-code"
                pattern="[0-9]{6}"
                maxlength="6"
                required
                aria-describedby="one-time-hint"
            />
            <p class="field__hint" id="one-time-hint">{text.staff_one_time_hint()}</p>
        </div>
    }
    .into_any()
}
