//! The two clocks. The campaign clock governs rounds, vouchers, codes, Beijing days and ledger times; it can be moved.
//! The system clock governs sessions, tokens and limits; it cannot.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use domain::time::Timestamp;
use store::Store;

/// How often the database is asked for its time: the shortest way is the truest.
const SAMPLES: usize = 5;

/// Tells both times.
#[derive(Clone, Debug)]
pub struct Clock {
    system: SystemSource,
    /// How far the campaign clock was asked to run ahead of the real time, in milliseconds.
    campaign_offset_ms: Arc<AtomicI64>,
    /// How far the database's clock runs ahead of this machine's, in milliseconds: what servers on one
    /// database have in common is its clock.
    database_ahead_ms: Arc<AtomicI64>,
}

#[derive(Clone, Debug)]
enum SystemSource {
    Machine,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock, with the campaign clock `campaign_offset_ms` ahead of it.
    pub fn machine(campaign_offset_ms: i64) -> Self {
        Self {
            system: SystemSource::Machine,
            campaign_offset_ms: Arc::new(AtomicI64::new(campaign_offset_ms)),
            database_ahead_ms: Arc::default(),
        }
    }

    /// A clock that stands at `now` until it is moved: for tests.
    pub fn standing(now: Timestamp) -> Self {
        Self {
            system: SystemSource::Set(Arc::new(AtomicI64::new(now.millis()))),
            campaign_offset_ms: Arc::default(),
            database_ahead_ms: Arc::default(),
        }
    }

    /// Moves a standing clock to `now`; the machine's clock stays where it is.
    pub fn set(&self, now: Timestamp) {
        if let SystemSource::Set(ms) = &self.system {
            ms.store(now.millis(), Ordering::SeqCst);
        }
    }

    /// The system time.
    pub fn system(&self) -> Timestamp {
        Timestamp::from_millis(match &self.system {
            SystemSource::Machine => machine_ms(),
            SystemSource::Set(ms) => ms.load(Ordering::SeqCst),
        })
    }

    /// The campaign time.
    pub fn campaign(&self) -> Timestamp {
        self.campaign_at(self.system())
    }

    /// The campaign time at an instant of the system clock.
    pub fn campaign_at(&self, system: Timestamp) -> Timestamp {
        self.real_at(system).plus_millis(self.campaign_offset_ms.load(Ordering::Relaxed))
    }

    /// The real time, as the database tells it where it has a clock.
    pub fn real(&self) -> Timestamp {
        self.real_at(self.system())
    }

    fn real_at(&self, system: Timestamp) -> Timestamp {
        system.plus_millis(self.database_ahead_ms.load(Ordering::Relaxed))
    }

    /// Follows the database's clock, by the answer with the shortest way of a few. SQLite has none.
    ///
    /// # Errors
    /// When the database does not answer; the clock stays as it was.
    pub async fn follow(&self, store: &Store) -> Result<(), store::Error> {
        if matches!(self.system, SystemSource::Set(_)) {
            // A test says what time it is.
            return Ok(());
        }
        let mut best: Option<(i64, i64)> = None;
        for _ in 0..SAMPLES {
            let sent = self.system();
            let Some(answered_ms) = store.database_time_ms().await? else { return Ok(()) };
            let way_ms = self.system().millis_since(sent);
            // A way back in time is none: the machine's clock was set meanwhile.
            if way_ms >= 0 && best.is_none_or(|(shortest_ms, _)| way_ms < shortest_ms) {
                best = Some((way_ms, answered_ms - sent.millis() - way_ms / 2));
            }
        }
        if let Some((_, ahead_ms)) = best {
            self.database_ahead_ms.store(ahead_ms, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Puts the campaign clock `offset_ms` ahead of the real time.
    pub fn set_campaign_offset(&self, offset_ms: i64) {
        self.campaign_offset_ms.store(offset_ms, Ordering::Relaxed);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the machine's clock"
)]
fn machine_ms() -> i64 {
    let elapsed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}
