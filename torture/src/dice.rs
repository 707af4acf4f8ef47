//! Chance that can be repeated: the same seed gives the same run, as far as the machine's own timing allows.

/// A stream of numbers (`SplitMix64`).
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// A stream of its own for one part of a run, so that parts can be run alone with the same chance.
    pub(crate) fn part(seed: u64, name: &str) -> Self {
        Self(
            name.bytes()
                .fold(seed, |sum, byte| sum.wrapping_mul(1_099_511_628_211) ^ u64::from(byte)),
        )
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, each as likely as another.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}
