//! Settlement: what each merchant's Beijing days come to, what the bank has paid, in
//! `settlement/hold.rs` what is held, and in `settlement/due.rs` a day over all merchants.

pub mod due;
pub mod hold;

use domain::id::MerchantId;
use domain::ledger::{Account, Digest, Link, hex};
use domain::money::Amount;
use domain::settlement::DayFigures;
use domain::time::{BeijingDay, Timestamp};

use crate::db::Tx;
use crate::error::Error;
use crate::ledger::{self, SealedTransfer};
use crate::open::Store;
use crate::text::Place;

/// A payment of the bank that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// To whom.
    pub merchant: MerchantId,
    /// For which day.
    pub day: BeijingDay,
    /// How much.
    pub payout: Amount,
    /// How much moved from payable to paid with it.
    pub moved: Amount,
    /// The bank's reference, 1 to 64 characters.
    pub bank_reference: String,
    /// The SHA-256 of the day's file.
    pub file_hash: Digest,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The number of its transfer in the campaign's chain; none where nothing moved.
    pub sequence: Option<i64>,
}

const DAYS: &str = "select day, cast(sum(redeemed) as bigint), cast(sum(refunded) as bigint) from (
         select day, voucher_fen as redeemed, 0 as refunded from redemption where merchant_id = $1
         union all
         select day, 0 as redeemed, voucher_fen as refunded from refund where merchant_id = $1
     ) as moved group by day order by day";

macro_rules! select_payment {
    ($tail:literal) => {
        concat!(
            "select merchant_id, day, payout_fen, moved_fen, bank_reference, file_hash, recorded_at,
                    sequence
             from settlement ",
            $tail
        )
    };
}

impl Store {
    /// The figures of a merchant's days, in order.
    pub async fn days_of(&self, merchant: &MerchantId) -> Result<Vec<DayFigures>, Error> {
        days_of(&mut self.snapshot().await?, merchant).await
    }

    /// What a merchant is owed now, by the ledger.
    pub async fn owed(&self, merchant: &MerchantId) -> Result<Amount, Error> {
        let name = Account::Payable(*merchant).to_string();
        let row: Option<(i64,)> = self
            .db
            .read("select balance_fen from ledger_account where name = $1")
            .bind(name.clone())
            .fetch_optional()
            .await?;
        let fen = row.map_or(0, |(fen,)| fen);
        Place { table: "ledger_account", row: &name }.amount("balance_fen", fen)
    }

    /// The payments to a merchant, by day.
    pub async fn payments_to(&self, merchant: &MerchantId) -> Result<Vec<Payment>, Error> {
        payments_to(&mut self.snapshot().await?, merchant).await
    }

    /// The payments of the bank, by merchant and day.
    pub async fn payments(&self) -> Result<Vec<Payment>, Error> {
        payments(&mut self.snapshot().await?).await
    }
}

/// The figures of a merchant's days in a snapshot or transaction, in order.
pub async fn days_of(tx: &mut Tx, merchant: &MerchantId) -> Result<Vec<DayFigures>, Error> {
    let rows: Vec<(i64, i64, i64)> = tx.query(DAYS).bind(merchant.to_string()).fetch_all().await?;
    let id = merchant.to_string();
    let place = Place { table: "redemption", row: &id };
    let figures = rows.into_iter().map(|(day, redeemed, refunded)| {
        Ok(DayFigures {
            day: BeijingDay::from_number(day),
            redeemed: place.amount("voucher_fen", redeemed)?,
            refunded: place.amount("voucher_fen", refunded)?,
        })
    });
    figures.collect()
}

/// The merchants that have redeemed, by identifier.
pub async fn merchants(tx: &mut Tx) -> Result<Vec<MerchantId>, Error> {
    let rows: Vec<(String,)> = tx
        .query("select distinct merchant_id from redemption order by merchant_id")
        .fetch_all()
        .await?;
    let read = |(id,): &(String,)| Place { table: "redemption", row: id }.parse("merchant_id", id);
    rows.iter().map(read).collect()
}

/// The payments of the bank in a snapshot or transaction, by merchant and day.
pub async fn payments(tx: &mut Tx) -> Result<Vec<Payment>, Error> {
    let rows: Vec<PaymentRow> =
        tx.query(select_payment!("order by merchant_id, day")).fetch_all().await?;
    rows.into_iter().map(PaymentRow::read).collect()
}

/// The payments to a merchant in a snapshot or transaction, by day.
pub async fn payments_to(tx: &mut Tx, merchant: &MerchantId) -> Result<Vec<Payment>, Error> {
    let query =
        tx.query(select_payment!("where merchant_id = $1 order by day")).bind(merchant.to_string());
    query.fetch_all::<PaymentRow>().await?.into_iter().map(PaymentRow::read).collect()
}

/// The payment that a transfer of the campaign's chain moved.
pub async fn payment_of(tx: &mut Tx, sequence: i64) -> Result<Option<Payment>, Error> {
    let row: Option<PaymentRow> =
        tx.query(select_payment!("where sequence = $1")).bind(sequence).fetch_optional().await?;
    row.map(PaymentRow::read).transpose()
}

/// Locks the campaign's chain, which settlements continue, and gives its end. Taken before any
/// account.
pub async fn lock_chain(tx: &mut Tx) -> Result<Link, Error> {
    let _: Option<(i64,)> = tx.query(crate::campaign::LOCK).fetch_optional().await?;
    let last: Option<(i64, Vec<u8>)> = tx
        .query(
            "select sequence, hash from ledger_transfer where chain = 'campaign'
             order by sequence desc limit 1",
        )
        .fetch_optional()
        .await?;
    let Some((sequence, hash)) = last else { return Ok(Link::default()) };
    let place = Place { table: "ledger_transfer", row: "campaign" };
    Ok(Link { sequence, hash: place.digest("hash", hash)? })
}

/// Records a payment, with the transfer that moves it where something moves.
pub async fn record(
    tx: &mut Tx,
    payment: &Payment,
    transfer: Option<&SealedTransfer>,
) -> Result<(), Error> {
    if transfer.map(|sealed| sealed.transfer.sequence) != payment.sequence {
        return Err(Error::broken("a payment names the transfer that moves it"));
    }
    let added = tx
        .query(
            "insert into settlement (merchant_id, day, payout_fen, moved_fen, bank_reference,
                                     file_hash, recorded_at, sequence)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        )
        .bind(payment.merchant.to_string())
        .bind(payment.day.number())
        .bind(payment.payout.fen())
        .bind(payment.moved.fen())
        .bind(payment.bank_reference.clone())
        .bind(hex(&payment.file_hash))
        .bind(payment.recorded_at.millis())
        .bind(payment.sequence)
        .execute()
        .await?;
    if added == 0 {
        return Err(Error::broken("the day was paid already"));
    }
    match transfer {
        Some(sealed) => ledger::post(tx, sealed).await,
        None => Ok(()),
    }
}

#[derive(sqlx::FromRow)]
struct PaymentRow {
    merchant_id: String,
    day: i64,
    payout_fen: i64,
    moved_fen: i64,
    bank_reference: String,
    file_hash: String,
    recorded_at: i64,
    sequence: Option<i64>,
}

impl PaymentRow {
    fn read(self) -> Result<Payment, Error> {
        let place = Place { table: "settlement", row: &self.merchant_id };
        Ok(Payment {
            merchant: place.parse("merchant_id", &self.merchant_id)?,
            day: BeijingDay::from_number(self.day),
            payout: place.amount("payout_fen", self.payout_fen)?,
            moved: place.amount("moved_fen", self.moved_fen)?,
            bank_reference: self.bank_reference,
            file_hash: place.hex("file_hash", &self.file_hash)?,
            recorded_at: Timestamp::from_millis(self.recorded_at),
            sequence: self.sequence,
        })
    }
}
