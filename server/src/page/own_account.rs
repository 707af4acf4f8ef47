//! `/console/account` and `/till/account`: one's own password and sessions. Everything is sent to the page's own
//! address, so that whoever loads an answer anew, or in another language, is where they were.

use std::sync::Arc;

use app::page::notice::Notice;
use app::page::own_account::{
    self as view, Act, Around, Done, OfferModel, OwnAccountModel, OwnFault, OwnSession,
};
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::staff::Role;
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;

use super::form::Asked;
use super::staff_door::{busy_status, minutes, retry_after};
use super::till::desk;
use super::{Call, form};
use crate::backend::own_account::{
    NotRenewed, Offer, Owner, end_sessions, name_of, offer, renew, sessions,
};
use crate::backend::staff::{Door, NotIn};
use crate::hall::Hall;
use crate::staff::{
    OWN_ACCOUNT, OWN_TILL_ACCOUNT, OwnAccount, OwnTillAccount, carried, next_cookie,
};

/// The routes.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new()
        .route(OWN_ACCOUNT, get(at_console).post(act_at_console))
        .route(OWN_TILL_ACCOUNT, get(at_till).post(act_at_till))
}

/// Whoever's page it is, and where they stand.
struct Desk {
    door: Door,
    owner: Owner,
    around: Around,
}

impl Desk {
    fn of_member(call: &Call, OwnAccount(member): &OwnAccount, headers: &HeaderMap) -> Self {
        let carried = carried(headers, Door::Console, call.hall.tls);
        Self {
            door: Door::Console,
            owner: Owner {
                login: member.login.clone(),
                role: member.role,
                session: member.session,
                marks: carried.marks,
            },
            around: Around::Console(member.who(), member.renew_by),
        }
    }

    fn of_cashier(
        call: &Call,
        OwnTillAccount(cashier): &OwnTillAccount,
        headers: &HeaderMap,
    ) -> Self {
        let carried = carried(headers, Door::Till, call.hall.tls);
        Self {
            door: Door::Till,
            owner: Owner {
                login: cashier.login.clone(),
                role: Role::Cashier,
                session: cashier.session,
                marks: carried.marks,
            },
            around: Around::Till(desk(cashier), cashier.renew_by),
        }
    }

    const fn path(&self) -> &'static str {
        match self.door {
            Door::Console => OWN_ACCOUNT,
            Door::Till => OWN_TILL_ACCOUNT,
        }
    }
}

async fn at_console(call: Call, member: OwnAccount, headers: HeaderMap, uri: Uri) -> Response {
    show(&call, Desk::of_member(&call, &member, &headers), &uri).await
}

async fn at_till(call: Call, cashier: OwnTillAccount, headers: HeaderMap, uri: Uri) -> Response {
    show(&call, Desk::of_cashier(&call, &cashier, &headers), &uri).await
}

async fn act_at_console(
    call: Call,
    member: OwnAccount,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    act(&call, Desk::of_member(&call, &member, &headers), &headers, body).await
}

async fn act_at_till(
    call: Call,
    cashier: OwnTillAccount,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    act(&call, Desk::of_cashier(&call, &cashier, &headers), &headers, body).await
}

/// The page; what has just been done is said by the redirect that led here.
async fn show(call: &Call, desk: Desk, uri: &Uri) -> Response {
    let done = match Asked::of(uri).value("done") {
        "renewed" => Some(Done::Renewed),
        "ended" => Some(Done::Ended),
        _ => None,
    };
    render(call, desk, StatusCode::OK, done, None).await
}

async fn render(
    call: &Call,
    desk: Desk,
    status: StatusCode,
    done: Option<Done>,
    fault: Option<(Act, OwnFault)>,
) -> Response {
    let all = match sessions(&call.hall, &desk.owner).await {
        Ok(all) => all,
        Err(failure) => return call.fail(&failure),
    };
    let session = |session: store::staff::OwnStaffSession| OwnSession {
        name: name_of(&session),
        is_this: session.token_hash == desk.owner.session,
        device: session.device,
        since: session.created_at,
        seen: session.seen_at,
    };
    let model = OwnAccountModel {
        around: desk.around,
        now: call.hall.clock.system(),
        sessions: all.into_iter().map(session).collect(),
        done,
        fault,
    };
    call.show(status, |frame| view::page(frame, &model))
}

/// What the forms of the page send.
#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    act: String,
    #[serde(default)]
    current: String,
    #[serde(default)]
    session: String,
    #[serde(default)]
    offer: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    again: String,
}

async fn act(
    call: &Call,
    desk: Desk,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let form: Form = form::read(call, headers, body).await?;
    match (form.act.as_str(), form.session.as_str()) {
        ("offer", _) => Ok(make(call, desk, form.current).await),
        ("renew", _) => Ok(put_in_force(call, desk, form).await),
        ("sessions", "others") => Ok(end(call, desk, form.current, None).await),
        ("sessions", name) if !name.is_empty() => {
            Ok(end(call, desk, form.current, Some(name)).await)
        }
        _ => Err(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable)),
    }
}

/// Makes a new password and shows it, for whoever gave the current one.
async fn make(call: &Call, desk: Desk, current: String) -> Response {
    match offer(&call.hall, &desk.owner, current).await {
        Ok(offer) => show_offer(call, desk, StatusCode::OK, offer, false),
        Err(not_in) => refuse(call, desk, Act::Password, &not_in).await,
    }
}

fn show_offer(
    call: &Call,
    desk: Desk,
    status: StatusCode,
    Offer { password, key }: Offer,
    is_wrong: bool,
) -> Response {
    let model = OfferModel { around: desk.around, password, key, is_wrong };
    call.show(status, |frame| view::offer(frame, &model))
}

async fn put_in_force(call: &Call, desk: Desk, form: Form) -> Response {
    let made = Offer { password: form.offer, key: form.key };
    match renew(&call.hall, &desk.owner, &made, &form.again).await {
        Ok(token) => go_on(call, &desk, &token, "renewed"),
        Err(NotRenewed::NotKept) => {
            show_offer(call, desk, StatusCode::UNPROCESSABLE_ENTITY, made, true)
        }
        Err(NotRenewed::NotOurs) => call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable),
        Err(NotRenewed::Failed(failure)) => call.fail(&failure),
    }
}

async fn end(call: &Call, desk: Desk, current: String, name: Option<&str>) -> Response {
    match end_sessions(&call.hall, &desk.owner, current, name).await {
        Ok(Some(token)) => go_on(call, &desk, &token, "ended"),
        Ok(None) => {
            let gone = Some((Act::Sessions, OwnFault::Gone));
            render(call, desk, StatusCode::CONFLICT, None, gone).await
        }
        Err(not_in) => refuse(call, desk, Act::Sessions, &not_in).await,
    }
}

/// Leads back to the page, in the session as it goes on.
fn go_on(call: &Call, desk: &Desk, token: &[u8; 32], done: &str) -> Response {
    let mut response = Redirect::to(&format!("{}?done={done}", desk.path())).into_response();
    let cookie = next_cookie(token, desk.door, desk.owner.role, call.hall.tls);
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

/// Says why the current password did not do.
async fn refuse(call: &Call, desk: Desk, act: Act, not_in: &NotIn) -> Response {
    let (status, fault, wait_ms) = match not_in {
        // A till that was closed meanwhile, and a password that is overdue, are found at the door alone.
        NotIn::Wrong | NotIn::TillClosed | NotIn::Overdue => {
            (StatusCode::UNPROCESSABLE_ENTITY, OwnFault::Wrong, None)
        }
        NotIn::Locked { retry_after_ms } => {
            let fault = OwnFault::Locked { minutes: minutes(*retry_after_ms) };
            (StatusCode::TOO_MANY_REQUESTS, fault, Some(*retry_after_ms))
        }
        NotIn::Failed(failure) => {
            let wait_ms = failure.retry_after_s().map(|seconds| i64::from(seconds) * 1_000);
            (busy_status(failure), OwnFault::Busy, wait_ms)
        }
    };
    let mut response = render(call, desk, status, None, Some((act, fault))).await;
    if let Some(wait_ms) = wait_ms {
        retry_after(&mut response, wait_ms);
    }
    response
}
