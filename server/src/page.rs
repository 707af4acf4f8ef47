//! The door for people: server-rendered pages, complete without JavaScript.

mod anew;
mod appeals;
mod audit;
mod calendar;
mod console;
mod entrance;
mod export;
mod form;
mod landing;
mod ledger;
mod me;
mod merchant;
mod merchants;
mod own_account;
mod planner;
pub mod prepared;
pub mod results;
mod review;
mod risk;
mod rounds;
mod settlement;
mod sign_in;
mod staff;
mod staff_door;
mod till;
mod wallet;

use std::sync::Arc;

use app::act::answer::local_path;
use app::cookie::{CHOICE_S, LANGUAGE, VIEW};
use app::failure::Failure;
use app::page::frame::Frame;
use app::page::notice::{self, Notice};
use app::page::{Page, Shape};
use app::visitor::Visitor;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::refusal::Refusal;
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER,
    SET_COOKIE, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};

use crate::backend::sign_in::TurnedAway;
use crate::encoding::Encoding;
use crate::hall::Hall;
use crate::screen::origin::{address, new_device};
use crate::setting::VerificationFile;
use crate::{policy, request_id, session};

/// The pages, and what is said of every other address. `tls`: whether cookies demand it.
pub fn router(tls: bool) -> Router<Arc<Hall>> {
    Router::new()
        .route("/", get(landing::show))
        .route("/rounds/{file}", get(calendar::show))
        .route("/sign-in", get(sign_in::show))
        .route("/sign-in/demo", post(sign_in::demo))
        .merge(entrance::router())
        .route("/demo.json", get(sign_in::list))
        .route("/wallet", get(wallet::show))
        .route("/wallet/{voucher}", get(wallet::voucher))
        .merge(till::router())
        .merge(console::router())
        .route("/wallet/{voucher}/state", get(wallet::state))
        .route("/wallet/claims/{claim}/state", get(wallet::claim_state))
        .route("/me/appeals", get(appeals::show).post(appeals::file))
        .route("/rules", get(landing::rules))
        .route("/merchants", get(merchants::show))
        .merge(me::router())
        .merge(merchant::router())
        .route("/console/planner", get(planner::show))
        .merge(results::router())
        .merge(review::router())
        .merge(risk::router())
        .merge(rounds::router())
        .merge(ledger::router())
        .merge(export::router())
        .merge(audit::router())
        .merge(staff::router())
        .merge(own_account::router())
        .merge(anew::router())
        .method_not_allowed_fallback(wrong_method)
        .fallback(missing)
        .layer(from_fn(move |request, next| remember(request, next, tls)))
}

/// A request for a page: who makes it, and for what.
pub struct Call {
    hall: Arc<Hall>,
    visitor: Visitor,
    path: String,
    encoding: Option<Encoding>,
}

impl FromRequestParts<Arc<Hall>> for Call {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, hall: &Arc<Hall>) -> Result<Self, Response> {
        let hall = hall.clone();
        match session::visitor(&hall, &parts.headers).await {
            Ok(mut visitor) => {
                visitor.address = address(&hall, parts);
                choose(&mut visitor, &parts.uri);
                let path = path_of(&parts.uri);
                // Whoever can make a signed-in browser load this page with a query of their choice, and sees how
                // long the answer is, could guess the form keys in it letter by letter if it were packed (BREACH).
                // Pages of those who work here hold keys whoever looks at them.
                let is_public = visitor.citizen.is_none() && !is_of_staff(&path);
                let encoding = Encoding::taken(&parts.headers).first().copied();
                Ok(Self { hall, visitor, path, encoding: encoding.filter(|_| is_public) })
            }
            Err(undecided) => {
                Err(Self::of_stranger(hall, &parts.headers, &parts.uri).fail(&undecided.into()))
            }
        }
    }
}

/// Whether a page is for those who work here.
fn is_of_staff(path: &str) -> bool {
    path.starts_with("/console") || path.starts_with("/till")
}

/// What a person sees when something in here is wrong.
pub fn broken(hall: Arc<Hall>) -> Response {
    let call = Call { hall, visitor: Visitor::default(), path: "/".to_owned(), encoding: None };
    call.notice(StatusCode::INTERNAL_SERVER_ERROR, Notice::Broken)
}

/// What a person sees who came too often: told before anybody looks who it is.
pub fn too_often(hall: Arc<Hall>, request: &Request, failure: &Failure) -> Response {
    Call::of_stranger(hall, request.headers(), request.uri()).fail(failure)
}

impl Call {
    /// A call of which nobody looked who makes it: that is for here, and in the language and view that were chosen.
    fn of_stranger(hall: Arc<Hall>, headers: &HeaderMap, uri: &Uri) -> Self {
        let mut visitor = session::stranger(headers, hall.tls);
        choose(&mut visitor, uri);
        Self { hall, visitor, path: path_of(uri), encoding: None }
    }

    /// Renders a page for this one call.
    pub fn show(&self, status: StatusCode, build: impl FnOnce(&Frame) -> Page) -> Response {
        let nonce = policy::nonce(&self.hall.chance);
        let mut shape = Shape::default();
        let page = self.render(Some(nonce.clone()), |frame| {
            let page = build(frame);
            shape = page.shape;
            page
        });
        self.answer(status, page, policy::of_one(&nonce, shape))
    }

    /// Renders a page that everybody gets who calls like this.
    fn prepare(&self, build: impl FnOnce(&Frame) -> Page) -> Bytes {
        self.render(None, build)
    }

    /// Sends what [`Self::prepare`] has made, for this call or for another one.
    fn hand_out(&self, page: Bytes) -> Response {
        self.answer(StatusCode::OK, page, self.hall.policies.prepared())
    }

    /// A page as it is sent to whoever called: packed, where that is safe and taken.
    fn render(&self, nonce: Option<String>, build: impl FnOnce(&Frame) -> Page) -> Bytes {
        let frame = Frame {
            campaign: self.hall.board.posted().campaign.clone(),
            visitor: self.visitor.clone(),
            demo: self.hall.demo.is_some(),
            path: self.path.clone(),
            assets: self.hall.assets.clone(),
            nonce,
        };
        let html = app::page::render(Arc::new(frame), build);
        match self.encoding {
            Some(encoding) => encoding.pack(html.as_bytes()),
            None => html.into(),
        }
    }

    /// An answer with a page that [`Self::render`] has made.
    fn answer(&self, status: StatusCode, page: Bytes, policy: HeaderValue) -> Response {
        let mut response = (status, page).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(VARY, HeaderValue::from_static("cookie, accept-language, accept-encoding"));
        if let Some(encoding) = self.encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        }
        response
    }

    /// A page from which people come in: whoever does has a device token by then (R19).
    fn knowing_device(&self, mut page: Response) -> Response {
        if let Some(cookie) = new_device(&self.hall, &self.visitor) {
            page.headers_mut().append(SET_COOKIE, cookie);
        }
        page
    }

    /// Says that something is not there, or did not work.
    pub fn notice(&self, status: StatusCode, said: Notice) -> Response {
        let number = request_id::current().map(|id| id.to_string());
        self.show(status, |frame| notice::page(frame, &said, number))
    }

    /// What a failure looks like on a page.
    pub fn fail(&self, failure: &Failure) -> Response {
        match failure {
            Failure::Refused { refusal: Refusal::NotSignedIn, .. } => self.to_sign_in(),
            Failure::Busy { retry_after_ms }
            | Failure::Waiting { retry_after_ms, .. }
            | Failure::TooMany { retry_after_ms } => {
                let status = StatusCode::from_u16(failure.status());
                let status = status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                let mut response = self.notice(status, Notice::Busy);
                let seconds = HeaderValue::from(retry_after_ms.div_ceil(1_000).max(1));
                response.headers_mut().insert(RETRY_AFTER, seconds);
                response
            }
            Failure::Refused { .. } | Failure::Declined(_) | Failure::NotFound => {
                self.notice(StatusCode::NOT_FOUND, Notice::NotFound)
            }
            Failure::Forbidden => self.notice(StatusCode::FORBIDDEN, Notice::Forbidden),
            Failure::Invalid { .. } => self.notice(StatusCode::BAD_REQUEST, Notice::Unreadable),
            Failure::Unknown => self.notice(StatusCode::INTERNAL_SERVER_ERROR, Notice::Broken),
        }
    }

    /// What somebody sees whom an entrance vouches for, and who does not come in.
    fn turn_away(&self, turned: &TurnedAway) -> Response {
        match turned {
            TurnedAway::Undecided(failure) => self.fail(failure),
            TurnedAway::Refused => self.notice(StatusCode::FORBIDDEN, Notice::SignInRefused),
            TurnedAway::Bound => self.notice(StatusCode::FORBIDDEN, Notice::AccountOfAnother),
        }
    }

    /// Sends a person to the entrances, and back here afterwards.
    pub fn to_sign_in(&self) -> Response {
        let next = serde_urlencoded::to_string([("next", &self.path)]).unwrap_or_default();
        // The slash is legal in a query and reads better.
        Redirect::to(&format!("/sign-in?{}", next.replace("%2F", "/"))).into_response()
    }
}

impl Call {
    /// Sends somebody of the city to the console's sign-in, and back here afterwards where `back` says so.
    pub fn to_console(&self, back: bool) -> Response {
        if !back {
            return Redirect::to("/console").into_response();
        }
        let next = serde_urlencoded::to_string([("next", &self.path)]).unwrap_or_default();
        Redirect::to(&format!("/console?{}", next.replace("%2F", "/"))).into_response()
    }
}

/// `?lang=` and `?view=` count for this very page, and the cookie that [`remember`] sets for the next ones.
fn choose(visitor: &mut Visitor, uri: &Uri) {
    let (language, view) = chosen(uri);
    visitor.language = language.unwrap_or(visitor.language);
    visitor.view = view.unwrap_or(visitor.view);
}

fn chosen(uri: &Uri) -> (Option<domain::language::Language>, Option<app::visitor::View>) {
    let asked = form::Asked::of(uri);
    (
        domain::language::Language::from_tag(asked.value("lang")),
        app::visitor::View::from_code(asked.value("view")),
    )
}

/// The path and query of a page without a choice that was carried out.
fn path_of(uri: &Uri) -> String {
    // An address that no way has may look like that of another site.
    let path = local_path(uri.path_and_query().map_or("/", |whole| whole.as_str()));
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.starts_with("lang=") && !pair.starts_with("view="))
        .collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// Sets the cookies that `?lang=` and `?view=` ask for.
async fn remember(request: Request, next: Next, tls: bool) -> Response {
    let (language, view) = chosen(request.uri());
    let mut response = next.run(request).await;
    let cookies = [
        language.map(|language| LANGUAGE.keep(language.tag(), CHOICE_S, tls)),
        view.map(|view| VIEW.keep(view.code(), CHOICE_S, tls)),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

async fn wrong_method(call: Call) -> Response {
    call.notice(StatusCode::METHOD_NOT_ALLOWED, Notice::MethodNotAllowed)
}

/// There is no such page; or a host asks for the file that shows that this domain is ours.
async fn missing(call: Call, method: Method, uri: Uri) -> Response {
    let is_wanted = |file: &&VerificationFile| uri.path().strip_prefix('/') == Some(&file.name);
    let file = call.hall.verification_files.iter().find(is_wanted);
    if let (Some(file), true) = (file, matches!(method, Method::GET | Method::HEAD)) {
        let kind = HeaderValue::from_static("text/plain; charset=utf-8");
        return ([(CONTENT_TYPE, kind)], file.content.clone()).into_response();
    }
    call.notice(StatusCode::NOT_FOUND, Notice::NotFound)
}
