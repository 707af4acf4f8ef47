//! Persons and their accounts (R1): one natural person, whatever the entrance, account or key
//! version.

use domain::id::{AccountId, PersonId};
use domain::round::RealNameLevel;
use domain::time::Timestamp;

use crate::db::Tx;
use crate::error::Error;
use crate::open::Store;
use crate::session::NewSession;
use crate::text::Place;

/// How often a sign-in begins anew when another one of the same person was quicker.
const ATTEMPTS: usize = 5;

/// The keyed hash of an identity number, and the version of the key.
pub type Identity = (i32, [u8; 32]);

/// A sign-in: who it is, and what comes with it. It has no `Debug`, so that it cannot slip into a
/// log.
pub struct Entry<'a> {
    /// The hashes under every key version still kept, the newest first. All are looked up; missing
    /// ones are added.
    pub identities: Vec<Identity>,
    /// The name as others may see it, such as 王*.
    pub masked_name: String,
    /// The division of registration, six digits (R24).
    pub division: String,
    /// The entrance, such as `demo`.
    pub entrance: &'a str,
    /// The account at the entrance.
    pub subject: String,
    /// How surely the entrance knows the person (R18).
    pub real_name_level: RealNameLevel,
    /// What the person agreed to just now: purpose and version of the text.
    pub consents: Vec<(String, i64)>,
    /// The session to begin.
    pub session: Option<NewSession>,
    /// The session to end: signing in never keeps an old one.
    pub end_session: Option<[u8; 32]>,
    /// The person's identifier, if it is a new one.
    pub new_person: PersonId,
    /// The account's identifier, if it is a new one.
    pub new_account: AccountId,
    /// When, by the system clock.
    pub at: Timestamp,
}

/// Who came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The person.
    pub person: PersonId,
    /// The account.
    pub account: AccountId,
}

impl Store {
    /// Signs a person in, in one transaction. Two first sign-ins of one person at once end with one
    /// person.
    ///
    /// # Errors
    /// [`Error::Bound`] when the account at the entrance belongs to another person.
    pub async fn enter(&self, entry: &Entry<'_>) -> Result<Entered, Error> {
        for _ in 0..ATTEMPTS {
            let mut tx = self.begin().await?;
            if let Some(entered) = try_enter(&mut tx, entry).await? {
                tx.commit().await?;
                return Ok(entered);
            }
            // Another sign-in committed the same person or account meanwhile: begin anew and find
            // it.
            tx.rollback().await?;
        }
        Err(Error::Contended)
    }
}

/// `None` when another transaction was quicker with the same person or account.
async fn try_enter(tx: &mut Tx, entry: &Entry<'_>) -> Result<Option<Entered>, Error> {
    let Some((person, person_changed)) = find_or_add_person(tx, entry).await? else {
        return Ok(None);
    };
    let Some((account, account_changed)) = find_or_add_account(tx, entry, person).await? else {
        return Ok(None);
    };
    let mut consents_added = 0;
    for (purpose, version) in &entry.consents {
        consents_added += tx
            .query(
                "insert into consent (account_id, purpose, version, given_at)
                 values ($1, $2, $3, $4) on conflict do nothing",
            )
            .bind(account.to_string())
            .bind(purpose.clone())
            .bind(*version)
            .bind(entry.at.millis())
            .execute()
            .await?;
    }
    // A new account has no session that anybody could remember.
    let is_new = account == entry.new_account;
    if person_changed || (!is_new && (account_changed || consents_added > 0)) {
        crate::session::note_person(tx, person, entry.at).await?;
    }
    if let Some(token_hash) = &entry.end_session {
        crate::session::end(tx, token_hash, entry.at).await?;
    }
    if let Some(session) = &entry.session {
        crate::session::begin(tx, account, session).await?;
    }
    Ok(Some(Entered { person, account }))
}

/// The person, and whether something else is known of them now.
async fn find_or_add_person(
    tx: &mut Tx,
    entry: &Entry<'_>,
) -> Result<Option<(PersonId, bool)>, Error> {
    let mut missing = Vec::new();
    let mut found: Option<String> = None;
    for identity in &entry.identities {
        let row: Option<(String,)> = tx
            .query("select person_id from person_identity where key_version = $1 and hash = $2")
            .bind(i64::from(identity.0))
            .bind(identity.1.to_vec())
            .fetch_optional()
            .await?;
        match (row, &found) {
            (None, _) => missing.push(*identity),
            (Some((person,)), None) => found = Some(person),
            (Some((person,)), Some(other)) if person == *other => {}
            (Some(_), Some(_)) => {
                return Err(Error::broken("one identity number leads to two persons"));
            }
        }
    }
    let (person, changed) = if let Some(id) = found {
        let person = Place { table: "person_identity", row: &id }.parse("person_id", &id)?;
        (person, refresh_person(tx, entry, person).await?)
    } else {
        add_person(tx, entry).await?;
        (entry.new_person, false)
    };
    for (key_version, hash) in missing {
        let added = tx
            .query(
                "insert into person_identity (key_version, hash, person_id) values ($1, $2, $3)
                 on conflict do nothing",
            )
            .bind(i64::from(key_version))
            .bind(hash.to_vec())
            .bind(person.to_string())
            .execute()
            .await?;
        if added == 0 {
            return Ok(None);
        }
    }
    Ok(Some((person, changed)))
}

async fn add_person(tx: &mut Tx, entry: &Entry<'_>) -> Result<(), Error> {
    if entry.identities.is_empty() {
        return Err(Error::broken("a person without an identity"));
    }
    tx.query("insert into person (id, masked_name, division, created_at) values ($1, $2, $3, $4)")
        .bind(entry.new_person.to_string())
        .bind(entry.masked_name.clone())
        .bind(entry.division.clone())
        .bind(entry.at.millis())
        .execute()
        .await?;
    Ok(())
}

/// The entrance's latest word on name and registration; whether it is another than before.
async fn refresh_person(tx: &mut Tx, entry: &Entry<'_>, person: PersonId) -> Result<bool, Error> {
    let changed = tx
        .query(
            "update person set masked_name = $2, division = $3
         where id = $1 and (masked_name <> $2 or division <> $3)",
        )
        .bind(person.to_string())
        .bind(entry.masked_name.clone())
        .bind(entry.division.clone())
        .execute()
        .await?;
    Ok(changed > 0)
}

/// The account, and whether something else is known of it now.
async fn find_or_add_account(
    tx: &mut Tx,
    entry: &Entry<'_>,
    person: PersonId,
) -> Result<Option<(AccountId, bool)>, Error> {
    let level = i64::from(entry.real_name_level.0);
    let row: Option<(String, String)> = tx
        .query("select id, person_id from account where entrance = $1 and subject = $2")
        .bind(entry.entrance.to_owned())
        .bind(entry.subject.clone())
        .fetch_optional()
        .await?;
    let Some((id, owner)) = row else {
        let added = tx
            .query(
                "insert into account (id, person_id, entrance, subject, real_name_level, created_at)
                 values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            )
            .bind(entry.new_account.to_string())
            .bind(person.to_string())
            .bind(entry.entrance.to_owned())
            .bind(entry.subject.clone())
            .bind(level)
            .bind(entry.at.millis())
            .execute()
            .await?;
        return Ok((added == 1).then_some((entry.new_account, false)));
    };
    if owner != person.to_string() {
        return Err(Error::Bound);
    }
    let changed = tx
        .query("update account set real_name_level = $2 where id = $1 and real_name_level <> $2")
        .bind(id.clone())
        .bind(level)
        .execute()
        .await?;
    let account = Place { table: "account", row: &id }.parse("id", &id)?;
    Ok(Some((account, changed > 0)))
}
