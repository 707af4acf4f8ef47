//! `/till`: the cashier's page.

mod receipt;
mod sale;

use std::sync::Arc;

use app::backend::TillBackend;
use app::page::till::{Desk, Outcome, TillModel, Typed, page};
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::id::RequestKey;
use domain::redemption::Totals;
use http::{HeaderMap, StatusCode};

use super::{Call, staff_door};
use crate::backend::staff::Door;
use crate::backend::{HallBackend, busy};
use crate::hall::Hall;
use crate::key::hex;
use crate::staff::{Cashier, OWN_TILL_ACCOUNT, cashier};

/// The till's routes.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new()
        .route("/till", get(show))
        .route("/till/sign-in", post(sign_in))
        .route("/till/sign-out", post(sign_out))
        .route("/till/quote", post(sale::quote))
        .route("/till/edit", post(sale::edit))
        .route("/till/redeem", post(sale::redeem))
        .route("/till/today", get(receipt::today))
        .route("/till/receipts/{id}", get(receipt::show))
        .route("/till/receipts/{id}/refund", get(receipt::ask))
        .route("/till/refund", post(receipt::refund))
}

/// The till, or the sign-in.
async fn show(call: Call, headers: HeaderMap) -> Response {
    match cashier(&call.hall, &headers).await {
        Ok(Some(cashier)) if cashier.renew_by.is_some() => {
            Redirect::to(OWN_TILL_ACCOUNT).into_response()
        }
        Ok(Some(cashier)) => {
            let key = fresh_key(&call);
            match key {
                Some(key) => {
                    draw(&call, &cashier, StatusCode::OK, Typed::default(), key, Outcome::Typing)
                        .await
                }
                None => call.fail(&app::failure::Failure::Unknown),
            }
        }
        Ok(None) => staff_door::show(&call, Door::Till, "/till"),
        Err(error) => call.fail(&busy(error)),
    }
}

async fn sign_in(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    staff_door::enter(&call, Door::Till, &headers, body).await
}

async fn sign_out(call: Call, headers: HeaderMap) -> Result<Response, Response> {
    staff_door::leave(&call, Door::Till, &headers).await
}

/// The page with what is known of a sale.
async fn draw(
    call: &Call,
    cashier: &Cashier,
    status: StatusCode,
    typed: Typed,
    key: RequestKey,
    outcome: Outcome,
) -> Response {
    // The form shows what the till's day comes to; a quote or a no has no room for it.
    let today = match outcome {
        Outcome::Typing | Outcome::Wrong(_) => backend(call).totals(&cashier.actor).await,
        Outcome::Quoted(_) | Outcome::Refused(_) | Outcome::Undecided => Ok(Totals::default()),
    };
    let today = match today {
        Ok(today) => today,
        Err(failure) => return call.fail(&failure),
    };
    let model = TillModel { desk: desk(cashier), typed, key, outcome, today };
    call.show(status, |frame| page(frame, &model))
}

fn backend(call: &Call) -> HallBackend {
    HallBackend(call.hall.clone())
}

/// Who stands where.
pub(super) fn desk(cashier: &Cashier) -> Desk {
    Desk {
        login: cashier.login.to_string(),
        till: cashier.till_name.clone(),
        merchant: cashier.merchant_name.clone(),
    }
}

/// A key for a request that is yet to be made. Hexadecimal digits are always one.
fn fresh_key(call: &Call) -> Option<RequestKey> {
    hex(&call.hall.chance.bytes::<16>()).parse().ok()
}
