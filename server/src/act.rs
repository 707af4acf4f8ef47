//! The door for forms and islands: `/act/…`, the typed server functions of `app`.

use std::sync::Arc;

use app::act::answer;
use app::backend::CitizenBackend;
use app::cookie::Tls;
use app::failure::Failure;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use http::header::REFERER;
use leptos::prelude::provide_context;

use crate::api::BODY_BYTES_MAX;
use crate::api::problem::Problem;
use crate::backend::HallBackend;
use crate::body;
use crate::hall::Hall;
use crate::session;

/// The server functions.
pub fn router() -> Router<Arc<Hall>> {
    Router::new().route("/act/{function}", any(run)).layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

async fn run(State(hall): State<Arc<Hall>>, request: Request) -> Response {
    let visitor = match session::visitor(&hall, request.headers()).await {
        Ok(visitor) => visitor,
        Err(undecided) => return no(&hall, &request, &undecided.into()),
    };
    let known = server_fn::axum::server_fn_paths()
        .any(|(path, method)| path == request.uri().path() && method == *request.method());
    if !known {
        return Problem::of_code("not_found").into_response();
    }
    let request = match bounded(request).await {
        Ok(request) => request,
        Err(problem) => return problem.into_response(),
    };
    let backend: Arc<dyn CitizenBackend> = Arc::new(HallBackend(hall.clone()));
    let tls = Tls(hall.tls);
    let furnish = move || {
        provide_context(backend.clone());
        provide_context(visitor.clone());
        provide_context(tls);
    };
    leptos_axum::handle_server_fns_with_context(furnish, request).await.into_response()
}

/// A no before any function runs, said as every function says it: an island reads the failure, a plain form is led to
/// the page that says it.
fn no(hall: &Hall, request: &Request, failure: &Failure) -> Response {
    let (status, headers) = answer::no_to(failure, request.headers(), hall.tls);
    (status, headers, Json(failure)).into_response()
}

/// Reads the body within its bound before anything acts on it: the framework's own reader knows no bound. Nor does it
/// hear where the request comes from: it would lead whoever takes HTML back there, be that another site.
async fn bounded(request: Request) -> Result<Request, Problem> {
    let (mut parts, sent) = request.into_parts();
    parts.headers.remove(REFERER);
    let bytes = body::whole(sent, BODY_BYTES_MAX).await?;
    Ok(Request::from_parts(parts, bytes.into()))
}
