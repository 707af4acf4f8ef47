//! What the bank has to pay for a day over all merchants: of each that it pays, what its file says, and whether that
//! was paid already or may not be paid now.

use super::hold::Hold;
use super::{DayFigures, DaySettled, is_over, settle_day};
use crate::credit_code::CreditCode;
use crate::id::MerchantId;
use crate::money::Amount;
use crate::time::{BeijingDay, Timestamp};

/// A day that is over, so that what is to be paid for it never changes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosedDay(BeijingDay);

impl ClosedDay {
    /// The day, if it is over at `now`.
    pub fn of(day: BeijingDay, now: Timestamp) -> Option<Self> {
        is_over(day, now).then_some(Self(day))
    }

    /// The last day that is over at `now`.
    pub fn last(now: Timestamp) -> Self {
        let yesterday = now.beijing_day().plus_days(-1);
        Self(if is_over(yesterday, now) { yesterday } else { yesterday.plus_days(-1) })
    }

    /// The day.
    pub const fn day(self) -> BeijingDay {
        self.0
    }
}

/// A merchant as the list knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payee {
    /// Its identifier.
    pub merchant: MerchantId,
    /// Its credit code.
    pub credit_code: CreditCode,
    /// Its name.
    pub name: String,
}

/// What the bank has to pay a merchant for a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// To whom.
    pub payee: Payee,
    /// How the day is settled, as its file says.
    pub settled: DaySettled,
    /// Whether an operator holds the merchant's money now: then no payment can be recorded (R14).
    pub held: bool,
    /// The bank's reference, where the payment is recorded.
    pub bank_reference: Option<String>,
}

impl Due {
    /// What a merchant's day comes to, from its days up to that one and every hold of its money; none where its file
    /// tells the bank of nothing. `bank_reference` is that of the payment for this day, where one is recorded.
    pub fn of(
        payee: Payee,
        day: ClosedDay,
        days: impl IntoIterator<Item = DayFigures>,
        holds: &[Hold],
        bank_reference: Option<String>,
    ) -> Option<Self> {
        let settled = settle_day(day.0, days, holds);
        let held = holds.iter().any(Hold::is_open);
        (settled.payout > Amount::ZERO).then_some(Self { payee, settled, held, bank_reference })
    }

    /// What is to be paid now: nothing where it was paid, or is held.
    pub const fn amount(&self) -> Amount {
        if self.held || self.bank_reference.is_some() { Amount::ZERO } else { self.settled.payout }
    }
}
