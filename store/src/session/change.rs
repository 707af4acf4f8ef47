//! Word of what changed of sessions, for every server's memory. It is dated, read back and thrown away by the
//! database's clock alone: servers whose own clocks differ, by however much, are told of the same changes.

use domain::id::PersonId;
use domain::time::Timestamp;

use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

/// What changed of sessions within some time: they ended before their time, or something else is known of who is behind
/// them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    /// When this was read, by the database's clock.
    pub read_at: Timestamp,
    /// Their tokens, in no order.
    pub token_hashes: Vec<[u8; 32]>,
}

impl Store {
    /// What changed of sessions within so many milliseconds. Whoever reads it again before they have passed, by the
    /// database's clock and less what a transaction may take, misses nothing.
    pub async fn session_changes(&self, within_ms: i64) -> Result<Changes, Error> {
        let rows: Vec<(i64, Option<Vec<u8>>)> =
            self.db.read(READ_CHANGES).bind(within_ms).fetch_all().await?;
        // Without any change there is one row, with the time alone.
        let read_at = rows.first().map_or(0, |(read_at, _)| *read_at);
        let place = Place { table: "session_changed", row: "" };
        let token_hashes = rows.into_iter().filter_map(|(_, hash)| hash);
        Ok(Changes {
            read_at: Timestamp::from_millis(read_at),
            token_hashes: token_hashes
                .map(|hash| place.digest("token_hash", hash))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Deletes what is known of changes that are older than so many milliseconds.
    pub async fn forget_changes(&self, kept_ms: i64) -> Result<u64, Error> {
        self.db.write(FORGET_CHANGES).bind(kept_ms).execute().await
    }
}

/// The database's time in milliseconds since 1970: `as_it_is` when it is looked at, also late in a transaction; `once`
/// for a whole statement, so that an index can be searched by it.
macro_rules! now_ms {
    (sqlite) => {
        "cast(unixepoch('subsec') * 1000 as bigint)"
    };
    (as_it_is) => {
        "cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)"
    };
    (once) => {
        "cast(floor(extract(epoch from statement_timestamp()) * 1000) as bigint)"
    };
}

macro_rules! read_changes {
    ($now:expr) => {
        concat!(
            "select n.ms, c.token_hash from (select ",
            $now,
            " as ms) as n left join session_changed c on c.changed_at >= n.ms - $1"
        )
    };
}

pub(crate) const READ_CHANGES: Sql =
    Sql { sqlite: read_changes!(now_ms!(sqlite)), postgres: read_changes!(now_ms!(once)) };

const FORGET_CHANGES: Sql = Sql {
    sqlite: concat!("delete from session_changed where changed_at < ", now_ms!(sqlite), " - $1"),
    postgres: concat!("delete from session_changed where changed_at < ", now_ms!(once), " - $1"),
};

/// Leaves word of some tokens: `$head`, the time, `$tail` give a row for each.
macro_rules! note {
    ($head:literal, $tail:literal) => {
        Sql {
            sqlite: note!(now_ms!(sqlite), $head, $tail),
            postgres: note!(now_ms!(as_it_is), $head, $tail),
        }
    };
    ($now:expr, $head:literal, $tail:literal) => {
        concat!(
            "insert into session_changed (token_hash, changed_at) ",
            $head,
            $now,
            $tail,
            " on conflict (token_hash) do update set changed_at = excluded.changed_at"
        )
    };
}

const NOTE_TOKEN: Sql = note!("values ($1, ", ")");

const NOTE_PERSON: Sql = note!(
    "select s.token_hash, ",
    " from account a join session s on s.account_id = a.id where a.person_id = $1
     order by s.token_hash"
);

/// Ends a session inside a transaction, and leaves word of it for every server.
pub(crate) async fn end(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<(), Error> {
    let ended = tx
        .query("delete from session where token_hash = $1")
        .bind(token_hash.to_vec())
        .execute()
        .await?;
    if ended > 0 {
        tx.query(NOTE_TOKEN).bind(token_hash.to_vec()).execute().await?;
    }
    Ok(())
}

/// Leaves word for every server that something else is known of the person, whichever session it is.
pub(crate) async fn note_person(tx: &mut Tx, person: PersonId) -> Result<(), Error> {
    tx.query(NOTE_PERSON).bind(person.to_string()).execute().await?;
    Ok(())
}
