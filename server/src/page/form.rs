//! Reading a plain form within its bounds, and what an address asks for.

use std::ops::Range;

use app::page::notice::Notice;
use axum::body::{Body, Bytes};
use axum::response::Response;
use domain::time::{BeijingDay, Timestamp};
use http::{HeaderMap, StatusCode, Uri};
use serde::de::DeserializeOwned;

use super::Call;
use crate::api::BODY_BYTES_MAX;
use crate::body::{self, Unread};

/// The form that was sent.
///
/// # Errors
/// The page that says what is wrong with it.
pub(super) async fn read<T: DeserializeOwned>(
    call: &Call,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Response> {
    read_within(call, headers, body, BODY_BYTES_MAX).await
}

/// The form that was sent, of at most so many bytes.
///
/// # Errors
/// The page that says what is wrong with it.
pub(super) async fn read_within<T: DeserializeOwned>(
    call: &Call,
    headers: &HeaderMap,
    body: Body,
    bytes_max: usize,
) -> Result<T, Response> {
    let bytes = bytes_within(headers, body, bytes_max).await;
    let bytes = bytes.map_err(|(status, said)| call.notice(status, said))?;
    serde_urlencoded::from_bytes(&bytes)
        .map_err(|_| call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable))
}

/// The form that was sent, of at most so many bytes, as it came.
///
/// # Errors
/// What is wrong with it: a status, and what a page says.
pub(super) async fn bytes_within(
    headers: &HeaderMap,
    body: Body,
    bytes_max: usize,
) -> Result<Bytes, (StatusCode, Notice)> {
    if !body::is_of(headers, "application/x-www-form-urlencoded") {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, Notice::Unreadable));
    }
    body::whole(body, bytes_max).await.map_err(|unread| match unread {
        Unread::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Notice::TooLarge),
        Unread::BrokeOff => (StatusCode::BAD_REQUEST, Notice::Unreadable),
    })
}

/// What the query of an address asks for. A value that is not there is empty.
pub(super) struct Asked(Vec<(String, String)>);

impl Asked {
    /// The query of that address.
    pub(super) fn of(uri: &Uri) -> Self {
        Self(serde_urlencoded::from_str(uri.query().unwrap_or_default()).unwrap_or_default())
    }

    /// The value of a name.
    pub(super) fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// The instants of a Beijing day.
pub(super) const fn day_of(day: BeijingDay) -> Range<Timestamp> {
    day.start()..day.plus_days(1).start()
}
