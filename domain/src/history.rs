//! The city's past: what earlier programmes issued, redeemed and sold, as far as a source states it. What it does not
//! state is absent, never guessed.

mod file;

use std::collections::BTreeSet;

use crate::id::ProgrammeId;
use crate::language::LocalText;
use crate::money::Amount;
use crate::results::Multiplier;
use crate::time::BeijingDay;

pub use file::{HEAD, PROGRAMMES_MAX, Problem, TEXT_MAX, Wrong, parse};

/// Vouchers redeemed and sales made with them; what a source does not state is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// What the vouchers took off.
    pub redeemed: Option<Amount>,
    /// The sales in which they were used.
    pub sales: Option<Amount>,
}

/// The days from the first to the last, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub first: BeijingDay,
    /// The last day.
    pub last: BeijingDay,
}

impl Days {
    /// Whether a day is one of them.
    pub fn contains(self, day: BeijingDay) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// How many they are.
    pub const fn count(self) -> i64 {
        self.last.number() - self.first.number() + 1
    }
}

/// An earlier programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    /// Its identifier.
    pub id: ProgrammeId,
    /// Its name.
    pub name: LocalText,
    /// The days that its totals cover.
    pub days: Days,
    /// The faces of all vouchers that were issued.
    pub issued: Option<Amount>,
    /// Its totals.
    pub total: Stated,
    /// What a single day was in the beginning, where the source says that without a date.
    pub beginning: Stated,
    /// What the highest single day was, where the source says that without a date.
    pub peak: Stated,
    /// The days that are stated one by one, in order; each once.
    pub daily: Vec<(BeijingDay, Stated)>,
    /// Who states it.
    pub source: String,
}

impl Programme {
    /// Sales for each yuan that was issued.
    pub fn per_issued(&self) -> Option<Multiplier> {
        Multiplier::of(self.total.sales?, self.issued?)
    }

    /// Sales for each yuan that was redeemed.
    pub fn per_redeemed(&self) -> Option<Multiplier> {
        Multiplier::of(self.total.sales?, self.total.redeemed?)
    }

    /// The share of what was issued that was redeemed.
    pub fn redemption_rate(&self) -> Option<crate::results::Share> {
        crate::results::Share::of(self.total.redeemed?, self.issued?)
    }
}

/// Several programmes together: a figure is there only where every one of them states it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// How many programmes.
    pub programmes: usize,
    /// The faces of all vouchers that were issued.
    pub issued: Option<Amount>,
    /// Their totals.
    pub total: Stated,
}

impl Together {
    /// The sums over programmes.
    pub fn of(programmes: &[Programme]) -> Self {
        let sum = |figure: fn(&Programme) -> Option<Amount>| {
            programmes.iter().try_fold(Amount::ZERO, |sum, it| sum.plus(figure(it)?))
        };
        Self {
            programmes: programmes.len(),
            issued: sum(|it| it.issued),
            total: Stated {
                redeemed: sum(|it| it.total.redeemed),
                sales: sum(|it| it.total.sales),
            },
        }
    }

    /// Sales for each yuan that was issued.
    pub fn per_issued(&self) -> Option<Multiplier> {
        Multiplier::of(self.total.sales?, self.issued?)
    }

    /// Sales for each yuan that was redeemed.
    pub fn per_redeemed(&self) -> Option<Multiplier> {
        Multiplier::of(self.total.sales?, self.total.redeemed?)
    }
}

/// The programmes whose identifiers are there already with other figures.
pub fn differing(known: &[Programme], brought: &[Programme]) -> BTreeSet<ProgrammeId> {
    let differs = |it: &&Programme| known.iter().any(|old| old.id == it.id && old != *it);
    brought.iter().filter(differs).map(|it| it.id.clone()).collect()
}
