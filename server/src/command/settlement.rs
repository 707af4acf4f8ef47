//! `jinquan settlement check` and `jinquan settlement paid`.

use std::process::ExitCode;

use domain::id::MerchantId;
use domain::time::{BeijingDay, Timestamp};
use store::Store;

use super::{campaign, complain, open, say};
use crate::backend::settlement;
use crate::clock::Clock;
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// Checks every day three ways: redemptions, ledger, file. Ends with 0 only when they agree.
pub(super) async fn check(place: PlaceOptions, json: bool) -> Result<ExitCode, CannotStart> {
    let store = open(place).await?.store;
    campaign(&store).await?;
    let report = settlement::check(&store, now(&store).await?).await?;
    if json {
        say(&serde_json::to_string(&report).map_err(|error| CannotStart(error.to_string()))?);
    } else {
        let (merchants, days) = (report.merchants, report.days);
        say(&format!("{days} day(s) of {merchants} merchant(s)"));
        say(if report.ok { "redemptions, ledger and files agree" } else { "THEY DO NOT AGREE" });
        for problem in &report.problems {
            say(&format!("problem: {problem}"));
        }
    }
    Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Records that the bank paid a merchant for a day.
pub(super) async fn paid(
    place: PlaceOptions,
    merchant: &str,
    date: &str,
    reference: &str,
) -> Result<ExitCode, CannotStart> {
    let merchant: MerchantId =
        merchant.parse().map_err(|_| CannotStart("--merchant: not a merchant.".to_owned()))?;
    let day: BeijingDay = date.parse().map_err(|error| CannotStart(format!("--date: {error}.")))?;
    let store = open(place).await?.store;
    let now = now(&store).await?;
    match settlement::record_payment(&store, merchant, day, reference, now).await {
        Ok(payment) => {
            say(&format!("recorded: ¥{} for {day}, {reference}", payment.payout));
            Ok(ExitCode::SUCCESS)
        }
        Err(settlement::CannotRecord::Store(error)) => Err(error.into()),
        Err(reason) => {
            complain(&format!("Nothing was recorded: {reason}."));
            Ok(ExitCode::FAILURE)
        }
    }
}

/// A database whose campaign clock was moved is ahead or behind: the newest record says at least where it is.
async fn now(store: &Store) -> Result<Timestamp, CannotStart> {
    let system = Clock::machine(0).campaign();
    Ok(store.newest_record().await?.map_or(system, |newest| newest.max(system)))
}
