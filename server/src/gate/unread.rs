//! How long requests wait in the sockets until they are read. With some thousands of connections and one core that is
//! where a crowd waits, not at the desk; there nobody could be told anything. A byte that is sent through a pair of
//! sockets of our own takes its turn behind everything that had arrived before it, so it waits as long as they do. A
//! timer would not: the runtime looks at timers between a few requests each.

use std::sync::Weak;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;
use tokio::time::Instant;

use crate::hall::Hall;

/// The pause between two bytes.
const PROBE_EVERY: Duration = Duration::from_millis(5);

/// How long the sockets wait.
pub struct Unread {
    born: Instant,
    /// When the byte was sent that has not come yet, in microseconds after `born`; 0 while none is on its way.
    sent_us: AtomicU64,
    /// How long the last one took.
    waited_us: AtomicU64,
}

impl Default for Unread {
    fn default() -> Self {
        Self { born: Instant::now(), sent_us: AtomicU64::new(0), waited_us: AtomicU64::new(0) }
    }
}

impl Unread {
    /// How long the last byte waited, or the one that is on its way has waited already, in milliseconds.
    pub fn wait_ms(&self) -> u64 {
        let on_its_way = match self.sent_us.load(Ordering::Relaxed) {
            0 => 0,
            sent_us => self.now_us().saturating_sub(sent_us),
        };
        self.waited_us.load(Ordering::Relaxed).max(on_its_way) / 1_000
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_micros()).unwrap_or(u64::MAX).max(1)
    }

    fn sent(&self) {
        self.sent_us.store(self.now_us(), Ordering::Relaxed);
    }

    fn came(&self) {
        let sent_us = self.sent_us.swap(0, Ordering::Relaxed);
        self.waited_us.store(self.now_us().saturating_sub(sent_us), Ordering::Relaxed);
    }

    /// Nobody watches: nothing is known, and nobody is kept out for it.
    fn forget(&self) {
        self.sent_us.store(0, Ordering::Relaxed);
        self.waited_us.store(0, Ordering::Relaxed);
    }

    /// What a test says that the last one took.
    #[cfg(test)]
    pub(super) fn play(&self, ms: u64) {
        self.waited_us.store(ms * 1_000, Ordering::Relaxed);
    }
}

/// Whoever no longer watches leaves nothing behind that would look like a byte on its way.
struct Watching(Weak<Hall>);

impl Drop for Watching {
    fn drop(&mut self) {
        if let Some(hall) = self.0.upgrade() {
            hall.gate.unread.forget();
        }
    }
}

/// Sends bytes until the hall is gone. It must run where the sockets of citizens are read.
pub async fn watch(hall: Weak<Hall>) {
    let _watching = Watching(hall.clone());
    let (mut near, far) = match UnixStream::pair() {
        Ok(pair) => pair,
        Err(error) => {
            tracing::warn!(error = %error, "how long requests wait in the sockets cannot be seen");
            return;
        }
    };
    loop {
        let Some(hall) = hall.upgrade() else { return };
        hall.gate.unread.sent();
        let came = near.write_all(&[0]).await.is_ok() && far.readable().await.is_ok();
        // Read until there is nothing: only then is the next one waited for, instead of being found at once.
        while far.try_read(&mut [0; 8]).is_ok_and(|read| read > 0) {}
        if !came {
            return;
        }
        hall.gate.unread.came();
        drop(hall);
        tokio::time::sleep(PROBE_EVERY).await;
    }
}
