//! A provider's keys (JWKS): kept, and read again when a token names one that is not among them, but seldom: whoever
//! invents key names must not make us call the provider for each.

use std::sync::{Arc, Mutex, PoisonError};

use domain::time::Timestamp;
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use crate::clock::Clock;
use crate::entrance::fault::Fault;
use crate::entrance::json;
use crate::entrance::outbound::Outbound;

/// How long keys count as fresh: a key that was withdrawn is good for no longer than this.
const FRESH_MS: i64 = 3_600_000;
/// How long they are used while no newer ones can be read.
const USABLE_MS: i64 = 24 * FRESH_MS;
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
pub struct KeySet {
    known: Mutex<Known>,
    /// Held by the one who asks.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    keys: Arc<Vec<Key>>,
    read_at: Option<Timestamp>,
    asked_at: Option<Timestamp>,
}

impl Known {
    fn has(&self, id: Option<&str>) -> bool {
        id.is_none() || self.keys.iter().any(|key| key.id.as_deref() == id)
    }

    /// The keys, unless they are stale.
    fn usable(&self, now: Timestamp) -> Option<Arc<Vec<Key>>> {
        is_within(self.read_at, USABLE_MS, now).then(|| self.keys.clone())
    }

    /// What is known without asking; nothing where it is time to ask.
    fn said(&self, id: Option<&str>, now: Timestamp) -> Option<Result<Arc<Vec<Key>>, Fault>> {
        if is_within(self.read_at, FRESH_MS, now) && self.has(id) {
            return Some(Ok(self.keys.clone()));
        }
        // Just asked: what there is must do.
        is_within(self.asked_at, AGAIN_MS, now).then(|| self.usable(now).ok_or(Fault::Unreachable))
    }

    /// Notes what was read by `now`. Old keys are better than nobody, while the provider is away.
    fn note(
        &mut self,
        read: Result<Vec<Key>, Fault>,
        now: Timestamp,
    ) -> Result<Arc<Vec<Key>>, Fault> {
        self.asked_at = Some(now);
        match read {
            Ok(keys) => {
                self.keys = Arc::new(keys);
                self.read_at = Some(now);
                Ok(self.keys.clone())
            }
            Err(fault) => self.usable(now).ok_or(fault),
        }
    }
}

fn is_within(at: Option<Timestamp>, ms: i64, now: Timestamp) -> bool {
    at.is_some_and(|at| (0..ms).contains(&now.millis_since(at)))
}

impl KeySet {
    /// Reads the keys for the first time.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub async fn warm(&self, outbound: &Outbound, url: &str, clock: &Clock) -> Result<(), Fault> {
        self.get(outbound, url, None, clock).await.map(|_| ())
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
        clock: &Clock,
    ) -> Result<Arc<Vec<Key>>, Fault> {
        let said = || self.with(|known| known.said(id, clock.system()));
        if let Some(said) = said() {
            return said;
        }
        // One asks. Whoever's key is known goes on with it, the others wait for the answer.
        let old = self.with(|known| known.usable(clock.system()).filter(|_| known.has(id)));
        let _asking = match (self.asking.try_lock(), old) {
            (Ok(asking), _) => asking,
            (Err(_), Some(old)) => return Ok(old),
            (Err(_), None) => self.asking.lock().await,
        };
        if let Some(said) = said() {
            return said;
        }
        let read = outbound.read(url).await.and_then(|body| read(&body));
        self.with(|known| known.note(read, clock.system()))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Known) -> T) -> T {
        act(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
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

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    #[test]
    fn nobody_waits_for_keys_whose_own_is_known_and_stale_ones_are_none() {
        let began = Timestamp::from_millis(0);
        let clock = Clock::standing(began.plus_millis(FRESH_MS));
        let outbound = Outbound::new(None).unwrap();
        let set = KeySet::default();
        let _asking = set.asking.try_lock().unwrap();
        let get = |id| set.get(&outbound, "https://id.example/jwks", id, &clock).now_or_never();
        assert!(get(None).is_none(), "nothing is known yet");
        assert!(set.with(|known| known.note(Ok(Vec::new()), began)).is_ok());
        assert!(get(None).is_some_and(|keys| keys.is_ok()), "old, and good while somebody asks");
        assert!(get(Some("new")).is_none(), "another one may be there by then");
        clock.set(began.plus_millis(USABLE_MS));
        assert!(get(None).is_none(), "stale");
        let now = clock.system();
        let away = set.with(|known| known.note(Err(Fault::ProviderBroken), now).err());
        assert_eq!(away, Some(Fault::ProviderBroken));
        let next = get(None).and_then(Result::err);
        assert_eq!(next, Some(Fault::Unreachable), "they are stale for whoever comes next, too");
    }
}
