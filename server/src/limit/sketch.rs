//! How often each of many has asked, in memory that does not grow: two rows of cells, each asker in one cell of each row.
//! Whoever shares a cell with somebody who asks without end still has the other one: only who is over in both is refused.
//! Which cells those are nobody outside can work out.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// The cells of a row, of 8 bytes.
const CELLS: usize = 1 << 18;

/// A rate with what may come at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    each_us: u64,
    burst_us: u64,
}

impl Rate {
    /// So many a second, and so many seconds' worth at once.
    pub(super) const fn of(per_s: u32, seconds: u64) -> Self {
        let each_us = if per_s == 0 { 0 } else { 1_000_000 / per_s as u64 };
        Self { each_us, burst_us: seconds * 1_000_000 }
    }
}

/// The counts. A cell holds when everything that was asked so far would be done at the rate, in microseconds.
pub(super) struct Sketch {
    rate: Rate,
    rows: [(RandomState, Box<[AtomicU64]>); 2],
}

impl Sketch {
    /// Nobody has asked.
    pub(super) fn new(rate: Rate) -> Self {
        let row = || (RandomState::new(), (0..CELLS).map(|_| AtomicU64::new(0)).collect());
        Self { rate, rows: [row(), row()] }
    }

    /// Takes one for `who`.
    ///
    /// # Errors
    /// So many microseconds are to be waited for it.
    pub(super) fn take(&self, who: &impl Hash, now_us: u64) -> Result<(), u64> {
        let cells = self.rows.each_ref().map(|(hasher, cells)| {
            #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
            let place = hasher.hash_one(who) as usize % CELLS;
            &cells[place]
        });
        let over = |cell: &AtomicU64| {
            let ahead_us = cell.load(Ordering::Relaxed).saturating_sub(now_us);
            // Farther ahead than anybody can come: the clock was put back.
            let is_from_later = ahead_us > self.rate.burst_us + self.rate.each_us;
            if is_from_later { 0 } else { ahead_us.saturating_sub(self.rate.burst_us) }
        };
        let wait_us = cells.iter().map(|cell| over(cell)).min().unwrap_or(0);
        if wait_us > 0 {
            return Err(wait_us);
        }
        for cell in cells {
            // That it is changed in between costs one more or less.
            let most = now_us.saturating_add(self.rate.burst_us);
            let done = cell.load(Ordering::Relaxed).clamp(now_us, most);
            cell.store(done.saturating_add(self.rate.each_us), Ordering::Relaxed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_thousand_few_suffer_from_a_thousand_who_never_stop() {
        let sketch = Sketch::new(Rate::of(10, 4));
        for script in 0..1_000_u32 {
            while sketch.take(&("script", script), 0).is_ok() {}
        }
        let refused =
            (0..100_000_u32).filter(|it| sketch.take(&("citizen", it), 0).is_err()).count();
        assert!(refused < 30, "{refused} of 100,000");
    }

    #[test]
    fn a_clock_that_is_put_back_locks_nobody_out() {
        let sketch = Sketch::new(Rate::of(10, 4));
        while sketch.take(&0, 3_600_000_000).is_ok() {}
        assert!(sketch.take(&0, 0).is_ok());
    }

    #[test]
    fn a_rate_is_kept_over_time() {
        let sketch = Sketch::new(Rate::of(10, 1));
        let taken = (0..100_000_u64).filter(|ms| sketch.take(&0, ms * 1_000).is_ok()).count();
        assert!((1_000..=1_012).contains(&taken), "{taken} in 100 seconds at 10 a second");
    }
}
