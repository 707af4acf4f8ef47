//! Randomness: identifiers, tokens, digits. The one place that draws it.

use std::cell::RefCell;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use domain::code::Digits;

/// The bytes of [`Chance::bits`].
const BITS_BYTES: usize = 16;
/// For so many identifiers is drawn at once: a kibibyte.
const DRAWN_AT_ONCE: usize = 64;

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

    /// 128 random bits, for identifiers: no secret is made of them. Each thread draws those of its next identifiers at
    /// once, because a draw costs nearly the same however small it is.
    pub fn bits(&self) -> u128 {
        thread_local! {
            static DRAWN: RefCell<Vec<[u8; BITS_BYTES]>> = const { RefCell::new(Vec::new()) };
        }
        DRAWN.with_borrow_mut(|drawn| {
            if drawn.is_empty() {
                let bytes: [u8; BITS_BYTES * DRAWN_AT_ONCE] = self.bytes();
                drawn.extend_from_slice(bytes.as_chunks().0);
            }
            u128::from_le_bytes(drawn.pop().unwrap_or_else(|| self.bytes()))
        })
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn nobody_is_given_the_same_bits() {
        let draw = || {
            let chance = Chance::default();
            (0..=DRAWN_AT_ONCE * 3).map(|_| chance.bits()).collect::<Vec<_>>()
        };
        let others: Vec<_> = (0..4).map(|_| std::thread::spawn(draw)).collect();
        let mut drawn = draw();
        for other in others {
            drawn.extend(other.join().unwrap());
        }
        let differ: HashSet<u128> = drawn.iter().copied().collect();
        assert_eq!((differ.len(), drawn.len()), (drawn.len(), 5 * (DRAWN_AT_ONCE * 3 + 1)));
    }
}
