//! `/results`, its files, and `/console/dashboard`. All of it is made of what was counted last.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use app::page::notice::Notice;
use app::page::results::{self, ResultsModel};
use app::page::{Page, dashboard, frame::Frame};
use app::visitor::View;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::language::Language;
use domain::results::file::{Table, file};
use domain::staff::Permit;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};

use super::{Call, entrance};
use crate::encoding::Encoding;
use crate::hall::Hall;
use crate::named::Named;
use crate::staff::StaffMember;

/// The results' routes.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new()
        .route("/results", get(show))
        .route("/results/{file}", get(download))
        .route("/console/dashboard", get(board))
}

/// The page as it was made last for everybody who is not signed in, for each language, view and packing. It is good
/// until the next count.
#[derive(Default)]
pub struct PreparedResults(Mutex<HashMap<Face, (u64, Bytes)>>);

type Face = (Language, View, Option<Encoding>);

impl PreparedResults {
    fn get(&self, face: Face, number: u64, make: impl FnOnce() -> Bytes) -> Bytes {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(&face) {
            Some((of, page)) if *of == number => page.clone(),
            _ => {
                let page = make();
                known.insert(face, (number, page.clone()));
                page
            }
        }
    }
}

fn model(hall: &Hall) -> Option<ResultsModel> {
    let campaign = hall.board.posted().campaign.clone()?;
    Some(ResultsModel {
        campaign,
        results: hall.results.latest(),
        entrances: entrance::links(hall),
    })
}

async fn show(call: Call) -> Response {
    // Before the results, so that a page of older ones is never taken for one of newer ones.
    let number = call.hall.results.number();
    let Some(model) = model(&call.hall) else {
        return call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign);
    };
    let build = |frame: &Frame| -> Page { results::page(frame, &model) };
    if call.visitor.citizen.is_some() || call.path != "/results" || model.results.is_none() {
        return call.show(StatusCode::OK, build);
    }
    let face = (call.visitor.language, call.visitor.view, call.encoding);
    let page = call.hall.result_pages.get(face, number, || call.prepare(build));
    call.hand_out(page)
}

async fn download(State(hall): State<Arc<Hall>>, call: Call, Named(name): Named) -> Response {
    let table = name.strip_suffix(".csv").and_then(Table::from_code);
    let (Some(table), Some(results)) = (table, hall.results.latest()) else {
        return call.notice(StatusCode::NOT_FOUND, Notice::NotFound);
    };
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"results-{}.csv\"", table.code())),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, file(&results, table)).into_response()
}

async fn board(call: Call, staff: StaffMember) -> Result<Response, Response> {
    staff.must(Permit::ReadMoney, &call)?;
    let Some(model) = model(&call.hall) else {
        return Ok(call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign));
    };
    Ok(call.show(StatusCode::OK, |frame| dashboard::page(frame, &staff.who(), &model)))
}
