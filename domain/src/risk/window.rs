//! What is remembered, in bounded memory: a table of fixed size that forgets what was used longest ago, a sketch that
//! counts distinct keys, a ring of the last instants.

/// Slots that a key can be in.
const WAYS: usize = 4;
/// Buckets that are made at once, when the first of them is needed.
const CHUNK: usize = 64;

/// A table of at most so many values by 64-bit keys. A key has four slots; a fifth takes the one used longest ago.
/// Memory is taken as it is needed, and never more than the capacity.
#[derive(Debug)]
pub(super) struct Table<V> {
    chunks: Vec<Option<Box<[Slot<V>]>>>,
    uses: u64,
}

#[derive(Clone, Debug, Default)]
struct Slot<V> {
    key: u64,
    used: u64,
    value: V,
}

/// What a value takes with its slot, in bytes.
#[cfg(test)]
pub(super) const fn slot_bytes<V>() -> usize {
    size_of::<Slot<V>>()
}

impl<V: Clone + Default> Table<V> {
    /// A table of at most `capacity` values, a power of two and at least 256.
    pub(super) fn new(capacity: usize) -> Self {
        let chunks = (capacity / WAYS / CHUNK).next_power_of_two();
        let mut empty = Vec::new();
        empty.resize_with(chunks, || None);
        Self { chunks: empty, uses: 0 }
    }

    /// The value of a key: the one that is there, or a new one.
    pub(super) fn entry(&mut self, key: u64) -> &mut V {
        let key = key.max(1);
        let (chunk, first) = self.place(key);
        self.uses += 1;
        let slots = self.chunks[chunk]
            .get_or_insert_with(|| vec![Slot::default(); CHUNK * WAYS].into_boxed_slice());
        let bucket = &mut slots[first..first + WAYS];
        let found = bucket.iter().position(|slot| slot.key == key);
        let place = found.unwrap_or_else(|| oldest(bucket));
        let slot = &mut bucket[place];
        if found.is_none() {
            *slot = Slot { key, ..Slot::default() };
        }
        slot.used = self.uses;
        &mut slot.value
    }

    /// The value of a key, if it is there.
    pub(super) fn get(&self, key: u64) -> Option<&V> {
        let key = key.max(1);
        let (chunk, first) = self.place(key);
        let bucket = &self.chunks[chunk].as_ref()?[first..first + WAYS];
        bucket.iter().find(|slot| slot.key == key).map(|slot| &slot.value)
    }

    /// Every value.
    pub(super) fn values(&self) -> impl Iterator<Item = &V> {
        let slots = self.chunks.iter().flatten().flat_map(|chunk| chunk.iter());
        slots.filter(|slot| slot.key != 0).map(|slot| &slot.value)
    }

    fn place(&self, key: u64) -> (usize, usize) {
        let mixed = mixed(key);
        #[expect(clippy::cast_possible_truncation, reason = "only the low bits count")]
        let (high, low) = ((mixed >> 32) as usize, mixed as usize);
        (high & (self.chunks.len() - 1), (low & (CHUNK - 1)) * WAYS)
    }
}

fn oldest<V>(bucket: &[Slot<V>]) -> usize {
    let ages = bucket.iter().enumerate().min_by_key(|(_, slot)| slot.used);
    ages.map_or(0, |(place, _)| place)
}

/// Bits that depend on all bits of a key.
pub(super) const fn mixed(key: u64) -> u64 {
    let once = (key ^ (key >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let twice = (once ^ (once >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    twice ^ (twice >> 31)
}

/// How many distinct keys were seen lately, by linear counting in `64 × W` bits: exact while there are few, and a lower
/// bound once it is full. It forgets in halves: a key is remembered for one to two times `HALF_MS`.
#[derive(Clone, Debug)]
pub(super) struct Distinct<const W: usize, const HALF_MS: i64> {
    young: [u64; W],
    old: [u64; W],
    turned_ms: i64,
}

impl<const W: usize, const HALF_MS: i64> Default for Distinct<W, HALF_MS> {
    fn default() -> Self {
        Self { young: [0; W], old: [0; W], turned_ms: 0 }
    }
}

impl<const W: usize, const HALF_MS: i64> Distinct<W, HALF_MS> {
    pub(super) fn note(&mut self, now_ms: i64, key: u64) {
        let since = now_ms - self.turned_ms;
        if since >= HALF_MS {
            self.old = if since >= 2 * HALF_MS { [0; W] } else { self.young };
            self.young = [0; W];
            self.turned_ms = now_ms;
        }
        let mixed = mixed(key);
        let word = ((mixed >> 6) % W as u64) as usize;
        self.young[word] |= 1 << (mixed & 63);
    }

    pub(super) fn count(&self) -> i64 {
        let ones = |(young, old): (&u64, &u64)| (young | old).count_ones();
        let ones: u32 = self.young.iter().zip(&self.old).map(ones).sum();
        #[expect(clippy::cast_possible_truncation, reason = "at most a few thousand bits")]
        let bits = W as u32 * 64;
        // A full sketch would count without end.
        let free = (bits - ones).max(1);
        let estimate = f64::from(bits) * (f64::from(bits) / f64::from(free)).ln();
        #[expect(clippy::cast_possible_truncation, reason = "at most bits times ln(bits)")]
        let estimate = estimate.round() as i64;
        estimate.max(i64::from(ones > 0))
    }
}

/// The intervals between eight instants.
const INTERVALS: i64 = 7;

/// The last eight instants of something.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Times {
    ms: [i64; Self::KEPT],
    noted: u32,
}

impl Times {
    const KEPT: usize = 8;
    const FULL: u32 = 8;

    /// Notes an instant; one before the last is passed over, as what is read again at a start comes late.
    pub(super) fn note(&mut self, ms: i64) {
        let last =
            self.noted.checked_sub(1).map_or(i64::MIN, |it| self.ms[it as usize % Self::KEPT]);
        if ms < last {
            return;
        }
        self.ms[self.noted as usize % Self::KEPT] = ms;
        // Counting on from eight keeps the place, and what is full stays full.
        self.noted = self.noted.checked_add(1).unwrap_or(Self::FULL);
    }

    /// The intervals between them, once there are eight, none older than `within_ms`.
    fn intervals(&self, now_ms: i64, within_ms: i64) -> Option<[i64; Self::KEPT - 1]> {
        if (self.noted as usize) < Self::KEPT {
            return None;
        }
        let first = self.noted as usize % Self::KEPT;
        let at = |place: usize| self.ms[(first + place) % Self::KEPT];
        (now_ms - at(0) <= within_ms)
            .then(|| std::array::from_fn(|it| (at(it + 1) - at(it)).max(0)))
    }

    /// Their mean interval, in milliseconds.
    pub(super) fn mean_ms(&self, now_ms: i64, within_ms: i64) -> Option<i64> {
        let intervals = self.intervals(now_ms, within_ms)?;
        Some(intervals.iter().sum::<i64>() / INTERVALS)
    }

    /// How much the intervals differ from their mean, in thousandths of it; none where they are too short to have a
    /// rhythm.
    pub(super) fn spread_permille(&self, now_ms: i64, within_ms: i64) -> Option<i64> {
        const RHYTHM_MS: i64 = 100;
        let intervals = self.intervals(now_ms, within_ms)?;
        let mean = intervals.iter().sum::<i64>() / INTERVALS;
        let off: i64 = intervals.iter().map(|it| (it - mean).abs()).sum();
        (mean >= RHYTHM_MS).then(|| off * 1_000 / (mean * INTERVALS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_keeps_what_was_used_last_and_never_more_than_its_capacity() {
        let mut table = Table::<u64>::new(256);
        for key in 1..=10_000 {
            *table.entry(key) = key;
            // Used again and again, so never the oldest.
            *table.entry(77_777) = 1;
        }
        assert!(table.values().count() <= 256);
        assert_eq!(table.get(77_777), Some(&1));
        assert_eq!(table.get(10_000), Some(&10_000));
        let kept = (1..=10_000).filter(|key| table.get(*key).is_some_and(|value| value == key));
        assert!(kept.count() < 256);
    }

    #[test]
    fn a_sketch_counts_few_exactly_and_many_about_and_forgets() {
        let mut few = Distinct::<4, 1_000>::default();
        for key in 0..12 {
            few.note(5_000, key % 6);
        }
        assert_eq!(few.count(), 6);
        let mut many = Distinct::<16, 1_000>::default();
        for key in 0..1_500 {
            many.note(5_000, key);
        }
        assert!((1_300..=1_700).contains(&many.count()), "{}", many.count());
        many.note(6_500, 1);
        assert!(many.count() > 1_000, "the half before still counts");
        many.note(7_600, 1);
        assert_eq!(many.count(), 1);
    }

    #[test]
    fn a_ring_has_a_rhythm_only_when_it_is_full() {
        let mut times = Times::default();
        for step in 0..7 {
            times.note(1_000 + step * 500);
            assert_eq!(times.mean_ms(5_000, 60_000), None);
        }
        times.note(1_000 + 7 * 500);
        assert_eq!(times.mean_ms(5_000, 60_000), Some(500));
        assert_eq!(times.spread_permille(5_000, 60_000), Some(0));
        assert_eq!(times.mean_ms(900_000, 60_000), None, "too long ago");
        times.note(1_000 + 7 * 500 + 4_000);
        assert_eq!(times.mean_ms(9_000, 60_000), Some(1_000));
    }
}
