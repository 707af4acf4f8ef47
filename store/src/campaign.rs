//! The campaign of the database: one, imported once (R21).

mod import;

use domain::campaign::Campaign;
use domain::id::RoundId;
use domain::merchant::{Mark, Who};
use domain::plan::{Act, Plan, PlanState, Version};
use domain::time::{Timestamp, Window};

use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

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

/// The lock of planning, and of a payment before it continues the campaign's chain: each waits for the other. SQLite's
/// write transaction holds the only write lock there is.
pub(crate) const LOCK: Sql = Sql {
    sqlite: "select id from campaign where id = 1",
    postgres: "select id from campaign where id = 1 for update",
};

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
        at: Timestamp,
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
        let mut windows = windows.to_vec();
        windows.sort_by_key(|(_, window)| window.opens_at());
        // One at a time, the foremost in the direction of the move first: none is moved onto another's old place, which
        // the tables would not let pass.
        if shift_ms > 0 {
            windows.reverse();
        }
        for (round, window) in &windows {
            shift(&mut tx, round, *window, at).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The key that a demonstration keeps; none in any other database.
    pub async fn demo_key(&self) -> Result<Option<[u8; 32]>, Error> {
        let query = self.db.read("select secret from demo_key where version = 1");
        let row: Option<(Vec<u8>,)> = query.fetch_optional().await?;
        let place = Place { table: "demo_key", row: "1" };
        row.map(|(secret,)| place.digest("secret", secret)).transpose()
    }

    /// Makes this database a demonstration's from now on, whose key is the stored one, or `fresh`, which is stored
    /// then. Servers that start at once agree.
    pub async fn begin_demonstration(&self, fresh: &[u8; 32]) -> Result<[u8; 32], Error> {
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

/// Moves one round.
async fn shift(tx: &mut Tx, id: &RoundId, window: Window, at: Timestamp) -> Result<(), Error> {
    let moved = tx
        .query(
            "update round set opens_at = $2, closes_at = $3, version = version + 1 where id = $1",
        )
        .bind(id.to_string())
        .bind(window.opens_at().millis())
        .bind(window.closes_at().millis())
        .execute()
        .await?;
    let locked = crate::round::lock_round(tx, id).await?;
    let round = locked.filter(|_| moved == 1).map(|locked| locked.round);
    let round = round.ok_or_else(|| Error::broken("a round to be moved is not there"))?;
    let version = Version {
        number: round.version,
        act: Act::Shift,
        state: PlanState::Approved,
        plan: Plan::of(&round),
        paused: round.paused,
        stopped: round.stopped,
        mark: Mark { who: Who::System("demonstration".to_owned()), at, why: String::new() },
    };
    crate::plan::record(tx, id, &version).await
}
