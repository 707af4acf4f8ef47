//! `/console/exports`: what can be taken out as a file.

use std::sync::Arc;

use app::page::export::{self as page, ExportModel};
use app::page::notice::Notice;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::export::Export;
use domain::settlement::ClosedDay;
use domain::staff::Permit;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode, Uri};

use super::Call;
use super::form::Asked;
use crate::backend::export::export;
use crate::hall::Hall;
use crate::named::Named;
use crate::staff::StaffMember;

/// The routes of the exports.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new().route("/console/exports", get(show)).route("/console/exports/{file}", get(file))
}

async fn show(call: Call, staff: StaffMember) -> Result<Response, Response> {
    if Export::open_to(staff.role).next().is_none() {
        return Err(call.notice(StatusCode::FORBIDDEN, Notice::NotAllowed));
    }
    let day = ClosedDay::last(call.hall.clock.campaign()).day().to_string();
    Ok(page_of(&call, &staff, StatusCode::OK, day))
}

/// The page, with a day that is asked for. Where there is no list of it, the status says so.
fn page_of(call: &Call, staff: &StaffMember, status: StatusCode, day: String) -> Response {
    let files = Export::open_to(staff.role).collect();
    let with_persons = staff.role.may(Permit::SeePersons);
    let model = ExportModel { files, with_persons, day, is_no_day: status != StatusCode::OK };
    call.show(status, |frame| page::page(frame, &staff.who(), &model))
}

async fn file(
    call: Call,
    staff: StaffMember,
    uri: Uri,
    Named(file): Named,
) -> Result<Response, Response> {
    let Some(wanted) = file.strip_suffix(".csv").and_then(Export::from_code) else {
        return Err(call.notice(StatusCode::NOT_FOUND, Notice::NotFound));
    };
    staff.must(wanted.permit(), &call)?;
    let now = call.hall.clock.campaign();
    let asked = Asked::of(&uri);
    let asked = if wanted.is_of_a_day() { asked.value("day") } else { "" };
    let day = match asked {
        "" => Some(ClosedDay::last(now)),
        day => day.parse().ok().and_then(|day| ClosedDay::of(day, now)),
    };
    let Some(day) = day else {
        return Err(page_of(&call, &staff, StatusCode::UNPROCESSABLE_ENTITY, asked.to_owned()));
    };
    let body = export(&call.hall, (&staff.login, staff.role), wanted, day).await;
    let body = body.map_err(|failure| call.fail(&failure))?;
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let of = if wanted.is_of_a_day() { day.day() } else { now.beijing_day() };
    let name = format!("attachment; filename=\"{}-{of}.csv\"", wanted.code());
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
