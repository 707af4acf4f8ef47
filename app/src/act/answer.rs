//! How a server function answers its two callers. A fetch gets the typed answer as JSON with the status of the
//! failure. A plain form, which accepts `text/html`, is led on with 303 to a path of our own, never to the `Referer`;
//! a no crosses in a cookie of thirty seconds, with the pack that was asked for, which the page reads and clears.
//!
//! What is set here wins: the framework applies `ResponseOptions` last, over its own `Location` and status.

use domain::id::{PackId, RequestKey, RoundId};
use domain::refusal::Refusal;
use http::header::{ACCEPT, CACHE_CONTROL, LOCATION, RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::claim::Claimed;
use super::code::AnswerCode;
use crate::backend::citizen_backend;
use crate::cookie::{
    ANSWER, CHOICE_S, CLEAR_SITE_DATA, Cookie, FORGET_SHOWN, TICKET, Tls, sessions_cleared,
};
use crate::failure::Failure;
use crate::visitor::Visitor;

/// How long a place in the line is kept after the time that it says, in seconds.
const TICKET_KEPT_S: i64 = 600;

/// How long a no waits for the page that says it, in seconds.
const ANSWER_KEPT_S: i64 = 30;

/// The longest path that is followed.
const NEXT_MAX: usize = 512;

/// `next` if it is a path on this site, else the landing page.
pub fn local_path(next: &str) -> &str {
    let leads_away = next.starts_with("//") || next.contains('\\');
    let fits = next.starts_with('/') && next.len() <= NEXT_MAX;
    if fits && !leads_away && !next.chars().any(char::is_control) { next } else { "/" }
}

/// A no as it crosses a redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What was answered.
    pub code: AnswerCode,
    /// The pack that was asked for, where one was. Whoever reads it asks whether there is such a pack.
    pub pack: Option<PackId>,
}

impl Said {
    /// The value of the cookie: the word alone, or with the pack after a dot, which neither of them has.
    pub fn written(&self) -> String {
        let code = self.code.code();
        self.pack.as_ref().map_or_else(|| code.to_owned(), |pack| format!("{code}.{pack}"))
    }

    /// The no of such a value.
    pub fn read(value: &str) -> Option<Self> {
        let (code, pack) = match value.split_once('.') {
            Some((code, pack)) => (code, Some(pack.parse().ok()?)),
            None => (value, None),
        };
        Some(Self { code: AnswerCode::from_code(code)?, pack })
    }
}

/// Claims a pack for the visitor, who must have been given `key` by a page of ours.
pub(super) async fn claim(
    round: RoundId,
    pack: &PackId,
    key: RequestKey,
) -> Result<Claimed, Failure> {
    let backend = citizen_backend()?;
    let visitor = use_context::<Visitor>().ok_or(Failure::Unknown)?;
    if visitor.citizen.is_none() {
        return Err(Failure::refused(Refusal::NotSignedIn));
    }
    if !backend.is_own_form_key(&visitor, &round, pack, &key) {
        return Err(Failure::Forbidden);
    }
    backend.claim(&visitor, &round, Some(pack.clone()), key).await
}

/// Ends every session that the request carries.
pub(super) async fn leave() -> Result<(), Failure> {
    let request = use_context::<http::request::Parts>().ok_or(Failure::Unknown)?;
    citizen_backend()?.sign_out(&request.headers).await
}

/// Answers a claim of `pack`: a yes leads to the wallet, which also says what it means that a claim is held.
pub(super) fn claimed(
    pack: &PackId,
    outcome: Result<Claimed, Failure>,
) -> Result<Claimed, Failure> {
    match &outcome {
        Ok(claimed) => {
            if let (None, Some(options)) = (claimed.serial, use_context::<ResponseOptions>()) {
                options.set_status(StatusCode::ACCEPTED);
            }
            lead_to("/wallet");
        }
        Err(failure) => refuse(failure, Some(pack)),
    }
    outcome
}

/// Answers a sign-out, which clears the cookies.
pub(super) fn left(outcome: Result<(), Failure>, next: &str) -> Result<(), Failure> {
    match &outcome {
        Ok(()) => {
            for cookie in sessions_cleared(tls()) {
                append(SET_COOKIE, cookie);
            }
            append(CLEAR_SITE_DATA, FORGET_SHOWN);
            lead_to(local_path(next));
        }
        Err(failure) => no(failure),
    }
    outcome
}

/// Answers a choice, which is remembered for a year. `value` is one of our own words.
pub(super) fn chosen(cookie: Cookie, value: &str, next: &str) {
    append(SET_COOKIE, cookie.keep(value, CHOICE_S, tls()));
    lead_to(local_path(next));
}

/// Answers a question, which no plain form asks and no cache may answer.
pub(super) fn read<T>(outcome: Result<T, Failure>) -> Result<T, Failure> {
    append(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Err(failure) = &outcome {
        no(failure);
    }
    outcome
}

/// Answers with a no: leads a form back to the page that says it, gives a fetch the status.
pub(crate) fn no(failure: &Failure) {
    refuse(failure, None);
}

fn refuse(failure: &Failure, pack: Option<&PackId>) {
    let (status, headers) = answer_of(failure, pack, accepts_html(), tls());
    let Some(options) = use_context::<ResponseOptions>() else { return };
    options.set_status(status);
    for (name, value) in &headers {
        if name == LOCATION {
            options.insert_header(LOCATION, value.clone());
        } else {
            options.append_header(name.clone(), value.clone());
        }
    }
}

/// The status and the headers of a no to a request that no function answers: the same that every function sets.
pub fn no_to(failure: &Failure, request: &HeaderMap, tls: bool) -> (StatusCode, HeaderMap) {
    answer_of(failure, None, takes_html(request), tls)
}

fn answer_of(
    failure: &Failure,
    pack: Option<&PackId>,
    is_form: bool,
    tls: bool,
) -> (StatusCode, HeaderMap) {
    let mut headers = HeaderMap::new();
    if let Failure::Waiting { retry_after_ms, ticket, .. } = failure {
        // The place belongs to the person: every tab brings it, with a script or without.
        let kept_s = i64::from(*retry_after_ms) / 1_000 + TICKET_KEPT_S;
        headers.append(SET_COOKIE, TICKET.keep(ticket, kept_s, tls));
    }
    if is_form {
        let not_signed_in =
            matches!(failure, Failure::Refused { refusal: Refusal::NotSignedIn, .. });
        let said = Said { code: AnswerCode::of(failure), pack: pack.cloned() };
        headers.append(SET_COOKIE, ANSWER.keep(&said.written(), ANSWER_KEPT_S, tls));
        let way = if not_signed_in { "/sign-in?next=/" } else { "/" };
        headers.insert(LOCATION, HeaderValue::from_static(way));
        return (StatusCode::SEE_OTHER, headers);
    }
    if let Some(seconds) = failure.retry_after_s() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    let status = StatusCode::from_u16(failure.status());
    (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), headers)
}

/// Leads a plain form on; a fetch stays where it is.
fn lead_to(path: &str) {
    if let (true, Some(options)) = (accepts_html(), use_context::<ResponseOptions>()) {
        options.set_status(StatusCode::SEE_OTHER);
        // A path with characters that no header may carry leads home.
        let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
        options.insert_header(LOCATION, location);
    }
}

fn accepts_html() -> bool {
    use_context::<http::request::Parts>().is_some_and(|request| takes_html(&request.headers))
}

fn takes_html(request: &HeaderMap) -> bool {
    let accept = request.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|value| value.contains("text/html"))
}

/// Whether cookies demand TLS; where nobody says, they do.
fn tls() -> bool {
    use_context::<Tls>().is_none_or(|tls| tls.0)
}

fn append(name: HeaderName, value: HeaderValue) {
    if let Some(options) = use_context::<ResponseOptions>() {
        options.append_header(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for good in ["/", "/wallet", "/merchants?category=fuel&q=%E5%8A%A0%E6%B2%B9"] {
            assert_eq!(local_path(good), good);
        }
        let long = format!("/{}", "a".repeat(NEXT_MAX));
        for bad in [
            "",
            "wallet",
            "https://elsewhere.example",
            "//elsewhere",
            "/\\elsewhere",
            "/a\\b",
            "/a\r\nb",
            &long,
        ] {
            assert_eq!(local_path(bad), "/");
        }
    }

    #[test]
    fn a_no_survives_the_redirect_with_its_pack() {
        let refused = AnswerCode::Refused(Refusal::RefusedByRisk);
        for pack in [None, Some("retail-10".parse().unwrap())] {
            for code in [refused, AnswerCode::Busy, AnswerCode::Unknown, AnswerCode::Forbidden] {
                let said = Said { code, pack: pack.clone() };
                assert_eq!(Said::read(&said.written()), Some(said));
            }
        }
        for forged in ["", "busy.", "busy.<b>", "nothing.retail-10", ".retail-10"] {
            assert_eq!(Said::read(forged), None, "{forged}");
        }
    }
}
