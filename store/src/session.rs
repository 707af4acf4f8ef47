//! Sessions: only the hash of a token is stored. Times are of the system clock.

use domain::id::{AccountId, PersonId};
use domain::round::RealNameLevel;
use domain::time::Timestamp;

use crate::db::Tx;
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

/// The most sessions that one purge deletes, so that nobody waits for it.
const PURGE_MAX: i64 = 1_000;

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
    pub masked_name: String,
    /// The division of registration (R24).
    pub division: String,
    /// The real-name level of the account (R18).
    pub real_name_level: RealNameLevel,
    /// Whether the account agreed to the text that was asked for.
    pub consented: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, as far as that was written down; an idle limit is the caller's.
    pub seen_at: Timestamp,
}

impl Store {
    /// The session of a token at `now`, unless it has expired; and whether its account agreed to
    /// that purpose in that version.
    pub async fn session(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
        purpose: &str,
        version: i64,
    ) -> Result<Option<SessionRow>, Error> {
        let row: Option<Row> = self
            .db
            .read(SELECT_SESSION)
            .bind(token_hash.to_vec())
            .bind(now.millis())
            .bind(purpose.to_owned())
            .bind(version)
            .fetch_optional()
            .await?;
        row.map(Row::read).transpose()
    }

    /// Writes down that a session was used; never to an earlier time.
    pub async fn touch_session(
        &self,
        token_hash: &[u8; 32],
        seen_at: Timestamp,
    ) -> Result<(), Error> {
        self.db
            .write("update session set seen_at = $2 where token_hash = $1 and seen_at < $2")
            .bind(token_hash.to_vec())
            .bind(seen_at.millis())
            .execute()
            .await?;
        Ok(())
    }

    /// Ends a session; that there is none is no error.
    pub async fn end_session(&self, token_hash: &[u8; 32]) -> Result<(), Error> {
        self.db.write(DELETE_SESSION).bind(token_hash.to_vec()).execute().await?;
        Ok(())
    }

    /// Deletes sessions that have expired, at most 1,000; returns how many. Call again while it is
    /// that many.
    pub async fn purge_sessions(&self, now: Timestamp) -> Result<u64, Error> {
        self.db
            .write(
                "delete from session where token_hash in (
                     select token_hash from session where expires_at <= $1
                     order by expires_at limit $2
                 )",
            )
            .bind(now.millis())
            .bind(PURGE_MAX)
            .execute()
            .await
    }
}

/// One for every request of a signed-in person: each table by its key.
pub(crate) const SELECT_SESSION: &str =
    "select a.person_id, a.id as account_id, p.masked_name, p.division,
            a.real_name_level, s.created_at, s.seen_at,
            cast(case when exists (
                select 1 from consent c
                where c.account_id = a.id and c.purpose = $3 and c.version = $4
            ) then 1 else 0 end as bigint) as consented
     from session s
     join account a on a.id = s.account_id
     join person p on p.id = a.person_id
     where s.token_hash = $1 and s.expires_at > $2";

const DELETE_SESSION: &str = "delete from session where token_hash = $1";

/// Begins a session inside a sign-in.
pub(crate) async fn begin(
    tx: &mut Tx,
    account: AccountId,
    session: &NewSession,
) -> Result<(), Error> {
    tx.query(
        "insert into session (token_hash, account_id, created_at, expires_at, seen_at)
         values ($1, $2, $3, $4, $3)",
    )
    .bind(session.token_hash.to_vec())
    .bind(account.to_string())
    .bind(session.created_at.millis())
    .bind(session.expires_at.millis())
    .execute()
    .await?;
    Ok(())
}

/// Ends a session inside a sign-in.
pub(crate) async fn end(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<(), Error> {
    tx.query(DELETE_SESSION).bind(token_hash.to_vec()).execute().await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    person_id: String,
    account_id: String,
    masked_name: String,
    division: String,
    real_name_level: i64,
    created_at: i64,
    seen_at: i64,
    consented: i64,
}

impl Row {
    fn read(self) -> Result<SessionRow, Error> {
        let place = Place { table: "account", row: &self.account_id };
        Ok(SessionRow {
            person: place.parse("person_id", &self.person_id)?,
            account: place.parse("id", &self.account_id)?,
            real_name_level: RealNameLevel(place.number("real_name_level", self.real_name_level)?),
            masked_name: self.masked_name,
            division: self.division,
            consented: self.consented != 0,
            created_at: Timestamp::from_millis(self.created_at),
            seen_at: Timestamp::from_millis(self.seen_at),
        })
    }
}
