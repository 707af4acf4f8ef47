//! `jinquan demo reset`.

use std::process::ExitCode;

use super::{complain, open, say};
use crate::campaign_file::CampaignFile;
use crate::demo;
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// Deletes everything of a demonstration. A database that is not one stays as it is.
pub(super) async fn reset(place: PlaceOptions) -> Result<ExitCode, CannotStart> {
    let store = open(place).await?;
    store.migrate().await?;
    let shipped = CampaignFile::parse(demo::CAMPAIGN)
        .map_err(|findings| CannotStart(findings.to_string()))?;
    let stored = store.campaign().await?;
    let is_demo = stored
        .is_none_or(|stored| stored.shift_ms.is_some() || stored.checksum == shipped.checksum);
    if !is_demo {
        complain("This database does not hold a demonstration: nothing was deleted.");
        return Ok(ExitCode::FAILURE);
    }
    store.reset().await?;
    say("the demonstration was deleted; the next start begins anew");
    Ok(ExitCode::SUCCESS)
}
