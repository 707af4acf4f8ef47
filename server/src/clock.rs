//! The two clocks. The campaign clock governs rounds, vouchers, codes, Beijing days and ledger times; it can be moved.
//! The system clock governs sessions, tokens and limits; it cannot.
//!
//! The system clock is the machine's wall clock, which somebody may set. The campaign clock is what the database's
//! clock was when it was last followed, and what the machine's monotonic clock has counted since: setting the machine's
//! clock opens and closes no round (docs/decisions/0028). That time without the campaign's shift is the real time, by
//! which a person's own rate of claims goes: nobody waits because a machine's clock was set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use domain::time::Timestamp;
use store::{Engine, Store};
use tokio::time::Instant;

/// How often the database is asked for its time: the shortest way is the truest.
const SAMPLES: usize = 5;
/// By how much the wall clock has moved against the monotonic one where it was set or the machine slept, in
/// microseconds: more than the two can differ because they are not read at once.
const MOVED_US: i64 = 500_000;
const MS_US: i64 = 1_000;

/// Tells both times.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    /// How far the campaign clock was asked to run ahead of the real time, in milliseconds.
    campaign_offset_ms: Arc<AtomicI64>,
    followed: Arc<Followed>,
}

/// One instant, read once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The real time, which setting the machine's clock does not move.
    pub real: Timestamp,
    /// The campaign time.
    pub campaign: Timestamp,
}

/// What the clocks of a machine show: for tests, which set them.
#[derive(Debug)]
pub struct Hands {
    wall_us: AtomicI64,
    monotonic_us: AtomicI64,
}

/// What was seen when the database's clock was last followed. Nobody needs both numbers of the same time.
#[derive(Debug)]
struct Followed {
    /// The real time at the zero of the monotonic clock, in microseconds since 1970. What servers on one database have
    /// in common is its clock.
    real_at_zero_us: AtomicI64,
    /// The machine's wall clock there.
    wall_at_zero_us: AtomicI64,
}

#[derive(Clone, Debug)]
enum Source {
    /// The machine's clocks; the monotonic one counts from `zero`.
    Machine { zero: Instant },
    /// A test's. What stands follows no database: the test says what time it is.
    Set { hands: Arc<Hands>, stands: bool },
}

impl Clock {
    /// The machine's clock, with the campaign clock `campaign_offset_ms` ahead of it.
    pub fn machine(campaign_offset_ms: i64) -> Self {
        Self::begin(Source::Machine { zero: Instant::now() }, campaign_offset_ms)
    }

    /// A clock that stands at `now` until it is moved: for tests.
    pub fn standing(now: Timestamp) -> Self {
        Self::begin(Source::Set { hands: Hands::at(now), stands: true }, 0)
    }

    /// The clock of a machine whose own clocks show what a test sets.
    pub fn shown_by(hands: Arc<Hands>) -> Self {
        Self::begin(Source::Set { hands, stands: false }, 0)
    }

    /// Before it has followed any database, the real time is what the machine says.
    fn begin(source: Source, campaign_offset_ms: i64) -> Self {
        let wall_at_zero_us = source.wall_at_zero_us();
        let followed = Followed {
            real_at_zero_us: AtomicI64::new(wall_at_zero_us),
            wall_at_zero_us: AtomicI64::new(wall_at_zero_us),
        };
        let campaign_offset_ms = Arc::new(AtomicI64::new(campaign_offset_ms));
        Self { source, campaign_offset_ms, followed: Arc::new(followed) }
    }

    /// Moves a standing clock to `now`; the machine's clock stays where it is.
    pub fn set(&self, now: Timestamp) {
        if let Source::Set { hands, stands: true } = &self.source {
            hands.pass(now.millis_since(self.system()));
        }
    }

    /// The system time.
    pub fn system(&self) -> Timestamp {
        timestamp(self.source.wall_us())
    }

    /// The campaign time.
    pub fn campaign(&self) -> Timestamp {
        self.now().campaign
    }

    /// The real time and the campaign time.
    pub fn now(&self) -> Now {
        let real = self.real();
        let offset_ms = self.campaign_offset_ms.load(Ordering::Relaxed);
        Now { real, campaign: real.plus_millis(offset_ms) }
    }

    /// The real time, as the database tells it where it has a clock.
    pub fn real(&self) -> Timestamp {
        let real_at_zero_us = self.followed.real_at_zero_us.load(Ordering::Relaxed);
        timestamp(real_at_zero_us + self.source.monotonic_us())
    }

    /// Follows the database's clock, by the answer with the shortest way of a few. SQLite has none: there the machine's
    /// wall clock is followed.
    ///
    /// # Errors
    /// When the database does not answer; the clock goes on as it did.
    pub async fn follow(&self, store: &Store) -> Result<(), store::Error> {
        if matches!(self.source, Source::Set { stands: true, .. }) {
            return Ok(());
        }
        // Looked at before the database is asked: whatever moves it meanwhile is noticed afterwards.
        let wall_at_zero_us = self.source.wall_at_zero_us();
        let mut best: Option<(i64, i64)> = None;
        for _ in 0..SAMPLES {
            let sent_us = self.source.monotonic_us();
            let Some(answered_ms) = store.database_time_ms().await? else {
                best = Some((0, wall_at_zero_us));
                break;
            };
            let way_us = self.source.monotonic_us() - sent_us;
            if best.is_none_or(|(shortest_us, _)| way_us < shortest_us) {
                best = Some((way_us, answered_ms * MS_US - sent_us - way_us / 2));
            }
        }
        if let Some((_, real_at_zero_us)) = best {
            self.followed.real_at_zero_us.store(real_at_zero_us, Ordering::Relaxed);
            self.followed.wall_at_zero_us.store(wall_at_zero_us, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Follows the database's clock where the machine's wall clock has moved against the monotonic one since that was
    /// last done: it was set, which changes nothing, or the machine slept, which the monotonic clock did not count. On
    /// SQLite nothing can tell the one from the other: there it waits until it is time to follow.
    ///
    /// # Errors
    /// When the database does not answer; the clock goes on as it did.
    pub async fn follow_if_moved(&self, store: &Store) -> Result<(), store::Error> {
        let before_us = self.followed.wall_at_zero_us.load(Ordering::Relaxed);
        let moved_us = self.source.wall_at_zero_us() - before_us;
        if moved_us.abs() < MOVED_US || store.engine() == Engine::Sqlite {
            return Ok(());
        }
        self.follow(store).await
    }

    /// Puts the campaign clock `offset_ms` ahead of the real time.
    pub fn set_campaign_offset(&self, offset_ms: i64) {
        self.campaign_offset_ms.store(offset_ms, Ordering::Relaxed);
    }
}

impl Hands {
    /// A wall clock that shows `now`, and a monotonic one at its zero.
    pub fn at(now: Timestamp) -> Arc<Self> {
        let wall_us = AtomicI64::new(now.millis() * MS_US);
        Arc::new(Self { wall_us, monotonic_us: AtomicI64::new(0) })
    }

    /// Sets the wall clock, as an administrator does: no time passes.
    pub fn set_wall(&self, now: Timestamp) {
        self.wall_us.store(now.millis() * MS_US, Ordering::SeqCst);
    }

    /// Time passes, by both clocks.
    pub fn pass(&self, ms: i64) {
        self.wall_us.fetch_add(ms * MS_US, Ordering::SeqCst);
        self.monotonic_us.fetch_add(ms * MS_US, Ordering::SeqCst);
    }
}

impl Source {
    fn wall_us(&self) -> i64 {
        match self {
            Self::Machine { .. } => machine_us(),
            Self::Set { hands, .. } => hands.wall_us.load(Ordering::SeqCst),
        }
    }

    fn monotonic_us(&self) -> i64 {
        match self {
            Self::Machine { zero } => i64::try_from(zero.elapsed().as_micros()).unwrap_or(i64::MAX),
            Self::Set { hands, .. } => hands.monotonic_us.load(Ordering::SeqCst),
        }
    }

    /// What the wall clock would have shown at the zero of the monotonic one, had it always gone as it goes now.
    fn wall_at_zero_us(&self) -> i64 {
        self.wall_us() - self.monotonic_us()
    }
}

fn timestamp(us: i64) -> Timestamp {
    Timestamp::from_millis(us.div_euclid(MS_US))
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the machine's clock"
)]
fn machine_us() -> i64 {
    let elapsed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    #[tokio::test(start_paused = true)]
    async fn the_machines_campaign_clock_goes_by_its_monotonic_clock() {
        let clock = Clock::machine(HOUR_MS);
        let (began, wall) = (clock.now(), clock.system());
        assert_eq!(began.campaign.millis_since(began.real), HOUR_MS);
        assert!(wall.millis_since(began.real).abs() < 60_000);
        // The runtime's monotonic clock goes on by an hour, while the machine's wall clock does not.
        tokio::time::advance(Duration::from_hours(1)).await;
        let now = clock.now();
        assert_eq!(now.real.millis_since(began.real), HOUR_MS);
        assert_eq!(now.campaign.millis_since(began.campaign), HOUR_MS);
        assert!(clock.system().millis_since(wall) < HOUR_MS);
    }

    #[test]
    fn a_standing_clock_is_where_it_was_put_and_goes_by_both() {
        let clock = Clock::standing(Timestamp::from_millis(5_000));
        clock.set_campaign_offset(HOUR_MS);
        for ms in [5_000, 9_001, 3] {
            clock.clone().set(Timestamp::from_millis(ms));
            let (real, campaign) =
                (Timestamp::from_millis(ms), Timestamp::from_millis(ms + HOUR_MS));
            assert_eq!((clock.now(), clock.system()), (Now { real, campaign }, real));
        }
    }
}
