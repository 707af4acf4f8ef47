//! The two clocks. The campaign clock governs rounds, vouchers, codes, Beijing days and ledger times; it can be moved.
//! The system clock governs sessions, tokens and limits; it cannot.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use domain::time::Timestamp;

/// Tells both times.
#[derive(Clone, Debug)]
pub struct Clock {
    system: SystemSource,
    /// Campaign time minus system time, in milliseconds.
    campaign_offset_ms: Arc<AtomicI64>,
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
        }
    }

    /// A clock that stands at `now` until it is moved: for tests.
    pub fn standing(now: Timestamp) -> Self {
        Self {
            system: SystemSource::Set(Arc::new(AtomicI64::new(now.millis()))),
            campaign_offset_ms: Arc::default(),
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
        self.system().plus_millis(self.campaign_offset_ms.load(Ordering::Relaxed))
    }

    /// Puts the campaign clock `offset_ms` ahead of the system clock.
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
