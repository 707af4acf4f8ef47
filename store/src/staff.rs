//! Those who work here: their accounts, their sessions and their wrong tries. Times are of the system clock.
//!
//! A session is read anew for every request, so that it ends at once on every server: those who work here are few.

mod account;

use domain::audit::Entry;
use domain::id::{MerchantId, TillId};
use domain::ledger::Digest;
use domain::staff::{Login, Role, Tries};
use domain::till::Actor;
use domain::time::Timestamp;

use crate::audit;
use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::open::Store;
use crate::session::NewSession;
use crate::text::Place;

pub use account::StaffAccount;

/// The most rows that one purge deletes, so that nobody waits for it.
const PURGE_MAX: i64 = 1_000;

/// An account to add.
pub struct NewStaff<'a> {
    /// What its owner signs in with.
    pub login: &'a Login,
    /// What the owner is here for.
    pub role: Role,
    /// argon2id, with its parameters and salt.
    pub password_hash: String,
    /// The sealed secret of the one-time passwords: of everybody but cashiers.
    pub totp_secret: Option<Vec<u8>>,
    /// The till: of cashiers alone.
    pub till: Option<TillId>,
    /// When.
    pub at: Timestamp,
}

/// An account, as a sign-in needs it. It has no `Debug`, so that no hash slips into a log.
pub struct StaffRow {
    /// What its owner is here for.
    pub role: Role,
    /// argon2id, with its parameters and salt.
    pub password_hash: String,
    /// The sealed secret of the one-time passwords.
    pub totp_secret: Option<Vec<u8>>,
    /// The last step whose one-time password was used.
    pub totp_step: i64,
    /// Whether the till is closed at which its owner would work.
    pub till_closed: bool,
}

/// A session with whoever is behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSessionRow {
    /// The account.
    pub login: Login,
    /// What its owner is here for.
    pub role: Role,
    /// The till of a cashier, as long as it is open.
    pub till: Option<CashierTill>,
    /// When it was last used, as far as that was written down; an idle limit is the caller's.
    pub seen_at: Timestamp,
}

/// Where a cashier works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashierTill {
    /// The till and its merchant.
    pub actor: Actor,
    /// The till's name.
    pub name: String,
    /// The merchant's name.
    pub merchant_name: String,
}

/// A sign-in that succeeded.
pub struct StaffEntry<'a> {
    /// The account.
    pub login: &'a Login,
    /// The session that begins.
    pub session: NewSession,
    /// The session that the browser had.
    pub end_session: Option<[u8; 32]>,
    /// The step of the one-time password that was used, where one was asked for.
    pub totp_step: Option<i64>,
    /// The wrong tries that are forgiven.
    pub tries: Digest,
    /// What the audit record says of it; nothing of a cashier.
    pub record: Option<Entry>,
}

impl Store {
    /// Adds an account, with its entry in the audit record; `false` when the login is taken.
    pub async fn add_staff(&self, new: &NewStaff<'_>, entry: &Entry) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let added = tx
            .query(
                "insert into staff
                     (login, role, password_hash, totp_secret, totp_step, till_id, created_at)
                 values ($1, $2, $3, $4, 0, $5, $6) on conflict do nothing",
            )
            .bind(new.login.to_string())
            .bind(new.role.code().to_owned())
            .bind(new.password_hash.clone())
            .bind(new.totp_secret.clone())
            .bind(new.till.map(|till| till.to_string()))
            .bind(new.at.millis())
            .execute()
            .await?;
        if added == 1 {
            audit::record(&mut tx, entry).await?;
            tx.commit().await?;
        }
        Ok(added == 1)
    }

    /// The account of a login, unless it was ended.
    pub async fn staff(&self, login: &Login) -> Result<Option<StaffRow>, Error> {
        let row: Option<AccountRow> = self
            .db
            .read(
                "select a.role, a.password_hash, a.totp_secret, a.totp_step,
                        cast(case when t.closed_at is null then 0 else 1 end as bigint)
                            as till_closed
                 from staff a left join till t on t.id = a.till_id
                 where a.login = $1 and a.ended_at is null",
            )
            .bind(login.to_string())
            .fetch_optional()
            .await?;
        let place = Place { table: "staff", row: login.as_str() };
        row.map(|row| row.read(place)).transpose()
    }

    /// Ends an account, with its entry in the audit record: its sessions are over with it, and nobody signs in with it
    /// again. `false` when there is none, or it was ended before; then nothing has changed.
    pub async fn end_staff(
        &self,
        login: &Login,
        at: Timestamp,
        entry: &Entry,
    ) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let ended = tx
            .query("update staff set ended_at = $2 where login = $1 and ended_at is null")
            .bind(login.to_string())
            .bind(at.millis())
            .execute()
            .await?;
        if ended != 1 {
            return Ok(false);
        }
        tx.query("delete from staff_session where login = $1")
            .bind(login.to_string())
            .execute()
            .await?;
        audit::record(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Begins a session, ends the one that the browser had, forgives the wrong tries and spends the one-time
    /// password, all or nothing. `false` when that password, or a later one, was used before, or the account has
    /// ended meanwhile: then nothing has changed.
    pub async fn enter_staff(&self, entry: &StaffEntry<'_>) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let spent = tx
            .query(
                "update staff set totp_step = coalesce($2, totp_step)
                 where login = $1 and ended_at is null and ($2 is null or totp_step < $2)",
            )
            .bind(entry.login.to_string())
            .bind(entry.totp_step)
            .execute()
            .await?;
        if spent != 1 {
            tx.rollback().await?;
            return Ok(false);
        }
        if let Some(ended) = entry.end_session {
            end_session(&mut tx, &ended).await?;
        }
        tx.query("delete from sign_in_try where key_hash = $1")
            .bind(entry.tries.to_vec())
            .execute()
            .await?;
        tx.query(
            "insert into staff_session (token_hash, login, created_at, expires_at, seen_at)
             values ($1, $2, $3, $4, $3)",
        )
        .bind(entry.session.token_hash.to_vec())
        .bind(entry.login.to_string())
        .bind(entry.session.created_at.millis())
        .bind(entry.session.expires_at.millis())
        .execute()
        .await?;
        if let Some(done) = &entry.record {
            audit::record(&mut tx, done).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The session of a token that has not expired at `now`, of an account that has not ended.
    pub async fn staff_session(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<StaffSessionRow>, Error> {
        let row: Option<SessionRow> = self
            .db
            .read(
                "select a.login, a.role, s.seen_at, t.id as till_id, t.merchant_id,
                        t.name as till_name, m.name as merchant_name
                 from staff_session s
                 join staff a on a.login = s.login and a.ended_at is null
                 left join till t on t.id = a.till_id and t.closed_at is null
                 left join merchant m on m.id = t.merchant_id
                 where s.token_hash = $1 and s.expires_at > $2",
            )
            .bind(token_hash.to_vec())
            .bind(now.millis())
            .fetch_optional()
            .await?;
        row.map(SessionRow::read).transpose()
    }

    /// Writes down that a session was used; never to an earlier time.
    pub async fn touch_staff_session(
        &self,
        token_hash: &[u8; 32],
        seen_at: Timestamp,
    ) -> Result<(), Error> {
        self.db
            .write("update staff_session set seen_at = $2 where token_hash = $1 and seen_at < $2")
            .bind(token_hash.to_vec())
            .bind(seen_at.millis())
            .execute()
            .await?;
        Ok(())
    }

    /// Ends a session before its time; that there is none is no error.
    pub async fn end_staff_session(&self, token_hash: &[u8; 32]) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        end_session(&mut tx, token_hash).await?;
        tx.commit().await
    }

    /// Deletes sessions that have expired and tries older than `tries_before`, at most 1,000 of each; returns how
    /// many in all.
    pub async fn purge_staff(&self, now: Timestamp, tries_before: Timestamp) -> Result<u64, Error> {
        let sessions = self
            .db
            .purge(
                "delete from staff_session where token_hash in (
                     select token_hash from staff_session where expires_at <= $1
                     order by expires_at limit $2
                 )",
                now,
                PURGE_MAX,
            )
            .await?;
        let tries = self
            .db
            .purge(
                "delete from sign_in_try where key_hash in (
                     select key_hash from sign_in_try where tried_at < $1
                     order by tried_at limit $2
                 )",
                tries_before,
                PURGE_MAX,
            )
            .await?;
        Ok(sessions + tries)
    }
}

/// SQLite's write transaction holds the only write lock there is.
const LOCK_TRIES: Sql = Sql {
    sqlite: "select failed, locked_until, tried_at from sign_in_try where key_hash = $1",
    postgres: "select failed, locked_until, tried_at from sign_in_try where key_hash = $1
               for update",
};

/// The wrong tries of a login on a device, locked until the transaction ends, so that of many tries at once each
/// counts.
pub async fn lock_tries(tx: &mut Tx, key_hash: &Digest) -> Result<Option<Tries>, Error> {
    // A row that is not there cannot be locked.
    tx.query(
        "insert into sign_in_try (key_hash, failed, locked_until, tried_at) values ($1, 0, 0, 0)
         on conflict do nothing",
    )
    .bind(key_hash.to_vec())
    .execute()
    .await?;
    let (failed, locked_until, tried_at): (i64, i64, i64) =
        tx.query(LOCK_TRIES).bind(key_hash.to_vec()).fetch_one().await?;
    let place = Place { table: "sign_in_try", row: "" };
    let tries = Tries {
        failed: place.number("failed", failed)?,
        locked_until: Timestamp::from_millis(locked_until),
        tried_at: Timestamp::from_millis(tried_at),
    };
    Ok((tries.failed > 0).then_some(tries))
}

/// Writes the tries down, under the lock of [`lock_tries`].
pub async fn note_tries(tx: &mut Tx, key_hash: &Digest, tries: &Tries) -> Result<(), Error> {
    let noted = tx
        .query(
            "update sign_in_try set failed = $2, locked_until = $3, tried_at = $4
             where key_hash = $1",
        )
        .bind(key_hash.to_vec())
        .bind(i64::from(tries.failed))
        .bind(tries.locked_until.millis())
        .bind(tries.tried_at.millis())
        .execute()
        .await?;
    if noted == 1 { Ok(()) } else { Err(Error::broken("a try must be counted")) }
}

async fn end_session(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<(), Error> {
    tx.query("delete from staff_session where token_hash = $1")
        .bind(token_hash.to_vec())
        .execute()
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    role: String,
    password_hash: String,
    totp_secret: Option<Vec<u8>>,
    totp_step: i64,
    till_closed: i64,
}

impl AccountRow {
    fn read(self, place: Place<'_>) -> Result<StaffRow, Error> {
        Ok(StaffRow {
            role: place.code("role", self.role)?,
            password_hash: self.password_hash,
            totp_secret: self.totp_secret,
            totp_step: self.totp_step,
            till_closed: self.till_closed != 0,
        })
    }
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    login: String,
    role: String,
    seen_at: i64,
    till_id: Option<String>,
    merchant_id: Option<String>,
    till_name: Option<String>,
    merchant_name: Option<String>,
}

impl SessionRow {
    fn read(self) -> Result<StaffSessionRow, Error> {
        let place = Place { table: "staff", row: &self.login };
        let till = match (&self.till_id, &self.merchant_id, self.till_name, self.merchant_name) {
            (Some(till), Some(merchant), Some(name), Some(merchant_name)) => {
                let till: TillId = place.parse("till_id", till)?;
                let merchant: MerchantId = place.parse("merchant_id", merchant)?;
                Some(CashierTill { actor: Actor { till, merchant }, name, merchant_name })
            }
            _ => None,
        };
        Ok(StaffSessionRow {
            login: place.parse("login", &self.login)?,
            role: place.code("role", self.role)?,
            till,
            seen_at: Timestamp::from_millis(self.seen_at),
        })
    }
}
