//! The versions of the key under which identity numbers are hashed (R1): who is found by which, and taking one out of
//! use without losing anybody by mistake.

use domain::audit::{Act, Entry, Who};
use domain::time::Timestamp;

use crate::audit;
use crate::db::Sql;
use crate::error::Error;
use crate::open::Store;
use crate::text::json;

/// The most hashes that are taken away with one statement.
const RETIRE_CHUNK: i64 = 10_000;

/// What hangs on a version of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The version.
    pub version: i64,
    /// Persons with a hash under it.
    pub persons: i64,
    /// Those of them who have none under any of the others: without this key they cannot be found.
    pub alone: i64,
}

impl Store {
    /// The versions under which anybody is known, the oldest first. It steps along the index: the table is not read.
    pub async fn identity_key_versions(&self) -> Result<Vec<i64>, Error> {
        let mut versions = Vec::new();
        let mut last = i64::MIN;
        loop {
            let (next,): (Option<i64>,) = self
                .db
                .read("select min(key_version) from person_identity where key_version > $1")
                .bind(last)
                .fetch_one()
                .await?;
            let Some(next) = next else { return Ok(versions) };
            versions.push(next);
            last = next;
        }
    }

    /// What hangs on a version, where those are the others that are kept.
    pub async fn identity_key_use(&self, version: i64, others: &[i64]) -> Result<KeyUse, Error> {
        let (persons, alone): (i64, i64) =
            self.db.read(USE).bind(version).bind(json(others)?).fetch_one().await?;
        Ok(KeyUse { version, persons, alone })
    }

    /// Takes the hashes under a version away from everybody who has one under one of the others, which are kept; from
    /// everybody where `alone_too` says so. Gives how many went. It runs in pieces, so that nobody waits for it; each
    /// piece that takes something away says so in the audit record (R20), dated `at` by the campaign clock.
    pub async fn retire_identity_key(
        &self,
        version: i64,
        others: &[i64],
        alone_too: bool,
        at: Timestamp,
    ) -> Result<u64, Error> {
        let mut gone = 0;
        loop {
            let mut tx = self.begin().await?;
            let some = tx
                .query(RETIRE)
                .bind(version)
                .bind(json(others)?)
                .bind(i64::from(alone_too))
                .bind(RETIRE_CHUNK)
                .execute()
                .await?;
            if some == 0 {
                return Ok(gone);
            }
            audit::record(&mut tx, &entry(version, some, alone_too, at)).await?;
            tx.commit().await?;
            gone += some;
        }
    }

    /// Whether any round is not over `kept_ms` after its end: until then somebody may come who was here before.
    pub async fn anybody_may_return(&self, now: Timestamp, kept_ms: i64) -> Result<bool, Error> {
        let (rounds,): (i64,) = self
            .db
            .read("select count(*) from round where closes_at + $2 > $1")
            .bind(now.millis())
            .bind(kept_ms)
            .fetch_one()
            .await?;
        Ok(rounds > 0)
    }
}

/// What the audit record says of a piece. A version is retired with a command of the machine, and nowhere else.
fn entry(version: i64, gone: u64, alone_too: bool, at: Timestamp) -> Entry {
    let whose = if alone_too { "of everybody" } else { "of persons with another one" };
    Entry {
        at,
        who: Who::Command,
        act: Act::KeyRetired,
        subject: format!("key:{version}"),
        detail: format!("hashes {gone}, {whose}"),
    }
}

/// Whether the person of `i` has a hash under one of the versions in `$2`.
macro_rules! known_by_others {
    (sqlite) => {
        "exists (select 1 from person_identity o where o.person_id = i.person_id
                 and o.key_version in (select value from json_each($2)))"
    };
    (postgres) => {
        "exists (select 1 from person_identity o where o.person_id = i.person_id
                 and o.key_version in (select v::bigint from json_array_elements_text($2::json) v))"
    };
}

macro_rules! both {
    ($head:literal, $tail:literal) => {
        Sql {
            sqlite: concat!($head, known_by_others!(sqlite), $tail),
            postgres: concat!($head, known_by_others!(postgres), $tail),
        }
    };
}

const USE: Sql = both!(
    "select count(*), cast(coalesce(sum(case when ",
    " then 0 else 1 end), 0) as bigint) from person_identity i where i.key_version = $1"
);

const RETIRE: Sql = both!(
    "delete from person_identity where key_version = $1 and hash in (
         select i.hash from person_identity i where i.key_version = $1 and ($3 = 1 or ",
    ") limit $4)"
);
