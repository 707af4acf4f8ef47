//! Consents: facts that are written once. The last one of an account and purpose counts.

use domain::id::{AccountId, PersonId};
use domain::time::Timestamp;
use serde::Serialize;

use crate::db::Tx;
use crate::error::Error;
use crate::open::Store;
use crate::text::{Place, json};

/// How often a withdrawal begins anew when something was agreed to at the same instant.
const ATTEMPTS: usize = 5;

/// A purpose and the version of its text, as a caller asks for them.
pub type Wanted<'a> = (&'a str, i64);

/// What somebody agrees to, or takes back: the text that was before their eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The purpose.
    pub purpose: &'static str,
    /// The version of its text.
    pub version: i64,
    /// The SHA-256 of the text in the language in which it was read.
    pub text_hash: [u8; 32],
}

/// A fact, as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRow {
    /// The account.
    pub account: AccountId,
    /// The purpose.
    pub purpose: String,
    /// Counts the facts of the account and purpose from 1.
    pub number: i64,
    /// The version of the text.
    pub version: i64,
    /// The SHA-256 of the text; `None` for what was agreed to before texts were hashed.
    pub text_hash: Option<[u8; 32]>,
    /// Whether it was given, or taken back.
    pub given: bool,
    /// Through which entrance the account comes.
    pub entrance: String,
    /// When, by the system clock.
    pub at: Timestamp,
}

impl Store {
    /// Whether an account of an entrance agrees to everything that is wanted; no, where there is no such account.
    pub async fn agrees(
        &self,
        entrance: &str,
        subject: &str,
        wanted: &[Wanted<'_>],
    ) -> Result<bool, Error> {
        let row: Option<(String,)> = self
            .db
            .read("select id from account where entrance = $1 and subject = $2")
            .bind(entrance.to_owned())
            .bind(subject.to_owned())
            .fetch_optional()
            .await?;
        let Some((id,)) = row else { return Ok(false) };
        for (purpose, version) in wanted {
            let last: Option<(i64, i64)> = self
                .db
                .read(LAST)
                .bind(id.clone())
                .bind((*purpose).to_owned())
                .fetch_optional()
                .await?;
            if last != Some((*version, 1)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Records that a person agrees to something, for the account that they are here with.
    pub async fn give_consent(
        &self,
        person: PersonId,
        account: AccountId,
        shown: &Shown,
        at: Timestamp,
    ) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        if give(&mut tx, account, shown, at).await? {
            crate::session::note_person(&mut tx, person).await?;
        }
        tx.commit().await
    }

    /// Records that a person takes something back, for every account of theirs that agreed to it: what a person takes
    /// back is taken back, whatever the entrance.
    pub async fn withdraw_consent(
        &self,
        person: PersonId,
        shown: &Shown,
        at: Timestamp,
    ) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            let mut tx = self.begin().await?;
            if try_withdraw(&mut tx, person, shown, at).await? {
                crate::session::note_person(&mut tx, person).await?;
                return tx.commit().await;
            }
            // Something was agreed to at the same instant: begin anew and take that back too.
            tx.rollback().await?;
        }
        Err(Error::Contended)
    }

    /// Every fact of the accounts that a person has now, the oldest first.
    pub async fn consents_of(&self, person: PersonId) -> Result<Vec<ConsentRow>, Error> {
        self.consents_after(person, None, u32::MAX).await
    }

    /// The same after one of them, at most `limit`.
    pub async fn consents_after(
        &self,
        person: PersonId,
        after: Option<&ConsentRow>,
        limit: u32,
    ) -> Result<Vec<ConsentRow>, Error> {
        let (at, account, purpose, number) = after
            .map_or((i64::MIN, String::new(), String::new(), 0), |it| {
                (it.at.millis(), it.account.to_string(), it.purpose.clone(), it.number)
            });
        let rows: Vec<Row> = self
            .db
            .read(
                "select c.account_id, c.purpose, c.number, c.version, c.text_hash, c.given, c.entrance, c.at
                 from consent c join account a on a.id = c.account_id
                 where a.person_id = $1 and (c.at, c.account_id, c.purpose, c.number) > ($2, $3, $4, $5)
                 order by c.at, c.account_id, c.purpose, c.number limit $6",
            )
            .bind(person.to_string())
            .bind(at)
            .bind(account)
            .bind(purpose)
            .bind(number)
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        rows.into_iter().map(Row::read).collect()
    }
}

/// Whether nobody else wrote a fact meanwhile.
async fn try_withdraw(
    tx: &mut Tx,
    person: PersonId,
    shown: &Shown,
    at: Timestamp,
) -> Result<bool, Error> {
    let accounts: Vec<(String,)> = tx
        .query("select id from account where person_id = $1 order by id")
        .bind(person.to_string())
        .fetch_all()
        .await?;
    for (account,) in accounts {
        let Some((version, 1)) = last(tx, &account, shown.purpose).await? else { continue };
        let shown = Shown { version, ..*shown };
        if !record(tx, &account, &shown, false, at).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The version and the answer of the last fact.
const LAST: &str = "select version, given from consent where account_id = $1 and purpose = $2
                    order by number desc limit 1";

/// Records that an account agrees, unless it does already; whether it was recorded.
pub(crate) async fn give(
    tx: &mut Tx,
    account: AccountId,
    shown: &Shown,
    at: Timestamp,
) -> Result<bool, Error> {
    let account = account.to_string();
    if last(tx, &account, shown.purpose).await? == Some((shown.version, 1)) {
        return Ok(false);
    }
    record(tx, &account, shown, true, at).await
}

async fn last(tx: &mut Tx, account: &str, purpose: &str) -> Result<Option<(i64, i64)>, Error> {
    tx.query(LAST).bind(account.to_owned()).bind(purpose.to_owned()).fetch_optional().await
}

/// Records a fact; `false` when another one was written at the same instant.
async fn record(
    tx: &mut Tx,
    account: &str,
    shown: &Shown,
    given: bool,
    at: Timestamp,
) -> Result<bool, Error> {
    let added = tx
        .query(
        "insert into consent (account_id, purpose, number, version, text_hash, given, entrance, at)
         select a.id, $2,
                1 + coalesce((select max(c.number) from consent c
                              where c.account_id = a.id and c.purpose = $2), 0),
                $3, $4, $5, a.entrance, $6
         from account a where a.id = $1
         on conflict do nothing",
    )
    .bind(account.to_owned())
    .bind(shown.purpose)
    .bind(shown.version)
    .bind(shown.text_hash.to_vec())
    .bind(i64::from(given))
    .bind(at.millis())
    .execute()
    .await?;
    Ok(added == 1)
}

#[derive(Serialize)]
struct Asked<'a> {
    purpose: &'a str,
    version: i64,
}

/// What is wanted, as the statements over sessions read it.
pub(crate) fn wanted_json(wanted: &[Wanted<'_>]) -> Result<String, Error> {
    let asked: Vec<Asked<'_>> =
        wanted.iter().map(|(purpose, version)| Asked { purpose, version: *version }).collect();
    json(&asked)
}

#[derive(sqlx::FromRow)]
struct Row {
    account_id: String,
    purpose: String,
    number: i64,
    version: i64,
    text_hash: Option<Vec<u8>>,
    given: i64,
    entrance: String,
    at: i64,
}

impl Row {
    fn read(self) -> Result<ConsentRow, Error> {
        let place = Place { table: "consent", row: &self.account_id };
        let text_hash = self.text_hash.map(|hash| place.digest("text_hash", hash)).transpose()?;
        Ok(ConsentRow {
            account: place.parse("account_id", &self.account_id)?,
            number: self.number,
            version: self.version,
            text_hash,
            given: self.given != 0,
            at: Timestamp::from_millis(self.at),
            purpose: self.purpose,
            entrance: self.entrance,
        })
    }
}
