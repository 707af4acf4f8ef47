//! The rivals: what one would otherwise build, on the same HTTP stack. Each answers `POST /api/v1/rounds/{id}/claims`
//! with the product's own bytes.

mod desk;
mod naive;
mod plain;
mod redis;

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use clap::{Args, ValueEnum};
use domain::claim::Claim;
use domain::id::RequestKey;
use domain::round::Round;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Which one.
    #[arg(value_enum)]
    kind: Kind,
    /// The database, as the product takes it.
    #[arg(long, default_value = "")]
    database: String,
    /// The Redis.
    #[arg(long, default_value = "")]
    redis: String,
    /// For the plain one: the answer that it gives, as it goes over the wire.
    #[arg(long)]
    answer: Option<std::path::PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Answers without doing anything: the ceiling of the HTTP stack.
    Plain,
    /// One transaction for each request, on the hot row.
    Naive,
    /// A Lua script decides, the database follows later.
    Redis,
}

/// Serves until it is killed.
pub(crate) async fn serve(options: Options) -> Result<()> {
    let router = match options.kind {
        Kind::Plain => plain::router(&options.answer.context("the plain rival needs --answer")?)?,
        Kind::Naive => dressed(naive::router(&options.database).await?),
        Kind::Redis => dressed(redis::router(&options.database, &options.redis).await?),
    };
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

/// With the headers that the product's answers carry: the same bytes are compared, not fewer.
fn dressed(router: Router) -> Router {
    router.layer(map_response(async |mut response: Response| {
        for (name, value) in server::guard::GUARDS.clone() {
            response.headers_mut().insert(name, value);
        }
        response
    }))
}

/// The product's answer to a claim.
fn created(claim: &Claim, round: &Round) -> Response {
    let body = server::api::claim::granted_body(claim, round);
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    (StatusCode::CREATED, headers, body).into_response()
}

fn request_key(headers: &HeaderMap) -> Option<RequestKey> {
    headers.get("idempotency-key")?.to_str().ok()?.parse().ok()
}

/// What went wrong in a rival: it says so, and the run is void.
fn broken(error: impl std::fmt::Display) -> Response {
    eprintln!("rival: {error}");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}
