//! Redemptions (R7 to R12): one row each, of which only what is refunded changes. Reading here, the
//! facts and the writing of a batch in `redemption/`.

mod batch;
mod counter;
mod facts;
mod row;

use std::collections::HashMap;

use domain::id::{
    MerchantId, PackId, PersonId, RedemptionId, RequestKey, RoundId, TillId, VoucherId,
};
use domain::redemption::{Redemption, Totals};
use domain::till::Actor;
use domain::time::{BeijingDay, Timestamp};
use domain::voucher::VoucherUse;

use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::open::Store;
use crate::text::{Place, json_ids};

pub use batch::{RoundBatch, record};
#[cfg(feature = "negative-control")]
pub(crate) use counter::COUNTERS;
pub use counter::{At, Counter};
pub use facts::{Facts, facts, shop};
#[cfg(feature = "negative-control")]
pub(crate) use facts::{MET, RECORDED, SHOPS, USED};
use row::RedemptionRow;

macro_rules! select_redemption {
    ($tail:literal) => {
        concat!(
            "select r.id, r.claim_id, r.slot, r.round_id, r.person_id, r.holder, r.merchant_id,
                    r.till_id, r.request_key, r.body, r.order_fen, r.merchant_coupon_fen,
                    r.voucher_fen, r.rest_fen, r.to_pay_fen, r.scene, r.latitude, r.longitude,
                    r.reference, r.redeemed_at, r.sequence, r.refunded_fen, r.undone,
                    r.voucher_returned
             from redemption r ",
            $tail
        )
    };
}

/// From the claims, because those are found by person, and the uses of a claim by its vouchers.
pub(crate) const USES: Sql = Sql {
    sqlite: "select r.id, r.claim_id, r.slot, r.merchant_id, m.name, r.redeemed_at
             from claim c cross join redemption r cross join merchant m
             where c.person_id = $1 and r.claim_id = c.id and r.voucher_returned = 0
                 and m.id = r.merchant_id",
    postgres: "select r.id, r.claim_id, r.slot, r.merchant_id, m.name, r.redeemed_at
               from (select id from claim where person_id = $1 offset 0) as c
               cross join lateral (
                   select * from redemption where claim_id = c.id and voucher_returned = 0 offset 0
               ) as r
               cross join lateral (
                   select name from merchant where id = r.merchant_id offset 0
               ) as m",
};

const BY_ID: Sql = json_rows!(select_redemption!("join"), [id text], "on r.id = t.id");

const TOTALS: &str = "select cast(count(*) as bigint),
            cast(coalesce(sum(order_fen), 0) as bigint),
            cast(coalesce(sum(case when undone = 0 then voucher_fen else 0 end), 0) as bigint),
            cast(coalesce(sum(to_pay_fen - refunded_fen), 0) as bigint),
            cast(coalesce(sum(refunded_fen), 0) as bigint)
     from redemption where merchant_id = $1 and day = $2 and till_id = $3";

/// A granted claim as a till meets it: whose it is, and how a cashier may see the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub person: PersonId,
    /// The name, masked, such as 王*.
    pub masked_name: String,
    /// The round of the claim.
    pub round: RoundId,
    /// The pack of the claim.
    pub pack: PackId,
}

impl Store {
    /// The redemption of that identifier.
    pub async fn redemption(&self, id: &RedemptionId) -> Result<Option<Redemption>, Error> {
        let query = self.db.read(select_redemption!("where r.id = $1")).bind(id.to_string());
        query.fetch_optional::<RedemptionRow>().await?.map(RedemptionRow::read).transpose()
    }

    /// The redemption that a till made with that key.
    pub async fn redemption_by_key(
        &self,
        till: &TillId,
        key: &RequestKey,
    ) -> Result<Option<Redemption>, Error> {
        let query = self
            .db
            .read(select_redemption!("where r.till_id = $1 and r.request_key = $2"))
            .bind(till.to_string())
            .bind(key.as_str().to_owned());
        query.fetch_optional::<RedemptionRow>().await?.map(RedemptionRow::read).transpose()
    }

    /// What a merchant redeemed on a day, in order of the identifiers, after that one, at most
    /// `limit`.
    pub async fn redemptions_of_day(
        &self,
        merchant: &MerchantId,
        day: BeijingDay,
        after: Option<RedemptionId>,
        limit: u32,
    ) -> Result<Vec<Redemption>, Error> {
        redemptions_of_day(&mut self.snapshot().await?, merchant, day, after, limit).await
    }

    /// What a till's day comes to.
    pub async fn totals_of_till(&self, till: &Actor, day: BeijingDay) -> Result<Totals, Error> {
        totals_of_till(&mut self.snapshot().await?, till, day).await
    }

    /// What a till's day comes to, and what it redeemed on it before that one, the newest first, at most `limit`.
    pub async fn day_of_till(
        &self,
        till: &Actor,
        day: BeijingDay,
        before: Option<RedemptionId>,
        limit: u32,
    ) -> Result<(Totals, Vec<Redemption>), Error> {
        let mut tx = self.snapshot().await?;
        let totals = totals_of_till(&mut tx, till, day).await?;
        let query = tx
            .query(select_redemption!(
                "where r.merchant_id = $1 and r.day = $2 and r.till_id = $3
                     and ($4 = '' or r.id < $4)
                 order by r.id desc limit $5"
            ))
            .bind(till.merchant.to_string())
            .bind(day.number())
            .bind(till.till.to_string())
            .bind(before.map(|id| id.to_string()).unwrap_or_default())
            .bind(i64::from(limit));
        Ok((totals, read(query.fetch_all().await?)?))
    }

    /// What a person's vouchers were used for; those that came back are not in it.
    pub async fn voucher_uses(
        &self,
        person: &PersonId,
    ) -> Result<HashMap<VoucherId, VoucherUse>, Error> {
        let rows: Vec<UseRow> = self.db.read(USES).bind(person.to_string()).fetch_all().await?;
        rows.into_iter().map(UseRow::read).collect()
    }
}

/// The same in a snapshot or transaction.
pub async fn redemptions_of_day(
    tx: &mut Tx,
    merchant: &MerchantId,
    day: BeijingDay,
    after: Option<RedemptionId>,
    limit: u32,
) -> Result<Vec<Redemption>, Error> {
    let query = tx
        .query(select_redemption!(
            "where r.merchant_id = $1 and r.day = $2 and r.id > $3 order by r.id limit $4"
        ))
        .bind(merchant.to_string())
        .bind(day.number())
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .bind(i64::from(limit));
    read(query.fetch_all().await?)
}

async fn totals_of_till(tx: &mut Tx, till: &Actor, day: BeijingDay) -> Result<Totals, Error> {
    let id = till.till.to_string();
    let (count, order, voucher, paid, refunded): (i64, i64, i64, i64, i64) = tx
        .query(TOTALS)
        .bind(till.merchant.to_string())
        .bind(day.number())
        .bind(id.clone())
        .fetch_one()
        .await?;
    let place = Place { table: "redemption", row: &id };
    Ok(Totals {
        count: place.number("id", count)?,
        order: place.sum("order_fen", order)?,
        voucher: place.sum("voucher_fen", voucher)?,
        paid: place.sum("to_pay_fen", paid)?,
        refunded: place.sum("refunded_fen", refunded)?,
    })
}

/// The redemptions of those identifiers, in no order.
pub async fn read_redemptions(tx: &mut Tx, ids: &[RedemptionId]) -> Result<Vec<Redemption>, Error> {
    read(tx.query(BY_ID).bind(json_ids(ids)?).fetch_all().await?)
}

/// Redemptions of a round in the order of their transfers and identifiers, after that one, at most
/// `limit`, each with the number of its transfer: to recompute the digests (R20).
pub async fn redemptions_of_round(
    tx: &mut Tx,
    round: &RoundId,
    after: Option<(i64, RedemptionId)>,
    limit: u32,
) -> Result<Vec<(i64, Redemption)>, Error> {
    let rows: Vec<RedemptionRow> = tx
        .query(select_redemption!(
            "where r.round_id = $1 and (r.sequence, r.id) > ($2, $3)
             order by r.sequence, r.id limit $4"
        ))
        .bind_page(round, after, limit)
        .fetch_all()
        .await?;
    rows.into_iter().map(|row| Ok((row.sequence, row.read()?))).collect()
}

/// Every redemption after that one, in the order of the identifiers, at most `limit`, each with the number of its
/// transfer: for exports.
pub async fn redemptions_after(
    tx: &mut Tx,
    after: Option<RedemptionId>,
    limit: u32,
) -> Result<Vec<(i64, Redemption)>, Error> {
    let rows: Vec<RedemptionRow> = tx
        .query(select_redemption!("where r.id > $1 order by r.id limit $2"))
        .bind(after.map(|id| id.to_string()).unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all()
        .await?;
    rows.into_iter().map(|row| Ok((row.sequence, row.read()?))).collect()
}

fn read(rows: Vec<RedemptionRow>) -> Result<Vec<Redemption>, Error> {
    rows.into_iter().map(RedemptionRow::read).collect()
}

#[derive(sqlx::FromRow)]
struct UseRow {
    id: String,
    claim_id: String,
    slot: i64,
    merchant_id: String,
    name: String,
    redeemed_at: i64,
}

impl UseRow {
    fn read(self) -> Result<(VoucherId, VoucherUse), Error> {
        let place = Place { table: "redemption", row: &self.id };
        let voucher = VoucherId {
            claim: place.parse("claim_id", &self.claim_id)?,
            slot: place.number("slot", self.slot)?,
        };
        let used_for = VoucherUse {
            redemption: place.parse("id", &self.id)?,
            merchant: place.parse("merchant_id", &self.merchant_id)?,
            merchant_name: self.name,
            redeemed_at: Timestamp::from_millis(self.redeemed_at),
        };
        Ok((voucher, used_for))
    }
}
