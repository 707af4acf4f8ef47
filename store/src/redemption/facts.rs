//! What a batch of redemptions is decided on: read under the locks of its rounds, a probe for each
//! request.

use std::collections::{HashMap, HashSet};

use domain::id::{MerchantId, PersonId, TillId, VoucherId};
use domain::redemption::desk::{Recorded, Request, Shop};
use domain::time::BeijingDay;
use serde::Serialize;

use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::merchant::position;
use crate::open::Store;
use crate::text::{Place, json};

/// The facts of a batch of redemptions.
#[derive(Debug, Default)]
pub struct Facts {
    /// The requests that were answered before.
    pub recorded: Vec<Recorded>,
    /// The vouchers that are used.
    pub used: HashSet<VoucherId>,
    /// The persons and merchants that have met on the day (R8).
    pub met: HashSet<(PersonId, MerchantId)>,
    /// The tills.
    pub shops: HashMap<TillId, Shop>,
}

// As for the holdings of a claim batch: a lateral subquery that cannot be flattened is a probe for
// each row, whatever plan was cached while the table was small.
pub(crate) const RECORDED: Sql = Sql {
    sqlite: "select r.till_id, r.request_key, r.body, r.id
             from (select value ->> 'till' as till, value ->> 'key' as request_key
                   from json_each($1)) as t
             cross join redemption r
             where r.till_id = t.till and r.request_key = t.request_key",
    postgres: "select r.till_id, r.request_key, r.body, r.id
               from json_to_recordset($1::json) as t(till text, key text)
               cross join lateral (
                   select * from redemption where till_id = t.till and request_key = t.key offset 0
               ) as r",
};

pub(crate) const USED: Sql = Sql {
    sqlite: "select r.claim_id, r.slot
             from (select value ->> 'claim' as claim, value ->> 'slot' as slot
                   from json_each($1)) as t
             cross join redemption r
             where r.claim_id = t.claim and r.slot = t.slot and r.voucher_returned = 0",
    postgres: "select r.claim_id, r.slot
               from json_to_recordset($1::json) as t(claim text, slot bigint)
               cross join lateral (
                   select * from redemption
                   where claim_id = t.claim and slot = t.slot and voucher_returned = 0 offset 0
               ) as r",
};

pub(crate) const MET: Sql = Sql {
    sqlite: "select r.person_id, r.merchant_id
             from (select value ->> 'person' as person, value ->> 'merchant' as merchant
                   from json_each($1)) as t
             cross join redemption r
             where r.person_id = t.person and r.merchant_id = t.merchant and r.day = $2
                 and r.undone = 0",
    postgres: "select r.person_id, r.merchant_id
               from json_to_recordset($1::json) as t(person text, merchant text)
               cross join lateral (
                   select * from redemption
                   where person_id = t.person and merchant_id = t.merchant and day = $2
                       and undone = 0 offset 0
               ) as r",
};

pub(crate) const SHOPS: Sql = Sql {
    sqlite: "select t.till, m.state, m.category, coalesce(l.latitude, m.latitude) as latitude,
                    coalesce(l.longitude, m.longitude) as longitude
             from (select value ->> 'till' as till from json_each($1)) as t
             cross join till l join merchant m
             where l.id = t.till and m.id = l.merchant_id",
    postgres: "select t.till, m.state, m.category, coalesce(l.latitude, m.latitude) as latitude,
                      coalesce(l.longitude, m.longitude) as longitude
               from json_to_recordset($1::json) as t(till text)
               cross join lateral (select * from till where id = t.till offset 0) as l
               cross join lateral (
                   select * from merchant where id = l.merchant_id offset 0
               ) as m",
};

/// The facts on which the requests of a batch are decided on that day.
pub async fn facts(tx: &mut Tx, requests: &[Request], day: BeijingDay) -> Result<Facts, Error> {
    let rows = json(&requests.iter().map(Row::of).collect::<Vec<_>>())?;
    let recorded: Vec<(String, String, String, String)> =
        tx.query(RECORDED).bind(rows.clone()).fetch_all().await?;
    let used: Vec<(String, i64)> = tx.query(USED).bind(rows.clone()).fetch_all().await?;
    let met: Vec<(String, String)> =
        tx.query(MET).bind(rows.clone()).bind(day.number()).fetch_all().await?;
    let shops: Vec<ShopRow> = tx.query(SHOPS).bind(rows).fetch_all().await?;
    Ok(Facts {
        recorded: recorded.into_iter().map(read_recorded).collect::<Result<_, _>>()?,
        used: used.into_iter().map(read_voucher).collect::<Result<_, _>>()?,
        met: met.into_iter().map(read_met).collect::<Result<_, _>>()?,
        shops: shops.into_iter().map(ShopRow::read).collect::<Result<_, _>>()?,
    })
}

/// What the desk would know of a till; `None` for one that is not there.
pub async fn shop(store: &Store, till: &TillId) -> Result<Option<Shop>, Error> {
    let rows = json(&[TillText { till: *till }])?;
    let row: Option<ShopRow> = store.db.read(SHOPS).bind(rows).fetch_optional().await?;
    Ok(row.map(ShopRow::read).transpose()?.map(|(_, shop)| shop))
}

#[derive(Serialize)]
struct TillText {
    till: TillId,
}

#[derive(Serialize)]
struct Row<'a> {
    till: TillId,
    merchant: MerchantId,
    key: &'a str,
    claim: Option<domain::id::ClaimId>,
    slot: Option<u8>,
    person: Option<PersonId>,
}

impl<'a> Row<'a> {
    fn of(request: &'a Request) -> Self {
        let presented = request.presented.as_ref();
        Self {
            till: request.actor.till,
            merchant: request.actor.merchant,
            key: request.key.as_str(),
            claim: presented.map(|it| it.voucher.claim),
            slot: presented.map(|it| it.voucher.slot),
            person: presented.map(|it| it.person),
        }
    }
}

fn read_recorded(
    (till, key, body, id): (String, String, String, String),
) -> Result<Recorded, Error> {
    let place = Place { table: "redemption", row: &id };
    Ok(Recorded {
        till: place.parse("till_id", &till)?,
        key: place.parse("request_key", &key)?,
        body: place.hex("body", &body)?,
        id: place.parse("id", &id)?,
    })
}

fn read_voucher((claim, slot): (String, i64)) -> Result<VoucherId, Error> {
    let place = Place { table: "redemption", row: &claim };
    Ok(VoucherId { claim: place.parse("claim_id", &claim)?, slot: place.number("slot", slot)? })
}

fn read_met((person, merchant): (String, String)) -> Result<(PersonId, MerchantId), Error> {
    let place = Place { table: "redemption", row: &person };
    Ok((place.parse("person_id", &person)?, place.parse("merchant_id", &merchant)?))
}

/// A till as its desk sees it.
#[derive(sqlx::FromRow)]
pub(super) struct ShopRow {
    pub(super) till: String,
    pub(super) state: String,
    pub(super) category: String,
    pub(super) latitude: Option<i64>,
    pub(super) longitude: Option<i64>,
}

impl ShopRow {
    pub(super) fn read(self) -> Result<(TillId, Shop), Error> {
        let place = Place { table: "till", row: &self.till };
        let shop = Shop {
            state: place.code("state", self.state)?,
            category: place.parse("category", &self.category)?,
            place: position(place, self.latitude, self.longitude)?,
        };
        Ok((place.parse("id", &self.till)?, shop))
    }
}
