//! What somebody who works here does with their own account: sees and ends its sessions, renews its password. Their own
//! session goes on under another token each time, so that whatever knew the old one is out.

use domain::audit::Entry;
use domain::ledger::Digest;
use domain::staff::Login;
use domain::time::Timestamp;

use super::forgive_tries;
use crate::audit;
use crate::db::Tx;
use crate::error::Error;
use crate::open::Store;

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnStaffSession {
    /// The hash under which it is stored.
    pub token_hash: [u8; 32],
    /// The app and the system on which it began, in words of our own; nothing of sessions from before that was kept.
    pub device: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, as far as that was written down.
    pub seen_at: Timestamp,
}

/// A password that its owner renews.
pub struct Renewal<'a> {
    /// The account.
    pub login: &'a Login,
    /// The session in which that is done.
    pub session: [u8; 32],
    /// The hash of the token under which it goes on.
    pub next: [u8; 32],
    /// The new password: argon2id, with its parameters and salt.
    pub password_hash: String,
    /// What the audit record says of it.
    pub record: &'a Entry,
}

impl Store {
    /// The sessions of an account that have not expired at `now`, the last used first.
    pub async fn own_staff_sessions(
        &self,
        login: &Login,
        now: Timestamp,
    ) -> Result<Vec<OwnStaffSession>, Error> {
        let rows: Vec<(Vec<u8>, String, i64, i64)> = self
            .db
            .read(
                "select token_hash, device, created_at, seen_at from staff_session
                 where login = $1 and expires_at > $2 order by seen_at desc, token_hash",
            )
            .bind(login.to_string())
            .bind(now.millis())
            .fetch_all()
            .await?;
        let session = |(token_hash, device, created_at, seen_at): (Vec<u8>, String, i64, i64)| {
            let token_hash = token_hash.try_into();
            Ok(OwnStaffSession {
                token_hash: token_hash.map_err(|_| Error::broken("a token's hash has 32 bytes"))?,
                device,
                created_at: Timestamp::from_millis(created_at),
                seen_at: Timestamp::from_millis(seen_at),
            })
        };
        rows.into_iter().map(session).collect()
    }

    /// Puts a new password in force: the one before is over, and so is every session but the one in which it is done.
    /// `false` when that session, or the account, is over; then nothing has changed.
    pub async fn renew_staff_password(&self, renewal: &Renewal<'_>) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let renewed = tx
            .query(
                "update staff set password_hash = $2, renew_by = null
                 where login = $1 and ended_at is null",
            )
            .bind(renewal.login.to_string())
            .bind(renewal.password_hash.clone())
            .execute()
            .await?;
        if renewed != 1 || !go_on(&mut tx, renewal.login, (renewal.session, renewal.next)).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        end_others(&mut tx, renewal.login, &renewal.next, None).await?;
        audit::record(&mut tx, renewal.record).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Ends the session `only` of an account, or every one but the own; the own one, the first of `session`, goes on
    /// under the second. `None` when it is over itself; then, and when nothing ended, nothing has changed.
    pub async fn end_own_staff_sessions(
        &self,
        login: &Login,
        session: ([u8; 32], [u8; 32]),
        only: Option<[u8; 32]>,
        entry: &Entry,
    ) -> Result<Option<u64>, Error> {
        let mut tx = self.begin().await?;
        if !go_on(&mut tx, login, session).await? {
            tx.rollback().await?;
            return Ok(None);
        }
        let ended = end_others(&mut tx, login, &session.1, only).await?;
        if ended > 0 {
            audit::record(&mut tx, entry).await?;
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        Ok(Some(ended))
    }

    /// Forgives the wrong tries: a right one has come.
    pub async fn forgive_staff_tries(&self, key_hash: &Digest) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        forgive_tries(&mut tx, key_hash).await?;
        tx.commit().await
    }
}

/// Lets a session go on under another token; `false` when it is over.
async fn go_on(
    tx: &mut Tx,
    login: &Login,
    (session, next): ([u8; 32], [u8; 32]),
) -> Result<bool, Error> {
    let moved = tx
        .query("update staff_session set token_hash = $3 where token_hash = $1 and login = $2")
        .bind(session.to_vec())
        .bind(login.to_string())
        .bind(next.to_vec())
        .execute()
        .await?;
    Ok(moved == 1)
}

async fn end_others(
    tx: &mut Tx,
    login: &Login,
    own: &[u8; 32],
    only: Option<[u8; 32]>,
) -> Result<u64, Error> {
    tx.query(
        "delete from staff_session
         where login = $1 and token_hash <> $2 and ($3 is null or token_hash = $3)",
    )
    .bind(login.to_string())
    .bind(own.to_vec())
    .bind(only.map(|session| session.to_vec()))
    .execute()
    .await
}
