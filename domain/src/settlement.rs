//! Settlement (結算) of a merchant's Beijing days: what the bank pays. A redemption counts on its day, a refund on the
//! day on which it happens, so a day that is over never changes; what a merchant owes is carried forward (R13), and so
//! is what is held ([`hold`]).

mod due;
mod file;
pub mod hold;
pub mod list;

use std::collections::BTreeMap;

use hold::Hold;

use crate::money::Amount;
use crate::time::{BeijingDay, Timestamp};

pub use due::{ClosedDay, Due, Payee};
pub use file::{Line, file};

/// For how long after its end rows may still come to a day, in milliseconds: an act reads the clock under its lock and
/// is there when it commits. On the way it may wait 5 s for an account and a statement longer, and the clocks of two
/// servers are not quite the same; all of it together is far below a minute.
const LATE_MS: i64 = 60_000;

/// Whether everything that happened on the day is there at `now`, so that its file never changes again.
pub fn is_over(day: BeijingDay, now: Timestamp) -> bool {
    now >= day.plus_days(1).start().plus_millis(LATE_MS)
}

/// What happened on a day at one merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayFigures {
    /// The day.
    pub day: BeijingDay,
    /// What vouchers took off.
    pub redeemed: Amount,
    /// What refunds took back of it.
    pub refunded: Amount,
}

/// A day as it is settled. Money in fen, with its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySettled {
    /// The day.
    pub day: BeijingDay,
    /// Redeemed less refunded.
    pub net_fen: i64,
    /// What comes from before: below zero the merchant owes it, above it was held.
    pub carried_in_fen: i64,
    /// What the bank pays for the day.
    pub payout: Amount,
    /// What goes on to later days.
    pub carried_out_fen: i64,
    /// Whether the money was held when the day ended, so that the bank is told of none.
    pub held: bool,
}

impl DaySettled {
    /// A day on which nothing happened.
    pub const fn quiet(day: BeijingDay, carried_fen: i64, held: bool) -> Self {
        let (net_fen, payout) = (0, Amount::ZERO);
        let (carried_in_fen, carried_out_fen) = (carried_fen, carried_fen);
        Self { day, net_fen, carried_in_fen, payout, carried_out_fen, held }
    }
}

/// Settles a merchant's days, which come in order, each once. A day with which the bank is told of what was held is one
/// of them, also when nothing else happened on it.
pub fn settle(days: impl IntoIterator<Item = DayFigures>, holds: &[Hold]) -> Vec<DaySettled> {
    let days = days.into_iter().map(|it| (it.day, it.redeemed.fen() - it.refunded.fen()));
    let mut nets: BTreeMap<BeijingDay, i64> = days.collect();
    for day in holds.iter().filter_map(Hold::told_on) {
        nets.entry(day).or_default();
    }
    let mut carried_fen = 0;
    let settled = nets.into_iter().map(|(day, net_fen)| {
        let (carried_in_fen, sum_fen) = (carried_fen, carried_fen + net_fen);
        let held = holds.iter().any(|hold| hold.covers(day));
        let payout_fen = if held { 0 } else { sum_fen.max(0) };
        carried_fen = sum_fen - payout_fen;
        DaySettled {
            day,
            net_fen,
            carried_in_fen,
            payout: Amount::from_fen(payout_fen).unwrap_or(Amount::MAX),
            carried_out_fen: carried_fen,
            held,
        }
    });
    settled.collect()
}

/// How one day of a merchant is settled, from all its days up to that one.
pub fn settle_day(
    day: BeijingDay,
    days: impl IntoIterator<Item = DayFigures>,
    holds: &[Hold],
) -> DaySettled {
    let mut settled = settle(days.into_iter().filter(|figures| figures.day <= day), holds);
    settled.retain(|it| it.day <= day);
    let held = holds.iter().any(|hold| hold.covers(day));
    match settled.last() {
        Some(last) if last.day == day => *last,
        Some(last) => DaySettled::quiet(day, last.carried_out_fen, held),
        None => DaySettled::quiet(day, 0, held),
    }
}

/// How much moves from payable to paid when the bank reports a payout: as far as redemptions stand behind what the
/// bank has paid in all. The rest is what the merchant owes, and the next instructions are less by it.
pub fn backed(payable: Amount, paid: Amount, bank_paid_in_all: Amount) -> Amount {
    bank_paid_in_all.minus(paid).unwrap_or_default().min(payable)
}

/// Whether a text is the bank's reference of a payment: 1 to 64 visible characters.
pub fn is_bank_reference(text: &str) -> bool {
    (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}
