//! Operations, on a listener of their own: alive, ready, measured.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::hall::Hall;

/// What the operations' routes need.
#[derive(Clone)]
struct Operations {
    hall: Arc<Hall>,
    measures: PrometheusHandle,
}

/// Begins to measure. Once in a process.
///
/// # Errors
/// When something else measures already.
pub fn measure() -> Result<PrometheusHandle, String> {
    PrometheusBuilder::new().install_recorder().map_err(|error| error.to_string())
}

/// `/healthz`, `/readyz`, `/metrics`.
pub fn router(hall: Arc<Hall>, measures: PrometheusHandle) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(show))
        .with_state(Operations { hall, measures })
}

/// Ready when the database answers and a campaign is there. It does not wait for memory: the database answers.
async fn ready(State(Operations { hall, .. }): State<Operations>) -> Response {
    let answers = hall.store.ping().await.is_ok();
    let stopping = *hall.stopping.borrow();
    if answers && !stopping && hall.board.posted().campaign.is_some() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; a queue is short")]
async fn show(State(Operations { hall, measures }): State<Operations>) -> String {
    metrics::gauge!("jinquan_lane_waiting").set(hall.claims.waiting() as f64);
    for round in &hall.board.posted().rounds {
        let gauge = metrics::gauge!("jinquan_packs_remaining", "round" => round.id.to_string());
        gauge.set(f64::from(round.remaining()));
    }
    measures.render()
}
