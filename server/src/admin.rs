//! Operations, on a listener of their own: alive, ready, measured.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use metrics_exporter_prometheus::PrometheusHandle;
use store::Store;
use tokio::time::interval;

use crate::hall::Hall;

/// What the operations' routes need.
#[derive(Clone)]
struct Operations {
    hall: Arc<Hall>,
    /// Connections that nobody else takes.
    store: Store,
    measures: PrometheusHandle,
}

/// How often what was measured is taken together: until then every single time is kept.
const TAKE_TOGETHER_EVERY: Duration = Duration::from_secs(5);

/// `/healthz`, `/readyz`, `/metrics`; to be made on the thread on which they are served.
pub fn router(hall: Arc<Hall>, measures: PrometheusHandle) -> Router {
    let store = hall.store.beside();
    // Also where nobody ever asks for them.
    tokio::spawn(take_together(measures.clone()));
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(show))
        .with_state(Operations { hall, store, measures })
}

/// Until the thread ends.
async fn take_together(measures: PrometheusHandle) {
    let mut ticks = interval(TAKE_TOGETHER_EVERY);
    loop {
        ticks.tick().await;
        measures.run_upkeep();
    }
}

/// Ready when the database answers and a campaign is there. It does not wait for memory: the database answers.
async fn ready(State(Operations { hall, store, .. }): State<Operations>) -> Response {
    let answers = store.ping().await.is_ok();
    let stopping = *hall.stopping.borrow();
    if answers && !stopping && hall.board.posted().campaign.is_some() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
    }
}

/// What is a state and no event is read when somebody asks.
async fn show(State(Operations { hall, store, measures }): State<Operations>) -> String {
    let waiting = [
        ("claims", hall.claims.waiting()),
        ("tills", hall.tills.waiting()),
        ("sessions", hall.sessions.waiting()),
        ("keys", hall.counters.keys_waiting()),
        ("counters", hall.counters.waiting()),
    ];
    for (lane, waiting) in waiting {
        metrics::gauge!("jinquan_lane_waiting", "lane" => lane).set(count(waiting));
    }
    for round in &hall.board.posted().rounds {
        let gauge = metrics::gauge!("jinquan_packs_remaining", "round" => round.id.to_string());
        gauge.set(f64::from(round.remaining()));
    }
    metrics::gauge!("jinquan_sessions_known").set(count(hall.sessions.known()));
    metrics::gauge!("jinquan_line_places").set(count(hall.gate.booked()));
    let unread_ms = u32::try_from(hall.gate.unread.wait_ms()).unwrap_or(u32::MAX);
    metrics::gauge!("jinquan_sockets_wait_seconds").set(f64::from(unread_ms) / 1_000.0);
    metrics::gauge!("jinquan_live_streams").set(count(hall.live.open()));
    let stores = [
        ("citizens", &*hall.citizens_store),
        ("others", &*hall.store),
        ("server", &hall.own_store),
        ("operations", &store),
    ];
    for (whose, store) in stores {
        for pool in store.pools() {
            let states = [("open", pool.open), ("idle", pool.idle), ("most", pool.most)];
            for (state, connections) in states {
                let labels = [("whose", whose), ("pool", pool.name), ("state", state)];
                metrics::gauge!("jinquan_database_connections", &labels)
                    .set(f64::from(connections));
            }
        }
    }
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("jinquan_memory_resident_bytes").set(bytes);
    }
    let engine = match hall.store.engine() {
        store::Engine::Sqlite => "sqlite",
        store::Engine::Postgres => "postgres",
    };
    let labels = [("version", env!("CARGO_PKG_VERSION")), ("engine", engine)];
    metrics::gauge!("jinquan_build_info", &labels).set(1.0);
    measures.render()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; what is counted is far below 2^52"
)]
const fn count(number: usize) -> f64 {
    number as f64
}

/// The memory that the process holds, as Linux tells it; pages have 4,096 bytes on the machines that we build for.
fn resident_bytes() -> Option<f64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u32 = statm.split(' ').nth(1)?.parse().ok()?;
    Some(f64::from(pages) * 4_096.0)
}
