//! Vouchers and sales, counted once for the smallest cells and summed for every table.

use std::collections::BTreeMap;

use super::Multiplier;
use crate::id::CategoryId;
use crate::money::Amount;
use crate::redemption::Scene;
use crate::time::BeijingDay;

/// Redemptions that were not undone, with what they came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many vouchers were used.
    pub vouchers: u64,
    /// What they took off.
    pub redeemed: Amount,
    /// The sales: what was paid and what the vouchers took off, after the merchants' own coupons, less what was
    /// refunded since.
    pub sales: Amount,
}

impl Tally {
    /// Both together. Sums beyond [`Amount::MAX`], which no appropriation reaches, stay there.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let sum = |one: Amount, other| one.plus(other).unwrap_or(Amount::MAX);
        Self {
            vouchers: self.vouchers + other.vouchers,
            redeemed: sum(self.redeemed, other.redeemed),
            sales: sum(self.sales, other.sales),
        }
    }

    /// Sales for each yuan that was redeemed.
    pub fn per_redeemed(&self) -> Option<Multiplier> {
        Multiplier::of(self.sales, self.redeemed)
    }

    /// Sales for each yuan that was issued.
    pub fn per_issued(&self, issued: Amount) -> Option<Multiplier> {
        Multiplier::of(self.sales, issued)
    }
}

/// The smallest count: one hour of one day, one sort of shop, one scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The day of the sale.
    pub day: BeijingDay,
    /// Its hour in Beijing, from 0 to 23.
    pub hour: u8,
    /// The merchant's category.
    pub category: CategoryId,
    /// The merchant's district, by its division code.
    pub district: String,
    /// Where the sale happened (R12).
    pub scene: Scene,
    /// What it comes to.
    pub tally: Tally,
}

/// Tallies by what they are of.
pub type Sums<K> = BTreeMap<K, Tally>;

/// The tallies of cells, by what `key` makes of each.
pub fn sum_by<K: Ord>(cells: &[Cell], key: impl Fn(&Cell) -> K) -> Sums<K> {
    let mut sums = Sums::new();
    for cell in cells {
        let sum = sums.entry(key(cell)).or_default();
        *sum = sum.plus(cell.tally);
    }
    sums
}
