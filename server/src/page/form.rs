//! Reading a plain form within its bounds.

use app::page::notice::Notice;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::Call;
use crate::api::BODY_BYTES_MAX;

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
    let media = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !media.starts_with("application/x-www-form-urlencoded") {
        return Err(call.notice(StatusCode::UNSUPPORTED_MEDIA_TYPE, Notice::Unreadable));
    }
    let bytes = to_bytes(body, bytes_max)
        .await
        .map_err(|_| call.notice(StatusCode::PAYLOAD_TOO_LARGE, Notice::TooLarge))?;
    serde_urlencoded::from_bytes(&bytes)
        .map_err(|_| call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable))
}
