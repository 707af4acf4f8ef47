//! The accounts of those who work at the console, as an administrator sees them.

use domain::audit::Entry;
use domain::staff::{Login, Role};
use domain::time::Timestamp;

use crate::audit;
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

/// An account as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffAccount {
    /// What its owner signs in with.
    pub login: Login,
    /// What the owner is here for.
    pub role: Role,
    /// Since when there is one.
    pub created_at: Timestamp,
    /// Since when nobody signs in with it.
    pub ended_at: Option<Timestamp>,
    /// Its sessions that have not expired: when each began, and when it was last used as far as that was written down.
    pub sessions: Vec<(Timestamp, Timestamp)>,
}

/// What an account is given in place of what its owner has lost.
pub struct Handed<'a> {
    /// The account.
    pub login: &'a Login,
    /// argon2id, with its parameters and salt.
    pub password_hash: String,
    /// The sealed secret of the one-time passwords: of everybody but cashiers.
    pub totp_secret: Option<Vec<u8>>,
    /// Until when the password lets its owner in, where somebody else hands it over.
    pub renew_by: Option<Timestamp>,
}

impl Store {
    /// Gives an account another password and another secret, and ends its sessions; `false` when there is none that
    /// lets anybody in, or a cashier would get a secret, or somebody else none. Then nothing has changed.
    pub async fn reset_staff(&self, handed: &Handed<'_>, entry: &Entry) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let reset = tx
            .query(
                "update staff set password_hash = $2, totp_secret = $3, totp_step = 0, renew_by = $4
                 where login = $1 and ended_at is null and (role = 'cashier') = ($3 is null)",
            )
            .bind(handed.login.to_string())
            .bind(handed.password_hash.clone())
            .bind(handed.totp_secret.clone())
            .bind(handed.renew_by.map(Timestamp::millis))
            .execute()
            .await?;
        if reset != 1 {
            tx.rollback().await?;
            return Ok(false);
        }
        tx.query("delete from staff_session where login = $1")
            .bind(handed.login.to_string())
            .execute()
            .await?;
        audit::record(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The accounts of the console, by login, with their sessions at `now`: all but those of cashiers, whom their
    /// merchants know.
    pub async fn staff_accounts(&self, now: Timestamp) -> Result<Vec<StaffAccount>, Error> {
        let mut tx = self.snapshot().await?;
        let rows: Vec<(String, String, i64, Option<i64>)> = tx
            .query(
                "select login, role, created_at, ended_at from staff where role <> 'cashier'
                 order by login",
            )
            .fetch_all()
            .await?;
        let sessions: Vec<(String, i64, i64)> = tx
            .query(
                "select s.login, s.created_at, s.seen_at from staff_session s
                 join staff a on a.login = s.login and a.role <> 'cashier'
                 where s.expires_at > $1 order by s.login, s.created_at",
            )
            .bind(now.millis())
            .fetch_all()
            .await?;
        let account = |(login, role, created_at, ended_at): (String, String, i64, Option<i64>)| {
            let place = Place { table: "staff", row: &login };
            let own = sessions.iter().filter(|(of, ..)| *of == login);
            let instant = Timestamp::from_millis;
            Ok(StaffAccount {
                login: place.parse("login", &login)?,
                role: place.code("role", role)?,
                created_at: instant(created_at),
                ended_at: ended_at.map(instant),
                sessions: own.map(|(_, began, seen)| (instant(*began), instant(*seen))).collect(),
            })
        };
        rows.into_iter().map(account).collect()
    }

    /// Ends the sessions of an account, with an entry in the audit record; `false` when it has none.
    pub async fn end_staff_sessions(&self, login: &Login, entry: &Entry) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let ended = tx
            .query("delete from staff_session where login = $1")
            .bind(login.to_string())
            .execute()
            .await?;
        if ended > 0 {
            audit::record(&mut tx, entry).await?;
            tx.commit().await?;
        }
        Ok(ended > 0)
    }
}
