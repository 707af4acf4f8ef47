//! Calls to a provider: bounded in time, in length and in number, and never led elsewhere.

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};
use reqwest::{Certificate, Client, redirect};
use tokio::sync::Semaphore;

use super::fault::Fault;

/// How long it may take to reach a provider.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// How long a whole call may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
/// How long a call waits for its turn.
const TURN_WITHIN: Duration = Duration::from_secs(2);
/// The most bytes of an answer that are read.
pub const ANSWER_BYTES_MAX: usize = 262_144;
/// The most calls of one entrance that are under way.
const CALLS_MAX: usize = 64;
/// How often a question that changes nothing is asked, the first time included.
const ASKED_MAX: u32 = 2;

/// What calls a provider.
pub struct Outbound {
    client: Client,
    turns: Semaphore,
}

/// What a call says.
pub struct Call {
    /// GET or POST.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// The kind of the body, and the body.
    pub body: Option<(&'static str, String)>,
    /// `Authorization`.
    pub authorization: Option<HeaderValue>,
}

impl Call {
    /// A question.
    pub fn get(url: impl Into<String>) -> Self {
        Self { method: Method::GET, url: url.into(), body: None, authorization: None }
    }

    /// A form.
    pub fn form(url: impl Into<String>, form: String) -> Self {
        let body = Some(("application/x-www-form-urlencoded", form));
        Self { method: Method::POST, url: url.into(), body, authorization: None }
    }
}

/// What a provider answered.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Vec<u8>,
}

impl Outbound {
    /// Trusts the authorities of the system, or those in `authorities` (PEM) alone.
    ///
    /// # Errors
    /// When the authorities cannot be read.
    pub fn new(authorities: Option<&str>) -> Result<Self, String> {
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .no_proxy()
            .user_agent("jinquan");
        if let Some(pem) = authorities {
            let read = Certificate::from_pem_bundle(pem.as_bytes()).map_err(|_| "is no PEM")?;
            if read.is_empty() {
                return Err("holds no certificate".to_owned());
            }
            client = client.tls_certs_only(read);
        }
        let client = client.build().map_err(|_| "cannot be used for TLS")?;
        Ok(Self { client, turns: Semaphore::new(CALLS_MAX) })
    }

    /// Asks once. A call that changes something at the provider (a code is used up) goes this way.
    ///
    /// # Errors
    /// [`Fault::Unreachable`] and what else can become of a call.
    pub async fn once(&self, call: &Call) -> Result<Answer, Fault> {
        let turn = tokio::time::timeout(TURN_WITHIN, self.turns.acquire()).await;
        let _turn = turn.ok().and_then(Result::ok).ok_or(Fault::TooManyCalls)?;
        let mut sent = self.send(call).await;
        if sent.as_ref().is_err_and(reqwest::Error::is_connect) {
            // Nothing has reached the provider yet.
            sent = self.send(call).await;
        }
        let mut response = sent.map_err(|_| Fault::Unreachable)?;
        let status = response.status();
        if status.is_redirection() {
            return Err(Fault::AnswerRedirects);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| Fault::Unreachable)? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(Fault::AnswerTooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, body })
    }

    /// Asks, and once more when the provider is broken or does not answer: for what changes nothing.
    ///
    /// # Errors
    /// As [`Self::once`], and [`Fault::ProviderBroken`] for any status but 200.
    pub async fn read(&self, url: &str) -> Result<Vec<u8>, Fault> {
        let call = Call::get(url);
        let mut fault = Fault::Unreachable;
        for _ in 0..ASKED_MAX {
            match self.once(&call).await {
                Ok(answer) if answer.status == StatusCode::OK => return Ok(answer.body),
                Ok(_) => fault = Fault::ProviderBroken,
                Err(Fault::Unreachable) => fault = Fault::Unreachable,
                Err(other) => return Err(other),
            }
        }
        Err(fault)
    }

    async fn send(&self, call: &Call) -> Result<reqwest::Response, reqwest::Error> {
        let mut request = self
            .client
            .request(call.method.clone(), &call.url)
            .header(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(authorization) = &call.authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        if let Some((kind, body)) = &call.body {
            request = request.header(CONTENT_TYPE, *kind).body(body.clone());
        }
        request.send().await
    }
}
