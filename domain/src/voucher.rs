//! A voucher (電子消費券) and its state. `lapsed` follows from the round's window (R7): no job has to run for it to
//! be true, and a voucher needs no row of its own until it is used.

use serde::{Deserialize, Serialize};

use crate::claim::Claim;
use crate::id::{KindId, MerchantId, RedemptionId, VoucherId};
use crate::money::Amount;
use crate::round::Round;
use crate::time::{Place, Timestamp, Window};

/// What a voucher can still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoucherState {
    /// It can be shown at a till.
    Usable,
    /// It was redeemed.
    Used,
    /// Its round ended before it was used.
    Lapsed,
}

impl VoucherState {
    /// The state at `now` of a voucher of a round with this window.
    pub fn at(now: Timestamp, window: Window, used: bool) -> Self {
        if used {
            Self::Used
        } else if window.place(now) == Place::After {
            Self::Lapsed
        } else {
            Self::Usable
        }
    }
}

/// A voucher of a granted claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    /// Its identifier.
    pub id: VoucherId,
    /// Its kind.
    pub kind: KindId,
    /// What it takes off.
    #[serde(rename = "face_fen")]
    pub face: Amount,
    /// The smallest order, after the merchant's coupon (R10).
    #[serde(rename = "minimum_spend_fen")]
    pub minimum_spend: Amount,
    /// The first instant at which it can no longer be used.
    pub usable_until: Timestamp,
    /// What it can still do.
    pub state: VoucherState,
    /// What it was used for, where it is used.
    pub used_for: Option<VoucherUse>,
}

/// What a voucher was used for: where and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoucherUse {
    /// The redemption.
    pub redemption: RedemptionId,
    /// The merchant.
    pub merchant: MerchantId,
    /// The name over its door.
    pub merchant_name: String,
    /// When.
    pub redeemed_at: Timestamp,
}

impl Voucher {
    /// The vouchers of a claim as they stand at `now`. None for a claim that is not granted, or of another round.
    pub fn of_claim(claim: &Claim, round: &Round, now: Timestamp) -> Vec<Self> {
        let pack = round.packs.iter().find(|pack| pack.id == claim.choice.pack);
        let (Some(pack), true) = (pack, claim.is_granted() && claim.round == round.id) else {
            return Vec::new();
        };
        pack.slots()
            .map(|(slot, terms)| Self {
                id: VoucherId { claim: claim.id, slot },
                kind: terms.kind.clone(),
                face: terms.face,
                minimum_spend: terms.minimum_spend,
                usable_until: round.window.closes_at(),
                state: VoucherState::at(now, round.window, false),
                used_for: None,
            })
            .collect()
    }

    /// The voucher with what it was used for, if it was.
    #[must_use]
    pub fn used(self, used_for: Option<VoucherUse>) -> Self {
        let state = if used_for.is_some() { VoucherState::Used } else { self.state };
        Self { state, used_for, ..self }
    }
}
