//! `/merchant`: the manager's page.

use std::sync::Arc;

use app::failure::Failure;
use app::page::merchant::{self, Account, Desk, Form, FreshKey, Key, MerchantModel, Paid};
use app::page::notice::Notice;
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::id::{TillId, TillKeyId};
use domain::merchant::application::{Application, Fault, Field};
use domain::merchant::{Merchant, MerchantState};
use domain::settlement::settle;
use domain::till::Scopes;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use store::till::TillKey;

use super::{Call, form};
use crate::backend::merchant::{Filed, apply, own};
use crate::backend::{busy, till};
use crate::hall::Hall;
use crate::named::Named;

/// The manager's routes.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new()
        .route("/merchant", get(show).post(send))
        .route("/merchant/tills", post(add_till))
        .route("/merchant/tills/{till}/close", post(close_till))
        .route("/merchant/settlements/{file}", get(super::settlement::file))
        .route("/merchant/keys", post(add_key))
        .route("/merchant/keys/{key}/rotate", post(rotate_key))
        .route("/merchant/keys/{key}/revoke", post(revoke_key))
}

async fn show(call: Call) -> Response {
    page(&call, Said::default()).await
}

/// An application as a browser sends it: a box that is not ticked is not sent.
#[derive(Deserialize)]
struct ApplicationForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    credit_code: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    district: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    position: String,
    #[serde(default)]
    contact_name: String,
    #[serde(default)]
    contact_phone: String,
    #[serde(default)]
    documents: String,
    sells_goods: Option<String>,
    in_city: Option<String>,
}

impl ApplicationForm {
    fn written(self) -> Application {
        Application {
            name: self.name,
            credit_code: self.credit_code,
            category: self.category,
            district: self.district,
            address: self.address,
            position: self.position,
            contact_name: self.contact_name,
            contact_phone: self.contact_phone,
            documents: self.documents,
            sells_goods: self.sells_goods.is_some(),
            in_city: self.in_city.is_some(),
        }
    }
}

async fn send(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    if call.visitor.citizen.is_none() {
        return Err(call.to_sign_in());
    }
    let written = form::read::<ApplicationForm>(&call, &headers, body).await?.written();
    match apply(&call.hall, &call.visitor, &written).await {
        Ok(Filed::Done) => Ok(Redirect::to("/merchant").into_response()),
        Ok(Filed::Faulty(faults)) => {
            let said = Said { written: Some((written, faults)), ..Said::default() };
            Ok(page(&call, said).await)
        }
        Ok(Filed::Barred) => {
            let said =
                Said { written: Some((written, Vec::new())), is_barred: true, ..Said::default() };
            Ok(page(&call, said).await)
        }
        Err(failure) => Err(call.fail(&failure)),
    }
}

#[derive(Deserialize)]
struct TillForm {
    #[serde(default)]
    name: String,
}

async fn add_till(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    let TillForm { name } = form::read(&call, &headers, body).await?;
    let added = till::add_till(&call.hall, &call.visitor, &name).await;
    Ok(done(&call, added).await)
}

async fn close_till(call: Call, Named(id): Named) -> Response {
    let closed = match id.parse::<TillId>() {
        Ok(id) => till::close_till(&call.hall, &call.visitor, &id).await,
        Err(_) => Err(Failure::NotFound),
    };
    done(&call, closed).await
}

#[derive(Deserialize)]
struct KeyForm {
    #[serde(default)]
    key_name: String,
    #[serde(default)]
    till: String,
}

async fn add_key(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    let KeyForm { key_name, till: of } = form::read(&call, &headers, body).await?;
    let (of, scopes) = match (of.as_str(), of.parse::<TillId>()) {
        ("", _) => (None, Scopes::OF_MERCHANT),
        (_, Ok(id)) => (Some(id), Scopes::OF_TILL),
        (_, Err(_)) => return Ok(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable)),
    };
    let made = till::add_key(&call.hall, &call.visitor, of, (&key_name, scopes)).await;
    Ok(revealed(&call, made, false).await)
}

async fn rotate_key(call: Call, Named(id): Named) -> Response {
    let made = match id.parse::<TillKeyId>() {
        Ok(id) => till::rotate_key(&call.hall, &call.visitor, &id).await,
        Err(_) => Err(Failure::NotFound),
    };
    revealed(&call, made, true).await
}

async fn revoke_key(call: Call, Named(id): Named) -> Response {
    let revoked = match id.parse::<TillKeyId>() {
        Ok(id) => till::revoke_key(&call.hall, &call.visitor, &id).await,
        Err(_) => Err(Failure::NotFound),
    };
    done(&call, revoked).await
}

/// Back to the page, or the page that says that it was not done.
async fn done(call: &Call, outcome: Result<(), Failure>) -> Response {
    match outcome {
        Ok(()) => Redirect::to("/merchant").into_response(),
        Err(failure) => undone(call, failure).await,
    }
}

/// The page with the new key. It is the answer to the form itself: a key that crossed a redirect would be kept
/// somewhere on the way.
async fn revealed(call: &Call, made: Result<till::Secret, Failure>, rotated: bool) -> Response {
    match made {
        Ok(secret) => {
            let fresh = Some(FreshKey { key: secret.reveal(), rotated });
            page(call, Said { fresh, ..Said::default() }).await
        }
        Err(failure) => undone(call, failure).await,
    }
}

async fn undone(call: &Call, failure: Failure) -> Response {
    let undone = match failure {
        Failure::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Failure::Forbidden => StatusCode::FORBIDDEN,
        Failure::NotFound => StatusCode::NOT_FOUND,
        other => return call.fail(&other),
    };
    page(call, Said { undone: Some(undone), ..Said::default() }).await
}

/// What the page has to say of the act before it.
#[derive(Default)]
struct Said {
    written: Option<(Application, Vec<(Field, Fault)>)>,
    /// Whether risk control refused what was written.
    is_barred: bool,
    fresh: Option<FreshKey>,
    /// The status of an act that was not done.
    undone: Option<StatusCode>,
}

async fn page(call: &Call, said: Said) -> Response {
    if call.visitor.citizen.is_none() {
        return call.to_sign_in();
    }
    let Some(campaign) = call.hall.board.posted().campaign.clone() else {
        return call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign);
    };
    let merchant = match own(&call.hall, &call.visitor).await {
        Ok(merchant) => merchant,
        Err(failure) => return call.fail(&failure),
    };
    let wrong = said.written.as_ref().map(|_| StatusCode::UNPROCESSABLE_ENTITY);
    let status = said.undone.or(wrong).unwrap_or(StatusCode::OK);
    let desk = match &merchant {
        Some(merchant) if has_desk(merchant) => match desk(call, merchant, &said).await {
            Ok(desk) => Some(Desk { fresh: said.fresh, ..desk }),
            Err(failure) => return call.fail(&failure),
        },
        _ => None,
    };
    let account = match &merchant {
        Some(merchant) if has_desk(merchant) => match account(call, merchant).await {
            Ok(account) => Some(account),
            Err(error) => return call.fail(&busy(error)),
        },
        _ => None,
    };
    let is_barred = said.is_barred;
    let form = form_of(merchant.as_ref(), said.written);
    let now = call.hall.clock.campaign();
    let model = MerchantModel { campaign, now, merchant, form, is_barred, desk, account };
    call.show(status, |frame| merchant::page(frame, &model))
}

/// What it is owed and was paid, day by day.
async fn account(call: &Call, merchant: &Merchant) -> Result<Account, store::Error> {
    let store = &call.hall.store;
    let (days, holds) = (store.days_of(&merchant.id).await?, store.holds_of(&merchant.id).await?);
    let paid = store.payments_to(&merchant.id).await?.into_iter();
    let paid = paid.map(|it| Paid { day: it.day, reference: it.bank_reference }).collect();
    let days = settle(days, &holds);
    let open = holds.into_iter().find(|hold| hold.released.is_none());
    Ok(Account { days, paid, hold: open.map(|hold| hold.held) })
}

/// Only one that takes part, or did, has tills.
fn has_desk(merchant: &Merchant) -> bool {
    matches!(merchant.state, MerchantState::Approved | MerchantState::Suspended)
}

/// The form for a first application, or for another one after a refusal: with what was written last.
fn form_of(
    merchant: Option<&Merchant>,
    written: Option<(Application, Vec<(Field, Fault)>)>,
) -> Option<Form> {
    let is_open = merchant.is_none_or(|merchant| merchant.state == MerchantState::Refused);
    is_open.then(|| match (written, merchant) {
        (Some((written, faults)), _) => Form { written, faults },
        (None, Some(merchant)) => Form { written: as_written(merchant), faults: Vec::new() },
        (None, None) => Form::default(),
    })
}

fn as_written(merchant: &Merchant) -> Application {
    let profile = merchant.profile.clone();
    Application {
        name: profile.name,
        credit_code: profile.credit_code.to_string(),
        category: profile.category.to_string(),
        district: profile.district,
        address: profile.address,
        position: profile.position.map(|position| position.to_string()).unwrap_or_default(),
        contact_name: profile.contact.name,
        contact_phone: profile.contact.phone,
        documents: profile.documents.join("\n"),
        sells_goods: profile.sells_goods,
        in_city: profile.in_city,
    }
}

async fn desk(call: &Call, merchant: &Merchant, said: &Said) -> Result<Desk, Failure> {
    let till::Desk { tills, keys } = till::desk(&call.hall, &merchant.id).await?;
    let keys = keys.into_iter().map(shown).collect();
    Ok(Desk { tills, keys, fresh: None, undone: said.undone.is_some() })
}

fn shown(key: TillKey) -> Key {
    let TillKey { id, till, name, hint, scopes, ends_at, .. } = key;
    Key { id, till, name, hint, scopes, ends_at }
}
