//! The gate in front of the desk. It lets in as many as the desk can decide at its best rate and gives everybody else a
//! place and a time that hold: whoever comes back at that time goes before those who never waited, and is decided. The
//! wait belongs to the person: every tab, every device and every server finds the same place, by memory or by the
//! ticket. It grants nothing and refuses nobody: who waits is undecided (R6).

mod booked;
mod line;
#[cfg(test)]
mod tests;
pub mod unread;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use app::failure::Failure;
use domain::id::{PersonId, RoundId};

use crate::key::Keys;
pub use booked::BOOKED_MAX;
use booked::Booked;
use line::{FARTHEST_MS, Line, PUT_BACK_MS};
use unread::Unread;

/// While at least so many wait at the desk, nobody is let in who has no place in the line: a full batch is there.
pub const ENOUGH_WAIT: usize = crate::lane::BATCH_MAX;
/// Whoever comes so little before their time, in milliseconds, comes at it: clocks and ways differ.
const EARLY_MS: i64 = 100;
/// How long after its time a place is kept, in milliseconds: long enough to see the page and press.
pub const KEPT_MS: i64 = 600_000;
/// While the desk has less than a batch, it is the turn of this part of the line, the first, and of whoever comes so
/// little before their time, in milliseconds. It takes nobody's turn and fills what is not given away and what those
/// leave who do not come back; and nobody gains more by pressing all the time.
const AHEAD_PART: i64 = 10;
const AHEAD_MS: i64 = 2_000;
/// The nearest time that is given, in milliseconds.
const NEAREST_MS: i64 = 1_000;
/// Whoever comes at their time is decided when their request was read and a batch has settled it. Nobody is told to
/// come before so many times that long have passed, so that it is a small part of their wait.
const WAYS: u64 = 10;
/// The most by which that moves the nearest time, in milliseconds.
const WAYS_MAX_MS: u64 = 7_000;
/// When the desk has had less than a full batch for so long, in milliseconds, nobody has to wait any more.
const CALM_MS: i64 = 1_000;
/// While requests wait so long in the sockets, in milliseconds, whoever has no place in the line is given one before
/// anything else is read of what they ask: what is read costs the desk its share of the machine, and everybody behind
/// them waits for it.
const UNREAD_MAX_MS: u64 = 1_000;
/// Of its rate, so much is given away as places. The rest goes to whoever comes while the desk has less than a batch:
/// that makes good for those who do not come back, for a pace that was judged too well, and for a machine that becomes
/// slower: a time that was told stays.
const SHARE_PERCENT: u64 = 85;

/// Who is at the gate.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// The person.
    pub person: PersonId,
    /// The round that they claim in.
    pub round: &'a RoundId,
    /// The ticket that they brought, if any. It is believed only where it is ours, of this person and this round.
    pub ticket: Option<&'a str>,
}

/// The desk, as the gate sees it.
#[derive(Clone, Copy, Debug)]
pub struct DeskState {
    /// How many wait there.
    pub waiting: usize,
    /// Whether those who wait will be decided within the time that people at the desk may wait.
    pub has_room: bool,
    /// How long it takes for one of many, in nanoseconds.
    pub each_ns: u64,
    /// How long a batch takes, in milliseconds.
    pub batch_ms: u64,
    /// How long those who wait there will take, in milliseconds.
    pub wait_ms: u64,
}

/// A place in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// How many are decided before this one, and this one.
    pub place: u32,
    /// When it is their turn, by the system clock, in milliseconds since 1970.
    pub due_ms: i64,
    /// Until then.
    pub retry_after_ms: u32,
}

/// Whether somebody goes to the desk now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// It is their turn: however many wait, up to the bound of the queue.
    InTurn,
    /// There is room, and nobody's turn is taken.
    ByRoom,
    /// There is room, and they come next: before their time, so if nothing comes of it their place stays.
    Early(Place),
    /// Later.
    Later(Place),
}

/// The gate of one server.
pub struct Gate {
    line: Mutex<Line>,
    booked: Booked,
    /// When the desk last had a full batch waiting, or the sockets waited long.
    crowded_ms: AtomicI64,
    /// How long the sockets wait.
    pub unread: Unread,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            line: Mutex::default(),
            booked: Booked::default(),
            crowded_ms: AtomicI64::new(i64::MIN / 2),
            unread: Unread::default(),
        }
    }
}

impl Gate {
    /// Lets somebody in, or says when.
    pub fn enter(&self, keys: &Keys, asker: Asker<'_>, desk: DeskState, now_ms: i64) -> Entry {
        let is_unread = self.is_unread();
        if desk.waiting >= ENOUGH_WAIT || is_unread {
            self.crowded_ms.store(now_ms, Ordering::Relaxed);
        }
        let is_calm = self.is_calm(now_ms);
        match self.due_of(keys, asker, now_ms) {
            Some(due_ms) if due_ms - now_ms <= EARLY_MS => Entry::InTurn,
            Some(due_ms) if self.is_next(due_ms, desk, now_ms) => {
                Entry::Early(self.place(due_ms, now_ms))
            }
            Some(_) if is_calm && desk.has_room => Entry::ByRoom,
            Some(due_ms) => Entry::Later(self.place(due_ms, now_ms)),
            None if is_unread => Entry::Later(self.book(asker, desk, now_ms)),
            None if desk.has_room && (is_calm || desk.waiting < ENOUGH_WAIT) => Entry::ByRoom,
            None if desk.has_room && self.with(|line| line.is_empty(now_ms)) => Entry::ByRoom,
            None => Entry::Later(self.book(asker, desk, now_ms)),
        }
    }

    /// Whether requests wait in the sockets for so long that nobody is let in who has no place in the line.
    pub fn is_unread(&self) -> bool {
        self.unread.wait_ms() > UNREAD_MAX_MS
    }

    /// The place of somebody who has to wait still; costs no more than a look, so it is asked before anything else is
    /// read of a request.
    pub fn waits(
        &self,
        keys: &Keys,
        asker: Asker<'_>,
        desk: DeskState,
        now_ms: i64,
    ) -> Option<Place> {
        let due_ms = self.due_of(keys, asker, now_ms)?;
        let waits = !self.is_calm(now_ms)
            && due_ms - now_ms > EARLY_MS
            && !self.is_next(due_ms, desk, now_ms);
        waits.then(|| self.place(due_ms, now_ms))
    }

    /// The place that somebody has, also when it is their turn: what a page says.
    pub fn place_of(&self, keys: &Keys, asker: Asker<'_>, now_ms: i64) -> Option<Place> {
        self.due_of(keys, asker, now_ms).map(|due_ms| self.place(due_ms, now_ms))
    }

    /// A place at the end of the line.
    pub fn book(&self, asker: Asker<'_>, desk: DeskState, now_ms: i64) -> Place {
        let way_ms = self.unread.wait_ms() + desk.wait_ms + desk.batch_ms;
        let nearest_ms = desk.wait_ms.max((way_ms * WAYS).min(WAYS_MAX_MS));
        let nearest_ms = i64::try_from(nearest_ms).unwrap_or(i64::MAX / 2);
        let soonest_ms = now_ms.saturating_add(nearest_ms.max(NEAREST_MS));
        let each_us = (desk.each_ns * 100 / SHARE_PERCENT).div_ceil(1_000).max(1);
        let due_ms = self.with(|line| line.book(now_ms, soonest_ms, each_us));
        self.booked.note(asker.person, asker.round, due_ms);
        self.place(due_ms, now_ms)
    }

    /// Somebody whose turn it is could not be decided: they come first as soon as that can help.
    pub fn again(&self, asker: Asker<'_>, retry_after_ms: u32, now_ms: i64) -> Place {
        let due_ms = now_ms + i64::from(retry_after_ms);
        self.booked.note(asker.person, asker.round, due_ms);
        Place { place: 1, due_ms, retry_after_ms }
    }

    /// Somebody is decided and needs no place any more.
    pub fn decided(&self, person: &PersonId) {
        self.booked.forget(person);
    }

    /// Forgets the places that nobody came back to.
    pub fn forget_old(&self, now_ms: i64) {
        self.booked.forget_before(now_ms - KEPT_MS);
    }

    /// How many places are remembered.
    pub fn booked(&self) -> usize {
        self.booked.len()
    }

    /// Whether no crowd was seen for a while; also where the clock was put back since.
    fn is_calm(&self, now_ms: i64) -> bool {
        let crowded_ms = self.crowded_ms.load(Ordering::Relaxed);
        !(-PUT_BACK_MS..=CALM_MS).contains(&(now_ms - crowded_ms))
    }

    /// When it is their turn: by memory, else by their ticket. A place that is no longer kept here says nothing about
    /// one that another server gave; one that is farther than any was given before the clock was put back.
    fn due_of(&self, keys: &Keys, asker: Asker<'_>, now_ms: i64) -> Option<i64> {
        let kept = -FARTHEST_MS - PUT_BACK_MS..=KEPT_MS;
        let is_kept = |due_ms: &i64| kept.contains(&(now_ms - due_ms));
        let known = self.booked.due(&asker.person, asker.round).filter(is_kept);
        known.or_else(|| {
            let shown = keys.due_of_ticket(&asker.person, asker.round, asker.ticket?);
            shown.filter(is_kept)
        })
    }

    /// Whether somebody comes next although it is not yet their time.
    fn is_next(&self, due_ms: i64, desk: DeskState, now_ms: i64) -> bool {
        let first_ms = || self.with(|line| line.length_ms(now_ms)) / AHEAD_PART;
        desk.waiting < ENOUGH_WAIT && due_ms - now_ms <= first_ms().max(AHEAD_MS)
    }

    fn place(&self, due_ms: i64, now_ms: i64) -> Place {
        let ahead = self.with(|line| line.ahead(now_ms, due_ms));
        let place = u32::try_from(ahead).unwrap_or(u32::MAX).saturating_add(1);
        Place { place, due_ms, retry_after_ms: 0 }.at(now_ms)
    }

    fn with<T>(&self, act: impl FnOnce(&mut Line) -> T) -> T {
        act(&mut self.line.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Place {
    /// The same, with as long as is left of the wait.
    #[must_use]
    pub fn at(self, now_ms: i64) -> Self {
        let left_ms = (self.due_ms - now_ms).max(0);
        Self { retry_after_ms: u32::try_from(left_ms).unwrap_or(u32::MAX), ..self }
    }

    /// What is said to whoever has it.
    pub fn failure(self, keys: &Keys, asker: Asker<'_>) -> Failure {
        Failure::Waiting {
            retry_after_ms: self.retry_after_ms,
            place: self.place,
            ticket: keys.ticket(&asker.person, asker.round, self.due_ms),
        }
    }
}
