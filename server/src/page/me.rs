//! `/me` 「我的」. Every form carries a key made for the session: where a browser does not say whence a request comes, that
//! shows that it is from a page of ours.

use std::sync::Arc;

use app::cookie::{CLEAR_SITE_DATA, FORGET_SHOWN, sessions_cleared};
use app::page::entrance::name_of as entrance_name;
use app::page::me::{self, LeaveModel, MeModel, OwnAccount, OwnConsent, Session};
use app::page::notice::Notice;
use app::text::Text;
use app::visitor::Citizen;
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::consent::Purpose;
use domain::round::RealNameLevel;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;

use super::{Call, entrance, form};
use crate::backend::me::export::{Form, export};
use crate::backend::me::{self as own, Agreement, Own, name_of};
use crate::backend::wallet::signed_in;
use crate::hall::Hall;

/// What the key of the page's forms is made for.
const ACT: &str = "me";
/// How many characters of an account's name at its entrance are shown.
const SHOWN: usize = 4;

/// The routes.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new()
        .route("/me", get(show))
        .route("/me/consents", post(consent))
        .route("/me/sessions", post(end_sessions))
        .route("/me/match", post(ask_to_match))
        .route("/me/export.json", get(async |call: Call| file(&call, Form::Json).await))
        .route("/me/export.txt", get(async |call: Call| file(&call, Form::Text).await))
        .route("/me/delete", get(leave).post(delete))
        .route("/me/deleted", get(left))
}

async fn show(call: Call) -> Result<Response, Response> {
    let citizen = signed_in(&call.visitor).map_err(|failure| call.fail(&failure))?;
    let mine = own::own(&call.hall, &call.visitor).await;
    let mine = mine.map_err(|failure| call.fail(&failure))?;
    let model = model(&call, citizen, &mine);
    Ok(call.show(StatusCode::OK, |frame| me::page(frame, &model)))
}

fn model(call: &Call, citizen: &Citizen, mine: &Own) -> MeModel {
    let text = Text(call.visitor.language);
    let entrances = entrance::links(&call.hall);
    let accounts = mine.accounts.iter().map(|account| OwnAccount {
        entrance: entrance_name(&account.entrance, &entrances, text),
        masked: masked(&account.subject),
        is_known: account.real_name_level > RealNameLevel::UNKNOWN,
        since: account.created_at,
    });
    let consents = Purpose::ALL.into_iter().map(|purpose| {
        let agreement = mine.agreement(citizen, purpose);
        let since = if let Agreement::Yes(since) = agreement { Some(since) } else { None };
        OwnConsent { purpose, since, is_outdated: agreement == Agreement::Outdated }
    });
    let sessions = mine.sessions.iter().map(|session| Session {
        name: name_of(session),
        device: session.device.clone(),
        entrance: entrance_name(&session.entrance, &entrances, text),
        since: session.created_at,
        is_this: session.token_hash == citizen.session,
    });
    MeModel {
        key: call.hall.keys.act_key(&citizen.session, ACT),
        retention_days: call.hall.retention_days,
        is_known: own::is_known(citizen),
        accounts: accounts.collect(),
        consents: consents.collect(),
        sessions: sessions.collect(),
    }
}

/// The end of what names an account: enough to tell two apart.
fn masked(subject: &str) -> String {
    let count = subject.chars().count();
    let end: String = subject.chars().skip(count.saturating_sub(SHOWN)).collect();
    format!("****{end}")
}

/// What the forms of the page send.
#[derive(Deserialize)]
struct MeForm {
    #[serde(default)]
    key: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    given: String,
    #[serde(default)]
    session: String,
    #[serde(default)]
    understood: String,
}

/// The form of a page that was made for this session.
async fn read(call: &Call, headers: &HeaderMap, body: Body) -> Result<MeForm, Response> {
    let citizen = signed_in(&call.visitor).map_err(|failure| call.fail(&failure))?;
    let form: MeForm = form::read(call, headers, body).await?;
    if call.hall.keys.is_act_key(&citizen.session, ACT, &form.key) {
        Ok(form)
    } else {
        Err(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable))
    }
}

async fn consent(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    let form = read(&call, &headers, body).await?;
    let given = match form.given.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable)),
    };
    let Some(purpose) = Purpose::from_code(&form.purpose) else {
        return Err(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable));
    };
    let done = own::consent(&call.hall, &call.visitor, purpose, given).await;
    done.map_err(|failure| call.fail(&failure))?;
    Ok(Redirect::to("/me").into_response())
}

async fn end_sessions(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    let form = read(&call, &headers, body).await?;
    let done = if form.session.is_empty() {
        own::end_other_sessions(&call.hall, &call.visitor).await
    } else {
        own::end_session(&call.hall, &call.visitor, &form.session).await
    };
    done.map_err(|failure| call.fail(&failure))?;
    Ok(Redirect::to("/me").into_response())
}

async fn ask_to_match(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    read(&call, &headers, body).await?;
    let asked = own::ask_to_match(&call.hall, &call.visitor).await;
    asked.map_err(|failure| call.fail(&failure))?;
    Ok(Redirect::to("/sign-in?next=/me").into_response())
}

async fn file(call: &Call, wanted: Form) -> Result<Response, Response> {
    let body = export(&call.hall, &call.visitor, wanted).await;
    let mut response = body.map_err(|failure| call.fail(&failure))?.into_response();
    let (media, name) = match wanted {
        Form::Json => ("application/json", "attachment; filename=\"jinquan.json\""),
        Form::Text => ("text/plain; charset=utf-8", "attachment; filename=\"jinquan.txt\""),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static(name));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn leave(call: Call) -> Result<Response, Response> {
    before_leaving(&call, false).await
}

async fn before_leaving(call: &Call, is_missing: bool) -> Result<Response, Response> {
    let citizen = signed_in(&call.visitor).map_err(|failure| call.fail(&failure))?;
    let usable = own::usable_vouchers(&call.hall, &call.visitor).await;
    let model = LeaveModel {
        key: call.hall.keys.act_key(&citizen.session, ACT),
        retention_days: call.hall.retention_days,
        usable: usable.map_err(|failure| call.fail(&failure))?,
        is_missing,
    };
    let status = if is_missing { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(call.show(status, |frame| me::leave(frame, &model)))
}

async fn delete(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    let form = read(&call, &headers, body).await?;
    if form.understood != "yes" {
        return before_leaving(&call, true).await;
    }
    let done = own::delete(&call.hall, &call.visitor).await;
    done.map_err(|failure| call.fail(&failure))?;
    let mut response = Redirect::to("/me/deleted").into_response();
    for cookie in sessions_cleared(call.hall.tls) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response.headers_mut().insert(CLEAR_SITE_DATA, FORGET_SHOWN);
    Ok(response)
}

async fn left(call: Call) -> Response {
    call.show(StatusCode::OK, me::left)
}
