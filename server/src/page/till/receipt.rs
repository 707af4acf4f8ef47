//! What the till has done: receipts, the day, refunds.

use app::backend::TillBackend;
use app::backend::till::Sale;
use app::failure::Failure;
use app::page::notice::Notice;
use app::page::till::receipt::{Moment, ReceiptModel};
use app::page::till::refund::{NotRefunded, RefundModel};
use app::page::till::today::TodayModel;
use app::page::till::{receipt, refund as refund_page, today as today_page};
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::{RedemptionId, RequestKey};
use domain::money::Amount;
use domain::refusal::TillRefusal;
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use serde::Deserialize;

use super::{Call, backend, desk, fresh_key};
use crate::named::Named;
use crate::page::form::{self, Asked};
use crate::staff::Cashier;

/// One redemption.
pub(super) async fn show(
    call: Call,
    cashier: Cashier,
    Named(id): Named,
    uri: Uri,
) -> Result<Response, Response> {
    let sale = find(&call, &cashier, &id).await?;
    // What has just happened is said by the redirect that led here.
    let moment = match uri.query() {
        Some("moment=redeemed") => Some(Moment::Redeemed),
        Some("moment=refunded")
            if sale.redemption.refunded > Amount::ZERO || sale.redemption.undone =>
        {
            Some(Moment::Refunded)
        }
        _ => None,
    };
    let now = call.hall.clock.campaign();
    let model = ReceiptModel { desk: desk(&cashier), sale, moment, now };
    Ok(call.show(StatusCode::OK, |frame| receipt::page(frame, &model)))
}

/// The day of the till, or its sales before one of them.
pub(super) async fn today(call: Call, cashier: Cashier, uri: Uri) -> Response {
    let before = Asked::of(&uri).value("before").parse().ok();
    match backend(&call).today(&cashier.actor, before).await {
        Ok(today) => {
            let now = call.hall.clock.campaign();
            let model = TodayModel { desk: desk(&cashier), today, now };
            call.show(StatusCode::OK, |frame| today_page::page(frame, &model))
        }
        Err(failure) => call.fail(&failure),
    }
}

/// The form of a refund.
pub(super) async fn ask(
    call: Call,
    cashier: Cashier,
    Named(id): Named,
) -> Result<Response, Response> {
    let sale = find(&call, &cashier, &id).await?;
    let key = fresh_key(&call).ok_or_else(|| call.fail(&Failure::Unknown))?;
    let model = RefundModel { desk: desk(&cashier), sale, typed: None, key, not: None };
    Ok(call.show(StatusCode::OK, |frame| refund_page::page(frame, &model)))
}

/// What the form of a refund has.
#[derive(Deserialize)]
struct Form {
    id: String,
    #[serde(default)]
    amount: String,
    key: RequestKey,
}

/// Refunds, and leads to the receipt; the same form again leads to the same one.
pub(super) async fn refund(
    call: Call,
    cashier: Cashier,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let Form { id, amount: typed, key } = form::read(&call, &headers, body).await?;
    let sale = find(&call, &cashier, &id).await?;
    let failure = match amount_of(&typed, &sale) {
        None => None,
        Some(amount) => {
            let hall = backend(&call);
            let refunded = hall.refund(&cashier.actor, sale.redemption.id, amount, key.clone());
            match refunded.await {
                Ok(()) => {
                    let way = format!("/till/receipts/{}?moment=refunded", sale.redemption.id);
                    return Ok(Redirect::to(&way).into_response());
                }
                Err(failure) => Some(failure),
            }
        }
    };
    let (status, not, wait) = match &failure {
        None => (422, NotRefunded::Amount, None),
        Some(Failure::Declined(refusal)) => {
            (refusal.status(), NotRefunded::Refused(*refusal), None)
        }
        Some(Failure::NotFound) => (404, NotRefunded::Refused(TillRefusal::NotFound), None),
        Some(failure) => (failure.status(), NotRefunded::Undecided, failure.retry_after_s()),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let model = RefundModel { desk: desk(&cashier), sale, typed: Some(typed), key, not: Some(not) };
    let mut response = call.show(status, |frame| refund_page::page(frame, &model));
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    Ok(response)
}

/// What is to be refunded. Nothing is an amount only where nothing was paid: then it takes the sale back.
fn amount_of(typed: &str, sale: &Sale) -> Option<Amount> {
    let was_free = sale.redemption.price.to_pay == Amount::ZERO;
    Amount::from_yuan(typed).filter(|amount| *amount > Amount::ZERO || was_free)
}

async fn find(call: &Call, cashier: &Cashier, id: &str) -> Result<Sale, Response> {
    let missing = || call.notice(StatusCode::NOT_FOUND, Notice::NotFound);
    let id: RedemptionId = id.parse().map_err(|_| missing())?;
    let found = backend(call).sale(&cashier.actor, &id).await;
    found.map_err(|failure| call.fail(&failure))
}
