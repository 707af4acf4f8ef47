//! The live streams: one encoded event a round, shared by everybody who watches. A slow reader skips to the newest; it
//! never slows a claim.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use domain::id::RoundId;
use domain::time::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::board::{Posted, live};

/// A quiet round is told again after this long, so that a broken connection is noticed (the contract says 15 s).
const REPEAT_MS: i64 = 14_000;

/// The streams of one server.
pub struct Live {
    rounds: Mutex<HashMap<RoundId, Channel>>,
    places: Arc<Semaphore>,
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
        Self { rounds: Mutex::default(), places: Arc::new(Semaphore::new(streams_max)) }
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

    /// A place at a round's stream, if one is free. `None` when the round is not published yet or all are taken.
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
