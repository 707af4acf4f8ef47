//! What somebody who works here does with their own account: a new password, made here, and the sessions. Each act asks
//! for the password first; wrong ones are counted with those of the sign-in (decision 0025).

use app::failure::Failure;
use domain::audit::{Act, Entry, Who};
use domain::staff::{Login, Role};
use store::staff::{OwnStaffSession, Renewal};

use super::busy;
use super::staff::{NotIn, count, known_device, tries_key};
use crate::hall::Hall;
use crate::key::{hex, sha256};
use crate::password::{self, Asker, PASSWORD_MAX};

/// How much of a session's hash names it in a form.
const NAME_BYTES: usize = 8;

/// Who acts, and what their browser brought.
pub struct Owner {
    /// The account.
    pub login: Login,
    /// What its owner is here for.
    pub role: Role,
    /// The session, by the hash of its token.
    pub session: [u8; 32],
    /// The marks of those who signed in on the device before.
    pub marks: Vec<[u8; 32]>,
}

/// A password that was made, and does not count yet. It has no `Debug`, so that it cannot slip into a log.
pub struct Offer {
    /// The password.
    pub password: String,
    /// Shows that it was made here, for this session, after the current one had been given.
    pub key: String,
}

/// Why a new password was not put in force.
pub enum NotRenewed {
    /// It was not made here for this session: the form is not ours, or its session is over.
    NotOurs,
    /// What was typed to show that it was kept is something else.
    NotKept,
    /// Undecided.
    Failed(Failure),
}

/// The account's sessions that are open, the last used first.
///
/// # Errors
/// Busy when the store does not answer.
pub async fn sessions(hall: &Hall, owner: &Owner) -> Result<Vec<OwnStaffSession>, Failure> {
    let now = hall.clock.system();
    let mut all = hall.store.own_staff_sessions(&owner.login, now).await.map_err(busy)?;
    // What has been idle for too long is over, though nobody has come to hear it.
    all.retain(|session| now.millis_since(session.seen_at) <= owner.role.idle_ms());
    Ok(all)
}

/// What a session is called in a form: enough to tell one account's apart, and it opens nothing.
pub fn name_of(session: &OwnStaffSession) -> String {
    hex(&session.token_hash[..NAME_BYTES])
}

/// Makes a new password for whoever gives the current one. It counts once it was typed again ([`renew`]).
///
/// # Errors
/// [`NotIn`], as at the sign-in.
pub async fn offer(hall: &Hall, owner: &Owner, current: String) -> Result<Offer, NotIn> {
    prove(hall, owner, current).await?;
    let password = password::draw(&hall.chance);
    let key = hall.keys.act_key(&owner.session, &offered(&password));
    Ok(Offer { password, key })
}

/// Puts an offered password in force; every other session ends, and the own one goes on under the token that is given.
///
/// # Errors
/// [`NotRenewed`] says why not; then nothing has changed.
pub async fn renew(
    hall: &Hall,
    owner: &Owner,
    offer: &Offer,
    typed: &str,
) -> Result<[u8; 32], NotRenewed> {
    let Offer { password, key } = offer;
    if password.len() > PASSWORD_MAX
        || !hall.keys.is_act_key(&owner.session, &offered(password), key)
    {
        return Err(NotRenewed::NotOurs);
    }
    if typed != password.as_str() {
        return Err(NotRenewed::NotKept);
    }
    let failed = |failure| NotRenewed::Failed(failure);
    let turn = hall.passwords.turn(Asker::Known(&owner.login)).await.map_err(failed)?;
    let hashed = turn.hash(password.clone(), hall.chance.clone()).await;
    let hashed = hashed.map_err(|undecided| failed(undecided.into()))?;
    let token: [u8; 32] = hall.chance.bytes();
    let renewal = Renewal {
        login: &owner.login,
        session: owner.session,
        next: sha256(&token),
        password_hash: hashed.map_err(|_| failed(Failure::Unknown))?,
        record: &entry(hall, owner, Act::PasswordRenewed),
    };
    let renewed = hall.store.renew_staff_password(&renewal).await;
    if renewed.map_err(|error| failed(busy(error)))? { Ok(token) } else { Err(NotRenewed::NotOurs) }
}

/// Ends the session of that name, or every one but the own, which goes on under the token that is given; `None` when
/// none ended.
///
/// # Errors
/// [`NotIn`], as at the sign-in.
pub async fn end_sessions(
    hall: &Hall,
    owner: &Owner,
    current: String,
    name: Option<&str>,
) -> Result<Option<[u8; 32]>, NotIn> {
    prove(hall, owner, current).await?;
    let only = match name {
        None => None,
        Some(name) => {
            let all = sessions(hall, owner).await.map_err(NotIn::Failed)?;
            let Some(session) = all.iter().find(|session| name_of(session) == name) else {
                return Ok(None);
            };
            Some(session.token_hash)
        }
    };
    let token: [u8; 32] = hall.chance.bytes();
    let session = (owner.session, sha256(&token));
    let entry = entry(hall, owner, Act::SessionEnded);
    let ended = hall.store.end_own_staff_sessions(&owner.login, session, only, &entry).await?;
    Ok(ended.filter(|ended| *ended > 0).map(|_| token))
}

/// Looks at the current password, after counting a try; a right one takes that back.
async fn prove(hall: &Hall, owner: &Owner, current: String) -> Result<(), NotIn> {
    if current.len() > PASSWORD_MAX {
        return Err(NotIn::Wrong);
    }
    // Whoever is signed in is known, on whatever device; wrong tries are still counted by it.
    let turn = hall.passwords.turn(Asker::Known(&owner.login)).await.map_err(NotIn::Failed)?;
    let known = known_device(hall, &owner.login, &owner.marks);
    let tries = tries_key(&owner.login, known.as_ref());
    count(hall, &tries).await?;
    let hash = hall.store.staff(&owner.login).await?.map(|row| row.password_hash);
    let right = turn.is_right(current, hash).await;
    if !right.map_err(|undecided| NotIn::Failed(undecided.into()))? {
        return Err(NotIn::Wrong);
    }
    hall.store.forgive_staff_tries(&tries).await?;
    Ok(())
}

/// What the key of an offer is made for.
fn offered(password: &str) -> String {
    format!("own password\n{password}")
}

fn entry(hall: &Hall, owner: &Owner, act: Act) -> Entry {
    Entry {
        at: hall.clock.campaign(),
        who: Who::Staff(owner.login.clone()),
        act,
        subject: format!("staff:{}", owner.login),
        detail: String::new(),
    }
}
