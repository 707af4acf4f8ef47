//! Signing in of those who work here: cashiers with login and password, staff with a one-time password as well.

use std::net::IpAddr;

use app::failure::Failure;
use domain::audit::{Act, Entry, Who};
use domain::staff::{Login, Role, Tries, steps_taken};
use store::Error;
use store::session::NewSession;
use store::staff::{StaffEntry, StaffRow, lock_tries, note_tries};

use super::busy;
use crate::hall::Hall;
use crate::key::{hex, sha256};
use crate::password::{Asker, PASSWORD_MAX};
use crate::totp::{SECRET_BYTES, Secret};

/// For how many logins a device is known at once, of those who signed in last: whoever takes turns at a till in a day,
/// and who stands in for them. Each is 64 letters more in what the browser sends.
pub const MARKS_MAX: usize = 4;

/// Where somebody signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// `/till`: cashiers.
    Till,
    /// `/console`: staff.
    Console,
}

impl Door {
    /// Whether a role comes in here.
    pub const fn admits(self, role: Role) -> bool {
        role.is_staff() == matches!(self, Self::Console)
    }
}

/// What was typed. It has no `Debug`, so that it cannot slip into a log.
pub struct Typed {
    /// The login.
    pub login: String,
    /// The password.
    pub password: String,
    /// The one-time password, at the console.
    pub one_time: String,
}

/// What the browser brought.
pub struct Carried {
    /// The session that it had, by the hash of its token.
    pub session: Option<[u8; 32]>,
    /// The marks of those who signed in on the device before, the latest first.
    pub marks: Vec<[u8; 32]>,
    /// Its app and system, in a few words of our own.
    pub on: String,
}

/// A sign-in that succeeded: what the browser takes along.
pub struct Entered {
    /// The session's token.
    pub token: [u8; 32],
    /// The marks of the device: of this sign-in, and of those of others before.
    pub marks: Vec<[u8; 32]>,
    /// What its owner is here for.
    pub role: Role,
}

/// Why somebody is not in.
#[derive(Debug)]
pub enum NotIn {
    /// Login, password and one-time password do not belong together.
    Wrong,
    /// Too many wrong ones: nothing is looked at for so many milliseconds.
    Locked {
        /// Until then.
        retry_after_ms: i64,
    },
    /// The cashier's till is closed.
    TillClosed,
    /// The password was handed over, and its owner did not renew it in time.
    Overdue,
    /// Undecided.
    Failed(Failure),
}

impl From<Error> for NotIn {
    fn from(error: Error) -> Self {
        Self::Failed(busy(error))
    }
}

/// Signs somebody in who asks from that address: a new session, and the end of the one that the browser had.
///
/// # Errors
/// [`NotIn`] says why not; whether there is such a login it does not say.
pub async fn sign_in(
    hall: &Hall,
    door: Door,
    typed: Typed,
    carried: &Carried,
    from: Option<IpAddr>,
) -> Result<Entered, NotIn> {
    let login = typed.login.trim().to_ascii_lowercase().parse::<Login>().ok();
    let known = login.as_ref().and_then(|login| known_device(hall, login, &carried.marks));
    let block = from.and_then(|address| hall.limits.block_of(address));
    // What is asked before the password is looked at is the same whether or not there is such a login.
    let now = hall.clock.system();
    let within = match (&login, known) {
        (Some(login), Some(_)) => hall.limits.known(login, now),
        _ => hall.limits.entry_of(block, now),
    };
    within.map_err(NotIn::Failed)?;
    let Some(login) = login.filter(|_| typed.password.len() <= PASSWORD_MAX) else {
        return Err(NotIn::Wrong);
    };
    // First a turn, then the count: whoever is sent away for the crowd has not tried.
    let asker = if known.is_some() { Asker::Known(&login) } else { Asker::Stranger(block) };
    let turn = hall.passwords.turn(asker).await.map_err(NotIn::Failed)?;
    let tries = tries_key(&login, known.as_ref());
    count(hall, &tries).await?;
    let row = hall.store.staff(&login).await?.filter(|row| door.admits(row.role));
    let hash = row.as_ref().map(|row| row.password_hash.clone());
    let right = turn.is_right(typed.password, hash).await;
    let right = right.map_err(|undecided| NotIn::Failed(undecided.into()))?;
    let Some(row) = row.filter(|_| right) else { return Err(NotIn::Wrong) };
    if row.till_closed {
        return Err(NotIn::TillClosed);
    }
    let totp_step = match door {
        Door::Till => None,
        Door::Console => Some(step(hall, &login, &row, typed.one_time.trim())?),
    };
    if row.renew_by.is_some_and(|by| by <= hall.clock.system()) {
        return Err(NotIn::Overdue);
    }
    enter(hall, &login, row, totp_step, tries, carried).await
}

/// The mark of that login on a device, where it has signed in on it.
pub(super) fn known_device(hall: &Hall, login: &Login, marks: &[[u8; 32]]) -> Option<[u8; 32]> {
    marks.iter().copied().find(|mark| hall.keys.knows_device(login, mark))
}

/// Under what the tries of a login are counted: on a device that it is known on, apart from everywhere else.
pub(super) fn tries_key(login: &Login, device: Option<&[u8; 32]>) -> [u8; 32] {
    let device = device.map(|mark| hex(mark)).unwrap_or_default();
    sha256(format!("sign-in\n{login}\n{device}").as_bytes())
}

/// Counts a try as a wrong one, before it is looked at; a right one takes it back.
pub(super) async fn count(hall: &Hall, key: &[u8; 32]) -> Result<(), NotIn> {
    let mut tx = hall.store.begin().await?;
    let before = lock_tries(&mut tx, key).await?;
    let now = hall.clock.system();
    match Tries::counting(before, now) {
        Ok(tries) => {
            note_tries(&mut tx, key, &tries).await?;
            tx.commit().await?;
            Ok(())
        }
        Err(end) => {
            tx.rollback().await?;
            Err(NotIn::Locked { retry_after_ms: end.millis_since(now) })
        }
    }
}

/// The step of the one-time password that was typed.
fn step(hall: &Hall, login: &Login, row: &StaffRow, password: &str) -> Result<i64, NotIn> {
    let sealed = row.totp_secret.as_deref().unwrap_or_default();
    let Some(secret) = hall.keys.unseal(login, sealed) else {
        tracing::error!("a one-time password's secret does not open: was a master key taken away?");
        return Err(NotIn::Failed(Failure::Unknown));
    };
    let secret: [u8; SECRET_BYTES] =
        secret.try_into().map_err(|_| NotIn::Failed(Failure::Unknown))?;
    let steps = steps_taken(hall.clock.system(), row.totp_step);
    Secret(secret).step_of(password, steps).ok_or(NotIn::Wrong)
}

async fn enter(
    hall: &Hall,
    login: &Login,
    row: StaffRow,
    totp_step: Option<i64>,
    tries: [u8; 32],
    carried: &Carried,
) -> Result<Entered, NotIn> {
    let role = row.role;
    let token: [u8; 32] = hall.chance.bytes();
    let now = hall.clock.system();
    let entry = StaffEntry {
        login,
        password_hash: row.password_hash,
        session: NewSession {
            token_hash: sha256(&token),
            created_at: now,
            expires_at: now.plus_millis(role.session_ms()),
        },
        device: carried.on.clone(),
        end_session: carried.session,
        totp_step,
        tries,
        record: role.is_staff().then(|| Entry {
            at: hall.clock.campaign(),
            who: Who::Staff(login.clone()),
            act: Act::StaffSignedIn,
            subject: format!("staff:{login}"),
            detail: String::new(),
        }),
    };
    // The one-time password was used meanwhile, or the password is another one by now: what was typed is wrong.
    if !hall.store.enter_staff(&entry).await? {
        return Err(NotIn::Wrong);
    }
    let others = carried.marks.iter().copied().filter(|mark| !hall.keys.knows_device(login, mark));
    let own = hall.keys.device_mark(login, hall.chance.bytes());
    let marks = std::iter::once(own).chain(others).take(MARKS_MAX).collect();
    Ok(Entered { token, marks, role })
}
