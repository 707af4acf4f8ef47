//! The ceiling: the same HTTP stack answering the same bytes, with nothing behind it.

use std::path::Path;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// Reads the body of each claim and gives the answer in `file`, which was recorded from the product.
pub(super) fn router(file: &Path) -> Result<Router> {
    let (status, headers, body) = recorded(&std::fs::read_to_string(file)?)?;
    let answer = move |_: Bytes| async move {
        let mut response: Response = body.clone().into_response();
        *response.status_mut() = status;
        *response.headers_mut() = headers.clone();
        response
    };
    Ok(Router::new().route("/api/v1/rounds/{id}/claims", post(answer)))
}

/// An answer as it went over the wire.
fn recorded(text: &str) -> Result<(StatusCode, HeaderMap, Bytes)> {
    let (head, body) = text.split_once("\r\n\r\n").context("no end of the head")?;
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.get(9..12)).context("no status")?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").context("a header without a value")?;
        // The stack writes these itself.
        if !["content-length", "date"].contains(&name) {
            headers.append(name.parse::<HeaderName>()?, HeaderValue::from_str(value)?);
        }
    }
    Ok((status.parse()?, headers, Bytes::copy_from_slice(body.as_bytes())))
}
