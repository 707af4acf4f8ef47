//! `jinquan demo reset`.

use std::process::ExitCode;

use super::{complain, make, say};
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// Deletes everything of a demonstration. A database that is not one stays as it is: what makes a demonstration is the
/// key that one keeps, and never its campaign, which a city may have imported from the same file.
pub(super) async fn reset(place: PlaceOptions) -> Result<ExitCode, CannotStart> {
    let store = make(place).await?.store;
    // Whatever filled a database stands in its audit record, the import of the campaign first of all.
    let was_used = store::audit::head(&mut store.snapshot().await?).await?.sequence > 0;
    if was_used && store.demo_key().await?.is_none() {
        complain("This database is not a demonstration's: nothing was deleted.");
        return Ok(ExitCode::FAILURE);
    }
    store.reset().await?;
    say("the demonstration was deleted; the next start begins anew");
    Ok(ExitCode::SUCCESS)
}
