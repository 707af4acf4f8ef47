//! `GET /rounds`, `GET /rounds/{id}`.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::pack::{Pack, VoucherTerms};
use domain::refusal::Refusal;
use domain::round::{LimitPer, Phase, RefundPolicy, Round};
use domain::time::Timestamp;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::json;
use super::campaign::{Names, names};
use super::problem::Problem;
use super::query::paging;
use crate::hall::Hall;
use crate::named::Named;

/// A round, now.
#[derive(Serialize, ToSchema)]
pub(super) struct RoundBody {
    id: String,
    name: String,
    #[schema(value_type = BTreeMap<String, String>)]
    names: Names,
    #[schema(value_type = String)]
    phase: Phase,
    opens_at: String,
    closes_at: String,
    stock: u32,
    remaining: u32,
    #[schema(value_type = String)]
    limit_per: LimitPer,
    #[schema(value_type = String)]
    refund_policy: RefundPolicy,
    packs: Vec<PackBody>,
    server_time: String,
}

/// A pack of a round.
#[derive(Serialize, ToSchema)]
struct PackBody {
    id: String,
    name: String,
    #[schema(value_type = BTreeMap<String, String>)]
    names: Names,
    stock: u32,
    remaining: u32,
    vouchers: Vec<VoucherTermsBody>,
}

/// Vouchers of one sort in a pack.
#[derive(Serialize, ToSchema)]
struct VoucherTermsBody {
    kind: String,
    face_fen: i64,
    minimum_spend_fen: i64,
    count: u8,
}

/// A page of rounds.
#[derive(Serialize, ToSchema)]
struct RoundList {
    items: Vec<RoundBody>,
    next: Option<String>,
}

/// The rounds of the campaign, in order.
#[utoipa::path(
    get,
    path = "/api/v1/rounds",
    params(
        ("limit" = Option<u8>, Query, description = "1 to 100", minimum = 1, maximum = 100),
        ("after" = Option<String>, Query, description = "the identifier after which the page begins", min_length = 1)
    ),
    responses(
        (status = 200, body = RoundList),
        (status = 400, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn list(
    State(hall): State<Arc<Hall>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let paging = paging(query.as_deref())?;
    let (posted, now) = (hall.board.posted(), hall.clock.campaign());
    let start = match &paging.after {
        None => 0,
        Some(after) => {
            let place = posted.rounds.iter().position(|round| round.id.as_str() == after);
            place.ok_or_else(|| Problem::invalid("after", "no such round"))? + 1
        }
    };
    let page: Vec<_> = posted.rounds.iter().skip(start).take(paging.limit).collect();
    let more = posted.rounds.len() > start + page.len();
    let next = if more { page.last().map(|round| round.id.to_string()) } else { None };
    let items = page.into_iter().map(|round| body(round, now)).collect();
    Ok(json(StatusCode::OK, &RoundList { items, next }))
}

/// One round.
#[utoipa::path(
    get,
    path = "/api/v1/rounds/{id}",
    params(("id" = String, Path)),
    responses(
        (status = 200, body = RoundBody),
        (status = 404, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn show(
    State(hall): State<Arc<Hall>>,
    Named(id): Named,
) -> Result<Response, Problem> {
    let round = find(&hall, &id)?;
    Ok(json(StatusCode::OK, &body(&round, hall.clock.campaign())))
}

/// The round of an identifier in a path.
pub(super) fn find(hall: &Hall, id: &str) -> Result<Arc<Round>, Problem> {
    let missing = || Problem::from(app::failure::Failure::refused(Refusal::RoundNotFound));
    let id = id.parse().map_err(|_| missing())?;
    hall.board.round(&id).ok_or_else(missing)
}

fn body(round: &Round, now: Timestamp) -> RoundBody {
    RoundBody {
        id: round.id.to_string(),
        name: round.name.hant.clone(),
        names: names(&round.name),
        phase: round.phase(now),
        opens_at: round.window.opens_at().to_string(),
        closes_at: round.window.closes_at().to_string(),
        stock: round.stock(),
        remaining: round.remaining(),
        limit_per: round.limit_per,
        refund_policy: round.refund_policy,
        packs: round.packs.iter().map(pack_body).collect(),
        server_time: now.to_string(),
    }
}

fn pack_body(pack: &Pack) -> PackBody {
    let terms =
        |VoucherTerms { kind, face, minimum_spend, count }: &VoucherTerms| VoucherTermsBody {
            kind: kind.to_string(),
            face_fen: face.fen(),
            minimum_spend_fen: minimum_spend.fen(),
            count: *count,
        };
    PackBody {
        id: pack.id.to_string(),
        name: pack.name.hant.clone(),
        names: names(&pack.name),
        stock: pack.stock.total,
        remaining: pack.stock.remaining(),
        vouchers: pack.vouchers.iter().map(terms).collect(),
    }
}
