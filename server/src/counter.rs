//! What the requests of tills are read on, grouped as sessions are: one statement for all who came while the last one
//! ran. Nothing is remembered, so a revoked key and a suspended merchant count at once everywhere.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use domain::time::BeijingDay;
use store::Store;
use store::redemption::{At, Counter};
use store::till::KeyHolder;

use crate::clock::Clock;
use crate::lane::{Bounds, Job, Lane, Late, Undecided};

/// The most requests that wait for one of the reads.
const WAITING_MAX: usize = 4_096;
/// How long a till whose request could not be read on is asked to wait, in milliseconds.
const RETRY_MS: u32 = 1_000;

/// The reads of the counters of one server.
pub struct Counters {
    keys: Lane<ReadKeys>,
    counters: Lane<ReadCounters>,
}

impl Counters {
    /// Opens the reads.
    pub fn open(store: &Arc<Store>, clock: &Clock) -> Self {
        let bounds = Bounds::of_people(WAITING_MAX);
        let keys = ReadKeys { store: store.clone(), clock: clock.clone() };
        let counters = ReadCounters { store: store.clone() };
        Self { keys: Lane::open(keys, bounds), counters: Lane::open(counters, bounds) }
    }

    /// Who stands behind a key, if it works now.
    ///
    /// # Errors
    /// [`Undecided`] when the database does not answer or too many wait for it.
    pub async fn key_holder(&self, hash: [u8; 32]) -> Result<Option<KeyHolder>, Undecided> {
        self.keys.submit(hash).await
    }

    /// A till and the holder of a granted claim on a day; `None` where either is not there.
    ///
    /// # Errors
    /// [`Undecided`] when the database does not answer or too many wait for it.
    pub async fn counter(&self, at: At, day: BeijingDay) -> Result<Option<Counter>, Undecided> {
        self.counters.submit((at, day)).await
    }

    /// How many requests wait for the holder of their key.
    pub fn keys_waiting(&self) -> usize {
        self.keys.waiting()
    }

    /// How many wait for their counter.
    pub fn waiting(&self) -> usize {
        self.counters.waiting()
    }
}

struct ReadKeys {
    store: Arc<Store>,
    clock: Clock,
}

impl Job for ReadKeys {
    type Request = [u8; 32];
    type Answer = Option<KeyHolder>;

    const NAME: &'static str = "keys";
    const MID_ANSWER: Option<&'static str> = None;

    async fn settle(
        &self,
        hashes: Vec<[u8; 32]>,
        _: Late<'_, Self::Request>,
    ) -> Vec<Result<Self::Answer, Undecided>> {
        let distinct: HashSet<[u8; 32]> = hashes.iter().copied().collect();
        match self.store.key_holders(&distinct, self.clock.system()).await {
            Ok(holders) => hashes.iter().map(|hash| Ok(holders.get(hash).cloned())).collect(),
            Err(error) => vec![Err(unread(&error)); hashes.len()],
        }
    }
}

struct ReadCounters {
    store: Arc<Store>,
}

impl Job for ReadCounters {
    type Request = (At, BeijingDay);
    type Answer = Option<Counter>;

    const NAME: &'static str = "counters";
    const MID_ANSWER: Option<&'static str> = None;

    /// One statement for each day: at midnight there may be two.
    async fn settle(
        &self,
        asked: Vec<Self::Request>,
        _: Late<'_, Self::Request>,
    ) -> Vec<Result<Self::Answer, Undecided>> {
        let mut by_day = HashMap::<BeijingDay, BTreeSet<At>>::new();
        for (at, day) in &asked {
            by_day.entry(*day).or_default().insert(*at);
        }
        let mut found = HashMap::with_capacity(by_day.len());
        for (day, places) in by_day {
            let counters = self.store.counters(&places, day).await;
            found.insert(day, counters.map_err(|error| unread(&error)));
        }
        let of = |(at, day): &Self::Request| match found.get(day) {
            Some(Ok(counters)) => Ok(counters.get(at).cloned()),
            Some(Err(undecided)) => Err(*undecided),
            None => Ok(None),
        };
        asked.iter().map(of).collect()
    }
}

fn unread(error: &store::Error) -> Undecided {
    tracing::error!(error = ?error, "what a till's request needs could not be read");
    Undecided { retry_after_ms: RETRY_MS }
}
