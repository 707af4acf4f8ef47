//! Settlement of a merchant's Beijing days: the file, the list of a day over all merchants, the recording of what the
//! bank paid, and the three-way check of redemptions, ledger and files.

mod check;
mod due;
mod hold;

use app::failure::Failure;
use domain::audit::{Act, Entry, Who};
use domain::id::MerchantId;
use domain::ledger::{Account, Chain, Digest, Posting, Reason, Transfer};
use domain::money::Amount;
use domain::settlement::hold::Hold;
use domain::settlement::{DaySettled, Line, backed, file, is_bank_reference, is_over, settle_day};
use domain::time::{BeijingDay, Timestamp};
use store::settlement::hold::holds_of;
use store::settlement::{Payment, days_of};
use store::{Store, Tx};

use crate::campaign_file::seal;
use crate::hall::Hall;
use crate::key::{hex, sha256};

pub use check::{CheckReport, check};
pub use due::{MERCHANTS, due_after};
pub use hold::{held, hold};

/// How many rows are read at a time.
const PAGE: u32 = 1_000;

/// The file of a merchant's day.
pub struct DayFile {
    /// How the day is settled.
    pub settled: DaySettled,
    /// The file.
    pub text: String,
    /// Its SHA-256.
    pub hash: Digest,
}

/// The file of a merchant's day, for whoever may see it.
///
/// # Errors
/// [`Failure::NotFound`] for a day that has not begun.
pub async fn of_day(
    hall: &Hall,
    merchant: MerchantId,
    day: BeijingDay,
) -> Result<DayFile, Failure> {
    if day > hall.clock.campaign().beijing_day() {
        return Err(Failure::NotFound);
    }
    day_file(&hall.store, merchant, day).await.map_err(super::busy)
}

/// The file of a merchant's day: a function of what happened up to the end of that day, so that the file of a day that
/// is over is the same whenever it is made. Made of one snapshot.
///
/// # Errors
/// When the database does not answer.
pub async fn day_file(
    store: &Store,
    merchant: MerchantId,
    day: BeijingDay,
) -> Result<DayFile, store::Error> {
    let mut tx = store.snapshot().await?;
    let (days, holds) = (days_of(&mut tx, &merchant).await?, holds_of(&mut tx, &merchant).await?);
    file_of(&mut tx, merchant, settle_day(day, days, &holds)).await
}

/// The file of a day that is settled like this, in the same snapshot.
async fn file_of(
    tx: &mut Tx,
    merchant: MerchantId,
    settled: DaySettled,
) -> Result<DayFile, store::Error> {
    let lines = lines(tx, &merchant, settled.day).await?;
    let text = file(merchant, &settled, &lines);
    let hash = sha256(text.as_bytes());
    Ok(DayFile { settled, text, hash })
}

async fn lines(
    tx: &mut Tx,
    merchant: &MerchantId,
    day: BeijingDay,
) -> Result<Vec<Line>, store::Error> {
    let mut lines = Vec::new();
    let mut after = None;
    loop {
        let page = store::redemption::redemptions_of_day(tx, merchant, day, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        lines.extend(page.into_iter().map(|it| Line::Redemption(Box::new(it))));
    }
    let mut after = None;
    loop {
        let page = store::refund::refunds_of_day(tx, merchant, day, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        lines.extend(page.into_iter().map(|it| Line::Refund(Box::new(it))));
    }
    lines.sort_by_key(|line| match line {
        Line::Redemption(it) => (it.redeemed_at, it.id.to_string()),
        Line::Refund(it) => (it.refunded_at, it.id.to_string()),
    });
    Ok(lines)
}

/// Why a payment cannot be recorded, for whoever records it.
#[derive(Debug, thiserror::Error)]
pub enum CannotRecord {
    /// The day is not over, or not for a minute yet, so its file may still change.
    #[error("the day is not over, or has been for less than a minute")]
    DayIsOpen,
    /// Nobody has that identifier.
    #[error("there is no such merchant")]
    NoMerchant,
    /// The day is not what its file says any more.
    #[error("the day changed while its file was made: record it again")]
    Changed,
    /// Nothing is to be paid for the day.
    #[error("nothing is to be paid for that day")]
    NothingToPay,
    /// An operator holds what the merchant is owed.
    #[error("the merchant's money is held: it must be released first")]
    Held,
    /// It was recorded before, with another reference.
    #[error("the day was paid already, with another reference")]
    PaidAlready,
    /// The reference has no characters, or too many.
    #[error("a bank reference has 1 to 64 visible characters")]
    Reference,
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A payment as it is on record.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The payment.
    pub payment: Payment,
    /// Whether it was recorded just now; else it was before, and nothing changed.
    pub is_new: bool,
}

/// Records that the bank paid a merchant for a day that is over: payable → paid (R14). The same again changes nothing.
///
/// # Errors
/// [`CannotRecord`], the first that holds.
pub async fn record_payment(
    store: &Store,
    merchant: MerchantId,
    day: BeijingDay,
    bank_reference: &str,
    now: Timestamp,
) -> Result<Recorded, CannotRecord> {
    if !is_bank_reference(bank_reference) {
        return Err(CannotRecord::Reference);
    }
    if !is_over(day, now) {
        return Err(CannotRecord::DayIsOpen);
    }
    // A long day takes its time, so the file is made before anything is locked. The day is over, and this is what it
    // will always be.
    let DayFile { settled, hash: file_hash, .. } = day_file(store, merchant, day).await?;
    let mut tx = store.begin().await?;
    // The merchant comes first: meanwhile nobody holds its money or records another payment to it.
    store::merchant::lock(&mut tx, &merchant).await?.ok_or(CannotRecord::NoMerchant)?;
    let own = store::settlement::payments_to(&mut tx, &merchant).await?;
    if let Some(before) = own.iter().find(|it| it.day == day) {
        let same = before.bank_reference == bank_reference;
        let before = Recorded { payment: before.clone(), is_new: false };
        return if same { Ok(before) } else { Err(CannotRecord::PaidAlready) };
    }
    let holds = holds_of(&mut tx, &merchant).await?;
    if holds.iter().any(Hold::is_open) {
        return Err(CannotRecord::Held);
    }
    if settle_day(day, days_of(&mut tx, &merchant).await?, &holds) != settled {
        return Err(CannotRecord::Changed);
    }
    if settled.payout == Amount::ZERO {
        return Err(CannotRecord::NothingToPay);
    }
    let link = store::settlement::lock_chain(&mut tx).await?;
    let (payable, paid) = (Account::Payable(merchant), Account::Paid(merchant));
    let held = store::ledger::lock_accounts(&mut tx, [payable.clone(), paid.clone()]).await?;
    let holds = |account: &Account| held.get(account).copied().unwrap_or_default();
    let in_all = own.iter().try_fold(settled.payout, |sum, it| sum.plus(it.payout));
    let in_all = in_all.ok_or_else(crate::lane::till::no_amount)?;
    let moved = backed(holds(&payable), holds(&paid), in_all);
    let mut payment = Payment {
        merchant,
        day,
        payout: settled.payout,
        moved,
        bank_reference: bank_reference.to_owned(),
        file_hash,
        recorded_at: now,
        sequence: None,
    };
    let transfer = (moved > Amount::ZERO).then(|| {
        let postings = vec![Posting { source: Some(payable), target: paid, amount: moved }];
        let digest = digest_of(&payment);
        seal(Transfer::batch(Reason::Settlement, Chain::Campaign, now, postings, digest, link))
    });
    payment.sequence = transfer.as_ref().map(|sealed| sealed.transfer.sequence);
    store::settlement::record(&mut tx, &payment, transfer.as_ref()).await?;
    store::audit::record(&mut tx, &entry(&payment)).await?;
    tx.commit().await?;
    Ok(Recorded { payment, is_new: true })
}

/// What the audit record says of a payment. It is recorded with a command of the machine, and nowhere else.
fn entry(payment: &Payment) -> Entry {
    let Payment { merchant, day, payout, moved, bank_reference, .. } = payment;
    Entry {
        at: payment.recorded_at,
        who: Who::Command,
        act: Act::SettlementPaid,
        subject: format!("settlement:{merchant} {day}"),
        detail: format!("payout {payout}, moved {moved}, bank reference {bank_reference}"),
    }
}

/// The digest of a payment: what an auditor recomputes from its row.
pub fn digest_of(payment: &Payment) -> Digest {
    let Payment { merchant, day, bank_reference, .. } = payment;
    let (payout, moved) = (payment.payout.fen(), payment.moved.fen());
    let (hash, at) = (hex(&payment.file_hash), payment.recorded_at.millis());
    let head = "jinquan-settlement-1";
    let text = format!("{head}\n{merchant} {day} {payout} {moved} {hash} {at}\n{bank_reference}\n");
    sha256(text.as_bytes())
}
