//! Which natural person a sign-in is of (R1), found by the hashes of the identity number.

use domain::id::PersonId;

use super::{Entry, Identity};
use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::text::Place;

/// The person of a sign-in.
pub(super) struct Found {
    pub(super) id: PersonId,
    /// Whether something else is known of them now.
    pub(super) changed: bool,
}

/// The person of a sign-in. `owner` is whose the account has been so far. `None` when another transaction was quicker.
pub(super) async fn person_of(
    tx: &mut Tx,
    entry: &Entry<'_>,
    owner: Option<PersonId>,
) -> Result<Option<Found>, Error> {
    if entry.identities.is_empty() {
        return Ok(Some(match owner {
            Some(id) => Found { id, changed: false },
            None => Found { id: add(tx, entry, "", "").await?, changed: false },
        }));
    }
    let (found, missing) = look_up(tx, &entry.identities).await?;
    let owner_is_known = match owner {
        Some(owner) => is_known(tx, owner).await?,
        None => false,
    };
    let found = match (found, owner) {
        // The account is somebody else's.
        (found, Some(owner)) if owner_is_known && found != Some(owner) => return Err(Error::Bound),
        (Some(id), _) | (None, Some(id)) => Found { id, changed: refresh(tx, entry, id).await? },
        (None, None) => {
            let id = add(tx, entry, &entry.masked_name, &entry.division).await?;
            Found { id, changed: false }
        }
    };
    Ok(note(tx, found.id, missing).await?.then_some(found))
}

/// A hash that was found stays until the sign-in ends: nobody is forgotten while they come in.
const PERSON_OF_HASH: Sql = Sql {
    sqlite: "select person_id from person_identity where key_version = $1 and hash = $2",
    postgres: "select person_id from person_identity where key_version = $1 and hash = $2 for key share",
};

/// The person of whom any of the hashes is known, and those that are not known yet.
async fn look_up(
    tx: &mut Tx,
    identities: &[Identity],
) -> Result<(Option<PersonId>, Vec<Identity>), Error> {
    let mut missing = Vec::new();
    let mut found: Option<String> = None;
    for identity in identities {
        let row: Option<(String,)> = tx
            .query(PERSON_OF_HASH)
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
    let parse = |id: String| Place { table: "person_identity", row: &id }.parse("person_id", &id);
    Ok((found.map(parse).transpose()?, missing))
}

/// Whether any number leads to a person.
async fn is_known(tx: &mut Tx, person: PersonId) -> Result<bool, Error> {
    let row: Option<(i64,)> = tx
        .query("select key_version from person_identity where person_id = $1 limit 1")
        .bind(person.to_string())
        .fetch_optional()
        .await?;
    Ok(row.is_some())
}

/// Adds the hashes that are not known yet; `false` when another transaction added one of them, or another number of the
/// same person, meanwhile.
async fn note(tx: &mut Tx, person: PersonId, missing: Vec<Identity>) -> Result<bool, Error> {
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
            return Ok(false);
        }
    }
    Ok(true)
}

async fn add(
    tx: &mut Tx,
    entry: &Entry<'_>,
    masked_name: &str,
    division: &str,
) -> Result<PersonId, Error> {
    tx.query("insert into person (id, masked_name, division, created_at) values ($1, $2, $3, $4)")
        .bind(entry.new_person.to_string())
        .bind(masked_name.to_owned())
        .bind(division.to_owned())
        .bind(entry.at.millis())
        .execute()
        .await?;
    Ok(entry.new_person)
}

/// The entrance's latest word on name and registration, and that the person is here again; whether it is another than
/// before.
async fn refresh(tx: &mut Tx, entry: &Entry<'_>, person: PersonId) -> Result<bool, Error> {
    let changed = tx
        .query(
            "update person set masked_name = $2, division = $3, deleted_at = null
             where id = $1 and (masked_name <> $2 or division <> $3 or deleted_at is not null)",
        )
        .bind(person.to_string())
        .bind(entry.masked_name.clone())
        .bind(entry.division.clone())
        .execute()
        .await?;
    Ok(changed > 0)
}
