//! `jinquan campaign import FILE` and `jinquan campaign show`.

use std::path::Path;
use std::process::ExitCode;

use domain::audit::Who;
use store::campaign::Imported;

use super::{campaign, complain, make, open, read, say};
use crate::campaign_file::{BYTES_MAX, CampaignFile};
use crate::setting::PlaceOptions;
use crate::start::{self, CannotStart};

/// Imports a file, checked whole first: a file with an error changes nothing.
pub(super) async fn import(place: PlaceOptions, path: &Path) -> Result<ExitCode, CannotStart> {
    let file = parse(path)?;
    let place = make(place).await?;
    let at = place.clock().await?.campaign();
    match start::import(&place.store, &file, at, Who::Command).await? {
        Imported::Done => {
            let rounds = file.rounds.len();
            say(&format!("imported campaign {} with {rounds} round(s)", file.campaign.id));
            Ok(ExitCode::SUCCESS)
        }
        Imported::Unchanged => {
            say(&format!("campaign {} was imported before; nothing changed", file.campaign.id));
            Ok(ExitCode::SUCCESS)
        }
        Imported::Different => {
            complain(
                "The database has another campaign: one database holds one campaign. Nothing was changed.",
            );
            Ok(ExitCode::FAILURE)
        }
    }
}

fn parse(path: &Path) -> Result<CampaignFile, CannotStart> {
    let shown = path.display();
    CampaignFile::parse(&read(path, BYTES_MAX)?).map_err(|findings| {
        let lines: Vec<String> =
            findings.0.iter().map(|finding| format!("{shown}: {finding}")).collect();
        CannotStart(lines.join("\n"))
    })
}

/// Prints the campaign and its rounds.
pub(super) async fn show(place: PlaceOptions) -> Result<ExitCode, CannotStart> {
    let place = open(place).await?;
    let store = &place.store;
    let campaign = campaign(store).await?.campaign;
    say(&format!("campaign {} ({})", campaign.id, campaign.slogan.hant));
    say(&format!("appropriation ¥{}", campaign.appropriation));
    let now = place.clock().await?.campaign();
    for round in store.rounds().await? {
        let (opens, closes) = (round.window.opens_at(), round.window.closes_at());
        let phase = round.phase(now).code();
        say(&format!("round {} ({}): {opens} to {closes}, {phase}", round.id, round.name.hant));
        for pack in &round.packs {
            let (left, total) = (pack.stock.remaining(), pack.stock.total);
            let face = pack.face().map(|face| face.to_string()).unwrap_or_default();
            say(&format!(
                "  pack {} ({}): ¥{face}, {left} of {total} left",
                pack.id, pack.name.hant
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}
