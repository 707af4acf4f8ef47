//! Redemption (核銷): one voucher used at one till (R7 to R12). What is paid is worked out here; the decision on a whole
//! batch is in [`desk`].

pub mod desk;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::campaign::Accepts;
use crate::code::{Code, Step, plain};
use crate::id::{CategoryId, KindId, PersonId, RedemptionId, RequestKey, RoundId, VoucherId};
use crate::ledger::Digest;
use crate::money::Amount;
use crate::place::Position;
use crate::refusal::TillRefusal;
use crate::round::UseOrder;
use crate::till::Actor;
use crate::time::{BeijingDay, Timestamp};

/// The most that one order comes to, in fen: a hundred million yuan. What a slip of the finger can add to the
/// campaign's sums has an end, at every door.
pub const ORDER_MAX_FEN: i64 = 10_000_000_000;

/// Where the sale happens (R12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scene {
    /// In the shop.
    InStore,
    /// Online.
    Online,
}

impl Scene {
    /// The scene as it stands in the API and in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InStore => "in_store",
            Self::Online => "online",
        }
    }
}

/// The shop's own reference of a sale: 1 to 64 characters, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// The most characters of a reference.
    pub const CHARS_MAX: usize = 64;

    /// The reference as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Reference {
    type Err = crate::id::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let count = text.chars().count();
        if (1..=Self::CHARS_MAX).contains(&count) && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(crate::id::NotAnId)
        }
    }
}

/// What a till asks, as parsed values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What the till read or somebody typed.
    pub code: String,
    /// The whole order.
    pub order: Amount,
    /// What the shop's own coupon takes off.
    pub merchant_coupon: Amount,
    /// Where the sale happens.
    pub scene: Scene,
    /// Where the till says it is (R11).
    pub position: Option<Position>,
    /// The shop's own reference.
    pub reference: Option<Reference>,
}

impl Order {
    /// The code, unless the text is none at all.
    pub fn read_code(&self) -> Option<Code> {
        self.code.parse().ok()
    }

    /// The bytes whose digest tells one body from another.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let code = plain(&self.code);
        let position = self.position.map(|it| it.to_string()).unwrap_or_default();
        let reference = self.reference.as_ref().map_or("", Reference::as_str);
        let (order, coupon) = (self.order.fen(), self.merchant_coupon.fen());
        let scene = self.scene.code();
        let head = "jinquan-redemption-body-1";
        format!("{head}\n{code}\n{order}\n{coupon}\n{scene}\n{position}\n{reference}").into_bytes()
    }
}

/// Who pays what of a sale (R10): `order = merchant_coupon + voucher + to_pay`, `face = voucher + rest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The whole order.
    pub order: Amount,
    /// What the shop's own coupon takes off; at most the order.
    pub merchant_coupon: Amount,
    /// What the voucher takes off: its face, or what is left to pay if that is less.
    pub voucher: Amount,
    /// The rest of the face, which returns to the pool.
    pub rest: Amount,
    /// What the customer pays.
    pub to_pay: Amount,
}

impl Price {
    /// The price with a voucher, or `None` where too little is left after the shop's own coupon. A voucher that
    /// would take nothing off is never used up.
    pub fn with_voucher(
        order: Amount,
        merchant_coupon: Amount,
        face: Amount,
        minimum_spend: Amount,
    ) -> Option<Self> {
        let plain = Self::without_voucher(order, merchant_coupon);
        if plain.to_pay < minimum_spend || plain.to_pay == Amount::ZERO {
            return None;
        }
        let voucher = face.min(plain.to_pay);
        let (rest, to_pay) = (face.minus(voucher)?, plain.to_pay.minus(voucher)?);
        Some(Self { voucher, rest, to_pay, ..plain })
    }

    /// The price where no voucher is used: the merchant's coupon comes first, and never below zero.
    pub fn without_voucher(order: Amount, merchant_coupon: Amount) -> Self {
        let merchant_coupon = merchant_coupon.min(order);
        let to_pay = order.minus(merchant_coupon).unwrap_or_default();
        Self { order, merchant_coupon, voucher: Amount::ZERO, rest: Amount::ZERO, to_pay }
    }
}

/// A voucher that a till presents, with what never changes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The voucher.
    pub voucher: VoucherId,
    /// The step in which its code was shown.
    pub step: Step,
    /// Whose it is.
    pub person: PersonId,
    /// The holder's name as a cashier may see it, such as 王*.
    pub holder: String,
    /// Its round.
    pub round: RoundId,
    /// Its kind.
    pub kind: KindId,
    /// Which merchants take the kind (R9).
    pub accepts: Accepts,
    /// What it takes off.
    pub face: Amount,
    /// The smallest amount, after the merchant's coupon.
    pub minimum_spend: Amount,
}

/// What became of a redemption since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedemptionState {
    /// Nothing is refunded.
    Redeemed,
    /// A part of what was paid is refunded.
    PartlyRefunded,
    /// All of what was paid is refunded.
    Refunded,
}

/// A redemption that has been recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// Its identifier.
    pub id: RedemptionId,
    /// The voucher.
    pub voucher: VoucherId,
    /// The voucher's round.
    pub round: RoundId,
    /// Whose voucher it was.
    pub person: PersonId,
    /// The holder's name as the cashier saw it.
    pub holder: String,
    /// The till and its merchant.
    pub actor: Actor,
    /// With which key the till asked.
    pub key: RequestKey,
    /// The digest of what it asked.
    pub body: Digest,
    /// Who paid what.
    pub price: Price,
    /// Where the sale happened.
    pub scene: Scene,
    /// Where the till said it was.
    pub position: Option<Position>,
    /// The shop's own reference.
    pub reference: Option<Reference>,
    /// When, by the campaign clock.
    pub redeemed_at: Timestamp,
    /// What is refunded of what was paid.
    pub refunded: Amount,
    /// Whether the whole sale was refunded at once: its day is free again (R8).
    pub undone: bool,
    /// Whether the voucher went back to its holder (R13).
    pub voucher_returned: bool,
}

impl Redemption {
    /// What became of it.
    pub fn state(&self) -> RedemptionState {
        if self.undone || (self.refunded == self.price.to_pay && self.refunded > Amount::ZERO) {
            RedemptionState::Refunded
        } else if self.refunded > Amount::ZERO {
            RedemptionState::PartlyRefunded
        } else {
            RedemptionState::Redeemed
        }
    }

    /// The day whose settlement it is in, and on which its person can use no other voucher there (R8).
    pub fn day(&self) -> BeijingDay {
        self.redeemed_at.beijing_day()
    }
}

/// What the sales of a till's day come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many were redeemed.
    pub count: u64,
    /// The orders.
    pub order: Amount,
    /// What vouchers took off, of the sales that were not taken back.
    pub voucher: Amount,
    /// What customers paid, less what was refunded.
    pub paid: Amount,
    /// What was refunded.
    pub refunded: Amount,
}

/// A voucher of the same person that could be used instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The voucher.
    pub voucher: VoucherId,
    /// Its kind.
    pub kind: KindId,
    /// Which merchants take the kind.
    pub accepts: Accepts,
    /// What it takes off.
    pub face: Amount,
    /// The smallest amount, after the merchant's coupon.
    pub minimum_spend: Amount,
}

/// The voucher among `others` that saves more on this sale than `saved`, if there is one: the one that saves most,
/// of those the smallest face, of those the first (R10).
pub fn better_voucher<'a>(
    order: UseOrder,
    plain: Price,
    saved: Amount,
    category: &CategoryId,
    others: &'a [Alternative],
) -> Option<(&'a Alternative, Amount)> {
    let UseOrder::LargestDiscountFirst = order;
    let mut best: Option<(&Alternative, Amount)> = None;
    for other in others.iter().filter(|other| other.accepts.takes(category)) {
        let price = Price::with_voucher(
            plain.order,
            plain.merchant_coupon,
            other.face,
            other.minimum_spend,
        );
        let Some(price) = price.filter(|price| price.voucher > saved) else { continue };
        let is_better = best.is_none_or(|(held, discount)| {
            price.voucher > discount || (price.voucher == discount && other.face < held.face)
        });
        if is_better {
            best = Some((other, price.voucher));
        }
    }
    best
}

/// What a redemption would come to. Asking changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The voucher that was presented, where its code is good.
    pub presented: Option<Presented>,
    /// Who would pay what; without the voucher where it would be refused.
    pub price: Price,
    /// Why it would be refused.
    pub would_refuse: Option<TillRefusal>,
    /// The holder's voucher that would save more, and how much it would save.
    pub better: Option<(Alternative, Amount)>,
}
