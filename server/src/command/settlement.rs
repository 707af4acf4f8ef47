//! `jinquan settlement check` and `jinquan settlement paid`.

use std::process::ExitCode;

use domain::id::MerchantId;
use domain::time::BeijingDay;

use super::{campaign, complain, open, say};
use crate::backend::settlement;
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// Checks every day three ways: redemptions, ledger, file. Ends with 0 only when they agree.
pub(super) async fn check(place: PlaceOptions, json: bool) -> Result<ExitCode, CannotStart> {
    let place = open(place).await?;
    campaign(&place.store).await?;
    let report = settlement::check(&place.store, place.now().await?).await?;
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

/// Records that the bank paid a merchant for a day. Servers close a round as soon as it is over: where one is over by
/// this clock alone, theirs is another one, by which the day may still be open.
pub(super) async fn paid(
    place: PlaceOptions,
    merchant: &str,
    date: &str,
    reference: &str,
) -> Result<ExitCode, CannotStart> {
    let merchant: MerchantId =
        merchant.parse().map_err(|_| CannotStart("--merchant: not a merchant.".to_owned()))?;
    let day: BeijingDay = date.parse().map_err(|error| CannotStart(format!("--date: {error}.")))?;
    let place = open(place).await?;
    let now = place.now().await?;
    if let Some(round) = place.store.rounds_to_close(now).await?.first() {
        complain(&format!(
            "Nothing was recorded: round {round} is over by this clock ({now}), and no server has closed it. Let one \
             do so, or give the --clock-offset that it has."
        ));
        return Ok(ExitCode::FAILURE);
    }
    match settlement::record_payment(&place.store, merchant, day, reference, now).await {
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
