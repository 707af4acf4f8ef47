//! What is measured. A measurement sets up its own database, warms up, measures, audits, and leaves nothing behind.

pub(crate) mod claims;
pub(crate) mod limit;
pub(crate) mod live;
pub(crate) mod overload;
pub(crate) mod redemptions;
pub(crate) mod refusals;
pub(crate) mod rush;
pub(crate) mod sign_in;
pub(crate) mod start;
pub(crate) mod verdict;

use anyhow::{Result, ensure};

use crate::closed::{Persons, Seen, requests as send};
use crate::figure::Sample;
use crate::processor;

/// How long a subject runs before it is measured, and how long it is measured, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    pub(crate) warm: u64,
    pub(crate) measured: u64,
}

/// The connections of the closed loop.
pub(crate) const CONNECTIONS: usize = 256;
/// The most that anybody else may use of the machine while something is measured, in parts of one core.
const FOREIGN_MAX: f64 = 0.25;

/// What a loop saw, with the processor time that its servers used meanwhile.
pub(crate) struct Measured {
    /// Before, while it warmed up.
    pub(crate) warm: Seen,
    /// What counts.
    pub(crate) seen: Seen,
    /// Seconds of processor time.
    pub(crate) used: f64,
}

impl Measured {
    /// Counts the answers for which `is_meant` gives the number.
    pub(crate) fn sample(&self, counted: u64) -> Sample {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let counted = counted as f64;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let share = counted / self.seen.answers.max(1) as f64;
        Sample {
            rate: self.seen.rate * share,
            p99_ms: self.seen.p99_ms,
            processor_us: self.used / counted * 1e6,
        }
    }
}

/// Warms up and measures a closed loop. `processes` are the roots of everything that serves.
pub(crate) async fn closed(
    servers: &[std::net::SocketAddr],
    processes: &[u32],
    time: Time,
    persons: Persons,
) -> Result<Measured> {
    let warm = send(servers, CONNECTIONS, time.warm, persons).await?;
    let (used, busy) = (processor::used(processes)?, processor::machine_busy()?);
    let seen = send(servers, CONNECTIONS, time.measured, persons.later()).await?;
    let used = processor::used(processes)? - used;
    let busy = processor::machine_busy()? - busy;
    ensure!(seen.answers > 0, "no answer");
    note_foreign(busy - used, time.measured);
    Ok(Measured { warm, seen, used })
}

/// The generator and this program are foreign too, but never more than a core: what is beyond is somebody else's.
fn note_foreign(foreign: f64, seconds: u64) {
    #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
    let beyond = foreign / seconds as f64 - 1.0;
    if beyond > FOREIGN_MAX {
        println!("    note: somebody else used {:.0} % of a core meanwhile", beyond * 100.0);
    }
}
