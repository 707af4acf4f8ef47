//! What an operator holds of a merchant's money. Who holds or releases locks the merchant's row first.

use domain::id::MerchantId;
use domain::settlement::hold::Hold;

use crate::db::Tx;
use crate::error::Error;
use crate::merchant::mark;
use crate::open::Store;
use crate::text::Place;

/// The columns of a hold: of the act, and of the release where there is one.
pub(super) type Columns = (String, i64, String, Option<String>, Option<i64>, Option<String>);

const HOLDS: &str = "select held_who, held_at, held_why, released_who, released_at, released_why
     from merchant_hold where merchant_id = $1 order by sequence";

impl Store {
    /// Every hold of a merchant's money, in order; at most the last one is open.
    pub async fn holds_of(&self, merchant: &MerchantId) -> Result<Vec<Hold>, Error> {
        holds_of(&mut self.snapshot().await?, merchant).await
    }
}

/// The same in a snapshot or transaction.
pub async fn holds_of(tx: &mut Tx, merchant: &MerchantId) -> Result<Vec<Hold>, Error> {
    let rows: Vec<Columns> = tx.query(HOLDS).bind(merchant.to_string()).fetch_all().await?;
    let id = merchant.to_string();
    let place = Place { table: "merchant_hold", row: &id };
    rows.into_iter().map(|columns| read(place, columns)).collect()
}

/// A hold from its columns.
pub(super) fn read(place: Place<'_>, columns: Columns) -> Result<Hold, Error> {
    let (who, at, why, released_by, released_at, for_what) = columns;
    let released = match (released_by, released_at, for_what) {
        (Some(who), Some(at), Some(why)) => Some(mark(place, &who, at, why)?),
        _ => None,
    };
    Ok(Hold { held: mark(place, &who, at, why)?, released })
}

/// Writes a hold as it is after an act: a new one, or the open one released. The merchant's row is locked.
pub async fn record(tx: &mut Tx, merchant: &MerchantId, hold: &Hold) -> Result<(), Error> {
    let query = match &hold.released {
        None => tx
            .query(
                "insert into merchant_hold (merchant_id, sequence, held_who, held_at, held_why)
                 select $1, coalesce(max(sequence), 0) + 1, $2, $3, $4
                 from merchant_hold where merchant_id = $1",
            )
            .bind(merchant.to_string())
            .bind(hold.held.who.to_string())
            .bind(hold.held.at.millis())
            .bind(hold.held.why.clone()),
        Some(released) => tx
            .query(
                "update merchant_hold set released_who = $2, released_at = $3, released_why = $4
                 where merchant_id = $1 and released_at is null",
            )
            .bind(merchant.to_string())
            .bind(released.who.to_string())
            .bind(released.at.millis())
            .bind(released.why.clone()),
    };
    match query.execute().await? {
        1 => Ok(()),
        _ => Err(Error::broken("a hold changed between the merchant's lock and its record")),
    }
}
