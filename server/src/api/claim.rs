//! `POST /rounds/{id}/claims`, `GET /claims/{id}`, `GET /wallet`.

pub mod prepared;

use std::sync::Arc;

use app::failure::Failure;
use axum::extract::{Request, State};
use axum::response::Response;
use domain::claim::{Claim, ClaimState};
use domain::id::{ClaimId, KindId, MerchantId, PackId, RedemptionId, RoundId, VoucherId};
use domain::refusal::Refusal;
use domain::round::Round;
use domain::voucher::{Voucher, VoucherState, VoucherUse};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Caller;
use super::body::{accepted, created, json, read, written};
use super::problem::Problem;
use super::query::request_key;
use super::round::find;
use crate::backend::claim::{Asked, claim, no_such_round, still_waits};
use crate::backend::wallet;
use crate::hall::Hall;
use crate::named::Named;
use crate::session;

/// What a claim may say: which pack, where the round has several.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClaimRequest {
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>, nullable = false)]
    pack: Option<String>,
}

/// A pack that is named is a text; `null` names nothing and is wrong.
fn named<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    String::deserialize(deserializer).map(Some)
}

/// A claim with its vouchers.
#[derive(Serialize, ToSchema)]
struct ClaimBody {
    #[schema(value_type = String)]
    id: ClaimId,
    #[schema(value_type = String)]
    round: RoundId,
    #[schema(value_type = String)]
    pack: PackId,
    serial: Option<u32>,
    #[schema(value_type = String)]
    state: ClaimState,
    claimed_at: String,
    /// Until when the desk decides, of a held claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    decide_by: Option<String>,
    vouchers: Vec<VoucherBody>,
}

/// A claim that waits for the risk desk, as its maker is told first.
#[derive(Serialize, ToSchema)]
struct HeldBody {
    #[schema(value_type = String)]
    id: ClaimId,
    /// Always `held`: whatever became of it since, `GET /claims/{id}` says.
    #[schema(value_type = String)]
    state: ClaimState,
    /// Until when it is decided; afterwards it is refused.
    decide_by: String,
}

/// A voucher.
#[derive(Serialize, ToSchema)]
struct VoucherBody {
    #[schema(value_type = String)]
    id: VoucherId,
    #[schema(value_type = String)]
    kind: KindId,
    face_fen: i64,
    minimum_spend_fen: i64,
    /// The same for every voucher of a claim, so it is written once.
    #[schema(value_type = String)]
    #[serde(serialize_with = "shared")]
    usable_until: Arc<str>,
    #[schema(value_type = String)]
    state: VoucherState,
    /// What it was used for, where it is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    used_for: Option<UseBody>,
}

/// What a voucher was used for.
#[derive(Serialize, ToSchema)]
struct UseBody {
    #[schema(value_type = String)]
    redemption: RedemptionId,
    #[schema(value_type = String)]
    merchant: MerchantId,
    merchant_name: String,
    redeemed_at: String,
}

impl From<VoucherUse> for UseBody {
    fn from(used_for: VoucherUse) -> Self {
        Self {
            redemption: used_for.redemption,
            merchant: used_for.merchant,
            merchant_name: used_for.merchant_name,
            redeemed_at: used_for.redeemed_at.to_string(),
        }
    }
}

fn shared<S: serde::Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// A person's claims, newest first.
#[derive(Serialize, ToSchema)]
struct WalletBody {
    claims: Vec<ClaimBody>,
}

/// Claims a pack. The same key again gives the same answer.
#[utoipa::path(
    post,
    path = "/api/v1/rounds/{id}/claims",
    params(
        ("id" = String, Path),
        (
            "Idempotency-Key" = String,
            Header,
            description = "1 to 255 visible ASCII characters",
            min_length = 1,
            max_length = 255,
            pattern = "^[!-~]+$"
        ),
        (
            "Waiting-Ticket" = Option<String>,
            Header,
            description = "the `ticket` of an earlier answer `busy`: whoever sends it at the time that the answer \
                           named, or later, goes before those who have none"
        )
    ),
    request_body = ClaimRequest,
    security(("session" = [])),
    responses(
        (status = 201, body = ClaimBody),
        (status = 202, body = HeldBody, description = "set aside until the risk desk decides"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (
            status = 429,
            body = Problem,
            content_type = "application/problem+json",
            description = "`busy`: this person asks too often"
        ),
        (
            status = 503,
            body = Problem,
            content_type = "application/problem+json",
            description = "`busy`: undecided. `retry_after_ms` says when; with `place` and `ticket` it is then this \
                           person's turn"
        )
    )
)]
pub(super) async fn create(
    State(hall): State<Arc<Hall>>,
    Named(id): Named,
    request: Request,
) -> Result<Response, Problem> {
    answer(hall, &id, request).await
}

/// What is answered to a request to claim a pack of the round of that identifier.
///
/// # Errors
/// [`Problem`] says why not.
pub async fn answer(hall: Arc<Hall>, round: &str, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let began = hall.clock.system();
    let visitor = session::visitor_at(&hall, &parts.headers, began).await.map_err(Failure::from)?;
    if visitor.citizen.is_none() {
        return Err(Failure::refused(Refusal::NotSignedIn).into());
    }
    if let Ok(round) = round.parse()
        && let Some(waits) = still_waits(&hall, &visitor, &round, began)
    {
        return Err(waits.into());
    }
    let key = request_key(&parts.headers)?;
    let ClaimRequest { pack } = read(&parts.headers, body).await?;
    let round = find(&hall, round).map_err(|_| no_such_round(&visitor))?;
    // The body may have taken its time.
    let asked = Asked { pack: pack.as_deref(), key, came: hall.clock.now() };
    let made = claim(&hall, &visitor, &round, asked).await?;
    if let Some(held) = as_held(&made.claim) {
        return Ok(accepted(written(&held), made.is_replayed()));
    }
    let round = made.round_then(&hall).await?;
    let whole = || granted_body(&made.claim, &round);
    let body = hall.answers.answer(&made.claim, &round, whole).unwrap_or_else(whole);
    Ok(created(body, made.is_replayed()))
}

/// One of the person's own claims.
#[utoipa::path(
    get,
    path = "/api/v1/claims/{id}",
    params(("id" = String, Path)),
    security(("session" = [])),
    responses(
        (status = 200, body = ClaimBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn show(
    Caller { hall, visitor }: Caller,
    Named(id): Named,
) -> Result<Response, Problem> {
    wallet::signed_in(&visitor)?;
    let id = id.parse().map_err(|_| Problem::of_code("not_found"))?;
    let own = wallet::own_claim(&hall, &visitor, &id).await?;
    Ok(json(StatusCode::OK, &body(&own.claim, own.vouchers)))
}

/// The person's claims and vouchers.
#[utoipa::path(
    get,
    path = "/api/v1/wallet",
    security(("session" = [])),
    responses(
        (status = 200, body = WalletBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn wallet(Caller { hall, visitor }: Caller) -> Result<Response, Problem> {
    let claims = wallet::wallet(&hall, &visitor).await?;
    let claims = claims.into_iter().map(|own| body(&own.claim, own.vouchers)).collect();
    Ok(json(StatusCode::OK, &WalletBody { claims }))
}

/// The body of the answer to a claim that was granted, of the round as it was then.
pub fn granted_body(claim: &Claim, round: &Round) -> Vec<u8> {
    written(&as_granted(claim, round))
}

/// The claim as its maker was first told of it: made from what never changes, the round as it was then, so that a
/// replay is the same byte for byte, whatever happened since.
fn as_granted(claim: &Claim, round: &Round) -> ClaimBody {
    body(claim, Voucher::of_claim(claim, round, claim.claimed_at))
}

/// The same of a claim that was held first.
fn as_held(claim: &Claim) -> Option<HeldBody> {
    let decide_by = claim.decide_by?.to_string();
    Some(HeldBody { id: claim.id, state: ClaimState::Held, decide_by })
}

fn body(claim: &Claim, vouchers: Vec<Voucher>) -> ClaimBody {
    let until = vouchers.first().map(|voucher| voucher.usable_until.to_string());
    let until: Arc<str> = until.unwrap_or_default().into();
    ClaimBody {
        id: claim.id,
        round: claim.round.clone(),
        pack: claim.choice.pack.clone(),
        serial: claim.serial,
        state: claim.state,
        claimed_at: claim.claimed_at.to_string(),
        decide_by: claim
            .decide_by
            .filter(|_| claim.state == ClaimState::Held)
            .map(|by| by.to_string()),
        vouchers: vouchers
            .into_iter()
            .map(|voucher| VoucherBody {
                id: voucher.id,
                kind: voucher.kind,
                face_fen: voucher.face.fen(),
                minimum_spend_fen: voucher.minimum_spend.fen(),
                usable_until: until.clone(),
                state: voucher.state,
                used_for: voucher.used_for.map(UseBody::from),
            })
            .collect(),
    }
}
