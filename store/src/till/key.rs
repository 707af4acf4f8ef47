//! Keys of machines. Only their hashes are stored; every server asks anew, so a revocation counts at
//! once everywhere.

use std::collections::{HashMap, HashSet};

use domain::id::{MerchantId, TillId, TillKeyId};
use domain::ledger::hex;
use domain::merchant::{Mark, MerchantState};
use domain::place::Position;
use domain::till::{Actor, KEYS_MAX, Scopes};
use domain::time::Timestamp;
use serde::Serialize;

use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::merchant::{note, position};
use crate::open::Store;
use crate::text::{Place, json};

/// A key to add.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its identifier.
    pub id: TillKeyId,
    /// Its hash.
    pub hash: [u8; 32],
    /// Whose it is.
    pub merchant: MerchantId,
    /// At which till; none for a key of the whole merchant.
    pub till: Option<TillId>,
    /// What it is called.
    pub name: String,
    /// Its last four characters.
    pub hint: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made, by the system clock.
    pub created_at: Timestamp,
}

/// A key as its manager sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TillKey {
    /// Its identifier.
    pub id: TillKeyId,
    /// At which till; none for a key of the whole merchant.
    pub till: Option<TillId>,
    /// What it is called.
    pub name: String,
    /// Its last four characters.
    pub hint: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first instant at which it no longer works, if that is known.
    pub ends_at: Option<Timestamp>,
}

/// Who stands behind a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHolder {
    /// The key.
    pub key: TillKeyId,
    /// The merchant.
    pub merchant: MerchantId,
    /// Where the merchant stands.
    pub state: MerchantState,
    /// The till; none for a key of the whole merchant.
    pub till: Option<TillId>,
    /// The till's registered place, else the merchant's (R11).
    pub position: Option<Position>,
    /// What the key may do.
    pub scopes: Scopes,
}

impl KeyHolder {
    /// The till that acts, if it is a till's key.
    pub fn actor(&self) -> Option<Actor> {
        self.till.map(|till| Actor { till, merchant: self.merchant })
    }
}

macro_rules! select_holders {
    ($from:literal) => {
        concat!(
            "select k.key_hash, k.id, k.merchant_id, k.till_id, k.scopes, m.state,
                    case when l.latitude is null then m.latitude else l.latitude end as latitude,
                    case when l.latitude is null then m.longitude else l.longitude end as longitude ",
            $from
        )
    };
}

// Each table by its key, for each hash: on PostgreSQL a lateral subquery that cannot be flattened,
// as for the holdings of a batch.
pub(crate) const KEY_HOLDERS: Sql = Sql {
    sqlite: select_holders!(
        "from (select unhex(value ->> 'hash') as hash from json_each($1)) as t
         cross join till_key k on k.key_hash = t.hash and (k.ends_at is null or k.ends_at > $2)
         cross join merchant m on m.id = k.merchant_id
         left join till l on l.id = k.till_id"
    ),
    postgres: select_holders!(
        "from json_to_recordset($1::json) as t(hash text)
         cross join lateral (
             select * from till_key
             where key_hash = decode(t.hash, 'hex') and (ends_at is null or ends_at > $2) offset 0
         ) as k
         cross join lateral (select * from merchant where id = k.merchant_id offset 0) as m
         left join lateral (select * from till where id = k.till_id offset 0) as l on true"
    ),
};

#[derive(Serialize)]
struct HashText {
    hash: String,
}

impl Store {
    /// Who stands behind each key that works at `now`. In one read, so that what a till may do is
    /// known at one instant, and that a crowd of tills costs hardly more than one.
    pub async fn key_holders(
        &self,
        hashes: &HashSet<[u8; 32]>,
        now: Timestamp,
    ) -> Result<HashMap<[u8; 32], KeyHolder>, Error> {
        let hashes: Vec<HashText> =
            hashes.iter().map(|hash| HashText { hash: hex(hash) }).collect();
        let query = self.db.read(KEY_HOLDERS).bind(json(&hashes)?).bind(now.millis());
        query.fetch_all::<HolderRow>().await?.into_iter().map(HolderRow::read).collect()
    }

    /// The keys of a merchant that work at `now`, the oldest first.
    pub async fn till_keys(
        &self,
        merchant: &MerchantId,
        now: Timestamp,
    ) -> Result<Vec<TillKey>, Error> {
        let rows: Vec<Row> = self
            .db
            .read(
                "select id, till_id, name, hint, scopes, created_at, ends_at from till_key
                 where merchant_id = $1 and (ends_at is null or ends_at > $2)
                 order by created_at, id",
            )
            .bind(merchant.to_string())
            .bind(now.millis())
            .fetch_all()
            .await?;
        rows.into_iter().map(Row::read).collect()
    }
}

/// Adds a key, in a transaction that has locked its merchant; `false` when the merchant has no such
/// till that works, or as many keys as it may.
pub async fn add_key(tx: &mut Tx, key: &NewKey, act: &str, mark: &Mark) -> Result<bool, Error> {
    let (working,): (i64,) = tx
        .query(
            "select count(*) from till_key
             where merchant_id = $1 and (ends_at is null or ends_at > $2)",
        )
        .bind(key.merchant.to_string())
        .bind(key.created_at.millis())
        .fetch_one()
        .await?;
    if usize::try_from(working).is_ok_and(|working| working >= KEYS_MAX) {
        return Ok(false);
    }
    let added = insert(tx, key).await? == 1;
    if added {
        note(tx, &key.merchant, act, mark).await?;
    }
    Ok(added)
}

pub(crate) async fn insert(tx: &mut Tx, key: &NewKey) -> Result<u64, Error> {
    tx.query(
        "insert into till_key (key_hash, id, merchant_id, till_id, name, hint, scopes, created_at)
         select $1, $2, $3, $4, $5, $6, $7, $8
         where $4 is null or exists (
             select 1 from till t where t.id = $4 and t.merchant_id = $3 and t.closed_at is null
         )",
    )
    .bind(key.hash.to_vec())
    .bind(key.id.to_string())
    .bind(key.merchant.to_string())
    .bind(key.till.map(|till| till.to_string()))
    .bind(key.name.clone())
    .bind(key.hint.clone())
    .bind(key.scopes.to_string())
    .bind(key.created_at.millis())
    .execute()
    .await
}

/// Sets the end of a key that works now, in a transaction that has locked its merchant: at once for
/// a revocation, later for a rotation. An earlier end stays. Returns the key; `None` when the
/// merchant has no such key that works.
pub async fn end_key(
    tx: &mut Tx,
    merchant: &MerchantId,
    id: &TillKeyId,
    (now, ends_at): (Timestamp, Timestamp),
) -> Result<Option<TillKey>, Error> {
    let row: Option<Row> = tx
        .query(
            "update till_key
             set ends_at = case when ends_at is null or ends_at > $4 then $4 else ends_at end
             where id = $1 and merchant_id = $2 and (ends_at is null or ends_at > $3)
             returning id, till_id, name, hint, scopes, created_at, ends_at",
        )
        .bind(id.to_string())
        .bind(merchant.to_string())
        .bind(now.millis())
        .bind(ends_at.millis())
        .fetch_optional()
        .await?;
    row.map(Row::read).transpose()
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    till_id: Option<String>,
    name: String,
    hint: String,
    scopes: String,
    created_at: i64,
    ends_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<TillKey, Error> {
        let place = Place { table: "till_key", row: &self.id };
        Ok(TillKey {
            id: place.parse("id", &self.id)?,
            till: self.till_id.as_deref().map(|id| place.parse("till_id", id)).transpose()?,
            scopes: place.parse("scopes", &self.scopes)?,
            created_at: Timestamp::from_millis(self.created_at),
            ends_at: self.ends_at.map(Timestamp::from_millis),
            name: self.name,
            hint: self.hint,
        })
    }
}

#[derive(sqlx::FromRow)]
struct HolderRow {
    key_hash: Vec<u8>,
    id: String,
    merchant_id: String,
    till_id: Option<String>,
    scopes: String,
    state: String,
    latitude: Option<i64>,
    longitude: Option<i64>,
}

impl HolderRow {
    fn read(self) -> Result<([u8; 32], KeyHolder), Error> {
        let place = Place { table: "till_key", row: &self.id };
        let hash = place.digest("key_hash", self.key_hash)?;
        let holder = KeyHolder {
            key: place.parse("id", &self.id)?,
            merchant: place.parse("merchant_id", &self.merchant_id)?,
            state: place.code("state", self.state)?,
            till: self.till_id.as_deref().map(|id| place.parse("till_id", id)).transpose()?,
            position: position(place, self.latitude, self.longitude)?,
            scopes: place.parse("scopes", &self.scopes)?,
        };
        Ok((hash, holder))
    }
}
