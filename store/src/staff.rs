//! Those who work here: their accounts, their sessions and their wrong tries. Times are of the system clock.
//!
//! A session is read anew for every request, so that it ends at once on every server: those who work here are few.

mod account;
mod own;
mod session;

use domain::audit::Entry;
use domain::id::TillId;
use domain::ledger::Digest;
use domain::staff::{Login, Role, Tries};
use domain::time::Timestamp;

use crate::audit;
use crate::db::Tx;
use crate::error::Error;
use crate::open::Store;
use crate::session::NewSession;
use crate::text::Place;

pub use account::{Handed, StaffAccount};
pub use own::{OwnStaffSession, Renewal};
pub use session::{CashierTill, StaffSessionRow};

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
    /// Until when the password lets its owner in, where it was handed over by somebody else.
    pub renew_by: Option<Timestamp>,
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
    /// Until when the password lets its owner in, where it was handed over and has not been renewed.
    pub renew_by: Option<Timestamp>,
    /// Whether the till is closed at which its owner would work.
    pub till_closed: bool,
}

/// A sign-in that succeeded.
pub struct StaffEntry<'a> {
    /// The account.
    pub login: &'a Login,
    /// The password that was looked at, as it is stored: it must be the account's still.
    pub password_hash: String,
    /// The session that begins.
    pub session: NewSession,
    /// The app and the system on which it begins, in words of our own.
    pub device: String,
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
                     (login, role, password_hash, totp_secret, totp_step, till_id, created_at, renew_by)
                 values ($1, $2, $3, $4, 0, $5, $6, $7) on conflict do nothing",
            )
            .bind(new.login.to_string())
            .bind(new.role.code().to_owned())
            .bind(new.password_hash.clone())
            .bind(new.totp_secret.clone())
            .bind(new.till.map(|till| till.to_string()))
            .bind(new.at.millis())
            .bind(new.renew_by.map(Timestamp::millis))
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
                "select a.role, a.password_hash, a.totp_secret, a.totp_step, a.renew_by,
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
    /// ended or its password was renewed meanwhile: then nothing has changed.
    pub async fn enter_staff(&self, entry: &StaffEntry<'_>) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let spent = tx
            .query(
                "update staff set totp_step = coalesce($2, totp_step)
                 where login = $1 and ended_at is null and password_hash = $3
                     and ($2 is null or totp_step < $2)",
            )
            .bind(entry.login.to_string())
            .bind(entry.totp_step)
            .bind(entry.password_hash.clone())
            .execute()
            .await?;
        if spent != 1 {
            tx.rollback().await?;
            return Ok(false);
        }
        if let Some(ended) = entry.end_session {
            session::end(&mut tx, &ended).await?;
        }
        forgive_tries(&mut tx, &entry.tries).await?;
        tx.query(
            "insert into staff_session (token_hash, login, created_at, expires_at, seen_at, device)
             values ($1, $2, $3, $4, $3, $5)",
        )
        .bind(entry.session.token_hash.to_vec())
        .bind(entry.login.to_string())
        .bind(entry.session.created_at.millis())
        .bind(entry.session.expires_at.millis())
        .bind(entry.device.clone())
        .execute()
        .await?;
        if let Some(done) = &entry.record {
            audit::record(&mut tx, done).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Deletes sessions that have expired and tries older than `tries_before`, at most
    /// [`PURGE_MAX`](crate::PURGE_MAX) of each; returns how many in all.
    pub async fn purge_staff(&self, now: Timestamp, tries_before: Timestamp) -> Result<u64, Error> {
        let sessions = self
            .db
            .purge(
                "delete from staff_session where token_hash in (
                     select token_hash from staff_session where expires_at <= $1
                     order by expires_at limit $2
                 )",
                now,
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
            )
            .await?;
        Ok(sessions + tries)
    }
}

/// The wrong tries of a login on a device, locked until the transaction ends, so that of many tries at once each
/// counts.
pub async fn lock_tries(tx: &mut Tx, key_hash: &Digest) -> Result<Option<Tries>, Error> {
    // A row that is not there cannot be locked, and one that is there may be forgiven before the next statement: so
    // one statement makes it, or locks it by writing what stands there.
    let (failed, locked_until, tried_at): (i64, i64, i64) = tx
        .query(
            "insert into sign_in_try (key_hash, failed, locked_until, tried_at) values ($1, 0, 0, 0)
             on conflict (key_hash) do update set failed = sign_in_try.failed
             returning failed, locked_until, tried_at",
        )
        .bind(key_hash.to_vec())
        .fetch_one()
        .await?;
    let place = Place { table: "sign_in_try", row: "" };
    let tries = Tries {
        failed: place.number("failed", failed)?,
        locked_until: Timestamp::from_millis(locked_until),
        tried_at: Timestamp::from_millis(tried_at),
    };
    Ok((tries.failed > 0).then_some(tries))
}

/// Forgives the wrong tries: a right one has come.
pub(crate) async fn forgive_tries(tx: &mut Tx, key_hash: &Digest) -> Result<(), Error> {
    tx.query("delete from sign_in_try where key_hash = $1")
        .bind(key_hash.to_vec())
        .execute()
        .await?;
    Ok(())
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

#[derive(sqlx::FromRow)]
struct AccountRow {
    role: String,
    password_hash: String,
    totp_secret: Option<Vec<u8>>,
    totp_step: i64,
    renew_by: Option<i64>,
    till_closed: i64,
}

impl AccountRow {
    fn read(self, place: Place<'_>) -> Result<StaffRow, Error> {
        Ok(StaffRow {
            role: place.code("role", self.role)?,
            password_hash: self.password_hash,
            totp_secret: self.totp_secret,
            totp_step: self.totp_step,
            renew_by: self.renew_by.map(Timestamp::from_millis),
            till_closed: self.till_closed != 0,
        })
    }
}
