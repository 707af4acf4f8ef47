//! `jinquan keys`: who is found by which version of the master key, and taking an old version out of use.

use std::process::ExitCode;

use clap::Subcommand;
use domain::time::DAY_MS;

use super::{complain, open, say};
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// What can be done about keys. None of it needs the keys themselves.
#[derive(Subcommand)]
pub(super) enum KeysVerb {
    /// Says of each version how many persons are found by it, and how many by it alone.
    Status {
        #[command(flatten)]
        place: PlaceOptions,
    },
    /// Takes the hashes under a version away from everybody who has one under a newer version.
    Retire {
        /// The version.
        #[arg(long = "key-version", value_name = "VERSION")]
        version: i64,
        /// Those too who have no other hash: if they come again they are somebody new. Only when every round has been
        /// over for a year.
        #[arg(long)]
        alone_too: bool,
        #[command(flatten)]
        place: PlaceOptions,
    },
}

/// How long after every round those may be lost who did not come back, in milliseconds.
const OVER_MS: i64 = 365 * DAY_MS;

/// Runs the command.
pub(super) async fn run(verb: KeysVerb) -> Result<ExitCode, CannotStart> {
    match verb {
        KeysVerb::Status { place } => status(place).await,
        KeysVerb::Retire { version, alone_too, place } => retire(place, version, alone_too).await,
    }
}

async fn status(place: PlaceOptions) -> Result<ExitCode, CannotStart> {
    let store = open(place).await?.store;
    let versions = store.identity_key_versions().await?;
    if versions.is_empty() {
        say("nobody is known by any key yet");
    }
    for version in &versions {
        let others: Vec<i64> = versions.iter().copied().filter(|other| other != version).collect();
        let found = store.identity_key_use(*version, &others).await?;
        say(&format!(
            "version {version}: {} person(s), {} by it alone",
            found.persons, found.alone
        ));
    }
    Ok(ExitCode::SUCCESS)
}

async fn retire(
    place: PlaceOptions,
    version: i64,
    alone_too: bool,
) -> Result<ExitCode, CannotStart> {
    let place = open(place).await?;
    let store = &place.store;
    let now = place.now().await?;
    if alone_too && store.anybody_may_return(now, OVER_MS).await? {
        complain(
            "Nothing was changed: somebody may come back as long as a round has not been over for a year.",
        );
        return Ok(ExitCode::FAILURE);
    }
    let versions = store.identity_key_versions().await?;
    let newer: Vec<i64> = versions.into_iter().filter(|other| *other > version).collect();
    let gone = store.retire_identity_key(version, &newer, alone_too, now).await?;
    let left = store.identity_key_use(version, &newer).await?;
    say(&format!("{gone} hash(es) under version {version} are gone, {} are left", left.persons));
    if left.persons > 0 {
        say("keep the version in JINQUAN_MASTER_KEYS: these persons are found by it alone");
    }
    Ok(ExitCode::SUCCESS)
}
