//! What an OpenID provider says of itself (discovery): read once an hour, and kept while the provider is away.

use std::sync::Arc;

use domain::time::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use crate::entrance::fault::Fault;
use crate::entrance::is_address;
use crate::entrance::json;
use crate::entrance::outbound::Outbound;

/// How long a description counts as fresh.
const FRESH_MS: i64 = 3_600_000;
/// After a description could not be read, it is asked for again no sooner than this.
const AGAIN_MS: i64 = 5_000;

/// A provider's description of itself, as far as it is of use here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Where browsers are sent.
    pub authorization_endpoint: String,
    /// Where codes are given.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Where one asks about a person.
    pub userinfo_endpoint: Option<String>,
    /// Whether it names itself on the way back (RFC 9207).
    pub names_issuer_on_return: bool,
}

/// The description that was read last.
#[derive(Default)]
pub struct MetadataCache(Mutex<Known>);

#[derive(Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, Timestamp)>,
    failed: Option<(Fault, Timestamp)>,
}

impl MetadataCache {
    /// The description, read anew where it is old. A provider that does not answer has said the same as before.
    ///
    /// # Errors
    /// When there is none, and none can be read.
    pub async fn get(
        &self,
        outbound: &Outbound,
        issuer: &str,
        now: Timestamp,
    ) -> Result<Arc<Metadata>, Fault> {
        // One asks, the others wait for the answer.
        let mut known = self.0.lock().await;
        let within = |at: Timestamp, ms: i64| (0..ms).contains(&now.millis_since(at));
        if let Some((metadata, read_at)) = &known.metadata
            && within(*read_at, FRESH_MS)
        {
            return Ok(metadata.clone());
        }
        let mut fault =
            known.failed.filter(|(_, at)| within(*at, AGAIN_MS)).map(|(fault, _)| fault);
        if fault.is_none() {
            match fetch(outbound, issuer).await {
                Ok(metadata) => {
                    let metadata = Arc::new(metadata);
                    *known = Known { metadata: Some((metadata.clone(), now)), failed: None };
                    return Ok(metadata);
                }
                Err(new) => {
                    known.failed = Some((new, now));
                    fault = Some(new);
                }
            }
        }
        let old = known.metadata.as_ref().map(|(metadata, _)| metadata.clone());
        old.ok_or(fault.unwrap_or(Fault::Unreachable))
    }
}

async fn fetch(outbound: &Outbound, issuer: &str) -> Result<Metadata, Fault> {
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let body = outbound.read(&url).await?;
    read(&json::object(&body).map_err(|_| Fault::MetadataMalformed)?, issuer)
}

/// Reads a description. The issuer must be the one that was asked, letter by letter (OpenID Connect Discovery 4.3).
fn read(said: &Map<String, Value>, issuer: &str) -> Result<Metadata, Fault> {
    if said.get("issuer").and_then(Value::as_str) != Some(issuer) {
        return Err(Fault::MetadataIssuer);
    }
    let address = |name: &str| {
        let url = said.get(name).and_then(Value::as_str).filter(|url| is_address(url));
        url.map(ToOwned::to_owned)
    };
    let needed = |name: &str| address(name).ok_or(Fault::MetadataMalformed);
    let names_issuer = said.get("authorization_response_iss_parameter_supported");
    Ok(Metadata {
        authorization_endpoint: needed("authorization_endpoint")?,
        token_endpoint: needed("token_endpoint")?,
        jwks_uri: needed("jwks_uri")?,
        userinfo_endpoint: address("userinfo_endpoint"),
        names_issuer_on_return: names_issuer.and_then(Value::as_bool).unwrap_or(false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(with: Value) -> Map<String, Value> {
        let mut said = json!({
            "issuer": "https://id.example",
            "authorization_endpoint": "https://id.example/auth",
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://id.example/jwks",
        });
        said.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        said.as_object().unwrap().clone()
    }

    #[test]
    fn only_its_own_issuer_and_only_over_tls() {
        assert!(read(&said(json!({})), "https://id.example").is_ok());
        for (with, fault) in [
            (json!({"issuer": "https://id.example/"}), Fault::MetadataIssuer),
            (json!({"issuer": null}), Fault::MetadataIssuer),
            (json!({"token_endpoint": "http://id.example/token"}), Fault::MetadataMalformed),
            (json!({"jwks_uri": "file:///etc/passwd"}), Fault::MetadataMalformed),
            (json!({"authorization_endpoint": null}), Fault::MetadataMalformed),
        ] {
            assert_eq!(read(&said(with.clone()), "https://id.example"), Err(fault), "{with}");
        }
    }
}
