//! Writing a batch of refunds: the rows, what they change of their redemptions, and the money of
//! each round.

use std::collections::BTreeMap;

use domain::id::{MerchantId, RedemptionId, RefundId, RequestKey, RoundId, TillId};
use domain::ledger::{Chain, Reason};
use domain::refund::Refund;
use serde::Serialize;

use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::ledger::{self, SealedTransfer};
use crate::text::json;

/// A batch of refunds as decided under the locks of its rounds and accounts.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// The refunds, at least one.
    pub refunds: &'a [Refund],
    /// One transfer for each round of which a sale is undone, sealed, following the round's chain.
    pub transfers: &'a [SealedTransfer],
}

const INSERT: Sql = json_rows!(
    "insert into refund (id, redemption_id, round_id, merchant_id, till_id, request_key,
                         order_refund_fen, undone, voucher_returned, voucher_fen, from_paid_fen,
                         from_pool_fen, refunded_at, day, sequence)
     select t.id, t.redemption, t.round, t.merchant, t.till, t.request_key,
            t.order_refund_fen, t.undone, t.voucher_returned, t.voucher_fen, t.from_paid_fen,
            t.from_pool_fen, t.refunded_at, t.day, t.sequence
     from",
    [
        id text, redemption text, round text, merchant text, till text, request_key text,
        order_refund_fen bigint, undone bigint, voucher_returned bigint, voucher_fen bigint,
        from_paid_fen bigint, from_pool_fen bigint, refunded_at bigint, day bigint, sequence bigint
    ],
    "where true on conflict do nothing"
);

const UPDATE: Sql = json_rows!(
    "update redemption set refunded_fen = redemption.refunded_fen + t.refunded_fen, undone = t.undone,
                           voucher_returned = t.voucher_returned
     from",
    [id text, refunded_fen bigint, undone bigint, voucher_returned bigint],
    "where redemption.id = t.id"
);

/// Writes a batch. The locks are held and the decision is made; whatever does not fit is
/// [`Error::Broken`]: drop the transaction.
pub async fn record(tx: &mut Tx, batch: &Batch<'_>) -> Result<(), Error> {
    let sequences: BTreeMap<&RoundId, i64> =
        batch.transfers.iter().map(of_round).collect::<Result<_, _>>()?;
    let rows: Vec<Row<'_>> =
        batch.refunds.iter().map(|refund| Row::of(refund, &sequences)).collect();
    let inserted = tx.query(INSERT).bind(json(&rows)?).execute().await?;
    if inserted != rows.len() as u64 {
        return Err(Error::broken("a refund of the batch was there already"));
    }
    let changes = changes(batch.refunds);
    let updated = tx.query(UPDATE).bind(json(&changes)?).execute().await?;
    if updated != changes.len() as u64 {
        return Err(Error::broken("a redemption of the batch is not there"));
    }
    for transfer in batch.transfers {
        let (round, _) = of_round(transfer)?;
        ledger::continue_chain(tx, round, transfer).await?;
        ledger::post(tx, transfer).await?;
    }
    Ok(())
}

fn of_round(sealed: &SealedTransfer) -> Result<(&RoundId, i64), Error> {
    match (&sealed.transfer.chain, sealed.transfer.reason) {
        (Chain::Round(round), Reason::Refund) => Ok((round, sealed.transfer.sequence)),
        _ => Err(Error::broken("a batch of refunds moves the money of refunds, by round")),
    }
}

/// What changes of each redemption: several refunds of one are one change.
fn changes(refunds: &[Refund]) -> Vec<Change> {
    let mut changes = BTreeMap::<RedemptionId, Change>::new();
    for refund in refunds {
        let id = refund.redemption;
        let change = changes.entry(id).or_insert(Change {
            id,
            refunded_fen: 0,
            undone: 0,
            voucher_returned: 0,
        });
        change.refunded_fen += refund.amount.fen();
        change.undone |= u8::from(refund.effect.undone);
        change.voucher_returned |= u8::from(refund.effect.voucher_returned);
    }
    changes.into_values().collect()
}

#[derive(Serialize)]
struct Change {
    id: RedemptionId,
    refunded_fen: i64,
    undone: u8,
    voucher_returned: u8,
}

#[derive(Serialize)]
struct Row<'a> {
    id: RefundId,
    redemption: RedemptionId,
    round: &'a RoundId,
    merchant: MerchantId,
    till: TillId,
    request_key: &'a RequestKey,
    order_refund_fen: i64,
    undone: u8,
    voucher_returned: u8,
    voucher_fen: i64,
    from_paid_fen: i64,
    from_pool_fen: i64,
    refunded_at: i64,
    day: i64,
    sequence: Option<i64>,
}

impl<'a> Row<'a> {
    fn of(it: &'a Refund, sequences: &BTreeMap<&RoundId, i64>) -> Self {
        let sequence = it.effect.undone.then(|| sequences.get(&it.round).copied()).flatten();
        Self {
            id: it.id,
            redemption: it.redemption,
            round: &it.round,
            merchant: it.actor.merchant,
            till: it.actor.till,
            request_key: &it.key,
            order_refund_fen: it.amount.fen(),
            undone: u8::from(it.effect.undone),
            voucher_returned: u8::from(it.effect.voucher_returned),
            voucher_fen: it.effect.voucher.fen(),
            from_paid_fen: it.effect.from_paid.fen(),
            from_pool_fen: it.effect.from_pool.fen(),
            refunded_at: it.refunded_at.millis(),
            day: it.refunded_at.beijing_day().number(),
            sequence,
        }
    }
}
