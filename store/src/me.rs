//! A person's own: accounts and sessions, and what is left when they leave.

use domain::id::{AccountId, PersonId};
use domain::round::RealNameLevel;
use domain::time::Timestamp;

use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

/// The most persons that are forgotten at once, so that nobody waits for it.
pub const FORGET_MAX: i64 = 500;

/// The accounts of somebody who leaves, held against a sign-in through one of them: it would begin a session of an
/// account that goes. SQLite's write transaction holds the only write lock there is.
const LOCK_ACCOUNTS: Sql = Sql {
    sqlite: "select id from account where person_id = $1",
    postgres: "select id from account where person_id = $1 order by id for update",
};

/// The hashes by which a person would be found, held against a sign-in, which locks the one that it finds.
const LOCK_HASHES: Sql = Sql {
    sqlite: "select key_version from person_identity where person_id = $1",
    postgres: "select key_version from person_identity where person_id = $1
               order by key_version desc for update",
};

/// An account of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Its identifier.
    pub account: AccountId,
    /// The entrance through which it comes.
    pub entrance: String,
    /// What names it there.
    pub subject: String,
    /// How surely the entrance knows the person (R18).
    pub real_name_level: RealNameLevel,
    /// When it first came, by the system clock.
    pub created_at: Timestamp,
}

/// A session of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// The hash of its token.
    pub token_hash: [u8; 32],
    /// The entrance through which it began.
    pub entrance: String,
    /// The device, in a few words of our own.
    pub device: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, as far as that was written down.
    pub seen_at: Timestamp,
}

impl Store {
    /// The accounts of a person, the first first.
    pub async fn accounts_of(&self, person: PersonId) -> Result<Vec<AccountRow>, Error> {
        let rows: Vec<(String, String, String, i64, i64)> = self
            .db
            .read(
                "select id, entrance, subject, real_name_level, created_at from account
                 where person_id = $1 order by created_at, id",
            )
            .bind(person.to_string())
            .fetch_all()
            .await?;
        let read = |(id, entrance, subject, level, created_at): (String, _, _, i64, i64)| {
            let place = Place { table: "account", row: &id };
            Ok(AccountRow {
                account: place.parse("id", &id)?,
                entrance,
                subject,
                real_name_level: RealNameLevel(place.number("real_name_level", level)?),
                created_at: Timestamp::from_millis(created_at),
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// The sessions of a person that have not expired at `now`, the last used first.
    pub async fn sessions_of(
        &self,
        person: PersonId,
        now: Timestamp,
    ) -> Result<Vec<OwnSession>, Error> {
        self.own_sessions_after(person, now, None, u32::MAX).await
    }

    /// The same after one of them, at most `limit`.
    pub async fn own_sessions_after(
        &self,
        person: PersonId,
        now: Timestamp,
        after: Option<&OwnSession>,
        limit: u32,
    ) -> Result<Vec<OwnSession>, Error> {
        let (seen_at, token_hash) = after
            .map_or((i64::MAX, Vec::new()), |it| (it.seen_at.millis(), it.token_hash.to_vec()));
        let rows: Vec<(Vec<u8>, String, String, i64, i64)> = self
            .db
            .read(
                "select s.token_hash, a.entrance, s.device, s.created_at, s.seen_at
                 from account a join session s on s.account_id = a.id
                 where a.person_id = $1 and s.expires_at > $2
                   and (s.seen_at < $3 or s.seen_at = $3 and s.token_hash > $4)
                 order by s.seen_at desc, s.token_hash limit $5",
            )
            .bind(person.to_string())
            .bind(now.millis())
            .bind(seen_at)
            .bind(token_hash)
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        let place = Place { table: "session", row: "" };
        let read = |(token_hash, entrance, device, created_at, seen_at): (Vec<u8>, _, _, _, _)| {
            Ok(OwnSession {
                token_hash: place.digest("token_hash", token_hash)?,
                entrance,
                device,
                created_at: Timestamp::from_millis(created_at),
                seen_at: Timestamp::from_millis(seen_at),
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Ends every session of a person but the one that is kept; gives those that ended.
    pub async fn end_other_sessions(
        &self,
        person: PersonId,
        kept: &[u8; 32],
    ) -> Result<Vec<[u8; 32]>, Error> {
        let mut tx = self.begin().await?;
        let mut ended = Vec::new();
        for token_hash in tokens_of(&mut tx, person).await? {
            if token_hash != *kept {
                crate::session::end(&mut tx, &token_hash).await?;
                ended.push(token_hash);
            }
        }
        tx.commit().await?;
        Ok(ended)
    }

    /// Lets the session's account, behind which nobody is known, go to whoever signs in next in the same browser before
    /// `until`.
    pub async fn ask_to_match(&self, token_hash: &[u8; 32], until: Timestamp) -> Result<(), Error> {
        self.db
            .write("update session set match_until = $2 where token_hash = $1")
            .bind(token_hash.to_vec())
            .bind(until.millis())
            .execute()
            .await?;
        Ok(())
    }

    /// A person leaves: accounts, sessions and the name go at once. The person and the hash stay, so that the claims
    /// stay theirs and no second one is free; `left_at` is by the campaign clock, as rounds are. Gives the sessions
    /// that ended.
    pub async fn delete_accounts(
        &self,
        person: PersonId,
        left_at: Timestamp,
    ) -> Result<Vec<[u8; 32]>, Error> {
        let mut tx = self.begin().await?;
        // In the order of a sign-in: the accounts, the person, the sessions.
        let accounts: Vec<(String,)> =
            tx.query(LOCK_ACCOUNTS).bind(person.to_string()).fetch_all().await?;
        tx.query("update person set masked_name = '', deleted_at = $2 where id = $1")
            .bind(person.to_string())
            .bind(left_at.millis())
            .execute()
            .await?;
        let tokens = tokens_of(&mut tx, person).await?;
        for token_hash in &tokens {
            crate::session::end(&mut tx, token_hash).await?;
        }
        for (account,) in accounts {
            tx.query("delete from account where id = $1").bind(account).execute().await?;
        }
        // What they said against risk control goes with them; that they did, and the answer, stays.
        tx.query("update appeal set words = '' where person_id = $1 and words <> ''")
            .bind(person.to_string())
            .execute()
            .await?;
        tx.commit().await?;
        Ok(tokens)
    }

    /// Forgets who those were who left, once `kept_ms` have passed since the end of every round that had opened when
    /// they did: the hash goes, and the division with it. Whoever manages a merchant is kept, and whoever has an
    /// account or a claim all the same: they came in, or claimed, while they left (R1). At most [`FORGET_MAX`]
    /// persons; gives how many. Call again while it is that many. Times are of the campaign clock.
    pub async fn forget_persons(&self, now: Timestamp, kept_ms: i64) -> Result<u64, Error> {
        let mut tx = self.begin().await?;
        let persons: Vec<(String,)> = tx
            .query(
                "select p.id from person p
                 where p.deleted_at is not null
                   and not exists (
                       select 1 from round r where r.opens_at <= p.deleted_at and r.closes_at + $2 > $1
                   )
                   and not exists (select 1 from merchant m where m.manager_id = p.id)
                   and not exists (select 1 from account a where a.person_id = p.id)
                   and not exists (
                       select 1 from claim c join round r on r.id = c.round_id
                       where c.person_id = p.id and r.closes_at + $2 > $1
                   )
                 order by p.deleted_at, p.id limit $3",
            )
            .bind(now.millis())
            .bind(kept_ms)
            .bind(FORGET_MAX)
            .fetch_all()
            .await?;
        let mut forgotten = 0;
        for (person,) in persons {
            // Whoever comes back at this instant is waited for and stays, or waits here and is found by no hash: then
            // they are somebody new (R1).
            let _: Vec<(i64,)> = tx.query(LOCK_HASHES).bind(person.clone()).fetch_all().await?;
            let taken = tx
                .query(
                    "update person set division = '', deleted_at = null
                     where id = $1 and deleted_at is not null
                       and not exists (select 1 from account a where a.person_id = person.id)",
                )
                .bind(person.clone())
                .execute()
                .await?;
            if taken == 1 {
                tx.query("delete from person_identity where person_id = $1")
                    .bind(person)
                    .execute()
                    .await?;
                forgotten += 1;
            }
        }
        tx.commit().await?;
        Ok(forgotten)
    }
}

async fn tokens_of(tx: &mut Tx, person: PersonId) -> Result<Vec<[u8; 32]>, Error> {
    let rows: Vec<(Vec<u8>,)> = tx
        .query(
            "select s.token_hash from account a join session s on s.account_id = a.id
             where a.person_id = $1 order by s.token_hash",
        )
        .bind(person.to_string())
        .fetch_all()
        .await?;
    let place = Place { table: "session", row: "" };
    rows.into_iter().map(|(hash,)| place.digest("token_hash", hash)).collect()
}
