//! How fast a desk has been lately: what whoever waits is told follows from it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::{BATCH_MAX, Undecided};

/// The shortest and the longest wait that a full lane asks for, in milliseconds.
const RETRY_MS: std::ops::RangeInclusive<u64> = 500..=15_000;
/// What one request takes until a batch has shown it, in nanoseconds.
const UNKNOWN_EACH_NS: u64 = 100_000;
/// Whoever goes first and has not come for so long is not reckoned with.
const LATELY_US: u64 = 10_000_000;

/// How fast a lane has been lately.
#[derive(Default)]
pub(super) struct Pace {
    /// Microseconds for one batch, smoothed; 0 until the first. When many wait, batches are full, so this is what a
    /// full one takes. It is not kept for each request, because a batch of one costs hardly less than one of many.
    batch_us: AtomicU64,
    /// Nanoseconds for one of a full batch without a rest, smoothed: smaller ones say how many came. 0 at first.
    each_ns: AtomicU64,
    /// When the lane's last batch ended, by its desk's clock, in microseconds.
    ended_us: AtomicU64,
    desk: Arc<Desk>,
    /// Of those who go first at the same desk, a batch between any two of this lane's.
    first: Option<Arc<Self>>,
}

/// Where one batch is settled at a time, of one lane or of two.
struct Desk {
    born: Instant,
    /// When its last batch ended, in microseconds after `born`.
    ended_us: AtomicU64,
}

/// A batch that was settled.
pub(super) struct Done {
    pub(super) count: usize,
    /// When the first of it came.
    pub(super) came: Option<Instant>,
    pub(super) began: Instant,
    pub(super) ended: Instant,
}

impl Default for Desk {
    fn default() -> Self {
        Self { born: Instant::now(), ended_us: AtomicU64::new(0) }
    }
}

impl Desk {
    fn us(&self, at: Instant) -> u64 {
        micros(at.duration_since(self.born))
    }
}

impl Pace {
    /// That of a lane at the same desk, behind this one.
    pub(super) fn behind(self: &Arc<Self>) -> Self {
        Self { desk: self.desk.clone(), first: Some(self.clone()), ..Self::default() }
    }

    /// The time that `waiting` requests take at the pace of late, in milliseconds.
    pub(super) fn wait_ms(&self, waiting: usize) -> u64 {
        let batches = u64::try_from(waiting.div_ceil(BATCH_MAX)).unwrap_or(u64::MAX);
        let batch_us = self.batch_us.load(Ordering::Relaxed) + self.between_us();
        batch_us.saturating_mul(batches) / 1_000
    }

    /// What is said to whoever does not get in.
    pub(super) fn undecided(&self, waiting: usize) -> Undecided {
        let ms = self.wait_ms(waiting).clamp(*RETRY_MS.start(), *RETRY_MS.end());
        Undecided { retry_after_ms: u32::try_from(ms).unwrap_or(u32::MAX) }
    }

    /// What one of many takes, in nanoseconds, with a batch of those who go first between any two: a time that was told
    /// stays, so they are reckoned with before they come.
    pub(super) fn each_ns(&self) -> u64 {
        let own =
            match (self.each_ns.load(Ordering::Relaxed), self.batch_us.load(Ordering::Relaxed)) {
                (0, 0) => UNKNOWN_EACH_NS,
                (0, batch_us) => batch_us * 1_000 / BATCH_MAX as u64,
                (each_ns, _) => each_ns,
            };
        own + self.between_us() * 1_000 / BATCH_MAX as u64
    }

    /// What a batch of those who go first takes, in microseconds, while they come at all.
    fn between_us(&self) -> u64 {
        let Some(first) = &self.first else { return 0 };
        let ended_us = first.ended_us.load(Ordering::Relaxed);
        let come = ended_us > 0 && self.desk.us(Instant::now()) < ended_us + LATELY_US;
        if come { first.batch_us.load(Ordering::Relaxed) } else { 0 }
    }

    /// How long ago the lane's last batch ended, or its desk was opened.
    pub(super) fn ended_ago(&self) -> Duration {
        let ended = Duration::from_micros(self.ended_us.load(Ordering::Relaxed));
        self.desk.born.elapsed().saturating_sub(ended)
    }

    pub(super) fn note(&self, done: &Done) {
        let (began_us, ended_us) = (self.desk.us(done.began), self.desk.us(done.ended));
        let took_us = ended_us.saturating_sub(began_us);
        self.batch_us.store(smoothed(&self.batch_us, took_us), Ordering::Relaxed);
        // Whoever came before the desk's last batch ended has waited for it: from there on the desk did not rest.
        let ended_before = self.desk.ended_us.swap(ended_us, Ordering::Relaxed);
        if done.count == BATCH_MAX {
            let waited = done.came.is_some_and(|at| self.desk.us(at) <= ended_before);
            let span_us = ended_us.saturating_sub(if waited { ended_before } else { began_us });
            let each_ns = span_us * 1_000 / done.count as u64;
            self.each_ns.store(smoothed(&self.each_ns, each_ns), Ordering::Relaxed);
        }
        self.ended_us.store(ended_us, Ordering::Relaxed);
    }
}

/// An eighth of the new value, seven of what was; the first one counts whole.
fn smoothed(before: &AtomicU64, value: u64) -> u64 {
    let before = before.load(Ordering::Relaxed);
    if before == 0 { value.max(1) } else { ((before * 7 + value) / 8).max(1) }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Bounds;

    /// A batch that began when the desk's last one ended.
    fn done(pace: &Pace, count: usize, took_us: u64) -> Done {
        let born = pace.desk.born;
        let began = born + Duration::from_micros(pace.desk.ended_us.load(Ordering::Relaxed));
        Done { count, came: Some(born), began, ended: began + Duration::from_micros(took_us) }
    }

    #[test]
    fn the_wait_follows_the_pace_of_late() {
        let pace = Pace::default();
        assert_eq!(pace.wait_ms(10_000), 0, "nothing is known yet");
        pace.note(&done(&pace, 1, 20_000));
        assert_eq!(pace.wait_ms(1), 20, "one batch");
        assert_eq!(pace.wait_ms(BATCH_MAX), 20, "one batch");
        assert_eq!(pace.wait_ms(10 * BATCH_MAX), 200);
        assert_eq!(pace.undecided(10 * BATCH_MAX).retry_after_ms, 500, "never sooner");
        assert_eq!(pace.undecided(100 * BATCH_MAX).retry_after_ms, 2_000);
        for _ in 0..100 {
            pace.note(&done(&pace, 1, 1_000_000));
        }
        assert!(pace.wait_ms(1) > Bounds::of_people(1).wait_max_ms);
        assert_eq!(pace.undecided(100 * BATCH_MAX).retry_after_ms, 15_000, "never later");
    }

    #[test]
    fn the_rate_is_that_of_full_batches_without_a_rest_between() {
        let pace = Pace::default();
        assert_eq!(pace.each_ns(), UNKNOWN_EACH_NS);
        pace.note(&done(&pace, 1, 5_000));
        assert_eq!(
            pace.each_ns(),
            5_000_000 / BATCH_MAX as u64,
            "a batch of one says what a full one takes"
        );
        pace.note(&done(&pace, BATCH_MAX, 20_480));
        assert_eq!(pace.each_ns(), 40_000);
        pace.note(&done(&pace, BATCH_MAX - 1, 60_000));
        assert_eq!(pace.each_ns(), 40_000, "a smaller batch says nothing");
        // Ten milliseconds between two batches, in which people waited, count.
        let next = done(&pace, BATCH_MAX, 10_240);
        let later = Duration::from_micros(10_240);
        pace.note(&Done { began: next.began + later, ended: next.ended + later, ..next });
        assert_eq!(pace.each_ns(), 40_000);
        // A rest does not.
        let next = done(&pace, BATCH_MAX, 20_480);
        let (began, ended) = (next.began + 100 * later, next.ended + 100 * later);
        pace.note(&Done { came: Some(began), began, ended, ..next });
        assert_eq!(pace.each_ns(), 40_000);
    }

    #[test]
    fn a_lane_rests_since_its_own_last_batch() {
        let born = Instant::now().checked_sub(Duration::from_mins(1)).unwrap();
        let desk = Arc::new(Desk { born, ended_us: AtomicU64::new(0) });
        let tills = Arc::new(Pace { desk, ..Pace::default() });
        let citizens = tills.behind();
        let long = Duration::from_secs(30);
        assert!(tills.ended_ago() > long && citizens.ended_ago() > long, "nobody ever came");
        let (began, ended) = (born, Instant::now());
        citizens.note(&Done { count: 1, came: None, began, ended });
        assert!(tills.ended_ago() > long && citizens.ended_ago() < long);
    }

    #[test]
    fn those_who_go_first_are_reckoned_with_between_any_two_batches_while_they_come() {
        let look = |of: &Pace| (of.each_ns(), of.wait_ms(BATCH_MAX));
        let tills = Arc::new(Pace::default());
        let citizens = tills.behind();
        citizens.note(&done(&citizens, BATCH_MAX, 20_480));
        assert_eq!(look(&citizens), (40_000, 20));
        tills.note(&done(&tills, 1, 10_240));
        assert_eq!(look(&citizens), (60_000, 30), "before anybody waited for them");
        assert_eq!(tills.wait_ms(1), 10, "they wait for nobody");
        // A batch of theirs in between is counted once.
        for _ in 0..100 {
            citizens.note(&done(&citizens, BATCH_MAX, 20_480));
            tills.note(&done(&tills, 1, 10_240));
        }
        assert_eq!(look(&citizens), (60_000, 30));
        // A desk that is older than that: they went home.
        let born = Instant::now().checked_sub(Duration::from_mins(1)).unwrap();
        let desk = Arc::new(Desk { born, ended_us: AtomicU64::new(0) });
        let tills = Arc::new(Pace { desk, ..Pace::default() });
        let citizens = tills.behind();
        tills.note(&done(&tills, 1, 10_240));
        citizens.note(&done(&citizens, BATCH_MAX, 20_480));
        assert_eq!(look(&citizens), (40_000, 20));
    }
}
