//! The digits of voucher codes that are on show. Digits are live only once shown, and the number of
//! live ones is bounded: that is what bounds a guess.

use std::sync::{Mutex, PoisonError};

use domain::code::{Digits, REMEMBERED_MS, Step, WRONG_TRIES_MAX};
use domain::id::{MerchantId, VoucherId};
use domain::time::{BeijingDay, SECOND_MS, Timestamp};

use crate::db::Tx;
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

/// The most old digits that one call deletes.
const PURGE_MAX: i64 = 100;
/// How long a count of the live digits serves: counting is a walk over all of them.
const COUNT_SERVES_MS: i64 = SECOND_MS;

/// What became of a wish to show a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// These digits are live; the same ones for the same voucher and step, however often asked.
    Shown(Digits),
    /// As many are live as may be: show the QR code alone.
    Full,
    /// Another voucher has these digits: draw again.
    Taken,
}

/// The number of live digits as of a moment ago. Another server's digits of the last second are not
/// in it.
#[derive(Default)]
pub(crate) struct LiveCount(Mutex<Option<(Timestamp, i64)>>);

impl LiveCount {
    /// The count, if it still serves at `now`.
    fn at(&self, now: Timestamp) -> Option<i64> {
        let held = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, count) = held?;
        let age = now.millis_since(at);
        (0..COUNT_SERVES_MS).contains(&age).then_some(count)
    }

    fn set(&self, now: Timestamp, count: i64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, count));
    }

    fn add_one(&self) {
        if let Some((_, count)) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            *count += 1;
        }
    }

    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The voucher that digits stand for, and the step in which they were shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownFor {
    /// The voucher.
    pub voucher: VoucherId,
    /// The step.
    pub step: Step,
}

impl Store {
    /// What digits were shown for, as long as they are remembered; their freshness follows from the
    /// step.
    pub async fn shown_digits(&self, digits: Digits) -> Result<Option<ShownFor>, Error> {
        let row: Option<(String, i64, i64)> = self
            .db
            .read("select claim_id, slot, step from shown_code where digits = $1")
            .bind(digits.to_string())
            .fetch_optional()
            .await?;
        let Some((claim, slot, step)) = row else { return Ok(None) };
        let place = Place { table: "shown_code", row: &claim };
        let voucher = VoucherId {
            claim: place.parse("claim_id", &claim)?,
            slot: place.number("slot", slot)?,
        };
        Ok(Some(ShownFor { voucher, step: Step::from_number(step) }))
    }

    /// The digits that are live for a voucher's code of a step, if it was shown.
    pub async fn digits_shown(
        &self,
        voucher: VoucherId,
        step: Step,
    ) -> Result<Option<Digits>, Error> {
        shown_for(self.db.read(SELECT_SHOWN), voucher, step).await
    }

    /// How many wrong digits were typed at a merchant on a day.
    pub async fn wrong_digits(&self, merchant: &MerchantId, day: BeijingDay) -> Result<u32, Error> {
        let row: Option<(i64,)> = self
            .db
            .read("select tries from wrong_digits where merchant_id = $1 and day = $2")
            .bind(merchant.to_string())
            .bind(day.number())
            .fetch_optional()
            .await?;
        Ok(row.map_or(0, |(tries,)| u32::try_from(tries).unwrap_or(u32::MAX)))
    }

    /// Counts wrong digits at a merchant; `false` when as many were typed as may be: then nobody is
    /// told that these were wrong.
    pub async fn count_wrong_digits(
        &self,
        merchant: &MerchantId,
        day: BeijingDay,
    ) -> Result<bool, Error> {
        let counted = self
            .db
            .write(
                "insert into wrong_digits (merchant_id, day, tries) values ($1, $2, 1)
                 on conflict (merchant_id, day) do update set tries = wrong_digits.tries + 1
                 where wrong_digits.tries < $3",
            )
            .bind(merchant.to_string())
            .bind(day.number())
            .bind(i64::from(WRONG_TRIES_MAX))
            .execute()
            .await?;
        Ok(counted == 1)
    }

    /// Shows a voucher's code in a step: the digits already shown for it, or `candidate`. Live
    /// until [`Step::taken_until`].
    pub async fn show_code(
        &self,
        voucher: VoucherId,
        step: Step,
        candidate: Digits,
        now: Timestamp,
    ) -> Result<Shown, Error> {
        if let Some(digits) = self.digits_shown(voucher, step).await? {
            return Ok(Shown::Shown(digits));
        }
        if self.live_digits(now).await? >= i64::from(Digits::LIVE_MAX) {
            return Ok(Shown::Full);
        }
        let mut tx = self.begin().await?;
        purge(&mut tx, now).await?;
        let added = tx
            .query(
                "insert into shown_code (digits, claim_id, slot, step, live_until)
                 values ($1, $2, $3, $4, $5) on conflict do nothing",
            )
            .bind(candidate.to_string())
            .bind(voucher.claim.to_string())
            .bind(i64::from(voucher.slot))
            .bind(step.number())
            .bind(step.taken_until().millis())
            .execute()
            .await?;
        if added == 1 {
            tx.commit().await?;
            self.live_codes.add_one();
            return Ok(Shown::Shown(candidate));
        }
        // Either somebody asked for the same code at the same time, or the digits are another
        // voucher's.
        let shown = shown_for(tx.query(SELECT_SHOWN), voucher, step).await?;
        Ok(shown.map_or(Shown::Taken, Shown::Shown))
    }

    async fn live_digits(&self, now: Timestamp) -> Result<i64, Error> {
        if let Some(count) = self.live_codes.at(now) {
            return Ok(count);
        }
        let (count,): (i64,) = self
            .db
            .read("select count(*) from shown_code where live_until > $1")
            .bind(now.millis())
            .fetch_one()
            .await?;
        self.live_codes.set(now, count);
        Ok(count)
    }
}

pub(crate) const SELECT_SHOWN: &str =
    "select digits from shown_code where claim_id = $1 and slot = $2 and step = $3";

async fn shown_for(
    query: crate::db::Query<'_>,
    voucher: VoucherId,
    step: Step,
) -> Result<Option<Digits>, Error> {
    let row: Option<(String,)> = query
        .bind(voucher.claim.to_string())
        .bind(i64::from(voucher.slot))
        .bind(step.number())
        .fetch_optional()
        .await?;
    let read = |(digits,): (String,)| {
        Place { table: "shown_code", row: &voucher.to_string() }.parse("digits", &digits)
    };
    row.map(read).transpose()
}

async fn purge(tx: &mut Tx, now: Timestamp) -> Result<(), Error> {
    tx.query(
        "delete from shown_code where digits in (
             select digits from shown_code where live_until < $1 order by live_until limit $2
         )",
    )
    .bind(now.plus_millis(-REMEMBERED_MS).millis())
    .bind(PURGE_MAX)
    .execute()
    .await?;
    Ok(())
}
