//! The closing of a round (R14, R15): once its window is over, what was not claimed and what was not used goes back to
//! the pool, where later rounds can spend it.

use crate::id::RoundId;
use crate::ledger::{Account, Posting};
use crate::money::Amount;
use crate::time::{Place, Timestamp, Window};

/// What a round's two accounts hold when it is closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// The faces of the packs that nobody claimed.
    pub unclaimed: Amount,
    /// The faces of the vouchers that were claimed and not used.
    pub unused: Amount,
}

impl Rest {
    /// Everything that goes back; `None` where the sum is no amount.
    pub fn total(self) -> Option<Amount> {
        self.unclaimed.plus(self.unused)
    }

    /// What moves (R14): stock and issued to pool, each if there is anything in it.
    pub fn postings(self, round: &RoundId) -> Vec<Posting> {
        let sources = [
            (Account::Stock(round.clone()), self.unclaimed),
            (Account::Issued(round.clone()), self.unused),
        ];
        let moved = sources.into_iter().filter(|(_, amount)| *amount > Amount::ZERO);
        let posting =
            |(source, amount)| Posting { source: Some(source), target: Account::Pool, amount };
        moved.map(posting).collect()
    }
}

/// Whether a round of that window can be closed at `now`: from `closes_at` on, the instant from which nothing of it can
/// be claimed or used (R5, R7).
pub fn is_due(window: Window, now: Timestamp) -> bool {
    window.place(now) == Place::After
}

/// The instant of an act on a round, where the server's own clock says `now`. A round that was closed is over, also for
/// a server whose clock is behind that of the server which closed it.
pub fn instant(window: Window, closed_at: Option<Timestamp>, now: Timestamp) -> Timestamp {
    match closed_at {
        Some(_) => now.max(window.closes_at()),
        None => now,
    }
}
