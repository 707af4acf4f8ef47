//! `jinquan migrate` and `jinquan doctor`.

use std::process::ExitCode;

use super::{NOT_CURRENT, find, make, say};
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// Brings the tables up to date.
pub(super) async fn migrate(place: PlaceOptions) -> Result<ExitCode, CannotStart> {
    make(place).await?;
    say("the database is up to date");
    Ok(ExitCode::SUCCESS)
}

/// Looks at settings and health; ends with 0 only when nothing was found.
pub(super) async fn doctor(place: PlaceOptions) -> Result<ExitCode, CannotStart> {
    let store = find(place).await?.store;
    if !store.is_current().await? {
        say(NOT_CURRENT);
        return Ok(ExitCode::FAILURE);
    }
    let findings = store.examine().await?;
    for finding in &findings {
        say(finding);
    }
    if findings.is_empty() {
        say("nothing found: the database is healthy and keeps what it acknowledges");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
