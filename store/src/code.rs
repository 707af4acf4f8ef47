//! The digits of voucher codes that are on show. Digits are live only once shown, and the number of
//! live ones is bounded: that is what bounds a guess.

use std::sync::{Mutex, PoisonError};

use domain::code::{Digits, Step};
use domain::id::VoucherId;
use domain::time::{SECOND_MS, Timestamp};

use crate::db::Tx;
use crate::error::Error;
use crate::open::Store;
use crate::text::Place;

/// How long digits stay in the table after they ended, so that a till can be told "expired" and not
/// "unknown".
const KEPT_MS: i64 = 10 * 60 * SECOND_MS;
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

impl Store {
    /// Shows a voucher's code in a step: the digits already shown for it, or `candidate`. Live
    /// until [`Step::taken_until`].
    pub async fn show_code(
        &self,
        voucher: VoucherId,
        step: Step,
        candidate: Digits,
        now: Timestamp,
    ) -> Result<Shown, Error> {
        let shown = self.db.read(SELECT_SHOWN);
        if let Some(digits) = shown_for(shown, voucher, step).await? {
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
    .bind(now.plus_millis(-KEPT_MS).millis())
    .bind(PURGE_MAX)
    .execute()
    .await?;
    Ok(())
}
