//! Who is signed in, kept in memory, so that nobody who presses costs a read; and the reads of everybody else, grouped
//! as claims are: one statement for all who came while the last one ran.
//!
//! A server learns the sessions that there are when it starts, the last first, and those that begin, wherever that is,
//! as they begin. What it remembers only spares a read: whatever changes of a session or of who is behind it is told to
//! every server within the time of one refresh, and a server that has not been told anything for a while, because the
//! database is away or the machine slept, believes nothing that it remembers.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::time::Timestamp;
use store::Store;
use store::session::{Changes, Mark, SessionRow};

use super::remembered::Session;
use super::{IDLE_MS, required_consents};
use crate::clock::Clock;
use crate::lane::{Bounds, Job, Lane, Late, Undecided};

/// How far back the list of changes is read, by the database's clock: longer than memory is believed without it, and a
/// transaction takes.
const CHANGED_WITHIN_MS: i64 = 20_000;
/// How long memory is believed after the list was last read: with the longest transaction, less than the list goes
/// back.
const TOLD_WITHIN_MS: i64 = 10_000;
/// The most sessions of one half; when both are full, the old half goes, and the young one becomes it.
const HALF_MAX: usize = 524_288;
/// The most sessions that are learned with one statement.
const LEARN_MAX: u32 = 2_000;
/// The most requests that wait for their session to be read.
const WAITING_MAX: usize = 16_384;
/// The most last uses that wait to be written down; beyond them they are not, which costs nothing but an earlier end.
const USES_MAX: usize = 262_144;
/// The most last uses that are written with one statement.
const USES_WRITTEN_MAX: usize = 500;
/// How long a request whose session could not be read asks to wait, in milliseconds.
const RETRY_MS: u32 = 2_000;

/// The sessions of one server.
pub struct Sessions {
    known: Mutex<Known>,
    reads: Lane<Read>,
    uses: Mutex<HashMap<[u8; 32], Timestamp>>,
}

#[derive(Default)]
struct Known {
    young: HashMap<[u8; 32], Session>,
    old: HashMap<[u8; 32], Session>,
    /// When the list of changes was last read.
    told: Option<Told>,
    /// The last session in the order of [`Mark`] that was learned.
    learned: Option<Mark>,
}

/// When a list of changes was read.
#[derive(Clone, Copy)]
struct Told {
    /// By the system clock.
    here: Timestamp,
    /// By the database's.
    there: Timestamp,
}

impl Sessions {
    /// Knows nobody yet.
    pub fn open(store: Arc<Store>, clock: Clock) -> Self {
        let reads = Lane::open(Read { store, clock }, Bounds::of_people(WAITING_MAX));
        Self { known: Mutex::default(), reads, uses: Mutex::default() }
    }

    /// The session of a token that has not expired at `now`.
    ///
    /// # Errors
    /// [`Undecided`] when the database does not answer or too many wait for it.
    pub async fn find(
        &self,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Result<Option<Session>, Undecided> {
        if let Some(session) = self.with(|known| known.find(&token_hash, now)) {
            return Ok(Some(session));
        }
        let session = self.reads.submit(token_hash).await?;
        if let Some(session) = &session {
            self.note(token_hash, session.clone());
        }
        Ok(session)
    }

    /// How many sessions are in memory.
    pub fn known(&self) -> usize {
        self.with(|known| known.young.len() + known.old.len())
    }

    /// How many requests wait for theirs to be read.
    pub fn waiting(&self) -> usize {
        self.reads.waiting()
    }

    /// Notes a session as it stands now.
    pub fn note(&self, token_hash: [u8; 32], session: Session) {
        self.with(|known| known.put(token_hash, session));
    }

    /// Notes that a session is used, to be written down later. One that was forgotten meanwhile stays forgotten.
    pub fn note_use(&self, token_hash: [u8; 32], now: Timestamp) {
        self.with(|known| known.touch(&token_hash, now));
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        if uses.len() < USES_MAX {
            uses.insert(token_hash, now);
        }
    }

    /// Writes some of the last uses down.
    ///
    /// # Errors
    /// When the database does not answer; these are not written down then.
    pub async fn write_uses(&self, store: &Store) -> Result<(), store::Error> {
        let some: Vec<([u8; 32], Timestamp)> = {
            let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
            let some: Vec<[u8; 32]> = uses.keys().take(USES_WRITTEN_MAX).copied().collect();
            some.iter().filter_map(|token_hash| uses.remove_entry(token_hash)).collect()
        };
        if some.is_empty() { Ok(()) } else { store.touch_sessions(&some).await }
    }

    /// Forgets a session, at once.
    pub fn forget(&self, token_hash: &[u8; 32]) {
        self.with(|known| known.forget(token_hash));
    }

    /// Forgets what changed lately, wherever that was.
    ///
    /// # Errors
    /// When the database does not answer; what is remembered is not believed for long then.
    pub async fn refresh(&self, store: &Store, now: Timestamp) -> Result<(), store::Error> {
        let changes = store.session_changes(CHANGED_WITHIN_MS).await?;
        self.with(|known| known.is_told(&changes, now));
        Ok(())
    }

    /// Learns the sessions that there are, the last first, as many as there is room for; and whenever it is called
    /// again, those that began since.
    ///
    /// # Errors
    /// When the database does not answer; they are learned later, or when somebody comes.
    pub async fn learn(&self, store: &Store, now: Timestamp) -> Result<(), store::Error> {
        let (is_told, learned) = self.with(|known| (known.told.is_some(), known.learned));
        let Some(mut mark) = learned else {
            // What is learned before the first list of changes would not be believed.
            return if is_told { self.learn_from_the_last(store, now).await } else { Ok(()) };
        };
        loop {
            let page = store.sessions_after(mark, &required_consents(), LEARN_MAX).await?;
            let Some((token_hash, row)) = page.last() else { return Ok(()) };
            mark = Mark::of(*token_hash, row);
            let is_all = page.len() < LEARN_MAX as usize;
            self.with(|known| known.learn(page, now, Some(mark)));
            if is_all {
                return Ok(());
            }
        }
    }

    async fn learn_from_the_last(&self, store: &Store, now: Timestamp) -> Result<(), store::Error> {
        let mut mark = Mark { expires_at: Timestamp::from_millis(i64::MAX), token_hash: [0; 32] };
        let mut last = Mark { expires_at: now, token_hash: [0; 32] };
        loop {
            let page = store.sessions_before(mark, &required_consents(), LEARN_MAX).await?;
            if let Some((token_hash, row)) = page.first() {
                last = last.max(Mark::of(*token_hash, row));
            }
            let lowest = page.last().map(|(token_hash, row)| Mark::of(*token_hash, row));
            let goes_on = page.len() == LEARN_MAX as usize;
            let has_room = self.with(|known| known.learn(page, now, None));
            match lowest {
                Some(lowest) if goes_on && has_room && lowest.expires_at > now => mark = lowest,
                _ => break,
            }
        }
        self.with(|known| known.learned = Some(last));
        Ok(())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Known) -> T) -> T {
        act(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Known {
    fn find(&mut self, token_hash: &[u8; 32], now: Timestamp) -> Option<Session> {
        let is_told = |told: Told| (0..TOLD_WITHIN_MS).contains(&now.millis_since(told.here));
        if !self.told.is_some_and(is_told) {
            return None;
        }
        let found = if let Some(session) = self.young.get(token_hash) {
            session.clone()
        } else if self.young.len() < HALF_MAX {
            let session = self.old.remove(token_hash)?;
            self.young.insert(*token_hash, session.clone());
            session
        } else {
            self.old.get(token_hash)?.clone()
        };
        // Whoever was idle here may have been busy at another server.
        let is_idle = now.millis_since(found.seen_at) > IDLE_MS;
        (!is_idle && now < found.expires_at).then_some(found)
    }

    fn put(&mut self, token_hash: [u8; 32], session: Session) {
        // Only one half may know them: what is newer must not be hidden by what was.
        self.forget(&token_hash);
        if self.young.len() >= HALF_MAX && self.old.len() >= HALF_MAX {
            self.old = std::mem::take(&mut self.young);
        }
        let half = if self.young.len() < HALF_MAX { &mut self.young } else { &mut self.old };
        half.insert(token_hash, session);
    }

    fn touch(&mut self, token_hash: &[u8; 32], now: Timestamp) {
        let Self { young, old, .. } = self;
        if let Some(session) = young.get_mut(token_hash).or_else(|| old.get_mut(token_hash)) {
            session.seen_at = now;
        }
    }

    fn forget(&mut self, token_hash: &[u8; 32]) {
        self.young.remove(token_hash);
        self.old.remove(token_hash);
    }

    /// The list of changes, as it was read at `now`. After a pause longer than it goes back, by either clock, nothing
    /// is certain: the database's may have been set, or another database, with another clock, have taken its place.
    fn is_told(&mut self, changes: &Changes, now: Timestamp) {
        let missed = |told: Told| {
            let (here, there) =
                (now.millis_since(told.here), changes.read_at.millis_since(told.there));
            here.max(there) >= TOLD_WITHIN_MS
        };
        if self.told.is_none_or(missed) {
            *self = Self::default();
        }
        for token_hash in &changes.token_hashes {
            self.forget(token_hash);
        }
        self.told = Some(Told { here: now, there: changes.read_at });
    }

    /// Takes in a page of sessions, and up to where everything is learned now; whether there is room for more. Whoever
    /// is known stays as they are known: that may be newer.
    fn learn(
        &mut self,
        page: Vec<([u8; 32], SessionRow)>,
        now: Timestamp,
        learned: Option<Mark>,
    ) -> bool {
        for (token_hash, row) in page {
            let is_over = now >= row.expires_at || now.millis_since(row.seen_at) > IDLE_MS;
            if is_over || self.young.contains_key(&token_hash) {
                continue;
            }
            let half = if self.young.len() < HALF_MAX { &mut self.young } else { &mut self.old };
            if half.len() >= HALF_MAX {
                return false;
            }
            half.insert(token_hash, Session::of(token_hash, row));
        }
        self.learned = learned.or(self.learned);
        true
    }
}

/// Reads sessions, many with one statement.
struct Read {
    store: Arc<Store>,
    clock: Clock,
}

impl Job for Read {
    type Request = [u8; 32];
    type Answer = Option<Session>;

    const NAME: &'static str = "sessions";
    const MID_ANSWER: Option<&'static str> = None;

    async fn settle(
        &self,
        tokens: Vec<[u8; 32]>,
        _: Late<'_, Self::Request>,
    ) -> Vec<Result<Self::Answer, Undecided>> {
        let now = self.clock.system();
        let rows = match self.store.sessions(&tokens, now, &required_consents()).await {
            Ok(rows) => rows,
            Err(error) => {
                tracing::error!(error = ?error, "sessions could not be read");
                let undecided = Undecided { retry_after_ms: RETRY_MS };
                return tokens.iter().map(|_| Err(undecided)).collect();
            }
        };
        let session = |(token_hash, row)| (token_hash, Session::of(token_hash, row));
        let sessions: HashMap<_, _> = rows.into_iter().map(session).collect();
        tokens.iter().map(|token_hash| Ok(sessions.get(token_hash).cloned())).collect()
    }
}
