//! `jinquan staff add` and `jinquan staff end`.

use std::io::BufRead as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use domain::audit::{Act, Entry, Who};
use domain::id::TillId;
use domain::staff::{Login, Role};
use store::Store;
use store::staff::NewStaff;

use super::{complain, say};
use crate::chance::Chance;
use crate::clock::Clock;
use crate::password::{self, PASSWORD_MAX, PASSWORD_MIN};
use crate::setting::{PlaceOptions, ServeOptions, Settings};
use crate::start::{CannotStart, keys};
use crate::totp::Secret;

/// What can be done with accounts.
#[derive(Subcommand)]
pub(super) enum StaffVerb {
    /// Adds an account: prints a made password, or takes one from standard input; prints the address for the phone.
    Add(AddOptions),
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
        StaffVerb::End { login, place } => {
            let store = super::open(place).await?;
            store.migrate().await?;
            let clock = Clock::machine(0);
            let entry = entry(Act::StaffEnded, &login, String::new());
            if store.end_staff(&login, clock.system(), &entry).await? {
                say(&format!("the account {login} was ended, and its sessions with it"));
                return Ok(ExitCode::SUCCESS);
            }
            complain(&format!("There is no account {login}, or it was ended before."));
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn add(options: AddOptions) -> Result<ExitCode, CannotStart> {
    let AddOptions { role, login, till, password_stdin, place } = options;
    if role.is_staff() == till.is_some() {
        complain("--till names the till of a cashier: a cashier needs it, nobody else has one.");
        return Ok(ExitCode::FAILURE);
    }
    let settings = Settings::gather(&ServeOptions { place, ..ServeOptions::default() })
        .map_err(|wrong| CannotStart(wrong.to_string()))?;
    let store = Store::open(&settings.database).await?;
    store.migrate().await?;
    let chance = Chance::default();
    let typed = if password_stdin { Some(from_input()?) } else { None };
    let password = typed.clone().unwrap_or_else(|| password::draw(&chance));
    let hashed = password::hash(&password, &chance);
    let secret = role.is_staff().then(|| Secret::draw(&chance));
    let totp_secret = match &secret {
        None => None,
        Some(secret) => {
            let keys = keys(&settings, &store, &chance).await?;
            let sealed = keys.seal(&login, &secret.0, &chance);
            Some(sealed.ok_or_else(|| CannotStart("The secret could not be sealed.".to_owned()))?)
        }
    };
    let new = NewStaff {
        login: &login,
        role,
        password_hash: hashed.map_err(|error| CannotStart(format!("The password: {error}.")))?,
        totp_secret,
        till,
        renew_by: None,
        at: Clock::machine(0).system(),
    };
    let entry = entry(Act::StaffAdded, &login, format!("role {}", role.code()));
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
    say(&format!("login: {login}"));
    if typed.is_none() {
        say(&format!("password: {password}"));
    }
    if let Some(secret) = secret {
        say(&format!("authenticator: {}", secret.address(&login)));
    }
    Ok(ExitCode::SUCCESS)
}

/// What the audit record says.
fn entry(act: Act, login: &Login, detail: String) -> Entry {
    let at = Clock::machine(0).campaign();
    Entry { at, who: Who::Command, act, subject: format!("staff:{login}"), detail }
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
