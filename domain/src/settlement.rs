//! Settlement (結算) of a merchant's Beijing days: what the bank pays. A redemption counts on its day, a refund on the
//! day on which it happens, so a day that is over never changes; what a merchant owes is carried forward (R13).

mod file;

use crate::money::Amount;
use crate::time::BeijingDay;

pub use file::{Line, file};

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
    /// What the merchant owed before; zero or less.
    pub carried_in_fen: i64,
    /// What the bank pays for the day.
    pub payout: Amount,
    /// What the merchant owes afterwards; zero or less.
    pub carried_out_fen: i64,
}

impl DaySettled {
    /// A day on which nothing happened.
    pub const fn quiet(day: BeijingDay, carried_fen: i64) -> Self {
        let (net_fen, payout) = (0, Amount::ZERO);
        Self { day, net_fen, carried_in_fen: carried_fen, payout, carried_out_fen: carried_fen }
    }
}

/// Settles a merchant's days, which come in order, each once.
pub fn settle(days: impl IntoIterator<Item = DayFigures>) -> Vec<DaySettled> {
    let mut carried_fen = 0;
    let settled = days.into_iter().map(|figures| {
        let net_fen = figures.redeemed.fen() - figures.refunded.fen();
        let (carried_in_fen, sum_fen) = (carried_fen, carried_fen + net_fen);
        carried_fen = sum_fen.min(0);
        DaySettled {
            day: figures.day,
            net_fen,
            carried_in_fen,
            payout: Amount::from_fen(sum_fen.max(0)).unwrap_or(Amount::MAX),
            carried_out_fen: carried_fen,
        }
    });
    settled.collect()
}

/// How one day of a merchant is settled, from all its days up to that one.
pub fn settle_day(day: BeijingDay, days: impl IntoIterator<Item = DayFigures>) -> DaySettled {
    let settled = settle(days.into_iter().filter(|figures| figures.day <= day));
    match settled.last() {
        Some(last) if last.day == day => *last,
        Some(last) => DaySettled::quiet(day, last.carried_out_fen),
        None => DaySettled::quiet(day, 0),
    }
}

/// How much moves from payable to paid when the bank reports a payout: as far as redemptions stand behind what the
/// bank has paid in all. The rest is what the merchant owes, and the next instructions are less by it.
pub fn backed(payable: Amount, paid: Amount, bank_paid_in_all: Amount) -> Amount {
    bank_paid_in_all.minus(paid).unwrap_or_default().min(payable)
}
