//! A small client: one request, the whole answer.

use axum::body::{Body, to_bytes};
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use http::{HeaderMap, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// The largest answer that is read, in bytes.
const ANSWER_MAX: usize = 4_194_304;

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; nothing where it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The code of a problem; empty where it is none.
    pub(super) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A client of one server.
pub(super) struct Http {
    client: Client<HttpConnector, Body>,
    server: String,
}

/// Who asks.
pub(super) enum Who<'a> {
    /// Nobody.
    Nobody,
    /// A citizen, by cookie.
    Citizen(&'a str),
    /// A citizen with a request key.
    Claimant(&'a str, &'a str),
    /// A till, by key, with a request key.
    Till(&'a str, Option<&'a str>),
}

impl Http {
    pub(super) fn new(server: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, server: server.trim_end_matches('/').to_owned() }
    }

    pub(super) async fn get(&self, path: &str, who: Who<'_>) -> Result<Answer, String> {
        self.send("GET", path, who, None).await
    }

    pub(super) async fn post(
        &self,
        path: &str,
        who: Who<'_>,
        body: &Value,
    ) -> Result<Answer, String> {
        self.send("POST", path, who, Some(("application/json", body.to_string()))).await
    }

    /// Claims a pack for a citizen.
    pub(super) async fn claim(
        &self,
        path: &str,
        cookie: &str,
        key: &str,
    ) -> Result<Answer, String> {
        self.send(
            "POST",
            path,
            Who::Claimant(cookie, key),
            Some(("application/json", "{}".to_owned())),
        )
        .await
    }

    pub(super) async fn form(&self, path: &str, form: String) -> Result<Answer, String> {
        let body = Some(("application/x-www-form-urlencoded", form));
        self.send("POST", path, Who::Nobody, body).await
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        who: Who<'_>,
        body: Option<(&str, String)>,
    ) -> Result<Answer, String> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.server));
        match who {
            Who::Nobody => {}
            Who::Citizen(cookie) => request = request.header(COOKIE, cookie),
            Who::Claimant(cookie, request_key) => {
                request = request.header(COOKIE, cookie).header("Idempotency-Key", request_key);
            }
            Who::Till(key, request_key) => {
                request = request.header(AUTHORIZATION, format!("Bearer {key}"));
                if let Some(request_key) = request_key {
                    request = request.header("Idempotency-Key", request_key);
                }
            }
        }
        let body = match body {
            None => Body::empty(),
            Some((media, text)) => {
                request = request.header(CONTENT_TYPE, media);
                Body::from(text)
            }
        };
        let request = request.body(body).map_err(|error| error.to_string())?;
        let answer = self.client.request(request).await;
        let answer = answer.map_err(|error| format!("{method} {path}: {error}"))?;
        let (parts, body) = answer.into_parts();
        let body =
            to_bytes(Body::new(body), ANSWER_MAX).await.map_err(|error| error.to_string())?;
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body: body.to_vec() })
    }
}
