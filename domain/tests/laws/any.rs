//! What several laws draw from.

use domain::audience::Audience;
use domain::id::{AccountId, ClaimId, MerchantId, PersonId, RoundId};
use domain::language::LocalText;
use domain::money::Amount;
use domain::pack::{Pack, Stock, VoucherTerms};
use domain::round::{LimitPer, RealNameLevel, RefundPolicy, Round, UseOrder};
use domain::time::{Timestamp, Window};
use proptest::prelude::*;

/// The last instant that a [`Timestamp`] takes: in the year 9000.
pub(crate) const LAST_MS: i64 = 221_845_392_000_000;

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

pub(crate) fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

pub(crate) fn window(opens_ms: i64, closes_ms: i64) -> Window {
    Window::new(at(opens_ms), at(closes_ms)).expect("a window")
}

pub(crate) fn name(text: &str) -> LocalText {
    LocalText { hant: text.to_owned(), hans: text.to_owned(), english: text.to_owned() }
}

/// A round with one claim for each person, open to everybody; what a law is about it sets itself.
pub(crate) fn round(window: Window, packs: Vec<Pack>) -> Round {
    Round {
        id: "r1".parse().expect("an identifier"),
        name: name("第一輪"),
        window,
        budget: Amount::ZERO,
        limit_per: LimitPer::Round,
        refund_policy: RefundPolicy::default(),
        use_order: UseOrder::default(),
        real_name_level: RealNameLevel(0),
        audience: Audience::default(),
        packs,
        notes: Vec::new(),
        paused: false,
        stopped: false,
        version: 1,
        returned: 0,
    }
}

/// A pack of one voucher of ¥10 over ¥40.
pub(crate) fn pack(id: &str, stock: Stock) -> Pack {
    let vouchers = vec![terms("general", 1_000, 4_000, 1)];
    Pack { id: id.parse().expect("an identifier"), name: name(id), stock, vouchers }
}

pub(crate) fn terms(kind: &str, face_fen: i64, minimum_fen: i64, count: u8) -> VoucherTerms {
    VoucherTerms {
        kind: kind.parse().expect("an identifier"),
        face: fen(face_fen),
        minimum_spend: fen(minimum_fen),
        count,
    }
}

pub(crate) fn person(number: u8) -> PersonId {
    PersonId::mint(1, u128::from(number) + 1)
}

/// Several accounts of one person; no account belongs to two.
pub(crate) fn account(person: u8, number: u8) -> AccountId {
    AccountId::mint(u64::from(person) + 1, u128::from(number) + 1)
}

prop_compose! {
    pub(crate) fn amounts()(fen in prop_oneof![
        2 => 0..=Amount::MAX.fen(),
        1 => 0..100_000_i64,
        1 => Just(Amount::MAX.fen()),
    ]) -> Amount {
        self::fen(fen)
    }
}

prop_compose! {
    pub(crate) fn instants()(ms in 0..=LAST_MS) -> Timestamp {
        at(ms)
    }
}

prop_compose! {
    pub(crate) fn windows()(opens_ms in 0..1_000_000_i64, length_ms in 1..1_000_000_i64) -> Window {
        window(opens_ms, opens_ms + length_ms)
    }
}

/// Any stock that a database can hold: its law is checked there too.
pub(crate) fn stocks(total_max: u32) -> impl Strategy<Value = Stock> {
    (0..=total_max)
        .prop_flat_map(|total| (Just(total), 0..=total))
        .prop_flat_map(|(total, issued)| (Just(total), Just(issued), 0..=total - issued))
        .prop_map(|(total, issued, held)| Stock { total, issued, held })
}

/// What the database keeps of a round's identifier.
pub(crate) fn round_ids() -> impl Strategy<Value = RoundId> {
    "[a-z0-9-]{1,32}".prop_map(|text| text.parse().expect("an identifier"))
}

prop_compose! {
    pub(crate) fn claim_ids()(ms in 0..1_u64 << 48, random in any::<u128>()) -> ClaimId {
        ClaimId::mint(ms, random)
    }
}

prop_compose! {
    pub(crate) fn merchant_ids()(ms in 0..1_u64 << 48, random in any::<u128>()) -> MerchantId {
        MerchantId::mint(ms, random)
    }
}

/// Texts that somebody might send on purpose: any Unicode, and ours with one character changed.
pub(crate) fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\x00-\\x7f]{0,40}",
        "[０-９Ａ-Ｚ\u{3000}\u{200b}\u{202e}😀券é-]{0,24}",
        "[0-9A-Za-z:>-]{0,40}",
    ]
}
