//! Refunds (R13): written once, each beside what it changes of its redemption.

mod batch;

use std::collections::HashMap;

use domain::id::{MerchantId, RedemptionId, RefundId, RoundId};
use domain::redemption::Redemption;
use domain::refund::{Effect, Recorded, Refund, Request};
use domain::till::Actor;
use domain::time::{BeijingDay, Timestamp};
use serde::Serialize;

use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::redemption::read_redemptions;
use crate::text::{Place, json, json_ids};

pub use batch::{Batch, record};

macro_rules! select_refund {
    ($tail:literal) => {
        concat!(
            "select f.id, f.redemption_id, f.round_id, f.merchant_id, f.till_id, f.request_key,
                    f.order_refund_fen, f.undone, f.voucher_returned, f.voucher_fen,
                    f.from_paid_fen, f.from_pool_fen, f.refunded_at, f.sequence
             from refund f ",
            $tail
        )
    };
}

const BY_ID: Sql = json_rows!(select_refund!("join"), [id text], "on f.id = t.id");

const ROUNDS_OF: Sql = json_rows!(
    "select distinct r.round_id from",
    [redemption text],
    "join redemption r on r.id = t.redemption"
);

const RECORDED: Sql = json_rows!(
    select_refund!("join"),
    [till text, redemption text, request_key text],
    "on f.till_id = t.till and f.redemption_id = t.redemption and f.request_key = t.request_key"
);

/// The facts of a batch of refunds.
#[derive(Debug, Default)]
pub struct Facts {
    /// The redemptions, as they stand.
    pub redemptions: HashMap<RedemptionId, Redemption>,
    /// The requests that were answered before.
    pub recorded: Vec<Recorded>,
}

/// A merchant's refunds on a day, in order of the identifiers, after that one, at most `limit`.
pub async fn refunds_of_day(
    tx: &mut Tx,
    merchant: &MerchantId,
    day: BeijingDay,
    after: Option<RefundId>,
    limit: u32,
) -> Result<Vec<Refund>, Error> {
    let query = tx
        .query(select_refund!(
            "where f.merchant_id = $1 and f.day = $2 and f.id > $3 order by f.id limit $4"
        ))
        .bind(merchant.to_string())
        .bind(day.number())
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .bind(i64::from(limit));
    read(query.fetch_all().await?)
}

/// The rounds of the redemptions that requests name, in the order in which they are locked. A
/// redemption never changes its round, so this is read before any lock.
pub async fn rounds_of(tx: &mut Tx, requests: &[Request]) -> Result<Vec<RoundId>, Error> {
    let rows: Vec<(String,)> =
        tx.query(ROUNDS_OF).bind(json(&rows_of(requests))?).fetch_all().await?;
    let read =
        |(round,): &(String,)| Place { table: "redemption", row: round }.parse("round_id", round);
    let mut rounds: Vec<RoundId> = rows.iter().map(read).collect::<Result<_, _>>()?;
    rounds.sort();
    Ok(rounds)
}

/// The facts on which a batch is decided: read under the locks of its rounds.
pub async fn facts(tx: &mut Tx, requests: &[Request]) -> Result<Facts, Error> {
    let recorded = tx.query(RECORDED).bind(json(&rows_of(requests))?).fetch_all().await?;
    let recorded = read(recorded)?.into_iter().map(|refund| Recorded {
        till: refund.actor.till,
        redemption: refund.redemption,
        key: refund.key,
        amount: refund.amount,
        id: refund.id,
    });
    let ids: std::collections::BTreeSet<RedemptionId> =
        requests.iter().map(|request| request.redemption).collect();
    let ids: Vec<RedemptionId> = ids.into_iter().collect();
    let redemptions = read_redemptions(tx, &ids).await?;
    Ok(Facts {
        redemptions: redemptions.into_iter().map(|it| (it.id, it)).collect(),
        recorded: recorded.collect(),
    })
}

/// The refunds of those identifiers, in no order: for replays.
pub async fn read_refunds(tx: &mut Tx, ids: &[RefundId]) -> Result<Vec<Refund>, Error> {
    read(tx.query(BY_ID).bind(json_ids(ids)?).fetch_all().await?)
}

/// Refunds of a round that undid a sale, in the order of their transfers and identifiers, after that
/// one, at most `limit`, each with the number of its transfer.
pub async fn refunds_of_round(
    tx: &mut Tx,
    round: &RoundId,
    after: Option<(i64, RefundId)>,
    limit: u32,
) -> Result<Vec<(i64, Refund)>, Error> {
    let rows: Vec<RefundRow> = tx
        .query(select_refund!(
            "where f.round_id = $1 and (f.sequence, f.id) > ($2, $3)
             order by f.sequence, f.id limit $4"
        ))
        .bind_page(round, after, limit)
        .fetch_all()
        .await?;
    rows.into_iter().map(|row| Ok((row.sequence.unwrap_or_default(), row.read()?))).collect()
}

/// The redemptions after that one in the order of the identifiers, at most `limit`, each with whether its row says what
/// its refunds make of it: what was refunded, whether the sale is undone and whether the voucher went back is in no
/// digest.
pub async fn refunded_after(
    tx: &mut Tx,
    after: Option<RedemptionId>,
    limit: u32,
) -> Result<Vec<(RedemptionId, bool)>, Error> {
    let rows: Vec<(String, i64)> = tx
        .query(
            "select r.id, cast(case when r.refunded_fen = coalesce(sum(f.order_refund_fen), 0)
                                         and r.undone = coalesce(max(f.undone), 0)
                                         and r.voucher_returned = coalesce(max(f.voucher_returned), 0)
                                    then 1 else 0 end as bigint)
             from (select * from redemption where id > $1 order by id limit $2) as r
                  left join refund f on f.redemption_id = r.id
             group by r.id, r.refunded_fen, r.undone, r.voucher_returned
             order by r.id",
        )
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all()
        .await?;
    let read = |(id, fits): &(String, i64)| {
        Ok((Place { table: "redemption", row: id }.parse("id", id)?, *fits == 1))
    };
    rows.iter().map(read).collect()
}

/// Every refund after that one, in the order of the identifiers, at most `limit`, each with the number of its transfer,
/// where one moved money: for exports.
pub async fn refunds_after(
    tx: &mut Tx,
    after: Option<RefundId>,
    limit: u32,
) -> Result<Vec<(Option<i64>, Refund)>, Error> {
    let rows: Vec<RefundRow> = tx
        .query(select_refund!("where f.id > $1 order by f.id limit $2"))
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all()
        .await?;
    rows.into_iter().map(|row| Ok((row.sequence, row.read()?))).collect()
}

#[derive(Serialize)]
struct RequestText<'a> {
    till: domain::id::TillId,
    redemption: RedemptionId,
    request_key: &'a str,
}

fn rows_of(requests: &[Request]) -> Vec<RequestText<'_>> {
    let rows = requests.iter().map(|request| RequestText {
        till: request.actor.till,
        redemption: request.redemption,
        request_key: request.key.as_str(),
    });
    rows.collect()
}

fn read(rows: Vec<RefundRow>) -> Result<Vec<Refund>, Error> {
    rows.into_iter().map(RefundRow::read).collect()
}

#[derive(sqlx::FromRow)]
struct RefundRow {
    id: String,
    redemption_id: String,
    round_id: String,
    merchant_id: String,
    till_id: String,
    request_key: String,
    order_refund_fen: i64,
    undone: i64,
    voucher_returned: i64,
    voucher_fen: i64,
    from_paid_fen: i64,
    from_pool_fen: i64,
    refunded_at: i64,
    sequence: Option<i64>,
}

impl RefundRow {
    fn read(self) -> Result<Refund, Error> {
        let place = Place { table: "refund", row: &self.id };
        Ok(Refund {
            id: place.parse("id", &self.id)?,
            redemption: place.parse("redemption_id", &self.redemption_id)?,
            round: place.parse("round_id", &self.round_id)?,
            actor: Actor {
                till: place.parse("till_id", &self.till_id)?,
                merchant: place.parse("merchant_id", &self.merchant_id)?,
            },
            key: place.parse("request_key", &self.request_key)?,
            amount: place.amount("order_refund_fen", self.order_refund_fen)?,
            effect: Effect {
                undone: self.undone != 0,
                voucher_returned: self.voucher_returned != 0,
                voucher: place.amount("voucher_fen", self.voucher_fen)?,
                from_paid: place.amount("from_paid_fen", self.from_paid_fen)?,
                from_pool: place.amount("from_pool_fen", self.from_pool_fen)?,
            },
            refunded_at: Timestamp::from_millis(self.refunded_at),
        })
    }
}
