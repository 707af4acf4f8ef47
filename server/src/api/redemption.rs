//! `POST /redemptions`, `POST /redemptions/quote`, `GET /redemptions/{id}`, `GET /redemptions`.

use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use domain::id::{KindId, MerchantId, RedemptionId, VoucherId};
use domain::money::Amount;
use domain::place::Position;
use domain::redemption::{
    ORDER_MAX_FEN, Order, Quote, Redemption, RedemptionState, Reference, Scene,
};
use domain::refusal::TillRefusal;
use domain::till::Scope;
use domain::time::BeijingDay;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{created, json, read, whole_number, written};
use super::machine::Machine;
use super::problem::Problem;
use super::query::{paging, parse, request_key, single};
use crate::backend::redemption;
use crate::named::Named;

/// What a till asks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderRequest {
    /// The payload of the QR code, or the twelve digits, which may be full-width; spaces are ignored.
    #[schema(min_length = 1, max_length = 200)]
    code: String,
    /// The whole order.
    #[serde(deserialize_with = "whole_number")]
    #[schema(minimum = 1, maximum = 10_000_000_000_i64)]
    order_fen: i64,
    /// What the shop's own coupon takes off.
    #[serde(deserialize_with = "whole_number")]
    #[schema(minimum = 0, maximum = 10_000_000_000_i64)]
    merchant_coupon_fen: i64,
    /// Where the sale happens.
    #[schema(value_type = SceneBody)]
    scene: Scene,
    /// Where the till says it is, WGS-84.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<PositionBody>, nullable = false)]
    position: Option<PositionBody>,
    /// The shop's own reference of the sale.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, nullable = false, pattern = r"^[^\u0000-\u001f\u007f-\u009f]{1,64}$")]
    reference: Option<String>,
}

/// Where a sale happens.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it is there for the document")]
enum SceneBody {
    InStore,
    Online,
}

/// A position, WGS-84, in degrees.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PositionBody {
    #[schema(minimum = -90, maximum = 90)]
    lat: f64,
    #[schema(minimum = -180, maximum = 180)]
    lon: f64,
}

/// What is given is a value; `null` gives nothing and is wrong.
fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

impl OrderRequest {
    fn check(self) -> Result<Order, Problem> {
        let amount = |field: &str, fen: i64, least: i64| {
            let amount =
                Amount::from_fen(fen).filter(|it| (least..=ORDER_MAX_FEN).contains(&it.fen()));
            let detail = format!("a whole number from {least} to {ORDER_MAX_FEN}");
            amount.ok_or_else(|| Problem::invalid(field, detail))
        };
        if self.code.is_empty() || self.code.chars().count() > 200 {
            return Err(Problem::invalid("code", "1 to 200 characters"));
        }
        let position = |it: PositionBody| {
            Position::from_degrees(it.lat, it.lon)
                .map_err(|error| Problem::invalid("position", error.to_string()))
        };
        let reference = |it: String| {
            let detail = "1 to 64 characters, none of them a control character";
            it.parse::<Reference>().map_err(|_| Problem::invalid("reference", detail))
        };
        Ok(Order {
            order: amount("order_fen", self.order_fen, 1)?,
            merchant_coupon: amount("merchant_coupon_fen", self.merchant_coupon_fen, 0)?,
            scene: self.scene,
            position: self.position.map(position).transpose()?,
            reference: self.reference.map(reference).transpose()?,
            code: self.code,
        })
    }
}

/// A receipt.
#[derive(Serialize, ToSchema)]
struct Receipt {
    #[schema(value_type = String)]
    id: RedemptionId,
    redeemed_at: String,
    #[schema(value_type = String)]
    merchant: MerchantId,
    /// The holder's name, masked.
    holder: String,
    order_fen: i64,
    merchant_coupon_fen: i64,
    voucher_fen: i64,
    to_pay_fen: i64,
    #[schema(value_type = SceneBody)]
    scene: Scene,
    reference: Option<String>,
    #[schema(value_type = String)]
    state: RedemptionState,
}

impl From<Redemption> for Receipt {
    fn from(it: Redemption) -> Self {
        Self {
            id: it.id,
            redeemed_at: it.redeemed_at.to_string(),
            merchant: it.actor.merchant,
            state: it.state(),
            order_fen: it.price.order.fen(),
            merchant_coupon_fen: it.price.merchant_coupon.fen(),
            voucher_fen: it.price.voucher.fen(),
            to_pay_fen: it.price.to_pay.fen(),
            scene: it.scene,
            reference: it.reference.map(|reference| reference.to_string()),
            holder: it.holder,
        }
    }
}

/// What a redemption would come to.
#[derive(Serialize, ToSchema)]
struct QuoteBody {
    redeemed_at: String,
    #[schema(value_type = String)]
    merchant: MerchantId,
    /// The holder's name, masked; none where no voucher has the code.
    holder: Option<String>,
    order_fen: i64,
    merchant_coupon_fen: i64,
    voucher_fen: i64,
    to_pay_fen: i64,
    #[schema(value_type = SceneBody)]
    scene: Scene,
    reference: Option<String>,
    /// Always `quoted`.
    state: &'static str,
    /// The code with which it would be refused.
    #[schema(value_type = Option<String>)]
    would_refuse: Option<TillRefusal>,
    /// The holder's voucher that would save more.
    better_voucher: Option<BetterBody>,
}

/// A voucher that would save more.
#[derive(Serialize, ToSchema)]
struct BetterBody {
    #[schema(value_type = String)]
    id: VoucherId,
    #[schema(value_type = String)]
    kind: KindId,
    face_fen: i64,
    minimum_spend_fen: i64,
    /// What it would take off this order.
    voucher_fen: i64,
}

/// A page of redemptions.
#[derive(Serialize, ToSchema)]
struct RedemptionList {
    items: Vec<Receipt>,
    next: Option<String>,
}

/// Says what a redemption would come to. It changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/redemptions/quote",
    request_body = OrderRequest,
    security(("key" = [])),
    responses(
        (status = 200, body = QuoteBody),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn quote(
    machine: Machine,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let actor = machine.till(Scope::Redeem)?;
    let order = read::<OrderRequest>(&headers, body).await?.check()?;
    let Quote { presented, price, would_refuse, better } =
        redemption::quote(&machine.hall, &actor, &order).await?;
    let better_voucher = better.map(|(other, saves)| BetterBody {
        id: other.voucher,
        kind: other.kind,
        face_fen: other.face.fen(),
        minimum_spend_fen: other.minimum_spend.fen(),
        voucher_fen: saves.fen(),
    });
    let body = QuoteBody {
        redeemed_at: machine.hall.clock.campaign().to_string(),
        merchant: actor.merchant,
        holder: presented.map(|it| it.holder),
        order_fen: price.order.fen(),
        merchant_coupon_fen: price.merchant_coupon.fen(),
        voucher_fen: price.voucher.fen(),
        to_pay_fen: price.to_pay.fen(),
        scene: order.scene,
        reference: order.reference.map(|reference| reference.to_string()),
        state: "quoted",
        would_refuse,
        better_voucher,
    };
    Ok(json(StatusCode::OK, &body))
}

/// Redeems a voucher. The same key again gives the same answer.
#[utoipa::path(
    post,
    path = "/api/v1/redemptions",
    params((
        "Idempotency-Key" = String,
        Header,
        description = "1 to 255 visible ASCII characters",
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$"
    )),
    request_body = OrderRequest,
    security(("key" = [])),
    responses(
        (status = 201, body = Receipt),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn create(
    machine: Machine,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let actor = machine.till(Scope::Redeem)?;
    let key = request_key(&headers)?;
    let order = read::<OrderRequest>(&headers, body).await?.check()?;
    let made = redemption::redeem(&machine.hall, &actor, order, key).await?;
    Ok(created(written(&Receipt::from(made.receipt)), made.replayed))
}

/// One of the merchant's redemptions, as it stands.
#[utoipa::path(
    get,
    path = "/api/v1/redemptions/{id}",
    params(("id" = String, Path)),
    security(("key" = [])),
    responses(
        (status = 200, body = Receipt),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn show(machine: Machine, Named(id): Named) -> Result<Response, Problem> {
    machine.may(Scope::Read)?;
    let id = id.parse().map_err(|_| Problem::of_code("not_found"))?;
    let found = redemption::show(&machine.hall, machine.holder.merchant, &id).await?;
    Ok(json(StatusCode::OK, &Receipt::from(found)))
}

/// What the merchant redeemed on a Beijing day, in order.
#[utoipa::path(
    get,
    path = "/api/v1/redemptions",
    params(
        ("date" = String, Query, description = "a Beijing day, such as 2020-04-22", format = "date"),
        ("limit" = Option<u8>, Query, description = "1 to 100", minimum = 1, maximum = 100),
        (
            "after" = Option<String>,
            Query,
            description = "the identifier after which the page begins",
            pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"
        )
    ),
    security(("key" = [])),
    responses(
        (status = 200, body = RedemptionList),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn list(machine: Machine, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    machine.may(Scope::Read)?;
    let page = paging(query.as_deref())?;
    let pairs = parse(query.as_deref().unwrap_or_default())?;
    let date = single(&pairs, "date")?
        .ok_or_else(|| Problem::invalid("date", "the parameter is missing"))?;
    let after: Option<RedemptionId> = page
        .after
        .map(|after| after.parse())
        .transpose()
        .map_err(|_| Problem::invalid("after", "not an identifier of a redemption"))?;
    let Some(day) = day(date)? else {
        return Ok(json(StatusCode::OK, &RedemptionList { items: Vec::new(), next: None }));
    };
    // One more than is shown says whether there are more.
    let wanted = u32::try_from(page.limit + 1).unwrap_or(u32::MAX);
    let merchant = machine.holder.merchant;
    let mut found = redemption::of_day(&machine.hall, merchant, day, after, wanted).await?;
    let more = found.len() > page.limit;
    found.truncate(page.limit);
    let next = found.last().filter(|_| more).map(|last| last.id.to_string());
    let items = found.into_iter().map(Receipt::from).collect();
    Ok(json(StatusCode::OK, &RedemptionList { items, next }))
}

/// The day of a date; none for one of the calendar that lies before every campaign, or after.
fn day(date: &str) -> Result<Option<BeijingDay>, Problem> {
    match date.parse::<BeijingDay>() {
        Ok(day) => Ok(Some(day)),
        Err(_) if date.len() == 10 && date.parse::<jiff::civil::Date>().is_ok() => Ok(None),
        Err(error) => Err(Problem::invalid("date", error.to_string())),
    }
}
