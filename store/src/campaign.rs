//! The campaign of the database: one, imported once (R21).

mod import;

use domain::campaign::Campaign;
use domain::id::RoundId;
use domain::time::Window;
use serde::Serialize;

use crate::db::{Sql, json_rows};
use crate::error::Error;
use crate::open::Store;
use crate::text::{Place, json};

pub use import::{ImportPlan, Imported};

/// The campaign as it was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCampaign {
    /// The campaign without its rounds.
    pub campaign: Campaign,
    /// The checksum of the file it came from.
    pub checksum: String,
    /// By how much the demonstration moved the rounds, in milliseconds; `None` when it did not.
    pub shift_ms: Option<i64>,
}

const SHIFT_ROUNDS: Sql = json_rows!(
    "update round set opens_at = t.opens_at, closes_at = t.closes_at, version = version + 1 from",
    [id text, opens_at bigint, closes_at bigint],
    "where round.id = t.id"
);

impl Store {
    /// The campaign, once one is imported.
    pub async fn campaign(&self) -> Result<Option<StoredCampaign>, Error> {
        let row: Option<(String, String, Option<i64>)> = self
            .db
            .read("select document, checksum, shift_ms from campaign where id = 1")
            .fetch_optional()
            .await?;
        let Some((document, checksum, shift_ms)) = row else { return Ok(None) };
        let campaign = Place { table: "campaign", row: "1" }.json("document", &document)?;
        Ok(Some(StoredCampaign { campaign, checksum, shift_ms }))
    }

    /// Moves the rounds, once in the life of a database; `false` when they were moved before. Their
    /// versions grow.
    pub async fn shift_rounds(
        &self,
        shift_ms: i64,
        windows: &[(RoundId, Window)],
    ) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let first = tx
            .query("update campaign set shift_ms = $1 where id = 1 and shift_ms is null")
            .bind(shift_ms)
            .execute()
            .await?;
        if first == 0 {
            return Ok(false);
        }
        let rows: Vec<WindowText<'_>> = windows.iter().map(WindowText::of).collect();
        let moved = tx.query(SHIFT_ROUNDS).bind(json(&rows)?).execute().await?;
        if moved != rows.len() as u64 {
            return Err(Error::broken("a round to be moved is not there"));
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The demonstration's key: the stored one, or `fresh`, which is stored then. Servers that
    /// start at once agree.
    pub async fn demo_key(&self, fresh: &[u8; 32]) -> Result<[u8; 32], Error> {
        self.db
            .write("insert into demo_key (version, secret) values (1, $1) on conflict do nothing")
            .bind(fresh.to_vec())
            .execute()
            .await?;
        let (secret,): (Vec<u8>,) =
            self.db.write("select secret from demo_key where version = 1").fetch_one().await?;
        Place { table: "demo_key", row: "1" }.digest("secret", secret)
    }
}

#[derive(Serialize)]
struct WindowText<'a> {
    id: &'a str,
    opens_at: i64,
    closes_at: i64,
}

impl<'a> WindowText<'a> {
    fn of((round, window): &'a (RoundId, Window)) -> Self {
        let (opens_at, closes_at) = (window.opens_at().millis(), window.closes_at().millis());
        Self { id: round.as_str(), opens_at, closes_at }
    }
}
