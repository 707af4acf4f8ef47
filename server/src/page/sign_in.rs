//! `/sign-in` and the demonstration entrance.

use app::act::answer::local_path;
use app::page::notice::Notice;
use app::page::sign_in::{self, DemoEntrance, Rejected, SignInModel};
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use domain::consent::Purpose;
use domain::identity_number::IdentityNumber;
use domain::round::RealNameLevel;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;

use super::Call;
use super::form::{Asked, read};
use crate::backend::sign_in::{Agreed, Browser, Identity, is_account, is_name, sign_in};

/// What the demonstration entrance is sent.
#[derive(Deserialize)]
struct DemoForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    identity_number: String,
    #[serde(default = "main_account")]
    account: String,
    #[serde(default)]
    next: String,
}

fn main_account() -> String {
    "main".to_owned()
}

/// The entrances.
pub(super) async fn show(call: Call, uri: Uri) -> Response {
    let asked = Asked::of(&uri);
    call.knowing_device(form(&call, StatusCode::OK, local_path(asked.value("next")), None))
}

/// `GET /demo.json`: the invented persons, merchants and staff, for machines.
pub(super) async fn list(call: Call) -> Response {
    match &call.hall.demo {
        Some(demo) => {
            let campaign = call.hall.board.posted().campaign.clone();
            let merchants = campaign
                .map(|campaign| crate::demo::merchant::samples(&campaign, &demo.till_secret))
                .unwrap_or_default();
            let body = serde_json::json!({ "citizens": demo.citizens, "merchants": merchants, "staff": demo.staff });
            ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
        }
        None => call.notice(StatusCode::NOT_FOUND, Notice::NotFound),
    }
}

/// `POST /sign-in/demo`: anybody with a valid resident identity number.
pub(super) async fn demo(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    if call.hall.demo.is_none() {
        return Ok(call.notice(StatusCode::NOT_FOUND, Notice::NotFound));
    }
    let form: DemoForm = read(&call, &headers, body).await?;
    let next = local_path(&form.next).to_owned();
    let reject = |field| {
        let rejected = Rejected { name: form.name.clone(), field };
        self::form(&call, StatusCode::UNPROCESSABLE_ENTITY, &next, Some(rejected))
    };
    if !is_name(&form.name) {
        return Ok(reject("name"));
    }
    if !is_account(&form.account) {
        return Ok(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable));
    }
    let today = call.hall.clock.system().beijing().date();
    let Ok(number) = IdentityNumber::parse(&form.identity_number, today) else {
        return Ok(reject("identity_number"));
    };
    let identity = Identity {
        subject: call.hall.keys.demo_subject(&number, &form.account),
        name: form.name,
        number: Some(number),
        entrance: crate::demo::entrance_id(),
        real_name_level: RealNameLevel::HIGHEST,
        agreed: Agreed { purposes: Purpose::REQUIRED.to_vec(), language: call.visitor.language },
    };
    let browser = Browser::of(&call.hall, &headers, &call.visitor);
    match sign_in(&call.hall, &identity, &browser).await {
        Ok(token) => {
            // A path with letters that no header may carry leads home.
            let next = if next.is_ascii() { next.as_str() } else { "/" };
            let mut response = Redirect::to(next).into_response();
            response.headers_mut().append(SET_COOKIE, token.cookie(call.hall.tls));
            Ok(response)
        }
        Err(turned) => Ok(call.turn_away(&turned)),
    }
}

fn form(call: &Call, status: StatusCode, next: &str, rejected: Option<Rejected>) -> Response {
    let demo = call
        .hall
        .demo
        .as_ref()
        .map(|demo| DemoEntrance { citizens: demo.citizens.clone(), rejected });
    let entrances = super::entrance::links(&call.hall);
    let days = call.hall.retention_days;
    let model = SignInModel { next: next.to_owned(), entrances, days, demo };
    call.show(status, |frame| sign_in::page(frame, &model))
}
