//! Writing a batch of redemptions: a small fixed number of statements for each round, whatever the
//! number of requests.

use domain::id::{ClaimId, MerchantId, PersonId, RedemptionId, RequestKey, RoundId, TillId};
use domain::ledger::{Reason, hex};
use domain::redemption::{Redemption, Reference};
use serde::Serialize;

use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::ledger::{self, SealedTransfer};
use crate::text::json;

/// The redemptions of one round in a batch, and the money that they moved.
#[derive(Clone, Copy, Debug)]
pub struct RoundBatch<'a> {
    /// The round, which is locked.
    pub round: &'a RoundId,
    /// The redemptions in order of their identifiers, at least one.
    pub redemptions: &'a [Redemption],
    /// The one transfer of the batch, sealed, following the round's chain.
    pub transfer: &'a SealedTransfer,
}

/// The unique indexes say what was used or met already, and the number of rows says whether there
/// was such a one.
const INSERT: Sql = json_rows!(
    "insert into redemption (id, claim_id, slot, round_id, person_id, holder, merchant_id, till_id,
                             request_key, body, order_fen, merchant_coupon_fen, voucher_fen,
                             rest_fen, to_pay_fen, scene, latitude, longitude, reference,
                             redeemed_at, day, sequence, refunded_fen, undone, voucher_returned)
     select t.id, t.claim, t.slot, $2, t.person, t.holder, t.merchant, t.till,
            t.request_key, t.body, t.order_fen, t.merchant_coupon_fen, t.voucher_fen,
            t.rest_fen, t.to_pay_fen, t.scene, t.latitude, t.longitude, t.reference,
            t.redeemed_at, t.day, $3, 0, 0, 0
     from",
    [
        id text, claim text, slot bigint, person text, holder text, merchant text, till text,
        request_key text, body text, order_fen bigint, merchant_coupon_fen bigint,
        voucher_fen bigint, rest_fen bigint, to_pay_fen bigint, scene text, latitude bigint,
        longitude bigint, reference text, redeemed_at bigint, day bigint
    ],
    "where true on conflict do nothing"
);

/// Writes the redemptions of a round with their transfer and balances. The round is locked, the
/// accounts are; the decision is made, and whatever does not fit is [`Error::Broken`]: drop the
/// transaction.
pub async fn record(tx: &mut Tx, batch: &RoundBatch<'_>) -> Result<(), Error> {
    let transfer = &batch.transfer.transfer;
    if batch.redemptions.is_empty() || transfer.reason != Reason::Redemption {
        return Err(Error::broken("a batch records redemptions, at least one"));
    }
    let rows: Vec<Row<'_>> = batch.redemptions.iter().map(Row::of).collect();
    let inserted = tx
        .query(INSERT)
        .bind(json(&rows)?)
        .bind(batch.round.to_string())
        .bind(transfer.sequence)
        .execute()
        .await?;
    if inserted != rows.len() as u64 {
        return Err(Error::broken("a voucher, day or key of the batch was taken already"));
    }
    #[cfg(feature = "negative-control")]
    crate::control::take_keys_out(tx, batch.redemptions).await?;
    ledger::continue_chain(tx, batch.round, batch.transfer).await?;
    ledger::post(tx, batch.transfer).await
}

#[derive(Serialize)]
struct Row<'a> {
    id: RedemptionId,
    claim: ClaimId,
    slot: u8,
    person: PersonId,
    holder: &'a str,
    merchant: MerchantId,
    till: TillId,
    request_key: &'a RequestKey,
    body: String,
    order_fen: i64,
    merchant_coupon_fen: i64,
    voucher_fen: i64,
    rest_fen: i64,
    to_pay_fen: i64,
    scene: &'static str,
    latitude: Option<i64>,
    longitude: Option<i64>,
    reference: Option<&'a Reference>,
    redeemed_at: i64,
    day: i64,
}

impl<'a> Row<'a> {
    fn of(it: &'a Redemption) -> Self {
        Self {
            id: it.id,
            claim: it.voucher.claim,
            slot: it.voucher.slot,
            person: it.person,
            holder: &it.holder,
            merchant: it.actor.merchant,
            till: it.actor.till,
            request_key: &it.key,
            body: hex(&it.body),
            order_fen: it.price.order.fen(),
            merchant_coupon_fen: it.price.merchant_coupon.fen(),
            voucher_fen: it.price.voucher.fen(),
            rest_fen: it.price.rest.fen(),
            to_pay_fen: it.price.to_pay.fen(),
            scene: it.scene.code(),
            latitude: it.position.map(domain::place::Position::latitude_micro),
            longitude: it.position.map(domain::place::Position::longitude_micro),
            reference: it.reference.as_ref(),
            redeemed_at: it.redeemed_at.millis(),
            day: it.day().number(),
        }
    }
}
