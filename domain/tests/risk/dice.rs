//! Numbers that follow from a seed.

pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// From `low` to `high`, both of them possible.
    pub(crate) fn range(&mut self, low: i64, high: i64) -> i64 {
        let width = (high - low + 1).unsigned_abs();
        low + i64::try_from((self.next() >> 11) % width).unwrap()
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from((self.next() >> 11) % bound as u64).unwrap()
    }

    /// True so many times in a thousand.
    pub(crate) fn permille(&mut self, share: i64) -> bool {
        self.range(0, 999) < share
    }

    /// Mostly short, now and then long: `typical` is doubled with a chance of one half, again and again.
    pub(crate) fn tail(&mut self, typical: i64) -> i64 {
        let doublings = self.next().trailing_zeros().min(8);
        self.range(typical / 4, typical) << doublings
    }
}
