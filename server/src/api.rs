//! The door for machines: `/api/v1`, JSON over the same use cases as the pages. `/api/v1/openapi.json` describes it.

mod body;
mod campaign;
pub mod claim;
mod code;
mod live;
pub mod machine;
mod merchant;
pub mod problem;
mod query;
mod redemption;
mod refund;
mod round;
pub mod settlement;

use std::sync::Arc;

use app::failure::Failure;
use app::visitor::Visitor;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::request::Parts;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::hall::Hall;
use crate::session;
use problem::Problem;

/// The largest body that is read, in bytes; a larger one is answered 413.
pub const BODY_BYTES_MAX: usize = 16_384;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Jinquan 晉券",
        description = "Electronic consumption vouchers: rounds, claims and wallets. Amounts are integers in fen, times \
                       RFC 3339 with offset, identifiers opaque strings."
    ),
    paths(settlement::file),
    modifiers(&Security)
)]
struct Document;

/// How citizens and machines authenticate.
struct Security;

impl utoipa::Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{
            ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme,
        };
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("jinquan")));
        let key = Http::builder().scheme(HttpAuthScheme::Bearer).build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("session", cookie);
        components.add_security_scheme("key", SecurityScheme::Http(key));
    }
}

/// A call of the API: who makes it.
struct Caller {
    hall: Arc<Hall>,
    visitor: Visitor,
}

impl FromRequestParts<Arc<Hall>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hall: &Arc<Hall>) -> Result<Self, Problem> {
        let visitor = session::visitor(hall, &parts.headers).await.map_err(Failure::from)?;
        Ok(Self { hall: hall.clone(), visitor })
    }
}

/// The routes of the API, and the document that describes them.
pub fn routes() -> (Router<Arc<Hall>>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(campaign::show))
        .routes(routes!(round::list))
        .routes(routes!(round::show))
        .routes(routes!(live::stream))
        .routes(routes!(claim::create))
        .routes(routes!(claim::show))
        .routes(routes!(claim::wallet))
        .routes(routes!(code::show))
        .routes(routes!(merchant::list))
        .routes(routes!(redemption::quote))
        .routes(routes!(redemption::create, redemption::list))
        .routes(routes!(redemption::show))
        .routes(routes!(refund::create))
        .split_for_parts()
}

/// The API with its document, its bounds and its own answers for what it does not have.
pub fn router() -> Router<Arc<Hall>> {
    let (routes, document) = routes();
    let document: axum::body::Bytes = document.to_json().unwrap_or_default().into();
    let describe =
        get(|| async move { ([(http::header::CONTENT_TYPE, "application/json")], document) });
    routes
        .route("/api/v1/openapi.json", describe)
        .route("/api/v1/settlements/{file}", get(settlement::file))
        .route("/api/{*rest}", axum::routing::any(missing))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

async fn missing() -> Response {
    Problem::of_code("not_found").into_response()
}

async fn wrong_method() -> Response {
    Problem::of_code("method_not_allowed").into_response()
}
