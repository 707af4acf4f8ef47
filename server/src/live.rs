//! The live streams: one encoded event, shared by all whom it is told. A slow reader skips to the newest; it never
//! slows a claim.
//!
//! Watchers sit in rows, and one row is told after the other. Ten thousand who are told at once keep a core for a tenth
//! of a second, and whoever claims meanwhile waits behind all of them.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use domain::id::RoundId;
use domain::round::Round;
use domain::time::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::board::live;

/// How often a watcher is told: at most four times a second, as the API promises, and the less often the more people
/// watch, up to the longest pause with which the stock on a screen is still less than a second old. From then on, 8,500
/// streams, more of them take more of a core (`docs/PERFORMANCE.md`).
const PAUSE: RangeInclusive<Duration> = Duration::from_millis(250)..=Duration::from_millis(850);
/// What one more stream adds to the pause.
const PAUSE_EACH: Duration = Duration::from_micros(100);
/// A quiet round is told again after this long, so that a broken connection is noticed (the API promises 15 s).
const REPEAT_MS: i64 = 14_000;
/// In how many parts the watchers are told.
const ROWS: u32 = 16;

/// The streams of one server.
pub struct Live {
    rounds: Mutex<HashMap<RoundId, Vec<Block>>>,
    /// How many rows have had their turn.
    turns: AtomicUsize,
    places: Arc<Semaphore>,
    streams_max: usize,
}

/// Those who watch a round from one of the threads that serve citizens. They are told there: waking each of them from
/// another thread would cost a turn of that thread for every single one.
struct Block {
    front: Handle,
    rows: Vec<Row>,
}

/// Those who are told at the same time.
#[derive(Default)]
struct Row {
    sender: Arc<watch::Sender<Bytes>>,
    told: Vec<u8>,
    told_at: Option<Timestamp>,
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
        Self { rounds: Mutex::default(), turns: AtomicUsize::new(0), places, streams_max }
    }

    /// How long to wait until the next row has its turn.
    pub fn pause(&self) -> Duration {
        self.pause_of_each() / ROWS
    }

    /// How long a watcher waits from one event to the next.
    fn pause_of_each(&self) -> Duration {
        let pause = PAUSE_EACH * u32::try_from(self.open()).unwrap_or(u32::MAX);
        pause.clamp(*PAUSE.start(), *PAUSE.end())
    }

    /// How many streams are open.
    pub fn open(&self) -> usize {
        self.streams_max - self.places.available_permits()
    }

    /// Tells the next row of every round's watchers what changed, or after a while that nothing did. Rounds that are
    /// published for the first time can be watched from then on.
    pub fn publish(&self, published: &[Arc<Round>], now: Timestamp) {
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        let mut rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        for round in published {
            let Some(blocks) = rounds.get_mut(&round.id) else {
                rounds.insert(round.id.clone(), Vec::new());
                continue;
            };
            for Block { front, rows } in blocks {
                let row = turn % rows.len();
                rows[row].tell(front, round, now);
            }
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
        let mut rounds = self.rounds.lock().unwrap_or_else(PoisonError::into_inner);
        let blocks = rounds.get_mut(round)?;
        let front = Handle::current();
        let own = blocks.iter().position(|block| block.front.id() == front.id());
        let own = own.unwrap_or_else(|| {
            blocks.push(Block { front, rows: (0..ROWS).map(|_| Row::default()).collect() });
            blocks.len() - 1
        });
        let emptiest = blocks[own].rows.iter().min_by_key(|row| row.sender.receiver_count())?;
        Some(Seat { events: emptiest.sender.subscribe(), permit })
    }
}

impl Row {
    fn tell(&mut self, front: &Handle, round: &Round, now: Timestamp) {
        if self.sender.receiver_count() == 0 {
            return;
        }
        let stock = live(round, now);
        let essence =
            serde_json::to_vec(&(stock.remaining, stock.phase, &stock.packs)).unwrap_or_default();
        // A clock that was put back makes nothing recent: nobody would be told anything until it is there again.
        let is_recent = |told_at| (0..REPEAT_MS).contains(&now.millis_since(told_at));
        let is_recent = self.told_at.is_some_and(is_recent);
        if self.told == essence && is_recent {
            return;
        }
        self.told = essence;
        self.told_at = Some(now);
        let (sender, event) = (self.sender.clone(), encode(&stock));
        front.spawn(async move { sender.send_replace(event) });
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
    use crate::campaign_file::CampaignFile;
    use crate::demo;

    /// Whom one turn tells, by their places.
    async fn told(
        live: &Live,
        published: &[Arc<Round>],
        now: Timestamp,
        seats: &mut [Seat],
    ) -> Vec<usize> {
        live.publish(published, now);
        tokio::task::yield_now().await;
        let told = seats.iter_mut().enumerate().filter_map(|(place, seat)| {
            let has_changed = seat.events.has_changed().unwrap();
            seat.events.mark_unchanged();
            has_changed.then_some(place)
        });
        told.collect()
    }

    fn published() -> (Vec<Arc<Round>>, Timestamp) {
        let rounds = CampaignFile::parse(demo::CAMPAIGN).unwrap().rounds;
        let now = rounds[0].window.opens_at();
        (rounds.into_iter().map(Arc::new).collect(), now)
    }

    #[tokio::test]
    async fn each_watcher_is_told_once_while_every_row_has_a_turn_and_few_at_the_same_time() {
        let (live, (mut published, now)) = (Live::new(100), published());
        live.publish(&published, now);
        let round = published[0].id.clone();
        let mut seats: Vec<Seat> = (0..48).map(|_| live.take_seat(&round).unwrap()).collect();
        for remaining in [2, 1] {
            Arc::make_mut(&mut published[0]).packs[0].stock.total = remaining;
            let mut turns = Vec::new();
            for _ in 0..ROWS {
                turns.push(told(&live, &published, now, &mut seats).await);
            }
            assert!(turns.iter().all(|told| told.len() == 3), "{turns:?}");
            let mut all = turns.concat();
            all.sort_unstable();
            assert_eq!(all, (0..48).collect::<Vec<_>>());
        }
    }

    #[tokio::test]
    async fn what_did_not_change_is_told_again_only_after_a_while() {
        let (live, (published, now)) = (Live::new(1), published());
        live.publish(&published, now);
        let mut seats = [live.take_seat(&published[0].id).unwrap()];
        // The last time, the clock was put back.
        for (after_ms, events) in [(0, 1), (REPEAT_MS - 1, 0), (REPEAT_MS, 1), (0, 1)] {
            let mut seen = 0;
            for _ in 0..ROWS {
                let now = now.plus_millis(after_ms);
                seen += told(&live, &published, now, &mut seats).await.len();
            }
            assert_eq!(seen, events, "after {after_ms} ms");
        }
    }

    #[test]
    fn the_more_watch_the_longer_is_the_pause() {
        let live = Live::new(20_000);
        assert_eq!(live.pause_of_each(), *PAUSE.start());
        let some = live.places.clone().try_acquire_many_owned(5_000).unwrap();
        assert_eq!(live.pause_of_each(), Duration::from_millis(500));
        assert_eq!(live.pause(), Duration::from_millis(500) / ROWS);
        let all = live.places.clone().try_acquire_many_owned(15_000).unwrap();
        assert_eq!(live.pause_of_each(), *PAUSE.end());
        drop((some, all));
        assert_eq!(live.pause_of_each(), *PAUSE.start());
    }
}
