//! `/console/staff`: who works at the console, their sessions, and new accounts. Nothing of a citizen is here.

use domain::staff::{Login, Role};
use domain::time::Timestamp;
use leptos::prelude::*;

use super::Page;
use super::console::{Place, Who, console};
use super::frame::Frame;
use crate::text::Text;
use crate::widget::field::{Field, Typing};
use crate::widget::moment;
use crate::widget::qr::qr_code;

/// An account.
#[derive(Clone, Debug)]
pub struct AccountModel {
    /// What its owner signs in with.
    pub login: Login,
    /// What its owner is here for.
    pub role: Role,
    /// Since when there is one.
    pub created_at: Timestamp,
    /// Since when nobody signs in with it.
    pub ended_at: Option<Timestamp>,
    /// Sessions that are open: since when, and when each was used last as far as that was written down.
    pub sessions: Vec<(Timestamp, Timestamp)>,
}

/// What is shown once, and never again.
#[derive(Clone)]
pub struct Handover {
    /// Whose it is.
    pub login: Login,
    /// The password.
    pub password: String,
    /// The secret of the one-time passwords, in Base 32.
    pub secret: String,
    /// The same as an address for the phone.
    pub address: String,
    /// Until when the password is to be renewed.
    pub renew_by: Timestamp,
}

/// Why an act came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffFault {
    /// No login.
    Login,
    /// There is such an account already.
    Taken,
    /// No role of the console.
    Role,
    /// Nobody ends the own account.
    Own,
    /// It was ended before, or never was.
    Gone,
}

impl StaffFault {
    const fn said(self, text: Text) -> &'static str {
        match self {
            Self::Login => text.staff_fault_login(),
            Self::Taken => text.staff_fault_taken(),
            Self::Role => text.staff_fault_role(),
            Self::Own => text.staff_fault_own(),
            Self::Gone => text.staff_fault_gone(),
        }
    }
}

/// What was typed for an account that was not made.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The login.
    pub login: String,
    /// The role, where it is one of the console.
    pub role: Option<Role>,
}

/// What the page shows.
#[derive(Clone)]
pub struct StaffModel {
    /// What time it is, by the system clock: sessions live by it.
    pub now: Timestamp,
    /// The accounts, by login.
    pub accounts: Vec<AccountModel>,
    /// The account that was made just now.
    pub handover: Option<Handover>,
    /// Why nothing was changed, with what was typed.
    pub fault: Option<(StaffFault, Typed)>,
}

/// The page.
pub fn page(frame: &Frame, who: &Who, model: &StaffModel) -> Page {
    let text = Text(frame.visitor.language);
    let rows: Vec<_> = model.accounts.iter().map(|it| row(who, model, it, text)).collect();
    let fault = model.fault.as_ref().filter(|(fault, _)| !is_of_form(*fault)).map(|(fault, _)| {
        view! {
            <p class="card card__text" role="alert" data-error="staff">{fault.said(text)}</p>
        }
    });
    let content = view! {
        <p class="console__lead">
            {text.staff_timeouts(Role::Operator.idle_ms(), Role::Operator.session_ms())}
        </p>
        {fault}
        {model.handover.as_ref().map(|handover| handed(handover, model.now, text))}
        <section class="card" aria-labelledby="accounts">
            <h2 class="card__title" id="accounts">{text.staff_accounts()}</h2>
            <table class="register">
                <thead>
                    <tr>
                        <th scope="col">{text.staff_login()}</th>
                        <th scope="col">{text.staff_role()}</th>
                        <th scope="col">{text.staff_since()}</th>
                        <th scope="col">{text.staff_sessions()}</th>
                        <th scope="col">{text.staff_act()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        {add(model, text)}
    };
    console(frame, who, Place::Staff, text.console_staff(), content.into_any())
}

const fn is_of_form(fault: StaffFault) -> bool {
    matches!(fault, StaffFault::Login | StaffFault::Taken | StaffFault::Role)
}

/// What the owner of a new account is given, once.
fn handed(handover: &Handover, now: Timestamp, text: Text) -> AnyView {
    let Handover { login, password, secret, address, renew_by } = handover;
    let renew_by = moment::time(*renew_by, text.done_at(*renew_by, Some(now)));
    view! {
        <section class="card handover" role="status" data-testid="handover">
            <h2 class="card__title">{text.staff_handed(login.as_str())}</h2>
            <p class="card__text">{text.staff_once()}</p>
            <div class="handover__code">{qr_code(address, text.staff_scan())}</div>
            <dl class="facts">
                <div><dt>{text.staff_password()}</dt><dd><code>{password.clone()}</code></dd></div>
                <div><dt>{text.staff_secret()}</dt><dd><code>{secret.clone()}</code></dd></div>
                <div><dt>{text.staff_renew_by()}</dt><dd>{renew_by}</dd></div>
                <div><dt>{text.staff_address()}</dt><dd><code>{address.clone()}</code></dd></div>
            </dl>
        </section>
    }
    .into_any()
}

fn row(who: &Who, model: &StaffModel, account: &AccountModel, text: Text) -> AnyView {
    let AccountModel { login, role, created_at, ended_at, sessions } = account;
    let session = |(since, seen): &(Timestamp, Timestamp)| {
        let since = moment::time(*since, text.done_at(*since, Some(model.now)));
        let seen = moment::time(*seen, text.done_at(*seen, Some(model.now)));
        view! { <li class="figures">{text.staff_from()}" "{since}" · "{text.staff_seen()}" "{seen}</li> }
    };
    let lines: Vec<_> = sessions.iter().map(session).collect();
    let is_in = !lines.is_empty();
    let lines = is_in.then(|| view! { <ul>{lines}</ul> });
    let is_own = *login == who.login;
    let path = format!("/console/staff/{login}");
    let end_sessions = (!sessions.is_empty() && !is_own).then(|| {
        view! {
            <form method="post" action=format!("{path}/sessions")>
                <button class="button" type="submit">
                    {text.staff_end_sessions()}<span class="visually-hidden">" "{login.to_string()}</span>
                </button>
            </form>
        }
    });
    let reset = (ended_at.is_none() && !is_own).then(|| {
        view! {
            <form method="post" action=format!("{path}/reset")>
                <button class="button" type="submit">
                    {text.staff_reset()}<span class="visually-hidden">" "{login.to_string()}</span>
                </button>
            </form>
        }
    });
    let end = (ended_at.is_none() && !is_own).then(|| {
        view! {
            <form method="post" action=format!("{path}/end")>
                <button class="button" type="submit">
                    {text.staff_end()}<span class="visually-hidden">" "{login.to_string()}</span>
                </button>
            </form>
        }
    });
    // A word is said beside its name; a button says itself.
    let is_said = is_own || ended_at.is_some();
    let acts = match ended_at {
        Some(at) => {
            let said = text.done_at(*at, Some(model.now));
            view! { <span>{text.staff_ended()}" "{moment::time(*at, said)}</span> }.into_any()
        }
        None if is_own => view! { <span>{text.staff_own()}</span> }.into_any(),
        None => view! { <div class="row-acts">{end_sessions} {reset} {end}</div> }.into_any(),
    };
    view! {
        <tr data-testid="staff">
            <th scope="row">{login.to_string()}</th>
            <td data-label=text.staff_role()>{text.role(*role)}</td>
            <td data-label=text.staff_since() class="figures register__brief">
                {moment::time(*created_at, text.done_at(*created_at, Some(model.now)))}
            </td>
            <td data-label=is_in.then(|| text.staff_sessions())>{lines}</td>
            <td data-label=is_said.then(|| text.staff_act())>{acts}</td>
        </tr>
    }
    .into_any()
}

/// The form of a new account, with what was typed when none was made.
fn add(model: &StaffModel, text: Text) -> AnyView {
    let fault = model.fault.as_ref().filter(|(fault, _)| is_of_form(*fault));
    let typed = fault.map(|(_, typed)| typed.clone()).unwrap_or_default();
    let said = |of_role: bool| {
        let fault = fault.filter(|(fault, _)| (*fault == StaffFault::Role) == of_role);
        fault.map(|(fault, _)| fault.said(text).to_owned())
    };
    let login = Field {
        name: "login",
        label: text.staff_login(),
        error: said(false),
        value: typed.login,
        ..Field::default()
    };
    let role = Field {
        name: "role",
        label: text.staff_role(),
        error: said(true),
        value: typed.role.map(Role::code).unwrap_or_default().to_owned(),
        ..Field::default()
    };
    let roles = Role::ALL.into_iter().filter(|role| role.is_staff());
    let roles = roles.map(|role| (role.code().to_owned(), text.role(role).to_owned()));
    view! {
        <section class="card" aria-labelledby="add">
            <h2 class="card__title" id="add">{text.staff_add()}</h2>
            <p class="card__text">{text.staff_add_text()}</p>
            <form class="filter" method="post" action="/console/staff">
                {login.text(Typing { most: 64, ..Typing::default() })}
                {role.choice(None, roles.collect())}
                <button class="button button--accent" type="submit">{text.staff_add()}</button>
            </form>
        </section>
    }
    .into_any()
}
