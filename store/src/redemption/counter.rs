//! What stands between a till and the holder of a code: everything that a quote is made from, in
//! one read, so that it is of one instant and costs one way to the database.

use std::collections::HashSet;

use domain::claim::Claim;
use domain::id::{ClaimId, TillId, VoucherId};
use domain::redemption::desk::Shop;
use domain::time::BeijingDay;

use super::Holder;
use super::facts::ShopRow;
use crate::claim::ClaimRow;
use crate::db::Sql;
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

/// The most rows of one answer: a campaign has a few rounds, a claim a few vouchers, and a voucher
/// comes back a few times.
const ROWS_MAX: i64 = 2_000;

/// A till and the holder of a claim, as they stand at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// The till.
    pub shop: Shop,
    /// Whose the claim is.
    pub holder: Holder,
    /// All that the holder claimed.
    pub claims: Vec<Claim>,
    /// The holder's vouchers that are used.
    pub used: HashSet<VoucherId>,
    /// Whether the holder has met the till's merchant on the day (R8).
    pub met: bool,
}

/// Every claim of the holder with every use of its vouchers; the till and the name beside each.
macro_rules! select_counter {
    ($from:literal) => {
        concat!(
            "select l.id as till, m.state as shop_state, m.category,
                    coalesce(l.latitude, m.latitude) as latitude,
                    coalesce(l.longitude, m.longitude) as longitude,
                    p.masked_name, c.id, c.round_id, c.pack_id, c.person_id, c.account_id,
                    c.request_key, c.pack_named, c.serial, c.state, c.claimed_at, r.slot,
                    cast(case when r.merchant_id = l.merchant_id and r.day = $3 and r.undone = 0
                              then 1 else 0 end as bigint) as met ",
            $from,
            " order by c.claimed_at desc, c.id desc limit $4"
        )
    };
}

// As for the facts of a batch: each step is a probe, whatever plan was cached while the tables were
// small.
pub(crate) const COUNTER: Sql = Sql {
    sqlite: select_counter!(
        "from claim h cross join person p cross join till l cross join merchant m
         cross join claim c
         left join redemption r on r.claim_id = c.id and r.voucher_returned = 0
         where h.id = $1 and h.state = 'granted' and p.id = h.person_id and l.id = $2
             and m.id = l.merchant_id and c.person_id = h.person_id"
    ),
    postgres: select_counter!(
        "from (select * from claim where id = $1 and state = 'granted' offset 0) as h
         cross join lateral (select * from person where id = h.person_id offset 0) as p
         cross join lateral (select * from till where id = $2 offset 0) as l
         cross join lateral (select * from merchant where id = l.merchant_id offset 0) as m
         cross join lateral (select * from claim where person_id = h.person_id offset 0) as c
         left join lateral (
             select * from redemption where claim_id = c.id and voucher_returned = 0 offset 0
         ) as r on true"
    ),
};

impl Store {
    /// A till and the holder of a granted claim on a day; `None` where either is not there.
    pub async fn counter(
        &self,
        claim: &ClaimId,
        till: &TillId,
        day: BeijingDay,
    ) -> Result<Option<Counter>, Error> {
        let query = self
            .db
            .read(COUNTER)
            .bind(claim.to_string())
            .bind(till.to_string())
            .bind(day.number())
            .bind(ROWS_MAX);
        read(claim, query.fetch_all().await?)
    }
}

fn read(claim: &ClaimId, rows: Vec<Row>) -> Result<Option<Counter>, Error> {
    let Some(first) = rows.first() else { return Ok(None) };
    let shop = first.shop()?;
    let masked_name = first.masked_name.clone();
    let (mut claims, mut used) = (Vec::<Claim>::new(), HashSet::new());
    let met = rows.iter().any(|row| row.met != 0);
    for row in rows {
        let of = row.claim.read()?;
        if let Some(slot) = row.slot {
            let id = of.id.to_string();
            let slot = Place { table: "redemption", row: &id }.number("slot", slot)?;
            used.insert(VoucherId { claim: of.id, slot });
        }
        if claims.last().is_none_or(|before| before.id != of.id) {
            claims.push(of);
        }
    }
    let holder = claims.iter().find(|it| it.id == *claim).map(|own| Holder {
        person: own.person,
        masked_name,
        round: own.round.clone(),
        pack: own.choice.pack.clone(),
    });
    Ok(holder.map(|holder| Counter { shop, holder, claims, used, met }))
}

#[derive(sqlx::FromRow)]
struct Row {
    till: String,
    shop_state: String,
    category: String,
    latitude: Option<i64>,
    longitude: Option<i64>,
    masked_name: String,
    #[sqlx(flatten)]
    claim: ClaimRow,
    slot: Option<i64>,
    met: i64,
}

impl Row {
    fn shop(&self) -> Result<Shop, Error> {
        let row = ShopRow {
            till: self.till.clone(),
            state: self.shop_state.clone(),
            category: self.category.clone(),
            latitude: self.latitude,
            longitude: self.longitude,
        };
        Ok(row.read()?.1)
    }
}
