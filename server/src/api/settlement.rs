//! `GET /settlements/{date}.csv`.

use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::id::MerchantId;
use domain::till::Scope;
use domain::time::BeijingDay;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use super::machine::Machine;
use super::problem::Problem;
use crate::backend::settlement;
use crate::named::Named;

/// A Beijing day of the merchant as a file: each redemption and refund, and the totals. From a minute after the end of
/// the day its file never changes; its SHA-256 is in `Repr-Digest` (RFC 9530).
#[utoipa::path(
    get,
    path = "/api/v1/settlements/{date}.csv",
    params(("date" = String, Path, description = "a Beijing day, such as 2020-04-22", format = "date")),
    security(("key" = [])),
    responses(
        (status = 200, body = String, content_type = "text/csv; charset=utf-8"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn file(machine: Machine, Named(file): Named) -> Result<Response, Problem> {
    // What a till may see one by one, it may see in a file.
    machine.may(Scope::Settlement).or_else(|_| machine.may(Scope::Read))?;
    let day: Option<BeijingDay> = file.strip_suffix(".csv").and_then(|date| date.parse().ok());
    let day = day.ok_or_else(|| Problem::of_code("not_found"))?;
    let merchant = machine.holder.merchant;
    let file = settlement::of_day(&machine.hall, merchant, day).await?;
    Ok(answer(merchant, day, file))
}

/// The file of a merchant's day, as it is sent.
pub fn answer(merchant: MerchantId, day: BeijingDay, file: settlement::DayFile) -> Response {
    let digest = format!("sha-256=:{}:", STANDARD.encode(file.hash));
    let name = format!("attachment; filename=\"settlement-{merchant}-{day}.csv\"");
    let mut response = (StatusCode::OK, file.text).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (header, value) in [("repr-digest", digest), (CONTENT_DISPOSITION.as_str(), name)] {
        if let (Ok(value), Ok(header)) =
            (HeaderValue::from_str(&value), header.parse::<http::HeaderName>())
        {
            headers.insert(header, value);
        }
    }
    response
}
