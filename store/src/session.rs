//! Sessions: only the hash of a token is stored. Times are of the system clock.

pub(crate) mod change;
mod page;

use std::sync::Arc;

use domain::id::{AccountId, PersonId};
use domain::ledger::hex;
use domain::round::RealNameLevel;
use domain::time::Timestamp;

use serde::Serialize;

use crate::consent::{Wanted, wanted_json};
use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::open::Store;
use crate::text::{Place, json};

/// A session to begin.
#[derive(Clone, Copy)]
pub struct NewSession {
    /// The hash of its token.
    pub token_hash: [u8; 32],
    /// When it begins.
    pub created_at: Timestamp,
    /// The first instant at which it no longer counts, however it is used.
    pub expires_at: Timestamp,
}

/// A session with what is known of who is behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The person.
    pub person: PersonId,
    /// The account.
    pub account: AccountId,
    /// The name as others may see it.
    pub masked_name: Arc<str>,
    /// The division of registration (R24).
    pub division: Arc<str>,
    /// The real-name level of the account (R18).
    pub real_name_level: RealNameLevel,
    /// Whether the account agrees to everything that was asked for.
    pub consented: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// The first instant at which it no longer counts, however it is used.
    pub expires_at: Timestamp,
    /// When it was last used, as far as that was written down; an idle limit is the caller's.
    pub seen_at: Timestamp,
}

impl Store {
    /// The session of a token at `now`; see [`Self::sessions`].
    pub async fn session(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
        wanted: &[Wanted<'_>],
    ) -> Result<Option<SessionRow>, Error> {
        let found = self.sessions(&[*token_hash], now, wanted).await?;
        Ok(found.into_iter().next().map(|(_, row)| row))
    }

    /// The sessions of some tokens at `now`, without those that there are not or that have expired;
    /// and whether the account of each agrees to all that is wanted, in the versions that are wanted.
    /// One statement, so that a crowd costs hardly more than one person.
    pub async fn sessions(
        &self,
        token_hashes: &[[u8; 32]],
        now: Timestamp,
        wanted: &[Wanted<'_>],
    ) -> Result<Vec<([u8; 32], SessionRow)>, Error> {
        let tokens: Vec<Token> = token_hashes.iter().map(Token::of).collect();
        let rows: Vec<Row> = self
            .db
            .read(SELECT_SESSIONS)
            .bind(json(&tokens)?)
            .bind(now.millis())
            .bind(wanted_json(wanted)?)
            .fetch_all()
            .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Writes down when sessions were last used; never an earlier time.
    pub async fn touch_sessions(&self, uses: &[([u8; 32], Timestamp)]) -> Result<(), Error> {
        // A person is served by one server after another, so several write down the same sessions: always in the same
        // order, so that none waits for another in a circle.
        let mut uses = uses.to_vec();
        uses.sort_unstable();
        let uses: Vec<Use> = uses
            .iter()
            .map(|(token_hash, seen_at)| Use {
                token: Token::of(token_hash).token,
                seen_at: seen_at.millis(),
            })
            .collect();
        self.db.write(TOUCH_SESSIONS).bind(json(&uses)?).execute().await?;
        Ok(())
    }

    /// Ends some sessions before their time, all of them or none; that there is none of a token is no error.
    pub async fn end_sessions(&self, token_hashes: &[[u8; 32]]) -> Result<(), Error> {
        // In one order, so that two who end the same ones never wait for each other.
        let mut token_hashes = token_hashes.to_vec();
        token_hashes.sort_unstable();
        let mut tx = self.begin().await?;
        for token_hash in &token_hashes {
            end(&mut tx, token_hash).await?;
        }
        tx.commit().await
    }

    /// Deletes sessions that have expired, at most [`PURGE_MAX`](crate::PURGE_MAX); returns how many.
    pub async fn purge_sessions(&self, now: Timestamp) -> Result<u64, Error> {
        let statement = "delete from session where token_hash in (
                     select token_hash from session where expires_at <= $1
                     order by expires_at limit $2
                 )";
        self.db.purge(statement, now).await
    }
}

pub use change::Changes;
pub(crate) use change::{end, note_person};
pub use page::Mark;

/// `$3` is what is wanted: an account agrees if nothing of it is without a last fact that gives it.
macro_rules! select_sessions {
    ($head:expr, $wanted:expr, $tail:expr) => {
        concat!(
            $head,
            " s.token_hash, a.person_id, a.id as account_id, p.masked_name, p.division,
              a.real_name_level, s.created_at, s.expires_at, s.seen_at,
              cast(case when exists (
                  select 1 from ",
            $wanted,
            " where coalesce((
                      select case when c.version = w.version then c.given else 0 end from consent c
                      where c.account_id = a.id and c.purpose = w.purpose order by c.number desc limit 1
                  ), 0) = 0
              ) then 0 else 1 end as bigint) as consented ",
            $tail
        )
    };
}
use select_sessions;

macro_rules! wanted {
    (sqlite) => {
        "(select value ->> 'purpose' as purpose, value ->> 'version' as version from json_each($3)) as w"
    };
    (postgres) => {
        "json_to_recordset($3::json) as w(purpose text, version bigint)"
    };
}
use wanted;

/// Each table by its key, for each token: on PostgreSQL a lateral subquery that cannot be flattened,
/// as for the holdings of a batch.
pub(crate) const SELECT_SESSIONS: Sql = Sql {
    sqlite: select_sessions!(
        "select",
        wanted!(sqlite),
        "from (select unhex(value ->> 'token') as token from json_each($1)) as t
         cross join session s on s.token_hash = t.token and s.expires_at > $2
         cross join account a on a.id = s.account_id
         cross join person p on p.id = a.person_id"
    ),
    postgres: select_sessions!(
        "select f.* from json_to_recordset($1::json) as t(token text)
         cross join lateral (select",
        wanted!(postgres),
        "from session s
         join account a on a.id = s.account_id
         join person p on p.id = a.person_id
         where s.token_hash = decode(t.token, 'hex') and s.expires_at > $2 offset 0) as f"
    ),
};

const TOUCH_SESSIONS: Sql = Sql {
    sqlite: "update session set seen_at = t.seen_at
             from (select unhex(value ->> 'token') as token, value ->> 'seen_at' as seen_at
                   from json_each($1)) as t
             where session.token_hash = t.token and session.seen_at < t.seen_at",
    postgres: "update session set seen_at = t.seen_at
               from json_to_recordset($1::json) as t(token text, seen_at bigint)
               where session.token_hash = decode(t.token, 'hex') and session.seen_at < t.seen_at",
};

#[derive(Serialize)]
struct Use {
    token: String,
    seen_at: i64,
}

#[derive(Serialize)]
struct Token {
    token: String,
}

impl Token {
    fn of(hash: &[u8; 32]) -> Self {
        Self { token: hex(hash) }
    }
}

/// Begins a session inside a sign-in.
pub(crate) async fn begin(
    tx: &mut Tx,
    account: AccountId,
    session: &NewSession,
    device: &str,
) -> Result<(), Error> {
    tx.query(
        "insert into session (token_hash, account_id, created_at, expires_at, seen_at, device)
         values ($1, $2, $3, $4, $3, $5)",
    )
    .bind(session.token_hash.to_vec())
    .bind(account.to_string())
    .bind(session.created_at.millis())
    .bind(session.expires_at.millis())
    .bind(device.to_owned())
    .execute()
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    token_hash: Vec<u8>,
    person_id: String,
    account_id: String,
    masked_name: String,
    division: String,
    real_name_level: i64,
    created_at: i64,
    expires_at: i64,
    seen_at: i64,
    consented: i64,
}

impl Row {
    fn read(self) -> Result<([u8; 32], SessionRow), Error> {
        let place = Place { table: "account", row: &self.account_id };
        let token_hash = place.digest("token_hash", self.token_hash)?;
        let row = SessionRow {
            person: place.parse("person_id", &self.person_id)?,
            account: place.parse("id", &self.account_id)?,
            real_name_level: RealNameLevel(place.number("real_name_level", self.real_name_level)?),
            masked_name: self.masked_name.into(),
            division: self.division.into(),
            consented: self.consented != 0,
            created_at: Timestamp::from_millis(self.created_at),
            expires_at: Timestamp::from_millis(self.expires_at),
            seen_at: Timestamp::from_millis(self.seen_at),
        };
        Ok((token_hash, row))
    }
}
