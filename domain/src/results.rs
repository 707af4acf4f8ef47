//! What a campaign has come to: vouchers redeemed, sales made with them, and how both relate to what was issued. The
//! press calls sales ÷ vouchers the multiplier (拉動效應) and means now one, now the other denominator; here each has
//! its name.

mod claims;
pub mod file;
mod tally;
mod whole;

use std::fmt;

use crate::money::Amount;

pub use claims::{Curve, RoundResult};
pub use tally::{Cell, Sums, Tally, sum_by};
pub use whole::Results;

/// Sales for each yuan of vouchers, in hundredths, rounded half up: 11.83.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Multiplier(u64);

impl Multiplier {
    /// `sales` for each yuan of `vouchers`; `None` where there are no vouchers.
    pub fn of(sales: Amount, vouchers: Amount) -> Option<Self> {
        ratio(sales, vouchers, 100).map(Self)
    }

    /// In hundredths.
    pub const fn hundredths(self) -> u64 {
        self.0
    }

    /// The multiplier of so many hundredths.
    pub const fn from_hundredths(hundredths: u64) -> Self {
        Self(hundredths)
    }
}

/// One or two decimals: 12.0, 11.83.
impl fmt::Display for Multiplier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        if rest.is_multiple_of(10) {
            write!(f, "{whole}.{}", rest / 10)
        } else {
            write!(f, "{whole}.{rest:02}")
        }
    }
}

/// A part of a whole, in tenths of a percent, rounded half up: 89.6 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u64);

impl Share {
    /// `part` of `whole`; `None` where the whole is nothing.
    pub fn of(part: Amount, whole: Amount) -> Option<Self> {
        ratio(part, whole, 1_000).map(Self)
    }

    /// The share of so many tenths of a percent.
    pub const fn from_permille(permille: u64) -> Self {
        Self(permille)
    }

    /// In tenths of a percent.
    pub const fn permille(self) -> u64 {
        self.0
    }
}

/// One decimal: 89.6%.
impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}%", self.0 / 10, self.0 % 10)
    }
}

fn ratio(part: Amount, whole: Amount, unit: u64) -> Option<u64> {
    let (part, whole) = (u128::from(part.fen().unsigned_abs()), whole.fen().unsigned_abs());
    let whole = u128::from(whole);
    // Half up, in whole numbers.
    let scaled = (2 * part * u128::from(unit) + whole).checked_div(2 * whole)?;
    u64::try_from(scaled).ok()
}
