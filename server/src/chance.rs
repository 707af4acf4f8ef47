//! Randomness: identifiers, tokens, digits. The one place that draws it.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use domain::code::Digits;

/// A cryptographic source of randomness.
#[derive(Clone, Debug, Default)]
pub struct Chance(SystemRandom);

impl Chance {
    /// `N` random bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done without it.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        #[expect(
            clippy::expect_used,
            reason = "without randomness tokens could be guessed: better to stop"
        )]
        self.0.fill(&mut bytes).expect("the operating system gives randomness");
        bytes
    }

    /// 128 random bits.
    pub fn bits(&self) -> u128 {
        u128::from_le_bytes(self.bytes())
    }

    /// Twelve random digits, each combination equally likely.
    pub fn digits(&self) -> Digits {
        loop {
            // A draw beyond the last whole multiple would favour low numbers: about one in 10⁷ is drawn again.
            let drawn = u64::from_le_bytes(self.bytes());
            if drawn < u64::MAX - u64::MAX % Digits::COUNT
                && let Some(digits) = Digits::from_number(drawn % Digits::COUNT)
            {
                return digits;
            }
        }
    }
}
