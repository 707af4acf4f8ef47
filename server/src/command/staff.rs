//! `jinquan staff add`, `jinquan staff reset` and `jinquan staff end`.

use std::io::BufRead as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use domain::audit::{Act, Entry, Who};
use domain::id::TillId;
use domain::staff::{Login, RENEW_MS, Role};
use domain::time::Timestamp;
use store::staff::{Handed, NewStaff};

use super::{Place, complain, open, say};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::password::{self, PASSWORD_MAX, PASSWORD_MIN};
use crate::setting::PlaceOptions;
use crate::start::{CannotStart, keys};
use crate::totp::Secret;

/// What can be done with accounts.
#[derive(Subcommand)]
pub(super) enum StaffVerb {
    /// Adds an account: prints a made password, or takes one from standard input; prints the address for the phone.
    Add(AddOptions),
    /// Gives an account another password and another secret in place of what its owner has lost; its sessions end.
    Reset {
        /// What its owner signs in with.
        #[arg(long)]
        login: Login,
        /// The password is to be renewed within a week, before anything else.
        #[arg(long)]
        handed_over: bool,
        #[command(flatten)]
        place: PlaceOptions,
    },
    /// Ends an account, and its sessions at once.
    End {
        /// What its owner signs in with.
        #[arg(long)]
        login: Login,
        #[command(flatten)]
        place: PlaceOptions,
    },
}

/// Whose account.
#[derive(Args)]
pub(super) struct AddOptions {
    /// cashier, operator, approver, auditor or administrator.
    #[arg(long, value_parser = role)]
    role: Role,
    /// What its owner signs in with: 3 to 64 of a-z, 0-9, -, _ and .
    #[arg(long)]
    login: Login,
    /// The till of a cashier.
    #[arg(long, value_name = "ID")]
    till: Option<TillId>,
    /// Takes the password from the first line of standard input instead of making one.
    #[arg(long)]
    password_stdin: bool,
    /// The password is to be renewed within a week, before anything else: for whoever hands it to somebody else.
    #[arg(long)]
    handed_over: bool,
    #[command(flatten)]
    place: PlaceOptions,
}

fn role(code: &str) -> Result<Role, String> {
    Role::from_code(code)
        .ok_or_else(|| "a role is cashier, operator, approver, auditor or administrator".to_owned())
}

/// Runs one of them.
pub(super) async fn run(verb: StaffVerb) -> Result<ExitCode, CannotStart> {
    match verb {
        StaffVerb::Add(options) => add(options).await,
        StaffVerb::Reset { login, handed_over, place } => reset(&login, handed_over, place).await,
        StaffVerb::End { login, place } => {
            let place = open(place).await?;
            let clock = place.clock().await?;
            let entry = entry(&clock, Act::StaffEnded, &login, String::new());
            if place.store.end_staff(&login, clock.system(), &entry).await? {
                say(&format!("the account {login} was ended, and its sessions with it"));
                return Ok(ExitCode::SUCCESS);
            }
            complain(&format!("There is no account {login}, or it was ended before."));
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn add(options: AddOptions) -> Result<ExitCode, CannotStart> {
    let AddOptions { role, login, till, password_stdin, handed_over, place } = options;
    if role.is_staff() == till.is_some() {
        complain("--till names the till of a cashier: a cashier needs it, nobody else has one.");
        return Ok(ExitCode::FAILURE);
    }
    let place = open(place).await?;
    let (store, clock) = (&place.store, place.clock().await?);
    let typed = if password_stdin { Some(from_input()?) } else { None };
    let is_typed = typed.is_some();
    let made = make(&place, &login, role, typed).await?;
    let new = NewStaff {
        login: &login,
        role,
        password_hash: made.password_hash.clone(),
        totp_secret: made.totp_secret.clone(),
        till,
        renew_by: renew_by(&clock, handed_over),
        at: clock.system(),
    };
    let entry = entry(&clock, Act::StaffAdded, &login, format!("role {}", role.code()));
    match store.add_staff(&new, &entry).await {
        Ok(true) => {}
        Ok(false) => {
            complain(&format!("There is an account {login} already. Nothing was changed."));
            return Ok(ExitCode::FAILURE);
        }
        // The only law that a checked account can break.
        Err(store::Error::Broken(_)) if till.is_some() => {
            complain("There is no such till. Nothing was changed.");
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => return Err(error.into()),
    }
    made.tell(&login, is_typed);
    Ok(ExitCode::SUCCESS)
}

async fn reset(
    login: &Login,
    handed_over: bool,
    place: PlaceOptions,
) -> Result<ExitCode, CannotStart> {
    let place = open(place).await?;
    let (store, clock) = (&place.store, place.clock().await?);
    if let Some(row) = store.staff(login).await? {
        let made = make(&place, login, row.role, None).await?;
        let handed = Handed {
            login,
            password_hash: made.password_hash.clone(),
            totp_secret: made.totp_secret.clone(),
            renew_by: renew_by(&clock, handed_over),
        };
        let entry = entry(&clock, Act::StaffReset, login, String::new());
        if store.reset_staff(&handed, &entry).await? {
            made.tell(login, false);
            return Ok(ExitCode::SUCCESS);
        }
    }
    complain(&format!("There is no account {login}, or it was ended. Nothing was changed."));
    Ok(ExitCode::FAILURE)
}

/// What somebody signs in with, and how it is stored.
struct Made {
    password: String,
    password_hash: String,
    secret: Option<Secret>,
    totp_secret: Option<Vec<u8>>,
}

async fn make(
    place: &Place,
    login: &Login,
    role: Role,
    typed: Option<String>,
) -> Result<Made, CannotStart> {
    let chance = Chance::default();
    let password = typed.unwrap_or_else(|| password::draw(&chance));
    let hashed = password::hash(&password, &chance);
    let secret = role.is_staff().then(|| Secret::draw(&chance));
    let totp_secret = match &secret {
        None => None,
        Some(secret) => {
            let keys = keys(&place.settings, &place.store).await?;
            let sealed = keys.seal(login, &secret.0, &chance);
            Some(sealed.ok_or_else(|| CannotStart("The secret could not be sealed.".to_owned()))?)
        }
    };
    let password_hash = hashed.map_err(|error| CannotStart(format!("The password: {error}.")))?;
    Ok(Made { password, password_hash, secret, totp_secret })
}

impl Made {
    /// Says what its owner needs; not the password to whoever typed it.
    fn tell(&self, login: &Login, is_typed: bool) {
        say(&format!("login: {login}"));
        if !is_typed {
            say(&format!("password: {}", self.password));
        }
        if let Some(secret) = &self.secret {
            say(&format!("authenticator: {}", secret.address(login)));
        }
    }
}

/// Until when a password that somebody else is given is to be renewed.
fn renew_by(clock: &Clock, handed_over: bool) -> Option<Timestamp> {
    handed_over.then(|| clock.system().plus_millis(RENEW_MS))
}

/// What the audit record says.
fn entry(clock: &Clock, act: Act, login: &Login, detail: String) -> Entry {
    Entry {
        at: clock.campaign(),
        who: Who::Command,
        act,
        subject: format!("staff:{login}"),
        detail,
    }
}

/// The password on the first line of standard input.
fn from_input() -> Result<String, CannotStart> {
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|error| CannotStart(format!("The password could not be read: {error}.")))?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.chars().count() < PASSWORD_MIN || password.len() > PASSWORD_MAX {
        return Err(CannotStart(format!(
            "A password has at least {PASSWORD_MIN} characters and at most {PASSWORD_MAX} bytes."
        )));
    }
    Ok(password)
}
