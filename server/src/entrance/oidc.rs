//! A provider that speaks OpenID Connect: authorization code with PKCE (S256), `state`, `nonce` and `iss` (RFC 9207).

mod keys;
mod metadata;
pub mod token;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, StatusCode};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use self::keys::KeySet;
use self::metadata::{Metadata, MetadataCache};
use super::attempt::Attempt;
use super::fault::Fault;
use super::json::{self, Unread};
use super::mapping::Mapping;
use super::outbound::{Call, Outbound};
use super::returned::Returned;
use super::secret::Secret;
use super::{Vouched, address_with};
use crate::clock::Clock;

/// How a client says who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
    /// A public client: PKCE alone.
    None,
}

/// An OpenID provider.
pub struct Oidc {
    /// Its issuer, as its ID tokens name it.
    pub issuer: String,
    /// What it calls us.
    pub client_id: String,
    /// What only it and we know; none for a public client.
    pub client_secret: Option<Secret>,
    /// How we say who we are.
    pub authentication: ClientAuthentication,
    /// What is asked for; `openid` among it.
    pub scope: String,
    /// The authentication contexts that are asked for, best first.
    pub acr_values: Option<String>,
    /// The signatures that are taken.
    pub algorithms: Vec<Algorithm>,
    /// Whether the userinfo endpoint is asked as well.
    pub userinfo: bool,
    /// How its answers are read.
    pub mapping: Mapping,
    /// What calls it.
    pub outbound: Outbound,
    /// What it said of itself.
    pub metadata: MetadataCache,
    /// Its keys.
    pub keys: KeySet,
}

/// What an [`Oidc`] begins with.
pub struct Caches;

impl Caches {
    /// Nothing is known yet.
    pub fn empty() -> (MetadataCache, KeySet) {
        (MetadataCache::default(), KeySet::default())
    }
}

impl Oidc {
    /// Where the browser is sent.
    ///
    /// # Errors
    /// When the provider does not describe itself.
    pub async fn address(
        &self,
        attempt: &Attempt,
        redirect_uri: &str,
        clock: &Clock,
    ) -> Result<String, Fault> {
        let metadata = self.metadata(clock).await?;
        let challenge = attempt.challenge();
        let mut parameters = vec![
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", redirect_uri),
            ("scope", &self.scope),
            ("state", &attempt.state),
            ("nonce", &attempt.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        if let Some(values) = &self.acr_values {
            parameters.push(("acr_values", values));
        }
        Ok(address_with(&metadata.authorization_endpoint, &parameters))
    }

    /// Asks the provider for its description and its keys, so that the first person does not wait for them.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn warm(&self, clock: &Clock) -> Result<(), Fault> {
        let metadata = self.metadata(clock).await?;
        self.keys.warm(&self.outbound, &metadata.jwks_uri, clock).await
    }

    /// What the provider vouches for, of whoever came back.
    ///
    /// # Errors
    /// The first [`Fault`] that is found.
    pub async fn vouch(
        &self,
        returned: &Returned,
        attempt: &Attempt,
        redirect_uri: &str,
        clock: &Clock,
    ) -> Result<Vouched, Fault> {
        let metadata = self.metadata(clock).await?;
        self.check_issuer(&metadata, returned)?;
        let code = returned.code("code")?;
        let answer = self.exchange(&metadata, code, attempt, redirect_uri).await?;
        let id_token = answer.get("id_token").and_then(Value::as_str).ok_or(Fault::TokenMissing)?;
        let claims = self.claims(&metadata, id_token, attempt, clock).await?;
        let mut answers = vec![Value::Object(claims)];
        if self.userinfo {
            let access_token = answer.get("access_token").and_then(Value::as_str);
            let said =
                self.ask_userinfo(&metadata, access_token.ok_or(Fault::AnswerMalformed)?).await?;
            if said.get("sub") != answers[0].get("sub") {
                return Err(Fault::SubjectDiffers);
            }
            answers.push(Value::Object(said));
        }
        self.mapping.read(&answers.iter().collect::<Vec<_>>(), clock.system().beijing().date())
    }

    /// Looks at `iss` before anything is sent: a code of one provider must not reach another one (mix-up).
    ///
    /// # Errors
    /// [`Fault::ReturnedIssuer`].
    pub fn check_issuer(&self, metadata: &Metadata, returned: &Returned) -> Result<(), Fault> {
        match returned.value("iss") {
            Some(issuer) if issuer == self.issuer => Ok(()),
            None if !metadata.names_issuer_on_return => Ok(()),
            _ => Err(Fault::ReturnedIssuer),
        }
    }

    async fn metadata(&self, clock: &Clock) -> Result<std::sync::Arc<Metadata>, Fault> {
        self.metadata.get(&self.outbound, &self.issuer, clock).await
    }

    /// Gives the code and gets the tokens. Once: a code is good for one use.
    async fn exchange(
        &self,
        metadata: &Metadata,
        code: &str,
        attempt: &Attempt,
        redirect_uri: &str,
    ) -> Result<Map<String, Value>, Fault> {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", &attempt.verifier),
        ];
        let secret = self.client_secret.as_ref().map(Secret::reveal).unwrap_or_default();
        let mut authorization = None;
        match self.authentication {
            ClientAuthentication::Basic => authorization = Some(basic(&self.client_id, secret)?),
            ClientAuthentication::Post => {
                form.extend([("client_id", self.client_id.as_str()), ("client_secret", secret)]);
            }
            ClientAuthentication::None => form.push(("client_id", &self.client_id)),
        }
        let form = serde_urlencoded::to_string(form).map_err(|_| Fault::NoCode)?;
        let mut call = Call::form(&metadata.token_endpoint, form);
        call.authorization = authorization;
        let answer = self.outbound.once(&call).await?;
        match answer.status {
            StatusCode::OK => {}
            status if status.is_server_error() => return Err(Fault::ProviderBroken),
            _ => return Err(Fault::CodeRefused),
        }
        let answer = object(&answer.body)?;
        let kind = answer.get("token_type").and_then(Value::as_str).unwrap_or_default();
        if kind.eq_ignore_ascii_case("bearer") { Ok(answer) } else { Err(Fault::AnswerMalformed) }
    }

    /// The content of the ID token, once everything about it is right.
    async fn claims(
        &self,
        metadata: &Metadata,
        id_token: &str,
        attempt: &Attempt,
        clock: &Clock,
    ) -> Result<Map<String, Value>, Fault> {
        let parts = token::Parts::of(id_token, &self.algorithms)?;
        let keys = self.keys.get(&self.outbound, &metadata.jwks_uri, parts.key_id(), clock).await?;
        let expected = token::Expected {
            issuer: &self.issuer,
            client_id: &self.client_id,
            nonce: &attempt.nonce,
            // Not when the person came: what was asked meanwhile takes its time, and the token is younger than that.
            now: clock.system(),
        };
        token::verify(&parts, &keys, &expected)
    }

    async fn ask_userinfo(
        &self,
        metadata: &Metadata,
        access_token: &str,
    ) -> Result<Map<String, Value>, Fault> {
        let url = metadata.userinfo_endpoint.as_deref().ok_or(Fault::MetadataMalformed)?;
        let mut call = Call::get(url);
        let bearer = HeaderValue::from_str(&format!("Bearer {access_token}"));
        call.authorization = Some(bearer.map_err(|_| Fault::AnswerMalformed)?);
        let answer = self.outbound.once(&call).await?;
        if answer.status == StatusCode::OK {
            object(&answer.body)
        } else {
            Err(Fault::AnswerRefused)
        }
    }
}

/// `Authorization: Basic`, with both halves form-encoded first (RFC 6749, 2.3.1).
fn basic(client_id: &str, secret: &str) -> Result<HeaderValue, Fault> {
    let encoded = |text: &str| -> String { form_urlencoded(text) };
    let both = format!("{}:{}", encoded(client_id), encoded(secret));
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(both)))
        .map_err(|_| Fault::CodeRefused)?;
    value.set_sensitive(true);
    Ok(value)
}

/// A text as a form writes it.
fn form_urlencoded(text: &str) -> String {
    let pair = serde_urlencoded::to_string([("", text)]).unwrap_or_default();
    pair.trim_start_matches('=').to_owned()
}

/// A provider's answer.
fn object(body: &[u8]) -> Result<Map<String, Value>, Fault> {
    json::object(body).map_err(|unread| match unread {
        Unread::Malformed => Fault::AnswerMalformed,
        Unread::Duplicate => Fault::AnswerDuplicate,
    })
}
