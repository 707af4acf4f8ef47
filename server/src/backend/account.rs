//! The accounts of those who work at the console, as an administrator sees and changes them. Each act leaves its entry
//! in the audit record, in its own transaction.

use app::failure::Failure;
use domain::audit::{Act, Entry, Who};
use domain::staff::{Login, RENEW_MS, Role};
use store::staff::{Handed, NewStaff};

use super::busy;
use crate::hall::Hall;
use crate::password::{self, Asker};
use crate::totp::Secret;

/// What the owner of an account is given, once: the password is to be renewed within a week. It has no `Debug`, so that
/// it cannot slip into a log.
pub struct Handover {
    /// The password.
    pub password: String,
    /// The secret of the one-time passwords.
    pub secret: Secret,
}

/// Adds an account of the console with a password and a secret that are made here; `None` when the login is taken.
///
/// # Errors
/// [`Failure::Forbidden`] for a role that does not work at the console; busy when the store does not answer or too
/// many passwords are being looked at.
pub async fn add(
    hall: &Hall,
    by: &Login,
    login: &Login,
    role: Role,
) -> Result<Option<Handover>, Failure> {
    if !role.is_staff() {
        return Err(Failure::Forbidden);
    }
    let (handover, sealed) = draw(hall, by, login).await?;
    let new = NewStaff {
        login,
        role,
        password_hash: sealed.password_hash,
        totp_secret: sealed.totp_secret,
        till: None,
        renew_by: sealed.renew_by,
        at: hall.clock.system(),
    };
    let entry = entry(hall, by, Act::StaffAdded, login, format!("role {}", role.code()));
    let added = hall.store.add_staff(&new, &entry).await.map_err(busy)?;
    Ok(added.then_some(handover))
}

/// Gives an account another password and another secret in place of what its owner has lost, and ends its sessions;
/// `None` when there is none that lets anybody in.
///
/// # Errors
/// [`Failure::Forbidden`] for the own account, whose password its owner renews; busy when the store does not answer or
/// too many passwords are being looked at.
pub async fn reset(hall: &Hall, by: &Login, login: &Login) -> Result<Option<Handover>, Failure> {
    if by == login {
        return Err(Failure::Forbidden);
    }
    let (handover, sealed) = draw(hall, by, login).await?;
    let entry = entry(hall, by, Act::StaffReset, login, String::new());
    let reset = hall.store.reset_staff(&sealed, &entry).await.map_err(busy)?;
    Ok(reset.then_some(handover))
}

/// A new password and a new secret: as their owner is given them, and as they are stored.
async fn draw<'a>(
    hall: &Hall,
    by: &Login,
    login: &'a Login,
) -> Result<(Handover, Handed<'a>), Failure> {
    let (password, secret) = (password::draw(&hall.chance), Secret::draw(&hall.chance));
    let turn = hall.passwords.turn(Asker::Known(by)).await?;
    let hashed = turn.hash(password.clone(), hall.chance.clone()).await?;
    let password_hash = hashed.map_err(|_| Failure::Unknown)?;
    let sealed = hall.keys.seal(login, &secret.0, &hall.chance).ok_or(Failure::Unknown)?;
    let handed = Handed {
        login,
        password_hash,
        totp_secret: Some(sealed),
        renew_by: Some(hall.clock.system().plus_millis(RENEW_MS)),
    };
    Ok((Handover { password, secret }, handed))
}

/// Ends an account and its sessions; `false` when there is none, or it was ended before.
///
/// # Errors
/// [`Failure::Forbidden`] for the own account, so that one administrator is always left; busy when the store does not
/// answer.
pub async fn end(hall: &Hall, by: &Login, login: &Login) -> Result<bool, Failure> {
    if by == login {
        return Err(Failure::Forbidden);
    }
    let entry = entry(hall, by, Act::StaffEnded, login, String::new());
    hall.store.end_staff(login, hall.clock.system(), &entry).await.map_err(busy)
}

/// Ends the sessions of an account, whose owner may sign in again; `false` when there is none.
///
/// # Errors
/// [`Failure::Forbidden`] for the own ones, which signing out ends; busy when the store does not answer.
pub async fn end_sessions(hall: &Hall, by: &Login, login: &Login) -> Result<bool, Failure> {
    if by == login {
        return Err(Failure::Forbidden);
    }
    let entry = entry(hall, by, Act::SessionEnded, login, String::new());
    hall.store.end_staff_sessions(login, &entry).await.map_err(busy)
}

fn entry(hall: &Hall, by: &Login, act: Act, login: &Login, detail: String) -> Entry {
    Entry {
        at: hall.clock.campaign(),
        who: Who::Staff(by.clone()),
        act,
        subject: format!("staff:{login}"),
        detail,
    }
}
