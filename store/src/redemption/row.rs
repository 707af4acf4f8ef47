//! A redemption as it stands in its table.

use domain::id::VoucherId;
use domain::redemption::{Price, Redemption};
use domain::till::Actor;
use domain::time::Timestamp;

use crate::error::Error;
use crate::merchant::position;
use crate::text::Place;

#[derive(sqlx::FromRow)]
pub(super) struct RedemptionRow {
    id: String,
    claim_id: String,
    slot: i64,
    round_id: String,
    person_id: String,
    holder: String,
    merchant_id: String,
    till_id: String,
    request_key: String,
    body: String,
    order_fen: i64,
    merchant_coupon_fen: i64,
    voucher_fen: i64,
    rest_fen: i64,
    to_pay_fen: i64,
    scene: String,
    latitude: Option<i64>,
    longitude: Option<i64>,
    reference: Option<String>,
    redeemed_at: i64,
    pub(super) sequence: i64,
    refunded_fen: i64,
    undone: i64,
    voucher_returned: i64,
}

impl RedemptionRow {
    pub(super) fn read(self) -> Result<Redemption, Error> {
        let place = Place { table: "redemption", row: &self.id };
        Ok(Redemption {
            id: place.parse("id", &self.id)?,
            voucher: VoucherId {
                claim: place.parse("claim_id", &self.claim_id)?,
                slot: place.number("slot", self.slot)?,
            },
            round: place.parse("round_id", &self.round_id)?,
            person: place.parse("person_id", &self.person_id)?,
            actor: Actor {
                till: place.parse("till_id", &self.till_id)?,
                merchant: place.parse("merchant_id", &self.merchant_id)?,
            },
            key: place.parse("request_key", &self.request_key)?,
            body: place.hex("body", &self.body)?,
            price: Price {
                order: place.amount("order_fen", self.order_fen)?,
                merchant_coupon: place.amount("merchant_coupon_fen", self.merchant_coupon_fen)?,
                voucher: place.amount("voucher_fen", self.voucher_fen)?,
                rest: place.amount("rest_fen", self.rest_fen)?,
                to_pay: place.amount("to_pay_fen", self.to_pay_fen)?,
            },
            scene: place.code("scene", self.scene)?,
            position: position(place, self.latitude, self.longitude)?,
            reference: self.reference.map(|it| place.parse("reference", &it)).transpose()?,
            redeemed_at: Timestamp::from_millis(self.redeemed_at),
            refunded: place.amount("refunded_fen", self.refunded_fen)?,
            undone: self.undone != 0,
            voucher_returned: self.voucher_returned != 0,
            holder: self.holder,
        })
    }
}
