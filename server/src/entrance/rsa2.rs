//! RSA2, as Alipay calls it: SHA-256 with RSA (PKCS#1 v1.5) over parameters that are sorted by name and joined with
//! their values as they are, before anything is encoded for an address.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The smallest modulus that is taken, in bits.
const BITS_MIN: usize = 2_048;

/// A key that cannot be used; the text of a key is never in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an RSA key of at least 2048 bits, in PEM or as the Base64 text of one")]
pub struct NotAKey;

/// Our private key. It has no `Debug`, so that it cannot slip into a log.
pub struct SigningKey(RsaKeyPair);

impl SigningKey {
    /// Reads PKCS#8 or PKCS#1, in PEM or as the bare Base64 that Alipay's key tool gives.
    ///
    /// # Errors
    /// [`NotAKey`].
    pub fn read(text: &str) -> Result<Self, NotAKey> {
        let der = der(text)?;
        let key = RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der));
        let key = key.map_err(|_| NotAKey)?;
        if key.public_modulus_len() * 8 < BITS_MIN {
            return Err(NotAKey);
        }
        Ok(Self(key))
    }

    /// The signature of a text, in Base64.
    ///
    /// # Errors
    /// [`NotAKey`] when the key does not sign, which a key that was read does.
    pub fn sign(&self, text: &str) -> Result<String, NotAKey> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        // PKCS#1 v1.5 draws no randomness; the argument is the library's.
        let nothing = SystemRandom::new();
        self.0
            .sign(&RSA_PKCS1_SHA256, &nothing, text.as_bytes(), &mut signature)
            .map_err(|_| NotAKey)?;
        Ok(STANDARD.encode(signature))
    }
}

/// A provider's public key.
pub struct VerifyingKey(ParsedPublicKey);

impl VerifyingKey {
    /// Reads a public key (`SubjectPublicKeyInfo` or PKCS#1), in PEM or as bare Base64.
    ///
    /// # Errors
    /// [`NotAKey`].
    pub fn read(text: &str) -> Result<Self, NotAKey> {
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der(text)?).map(Self).map_err(|_| NotAKey)
    }

    /// Whether `signature`, in Base64, is one of `text`.
    pub fn verifies(&self, text: &str, signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        self.0.verify_sig(text.as_bytes(), &signature).is_ok()
    }
}

/// The parameters as they are signed: sorted by name, each `name=value` with the value as it is, joined by `&`.
pub fn joined<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut parameters: Vec<_> = parameters.into_iter().collect();
    parameters.sort_unstable();
    let pairs: Vec<String> =
        parameters.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

fn der(text: &str) -> Result<Vec<u8>, NotAKey> {
    let body: String = text
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .flat_map(|line| line.chars().filter(|character| !character.is_whitespace()))
        .collect();
    if body.is_empty() {
        return Err(NotAKey);
    }
    STANDARD.decode(body).map_err(|_| NotAKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_sorted_and_left_as_they_are() {
        let parameters = [("b", "x=y&z"), ("a", "+/ %中文"), ("sign_type", "RSA2"), ("A", "1")];
        assert_eq!(joined(parameters), "A=1&a=+/ %中文&b=x=y&z&sign_type=RSA2");
    }

    #[test]
    fn what_is_no_key_is_not_taken() {
        for text in
            ["", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "AAAA", "not base64!"]
        {
            assert!(SigningKey::read(text).is_err() && VerifyingKey::read(text).is_err(), "{text}");
        }
    }
}
