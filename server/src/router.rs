//! The whole router: three doors, the assets, and what holds for every answer.

mod rush;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower::{Service, ServiceBuilder};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::api::problem::Problem;
use crate::embed::Embedded;
use crate::hall::Hall;
use crate::request_id::{self, Numbered};
use crate::{act, api, asset, guard, measure, page};

/// Everything that one hall answers, as a service: what the listener serves.
pub fn house(
    hall: Arc<Hall>,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    let tls = hall.tls;
    let rooms = rooms(tls).with_state(hall.clone());
    let rooms = ServiceBuilder::new()
        .map_response(|response: http::Response<_>| response.map(Body::new))
        .layer(CatchPanicLayer::custom(page_or_document(hall.clone())))
        .service(rooms);
    // Around the whole house once: a layer of the router's own would be cloned and boxed for each request again.
    let house = ServiceBuilder::new()
        .map_response(move |response| finished(response, tls))
        .layer(CsrfLayer::new().with_rejection_response(foreign))
        .service(rush::Rush { hall: hall.clone(), rooms });
    Numbered::new(Embedded::new(house, hall.ancestors.clone()), &hall.chance)
}

/// Every route of every door, before what holds for all of them. The test `access` asks it which there are: each has
/// its row in the table of who may. `tls`: whether cookies demand it.
pub fn rooms(tls: bool) -> Router<Arc<Hall>> {
    let assets = asset::AT_ROOT.into_iter().fold(
        Router::new().route("/assets/{name}", get(asset::hashed)),
        |router, name| {
            router
                .route(&format!("/{name}"), get(async move |headers| asset::at_root(name, headers)))
        },
    );
    Router::new().merge(page::router(tls)).merge(api::router()).merge(act::router()).merge(assets)
}

/// The same as a router.
pub fn router(hall: Arc<Hall>) -> Router {
    Router::new().fallback_service(house(hall))
}

/// A request that changes something and came from another site: `forbidden`.
fn foreign(_: ProtectionError) -> Response {
    Problem::of_code("forbidden").into_response()
}

/// A panic is a bug: its text goes to the log, by the hook, and a machine is told only that something broke.
fn broken(_: Box<dyn std::any::Any + Send>) -> Response {
    metrics::counter!("jinquan_panics_total").increment(1);
    tracing::error!("a request was given up: something in here is wrong");
    Problem { status: 500, title: "internal error".into(), ..Problem::of_code("internal") }
        .into_response()
}

/// The same, and a person is told so on a page.
fn page_or_document(
    hall: Arc<Hall>,
) -> impl Fn(Box<dyn std::any::Any + Send>) -> Response + Clone + Send + Sync + 'static {
    move |panic| {
        let document = broken(panic);
        if request_id::is_by_machine() {
            return document;
        }
        let page = AssertUnwindSafe(|| page::broken(hall.clone()));
        std::panic::catch_unwind(page).unwrap_or(document)
    }
}

/// What is the same for every answer, at its end.
fn finished(mut response: Response, tls: bool) -> Response {
    measure::answered(response.status());
    guard::put_on(response.headers_mut(), tls);
    response
}
