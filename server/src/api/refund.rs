//! `POST /redemptions/{id}/refunds`.

use axum::body::Body;
use axum::response::Response;
use domain::id::{RedemptionId, RefundId};
use domain::money::Amount;
use domain::refund::Refund;
use domain::till::Scope;
use domain::voucher::VoucherState;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{created, read, whole_number, written};
use super::machine::Machine;
use super::problem::Problem;
use super::query::request_key;
use crate::backend::refund;
use crate::named::Named;

/// How much is refunded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefundRequest {
    /// How much of what the customer paid. 0 only of a sale on which nothing was to pay: it takes the sale back.
    #[serde(deserialize_with = "whole_number")]
    #[schema(minimum = 0, maximum = 10_000_000_000_i64)]
    order_refund_fen: i64,
}

/// A refund.
#[derive(Serialize, ToSchema)]
struct RefundBody {
    #[schema(value_type = String)]
    id: RefundId,
    #[schema(value_type = String)]
    redemption: RedemptionId,
    refunded_at: String,
    order_refund_fen: i64,
    /// Whether the voucher is its holder's again.
    voucher_returned: bool,
    #[schema(value_type = String)]
    voucher_state: VoucherState,
}

impl From<Refund> for RefundBody {
    fn from(it: Refund) -> Self {
        Self {
            id: it.id,
            redemption: it.redemption,
            refunded_at: it.refunded_at.to_string(),
            order_refund_fen: it.amount.fen(),
            voucher_returned: it.effect.voucher_returned,
            voucher_state: it.effect.voucher_state(),
        }
    }
}

/// Refunds what was paid, or a part of it. The same key again gives the same answer.
#[utoipa::path(
    post,
    path = "/api/v1/redemptions/{id}/refunds",
    params(
        ("id" = String, Path),
        (
            "Idempotency-Key" = String,
            Header,
            description = "1 to 255 visible ASCII characters",
            min_length = 1,
            max_length = 255,
            pattern = "^[!-~]+$"
        )
    ),
    request_body = RefundRequest,
    security(("key" = [])),
    responses(
        (status = 201, body = RefundBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn create(
    machine: Machine,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let actor = machine.till(Scope::Refund)?;
    let key = request_key(&headers)?;
    let RefundRequest { order_refund_fen } = read(&headers, body).await?;
    let amount = Amount::from_fen(order_refund_fen)
        .ok_or_else(|| Problem::invalid("order_refund_fen", "a whole number, not below zero"))?;
    let id = id.parse().map_err(|_| Problem::of_code("not_found"))?;
    let made = refund::refund(&machine.hall, &actor, id, amount, key).await?;
    Ok(created(written(&RefundBody::from(made.receipt)), made.replayed))
}
