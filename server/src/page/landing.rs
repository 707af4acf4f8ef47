//! `/`, `/rules`.

use app::act::answer::Said;
use app::cookie::ANSWER;
use app::page::landing;
use app::page::notice::Notice;
use app::page::rules::{self, RulesModel};
use axum::body::Bytes;
use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};

use super::Call;
use super::prepared::Face;

/// The landing page.
pub(super) async fn show(call: Call, headers: HeaderMap) -> Response {
    let answer = ANSWER.read(&headers, call.hall.tls).and_then(Said::read);
    let is_said = answer.is_some();
    if !is_said && let Some(page) = prepared(&call) {
        return call.hand_out(page);
    }
    let model = crate::backend::landing::landing(&call.hall, &call.visitor, answer).await;
    let mut response = match model {
        Ok(Some(model)) => call.show(StatusCode::OK, |frame| landing::page(frame, &model)),
        Ok(None) => call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign),
        Err(failure) => call.fail(&failure),
    };
    if is_said {
        // Said once.
        response.headers_mut().append(SET_COOKIE, ANSWER.clear(call.hall.tls));
    }
    response
}

/// The page as everybody sees it who is not signed in and asks for nothing but the page.
fn prepared(call: &Call) -> Option<Bytes> {
    if call.visitor.citizen.is_some() || call.path != "/" {
        return None;
    }
    let model = crate::backend::landing::of_everybody(&call.hall)?;
    let face = Face {
        language: call.visitor.language,
        view: call.visitor.view,
        encoding: call.encoding,
        phase: model.round.phase(model.now),
    };
    let make = || call.prepare(|frame| landing::page(frame, &model));
    Some(call.hall.pages.get(face, model.now, make))
}

/// The rules of the current round.
pub(super) async fn rules(call: Call) -> Response {
    let posted = call.hall.board.posted();
    let current = posted.current(call.hall.clock.campaign());
    match (posted.campaign.clone(), current) {
        (Some(campaign), Some(round)) => {
            call.show(StatusCode::OK, |frame| rules::page(frame, &RulesModel { campaign, round }))
        }
        _ => call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign),
    }
}
