//! `GET /rounds/{id}/live`: the stock as it changes, as server-sent events.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::problem::Problem;
use super::round::find;
use crate::board::live;
use crate::hall::Hall;
use crate::live::{Seat, encode};
use crate::measure;
use crate::named::Named;

/// How long somebody who finds no free stream waits before polling again, in milliseconds.
const FULL_RETRY_MS: u32 = 5_000;

/// Event `stock` with `{remaining, phase, server_time, packs[{id, remaining}]}`: at once, on change, at most four a
/// second, and at least every 15 s.
#[utoipa::path(
    get,
    path = "/api/v1/rounds/{id}/live",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = String, content_type = "text/event-stream"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn stream(
    State(hall): State<Arc<Hall>>,
    Named(id): Named,
) -> Result<Response, Problem> {
    let watched = find(&hall, &id)?;
    let busy = || {
        measure::busy(measure::Busy::Streams);
        Problem { retry_after_ms: Some(FULL_RETRY_MS), ..Problem::of_code("busy") }
    };
    // First the seat, then the first event: what is published in between is told again rather than not at all.
    let seat = hall.live.take_seat(&watched.id).ok_or_else(busy)?;
    let round = find(&hall, &id)?;
    let first = encode(&live(&round, hall.clock.campaign()));
    let events = events(first, seat);
    let mut response = Body::from_stream(events).into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, http::HeaderValue::from_static("text/event-stream"));
    response.headers_mut().insert(CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The first event, then the newest whenever the reader is ready for one; ends with the live stock itself.
fn events(
    first: Bytes,
    seat: Seat,
) -> impl futures::Stream<Item = Result<Bytes, std::convert::Infallible>> {
    stream::unfold((Some(first), seat), async |(first, mut seat)| {
        if let Some(first) = first {
            return Some((Ok(first), (None, seat)));
        }
        seat.events.changed().await.ok()?;
        let event = seat.events.borrow_and_update().clone();
        Some((Ok(event), (None, seat)))
    })
}
