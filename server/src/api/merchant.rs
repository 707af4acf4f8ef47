//! `GET /merchants`.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use domain::campaign::Campaign;
use domain::id::{CategoryId, KindId};
use domain::place::Position;
use http::StatusCode;
use serde::Serialize;
use store::merchant::{PublicMerchant, Wanted};
use utoipa::ToSchema;

use super::body::json;
use super::problem::Problem;
use super::query::{paging, parse, single};
use crate::backend::merchants::{self, WORDS_MAX, categories_of};
use crate::hall::Hall;

/// A merchant that takes part. `kinds` are the kinds of voucher that it takes.
#[derive(Serialize, ToSchema)]
struct MerchantBody {
    id: String,
    name: String,
    category: String,
    district: String,
    address: String,
    position: Option<PositionBody>,
    kinds: Vec<String>,
}

/// A position, WGS-84, in degrees.
#[derive(Serialize, ToSchema)]
struct PositionBody {
    lat: f64,
    lon: f64,
}

/// A page of merchants.
#[derive(Serialize, ToSchema)]
struct MerchantList {
    items: Vec<MerchantBody>,
    next: Option<String>,
}

/// The participating merchants: all of them, or those that are asked for. With `near` the nearest come first.
#[utoipa::path(
    get,
    path = "/api/v1/merchants",
    params(
        ("category" = Option<String>, Query, description = "a category of the campaign"),
        ("district" = Option<String>, Query, description = "a district of the campaign: its division code"),
        ("kind" = Option<String>, Query, description = "merchants that take this kind of voucher"),
        ("q" = Option<String>, Query, description = "words in name or address", max_length = 60),
        ("near" = Option<String>, Query, description = "latitude,longitude in degrees, WGS-84"),
        ("limit" = Option<u8>, Query, description = "1 to 100", minimum = 1, maximum = 100),
        ("after" = Option<String>, Query, description = "the identifier after which the page begins", min_length = 1)
    ),
    responses(
        (status = 200, body = MerchantList),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn list(
    State(hall): State<Arc<Hall>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let campaign = hall.board.posted().campaign.clone();
    let campaign = campaign.ok_or_else(|| Problem::of_code("not_found"))?;
    let wanted = wanted(query.as_deref(), &campaign)?;
    let (merchants, next) = merchants::list(&hall, &wanted).await?;
    let items = merchants.into_iter().map(|merchant| body(merchant, &campaign)).collect();
    let list = MerchantList { items, next: next.map(|next| next.to_string()) };
    Ok(json(StatusCode::OK, &list))
}

/// What is asked for; each wrong parameter is named.
fn wanted(query: Option<&str>, campaign: &Campaign) -> Result<Wanted, Problem> {
    let paging = paging(query)?;
    let pairs = parse(query.unwrap_or_default())?;
    let asked = |name: &str| single(&pairs, name).map(Option::unwrap_or_default);
    let mut categories = Vec::new();
    let kind = asked("kind")?;
    if !kind.is_empty() {
        let kind = kind.parse::<KindId>().ok();
        categories = kind
            .and_then(|kind| categories_of(campaign, &kind))
            .ok_or_else(|| Problem::invalid("kind", "no kind of this campaign"))?;
    }
    let category = asked("category")?;
    if !category.is_empty() {
        let category = category.parse::<CategoryId>().ok();
        let category = category
            .filter(|category| campaign.category(category).is_some())
            .ok_or_else(|| Problem::invalid("category", "no category of this campaign"))?;
        // Both given: a category whose merchants do not take the kind can only be a mistake.
        if !categories.is_empty() && !categories.contains(&category) {
            return Err(Problem::invalid("category", "merchants of it do not take this kind"));
        }
        categories = vec![category];
    }
    let district = asked("district")?;
    if !district.is_empty() && campaign.district(district).is_none() {
        return Err(Problem::invalid("district", "no district of this campaign"));
    }
    let words = asked("q")?;
    if words.chars().count() > WORDS_MAX {
        return Err(Problem::invalid("q", "at most 60 characters"));
    }
    // One engine takes no NUL in a text.
    if words.chars().any(char::is_control) {
        return Err(Problem::invalid("q", "no control characters"));
    }
    let near = asked("near")?;
    let near: Option<Position> = match near {
        "" => None,
        text => Some(text.parse().map_err(|error: domain::place::NotAPosition| {
            Problem::invalid("near", error.to_string())
        })?),
    };
    let after = paging.after.map(|after| {
        after.parse().map_err(|_| Problem::invalid("after", "no merchant of this list"))
    });
    Ok(Wanted {
        categories,
        district: district.to_owned(),
        words: words.to_owned(),
        near,
        limit: u8::try_from(paging.limit).unwrap_or(u8::MAX),
        after: after.transpose()?,
    })
}

fn body(merchant: PublicMerchant, campaign: &Campaign) -> MerchantBody {
    MerchantBody {
        id: merchant.id.to_string(),
        kinds: campaign
            .kinds_taken_by(&merchant.category)
            .map(|kind| kind.id.to_string())
            .collect(),
        name: merchant.name,
        category: merchant.category.to_string(),
        district: merchant.district,
        address: merchant.address,
        position: merchant
            .position
            .map(|position| PositionBody { lat: position.latitude(), lon: position.longitude() }),
    }
}
