//! Who of those who work here makes a request: sessions in cookies of their own, read anew for every request.

use std::sync::Arc;

use app::cookie::{self, Cookie};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use domain::staff::{Login, Permit, Role};
use domain::till::Actor;
use domain::time::Timestamp;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use store::staff::StaffSessionRow;

use crate::backend::busy;
use crate::backend::staff::{Carried, Door, Entered, MARKS_MAX};
use crate::hall::Hall;
use crate::key::{hex, sha256, unhex};
use crate::page::Call;
use crate::session;

/// A session's last use is written down at most this often, in milliseconds.
const TOUCH_EVERY_MS: i64 = 60_000;
/// How long a device is known after somebody signed in on it, in seconds: half a year.
const DEVICE_S: i64 = 15_552_000;
/// The letters of a device's mark in its cookie.
const MARK_LETTERS: usize = 64;

/// Somebody of the city, signed in at the console. As an argument of a page's handler it leads whoever is not to the
/// sign-in, and back afterwards.
#[derive(Clone, Debug)]
pub struct StaffMember {
    /// What they sign in with.
    pub login: Login,
    /// What they are here for.
    pub role: Role,
    /// The hash under which the session is stored.
    pub session: [u8; 32],
    /// Until when they are to renew a password that was handed over, before anything else.
    pub renew_by: Option<Timestamp>,
}

/// The page on which staff renew their passwords.
pub const OWN_ACCOUNT: &str = "/console/account";
/// The page on which cashiers renew theirs.
pub const OWN_TILL_ACCOUNT: &str = "/till/account";

/// Somebody of the city on the page of their own account: the one page for whoever must renew a password.
pub struct OwnAccount(pub StaffMember);

impl StaffMember {
    /// Goes on only when the role may do that.
    ///
    /// # Errors
    /// The page that says that it may not: 403.
    #[expect(clippy::result_large_err, reason = "a page is made once and goes straight out")]
    pub fn must(&self, permit: Permit, call: &Call) -> Result<(), Response> {
        if self.role.may(permit) {
            return Ok(());
        }
        Err(call.notice(StatusCode::FORBIDDEN, app::page::notice::Notice::NotAllowed))
    }
}

/// Somebody at a till. As an argument of a page's handler it leads whoever is not to the sign-in.
#[derive(Clone, Debug)]
pub struct Cashier {
    /// What they sign in with.
    pub login: Login,
    /// The till and its merchant.
    pub actor: Actor,
    /// The till's name.
    pub till_name: String,
    /// The merchant's name.
    pub merchant_name: String,
    /// The hash under which the session is stored.
    pub session: [u8; 32],
    /// Until when they are to renew a password that was handed over, before anything else.
    pub renew_by: Option<Timestamp>,
}

/// A cashier on the page of their own account: the one page for whoever must renew a password.
pub struct OwnTillAccount(pub Cashier);

impl FromRequestParts<Arc<Hall>> for StaffMember {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, hall: &Arc<Hall>) -> Result<Self, Response> {
        let OwnAccount(member) = OwnAccount::from_request_parts(parts, hall).await?;
        match member.renew_by {
            Some(_) => Err(Redirect::to(OWN_ACCOUNT).into_response()),
            None => Ok(member),
        }
    }
}

impl FromRequestParts<Arc<Hall>> for OwnAccount {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, hall: &Arc<Hall>) -> Result<Self, Response> {
        let call = Call::from_request_parts(parts, hall).await?;
        match member(hall, &parts.headers).await {
            Ok(Some(member)) => Ok(Self(member)),
            Ok(None) => Err(call.to_console(parts.method == Method::GET)),
            Err(error) => Err(call.fail(&busy(error))),
        }
    }
}

impl FromRequestParts<Arc<Hall>> for Cashier {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, hall: &Arc<Hall>) -> Result<Self, Response> {
        let OwnTillAccount(cashier) = OwnTillAccount::from_request_parts(parts, hall).await?;
        match cashier.renew_by {
            Some(_) => Err(Redirect::to(OWN_TILL_ACCOUNT).into_response()),
            None => Ok(cashier),
        }
    }
}

impl FromRequestParts<Arc<Hall>> for OwnTillAccount {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, hall: &Arc<Hall>) -> Result<Self, Response> {
        let call = Call::from_request_parts(parts, hall).await?;
        match cashier(hall, &parts.headers).await {
            Ok(Some(cashier)) => Ok(Self(cashier)),
            Ok(None) => Err(Redirect::to("/till").into_response()),
            Err(error) => Err(call.fail(&busy(error))),
        }
    }
}

/// The member of the staff who makes a request, if one is signed in.
///
/// # Errors
/// When the database does not answer.
pub async fn member(hall: &Hall, headers: &HeaderMap) -> Result<Option<StaffMember>, store::Error> {
    let found = find(hall, headers, Door::Console).await?;
    Ok(found.map(|(session, row)| StaffMember {
        login: row.login,
        role: row.role,
        session,
        renew_by: row.renew_by,
    }))
}

/// The cashier who makes a request, if one is signed in and the till is open.
///
/// # Errors
/// When the database does not answer.
pub async fn cashier(hall: &Hall, headers: &HeaderMap) -> Result<Option<Cashier>, store::Error> {
    let found = find(hall, headers, Door::Till).await?;
    Ok(found.and_then(|(session, row)| {
        let till = row.till?;
        Some(Cashier {
            login: row.login,
            actor: till.actor,
            till_name: till.name,
            merchant_name: till.merchant_name,
            session,
            renew_by: row.renew_by,
        })
    }))
}

/// The session that a request carries for that door, if it still counts.
async fn find(
    hall: &Hall,
    headers: &HeaderMap,
    door: Door,
) -> Result<Option<([u8; 32], StaffSessionRow)>, store::Error> {
    let Some(session) = session_hash(headers, door, hall.tls) else { return Ok(None) };
    let now = hall.clock.system();
    let row = hall.store.staff_session(&session, now).await?;
    let Some(row) = row.filter(|row| door.admits(row.role)) else { return Ok(None) };
    let unused_ms = now.millis_since(row.seen_at);
    if unused_ms > row.role.idle_ms() {
        hall.store.end_staff_session(&session).await?;
        return Ok(None);
    }
    if unused_ms > TOUCH_EVERY_MS {
        // A failure costs nothing but an earlier end.
        if let Err(error) = hall.store.touch_staff_session(&session, now).await {
            tracing::warn!(error = ?error, "a session's last use could not be written down");
        }
    }
    Ok(Some((session, row)))
}

/// What a browser brings to a sign-in.
pub fn carried(headers: &HeaderMap, door: Door, tls: bool) -> Carried {
    let marks = device_cookie(door).read(headers, tls).map(marks_in).unwrap_or_default();
    Carried { session: session_hash(headers, door, tls), marks, on: session::device(headers) }
}

/// The marks in a cookie, one behind the other; what is none is left out.
fn marks_in(cookie: &str) -> Vec<[u8; 32]> {
    let each = cookie.as_bytes().chunks(MARK_LETTERS).take(MARKS_MAX);
    each.filter_map(|mark| unhex(str::from_utf8(mark).ok()?)).collect()
}

/// The cookies of a sign-in: the session, and the marks of the device. Nothing of another site brings them along.
pub fn cookies(entered: &Entered, door: Door, tls: bool) -> [HeaderValue; 2] {
    let session_s = entered.role.session_ms() / 1_000;
    [
        session_cookie(door).keep(&hex(&entered.token), session_s, tls),
        device_cookie(door).keep(&hex(&entered.marks.concat()), DEVICE_S, tls),
    ]
}

/// The cookie of a session that goes on under another token. It lasts no longer for that.
pub fn next_cookie(token: &[u8; 32], door: Door, role: Role, tls: bool) -> HeaderValue {
    session_cookie(door).keep(&hex(token), role.session_ms() / 1_000, tls)
}

/// The cookie that takes the session away; the device stays known.
pub fn clearing_cookie(door: Door, tls: bool) -> HeaderValue {
    session_cookie(door).clear(tls)
}

fn session_hash(headers: &HeaderMap, door: Door, tls: bool) -> Option<[u8; 32]> {
    session_cookie(door).read(headers, tls).and_then(unhex).map(|token| sha256(&token))
}

const fn session_cookie(door: Door) -> Cookie {
    match door {
        Door::Till => cookie::TILL,
        Door::Console => cookie::CONSOLE,
    }
}

const fn device_cookie(door: Door) -> Cookie {
    match door {
        Door::Till => cookie::TILL_DEVICE,
        Door::Console => cookie::CONSOLE_DEVICE,
    }
}
