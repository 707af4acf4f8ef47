//! A sale at the till: what was typed, what it would come to, and the redemption.

use app::backend::TillBackend;
use app::failure::Failure;
use app::page::notice::Notice;
use app::page::till::{Field, Outcome, Typed};
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::RequestKey;
use domain::money::Amount;
use domain::place::Position;
use domain::redemption::{ORDER_MAX_FEN, Order, Scene};
use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;

use super::{Call, backend, draw};
use crate::page::form;
use crate::staff::Cashier;

/// What the form has.
#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    code: String,
    #[serde(default)]
    order: String,
    #[serde(default)]
    coupon: String,
    #[serde(default)]
    place: String,
    key: RequestKey,
}

/// A sale as it was typed, with its key.
struct Sale {
    typed: Typed,
    key: RequestKey,
    order: Result<Order, Vec<Field>>,
}

/// What the sale would come to.
pub(super) async fn quote(
    call: Call,
    cashier: Cashier,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let Sale { typed, key, order } = read(&call, &headers, body).await?;
    let outcome = match order {
        Err(wrong) => Ok(Outcome::Wrong(wrong)),
        Ok(order) => {
            let quoted = backend(&call).quote(&cashier.actor, &order).await;
            quoted.map(|quote| Outcome::Quoted(Box::new(quote)))
        }
    };
    Ok(answer(&call, &cashier, typed, key, outcome).await)
}

/// The form again, with what was typed.
pub(super) async fn edit(
    call: Call,
    cashier: Cashier,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let Sale { typed, key, .. } = read(&call, &headers, body).await?;
    Ok(answer(&call, &cashier, typed, key, Ok(Outcome::Typing)).await)
}

/// Redeems, and leads to the receipt; the same form again leads to the same one.
pub(super) async fn redeem(
    call: Call,
    cashier: Cashier,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let Sale { typed, key, order } = read(&call, &headers, body).await?;
    let outcome = match order {
        Err(wrong) => Ok(Outcome::Wrong(wrong)),
        Ok(order) => match backend(&call).redeem(&cashier.actor, order, key.clone()).await {
            Ok(id) => {
                let way = format!("/till/receipts/{id}?moment=redeemed");
                return Ok(Redirect::to(&way).into_response());
            }
            Err(failure) => Err(failure),
        },
    };
    Ok(answer(&call, &cashier, typed, key, outcome).await)
}

/// The page that says what is known of the sale, with the status that says the same.
async fn answer(
    call: &Call,
    cashier: &Cashier,
    typed: Typed,
    key: RequestKey,
    outcome: Result<Outcome, Failure>,
) -> Response {
    match outcome {
        Ok(outcome) => {
            let status = match &outcome {
                Outcome::Wrong(_) => StatusCode::UNPROCESSABLE_ENTITY,
                _ => StatusCode::OK,
            };
            draw(call, cashier, status, typed, key, outcome).await
        }
        Err(Failure::Declined(refusal)) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::CONFLICT);
            draw(call, cashier, status, typed, key, Outcome::Refused(refusal)).await
        }
        Err(failure) => {
            let status = StatusCode::from_u16(failure.status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = draw(call, cashier, status, typed, key, Outcome::Undecided).await;
            if let Some(seconds) = failure.retry_after_s() {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
            }
            response
        }
    }
}

async fn read(call: &Call, headers: &HeaderMap, body: Body) -> Result<Sale, Response> {
    let Form { code, order, coupon, place, key } = form::read(call, headers, body).await?;
    let typed = Typed { code, order, coupon, place };
    let is_long =
        [&typed.code, &typed.order, &typed.coupon].iter().any(|field| field.len() > 1_000);
    // Nobody types the place, so a wrong one is no field to mend.
    let place = Some(&typed.place).filter(|place| !place.is_empty()).map(|place| place.parse());
    let (false, Ok(place)) = (is_long, place.transpose()) else {
        return Err(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable));
    };
    let order = order_of(&typed, place);
    Ok(Sale { typed, key, order })
}

/// The sale that was typed, or which fields of it are wrong.
fn order_of(typed: &Typed, position: Option<Position>) -> Result<Order, Vec<Field>> {
    let mut wrong = Vec::new();
    if typed.code.trim().is_empty() {
        wrong.push(Field::Code);
    }
    let amount = |typed: &str, least: i64| {
        Amount::from_yuan(typed).filter(|it| (least..=ORDER_MAX_FEN).contains(&it.fen()))
    };
    let order = amount(&typed.order, 1);
    if order.is_none() {
        wrong.push(Field::Order);
    }
    let coupon =
        if typed.coupon.trim().is_empty() { Some(Amount::ZERO) } else { amount(&typed.coupon, 0) };
    if coupon.is_none() {
        wrong.push(Field::Coupon);
    }
    match (order, coupon) {
        (Some(order), Some(merchant_coupon)) if wrong.is_empty() => Ok(Order {
            code: typed.code.clone(),
            order,
            merchant_coupon,
            scene: Scene::InStore,
            position,
            reference: None,
        }),
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(code: &str, order: &str, coupon: &str) -> Typed {
        let place = String::new();
        Typed { code: code.to_owned(), order: order.to_owned(), coupon: coupon.to_owned(), place }
    }

    #[test]
    fn what_was_typed_is_a_sale_or_says_which_fields_are_wrong() {
        let order = order_of(&typed("6204 8817 3059", "50", "5.00"), None).unwrap();
        assert_eq!((order.order.fen(), order.merchant_coupon.fen()), (5_000, 500));
        assert_eq!(order_of(&typed("1", "50", " "), None).unwrap().merchant_coupon, Amount::ZERO);
        assert_eq!(
            order_of(&typed(" ", "0", "x"), None).unwrap_err(),
            [Field::Code, Field::Order, Field::Coupon]
        );
        let most = "100,000,000";
        assert_eq!(order_of(&typed("1", most, most), None).unwrap().order.fen(), ORDER_MAX_FEN);
        let beyond = "100,000,000.01";
        assert_eq!(
            order_of(&typed("1", beyond, beyond), None).unwrap_err(),
            [Field::Order, Field::Coupon],
            "what no machine may ask, nobody may type"
        );
    }
}
