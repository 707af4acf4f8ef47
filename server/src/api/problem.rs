//! Every "no" of the API: `application/problem+json` (RFC 9457) with a `code`.

use app::failure::Failure;
use axum::response::{IntoResponse, Response};
use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::{answer, written};
use crate::guard;
use crate::request_id::{self, RequestId};

const MEDIA: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A problem document.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` says what it is.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: AboutBlank,
    /// The code in words.
    #[schema(value_type = String)]
    pub title: Box<str>,
    /// The HTTP status.
    pub status: u16,
    /// What the answer is about, as one word of a closed list.
    pub code: &'static str,
    /// For `invalid_request`: each field that is missing or wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// For `already_claimed` and its kin: the claim that the person has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub claim: Option<Box<str>>,
    /// Where waiting helps: how long, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u32>,
    /// For `busy` in front of the desk: how many are decided until it is this person's turn, this one included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<u32>,
    /// What shows that place, to be sent along as `Waiting-Ticket`; it is of this person and this round alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub ticket: Option<Box<str>>,
    /// The number of the request, which the log has too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub request_id: Option<RequestId>,
}

/// What stands in `type`: nothing that could be opened. It has no size, as a problem is returned by everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct AboutBlank;

impl Serialize for AboutBlank {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("about:blank")
    }
}

/// A field that is missing or wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// The field, header or parameter.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Problem {
    /// A problem of which nothing more is to be said.
    pub fn of_code(code: &'static str) -> Self {
        let status = match code {
            "invalid_request" => 400,
            "not_signed_in" | "unauthorized" => 401,
            "forbidden" => 403,
            "method_not_allowed" => 405,
            "payload_too_large" => 413,
            "unsupported_media_type" => 415,
            "busy" => 503,
            _ => 404,
        };
        Self { title: code.replace('_', " ").into(), status, code, ..Self::default() }
    }

    /// A field that is missing or wrong.
    pub fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        let errors = vec![FieldError { field: field.into(), detail: detail.into() }];
        Self { errors, ..Self::of_code("invalid_request") }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let base = Self {
            title: failure.code().replace('_', " ").into(),
            status: failure.status(),
            code: failure.code(),
            ..Self::default()
        };
        match failure {
            Failure::Refused { claim, retry_after_ms, .. } => {
                Self { claim: claim.map(|id| id.to_string().into()), retry_after_ms, ..base }
            }
            Failure::Busy { retry_after_ms } | Failure::TooMany { retry_after_ms } => {
                Self { retry_after_ms: Some(retry_after_ms), ..base }
            }
            Failure::Waiting { retry_after_ms, place, ticket } => Self {
                retry_after_ms: Some(retry_after_ms),
                place: Some(place),
                ticket: Some(ticket.into()),
                ..base
            },
            Failure::Invalid { field, detail } => Self::invalid(field, detail),
            Failure::Declined(_) | Failure::NotFound | Failure::Forbidden | Failure::Unknown => {
                base
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        self.request_id = request_id::current();
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after_s = self.retry_after_ms.map(|ms| ms.div_ceil(1_000).max(1));
        let mut response = answer(status, guard::of_the_api(MEDIA, retry_after_s), written(&self));
        if self.code == "unauthorized" {
            // Without it some machines' libraries take a 401 for no answer at all (RFC 9110, 11.6.1).
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
