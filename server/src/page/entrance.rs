//! The doors of the entrances: `/sign-in/{entrance}` and the way back, the hand-over of a mini-program, the matching of
//! name and number, and what providers tell by themselves (`/notify/{entrance}`).

use std::sync::Arc;

use app::act::answer::local_path;
use app::page::entrance::{self, EntranceLink, HandoffModel, MatchModel, Setback, Wrong};
use app::page::notice::Notice;
use app::widget::consent::CONSENT_FIELD;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::consent::Purpose;
use domain::identity_number::IdentityNumber;
use http::header::{REFRESH, RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use serde::Deserialize;

use super::Call;
use super::form::{Asked, bytes_within, read};
use crate::api::BODY_BYTES_MAX;
use crate::backend::entrance::{Arrival, Matched, Pending, arrive, depart, hear, take_over};
use crate::backend::sign_in::{Agreed, Browser, Identity, TurnedAway, finish_sign_in, is_name};
use crate::entrance::Entrance;
use crate::entrance::attempt::Crumb;
use crate::entrance::fault::Fault;
use crate::entrance::returned::Returned;
use crate::hall::Hall;
use crate::limit::ENTER_RETRY_MS;
use crate::named::Named;

/// How long somebody waits before asking again whom a provider does not answer, in milliseconds.
const RETRY_MS: u32 = 30_000;

/// The ways of the entrances.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new()
        .route("/sign-in/{entrance}", get(entry).post(start))
        .route("/sign-in/{entrance}/callback", get(callback))
        .route("/sign-in/{entrance}/handoff", get(handoff).post(handed_over))
        .route("/sign-in/{entrance}/match", get(matching).post(matched))
        .route("/notify/{entrance}", post(notify))
}

/// An entrance, as pages offer it.
pub(super) fn link(entrance: &Entrance) -> EntranceLink {
    EntranceLink { id: entrance.id.clone(), name: entrance.names.clone() }
}

/// All of them.
pub(super) fn links(hall: &Hall) -> Vec<EntranceLink> {
    hall.entrances.all().iter().map(link).collect()
}

/// `GET /sign-in/{entrance}`: what a host leads to.
async fn entry(call: Call, Named(id): Named, uri: Uri) -> Response {
    let Some(entrance) = call.hall.entrances.find(&id) else { return nothing(&call) };
    let asked = Asked::of(&uri);
    let (next, days) = (local_path(asked.value("next")), call.hall.retention_days);
    let shown = |frame: &_| entrance::entry(frame, &link(entrance), next, days);
    call.knowing_device(call.show(StatusCode::OK, shown))
}

/// `POST /sign-in/{entrance}`: sets out. The answer is a page that goes on, because hosts refuse redirects, and because
/// our own policy lets no form lead away.
async fn start(
    call: Call,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let Some(entrance) = call.hall.entrances.find(&id) else { return Ok(nothing(&call)) };
    let form: Vec<(String, String)> = read(&call, &headers, body).await?;
    let next = form.iter().find(|(name, _)| name == "next").map(|(_, value)| value.as_str());
    let next = local_path(next.unwrap_or_default()).to_owned();
    let departure = depart(&call.hall, entrance, &next, agreed(&form, &call));
    let departure = departure.map_err(|fault| fell_back(&call, entrance, fault))?;
    let address = entrance.address(&departure.attempt, &call.hall.clock).await;
    let address = address.map_err(|fault| fell_back(&call, entrance, fault))?;
    let shown = |frame: &_| entrance::going_on(frame, &link(entrance), &address);
    let mut response = call.show(StatusCode::OK, shown);
    add(&mut response, departure.cookie);
    if let Ok(refresh) = HeaderValue::from_str(&format!("0;url={address}")) {
        response.headers_mut().insert(REFRESH, refresh);
    }
    Ok(response)
}

/// `GET /sign-in/{entrance}/callback`: the way back.
async fn callback(call: Call, Named(id): Named, uri: Uri, headers: HeaderMap) -> Response {
    let Some(entrance) = call.hall.entrances.find(&id) else { return nothing(&call) };
    let query = uri.query().unwrap_or_default();
    let arrival = Box::pin(arrive(&call.hall, entrance, query, &headers)).await;
    arrived(&call, entrance, arrival, &headers).await
}

/// `GET /sign-in/{entrance}/handoff`: a mini-program gives `auth_code`. Nobody is signed in before the button.
async fn handoff(call: Call, Named(id): Named, uri: Uri) -> Response {
    let takes = |entrance: &&Entrance| entrance.alipay().is_some_and(|alipay| alipay.handoff);
    let Some(entrance) = call.hall.entrances.find(&id).filter(takes) else { return nothing(&call) };
    let asked = Asked::of(&uri);
    if asked.value("auth_code").is_empty() {
        // A choice of language after the button leads here, without what the host gave.
        return entry(call, Named(id), uri).await;
    }
    let departure =
        depart(&call.hall, entrance, local_path(asked.value("next")), Agreed::default());
    let departure = match departure {
        Ok(departure) => departure,
        Err(fault) => return fell_back(&call, entrance, fault),
    };
    let model = HandoffModel {
        entrance: link(entrance),
        auth_code: asked.value("auth_code").to_owned(),
        state: departure.attempt.state,
        days: call.hall.retention_days,
        is_busy: false,
        ticked: Vec::new(),
    };
    let page = call.show(StatusCode::OK, |frame| entrance::handoff(frame, &model));
    let mut response = call.knowing_device(page);
    add(&mut response, departure.cookie);
    response
}

/// `POST /sign-in/{entrance}/handoff`: the button.
async fn handed_over(
    call: Call,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let takes = |entrance: &&Entrance| entrance.alipay().is_some_and(|alipay| alipay.handoff);
    let Some(entrance) = call.hall.entrances.find(&id).filter(takes) else {
        return Ok(nothing(&call));
    };
    let form: Vec<(String, String)> = read(&call, &headers, body).await?;
    let agreed = agreed(&form, &call);
    let ticked = agreed.purposes.clone();
    let given = form.into_iter().filter(|(name, _)| name != CONSENT_FIELD).collect();
    let given = Returned::of(given).map_err(|fault| fell_back(&call, entrance, fault))?;
    let arrival = Box::pin(take_over(&call.hall, entrance, &given, agreed, &headers)).await;
    if let Err(fault) = &arrival
        && fault.said() == Setback::Busy
    {
        fault.note(entrance.id.as_str());
        // Nothing was used: the same button, with what it needs and what was ticked beside it.
        let value = |name: &str| given.value(name).unwrap_or_default().to_owned();
        let model = HandoffModel {
            entrance: link(entrance),
            auth_code: value("auth_code"),
            state: value("state"),
            days: call.hall.retention_days,
            is_busy: true,
            ticked,
        };
        let page = |frame: &_| entrance::handoff(frame, &model);
        return Ok(again_after(call.show(StatusCode::SERVICE_UNAVAILABLE, page), ENTER_RETRY_MS));
    }
    Ok(arrived(&call, entrance, arrival, &headers).await)
}

/// `GET /sign-in/{entrance}/match`: asks for name and number. What is known so far is in the browser's cookie, so
/// whoever loads the page again or chooses a language is where they were.
async fn matching(call: Call, Named(id): Named, headers: HeaderMap) -> Response {
    let Some(entrance) = call.hall.entrances.find(&id) else { return nothing(&call) };
    match Pending::read(&call.hall, entrance, &headers) {
        Ok(_) => to_match(&call, entrance, StatusCode::OK, &MatchModel::default()),
        Err(fault) => fell_back(&call, entrance, fault),
    }
}

fn to_match(call: &Call, entrance: &Entrance, status: StatusCode, model: &MatchModel) -> Response {
    call.show(status, |frame| entrance::matching(frame, &link(entrance), model))
}

#[derive(Deserialize)]
struct MatchForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    identity_number: String,
    #[serde(default)]
    skip: String,
}

/// `POST /sign-in/{entrance}/match`: name and number, or not.
async fn matched(
    call: Call,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let Some(entrance) = call.hall.entrances.find(&id) else { return Ok(nothing(&call)) };
    let form: MatchForm = read(&call, &headers, body).await?;
    let pending = Pending::read(&call.hall, entrance, &headers);
    let pending = pending.map_err(|fault| fell_back(&call, entrance, fault))?;
    let again = |wrong| {
        let wrong = Some(wrong);
        let model = MatchModel { name: form.name.clone(), wrong, ..MatchModel::default() };
        to_match(&call, entrance, StatusCode::UNPROCESSABLE_ENTITY, &model)
    };
    let outcome = if form.skip == "yes" {
        pending.skip(&call.hall).await
    } else {
        if !is_name(&form.name) {
            return Ok(again(Wrong::Name));
        }
        let today = call.hall.clock.system().beijing().date();
        let Ok(number) = IdentityNumber::parse(&form.identity_number, today) else {
            return Ok(again(Wrong::Number));
        };
        Box::pin(pending.check(&call.hall, entrance, &form.name, number)).await
    };
    Ok(match outcome {
        Ok(Matched::Known { identity, next }) => {
            enter(&call, entrance, &identity, &next, &headers).await
        }
        Ok(Matched::No(pending)) => {
            let mut response = again(Wrong::NotMatched);
            if let Ok(cookie) = pending.cookie(&call.hall) {
                add(&mut response, cookie);
            }
            response
        }
        Err(fault) if fault.said() == Setback::Busy => {
            fault.note(entrance.id.as_str());
            // Nothing was used: the same page, with what was typed.
            let MatchForm { name, identity_number: number, .. } = form;
            let model = MatchModel { name, number, is_busy: true, wrong: None };
            let page = to_match(&call, entrance, StatusCode::SERVICE_UNAVAILABLE, &model);
            again_after(page, ENTER_RETRY_MS)
        }
        Err(fault) => fell_back(&call, entrance, fault),
    })
}

/// `POST /notify/{entrance}`: what a provider tells by itself. It wants `success`, and repeats itself otherwise.
async fn notify(
    State(hall): State<Arc<Hall>>,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(entrance) = hall.entrances.find(&id).filter(|it| it.alipay().is_some()) else {
        return (StatusCode::NOT_FOUND, "fail").into_response();
    };
    let form = match bytes_within(&headers, body, BODY_BYTES_MAX).await {
        Ok(form) => form,
        Err((status, _)) => return (status, "fail").into_response(),
    };
    let Ok(form) = std::str::from_utf8(&form) else {
        return (StatusCode::BAD_REQUEST, "fail").into_response();
    };
    match hear(&hall, entrance, form).await {
        Ok(()) | Err(Fault::NotifyReplayed) => "success".into_response(),
        Err(fault) => {
            fault.note(&id);
            let status = if fault.is_trouble() {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                StatusCode::BAD_REQUEST
            };
            (status, "fail").into_response()
        }
    }
}

/// What somebody sees who has come back.
async fn arrived(
    call: &Call,
    entrance: &Entrance,
    arrival: Result<Arrival, Fault>,
    headers: &HeaderMap,
) -> Response {
    match arrival {
        Ok(Arrival::Known { identity, next }) => {
            enter(call, entrance, &identity, &next, headers).await
        }
        Ok(Arrival::ToMatch(pending)) => {
            let cookie = match pending.cookie(&call.hall) {
                Ok(cookie) => cookie,
                Err(fault) => return fell_back(call, entrance, fault),
            };
            let way = format!("/sign-in/{}/match", entrance.id);
            let mut response = Redirect::to(&way).into_response();
            add(&mut response, cookie);
            add(&mut response, Crumb::Attempt.clear(call.hall.tls));
            response
        }
        Err(fault) => fell_back(call, entrance, fault),
    }
}

/// Signs in, and leads on.
async fn enter(
    call: &Call,
    entrance: &Entrance,
    identity: &Identity,
    next: &str,
    headers: &HeaderMap,
) -> Response {
    let tls = call.hall.tls;
    let browser = Browser::of(&call.hall, headers, &call.visitor);
    match finish_sign_in(&call.hall, identity, &browser).await {
        Ok(token) => {
            // A path with letters that no header may carry leads home.
            let next = if next.is_ascii() { local_path(next) } else { "/" };
            let mut response = Redirect::to(next).into_response();
            add(&mut response, token.cookie(tls));
            without_the_way(response, tls)
        }
        Err(TurnedAway::Undecided(_)) => fell_back(call, entrance, Fault::NotEntered),
        Err(turned) => without_the_way(call.turn_away(&turned), tls),
    }
}

/// Why somebody was not let in; what was kept of the way is thrown away, unless it is still good.
fn fell_back(call: &Call, entrance: &Entrance, fault: Fault) -> Response {
    fault.note(entrance.id.as_str());
    let said = fault.said();
    let status = match said {
        Setback::Cancelled => StatusCode::OK,
        Setback::BeginAgain | Setback::NotAccepted => StatusCode::BAD_REQUEST,
        Setback::Unavailable | Setback::Busy | Setback::Unfinished => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    let response = call.show(status, |frame| entrance::setback(frame, said));
    let response = match said {
        Setback::Unavailable => again_after(response, RETRY_MS),
        Setback::Busy => again_after(response, ENTER_RETRY_MS),
        _ => response,
    };
    if fault.keeps_the_way() { response } else { without_the_way(response, call.hall.tls) }
}

/// An answer that says when it helps to ask the same again.
fn again_after(mut response: Response, ms: u32) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(ms.div_ceil(1_000)));
    response
}

/// An answer with which a browser forgets the way that it was on.
fn without_the_way(mut response: Response, tls: bool) -> Response {
    add(&mut response, Crumb::Attempt.clear(tls));
    add(&mut response, Crumb::Match.clear(tls));
    response
}

/// What somebody ticked, in the language of the page.
fn agreed(form: &[(String, String)], call: &Call) -> Agreed {
    let ticked = form.iter().filter(|(name, _)| name == CONSENT_FIELD);
    let mut purposes: Vec<Purpose> =
        ticked.filter_map(|(_, value)| Purpose::from_code(value)).collect();
    purposes.sort_unstable();
    purposes.dedup();
    Agreed { purposes, language: call.visitor.language }
}

fn nothing(call: &Call) -> Response {
    call.notice(StatusCode::NOT_FOUND, Notice::NotFound)
}

fn add(response: &mut Response, cookie: HeaderValue) {
    response.headers_mut().append(SET_COOKIE, cookie);
}
