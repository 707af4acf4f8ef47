//! `/console/staff`: accounts and sessions of those who work at the console, for administrators.

use std::sync::Arc;

use app::failure::Failure;
use app::page::notice::Notice;
use app::page::staff::{self, AccountModel, Handover, StaffFault, StaffModel, Typed};
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::staff::{Login, Permit, RENEW_MS, Role};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use store::staff::StaffAccount;

use super::{Call, form};
use crate::backend::{account, busy};
use crate::hall::Hall;
use crate::named::Named;
use crate::staff::StaffMember;

/// The routes of the accounts.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new()
        .route("/console/staff", get(show).post(add))
        .route("/console/staff/{login}/end", post(end))
        .route("/console/staff/{login}/reset", post(reset))
        .route("/console/staff/{login}/sessions", post(end_sessions))
}

async fn show(call: Call, staff: StaffMember) -> Result<Response, Response> {
    staff.must(Permit::ManageStaff, &call)?;
    Ok(render(&call, &staff, StatusCode::OK, None, None).await)
}

async fn render(
    call: &Call,
    staff: &StaffMember,
    status: StatusCode,
    handover: Option<Handover>,
    fault: Option<(StaffFault, Typed)>,
) -> Response {
    let now = call.hall.clock.system();
    let accounts = match call.hall.store.staff_accounts(now).await {
        Ok(accounts) => accounts,
        Err(error) => return call.fail(&busy(error)),
    };
    let account = |it: StaffAccount| AccountModel {
        // What has been idle for too long is over, though nobody has come to hear it.
        sessions: it
            .sessions
            .into_iter()
            .filter(|(_, seen)| now.millis_since(*seen) <= it.role.idle_ms())
            .collect(),
        login: it.login,
        role: it.role,
        created_at: it.created_at,
        ended_at: it.ended_at,
    };
    let accounts = accounts.into_iter().map(account).collect();
    let model = StaffModel { now, accounts, handover, fault };
    call.show(status, |frame| staff::page(frame, &staff.who(), &model))
}

#[derive(Deserialize)]
struct NewForm {
    #[serde(default)]
    login: String,
    #[serde(default)]
    role: String,
}

/// Makes an account, and shows once what its owner is given.
async fn add(
    call: Call,
    staff: StaffMember,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    staff.must(Permit::ManageStaff, &call)?;
    let NewForm { login, role } = form::read(&call, &headers, body).await?;
    let role = Role::from_code(&role).filter(|role| role.is_staff());
    let typed = Typed { login, role };
    let (login, role) = match (typed.login.trim().parse::<Login>(), role) {
        (Ok(login), Some(role)) => (login, role),
        (Err(_), _) => return Ok(refuse(&call, &staff, StaffFault::Login, typed).await),
        (_, None) => return Ok(refuse(&call, &staff, StaffFault::Role, typed).await),
    };
    let added = account::add(&call.hall, &staff.login, &login, role).await;
    match added.map_err(|failure| call.fail(&failure))? {
        None => Ok(refuse(&call, &staff, StaffFault::Taken, typed).await),
        Some(made) => Ok(hand(&call, &staff, StatusCode::CREATED, login, made).await),
    }
}

/// Shows once what the owner of an account is given.
async fn hand(
    call: &Call,
    staff: &StaffMember,
    status: StatusCode,
    login: Login,
    made: account::Handover,
) -> Response {
    let handover = Handover {
        password: made.password,
        secret: made.secret.text(),
        address: made.secret.address(&login),
        renew_by: call.hall.clock.system().plus_millis(RENEW_MS),
        login,
    };
    render(call, staff, status, Some(handover), None).await
}

async fn refuse(call: &Call, staff: &StaffMember, fault: StaffFault, typed: Typed) -> Response {
    let status = match fault {
        StaffFault::Own => StatusCode::FORBIDDEN,
        StaffFault::Taken | StaffFault::Gone => StatusCode::CONFLICT,
        StaffFault::Login | StaffFault::Role => StatusCode::UNPROCESSABLE_ENTITY,
    };
    render(call, staff, status, None, Some((fault, typed))).await
}

/// Gives an account another password and another secret, and shows them once.
async fn reset(call: Call, staff: StaffMember, Named(login): Named) -> Result<Response, Response> {
    let login = named(&call, &staff, &login)?;
    match account::reset(&call.hall, &staff.login, &login).await {
        Ok(Some(made)) => Ok(hand(&call, &staff, StatusCode::OK, login, made).await),
        other => Ok(answer(&call, &staff, other.map(|made| made.is_some())).await),
    }
}

async fn end(call: Call, staff: StaffMember, Named(login): Named) -> Result<Response, Response> {
    let login = named(&call, &staff, &login)?;
    let ended = account::end(&call.hall, &staff.login, &login).await;
    Ok(answer(&call, &staff, ended).await)
}

async fn end_sessions(
    call: Call,
    staff: StaffMember,
    Named(login): Named,
) -> Result<Response, Response> {
    let login = named(&call, &staff, &login)?;
    let ended = account::end_sessions(&call.hall, &staff.login, &login).await;
    Ok(answer(&call, &staff, ended).await)
}

/// Whom an act is about, for whoever may.
#[expect(clippy::result_large_err, reason = "a page is made once and goes straight out")]
fn named(call: &Call, staff: &StaffMember, login: &str) -> Result<Login, Response> {
    staff.must(Permit::ManageStaff, call)?;
    login.parse().map_err(|_| call.notice(StatusCode::NOT_FOUND, Notice::NotFound))
}

async fn answer(call: &Call, staff: &StaffMember, done: Result<bool, Failure>) -> Response {
    match done {
        Ok(true) => Redirect::to("/console/staff").into_response(),
        Ok(false) => refuse(call, staff, StaffFault::Gone, Typed::default()).await,
        Err(Failure::Forbidden) => refuse(call, staff, StaffFault::Own, Typed::default()).await,
        Err(failure) => call.fail(&failure),
    }
}
