//! What the list of a day's payments is made of, a page of merchants at a time. The merchants of a page are those
//! between two identifiers, so its other statements read a stretch of their index.

use std::collections::HashMap;

use domain::id::MerchantId;
use domain::settlement::hold::Hold;
use domain::settlement::{DayFigures, Payee};
use domain::time::BeijingDay;

use super::hold::{Columns, read};
use crate::db::Tx;
use crate::error::Error;
use crate::text::Place;

/// A merchant with all that its day follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantDays {
    /// Who it is.
    pub payee: Payee,
    /// The figures of its days up to the one that was asked for, in order.
    pub days: Vec<DayFigures>,
    /// Every hold of its money, in order.
    pub holds: Vec<Hold>,
    /// The bank's reference of the payment for the day, where one is recorded.
    pub bank_reference: Option<String>,
}

const DAYS: &str =
    "select merchant_id, day, cast(sum(redeemed) as bigint), cast(sum(refunded) as bigint) from (
         select merchant_id, day, voucher_fen as redeemed, 0 as refunded from redemption
         where merchant_id > $1 and merchant_id <= $2 and day <= $3
         union all
         select merchant_id, day, 0 as redeemed, voucher_fen as refunded from refund
         where merchant_id > $1 and merchant_id <= $2 and day <= $3
     ) as moved group by merchant_id, day order by merchant_id, day";

const HOLDS: &str =
    "select merchant_id, held_who, held_at, held_why, released_who, released_at, released_why
     from merchant_hold where merchant_id > $1 and merchant_id <= $2
     order by merchant_id, sequence";

/// The merchants after that one in the order of their identifiers, at most `limit`, whether anything happened at them
/// or not, with what is known of them up to a day.
pub async fn merchants_after(
    tx: &mut Tx,
    day: BeijingDay,
    after: Option<MerchantId>,
    limit: u32,
) -> Result<Vec<MerchantDays>, Error> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let rows: Vec<(String, String, String)> = tx
        .query("select id, credit_code, name from merchant where id > $1 order by id limit $2")
        .bind(after.clone())
        .bind(i64::from(limit))
        .fetch_all()
        .await?;
    let Some((last, ..)) = rows.last() else { return Ok(Vec::new()) };
    let between = (after, last.clone());
    let mut days = days(tx, &between, day).await?;
    let mut holds = holds(tx, &between).await?;
    let mut references = references(tx, &between, day).await?;
    let merchant = |(id, credit_code, name): (String, String, String)| {
        let place = Place { table: "merchant", row: &id };
        let (merchant, credit_code) =
            (place.parse("id", &id)?, place.parse("credit_code", &credit_code)?);
        Ok(MerchantDays {
            payee: Payee { merchant, credit_code, name },
            days: days.remove(&id).unwrap_or_default(),
            holds: holds.remove(&id).unwrap_or_default(),
            bank_reference: references.remove(&id),
        })
    };
    rows.into_iter().map(merchant).collect()
}

type ByMerchant<T> = HashMap<String, T>;

async fn days(
    tx: &mut Tx,
    (after, last): &(String, String),
    day: BeijingDay,
) -> Result<ByMerchant<Vec<DayFigures>>, Error> {
    let rows: Vec<(String, i64, i64, i64)> = tx
        .query(DAYS)
        .bind(after.clone())
        .bind(last.clone())
        .bind(day.number())
        .fetch_all()
        .await?;
    let mut days = ByMerchant::<Vec<DayFigures>>::new();
    for (merchant, day, redeemed, refunded) in rows {
        let place = Place { table: "redemption", row: &merchant };
        let figures = DayFigures {
            day: BeijingDay::from_number(day),
            redeemed: place.amount("voucher_fen", redeemed)?,
            refunded: place.amount("voucher_fen", refunded)?,
        };
        days.entry(merchant).or_default().push(figures);
    }
    Ok(days)
}

async fn holds(
    tx: &mut Tx,
    (after, last): &(String, String),
) -> Result<ByMerchant<Vec<Hold>>, Error> {
    type Row = (String, String, i64, String, Option<String>, Option<i64>, Option<String>);
    let rows: Vec<Row> = tx.query(HOLDS).bind(after.clone()).bind(last.clone()).fetch_all().await?;
    let mut holds = ByMerchant::<Vec<Hold>>::new();
    for (merchant, who, at, why, released_who, released_at, released_why) in rows {
        let columns: Columns = (who, at, why, released_who, released_at, released_why);
        let hold = read(Place { table: "merchant_hold", row: &merchant }, columns)?;
        holds.entry(merchant).or_default().push(hold);
    }
    Ok(holds)
}

async fn references(
    tx: &mut Tx,
    (after, last): &(String, String),
    day: BeijingDay,
) -> Result<ByMerchant<String>, Error> {
    let rows: Vec<(String, String)> = tx
        .query(
            "select merchant_id, bank_reference from settlement
             where merchant_id > $1 and merchant_id <= $2 and day = $3",
        )
        .bind(after.clone())
        .bind(last.clone())
        .bind(day.number())
        .fetch_all()
        .await?;
    Ok(rows.into_iter().collect())
}
