//! The live streams: one encoded event a round, shared by everybody who watches. A slow reader skips to the newest; it
//! never slows a claim.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use domain::id::RoundId;
use domain::time::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::board::{Posted, live};

/// How often the stock is told: at most four times a second (CONTRACT 3), and the less often the more people watch, so
/// that telling them never takes more than a small part of a core. With the longest pause the stock on a screen is
/// still less than a second old.
const PAUSE: RangeInclusive<Duration> = Duration::from_millis(250)..=Duration::from_millis(800);
/// What one more stream adds to the pause.
const PAUSE_EACH: Duration = Duration::from_micros(90);
/// A quiet round is told again after this long, so that a broken connection is noticed (the contract says 15 s).
const REPEAT_MS: i64 = 14_000;

/// The streams of one server.
pub struct Live {
    rounds: Mutex<HashMap<RoundId, Channel>>,
    places: Arc<Semaphore>,
    streams_max: usize,
}

struct Channel {
    sender: watch::Sender<Bytes>,
    told: Vec<u8>,
    told_at: Timestamp,
}

/// A place at a stream.
pub struct Seat {
    /// The newest event, encoded.
    pub events: watch::Receiver<Bytes>,
    /// Given back when the stream ends.
    pub permit: OwnedSemaphorePermit,
}

impl Live {
    /// Room for `streams_max` streams.
    pub fn new(streams_max: usize) -> Self {
        let places = Arc::new(Semaphore::new(streams_max));
        Self { rounds: Mutex::default(), places, streams_max }
    }

    /// How long to wait until the stock is told again.
    pub fn pause(&self) -> Duration {
        let pause = PAUSE_EACH * u32::try_from(self.open()).unwrap_or(u32::MAX);
        pause.clamp(*PAUSE.start(), *PAUSE.end())
    }

    /// How many streams are open.
    pub fn open(&self) -> usize {
        self.streams_max - self.places.available_permits()
    }

    /// Tells every round's watchers what changed, or after a while that nothing did.
    pub fn publish(&self, posted: &Posted, now: Timestamp) {
        let mut rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        for round in &posted.rounds {
            let stock = live(round, now);
            let essence = serde_json::to_vec(&(stock.remaining, stock.phase, &stock.packs))
                .unwrap_or_default();
            let channel = rounds.entry(round.id.clone()).or_insert_with(|| Channel {
                sender: watch::Sender::new(Bytes::new()),
                told: Vec::new(),
                told_at: now,
            });
            if channel.told == essence && now.millis_since(channel.told_at) < REPEAT_MS {
                continue;
            }
            channel.told = essence;
            channel.told_at = now;
            channel.sender.send_replace(encode(&stock));
        }
    }

    /// Ends every stream, for good: nobody has anything more to tell.
    pub fn close(&self) {
        self.rounds.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// A place at a round's stream, if one is free. `None` when the round is not published yet, when all
    /// are taken, and when the server ends.
    pub fn take_seat(&self, round: &RoundId) -> Option<Seat> {
        let permit = self.places.clone().try_acquire_owned().ok()?;
        let rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        let events = rounds.get(round)?.sender.subscribe();
        Some(Seat { events, permit })
    }
}

/// An event as the stream carries it.
pub fn encode(stock: &app::island::live::LiveStock) -> Bytes {
    let data = serde_json::to_string(stock).unwrap_or_default();
    Bytes::from(format!("event: stock\ndata: {data}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_watch_the_longer_is_the_pause() {
        let live = Live::new(20_000);
        assert_eq!(live.pause(), *PAUSE.start());
        let some = live.places.clone().try_acquire_many_owned(5_000).unwrap();
        assert_eq!(live.pause(), Duration::from_millis(450));
        let all = live.places.clone().try_acquire_many_owned(15_000).unwrap();
        assert_eq!(live.pause(), *PAUSE.end());
        drop((some, all));
        assert_eq!(live.pause(), *PAUSE.start());
    }
}
