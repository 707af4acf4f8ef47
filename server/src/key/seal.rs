//! Sealing: what the server must read back and a copy of the database must not give away.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use domain::staff::Login;

use super::{Keys, MasterKey};
use crate::chance::Chance;

/// How many bytes say which key sealed it.
const VERSION_LEN: usize = 4;

/// The seal of one master key.
pub(super) struct Seal {
    version: i32,
    key: LessSafeKey,
}

impl Seal {
    /// The seal of a master key; there is always one.
    pub(super) fn of(master: &MasterKey) -> Option<Self> {
        let root = Key::new(HMAC_SHA256, &master.secret);
        let derived = hmac::sign(&root, b"jinquan-seal-1");
        let key = UnboundKey::new(&AES_256_GCM, derived.as_ref()).ok()?;
        Some(Self { version: master.version, key: LessSafeKey::new(key) })
    }
}

impl Keys {
    /// Seals somebody's secret with the newest key: it opens for that login alone.
    pub fn seal(&self, login: &Login, secret: &[u8], chance: &Chance) -> Option<Vec<u8>> {
        self.seal_for(login.as_str(), secret, chance)
    }

    /// Opens what [`Self::seal`] has sealed, under whichever key is still kept.
    pub fn unseal(&self, login: &Login, sealed: &[u8]) -> Option<Vec<u8>> {
        self.unseal_for(login.as_str(), sealed)
    }

    /// Seals something with the newest key: it opens for the same purpose alone. A purpose has a `:` in it, which
    /// no login has.
    pub fn seal_for(&self, purpose: &str, secret: &[u8], chance: &Chance) -> Option<Vec<u8>> {
        let seal = self.seals.first()?;
        let nonce: [u8; NONCE_LEN] = chance.bytes();
        let mut content = secret.to_vec();
        let nonce_used = Nonce::assume_unique_for_key(nonce);
        let bound = Aad::from(purpose.as_bytes());
        seal.key.seal_in_place_append_tag(nonce_used, bound, &mut content).ok()?;
        Some([&seal.version.to_be_bytes()[..], &nonce, &content].concat())
    }

    /// Opens what [`Self::seal_for`] has sealed, under whichever key is still kept.
    pub fn unseal_for(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (version, rest) = sealed.split_first_chunk::<VERSION_LEN>()?;
        let (nonce, content) = rest.split_first_chunk::<NONCE_LEN>()?;
        let version = i32::from_be_bytes(*version);
        let seal = self.seals.iter().find(|seal| seal.version == version)?;
        let bound = Aad::from(purpose.as_bytes());
        let mut content = content.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        seal.key.open_in_place(nonce, bound, &mut content).ok().map(|secret| secret.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_for_its_owner_under_every_key_that_is_kept() {
        let chance = Chance::default();
        let old = MasterKey { version: 1, secret: [1; 32] };
        let new = MasterKey { version: 2, secret: [2; 32] };
        let (login, other): (Login, Login) = ("li.ming".parse().unwrap(), "zhao".parse().unwrap());
        let sealed = Keys::derive(std::slice::from_ref(&old))
            .unwrap()
            .seal(&login, b"secret", &chance)
            .unwrap();
        let rotated = Keys::derive(&[old, new.clone()]).unwrap();
        assert_eq!(rotated.unseal(&login, &sealed).unwrap(), b"secret");
        assert!(rotated.unseal(&other, &sealed).is_none());
        assert!(Keys::derive(&[new]).unwrap().unseal(&login, &sealed).is_none());
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(rotated.unseal(&login, &changed).is_none());
        assert!(rotated.unseal(&login, &sealed[..9]).is_none());
        let again = rotated.seal(&login, b"secret", &chance).unwrap();
        assert!(again != sealed && !again.windows(6).any(|part| part == b"secret"));
    }

    #[test]
    fn a_device_is_known_for_its_login_alone() {
        let keys = Keys::derive(&[MasterKey { version: 1, secret: [1; 32] }]).unwrap();
        let (login, other): (Login, Login) = ("li.ming".parse().unwrap(), "zhao".parse().unwrap());
        let mark = keys.device_mark(&login, [5; 16]);
        assert!(keys.knows_device(&login, &mark));
        assert!(!keys.knows_device(&other, &mark));
        assert!(!keys.knows_device(&login, &[0; 32]));
    }
}
