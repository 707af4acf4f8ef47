//! `/me/appeals`.

use app::page::appeals::{self, AppealsModel, GroundModel};
use app::page::notice::Notice;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use domain::appeal::{AppealState, CannotAppeal, PER_ROUND_MAX};
use domain::id::RoundId;
use domain::language::LocalText;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{Call, form};
use crate::backend::appeal;

/// What became of the person's claims, and of what they said against it.
pub(super) async fn show(call: Call) -> Response {
    page(&call, None).await
}

#[derive(Deserialize)]
struct AppealForm {
    #[serde(default)]
    round: String,
    #[serde(default)]
    words: String,
}

/// Files an appeal, and shows it.
pub(super) async fn file(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    if call.visitor.citizen.is_none() {
        return Err(call.to_sign_in());
    }
    // A thousand characters of four bytes each, percent-encoded, and what stands around them.
    let form: AppealForm = form::read_within(&call, &headers, body, 16_384).await?;
    let Ok(round) = form.round.parse::<RoundId>() else {
        return Err(call.notice(StatusCode::NOT_FOUND, Notice::NotFound));
    };
    let filed = appeal::file(&call.hall, &call.visitor, &round, &form.words).await;
    match filed.map_err(|failure| call.fail(&failure))? {
        Ok(()) => Ok(Redirect::to("/me/appeals").into_response()),
        Err(cannot) => Ok(page(&call, Some((round, cannot, form.words))).await),
    }
}

async fn page(call: &Call, refused: Option<(RoundId, CannotAppeal, String)>) -> Response {
    let (appeals, grounds) = match appeal::own(&call.hall, &call.visitor).await {
        Ok(own) => own,
        Err(failure) => return call.fail(&failure),
    };
    let Some(campaign) = call.hall.board.posted().campaign.clone() else {
        return call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign);
    };
    let name = |round: &RoundId| {
        let known = call.hall.board.round(round).map(|round| round.name.clone());
        known.unwrap_or_else(|| {
            let id = round.to_string();
            LocalText { hant: id.clone(), hans: id.clone(), english: id }
        })
    };
    let grounds = grounds.into_iter().map(|ground| {
        let of_round = appeals.iter().filter(|appeal| appeal.round == ground.round);
        let closed = of_round.clone().any(|appeal| appeal.state != AppealState::Dismissed)
            || of_round.count() >= PER_ROUND_MAX;
        GroundModel {
            name: name(&ground.round),
            round: ground.round,
            at: ground.at,
            decide_by: ground.decide_by,
            is_open: !closed,
        }
    });
    let status = match &refused {
        None => StatusCode::OK,
        Some((_, CannotAppeal::NoGrounds | CannotAppeal::Waits | CannotAppeal::TooMany, _)) => {
            StatusCode::CONFLICT
        }
        Some((_, CannotAppeal::NoWords | CannotAppeal::TooLong, _)) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    let model = AppealsModel {
        campaign,
        now: call.hall.clock.campaign(),
        grounds: grounds.collect(),
        appeals: appeals.iter().map(|appeal| (appeal.clone(), name(&appeal.round))).collect(),
        refused,
    };
    call.show(status, |frame| appeals::page(frame, &model))
}
