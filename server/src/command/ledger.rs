//! `jinquan ledger verify`.

use std::process::ExitCode;

use super::{open, say};
use crate::clock::Clock;
use crate::ledger;
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// Verifies the ledger; ends with 0 only when nothing is wrong.
pub(super) async fn verify(place: PlaceOptions, json: bool) -> Result<ExitCode, CannotStart> {
    let store = open(place).await?;
    store.migrate().await?;
    // A database whose campaign clock was moved is ahead or behind: the newest record says at least where it is.
    let system = Clock::machine(0).campaign();
    let now = store.newest_record().await?.map_or(system, |newest| newest.max(system));
    let report = ledger::verify(&store, now).await?;
    if json {
        say(&serde_json::to_string(&report).map_err(|error| CannotStart(error.to_string()))?);
    } else {
        say(if report.ok { "the ledger is in order" } else { "THE LEDGER IS NOT IN ORDER" });
        for account in &report.accounts {
            say(&format!("{:>18} fen  {}", account.balance_fen, account.name));
        }
        for round in &report.closing_pending {
            say(&format!("closing pending: {round}"));
        }
        for problem in &report.problems {
            say(&format!("problem: {problem}"));
        }
    }
    Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
