//! The line: how many places were given for which moment. Times only grow along it, so it needs no list of persons.

use std::collections::VecDeque;

/// The width of a slot, in milliseconds: within one, who comes first is not told apart.
const SLOT_MS: i64 = 50;
/// Whoever asks came at most so long before others who asked sooner, in milliseconds; where it seems longer, the clock
/// was put back.
pub(super) const PUT_BACK_MS: i64 = 60_000;
/// The farthest time that is given, in milliseconds. It bounds the slots (36,000 of 8 bytes).
pub(super) const FARTHEST_MS: i64 = 1_800_000;

/// The places that were given.
#[derive(Default)]
pub(super) struct Line {
    /// The number of the first slot that is kept.
    first: i64,
    /// How many places were given up to the end of each slot, since the server began.
    ends: VecDeque<u64>,
    /// How many up to the beginning of the first.
    before: u64,
    /// When the last place that was given is due, in microseconds.
    tail_us: i64,
}

impl Line {
    /// Gives a place after every other, not before `soonest_ms`; each takes `each_us` microseconds of the desk's time.
    /// Gives when it is due.
    pub(super) fn book(&mut self, now_ms: i64, soonest_ms: i64, each_us: u64) -> i64 {
        self.pass(now_ms);
        let each_us = i64::try_from(each_us).unwrap_or(i64::MAX / 4);
        let tail_us = self.tail_us.max(soonest_ms.saturating_mul(1_000)).saturating_add(each_us);
        let due_ms = tail_us / 1_000;
        if due_ms > now_ms + FARTHEST_MS {
            return now_ms + FARTHEST_MS;
        }
        self.tail_us = tail_us;
        let index = usize::try_from(slot(due_ms) - self.first).unwrap_or(0);
        let given = self.given();
        while self.ends.len() <= index {
            self.ends.push_back(given);
        }
        if let Some(end) = self.ends.back_mut() {
            *end += 1;
        }
        due_ms
    }

    /// How many are before whoever is due then.
    pub(super) fn ahead(&mut self, now_ms: i64, due_ms: i64) -> u64 {
        self.pass(now_ms);
        match usize::try_from(slot(due_ms) - self.first) {
            Ok(0) | Err(_) => 0,
            Ok(index) => {
                let end = self.ends.get(index - 1).or_else(|| self.ends.back());
                end.map_or(0, |end| end - self.before)
            }
        }
    }

    /// How long it is until the last place is due, in milliseconds.
    pub(super) const fn length_ms(&self, now_ms: i64) -> i64 {
        self.tail_us / 1_000 - now_ms
    }

    /// Whether nobody waits.
    pub(super) fn is_empty(&mut self, now_ms: i64) -> bool {
        self.pass(now_ms);
        self.given() == self.before
    }

    /// How many places were given so far.
    fn given(&self) -> u64 {
        self.ends.back().copied().unwrap_or(self.before)
    }

    /// Forgets the slots that are over, and all of them when the clock was put back.
    fn pass(&mut self, now_ms: i64) {
        let now = slot(now_ms);
        if self.first - now > slot(PUT_BACK_MS) {
            self.before = self.given();
            self.ends.clear();
        }
        while self.first < now
            && let Some(end) = self.ends.pop_front()
        {
            self.before = end;
            self.first += 1;
        }
        if self.ends.is_empty() {
            self.first = now;
            // Nobody waits, so the last place is over, whatever the clock said when it was given.
            self.tail_us = self.tail_us.min(now_ms.saturating_mul(1_000));
        }
    }
}

const fn slot(ms: i64) -> i64 {
    ms.div_euclid(SLOT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000_000;

    #[test]
    fn places_and_times_grow_along_the_line_and_shrink_with_time() {
        let mut line = Line::default();
        let dues: Vec<i64> = (0..10_000).map(|_| line.book(NOW, NOW + 500, 1_000)).collect();
        assert!(dues.is_sorted() && dues[0] == NOW + 501 && dues[9_999] == NOW + 10_500);
        for (place, due) in dues.iter().enumerate() {
            let ahead = usize::try_from(line.ahead(NOW, *due)).unwrap();
            assert!((place.saturating_sub(50)..=place).contains(&ahead), "{place}: {ahead}");
        }
        assert!(line.ahead(NOW + 5_500, dues[9_999]).abs_diff(5_000) <= 50);
        assert_eq!(line.length_ms(NOW + 500), 10_000);
        assert!(!line.is_empty(NOW + 10_000));
        assert!(line.is_empty(NOW + 10_600));
        assert_eq!(line.ahead(NOW + 10_600, dues[9_999]), 0);
    }

    #[test]
    fn after_a_pause_the_line_begins_at_the_soonest_time_again() {
        let mut line = Line::default();
        line.book(NOW, NOW + 500, 1_000);
        assert_eq!(line.book(NOW + 60_000, NOW + 60_500, 2_000), NOW + 60_502);
        assert_eq!(line.ahead(NOW + 60_000, NOW + 60_502), 0);
    }

    #[test]
    fn a_clock_that_is_put_back_makes_nobody_wait_for_what_it_said_before() {
        const BEFORE: i64 = NOW - 3_600_000;
        let mut line = Line::default();
        line.book(NOW, NOW + 500, 1_000);
        assert!(line.is_empty(NOW + 1_000));
        assert_eq!(line.book(BEFORE, BEFORE + 500, 1_000), BEFORE + 501, "nobody waited");
        line.book(NOW, NOW + 500, 1_000);
        assert_eq!(line.book(BEFORE, BEFORE + 500, 1_000), BEFORE + 501, "somebody waited");
        // Who came a little sooner is only looked at a little later.
        assert_eq!(line.book(BEFORE - 1_000, BEFORE, 1_000), BEFORE + 502);
        assert_eq!(line.ahead(BEFORE, BEFORE + 10_000), 2);
    }

    #[test]
    fn the_line_has_an_end() {
        let mut line = Line::default();
        for _ in 0..100 {
            let due = line.book(NOW, NOW + 500, 60_000_000);
            assert!(due <= NOW + FARTHEST_MS);
        }
        assert!(line.ends.len() <= 36_001);
    }
}
