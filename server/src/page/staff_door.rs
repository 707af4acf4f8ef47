//! The sign-in of those who work here, for both of their doors.

use app::cookie::{CLEAR_SITE_DATA, FORGET_SHOWN};
use app::failure::Failure;
use app::page::staff_sign_in::{self, StaffDoor, StaffRejection, StaffSignInModel};
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;

use super::{Call, form};
use crate::backend::staff::{Door, NotIn, Typed, sign_in};
use crate::measure::{self, StaffEntry};
use crate::staff::{carried, clearing_cookie, cookies};

/// A minute, in milliseconds.
const MINUTE_MS: i64 = 60_000;

/// What the form has.
#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    one_time: String,
    #[serde(default)]
    next: String,
}

/// The form, for whoever is signed out.
pub(super) fn show(call: &Call, door: Door, next: &str) -> Response {
    render(call, StatusCode::OK, door, next, None)
}

/// Signs in and leads on; or says why not, with the login kept.
pub(super) async fn enter(
    call: &Call,
    door: Door,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let Form { login, password, one_time, next } = form::read(call, headers, body).await?;
    let typed = Typed { login: login.clone(), password, one_time };
    let carried = carried(headers, door, call.hall.tls);
    let came = sign_in(&call.hall, door, typed, &carried, call.visitor.address).await;
    measure::staff_sign_in(match &came {
        Ok(_) => StaffEntry::In,
        Err(NotIn::Wrong | NotIn::TillClosed | NotIn::Overdue) => StaffEntry::Wrong,
        Err(NotIn::Locked { .. }) => StaffEntry::Locked,
        Err(NotIn::Failed(_)) => StaffEntry::Failed,
    });
    let entered = match came {
        Ok(entered) => entered,
        Err(not_in) => return Ok(refuse(call, door, &next, login, &not_in)),
    };
    let mut response = Redirect::to(own_path(door, &next)).into_response();
    for cookie in cookies(&entered, door, call.hall.tls) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Signs out; that nobody was signed in is no error.
pub(super) async fn leave(
    call: &Call,
    door: Door,
    headers: &HeaderMap,
) -> Result<Response, Response> {
    let session = carried(headers, door, call.hall.tls).session;
    if let Some(session) = session {
        let ended = call.hall.store.end_staff_session(&session).await;
        ended.map_err(|error| call.fail(&crate::backend::busy(error)))?;
    }
    let mut response = Redirect::to(home(door)).into_response();
    response.headers_mut().append(SET_COOKIE, clearing_cookie(door, call.hall.tls));
    response.headers_mut().insert(CLEAR_SITE_DATA, FORGET_SHOWN);
    Ok(response)
}

const fn home(door: Door) -> &'static str {
    match door {
        Door::Till => "/till",
        Door::Console => "/console",
    }
}

/// `next` where it is a path behind this door, else the door.
fn own_path(door: Door, next: &str) -> &str {
    let path = app::act::answer::local_path(next);
    let below = path.strip_prefix(home(door)).unwrap_or("x");
    let is_own = below.is_empty() || below.starts_with('/') || below.starts_with('?');
    if is_own && path.is_ascii() { path } else { home(door) }
}

fn refuse(call: &Call, door: Door, next: &str, login: String, not_in: &NotIn) -> Response {
    let (status, rejection, wait_ms) = match not_in {
        NotIn::Wrong => (StatusCode::UNAUTHORIZED, StaffRejection::Wrong, None),
        NotIn::Locked { retry_after_ms } => {
            let locked = StaffRejection::Locked { minutes: minutes(*retry_after_ms) };
            (StatusCode::TOO_MANY_REQUESTS, locked, Some(*retry_after_ms))
        }
        NotIn::TillClosed => (StatusCode::FORBIDDEN, StaffRejection::TillClosed, None),
        NotIn::Overdue => (StatusCode::FORBIDDEN, StaffRejection::Overdue, None),
        NotIn::Failed(failure) => {
            let wait_ms = failure.retry_after_s().map(|seconds| i64::from(seconds) * 1_000);
            (busy_status(failure), StaffRejection::Busy, wait_ms)
        }
    };
    let mut response = render(call, status, door, next, Some((login, rejection)));
    if let Some(wait_ms) = wait_ms {
        retry_after(&mut response, wait_ms);
    }
    response
}

/// The status for whom a password was not looked at: 429 where it is their own rate.
pub(super) const fn busy_status(failure: &Failure) -> StatusCode {
    match failure {
        Failure::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// The minutes of a wait, rounded up.
pub(super) fn minutes(wait_ms: i64) -> i64 {
    let minutes = wait_ms.unsigned_abs().div_ceil(MINUTE_MS.unsigned_abs());
    i64::try_from(minutes).unwrap_or(1)
}

/// Says how long to wait before the next try.
pub(super) fn retry_after(response: &mut Response, wait_ms: i64) {
    let seconds = HeaderValue::from(wait_ms.unsigned_abs().div_ceil(1_000).max(1));
    response.headers_mut().insert(RETRY_AFTER, seconds);
}

fn render(
    call: &Call,
    status: StatusCode,
    door: Door,
    next: &str,
    rejected: Option<(String, StaffRejection)>,
) -> Response {
    let shown = match door {
        Door::Till => StaffDoor::Till,
        Door::Console => StaffDoor::Console,
    };
    let model = StaffSignInModel { door: shown, next: own_path(door, next).to_owned(), rejected };
    call.show(status, |frame| staff_sign_in::page(frame, &model))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_leads_only_to_what_is_behind_it() {
        for good in ["/console", "/console/merchants?state=applied"] {
            assert_eq!(own_path(Door::Console, good), good);
        }
        for bad in ["", "/", "/till", "/consoles", "//console", "https://elsewhere.example/console"]
        {
            assert_eq!(own_path(Door::Console, bad), "/console");
        }
    }
}
