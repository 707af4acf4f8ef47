//! One-time passwords by time (RFC 6238): SHA-1, six digits, thirty seconds, as every authenticator on a phone has
//! them. Which steps are taken is the domain's to say.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key};
use domain::staff::{Login, STEP_MS};

use crate::chance::Chance;

/// How many digits a password has.
const DIGITS: usize = 6;
/// One more than the greatest password.
const RANGE: u32 = 1_000_000;
/// How many bytes a secret has: as many as the hash, as RFC 4226 wants it.
pub const SECRET_BYTES: usize = 20;
/// The letters of Base 32 (RFC 4648).
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The secret that a phone and the server share. It has no `Debug`, so that it cannot slip into a log.
#[derive(Clone)]
pub struct Secret(pub [u8; SECRET_BYTES]);

impl Secret {
    /// A new secret.
    pub fn draw(chance: &Chance) -> Self {
        Self(chance.bytes())
    }

    /// The password of a step.
    pub fn password(&self, step: i64) -> String {
        let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag.last().copied().unwrap_or_default() & 15);
        let mut word = [0; 4];
        for (byte, from) in word.iter_mut().zip(tag.iter().skip(offset)) {
            *byte = *from;
        }
        let number = (u32::from_be_bytes(word) & 0x7fff_ffff) % RANGE;
        format!("{number:0DIGITS$}")
    }

    /// Which of the steps has that password, in constant time for each.
    pub fn step_of(&self, password: &str, mut steps: impl Iterator<Item = i64>) -> Option<i64> {
        steps.find(|step| {
            verify_slices_are_equal(self.password(*step).as_bytes(), password.as_bytes()).is_ok()
        })
    }

    /// The secret in Base 32, as a phone takes it typed.
    pub fn text(&self) -> String {
        let bits = self.0.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
        let bits: Vec<u8> = bits.collect();
        let letter = |five: &[u8]| five.iter().fold(0, |number, bit| number << 1 | bit);
        bits.chunks(5).map(|five| char::from(LETTERS[usize::from(letter(five))])).collect()
    }

    /// The address that a phone takes from a QR code.
    pub fn address(&self, login: &Login) -> String {
        let (secret, period) = (self.text(), STEP_MS / 1_000);
        format!(
            "otpauth://totp/Jinquan:{login}?secret={secret}&issuer=Jinquan&algorithm=SHA1\
             &digits={DIGITS}&period={period}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passwords_are_those_of_the_standard() {
        let secret = Secret(*b"12345678901234567890");
        // RFC 6238, appendix B, the last six of its eight digits.
        for (seconds, password) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.password(seconds / 30), password);
        }
        assert_eq!(secret.step_of("287082", 0..4), Some(1));
        assert_eq!(secret.step_of("287083", 0..4), None);
        assert_eq!(secret.step_of("", 0..4), None);
    }

    #[test]
    fn a_secret_is_written_as_phones_read_it() {
        let secret = Secret(*b"12345678901234567890");
        assert_eq!(secret.text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let login: Login = "li.ming".parse().unwrap();
        assert_eq!(
            secret.address(&login),
            "otpauth://totp/Jinquan:li.ming?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Jinquan\
             &algorithm=SHA1&digits=6&period=30"
        );
    }
}
