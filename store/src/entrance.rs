//! What entrances were given: each state and each notify counts once.

use domain::id::EntranceId;
use domain::time::Timestamp;

use crate::error::Error;
use crate::open::Store;

impl Store {
    /// Whether something is used for the first time, and from now on not any more. It is remembered until `expires_at`,
    /// by when it must be refused for its age.
    pub async fn use_once(&self, hash: &[u8; 32], expires_at: Timestamp) -> Result<bool, Error> {
        let added = self
            .db
            .write("insert into entrance_used (hash, expires_at) values ($1, $2) on conflict do nothing")
            .bind(hash.to_vec())
            .bind(expires_at.millis())
            .execute()
            .await?;
        Ok(added == 1)
    }

    /// Deletes what is over at `now`, at most [`PURGE_MAX`](crate::PURGE_MAX); returns how many.
    pub async fn purge_used(&self, now: Timestamp) -> Result<u64, Error> {
        let statement = "delete from entrance_used where hash in (
                     select hash from entrance_used where expires_at <= $1
                     order by expires_at limit $2
                 )";
        self.db.purge(statement, now).await
    }

    /// Ends every session of an account, and leaves word of it for every server; returns how many there were.
    pub async fn end_sessions_of(
        &self,
        entrance: &EntranceId,
        subject: &str,
        at: Timestamp,
    ) -> Result<u64, Error> {
        let mut tx = self.begin().await?;
        tx.query(
            "insert into session_changed (token_hash, changed_at)
             select s.token_hash, $3 from account a join session s on s.account_id = a.id
             where a.entrance = $1 and a.subject = $2
             on conflict (token_hash) do update set changed_at = excluded.changed_at",
        )
        .bind(entrance.to_string())
        .bind(subject.to_owned())
        .bind(at.millis())
        .execute()
        .await?;
        let ended = tx
            .query(
                "delete from session where account_id in (
                     select id from account where entrance = $1 and subject = $2
                 )",
            )
            .bind(entrance.to_string())
            .bind(subject.to_owned())
            .execute()
            .await?;
        tx.commit().await?;
        Ok(ended)
    }
}
