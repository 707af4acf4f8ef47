//! What stands between tills and the holders of codes: everything that a quote is made from, in one
//! read, so that it is of one instant; and many of them in one, so that a crowd costs hardly more
//! than one person.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::claim::Claim;
use domain::id::{ClaimId, TillId, VoucherId};
use domain::redemption::desk::Shop;
use domain::time::BeijingDay;
use serde::Serialize;

use super::Holder;
use super::facts::ShopRow;
use crate::claim::ClaimRow;
use crate::db::Sql;
use crate::error::Error;
use crate::open::Store;
use crate::text::{Place, json};

/// A till to which somebody shows a voucher of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct At {
    /// The claim.
    pub claim: ClaimId,
    /// The till.
    pub till: TillId,
}

/// A till and the holder of a claim, as they stand at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// The till.
    pub shop: Shop,
    /// Whose the claim is.
    pub holder: Holder,
    /// All that the holder claimed, the newest first.
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
            "select h.id as at_claim, l.id as till, m.state as shop_state, m.category,
                    coalesce(l.latitude, m.latitude) as latitude,
                    coalesce(l.longitude, m.longitude) as longitude,
                    p.masked_name, r.slot, ",
            crate::claim::claim_columns!(),
            ", cast(case when r.merchant_id = l.merchant_id and r.day = $2 and r.undone = 0
                              then 1 else 0 end as bigint) as met ",
            $from
        )
    };
}

// As for the facts of a batch: each step is a probe, whatever plan was cached while the tables were
// small.
pub(crate) const COUNTERS: Sql = Sql {
    sqlite: select_counter!(
        "from (select value ->> 'claim' as claim, value ->> 'till' as till from json_each($1)) as t
         cross join claim h cross join person p cross join till l cross join merchant m
         cross join claim c
         left join redemption r on r.claim_id = c.id and r.voucher_returned = 0
         where h.id = t.claim and h.state = 'granted' and p.id = h.person_id and l.id = t.till
             and m.id = l.merchant_id and c.person_id = h.person_id"
    ),
    postgres: select_counter!(
        "from json_to_recordset($1::json) as t(claim text, till text)
         cross join lateral (
             select * from claim where id = t.claim and state = 'granted' offset 0
         ) as h
         cross join lateral (select * from person where id = h.person_id offset 0) as p
         cross join lateral (select * from till where id = t.till offset 0) as l
         cross join lateral (select * from merchant where id = l.merchant_id offset 0) as m
         cross join lateral (select * from claim where person_id = h.person_id offset 0) as c
         left join lateral (
             select * from redemption where claim_id = c.id and voucher_returned = 0 offset 0
         ) as r on true"
    ),
};

impl Store {
    /// Tills and the holders of granted claims on a day; without those where the till or the claim
    /// is not there.
    pub async fn counters(
        &self,
        asked: &BTreeSet<At>,
        day: BeijingDay,
    ) -> Result<HashMap<At, Counter>, Error> {
        let query = self.db.read(COUNTERS).bind(json(asked)?).bind(day.number());
        let mut by_place = HashMap::<At, Vec<Row>>::new();
        for row in query.fetch_all::<Row>().await? {
            by_place.entry(row.at()?).or_default().push(row);
        }
        let counters = by_place.into_iter().map(|(at, rows)| Ok((at, read(at.claim, rows)?)));
        counters.collect()
    }
}

fn read(claim: ClaimId, rows: Vec<Row>) -> Result<Counter, Error> {
    let nobody = || Error::broken("a claim without itself");
    let first = rows.first().ok_or_else(nobody)?;
    let (shop, masked_name) = (first.shop()?, first.masked_name.clone());
    let (mut claims, mut used) = (HashMap::<ClaimId, Claim>::new(), HashSet::new());
    let met = rows.iter().any(|row| row.met != 0);
    for row in rows {
        let of = row.claim.read()?;
        if let Some(slot) = row.slot {
            let id = of.id.to_string();
            let slot = Place { table: "redemption", row: &id }.number("slot", slot)?;
            used.insert(VoucherId { claim: of.id, slot });
        }
        claims.entry(of.id).or_insert(of);
    }
    let own = claims.get(&claim).ok_or_else(nobody)?;
    let holder = Holder {
        person: own.person,
        masked_name,
        round: own.round.clone(),
        pack: own.choice.pack.clone(),
    };
    let mut claims: Vec<Claim> = claims.into_values().collect();
    claims.sort_by_key(|it| std::cmp::Reverse((it.claimed_at, it.id)));
    Ok(Counter { shop, holder, claims, used, met })
}

#[derive(sqlx::FromRow)]
struct Row {
    at_claim: String,
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
    fn at(&self) -> Result<At, Error> {
        let place = Place { table: "claim", row: &self.at_claim };
        Ok(At { claim: place.parse("id", &self.at_claim)?, till: place.parse("till", &self.till)? })
    }

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
