//! A way out to a provider and back. What belongs to it is sealed into a cookie of this browser: only whoever set out
//! can come back, within ten minutes, once, through the same entrance.

use app::cookie::{Cookie, MATCH, WAY};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::EntranceId;
use domain::time::Timestamp;
use http::{HeaderMap, HeaderValue};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::backend::sign_in::Agreed;
use crate::chance::Chance;
use crate::hall::Hall;
use crate::key::{Keys, sha256};

/// How long somebody may take from the way out to the way back.
pub const LASTS_MS: i64 = 600_000;
/// The longest cookie that is read.
const COOKIE_BYTES_MAX: usize = 4_096;

/// A cookie of an entrance, and what its content is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crumb {
    /// On the way to a provider.
    Attempt,
    /// Between the provider and the matching of name and number.
    Match,
}

impl Crumb {
    const fn cookie(self) -> Cookie {
        match self {
            Self::Attempt => WAY,
            Self::Match => MATCH,
        }
    }

    const fn bound(self) -> &'static str {
        match self {
            Self::Attempt => "entrance:way",
            Self::Match => "entrance:match",
        }
    }

    /// The `Set-Cookie` that carries `content`, which only this installation can read and make.
    ///
    /// # Errors
    /// Never, as long as there is a key to seal with.
    pub fn set(self, hall: &Hall, content: &impl Serialize) -> Result<HeaderValue, Fault> {
        let plain = serde_json::to_vec(content).map_err(|_| Fault::AttemptForged)?;
        let sealed = hall.keys.seal_for(self.bound(), &plain, &hall.chance);
        let text = URL_SAFE_NO_PAD.encode(sealed.ok_or(Fault::AttemptForged)?);
        Ok(self.cookie().keep(&text, LASTS_MS / 1_000, hall.tls))
    }

    /// The `Set-Cookie` that takes it away.
    pub fn clear(self, tls: bool) -> HeaderValue {
        self.cookie().clear(tls)
    }

    /// The content of the cookie that a request carries.
    ///
    /// # Errors
    /// [`Fault::NoAttempt`] without one, [`Fault::AttemptForged`] for one that is not ours.
    pub fn read<T: DeserializeOwned>(
        self,
        keys: &Keys,
        headers: &HeaderMap,
        tls: bool,
    ) -> Result<T, Fault> {
        let text = self.cookie().read(headers, tls).filter(|text| !text.is_empty());
        let text = text.ok_or(Fault::NoAttempt)?;
        let sealed = Some(text).filter(|text| text.len() <= COOKIE_BYTES_MAX);
        let sealed = sealed.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let plain = sealed.and_then(|sealed| keys.unseal_for(self.bound(), &sealed));
        serde_json::from_slice(&plain.ok_or(Fault::AttemptForged)?)
            .map_err(|_| Fault::AttemptForged)
    }
}

/// What belongs to one way out and back. It has no `Debug`, so that it cannot slip into a log.
#[derive(Serialize, Deserialize)]
pub struct Attempt {
    /// Through which entrance.
    pub entrance: EntranceId,
    /// What the provider is given and gives back.
    pub state: String,
    /// What an ID token repeats.
    pub nonce: String,
    /// PKCE: what the provider is told at the end, of which it knew the hash at the beginning.
    pub verifier: String,
    /// Where the person wants to go: a path of our own.
    pub next: String,
    /// What the person agreed to just before.
    pub agreed: Agreed,
    /// When the person set out, by the system clock.
    pub started_at: Timestamp,
}

impl Attempt {
    /// A new one.
    pub fn draw(
        chance: &Chance,
        entrance: EntranceId,
        state: String,
        next: &str,
        agreed: Agreed,
        started_at: Timestamp,
    ) -> Self {
        let token = || URL_SAFE_NO_PAD.encode(chance.bytes::<32>());
        let (nonce, verifier) = (token(), token());
        Self { entrance, state, nonce, verifier, next: next.to_owned(), agreed, started_at }
    }

    /// The PKCE challenge, S256 (RFC 7636, 4.2).
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(sha256(self.verifier.as_bytes()))
    }

    /// What is remembered of a state that was used.
    pub fn state_hash(&self) -> [u8; 32] {
        sha256(format!("{}\n{}", self.entrance, self.state).as_bytes())
    }
}

/// Whether something that began at `started_at` is over, or began later than now.
pub const fn is_over(started_at: Timestamp, now: Timestamp) -> bool {
    let age_ms = now.millis_since(started_at);
    age_ms < 0 || age_ms >= LASTS_MS
}

/// A state of so many letters of an alphabet, each equally likely.
pub fn state(chance: &Chance, alphabet: &str, length: usize) -> String {
    let letters = alphabet.as_bytes();
    let mut state = String::with_capacity(length);
    let fair = 256 - 256 % letters.len();
    while state.len() < length {
        for byte in chance.bytes::<64>() {
            // A byte beyond the last whole multiple would favour the first letters.
            if usize::from(byte) < fair && state.len() < length {
                state.push(char::from(letters[usize::from(byte) % letters.len()]));
            }
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_its_length_and_its_letters() {
        let chance = Chance::default();
        let one = state(&chance, "ab", 128);
        assert!(one.len() == 128 && one.bytes().all(|byte| byte == b'a' || byte == b'b'));
        assert_ne!(state(&chance, "0123456789abcdef", 32), state(&chance, "0123456789abcdef", 32));
    }

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        let attempt = Attempt {
            entrance: "x".parse().unwrap(),
            state: String::new(),
            nonce: String::new(),
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned(),
            next: "/".to_owned(),
            agreed: Agreed::default(),
            started_at: Timestamp::from_millis(0),
        };
        assert_eq!(attempt.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn ten_minutes_and_no_more() {
        let at = Timestamp::from_millis;
        assert!(!is_over(at(5), at(5)) && !is_over(at(0), at(LASTS_MS - 1)));
        assert!(is_over(at(0), at(LASTS_MS)) && is_over(at(1), at(0)));
    }
}
