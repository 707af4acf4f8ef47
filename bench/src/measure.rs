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

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::closed::{Persons, Seen, requests as send};
use crate::figure::Sample;
use crate::processor;
use crate::yardstick::Yardstick;

/// How long something is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// For how many seconds a subject runs before it is measured.
    pub(crate) warm: u64,
    /// How many seconds count.
    pub(crate) measured: u64,
    /// How long it takes after each of them until the server has nothing more to do for it.
    pub(crate) rest: Duration,
}

impl Time {
    /// How many answers may be on their way when the loops end, one for each connection: they are written, and nobody
    /// counts them.
    pub(crate) fn open_at_ends(self) -> usize {
        usize::try_from(self.measured + 1).unwrap_or(usize::MAX).saturating_mul(CONNECTIONS)
    }
}

/// The connections of the closed loop.
pub(crate) const CONNECTIONS: usize = 256;
/// The most that anybody else may use of the machine while something is measured, in parts of one core.
const FOREIGN_MAX: f64 = 0.25;

/// The most that a subject may use after each second that counts, in seconds.
const LATER_MAX: f64 = 0.05;

/// What a loop saw, with the processor time that its servers used meanwhile.
pub(crate) struct Measured {
    /// Before, while it warmed up.
    pub(crate) warm: Seen,
    /// What counts.
    pub(crate) seen: Seen,
    /// Seconds of processor time, in the seconds that count and after each of them until the next one.
    pub(crate) used: f64,
    /// What the yardstick gave between.
    pub(crate) yardstick: f64,
}

/// A part of a closed loop: the warm-up, or one of the seconds that count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Its place among all; the warm-up is 0.
    pub(crate) place: u64,
    /// How many there are.
    pub(crate) of: u64,
    /// How long it takes.
    pub(crate) seconds: u64,
}

impl Measured {
    /// Counts so many of the answers.
    pub(crate) fn sample(&self, counted: u64) -> Sample {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let counted = counted as f64;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let share = counted / self.seen.answers.max(1) as f64;
        Sample {
            rate: self.seen.rate * share,
            yardstick: self.yardstick,
            p99_ms: self.seen.p99_ms,
            processor_us: self.used / counted * 1e6,
        }
    }
}

/// Warms up and measures a closed loop. `processes` are the roots of everything that serves.
pub(crate) async fn closed(
    yardstick: &Yardstick,
    servers: &[SocketAddr],
    processes: &[u32],
    time: Time,
    persons: Persons,
) -> Result<Measured> {
    in_turn(yardstick, processes, time, async |part| {
        send(servers, CONNECTIONS, part.seconds, persons.part(part)).await
    })
    .await
}

/// Warms up, then lets each second that counts be followed by one of the yardstick.
pub(crate) async fn in_turn(
    yardstick: &Yardstick,
    processes: &[u32],
    time: Time,
    send: impl AsyncFn(Part) -> Result<Seen>,
) -> Result<Measured> {
    let of = time.measured + 1;
    let warm = send(Part { place: 0, of, seconds: time.warm }).await?;
    let (mut seen, mut lengths, mut used, mut later) = (Vec::new(), Vec::new(), 0.0, 0.0);
    for place in 1..of {
        let before = (processor::used(processes)?, processor::machine_busy()?);
        seen.push(send(Part { place, of, seconds: 1 }).await?);
        let own = processor::used(processes)? - before.0;
        note_foreign(processor::machine_busy()? - before.1 - own);
        tokio::time::sleep(time.rest).await;
        lengths.push(yardstick.rate(1).await?);
        // What is put off until nobody asks belongs to those who were answered.
        let whole = processor::used(processes)? - before.0;
        later += whole - own;
        used += whole;
    }
    note_later(later / f64::from(u32::try_from(time.measured.max(1))?));
    let seen = Seen::one_after_the_other(&seen);
    ensure!(seen.answers > 0, "no answer");
    Ok(Measured { warm, seen, used, yardstick: mean(&lengths) })
}

/// The mean of some values.
pub(crate) fn mean(values: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few")]
    let count = values.len().max(1) as f64;
    values.iter().sum::<f64>() / count
}

/// Beside the yardstick the subject should rest: it has the same core, and makes the yardstick that much shorter.
fn note_later(each: f64) {
    if each > LATER_MAX {
        println!("    note: it used {:.0} ms of its core after each second", each * 1_000.0);
    }
}

/// The generator and this program are foreign too, but never more than a core: what is beyond is somebody else's.
fn note_foreign(foreign: f64) {
    let beyond = foreign - 1.0;
    if beyond > FOREIGN_MAX {
        println!("    note: somebody else used {:.0} % of a core meanwhile", beyond * 100.0);
    }
}
