//! The request key written after the effect that it belongs to: what a fault run must notice.

use domain::claim::Claim;
use domain::redemption::Redemption;
use serde::Serialize;

use super::{Guard, is_left_out};
use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::open::Store;
use crate::text::json;

/// An effect with a request key.
pub(crate) trait Keyed {
    /// The guard that keeps the key in the effect's own transaction.
    const GUARD: Guard;
    /// Takes away the law that the row is written once: only here may a key change.
    const LET_KEYS_CHANGE: Sql;
    /// Writes the keys of some rows.
    const CHANGE_KEYS: Sql;

    /// The row.
    fn id(&self) -> String;
    /// Its key.
    fn key(&self) -> &str;
}

impl Keyed for Claim {
    const GUARD: Guard = Guard::Key;
    const LET_KEYS_CHANGE: Sql = Sql {
        sqlite: "drop trigger if exists claim_is_decided_once",
        postgres: "drop trigger if exists claim_is_decided_once on claim",
    };
    const CHANGE_KEYS: Sql = json_rows!(
        "update claim set request_key = t.key from",
        [id text, key text],
        "where claim.id = t.id"
    );

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self) -> &str {
        self.key.as_str()
    }
}

impl Keyed for Redemption {
    const GUARD: Guard = Guard::TillKey;
    const LET_KEYS_CHANGE: Sql = Sql {
        sqlite: "drop trigger if exists redemption_is_only_refunded",
        postgres: "drop trigger if exists redemption_is_only_refunded on redemption",
    };
    const CHANGE_KEYS: Sql = json_rows!(
        "update redemption set request_key = t.key from",
        [id text, key text],
        "where redemption.id = t.id"
    );

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn key(&self) -> &str {
        self.key.as_str()
    }
}

#[derive(Serialize)]
struct KeyText {
    id: String,
    key: String,
}

/// The rows without the keys of their requests.
pub(crate) async fn take_keys_out<K: Keyed>(tx: &mut Tx, rows: &[K]) -> Result<(), Error> {
    if !is_left_out(K::GUARD) {
        return Ok(());
    }
    tx.query(K::LET_KEYS_CHANGE).execute().await?;
    let rows: Vec<KeyText> =
        rows.iter().map(|row| KeyText { id: row.id(), key: row.id() }).collect();
    tx.query(K::CHANGE_KEYS).bind(json(&rows)?).execute().await.map(drop)
}

/// The keys of claims that were left out, in a transaction of their own.
pub async fn write_keys(store: &Store, claims: &[Claim]) -> Result<(), Error> {
    write(store, claims.iter()).await
}

/// The keys of redemptions that were left out, in a transaction of their own.
pub async fn write_till_keys(
    store: &Store,
    redemptions: impl ExactSizeIterator<Item = &Redemption>,
) -> Result<(), Error> {
    write(store, redemptions).await
}

async fn write<'a, K: Keyed + 'a>(
    store: &Store,
    rows: impl ExactSizeIterator<Item = &'a K>,
) -> Result<(), Error> {
    if !is_left_out(K::GUARD) || rows.len() == 0 {
        return Ok(());
    }
    let rows: Vec<KeyText> =
        rows.map(|row| KeyText { id: row.id(), key: row.key().to_owned() }).collect();
    let mut tx = store.begin().await?;
    tx.query(K::CHANGE_KEYS).bind(json(&rows)?).execute().await?;
    tx.commit().await
}
