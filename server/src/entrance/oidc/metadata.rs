//! What an OpenID provider says of itself (discovery): read once an hour, and kept while the provider is away.

use std::sync::{Arc, Mutex, PoisonError};

use domain::time::Timestamp;
use serde_json::{Map, Value};

use crate::clock::Clock;
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
pub struct MetadataCache {
    known: Mutex<Known>,
    /// Held by the one who asks.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, Timestamp)>,
    failed: Option<(Fault, Timestamp)>,
}

impl Known {
    /// What is known without asking; nothing where it is time to ask.
    fn said(&self, now: Timestamp) -> Option<Result<Arc<Metadata>, Fault>> {
        let within = |at: Timestamp, ms: i64| (0..ms).contains(&now.millis_since(at));
        if let Some((metadata, read_at)) = &self.metadata
            && within(*read_at, FRESH_MS)
        {
            return Some(Ok(metadata.clone()));
        }
        let (fault, _) = self.failed.filter(|(_, at)| within(*at, AGAIN_MS))?;
        Some(self.old().ok_or(fault))
    }

    fn old(&self) -> Option<Arc<Metadata>> {
        self.metadata.as_ref().map(|(metadata, _)| metadata.clone())
    }

    /// Notes what was read by `now`. A provider that does not answer has said the same as before.
    fn note(
        &mut self,
        read: Result<Metadata, Fault>,
        now: Timestamp,
    ) -> Result<Arc<Metadata>, Fault> {
        match read {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *self = Self { metadata: Some((metadata.clone(), now)), failed: None };
                Ok(metadata)
            }
            Err(fault) => {
                self.failed = Some((fault, now));
                self.old().ok_or(fault)
            }
        }
    }
}

impl MetadataCache {
    /// The description, read anew where it is old.
    ///
    /// # Errors
    /// When there is none, and none can be read.
    pub async fn get(
        &self,
        outbound: &Outbound,
        issuer: &str,
        clock: &Clock,
    ) -> Result<Arc<Metadata>, Fault> {
        let said = || self.with(|known| known.said(clock.system()));
        if let Some(said) = said() {
            return said;
        }
        // One asks. Whoever knows what was said before goes on with that, the others wait for the answer.
        let _asking = match (self.asking.try_lock(), self.with(|known| known.old())) {
            (Ok(asking), _) => asking,
            (Err(_), Some(old)) => return Ok(old),
            (Err(_), None) => self.asking.lock().await,
        };
        if let Some(said) = said() {
            return said;
        }
        let read = fetch(outbound, issuer).await;
        self.with(|known| known.note(read, clock.system()))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Known) -> T) -> T {
        act(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
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
    use futures::FutureExt as _;
    use serde_json::json;

    const ISSUER: &str = "https://id.example";

    #[test]
    fn nobody_waits_for_an_answer_who_knows_the_last_one() {
        let began = Timestamp::from_millis(0);
        let clock = Clock::standing(began.plus_millis(FRESH_MS));
        let outbound = Outbound::new(None).unwrap();
        let cache = MetadataCache::default();
        let _asking = cache.asking.try_lock().unwrap();
        let waits = cache.get(&outbound, ISSUER, &clock).now_or_never().is_none();
        assert!(waits, "who knows nothing yet");
        let old = read(&said(json!({})), ISSUER);
        cache.with(|known| known.note(old.clone(), began)).unwrap();
        let found = cache.get(&outbound, ISSUER, &clock).now_or_never().unwrap();
        assert_eq!(found.unwrap(), Arc::new(old.unwrap()));
    }

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
