//! Merchants (R16, R17): one row each, and a record of everything that was done to it. Who changes a
//! merchant locks its row first. Lists in `merchant/list.rs`.

mod list;
mod row;
mod sample;

use domain::id::{MerchantId, PersonId};
use domain::merchant::{Mark, Merchant, MerchantState};

use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

pub use list::{PublicMerchant, Wanted};
pub(crate) use row::{Row, mark, position, select_merchant};
pub use sample::Sample;

/// The most acts that one answer about a merchant holds: the newest.
const ACTS_MAX: i64 = 500;

/// What became of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is written down.
    Done,
    /// A business with this credit code takes part already, or asked to.
    CodeTaken,
    /// The person manages a merchant already.
    ManagerTaken,
}

/// Something that was done to a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// What, in a word, such as `approve`.
    pub act: String,
    /// Who did it, when and why.
    pub mark: Mark,
}

const LOCK: Sql = Sql {
    sqlite: select_merchant!("where m.id = $1"),
    postgres: select_merchant!("where m.id = $1 for update"),
};

impl Store {
    /// The merchant of that identifier.
    pub async fn merchant(&self, id: &MerchantId) -> Result<Option<Merchant>, Error> {
        let query = self.db.read(select_merchant!("where m.id = $1")).bind(id.to_string());
        query.fetch_optional::<Row>().await?.map(Row::read).transpose()
    }

    /// The merchant that a person manages.
    pub async fn merchant_of(&self, manager: &PersonId) -> Result<Option<Merchant>, Error> {
        let query =
            self.db.read(select_merchant!("where m.manager_id = $1")).bind(manager.to_string());
        query.fetch_optional::<Row>().await?.map(Row::read).transpose()
    }

    /// What was done to a merchant, the newest first.
    pub async fn merchant_acts(&self, id: &MerchantId) -> Result<Vec<Act>, Error> {
        let rows: Vec<(String, String, i64, String)> = self
            .db
            .read(
                "select act, who, at, why from merchant_act where merchant_id = $1
                 order by sequence desc limit $2",
            )
            .bind(id.to_string())
            .bind(ACTS_MAX)
            .fetch_all()
            .await?;
        let row = id.to_string();
        let place = Place { table: "merchant_act", row: &row };
        rows.into_iter()
            .map(|(act, who, at, why)| Ok(Act { act, mark: mark(place, &who, at, why)? }))
            .collect()
    }

    /// Writes down that a business asks to take part.
    pub async fn apply(&self, merchant: &Merchant) -> Result<Applied, Error> {
        let mut tx = self.begin().await?;
        let applied = add(&mut tx, merchant).await?;
        if applied == Applied::Done {
            note(&mut tx, &merchant.id, "apply", &merchant.mark).await?;
            tx.commit().await?;
        }
        Ok(applied)
    }
}

/// The merchant, which nobody else changes until the transaction ends.
pub async fn lock(tx: &mut Tx, id: &MerchantId) -> Result<Option<Merchant>, Error> {
    let row: Option<Row> = tx.query(LOCK).bind(id.to_string()).fetch_optional().await?;
    row.map(Row::read).transpose()
}

/// Whether a business other than this merchant takes part, or asks to, under its credit code.
pub async fn is_code_taken(tx: &mut Tx, merchant: &Merchant) -> Result<bool, Error> {
    let row: Option<(i64,)> = tx
        .query(
            "select cast(1 as bigint) from merchant
             where credit_code = $1 and id <> $2 and state <> 'refused'",
        )
        .bind(merchant.profile.credit_code.to_string())
        .bind(merchant.id.to_string())
        .fetch_optional()
        .await?;
    Ok(row.is_some())
}

/// Writes a merchant as it is after an act, in the transaction that locked it before.
pub async fn record(tx: &mut Tx, merchant: &Merchant, act: &str) -> Result<(), Error> {
    record_by(tx, merchant, act, &merchant.mark).await
}

/// The same of an act that leaves the merchant in its state, by somebody else than who brought it there.
pub async fn record_by(
    tx: &mut Tx,
    merchant: &Merchant,
    act: &str,
    mark: &Mark,
) -> Result<(), Error> {
    let changed = row::update(tx, merchant).await?;
    if changed != 1 {
        return Err(Error::broken("a merchant changed between its lock and its record"));
    }
    note(tx, &merchant.id, act, mark).await
}

/// Adds a row, without a note of how it came.
pub(crate) async fn add(tx: &mut Tx, merchant: &Merchant) -> Result<Applied, Error> {
    if row::insert(tx, merchant).await? == 1 {
        return Ok(Applied::Done);
    }
    Ok(if is_code_taken(tx, merchant).await? { Applied::CodeTaken } else { Applied::ManagerTaken })
}

/// Appends to what was done to a merchant. Its row is locked, or new in this transaction.
pub async fn note(tx: &mut Tx, merchant: &MerchantId, act: &str, mark: &Mark) -> Result<(), Error> {
    tx.query(
        "insert into merchant_act (merchant_id, sequence, act, who, at, why)
         select $1, coalesce(max(sequence), 0) + 1, $2, $3, $4, $5
         from merchant_act where merchant_id = $1",
    )
    .bind(merchant.to_string())
    .bind(act.to_owned())
    .bind(mark.who.to_string())
    .bind(mark.at.millis())
    .bind(mark.why.clone())
    .execute()
    .await?;
    Ok(())
}

/// The column that says when a state began last.
const fn began(state: MerchantState) -> usize {
    match state {
        MerchantState::Applied => 0,
        MerchantState::Approved => 1,
        MerchantState::Refused => 2,
        MerchantState::Suspended => 3,
    }
}
