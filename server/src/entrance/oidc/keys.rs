//! A provider's keys (JWKS): kept, and read again when a token names one that is not among them, but seldom: whoever
//! invents key names must not make us call the provider for each.

use std::sync::Arc;

use domain::time::Timestamp;
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::entrance::fault::Fault;
use crate::entrance::json;
use crate::entrance::outbound::Outbound;

/// How long keys count as fresh: a key that was withdrawn is good for no longer than this.
const FRESH_MS: i64 = 3_600_000;
/// Keys are read no oftener than this.
const AGAIN_MS: i64 = 60_000;
/// The most keys that are read.
const KEYS_MAX: usize = 32;

/// A public key of a provider.
pub struct Key {
    /// Its name.
    pub id: Option<String>,
    /// The only signature that it is for, where it says so.
    pub algorithm: Option<Algorithm>,
    /// What it verifies with.
    pub verifying: DecodingKey,
}

/// The keys that were read last.
#[derive(Default)]
pub struct KeySet(Mutex<Known>);

#[derive(Default)]
struct Known {
    keys: Arc<Vec<Key>>,
    read_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

impl KeySet {
    /// Reads the keys for the first time.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub async fn warm(&self, outbound: &Outbound, url: &str, now: Timestamp) -> Result<(), Fault> {
        self.get(outbound, url, None, now).await.map(|_| ())
    }

    /// The keys, with the one of that name if the provider has it.
    ///
    /// # Errors
    /// When there are none, and none can be read.
    pub async fn get(
        &self,
        outbound: &Outbound,
        url: &str,
        id: Option<&str>,
        now: Timestamp,
    ) -> Result<Arc<Vec<Key>>, Fault> {
        let mut known = self.0.lock().await;
        let within = |at: Option<Timestamp>, ms: i64| {
            at.is_some_and(|at| (0..ms).contains(&now.millis_since(at)))
        };
        let has_it = |keys: &[Key]| id.is_none() || keys.iter().any(|key| key.id.as_deref() == id);
        if within(known.read_at, FRESH_MS) && has_it(&known.keys) {
            return Ok(known.keys.clone());
        }
        if within(known.asked_at, AGAIN_MS) {
            // Just asked: what there is must do.
            return if known.read_at.is_some() {
                Ok(known.keys.clone())
            } else {
                Err(Fault::Unreachable)
            };
        }
        known.asked_at = Some(now);
        match outbound.read(url).await.and_then(|body| read(&body)) {
            Ok(keys) => {
                known.keys = Arc::new(keys);
                known.read_at = Some(now);
            }
            // Old keys are better than nobody, while the provider is away; not once they are stale for a day.
            Err(_) if within(known.read_at, 24 * FRESH_MS) => {}
            Err(fault) => return Err(fault),
        }
        Ok(known.keys.clone())
    }
}

/// Reads a set of keys. What we cannot use is left out: a provider may have keys for others.
fn read(body: &[u8]) -> Result<Vec<Key>, Fault> {
    let mut set = json::object(body).map_err(|_| Fault::KeysMalformed)?;
    let Some(Value::Array(keys)) = set.remove("keys") else { return Err(Fault::KeysMalformed) };
    Ok(keys.into_iter().take(KEYS_MAX).filter_map(key).collect())
}

fn key(value: Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    if jwk.common.public_key_use.as_ref().is_some_and(|it| *it != PublicKeyUse::Signature) {
        return None;
    }
    let algorithm = match jwk.common.key_algorithm {
        None => None,
        // A key for something else is not taken for a signature.
        Some(algorithm) => Some(signature(algorithm)?),
    };
    let verifying = DecodingKey::from_jwk(&jwk).ok()?;
    Some(Key { id: jwk.common.key_id, algorithm, verifying })
}

const fn signature(algorithm: KeyAlgorithm) -> Option<Algorithm> {
    match algorithm {
        KeyAlgorithm::RS256 => Some(Algorithm::RS256),
        KeyAlgorithm::RS384 => Some(Algorithm::RS384),
        KeyAlgorithm::RS512 => Some(Algorithm::RS512),
        KeyAlgorithm::PS256 => Some(Algorithm::PS256),
        KeyAlgorithm::PS384 => Some(Algorithm::PS384),
        KeyAlgorithm::PS512 => Some(Algorithm::PS512),
        KeyAlgorithm::ES256 => Some(Algorithm::ES256),
        KeyAlgorithm::ES384 => Some(Algorithm::ES384),
        KeyAlgorithm::EdDSA => Some(Algorithm::EdDSA),
        _ => None,
    }
}
