//! Sessions that this server has read lately, so that somebody who presses again costs no read; and the reads of
//! everybody else, grouped as claims are: one statement for all who came while the last one ran.
//!
//! What is kept here only spares a read. A session that was ended, on whichever server, is forgotten by every server
//! within the time of one refresh; and if the database cannot say what was ended, everything is forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::time::Timestamp;
use store::Store;
use store::session::SessionRow;

use super::{CONSENT_PURPOSE, CONSENT_VERSION};
use crate::clock::Clock;
use crate::lane::{Bounds, Job, Lane, Undecided};

/// How long what was read is believed. What an entrance says anew of an account reaches its other sessions within this
/// time.
const FRESH_MS: i64 = 60_000;
/// How far back the list of ended sessions is read: longer than a transaction takes and than servers' clocks differ.
const ENDED_WITHIN_MS: i64 = 20_000;
/// The most sessions of one half; when it is full, it becomes the old half, and the old half goes.
const HALF_MAX: usize = 131_072;
/// The most requests that wait for their session to be read.
const WAITING_MAX: usize = 16_384;
/// How long a request whose session could not be read asks to wait, in milliseconds.
const RETRY_MS: u32 = 2_000;

/// The sessions of one server.
pub struct Sessions {
    known: Mutex<Known>,
    reads: Lane<Read>,
}

#[derive(Default)]
struct Known {
    young: HashMap<[u8; 32], Entry>,
    old: HashMap<[u8; 32], Entry>,
}

#[derive(Clone)]
struct Entry {
    row: Arc<SessionRow>,
    read_at: Timestamp,
}

impl Sessions {
    /// Knows nobody yet.
    pub fn open(store: Arc<Store>, clock: Clock) -> Self {
        let reads = Lane::open(Read { store, clock }, Bounds::of_people(WAITING_MAX));
        Self { known: Mutex::default(), reads }
    }

    /// The session of a token that has not expired at `now`.
    ///
    /// # Errors
    /// [`Undecided`] when the database does not answer or too many wait for it.
    pub async fn find(
        &self,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<Arc<SessionRow>>, Undecided> {
        if let Some(row) = self.with(|known| known.find(&token_hash, now)) {
            return Ok(Some(row));
        }
        let row = self.reads.submit(token_hash).await?;
        if let Some(row) = &row {
            self.note(token_hash, row.clone(), now);
        }
        Ok(row)
    }

    /// Notes a session as it stands now.
    pub fn note(&self, token_hash: [u8; 32], row: Arc<SessionRow>, now: Timestamp) {
        self.with(|known| known.put(token_hash, Entry { row, read_at: now }));
    }

    /// Forgets a session, at once.
    pub fn forget(&self, token_hash: &[u8; 32]) {
        self.with(|known| known.forget(token_hash));
    }

    /// Forgets what was ended lately, wherever that was.
    ///
    /// # Errors
    /// When the database does not answer; then everything is forgotten.
    pub async fn refresh(&self, store: &Store, now: Timestamp) -> Result<(), store::Error> {
        match store.sessions_ended_since(now.plus_millis(-ENDED_WITHIN_MS)).await {
            Ok(ended) => {
                self.with(|known| ended.iter().for_each(|token_hash| known.forget(token_hash)));
                Ok(())
            }
            Err(error) => {
                self.with(|known| *known = Known::default());
                Err(error)
            }
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Known) -> T) -> T {
        act(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Known {
    fn find(&mut self, token_hash: &[u8; 32], now: Timestamp) -> Option<Arc<SessionRow>> {
        let found = if let Some(entry) = self.young.get(token_hash) {
            entry.clone()
        } else {
            let entry = self.old.remove(token_hash)?;
            self.put(*token_hash, entry.clone());
            entry
        };
        let is_fresh = (0..FRESH_MS).contains(&now.millis_since(found.read_at));
        (is_fresh && now < found.row.expires_at).then_some(found.row)
    }

    fn put(&mut self, token_hash: [u8; 32], entry: Entry) {
        if self.young.len() >= HALF_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(token_hash, entry);
    }

    fn forget(&mut self, token_hash: &[u8; 32]) {
        self.young.remove(token_hash);
        self.old.remove(token_hash);
    }
}

/// Reads sessions, many with one statement.
struct Read {
    store: Arc<Store>,
    clock: Clock,
}

impl Job for Read {
    type Request = [u8; 32];
    type Answer = Option<Arc<SessionRow>>;

    async fn settle(&self, tokens: Vec<[u8; 32]>) -> Result<Vec<Self::Answer>, Undecided> {
        let now = self.clock.system();
        let read = self.store.sessions(&tokens, now, CONSENT_PURPOSE, CONSENT_VERSION).await;
        let rows = read.map_err(|error| {
            tracing::error!(error = ?error, "sessions could not be read");
            Undecided { retry_after_ms: RETRY_MS }
        })?;
        let rows: HashMap<[u8; 32], Arc<SessionRow>> =
            rows.into_iter().map(|(token_hash, row)| (token_hash, Arc::new(row))).collect();
        Ok(tokens.iter().map(|token_hash| rows.get(token_hash).cloned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use domain::round::RealNameLevel;

    use super::*;

    fn entry(read_at: i64) -> Entry {
        let at = Timestamp::from_millis(0);
        let row = SessionRow {
            person: domain::id::PersonId::mint(0, 1),
            account: domain::id::AccountId::mint(0, 1),
            masked_name: String::new(),
            division: String::new(),
            real_name_level: RealNameLevel(2),
            consented: true,
            created_at: at,
            expires_at: at.plus_millis(100_000),
            seen_at: at,
        };
        Entry { row: Arc::new(row), read_at: Timestamp::from_millis(read_at) }
    }

    fn token(number: usize) -> [u8; 32] {
        let mut token = [0; 32];
        token[..8].copy_from_slice(&number.to_be_bytes());
        token
    }

    #[test]
    fn what_was_read_is_believed_for_a_while_and_never_after_its_end() {
        let mut known = Known::default();
        known.put(token(1), entry(50_000));
        let found = |known: &mut Known, ms| known.find(&token(1), Timestamp::from_millis(ms));
        assert!(found(&mut known, 50_000).is_some());
        assert!(found(&mut known, 99_999).is_some());
        assert!(found(&mut known, 100_000).is_none(), "the session has expired");
        known.put(token(1), entry(0));
        assert!(found(&mut known, FRESH_MS).is_none(), "read too long ago");
        known.put(token(1), entry(0));
        known.forget(&token(1));
        assert!(found(&mut known, 0).is_none());
    }

    #[test]
    fn whoever_comes_again_stays_and_the_number_is_bounded() {
        let mut known = Known::default();
        for number in 0..4 * HALF_MAX {
            known.put(token(number), entry(0));
            assert!(known.find(&token(0), Timestamp::from_millis(0)).is_some());
        }
        assert!(known.young.len() + known.old.len() <= 2 * HALF_MAX);
        assert!(known.find(&token(1), Timestamp::from_millis(0)).is_none());
    }
}
