//! How fast a round's packs went, and what became of its money.

use crate::id::RoundId;
use crate::language::LocalText;
use crate::money::Amount;
use crate::time::{SECOND_MS, Timestamp, Window};

/// The packs of a round that were claimed, second by second from its opening; seconds in which none was are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Curve(Vec<(u32, u32)>);

impl Curve {
    /// From the packs claimed in each second, in order of the seconds.
    pub fn of_seconds(seconds: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut so_far = 0_u32;
        let sums = seconds.into_iter().map(|(second, packs)| {
            so_far = so_far.saturating_add(packs);
            (second, so_far)
        });
        Self(sums.collect())
    }

    /// Each second in which packs were claimed, with all that were claimed until its end.
    pub fn points(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// How many packs were claimed by the end of a second.
    pub fn by(&self, second: u32) -> u32 {
        let place = self.0.partition_point(|(at, _)| *at <= second);
        place.checked_sub(1).map_or(0, |place| self.0[place].1)
    }

    /// The second by whose end so many packs were claimed; `None` where fewer were.
    pub fn reached(&self, packs: u32) -> Option<u32> {
        let place = self.0.partition_point(|(_, so_far)| *so_far < packs);
        self.0.get(place).map(|(second, _)| *second)
    }

    /// All packs that it knows of.
    pub fn total(&self) -> u32 {
        self.0.last().map_or(0, |(_, packs)| *packs)
    }
}

/// What a round came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundResult {
    /// The round.
    pub round: RoundId,
    /// Its name.
    pub name: LocalText,
    /// Its window.
    pub window: Window,
    /// Whether it was stopped: how many would have been claimed is not known.
    pub stopped: bool,
    /// All packs of it.
    pub stock: u32,
    /// The packs that were claimed.
    pub claimed: u32,
    /// The faces of all its packs.
    pub budget: Amount,
    /// The faces of the packs that were claimed.
    pub issued: Amount,
    /// What its vouchers took off, in sales that were not undone.
    pub redeemed: Amount,
    /// The sales in which they were used.
    pub sales: Amount,
    /// What went back to the pool when it was closed; `None` until then (R15).
    pub rolled_over: Option<Amount>,
    /// How its packs went.
    pub curve: Curve,
}

impl RoundResult {
    /// How long it took until every pack was claimed, in seconds; `None` where some were left.
    pub fn sold_out_after_s(&self) -> Option<u32> {
        if self.stock == 0 { None } else { self.curve.reached(self.stock) }
    }

    /// Whether the round is over at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.window.closes_at() <= now
    }

    /// How long its packs could be claimed, in seconds.
    pub fn length_s(&self) -> u32 {
        let ms = self.window.closes_at().millis_since(self.window.opens_at());
        u32::try_from(ms / SECOND_MS).unwrap_or(u32::MAX)
    }
}
