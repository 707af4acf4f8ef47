//! `jinquan ledger verify`.

use std::process::ExitCode;
use std::time::Duration;

use tokio::time::Instant;

use super::{campaign, complain, open, say};
use crate::key::hex;
use crate::ledger::{self, Progress};
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// How often whoever waits is told how far it is.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Verifies the ledger; ends with 0 only when nothing is wrong.
pub(super) async fn verify(place: PlaceOptions, json: bool) -> Result<ExitCode, CannotStart> {
    let place = open(place).await?;
    campaign(&place.store).await?;
    let report = ledger::verify(&place.store, place.now().await?, telling()).await?;
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
        let (number, hash) = (report.record_end.sequence, hex(&report.record_end.hash));
        say(&format!("the audit record ends with {number} {hash}"));
    }
    Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Tells how far a verification is, at most once a second.
fn telling() -> impl FnMut(Progress) {
    let mut told = Instant::now();
    move |Progress { what, done, of }| {
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            complain(&format!("{done} of {of} {what}"));
        }
    }
}
