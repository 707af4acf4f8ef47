//! Those who work in the demonstration. Their passwords are public (`/demo.json`), so they are hashed in no time.

use domain::audit::{Act, Entry, Who};
use domain::id::TillId;
use domain::staff::{Login, Role};
use domain::time::Timestamp;
use serde::Serialize;
use store::Store;
use store::staff::NewStaff;

use crate::chance::Chance;
use crate::clock::Clock;
use crate::key::{Keys, sha256};
use crate::password::demo_hash;
use crate::start::CannotStart;
use crate::totp::{SECRET_BYTES, Secret};

/// Somebody of the demonstration's city.
#[derive(Clone, Debug, Serialize)]
pub struct SampleStaff {
    /// What they are here for.
    pub role: Role,
    /// What they sign in with.
    pub login: String,
    /// Their password.
    pub password: String,
    /// The secret of their one-time passwords, in Base 32.
    pub totp_secret: String,
}

/// What a cashier of the demonstration signs in with.
#[derive(Clone, Debug, Serialize)]
pub struct SampleCashier {
    /// The login.
    pub login: String,
    /// The password.
    pub password: String,
}

/// One of each role.
pub fn staff() -> Vec<SampleStaff> {
    Role::ALL
        .into_iter()
        .filter(|role| role.is_staff())
        .map(|role| SampleStaff {
            role,
            login: role.code().to_owned(),
            password: format!("demo-{}-2020", role.code()),
            totp_secret: secret_of(role).text(),
        })
        .collect()
}

/// The cashier of the demonstration's merchant number `place`, from 0.
pub fn cashier(place: usize) -> SampleCashier {
    let number = place + 1;
    SampleCashier {
        login: format!("till-{number:02}"),
        password: format!("demo-till-{number:02}-2020"),
    }
}

/// Gives the staff their accounts, where they have none.
///
/// # Errors
/// When the database does not answer.
pub async fn prepare(
    store: &Store,
    keys: &Keys,
    chance: &Chance,
    clock: &Clock,
) -> Result<(), CannotStart> {
    for sample in staff() {
        let login = login(&sample.login)?;
        if store.staff(&login).await?.is_some() {
            continue;
        }
        let sealed = keys.seal(&login, &secret_of(sample.role).0, chance);
        let new = NewStaff {
            login: &login,
            role: sample.role,
            password_hash: hash(&sample.password, chance)?,
            totp_secret: Some(sealed.ok_or_else(broken)?),
            till: None,
            renew_by: None,
            at: clock.system(),
        };
        store.add_staff(&new, &entry(&new, clock.campaign())).await?;
    }
    Ok(())
}

/// Gives the demonstration's merchant number `place` a cashier at that till, where it has none.
///
/// # Errors
/// When the database does not answer.
pub async fn prepare_cashier(
    store: &Store,
    chance: &Chance,
    (place, till): (usize, TillId),
    clock: &Clock,
) -> Result<(), CannotStart> {
    let sample = cashier(place);
    let login = login(&sample.login)?;
    if store.staff(&login).await?.is_some() {
        return Ok(());
    }
    let new = NewStaff {
        login: &login,
        role: Role::Cashier,
        password_hash: hash(&sample.password, chance)?,
        totp_secret: None,
        till: Some(till),
        renew_by: None,
        at: clock.system(),
    };
    store.add_staff(&new, &entry(&new, clock.campaign())).await?;
    Ok(())
}

/// What the audit record says: nobody added them but the demonstration itself.
fn entry(new: &NewStaff<'_>, at: Timestamp) -> Entry {
    Entry {
        at,
        who: Who::Product,
        act: Act::StaffAdded,
        subject: format!("staff:{}", new.login),
        detail: format!("role {}, demonstration", new.role.code()),
    }
}

/// The secret of the one-time passwords of that role.
pub fn secret_of(role: Role) -> Secret {
    let mut secret = [0; SECRET_BYTES];
    secret.copy_from_slice(
        &sha256(format!("demonstration\n{}", role.code()).as_bytes())[..SECRET_BYTES],
    );
    Secret(secret)
}

fn login(text: &str) -> Result<Login, CannotStart> {
    text.parse().map_err(|_| broken())
}

fn hash(password: &str, chance: &Chance) -> Result<String, CannotStart> {
    demo_hash(password, chance).map_err(|_| broken())
}

fn broken() -> CannotStart {
    CannotStart("The demonstration's staff could not be prepared.".to_owned())
}
