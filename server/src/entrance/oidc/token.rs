//! An ID token, looked at from every side before one word of it is believed (OpenID Connect Core 3.1.3.7, RFC 8725).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;
use jsonwebtoken::{Algorithm, crypto};
use serde_json::{Map, Value};

use super::keys::Key;
use crate::entrance::fault::Fault;
use crate::entrance::json::{self, Unread};
use crate::entrance::mapping::is_subject;

/// How far two clocks may be apart, in seconds.
const SKEW_S: i64 = 60;
/// An ID token was issued no longer ago than this, in seconds: it answers a sign-in that lasts ten minutes.
const AGE_S_MAX: i64 = 600;
/// The longest ID token that is read, in bytes.
const BYTES_MAX: usize = 16_384;

/// What an ID token must fit.
pub struct Expected<'a> {
    /// Who issues it.
    pub issuer: &'a str,
    /// For whom it is.
    pub client_id: &'a str,
    /// Which sign-in it answers.
    pub nonce: &'a str,
    /// When it is looked at, by the system clock.
    pub now: Timestamp,
}

/// An ID token taken apart, not believed yet.
pub struct Parts<'a> {
    algorithm: Algorithm,
    key_id: Option<String>,
    signed: &'a str,
    content: Vec<u8>,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    /// Takes a token apart, if it is signed in one of those ways.
    ///
    /// # Errors
    /// A [`Fault`] of the header.
    pub fn of(token: &'a str, algorithms: &[Algorithm]) -> Result<Self, Fault> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Fault::TokenMalformed)?;
        let (header, content) = signed.split_once('.').ok_or(Fault::TokenMalformed)?;
        if token.len() > BYTES_MAX || content.contains('.') {
            return Err(Fault::TokenMalformed);
        }
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| Fault::TokenMalformed);
        let header = object(&decode(header)?)?;
        let named = header.get("alg").and_then(Value::as_str).ok_or(Fault::TokenAlgorithm)?;
        let algorithm = algorithms.iter().copied().find(|it| name(*it) == named);
        let algorithm = algorithm.ok_or(Fault::TokenAlgorithm)?;
        if header.contains_key("crit") {
            return Err(Fault::TokenCritical);
        }
        let key_id = match header.get("kid") {
            None => None,
            Some(Value::String(id)) => Some(id.clone()),
            Some(_) => return Err(Fault::TokenMalformed),
        };
        Ok(Self { algorithm, key_id, signed, content: decode(content)?, signature })
    }

    /// The key that the token names.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }
}

/// The content of a token that fits.
///
/// # Errors
/// The first [`Fault`] that is found.
pub fn verify(
    parts: &Parts<'_>,
    keys: &[Key],
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, Fault> {
    let key = choose(parts, keys)?;
    let fits =
        crypto::verify(parts.signature, parts.signed.as_bytes(), &key.verifying, parts.algorithm);
    if !fits.unwrap_or(false) {
        return Err(Fault::TokenSignature);
    }
    let claims = object(&parts.content)?;
    check(&claims, expected)?;
    Ok(claims)
}

/// The key that a token is signed with: the one it names; without a name the only one that can be.
fn choose<'a>(parts: &Parts<'_>, keys: &'a [Key]) -> Result<&'a Key, Fault> {
    let is_for = |key: &&Key| {
        key.verifying.family().algorithms().contains(&parts.algorithm)
            && key.algorithm.is_none_or(|only| only == parts.algorithm)
    };
    let Some(id) = parts.key_id() else {
        let mut fitting = keys.iter().filter(is_for);
        return match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(key),
            _ => Err(Fault::TokenKey),
        };
    };
    let mut named = keys.iter().filter(|key| key.id.as_deref() == Some(id)).peekable();
    named.peek().ok_or(Fault::TokenKey)?;
    named.find(is_for).ok_or(Fault::TokenKeyKind)
}

fn check(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Fault> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(Fault::TokenIssuer);
    }
    let several = match claims.get("aud") {
        Some(Value::String(one)) if one == expected.client_id => false,
        Some(Value::Array(all)) if all.iter().any(|it| it == expected.client_id) => all.len() > 1,
        _ => return Err(Fault::TokenAudience),
    };
    match claims.get("azp") {
        None if !several => {}
        Some(Value::String(party)) if party == expected.client_id => {}
        _ => return Err(Fault::TokenParty),
    }
    check_times(claims, expected.now.millis() / 1_000)?;
    let nonce = text("nonce").unwrap_or_default();
    verify_slices_are_equal(nonce.as_bytes(), expected.nonce.as_bytes())
        .map_err(|_| Fault::TokenNonce)?;
    text("sub").filter(|sub| is_subject(sub)).map(|_| ()).ok_or(Fault::NoSubject)
}

fn check_times(claims: &Map<String, Value>, now_s: i64) -> Result<(), Fault> {
    let time = |name: &str| claims.get(name).map(seconds);
    match time("exp") {
        Some(Some(expires)) if now_s < expires.saturating_add(SKEW_S) => {}
        _ => return Err(Fault::TokenExpired),
    }
    match time("nbf") {
        None => {}
        Some(Some(begins)) if begins.saturating_sub(SKEW_S) <= now_s => {}
        Some(_) => return Err(Fault::TokenNotYet),
    }
    match time("iat") {
        Some(Some(issued)) if (now_s - AGE_S_MAX - SKEW_S..=now_s + SKEW_S).contains(&issued) => {
            Ok(())
        }
        _ => Err(Fault::TokenIssuedAt),
    }
}

/// Seconds since 1970; fractions are allowed and dropped.
fn seconds(value: &Value) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float beyond the bounds becomes the bound"
    )]
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, Fault> {
    json::object(bytes).map_err(|unread| match unread {
        Unread::Malformed => Fault::TokenMalformed,
        Unread::Duplicate => Fault::TokenDuplicate,
    })
}

/// The name of a signature in a header. The shared-secret family has none here, so that no header can ask for it.
pub const fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::RS256 => "RS256",
        Algorithm::RS384 => "RS384",
        Algorithm::RS512 => "RS512",
        Algorithm::PS256 => "PS256",
        Algorithm::PS384 => "PS384",
        Algorithm::PS512 => "PS512",
        Algorithm::ES256 => "ES256",
        Algorithm::ES384 => "ES384",
        Algorithm::EdDSA => "EdDSA",
        _ => "",
    }
}
