//! Headers that every answer carries: what a browser may not do with it, and the number of its request.

use std::sync::LazyLock;

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{policy, request_id};

/// A year, for this host and what is below it.
const STRICT_TRANSPORT: HeaderValue =
    HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Those that are the same for every answer but a page, which says its own policy.
pub static GUARDS: [(HeaderName, HeaderValue); 6] = [
    (CONTENT_SECURITY_POLICY, policy::NOTHING),
    // For browsers that do not know `frame-ancestors`.
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
        ),
    ),
];

/// What is answered to one is for nobody else. Only what is the same for everybody, and says so, is kept: the assets.
const NOT_KEPT: HeaderValue = HeaderValue::from_static("no-store");

/// The media type of most answers of the API.
pub const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The headers of an answer of the API as they are nearly always, in one piece: a copy of it costs a fraction of
/// putting in one by one what all of a rush's answers have. The places of what differs are kept.
static OF_THE_API: LazyLock<HeaderMap> = LazyLock::new(|| {
    let its_own = [
        (CONTENT_TYPE, JSON),
        (CACHE_CONTROL, NOT_KEPT),
        (request_id::HEADER, HeaderValue::from_static("")),
    ];
    its_own.into_iter().chain(GUARDS.clone()).collect()
});

/// The same with a place for when to come again.
static TO_COME_AGAIN: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = OF_THE_API.clone();
    headers.insert(RETRY_AFTER, HeaderValue::from_static(""));
    headers
});

/// The headers of an answer of the API in that media type, which no cache keeps; with the seconds until it helps to
/// come again, where it does.
pub fn of_the_api(media: HeaderValue, retry_after_s: Option<u32>) -> HeaderMap {
    let mut headers = if let Some(seconds) = retry_after_s {
        let mut headers = TO_COME_AGAIN.clone();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        headers
    } else {
        OF_THE_API.clone()
    };
    if media != JSON {
        headers.insert(CONTENT_TYPE, media);
    }
    headers
}

/// Puts on an answer what it does not have yet.
pub fn put_on(headers: &mut HeaderMap, tls: bool) {
    // What began with [`of_the_api`] has a place for everything.
    if !headers.contains_key(request_id::HEADER) {
        headers.reserve(GUARDS.len() + 3);
        for (name, value) in &GUARDS {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        headers.entry(CACHE_CONTROL).or_insert(NOT_KEPT);
    }
    let id = request_id::current().map(request_id::RequestId::header);
    headers.insert(request_id::HEADER, id.unwrap_or(HeaderValue::from_static("")));
    if tls {
        headers.insert(STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
}
