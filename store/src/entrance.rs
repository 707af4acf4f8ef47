//! What entrances were given: each state and each notify counts once.

use domain::id::EntranceId;
use domain::time::Timestamp;

use crate::db::Tx;
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

const USE_ONCE: &str =
    "insert into entrance_used (hash, expires_at) values ($1, $2) on conflict do nothing";

impl Store {
    /// Whether something is used for the first time, and from now on not any more. It is remembered until `expires_at`,
    /// by when it must be refused for its age.
    pub async fn use_once(&self, hash: &[u8; 32], expires_at: Timestamp) -> Result<bool, Error> {
        let added =
            self.db.write(USE_ONCE).bind(hash.to_vec()).bind(expires_at.millis()).execute().await?;
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

    /// As [`Self::use_once`], and the first time every session of an account ends: both, or neither, so that whoever
    /// was not heard out is heard again.
    pub async fn sign_out_once(
        &self,
        hash: &[u8; 32],
        expires_at: Timestamp,
        (entrance, subject): (&EntranceId, &str),
    ) -> Result<bool, Error> {
        let mut tx = self.begin().await?;
        let used = tx.query(USE_ONCE).bind(hash.to_vec()).bind(expires_at.millis());
        let is_first = used.execute().await? == 1;
        if is_first {
            end_sessions_of(&mut tx, entrance, subject).await?;
        }
        tx.commit().await?;
        Ok(is_first)
    }
}

/// Ends every session of an account, and leaves word of each for every server.
async fn end_sessions_of(tx: &mut Tx, entrance: &EntranceId, subject: &str) -> Result<(), Error> {
    let rows: Vec<(Vec<u8>,)> = tx
        .query(
            "select s.token_hash from account a join session s on s.account_id = a.id
             where a.entrance = $1 and a.subject = $2 order by s.token_hash",
        )
        .bind(entrance.to_string())
        .bind(subject.to_owned())
        .fetch_all()
        .await?;
    let place = Place { table: "session", row: "" };
    for (token_hash,) in rows {
        crate::session::end(tx, &place.digest("token_hash", token_hash)?).await?;
    }
    Ok(())
}
