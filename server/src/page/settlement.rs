//! `/merchant/settlements/{date}.csv`: the same file as at the API, for the manager's browser.

use axum::response::Response;
use domain::time::BeijingDay;
use http::StatusCode;

use super::Call;
use crate::api::settlement::answer;
use crate::backend::{merchant, settlement};
use crate::named::Named;

/// The file of a day of the visitor's own merchant.
pub(super) async fn file(call: Call, Named(file): Named) -> Response {
    let missing = || call.notice(StatusCode::NOT_FOUND, app::page::notice::Notice::NotFound);
    let day: Option<BeijingDay> = file.strip_suffix(".csv").and_then(|date| date.parse().ok());
    let own = match merchant::own(&call.hall, &call.visitor).await {
        Ok(own) => own,
        Err(failure) => return call.fail(&failure),
    };
    let (Some(day), Some(own)) = (day, own) else { return missing() };
    match settlement::of_day(&call.hall, own.id, day).await {
        Ok(file) => answer(own.id, day, file),
        Err(failure) => call.fail(&failure),
    }
}
