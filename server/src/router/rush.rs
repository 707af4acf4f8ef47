//! The one route that everybody takes in the same second, `POST /api/v1/rounds/{id}/claims`, found without the router:
//! looking it up there, and taking the request apart for a handler, costs as much as the claim itself. Everything else,
//! and every unusual spelling of this address, goes on to the rooms, where the same handler stands.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use domain::id::RoundId;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Either};
use http::Method;
use tower::Service;

use crate::hall::Hall;
use crate::{api, page};

/// Claims at once, everything else by `rooms`.
#[derive(Clone)]
pub(super) struct Rush<S> {
    pub(super) hall: Arc<Hall>,
    pub(super) rooms: S,
}

impl<S> Service<Request> for Rush<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<BoxFuture<'static, Result<Response, Infallible>>, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.rooms.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Some(round) = round_of_claim(&request) else {
            return match self.hall.limits.entry(&request, self.hall.clock.system()) {
                Ok(()) => Either::Right(self.rooms.call(request)),
                Err(failure) => {
                    let hall = self.hall.clone();
                    // Made while it is waited for, because only then the request has its number.
                    let answer = async move { Ok(page::too_often(hall, &request, &failure)) };
                    Either::Left(answer.boxed())
                }
            };
        };
        let hall = self.hall.clone();
        let answer =
            async move { api::claim::answer(hall, round.as_str(), request).await.into_response() };
        let answer = AssertUnwindSafe(answer).catch_unwind();
        Either::Left(answer.map(|answer| Ok(answer.unwrap_or_else(super::broken))).boxed())
    }
}

fn round_of_claim(request: &Request) -> Option<RoundId> {
    if request.method() != Method::POST {
        return None;
    }
    let path = request.uri().path().strip_prefix("/api/v1/rounds/")?;
    path.strip_suffix("/claims")?.parse().ok()
}
