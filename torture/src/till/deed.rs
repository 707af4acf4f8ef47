//! What tills do with the voucher of a pack: a sale; of every second one something is refunded.

use crate::book::Slot;

/// What the shop's own coupon takes off each sale.
pub(super) const COUPON_FEN: i64 = 500;
/// The face of a voucher of the campaign.
pub(super) const FACE_FEN: i64 = 1_000;
/// What is refunded of a sale in part.
const PART_FEN: i64 = 100;

/// What a till does, in the order in which it may happen to one voucher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Act {
    Sale,
    /// A part of the sale is refunded: the voucher stays used.
    Part,
    /// The whole sale is refunded: the voucher and its day are free.
    Whole,
    /// And the voucher is used once more.
    Again,
}

/// One request of a till, with one key of its own, whatever happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Deed {
    pub(crate) slot: Slot,
    pub(crate) act: Act,
}

impl Deed {
    /// What is done with the voucher of a pack, in this order.
    pub(crate) fn plan(slot: Slot) -> impl Iterator<Item = Self> {
        let acts: &[Act] = match slot.person % 4 {
            0 => &[Act::Sale],
            1 => &[Act::Sale, Act::Part],
            2 => &[Act::Sale, Act::Whole],
            _ => &[Act::Sale, Act::Whole, Act::Again],
        };
        acts.iter().map(move |act| Self { slot, act: *act })
    }

    /// The key of the request; for a sale the shop's reference as well.
    pub(crate) fn key(self) -> String {
        let act = match self.act {
            Act::Sale => "sale",
            Act::Part => "part",
            Act::Whole => "whole",
            Act::Again => "again",
        };
        format!("{act}-{}-{}", self.slot.person, self.slot.pack)
    }

    /// The deed with that key.
    pub(super) fn of_key(key: &str) -> Option<Self> {
        let mut parts = key.split('-');
        let act = match parts.next()? {
            "sale" => Act::Sale,
            "part" => Act::Part,
            "whole" => Act::Whole,
            "again" => Act::Again,
            _ => return None,
        };
        let (person, pack) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { slot: Slot { person, pack }, act })
    }

    pub(super) fn order_fen(self) -> i64 {
        5_000 + i64::try_from(self.slot.person).unwrap_or_default()
    }

    pub(super) fn refund_fen(self) -> i64 {
        match self.act {
            Act::Part => PART_FEN,
            _ => self.order_fen() - COUPON_FEN - FACE_FEN,
        }
    }

    pub(crate) fn is_refund(self) -> bool {
        matches!(self.act, Act::Part | Act::Whole)
    }

    /// What it adds to what the shop is owed.
    pub(super) fn owed_fen(self) -> i64 {
        match self.act {
            Act::Sale | Act::Again => FACE_FEN,
            Act::Part => 0,
            Act::Whole => -FACE_FEN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_one_deed() {
        for person in 0..4 {
            for deed in Deed::plan(Slot { person, pack: 7 }) {
                assert_eq!(Deed::of_key(&deed.key()), Some(deed));
            }
        }
        assert_eq!(Deed::of_key("key-1-2"), None);
    }
}
