//! `jinquan settlement check`, `jinquan settlement due` and `jinquan settlement paid`.

mod due;
mod list;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use domain::id::MerchantId;
use domain::settlement::ClosedDay;
use domain::time::{BeijingDay, Timestamp};

use super::{Place, campaign, complain, open, say};
use crate::backend::settlement::{self, CannotRecord};
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

#[derive(Subcommand)]
pub(super) enum SettlementVerb {
    /// Compares redemptions, ledger and files of every day that is over.
    Check {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: PlaceOptions,
    },
    /// Lists what the bank has to pay for a day that is over, merchant by merchant, as CSV with the totals last.
    Due {
        /// The Beijing day, such as 2020-04-22.
        #[arg(long)]
        date: String,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: PlaceOptions,
    },
    /// Records that the bank paid a merchant for a day that is over, or each merchant of a list.
    Paid {
        /// The merchant's identifier.
        #[arg(long, required_unless_present = "list")]
        merchant: Option<String>,
        /// The Beijing day, such as 2020-04-22.
        #[arg(long)]
        date: String,
        /// The bank's reference.
        #[arg(long, required_unless_present = "list")]
        reference: Option<String>,
        /// A file of those that were paid: `merchant,reference`, with these words in its first line.
        #[arg(long, conflicts_with_all = ["merchant", "reference"])]
        list: Option<PathBuf>,
        #[command(flatten)]
        place: PlaceOptions,
    },
}

pub(super) async fn run(verb: SettlementVerb) -> Result<ExitCode, CannotStart> {
    match verb {
        SettlementVerb::Check { json, place } => check(place, json).await,
        SettlementVerb::Due { date, json, place } => due::due(place, &date, json).await,
        SettlementVerb::Paid { list: Some(list), date, place, .. } => {
            list::paid(place, &date, &list).await
        }
        SettlementVerb::Paid { merchant, date, reference, list: None, place } => {
            let (merchant, reference) =
                (merchant.unwrap_or_default(), reference.unwrap_or_default());
            paid(place, &merchant, &date, &reference).await
        }
    }
}

/// Checks every day three ways: redemptions, ledger, file. Ends with 0 only when they agree.
async fn check(place: PlaceOptions, json: bool) -> Result<ExitCode, CannotStart> {
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

/// Records that the bank paid a merchant for a day.
async fn paid(
    place: PlaceOptions,
    merchant: &str,
    date: &str,
    reference: &str,
) -> Result<ExitCode, CannotStart> {
    let merchant: MerchantId =
        merchant.parse().map_err(|_| CannotStart("--merchant: not a merchant.".to_owned()))?;
    let day = read_day(date)?;
    let place = open(place).await?;
    let Some((now, day)) = closed(&place, day, "recorded").await? else {
        return Ok(ExitCode::FAILURE);
    };
    let day = day.day();
    match settlement::record_payment(&place.store, merchant, day, reference, now).await {
        Ok(recorded) => {
            let done = if recorded.is_new { "recorded" } else { "recorded before" };
            say(&format!("{done}: ¥{} for {day}, {reference}", recorded.payment.payout));
            Ok(ExitCode::SUCCESS)
        }
        Err(CannotRecord::Store(error)) => Err(error.into()),
        Err(reason) => {
            complain(&format!("Nothing was recorded: {reason}."));
            Ok(ExitCode::FAILURE)
        }
    }
}

fn read_day(date: &str) -> Result<BeijingDay, CannotStart> {
    date.parse().map_err(|error| CannotStart(format!("--date: {error}.")))
}

/// What time it is, and the day, if it is over by the servers' clock as well; otherwise it is said why nothing was
/// `done`. Servers close a round as soon as it is over: where one is over by this clock alone, theirs is another one,
/// by which the day may still be open.
async fn closed(
    place: &Place,
    day: BeijingDay,
    done: &str,
) -> Result<Option<(Timestamp, ClosedDay)>, CannotStart> {
    let now = place.now().await?;
    if let Some(round) = place.store.rounds_to_close(now).await?.first() {
        complain(&format!(
            "Nothing was {done}: round {round} is over by this clock ({now}), and no server has closed it. Let one do \
             so, or give the --clock-offset that it has."
        ));
        return Ok(None);
    }
    let day = ClosedDay::of(day, now);
    if day.is_none() {
        complain(&format!("Nothing was {done}: {}.", CannotRecord::DayIsOpen));
    }
    Ok(day.map(|day| (now, day)))
}
