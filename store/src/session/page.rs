//! Sessions page by page: how a server comes to know whoever is signed in before they come.

use domain::time::Timestamp;

use super::{Row, SessionRow, select_sessions, wanted};
use crate::consent::{Wanted, wanted_json};
use crate::db::Sql;
use crate::error::Error;
use crate::open::Store;

/// A place in the order of sessions: by the instant at which they end, and so, as all of them last equally long, by the
/// instant at which they began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The first instant at which the session no longer counts.
    pub expires_at: Timestamp,
    /// The hash of its token.
    pub token_hash: [u8; 32],
}

impl Mark {
    /// Where a session stands.
    pub fn of(token_hash: [u8; 32], row: &SessionRow) -> Self {
        Self { expires_at: row.expires_at, token_hash }
    }
}

/// On PostgreSQL account and person must be a probe for each session: planned as a join without statistics, every page
/// would read all of them.
macro_rules! page {
    ($compare:literal, $inner:literal, $outer:literal) => {
        Sql {
            sqlite: select_sessions!(
                "select",
                wanted!(sqlite),
                concat!(
                    "from (select * from session where (expires_at, token_hash) ", $compare, " ($1, $2) order by ",
                    $inner, " limit $4) as s
                     cross join account a on a.id = s.account_id
                     cross join person p on p.id = a.person_id
                     order by ", $outer
                )
            ),
            postgres: concat!(
                "select f.* from (select * from session where (expires_at, token_hash) ", $compare,
                " ($1, $2) order by ", $inner, " limit $4) as s
                 cross join lateral (",
                select_sessions!(
                    "select",
                    wanted!(postgres),
                    "from account a join person p on p.id = a.person_id where a.id = s.account_id offset 0"
                ),
                ") as f order by ", $outer
            ),
        }
    };
}

const BEFORE: Sql =
    page!("<", "expires_at desc, token_hash desc", "s.expires_at desc, s.token_hash desc");

const AFTER: Sql = page!(">", "expires_at, token_hash", "s.expires_at, s.token_hash");

impl Store {
    /// At most `limit` sessions before `mark`, the last first; see [`Store::sessions`] for what is told of them.
    pub async fn sessions_before(
        &self,
        mark: Mark,
        wanted: &[Wanted<'_>],
        limit: u32,
    ) -> Result<Vec<([u8; 32], SessionRow)>, Error> {
        self.page(BEFORE, mark, wanted, limit).await
    }

    /// At most `limit` sessions after `mark`, the first first.
    pub async fn sessions_after(
        &self,
        mark: Mark,
        wanted: &[Wanted<'_>],
        limit: u32,
    ) -> Result<Vec<([u8; 32], SessionRow)>, Error> {
        self.page(AFTER, mark, wanted, limit).await
    }

    async fn page(
        &self,
        sql: Sql,
        mark: Mark,
        wanted: &[Wanted<'_>],
        limit: u32,
    ) -> Result<Vec<([u8; 32], SessionRow)>, Error> {
        let rows: Vec<Row> = self
            .db
            .read(sql)
            .bind(mark.expires_at.millis())
            .bind(mark.token_hash.to_vec())
            .bind(wanted_json(wanted)?)
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        rows.into_iter().map(Row::read).collect()
    }
}
