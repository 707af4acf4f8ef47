//! `GET /campaign`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::campaign::{Accepts, Campaign};
use domain::language::{Language, LocalText};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::json;
use super::problem::Problem;
use crate::hall::Hall;

/// A name in every language, by tag.
pub(super) type Names = BTreeMap<&'static str, String>;

/// What is configured.
#[derive(Serialize, ToSchema)]
struct CampaignBody {
    id: String,
    city: String,
    slogan: String,
    theme: String,
    organiser: String,
    hotline: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    appropriation_fen: i64,
    current_round: Option<String>,
    kinds: Vec<KindBody>,
    categories: Vec<NamedBody>,
    districts: Vec<NamedBody>,
}

/// A kind of voucher. `accepts` lists categories; `any` stands for every participating merchant.
#[derive(Serialize, ToSchema)]
struct KindBody {
    id: String,
    name: String,
    #[schema(value_type = BTreeMap<String, String>)]
    names: Names,
    seal: String,
    accepts: Vec<String>,
}

/// Something with a name.
#[derive(Serialize, ToSchema)]
struct NamedBody {
    id: String,
    name: String,
    #[schema(value_type = BTreeMap<String, String>)]
    names: Names,
}

/// The campaign as it is configured, and its current round.
#[utoipa::path(
    get,
    path = "/api/v1/campaign",
    responses(
        (status = 200, body = CampaignBody),
        (status = 404, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn show(State(hall): State<Arc<Hall>>) -> Result<Response, Problem> {
    let posted = hall.board.posted();
    let campaign = posted.campaign.as_ref().ok_or_else(|| Problem::of_code("not_found"))?;
    let current = posted.current(hall.clock.campaign()).map(|round| round.id.to_string());
    Ok(json(StatusCode::OK, &body(campaign, current)))
}

fn body(campaign: &Campaign, current_round: Option<String>) -> CampaignBody {
    CampaignBody {
        id: campaign.id.to_string(),
        city: campaign.city.hant.clone(),
        slogan: campaign.slogan.hant.clone(),
        theme: campaign.theme.hant.clone(),
        organiser: campaign.organiser.hant.clone(),
        hotline: campaign.hotline.clone(),
        remark: campaign.remark.as_ref().map(|remark| remark.hant.clone()),
        appropriation_fen: campaign.appropriation.fen(),
        current_round,
        kinds: campaign
            .kinds
            .iter()
            .map(|kind| KindBody {
                id: kind.id.to_string(),
                name: kind.name.hant.clone(),
                names: names(&kind.name),
                seal: kind.seal.clone(),
                accepts: match &kind.accepts {
                    Accepts::Any(_) => vec!["any".to_owned()],
                    Accepts::Categories(categories) => {
                        categories.iter().map(ToString::to_string).collect()
                    }
                },
            })
            .collect(),
        categories: campaign
            .categories
            .iter()
            .map(|it| named(it.id.to_string(), &it.name))
            .collect(),
        districts: campaign.districts.iter().map(|it| named(it.code.clone(), &it.name)).collect(),
    }
}

fn named(id: String, name: &LocalText) -> NamedBody {
    NamedBody { id, name: name.hant.clone(), names: names(name) }
}

/// A name in every language, by tag.
pub(super) fn names(text: &LocalText) -> Names {
    Language::ALL
        .into_iter()
        .map(|language| (language.tag(), text.get(language).to_owned()))
        .collect()
}
