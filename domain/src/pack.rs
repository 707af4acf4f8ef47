//! A pack (卡包): what one claim gives, and how many there are (R22).

use serde::{Deserialize, Serialize};

use crate::id::{KindId, PackId};
use crate::language::LocalText;
use crate::money::Amount;

/// Vouchers of one kind in a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoucherTerms {
    /// The kind.
    pub kind: KindId,
    /// What one voucher takes off.
    #[serde(rename = "face_fen")]
    pub face: Amount,
    /// The smallest order, after the merchant's coupon, on which it can be used (R10).
    #[serde(rename = "minimum_spend_fen")]
    pub minimum_spend: Amount,
    /// How many of them the pack holds, at least 1.
    pub count: u8,
}

/// A pack of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// Its identifier, unique in the round.
    pub id: PackId,
    /// Its name.
    pub name: LocalText,
    /// How many there are, and where they are.
    pub stock: Stock,
    /// Its content. Immutable from approval.
    pub vouchers: Vec<VoucherTerms>,
}

/// What packs cost, given out or not: Σ stock × face. `None` where that is no amount.
pub fn cost(packs: &[Pack]) -> Option<Amount> {
    packs.iter().try_fold(Amount::ZERO, |sum, pack| {
        sum.plus(pack.face()?.times(i64::from(pack.stock.total))?)
    })
}

impl Pack {
    /// The most vouchers that a pack may hold: a slot number fits one digit pair and a wallet stays readable.
    pub const VOUCHERS_MAX: usize = 20;

    /// The face of all its vouchers together: what a grant moves from stock to issued (R14).
    pub fn face(&self) -> Option<Amount> {
        self.vouchers.iter().try_fold(Amount::ZERO, |sum, terms| {
            sum.plus(terms.face.times(i64::from(terms.count))?)
        })
    }

    /// The terms of the voucher in `slot`, counted from 1.
    pub fn terms_of(&self, slot: u8) -> Option<&VoucherTerms> {
        self.slots().find_map(|(number, terms)| (number == slot).then_some(terms))
    }

    /// Every slot with its terms, in order.
    pub fn slots(&self) -> impl Iterator<Item = (u8, &VoucherTerms)> {
        let each = self.vouchers.iter().flat_map(|terms| (0..terms.count).map(move |_| terms));
        (1..=u8::MAX).zip(each)
    }
}

/// Where the packs are: `issued + held + remaining = total`, at every commit (invariant 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// All packs of this sort, as approved and added.
    pub total: u32,
    /// Granted to persons.
    pub issued: u32,
    /// Set aside for held claims.
    pub held: u32,
}

impl Stock {
    /// The most packs of one sort.
    pub const TOTAL_MAX: u32 = 100_000_000;

    /// A stock of which nothing is taken.
    pub const fn full(total: u32) -> Self {
        Self { total, issued: 0, held: 0 }
    }

    /// What can still be claimed.
    pub const fn remaining(self) -> u32 {
        self.total.saturating_sub(self.issued).saturating_sub(self.held)
    }

    /// The stock after one is set aside for a held claim, or `None` when nothing remains.
    #[must_use]
    pub const fn hold(self) -> Option<Self> {
        if self.remaining() == 0 { None } else { Some(Self { held: self.held + 1, ..self }) }
    }

    /// The stock after one of those set aside is granted, or `None` when none is set aside.
    #[must_use]
    pub const fn grant_held(self) -> Option<Self> {
        match self.held.checked_sub(1) {
            Some(held) => Some(Self { issued: self.issued + 1, held, ..self }),
            None => None,
        }
    }

    /// The stock after one of those set aside came back, or `None` when none is set aside.
    #[must_use]
    pub const fn release(self) -> Option<Self> {
        match self.held.checked_sub(1) {
            Some(held) => Some(Self { held, ..self }),
            None => None,
        }
    }

    /// The stock after one grant, or `None` when nothing remains.
    #[must_use]
    pub const fn grant(self) -> Option<Self> {
        if self.remaining() == 0 { None } else { Some(Self { issued: self.issued + 1, ..self }) }
    }
}
