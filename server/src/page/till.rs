//! `/till`: the cashier's page.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::{get, post};
use http::HeaderMap;

use super::{Call, staff_door};
use crate::backend::busy;
use crate::backend::staff::Door;
use crate::hall::Hall;
use crate::staff::cashier;

/// The till's routes.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new()
        .route("/till", get(show))
        .route("/till/sign-in", post(sign_in))
        .route("/till/sign-out", post(sign_out))
}

/// The till, or the sign-in.
async fn show(call: Call, headers: HeaderMap) -> Response {
    match cashier(&call.hall, &headers).await {
        Ok(_) => staff_door::show(&call, Door::Till, "/till"),
        Err(error) => call.fail(&busy(error)),
    }
}

async fn sign_in(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    staff_door::enter(&call, Door::Till, &headers, body).await
}

async fn sign_out(call: Call, headers: HeaderMap) -> Result<Response, Response> {
    staff_door::leave(&call, Door::Till, &headers).await
}
