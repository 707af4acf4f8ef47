//! `/me` 「我的」: the person's accounts, consents and sessions; taking the data along, and leaving.

mod leave;

use domain::consent::Purpose;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;
use crate::widget::moment;

pub use leave::{LeaveModel, leave, left};

/// What the page shows.
pub struct MeModel {
    /// What the forms of this page carry: made for this session.
    pub key: String,
    /// How many days after a round it is kept who knew it.
    pub retention_days: u32,
    /// Whether anybody knows which natural person this is (R1).
    pub is_known: bool,
    /// The accounts.
    pub accounts: Vec<OwnAccount>,
    /// Every purpose, with what the person said to it.
    pub consents: Vec<OwnConsent>,
    /// The sessions, this one among them.
    pub sessions: Vec<Session>,
}

/// An account.
pub struct OwnAccount {
    /// What the entrance is called.
    pub entrance: String,
    /// The end of what names it there.
    pub masked: String,
    /// Whether the entrance knows the person.
    pub is_known: bool,
    /// Since when there is one.
    pub since: Timestamp,
}

/// A purpose, and what was said to it.
pub struct OwnConsent {
    /// The purpose.
    pub purpose: Purpose,
    /// Since when it is agreed to, in its text as it is now.
    pub since: Option<Timestamp>,
    /// Whether it was agreed to in an earlier text.
    pub is_outdated: bool,
}

/// A session.
pub struct Session {
    /// What it is called in the form that ends it.
    pub name: String,
    /// The device.
    pub device: String,
    /// Through which entrance it began.
    pub entrance: String,
    /// When it began.
    pub since: Timestamp,
    /// Whether the page was asked for in it.
    pub is_this: bool,
}

/// The page.
pub fn page(frame: &Frame, model: &MeModel) -> Page {
    let text = Text(frame.visitor.language);
    let main = view! {
        <div class="wrap wrap--narrow me">
            <div class="page__head">
                <h1 class="page__title">{text.me()}</h1>
                <p class="page__lead">{text.me_lead()}</p>
            </div>
            {accounts(model, text)}
            {consents(model, text)}
            {sessions(model, text)}
            <section class="card" aria-labelledby="appeals">
                <h2 class="card__title" id="appeals">{text.appeals()}</h2>
                <p class="card__text">{text.me_appeals_text()}</p>
                <p class="me__acts">
                    <a class="button" href="/me/appeals">{text.me_appeals()}</a>
                </p>
            </section>
            <section class="card" aria-labelledby="export">
                <h2 class="card__title" id="export">{text.me_export()}</h2>
                <p class="card__text">{text.me_export_text()}</p>
                <p class="me__acts">
                    <a class="button" href="/me/export.txt" download="">{text.me_export_readable()}</a>
                    <a class="button" href="/me/export.json" download="">{text.me_export_json()}</a>
                </p>
            </section>
            <section class="card" aria-labelledby="leave">
                <h2 class="card__title" id="leave">{text.me_leave()}</h2>
                <p class="card__text">{text.me_leave_text()}</p>
                <p class="me__acts">
                    <a class="button" href="/me/delete">{text.me_leave()}</a>
                </p>
            </section>
        </div>
    };
    Page {
        title: text.me().to_owned(),
        refresh_after_s: None,
        shape: Shape::Plain,
        main: main.into_any(),
    }
}

fn accounts(model: &MeModel, text: Text) -> AnyView {
    let rows: Vec<_> = model.accounts.iter().map(|account| one_account(account, text)).collect();
    let matching = (!model.is_known).then(|| {
        view! {
            <div class="notice notice--warn" data-testid="match">
                <p class="notice__next">{text.me_match_text()}</p>
                <form method="post" action="/me/match">
                    <input type="hidden" name="key" value=model.key.clone()/>
                    <button class="button button--primary" type="submit">{text.me_match()}</button>
                </form>
            </div>
        }
    });
    view! {
        <section class="card" aria-labelledby="accounts">
            <h2 class="card__title" id="accounts">{text.me_accounts()}</h2>
            <p class="card__text">{text.me_accounts_text()}</p>
            <ul class="me__list">{rows}</ul>
            {matching}
        </section>
    }
    .into_any()
}

fn one_account(account: &OwnAccount, text: Text) -> AnyView {
    let known = if account.is_known { text.me_real_name_yes() } else { text.me_real_name_no() };
    view! {
        <li class="me__row" data-testid="account">
            <div class="me__what">
                <b class="me__name">{account.entrance.clone()}</b>
                <span class="me__facts">
                    {text.me_account_number()} {text.pause()} {account.masked.clone()}
                </span>
                <span class="me__facts">{known}</span>
            </div>
            <span class="me__facts">{moment::time(account.since, text.done_at(account.since, None))}</span>
        </li>
    }
    .into_any()
}

fn consents(model: &MeModel, text: Text) -> AnyView {
    let rows: Vec<_> =
        model.consents.iter().map(|consent| one_consent(model, consent, text)).collect();
    view! {
        <section class="card" aria-labelledby="consents">
            <h2 class="card__title" id="consents">{text.me_consents()}</h2>
            <ul class="me__list">{rows}</ul>
        </section>
    }
    .into_any()
}

fn one_consent(model: &MeModel, consent: &OwnConsent, text: Text) -> AnyView {
    let purpose = consent.purpose;
    let title = format!("consent-{}", purpose.code());
    let state = match consent.since {
        Some(since) => view! {
            <p class="me__facts me__facts--good">
                {text.me_consent_yes()} " · " {moment::time(since, text.done_at(since, None))}
            </p>
        }
        .into_any(),
        None if consent.is_outdated => {
            view! { <p class="me__facts me__facts--warn">{text.me_consent_outdated()}</p> }
                .into_any()
        }
        None => view! { <p class="me__facts">{text.me_consent_no()}</p> }.into_any(),
    };
    let given = consent.since.is_some();
    let act = if given { text.me_consent_withdraw() } else { text.me_consent_give() };
    let after = (given && purpose.is_required())
        .then(|| view! { <p class="me__facts">{text.me_consent_withdraw_text()}</p> });
    view! {
        <li class="me__row me__row--tall" data-testid="consent">
            <div class="me__what">
                <h3 class="me__name" id=title.clone()>{text.consent_title(purpose)}</h3>
                {state}
                <p class="me__facts">
                    {if purpose.is_required() { text.consent_is_required() } else { text.consent_is_optional() }}
                </p>
                <p class="me__text">{text.consent_text(purpose, model.retention_days)}</p>
                {after}
            </div>
            <form method="post" action="/me/consents">
                <input type="hidden" name="key" value=model.key.clone()/>
                <input type="hidden" name="purpose" value=purpose.code()/>
                <input type="hidden" name="given" value=if given { "no" } else { "yes" }/>
                <button class="button" type="submit" aria-describedby=title>{act}</button>
            </form>
        </li>
    }
    .into_any()
}

fn sessions(model: &MeModel, text: Text) -> AnyView {
    let rows: Vec<_> =
        model.sessions.iter().map(|session| one_session(model, session, text)).collect();
    let others = (model.sessions.len() > 1).then(|| {
        view! {
            <form class="me__acts" method="post" action="/me/sessions">
                <input type="hidden" name="key" value=model.key.clone()/>
                <button class="button" type="submit">{text.me_sessions_end()}</button>
            </form>
        }
    });
    view! {
        <section class="card" aria-labelledby="sessions">
            <h2 class="card__title" id="sessions">{text.me_sessions()}</h2>
            <ul class="me__list">{rows}</ul>
            {others}
        </section>
    }
    .into_any()
}

fn one_session(model: &MeModel, session: &Session, text: Text) -> AnyView {
    let id = format!("session-{}", session.name);
    let act = if session.is_this {
        view! { <span class="me__facts me__facts--good">{text.me_session_this()}</span> }.into_any()
    } else {
        view! {
            <form method="post" action="/me/sessions">
                <input type="hidden" name="key" value=model.key.clone()/>
                <input type="hidden" name="session" value=session.name.clone()/>
                <button class="button" type="submit" aria-describedby=id.clone()>
                    {text.me_session_end()}
                </button>
            </form>
        }
        .into_any()
    };
    view! {
        <li class="me__row" data-testid="session">
            <div class="me__what" id=id>
                <b class="me__name">{text.device(&session.device)}</b>
                <span class="me__facts">
                    {session.entrance.clone()} " · "
                    {moment::time(session.since, text.done_at(session.since, None))}
                </span>
            </div>
            {act}
        </li>
    }
    .into_any()
}
