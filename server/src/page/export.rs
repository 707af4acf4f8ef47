//! `/console/exports`: what can be taken out as a file.

use std::sync::Arc;

use app::page::export::{self as page, ExportModel};
use app::page::notice::Notice;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::export::Export;
use domain::staff::Permit;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use super::Call;
use crate::backend::export::export;
use crate::hall::Hall;
use crate::named::Named;
use crate::staff::StaffMember;

/// The routes of the exports.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new().route("/console/exports", get(show)).route("/console/exports/{file}", get(file))
}

async fn show(call: Call, staff: StaffMember) -> Result<Response, Response> {
    let files: Vec<Export> = Export::open_to(staff.role).collect();
    if files.is_empty() {
        return Err(call.notice(StatusCode::FORBIDDEN, Notice::NotAllowed));
    }
    let with_persons = staff.role.may(Permit::SeePersons);
    let model = ExportModel { files, with_persons };
    Ok(call.show(StatusCode::OK, |frame| page::page(frame, &staff.who(), &model)))
}

async fn file(call: Call, staff: StaffMember, Named(file): Named) -> Result<Response, Response> {
    let Some(wanted) = file.strip_suffix(".csv").and_then(Export::from_code) else {
        return Err(call.notice(StatusCode::NOT_FOUND, Notice::NotFound));
    };
    staff.must(wanted.permit(), &call)?;
    let body = export(&call.hall, (&staff.login, staff.role), wanted).await;
    let body = body.map_err(|failure| call.fail(&failure))?;
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let day = call.hall.clock.campaign().beijing_day();
    let name = format!("attachment; filename=\"{}-{day}.csv\"", wanted.code());
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
