//! Persons and their accounts (R1): one natural person, whatever the entrance, account or key
//! version.

mod identity;

use domain::id::{AccountId, PersonId};
use domain::round::RealNameLevel;
use domain::time::Timestamp;

use crate::consent::Shown;
use crate::db::{Sql, Tx};
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
    /// ones are added. None, where the entrance named nobody: the account then keeps the person that
    /// it has, or gets one of its own who is known by nothing.
    pub identities: Vec<Identity>,
    /// The name as others may see it, such as 王*. It counts only with an identity.
    pub masked_name: String,
    /// The division of registration, six digits (R24). It counts only with an identity.
    pub division: String,
    /// The entrance, such as `demo`.
    pub entrance: &'a str,
    /// The account at the entrance.
    pub subject: String,
    /// How surely the entrance knows the person (R18). Without an identity an account keeps the level
    /// that it has, or has none.
    pub real_name_level: RealNameLevel,
    /// What the person agreed to just now.
    pub consents: Vec<Shown>,
    /// The session to begin.
    pub session: Option<NewSession>,
    /// What kind of device and app the session begins on, in a few words of our own; no more is kept
    /// of it.
    pub device: String,
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
    let known = account_of(tx, entry).await?;
    let owner = known.as_ref().map(|known| known.person);
    let Some(person) = identity::person_of(tx, entry, owner).await? else { return Ok(None) };
    let Some((account, account_changed)) = settle_account(tx, entry, known, person.id).await?
    else {
        return Ok(None);
    };
    if let Some(token_hash) = &entry.end_session
        && !entry.identities.is_empty()
    {
        match_account(tx, entry, token_hash, person.id).await?;
    }
    let mut consents_added = false;
    for shown in &entry.consents {
        consents_added |= crate::consent::give(tx, account, shown, entry.at).await?;
    }
    // A new account has no session that anybody could remember.
    let is_new = account == entry.new_account;
    if person.changed || (!is_new && (account_changed || consents_added)) {
        crate::session::note_person(tx, person.id).await?;
    }
    if let Some(token_hash) = &entry.end_session {
        crate::session::end(tx, token_hash).await?;
    }
    if let Some(session) = &entry.session {
        crate::session::begin(tx, account, session, &entry.device).await?;
    }
    Ok(Some(Entered { person: person.id, account }))
}

/// An account that was found stays until the sign-in ends: its owner may leave at the same instant.
const ACCOUNT: Sql = Sql {
    sqlite: "select id, person_id from account where entrance = $1 and subject = $2",
    postgres: "select id, person_id from account where entrance = $1 and subject = $2 for key share",
};

/// An account that came before.
struct Known {
    account: AccountId,
    person: PersonId,
}

async fn account_of(tx: &mut Tx, entry: &Entry<'_>) -> Result<Option<Known>, Error> {
    let row: Option<(String, String)> = tx
        .query(ACCOUNT)
        .bind(entry.entrance.to_owned())
        .bind(entry.subject.clone())
        .fetch_optional()
        .await?;
    let Some((id, person)) = row else { return Ok(None) };
    let place = Place { table: "account", row: &id };
    let (account, person) = (place.parse("id", &id)?, place.parse("person_id", &person)?);
    Ok(Some(Known { account, person }))
}

/// The account as it stands after this sign-in, and whether something else is known of it now.
async fn settle_account(
    tx: &mut Tx,
    entry: &Entry<'_>,
    known: Option<Known>,
    person: PersonId,
) -> Result<Option<(AccountId, bool)>, Error> {
    let is_named = !entry.identities.is_empty();
    let level = if is_named { entry.real_name_level } else { RealNameLevel::UNKNOWN };
    let Some(known) = known else {
        let added = tx
            .query(
                "insert into account (id, person_id, entrance, subject, real_name_level, created_at)
                 values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            )
            .bind(entry.new_account.to_string())
            .bind(person.to_string())
            .bind(entry.entrance.to_owned())
            .bind(entry.subject.clone())
            .bind(i64::from(level.0))
            .bind(entry.at.millis())
            .execute()
            .await?;
        return Ok((added == 1).then_some((entry.new_account, false)));
    };
    let changed =
        if is_named { give_account(tx, known.account, person, level).await? } else { false };
    Ok(Some((known.account, changed)))
}

/// Writes down whose an account is, and how surely; whether that is news.
async fn give_account(
    tx: &mut Tx,
    account: AccountId,
    person: PersonId,
    level: RealNameLevel,
) -> Result<bool, Error> {
    let changed = tx
        .query(
            "update account set person_id = $2, real_name_level = $3
             where id = $1 and (person_id <> $2 or real_name_level <> $3)",
        )
        .bind(account.to_string())
        .bind(person.to_string())
        .bind(i64::from(level.0))
        .execute()
        .await?;
    Ok(changed > 0)
}

/// The account that was here in this browser a moment ago, without anybody known behind it, goes to the person who
/// comes in now, if that was asked for in that session.
async fn match_account(
    tx: &mut Tx,
    entry: &Entry<'_>,
    token_hash: &[u8; 32],
    person: PersonId,
) -> Result<(), Error> {
    let row: Option<(String,)> = tx
        .query(
            "select a.id from session s join account a on a.id = s.account_id
             where s.token_hash = $1 and s.match_until > $2 and not exists (
                 select 1 from person_identity i where i.person_id = a.person_id
             )",
        )
        .bind(token_hash.to_vec())
        .bind(entry.at.millis())
        .fetch_optional()
        .await?;
    let Some((id,)) = row else { return Ok(()) };
    let account = Place { table: "account", row: &id }.parse("id", &id)?;
    if give_account(tx, account, person, entry.real_name_level).await? {
        crate::session::note_person(tx, person).await?;
    }
    Ok(())
}
