//! The results of a campaign as they were counted at one instant.

use super::{Cell, RoundResult, Share, Tally, sum_by};
use crate::history::Programme;
use crate::money::Amount;
use crate::time::{BeijingDay, Timestamp};

/// The results of a campaign, with the city's past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    /// When they were counted, by the campaign clock.
    pub counted_at: Timestamp,
    /// All the money there is.
    pub appropriation: Amount,
    /// What of it is free for later rounds.
    pub pool: Amount,
    /// Everything that was redeemed, in the smallest cells.
    pub cells: Vec<Cell>,
    /// The rounds in order.
    pub rounds: Vec<RoundResult>,
    /// How many packs were claimed through each entrance, by the entrance's name; last, without one, by those whose
    /// account is gone since. Together they are all packs that were claimed.
    pub entrances: Vec<(Option<String>, u64)>,
    /// Earlier programmes, in the order in which they were brought.
    pub history: Vec<Programme>,
}

impl Results {
    /// The faces of all packs that were claimed.
    pub fn issued(&self) -> Amount {
        self.sum(|round| round.issued)
    }

    /// What went back to the pool from the rounds that are closed (R15).
    pub fn rolled_over(&self) -> Amount {
        self.sum(|round| round.rolled_over.unwrap_or_default())
    }

    fn sum(&self, figure: fn(&RoundResult) -> Amount) -> Amount {
        let sum = self.rounds.iter().try_fold(Amount::ZERO, |sum, it| sum.plus(figure(it)));
        sum.unwrap_or(Amount::MAX)
    }

    /// Everything that was redeemed.
    pub fn total(&self) -> Tally {
        self.cells.iter().fold(Tally::default(), |sum, cell| sum.plus(cell.tally))
    }

    /// The share of what was issued that was redeemed.
    pub fn redemption_rate(&self) -> Option<Share> {
        Share::of(self.total().redeemed, self.issued())
    }

    /// Every day from the first to the last on which something was redeemed; those between without any count nothing.
    pub fn daily(&self) -> Vec<(BeijingDay, Tally)> {
        let sums = sum_by(&self.cells, |cell| cell.day);
        let (Some(first), Some(last)) = (sums.keys().next(), sums.keys().next_back()) else {
            return Vec::new();
        };
        let days = (first.number()..=last.number()).map(BeijingDay::from_number);
        days.map(|day| (day, sums.get(&day).copied().unwrap_or_default())).collect()
    }
}
