//! `/console`: the city's own people. What they find there is with its subject.

use std::sync::Arc;

use app::page::console::{self, Who};
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, Uri};

use super::form::Asked;
use super::{Call, staff_door};
use crate::backend::busy;
use crate::backend::staff::Door;
use crate::hall::Hall;
use crate::staff::{OWN_ACCOUNT, StaffMember, member};

/// The console's own routes.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new()
        .route("/console", get(show))
        .route("/console/sign-in", post(sign_in))
        .route("/console/sign-out", post(sign_out))
}

impl StaffMember {
    /// Who it is, as the console's pages say it.
    pub fn who(&self) -> Who {
        Who { login: self.login.clone(), role: self.role }
    }
}

/// The overview, or the sign-in.
async fn show(call: Call, headers: HeaderMap, uri: Uri) -> Response {
    match member(&call.hall, &headers).await {
        Ok(Some(member)) if member.renew_by.is_some() => Redirect::to(OWN_ACCOUNT).into_response(),
        Ok(Some(member)) => call.show(StatusCode::OK, |frame| console::home(frame, &member.who())),
        Ok(None) => staff_door::show(&call, Door::Console, Asked::of(&uri).value("next")),
        Err(error) => call.fail(&busy(error)),
    }
}

async fn sign_in(call: Call, headers: HeaderMap, body: Body) -> Result<Response, Response> {
    staff_door::enter(&call, Door::Console, &headers, body).await
}

async fn sign_out(call: Call, headers: HeaderMap) -> Result<Response, Response> {
    staff_door::leave(&call, Door::Console, &headers).await
}
