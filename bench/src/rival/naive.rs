//! The textbook: a session read, then one transaction for each claim, with a lock on the round's row. It writes the
//! same rows as the product, through the same statements, a batch of one at a time.

use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use server::lane::Job as _;
use server::lane::claim::{ClaimJob, Settled};

use super::desk::Desk;
use super::{broken, created, request_key};

/// A service on `database`.
pub(super) async fn router(database: &str) -> Result<Router> {
    let service = Arc::new(Desk::open(database).await?);
    Ok(Router::new().route("/api/v1/rounds/{id}/claims", post(claim)).with_state(service))
}

async fn claim(
    State(service): State<Arc<(Desk, ClaimJob)>>,
    Path(round): Path<String>,
    headers: HeaderMap,
    _: Bytes,
) -> Response {
    let (desk, job) = &*service;
    let Some(key) = request_key(&headers) else { return StatusCode::BAD_REQUEST.into_response() };
    if !desk.is_here(&round) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let ticket = match desk.request(&headers, key).await {
        Ok(Some(ticket)) => ticket,
        Ok(None) => return StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => return broken(error),
    };
    match job.settle(vec![ticket], &mut Vec::new).await.pop() {
        Some(Ok(Settled::Recorded { claim, .. })) => created(&claim, &desk.round),
        Some(Ok(Settled::Refused(..))) => StatusCode::CONFLICT.into_response(),
        None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(Err(undecided)) => broken(format!("{undecided:?}")),
    }
}
