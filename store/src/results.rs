//! What the campaign has come to: sums over whole tables. For the background alone, which counts now and then; no
//! request asks for them.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::RoundId;
use domain::money::Amount;
use domain::redemption::Scene;
use domain::results::{Cell, Curve, Tally};
use domain::time::{BeijingDay, Timestamp};

use crate::db::Tx;
use crate::error::Error;
use crate::text::Place;

/// Sales are what was paid and what the voucher took off, less what was refunded since; sales that were undone are
/// none.
macro_rules! tally {
    () => {
        "cast(count(*) as bigint) as vouchers, cast(sum(r.voucher_fen) as bigint) as redeemed_fen,
         cast(sum(r.voucher_fen + r.to_pay_fen - r.refunded_fen) as bigint) as sales_fen"
    };
}

const CELLS: &str = concat!(
    "select r.day, (r.redeemed_at + 28800000) / 3600000 % 24 as hour, m.category, m.district,
            r.scene, ",
    tally!(),
    " from redemption r join merchant m on m.id = r.merchant_id where r.undone = 0
     group by r.day, hour, m.category, m.district, r.scene
     order by r.day, hour, m.category, m.district, r.scene"
);

const ROUNDS: &str = concat!(
    "select r.round_id, ",
    tally!(),
    " from redemption r where r.undone = 0 group by r.round_id"
);

/// Second by second for the first ten minutes, then minute by minute, each counted at its last second.
const CURVE: &str = "select case when ms < 600000 then ms / 1000 else ms / 60000 * 60 + 59 end as second,
            cast(count(*) as bigint) as packs
     from (select claimed_at - $2 as ms from claim where round_id = $1 and state = 'granted') as since
     group by second order by second";

const ROLLED_OVER: &str = "select t.chain, cast(sum(p.amount_fen) as bigint)
     from ledger_transfer t
     join ledger_posting p on p.chain = t.chain and p.sequence = t.sequence
     where t.reason = 'closing' group by t.chain";

/// The account of somebody who left is gone, and their claim stays.
const ENTRANCES: &str = "select a.entrance, cast(count(*) as bigint)
     from claim c left join account a on a.id = c.account_id
     where c.state = 'granted' group by a.entrance order by a.entrance is null, a.entrance";

/// Everything that was redeemed, in the smallest cells.
pub async fn cells(tx: &mut Tx) -> Result<Vec<Cell>, Error> {
    let rows: Vec<CellRow> = tx.query(CELLS).fetch_all().await?;
    rows.into_iter().map(CellRow::read).collect()
}

/// What was redeemed of each round's vouchers; rounds without redemptions are left out.
pub async fn rounds(tx: &mut Tx) -> Result<BTreeMap<String, Tally>, Error> {
    let rows: Vec<(String, i64, i64, i64)> = tx.query(ROUNDS).fetch_all().await?;
    rows.into_iter()
        .map(|(round, vouchers, redeemed, sales)| {
            let place = Place { table: "redemption", row: &round };
            let tally = tally(place, vouchers, redeemed, sales)?;
            Ok((round, tally))
        })
        .collect()
}

/// How the packs of a round went that opened at `opens_at`.
pub async fn curve(tx: &mut Tx, round: &RoundId, opens_at: Timestamp) -> Result<Curve, Error> {
    let rows: Vec<(i64, i64)> =
        tx.query(CURVE).bind(round.to_string()).bind(opens_at.millis()).fetch_all().await?;
    let place = Place { table: "claim", row: round.as_str() };
    let seconds = rows.into_iter().map(|(second, packs)| {
        Ok((place.number("claimed_at", second)?, place.number("claimed_at", packs)?))
    });
    Ok(Curve::of_seconds(seconds.collect::<Result<Vec<_>, Error>>()?))
}

/// What the closing of each round returned to the pool; rounds that are not closed, or had nothing left, are left out.
pub async fn rolled_over(tx: &mut Tx) -> Result<BTreeMap<String, Amount>, Error> {
    let rows: Vec<(String, i64)> = tx.query(ROLLED_OVER).fetch_all().await?;
    rows.into_iter()
        .map(|(chain, fen)| {
            let place = Place { table: "ledger_transfer", row: &chain };
            let amount = place.amount("amount_fen", fen)?;
            Ok((chain.strip_prefix("round:").unwrap_or(&chain).to_owned(), amount))
        })
        .collect()
}

/// The rounds that are closed.
pub async fn closed_rounds(tx: &mut Tx) -> Result<BTreeSet<String>, Error> {
    let rows: Vec<(String,)> =
        tx.query("select id from round where closed_at is not null").fetch_all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How many packs were claimed through each entrance; last, without one, by those who left since.
pub async fn entrances(tx: &mut Tx) -> Result<Vec<(Option<String>, u64)>, Error> {
    let rows: Vec<(Option<String>, i64)> = tx.query(ENTRANCES).fetch_all().await?;
    let place = Place { table: "account", row: "a sum" };
    rows.into_iter()
        .map(|(entrance, packs)| Ok((entrance, place.number("entrance", packs)?)))
        .collect()
}

fn tally(place: Place<'_>, vouchers: i64, redeemed: i64, sales: i64) -> Result<Tally, Error> {
    Ok(Tally {
        vouchers: place.number("id", vouchers)?,
        redeemed: place.sum("voucher_fen", redeemed)?,
        sales: place.sum("to_pay_fen", sales)?,
    })
}

#[derive(sqlx::FromRow)]
struct CellRow {
    day: i64,
    hour: i64,
    category: String,
    district: String,
    scene: String,
    vouchers: i64,
    redeemed_fen: i64,
    sales_fen: i64,
}

impl CellRow {
    fn read(self) -> Result<Cell, Error> {
        let place = Place { table: "redemption", row: "a sum" };
        Ok(Cell {
            day: BeijingDay::from_number(self.day),
            hour: place.number("redeemed_at", self.hour)?,
            category: place.parse("category", &self.category)?,
            district: self.district,
            scene: place.code::<Scene>("scene", self.scene)?,
            tally: tally(place, self.vouchers, self.redeemed_fen, self.sales_fen)?,
        })
    }
}
