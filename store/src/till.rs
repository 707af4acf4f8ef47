//! Tills of merchants, and who stands behind a machine's key. Keys in `till/key.rs`.

mod key;

use domain::id::{MerchantId, TillId};
use domain::merchant::Mark;
use domain::place::Position;
use domain::till::{TILLS_MAX, Till};
use domain::time::Timestamp;

use crate::db::Tx;
use crate::error::Error;
use crate::merchant::note;
use crate::open::Store;
use crate::text::Place;

#[cfg(feature = "negative-control")]
pub(crate) use key::KEY_HOLDERS;
pub(crate) use key::insert as insert_key;
pub use key::{KeyHolder, NewKey, TillKey, add_key, end_key};

macro_rules! select_till {
    ($tail:literal) => {
        concat!(
            "select t.id, t.merchant_id, t.name, t.latitude, t.longitude, t.created_at, t.closed_at
             from till t ",
            $tail
        )
    };
}

impl Store {
    /// The till of that identifier.
    pub async fn till(&self, id: &TillId) -> Result<Option<Till>, Error> {
        let query = self.db.read(select_till!("where t.id = $1")).bind(id.to_string());
        query.fetch_optional::<Row>().await?.map(Row::read).transpose()
    }

    /// A merchant's tills, those that work first, the oldest first.
    pub async fn tills(&self, merchant: &MerchantId) -> Result<Vec<Till>, Error> {
        let rows: Vec<Row> = self
            .db
            .read(select_till!(
                "where t.merchant_id = $1
                 order by case when t.closed_at is null then 0 else 1 end, t.created_at, t.id"
            ))
            .bind(merchant.to_string())
            .fetch_all()
            .await?;
        rows.into_iter().map(Row::read).collect()
    }
}

/// Registers a till, in a transaction that has locked its merchant; `false` when the merchant has as
/// many as it may.
pub async fn add(tx: &mut Tx, till: &Till, mark: &Mark) -> Result<bool, Error> {
    let (open,): (i64,) = tx
        .query("select count(*) from till where merchant_id = $1 and closed_at is null")
        .bind(till.merchant.to_string())
        .fetch_one()
        .await?;
    if usize::try_from(open).is_ok_and(|open| open >= TILLS_MAX) {
        return Ok(false);
    }
    insert(tx, till).await?;
    note(tx, &till.merchant, "add_till", mark).await?;
    Ok(true)
}

pub(crate) async fn insert(tx: &mut Tx, till: &Till) -> Result<(), Error> {
    tx.query(
        "insert into till (id, merchant_id, name, latitude, longitude, created_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(till.id.to_string())
    .bind(till.merchant.to_string())
    .bind(till.name.clone())
    .bind(till.position.map(Position::latitude_micro))
    .bind(till.position.map(Position::longitude_micro))
    .bind(till.created_at.millis())
    .execute()
    .await?;
    Ok(())
}

/// Closes a till with all its keys, in a transaction that has locked its merchant; `false` when the
/// merchant has no such till that works.
pub async fn close(
    tx: &mut Tx,
    merchant: &MerchantId,
    till: &TillId,
    at: Timestamp,
    mark: &Mark,
) -> Result<bool, Error> {
    let closed = tx
        .query(
            "update till set closed_at = $3
             where id = $1 and merchant_id = $2 and closed_at is null",
        )
        .bind(till.to_string())
        .bind(merchant.to_string())
        .bind(at.millis())
        .execute()
        .await?;
    if closed == 0 {
        return Ok(false);
    }
    tx.query(
        "update till_key set ends_at = $2
         where till_id = $1 and merchant_id = $3 and (ends_at is null or ends_at > $2)",
    )
    .bind(till.to_string())
    .bind(at.millis())
    .bind(merchant.to_string())
    .execute()
    .await?;
    note(tx, merchant, "close_till", mark).await?;
    Ok(true)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    merchant_id: String,
    name: String,
    latitude: Option<i64>,
    longitude: Option<i64>,
    created_at: i64,
    closed_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Till, Error> {
        let place = Place { table: "till", row: &self.id };
        Ok(Till {
            id: place.parse("id", &self.id)?,
            merchant: place.parse("merchant_id", &self.merchant_id)?,
            position: crate::merchant::position(place, self.latitude, self.longitude)?,
            created_at: Timestamp::from_millis(self.created_at),
            closed_at: self.closed_at.map(Timestamp::from_millis),
            name: self.name,
        })
    }
}
