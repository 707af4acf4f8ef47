//! `settlement check`: every merchant's every day, three ways: what the redemptions and refunds say, what the ledger
//! moved, and what the file says. A payment must carry the hash of the file as it is now.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::MerchantId;
use domain::ledger::{Account, Reason};
use domain::settlement::{DayFigures, DaySettled, is_over, settle, settle_day};
use domain::time::{BeijingDay, Timestamp};
use serde::Serialize;
use store::Store;
use store::ledger::SealedTransfer;
use store::settlement::hold::holds_of;
use store::settlement::{Payment, days_of};

use super::{PAGE, file_of};

/// What the check found.
#[derive(Debug, Serialize)]
pub struct CheckReport {
    /// Whether everything agrees.
    pub ok: bool,
    /// How many merchants were looked at.
    pub merchants: usize,
    /// How many of their days.
    pub days: usize,
    /// What disagrees, in plain sentences.
    pub problems: Vec<String>,
}

/// What the ledger moved to and from a merchant on a day, in fen.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Moved {
    redeemed: i64,
    refunded: i64,
}

type ByMerchantAndDay<T> = BTreeMap<(MerchantId, BeijingDay), T>;

/// Checks every day of every merchant that is over at `now`.
///
/// # Errors
/// When the database does not answer.
pub async fn check(store: &Store, now: Timestamp) -> Result<CheckReport, store::Error> {
    let ledger = moved(store).await?;
    let payments = store.payments().await?;
    let payments = payments.into_iter().map(|it| ((it.merchant, it.day), it)).collect();
    let mut merchants: BTreeSet<MerchantId> =
        ledger.keys().map(|(merchant, _)| *merchant).collect();
    merchants.extend(store::settlement::merchants(&mut store.snapshot().await?).await?);
    let mut report =
        CheckReport { ok: true, merchants: merchants.len(), days: 0, problems: Vec::new() };
    for merchant in merchants {
        check_merchant(store, merchant, (&ledger, &payments), now, &mut report).await?;
    }
    report.ok = report.problems.is_empty();
    Ok(report)
}

/// Checks a merchant's days, all of them of one snapshot.
async fn check_merchant(
    store: &Store,
    merchant: MerchantId,
    (ledger, payments): (&ByMerchantAndDay<Moved>, &ByMerchantAndDay<Payment>),
    now: Timestamp,
    report: &mut CheckReport,
) -> Result<(), store::Error> {
    let mut tx = store.snapshot().await?;
    let (rows, holds) = (days_of(&mut tx, &merchant).await?, holds_of(&mut tx, &merchant).await?);
    let figures: BTreeMap<BeijingDay, DayFigures> = rows.iter().map(|it| (it.day, *it)).collect();
    let settled: BTreeMap<BeijingDay, DaySettled> =
        settle(rows, &holds).into_iter().map(|it| (it.day, it)).collect();
    // Without a sale a day is settled, and may be paid, when the bank is told of what was held.
    let mut days: BTreeSet<BeijingDay> = settled.keys().copied().collect();
    days.extend(days_in(ledger, merchant));
    days.extend(days_in(payments, merchant));
    for day in days.into_iter().filter(|day| is_over(*day, now)) {
        report.days += 1;
        let place = format!("merchant {merchant}, {day}");
        let rows = figures.get(&day).map_or(Moved::default(), |it| Moved {
            redeemed: it.redeemed.fen(),
            refunded: it.refunded.fen(),
        });
        let books = ledger.get(&(merchant, day)).copied().unwrap_or_default();
        if rows != books {
            let (at_till, back) = (rows.redeemed, rows.refunded);
            report.problems.push(format!(
                "{place}: redeemed {at_till} and refunded {back} fen, the ledger moved {} and {}",
                books.redeemed, books.refunded
            ));
        }
        // The ledger alone may know of a day, where rows are missing.
        let settled = settled.get(&day).copied();
        let settled = settled.unwrap_or_else(|| settle_day(day, figures.values().copied(), &holds));
        let file = file_of(&mut tx, merchant, settled).await?;
        if totals(&file.text) != Some(rows) {
            report.problems.push(format!("{place}: the totals of the file are others"));
        }
        let paid = payments.get(&(merchant, day));
        if paid.is_some_and(|it| it.file_hash != file.hash || it.payout != settled.payout) {
            report.problems.push(format!("{place}: the file is not the one that was paid"));
        }
    }
    Ok(())
}

/// The days of a merchant of which something is known.
fn days_in<T>(all: &ByMerchantAndDay<T>, merchant: MerchantId) -> impl Iterator<Item = BeijingDay> {
    let from_first = all.range((merchant, BeijingDay::from_number(i64::MIN))..);
    from_first.take_while(move |((of, _), _)| *of == merchant).map(|((_, day), _)| *day)
}

/// What the redemptions and refunds of the ledger moved, by merchant and Beijing day.
async fn moved(store: &Store) -> Result<ByMerchantAndDay<Moved>, store::Error> {
    let mut moved = ByMerchantAndDay::<Moved>::new();
    let mut after = None;
    loop {
        let page = store.transfers(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(moved) };
        after = Some((last.transfer.chain.to_string(), last.transfer.sequence));
        for SealedTransfer { transfer, .. } in &page {
            let day = transfer.at.beijing_day();
            for posting in &transfer.postings {
                let fen = posting.amount.fen();
                match (transfer.reason, &posting.source, &posting.target) {
                    (Reason::Redemption, _, Account::Payable(merchant)) => {
                        moved.entry((*merchant, day)).or_default().redeemed += fen;
                    }
                    (
                        Reason::Refund,
                        Some(Account::Payable(merchant) | Account::Paid(merchant)),
                        _,
                    ) => {
                        moved.entry((*merchant, day)).or_default().refunded += fen;
                    }
                    _ => {}
                }
            }
        }
    }
}

/// What the last line of a file says.
fn totals(text: &str) -> Option<Moved> {
    let line = text.lines().last()?.strip_prefix("total,")?;
    let cells: Vec<&str> = line.split(',').collect();
    Some(Moved { redeemed: cells.get(8)?.parse().ok()?, refunded: cells.get(11)?.parse().ok()? })
}
