//! The rotating code of a voucher: shown here, and live only from then on.

use app::failure::Failure;
use app::page::voucher::ShownCode;
use domain::code::{Digits, Step};
use domain::id::VoucherId;
use store::code::Shown;

use super::busy;
use crate::hall::Hall;

/// How often digits are drawn again when they are live for another voucher; each draw meets one in fewer than 10⁷.
const DRAWS_MAX: usize = 8;

/// The code of a usable voucher in the present step. Where as many digits are live in the city as may be, it is the
/// QR code alone.
///
/// A QR code needs the keys and nothing else, so a store that cannot write keeps nobody from being scanned: beside it
/// stand the digits of the step before, which a till takes until this one ends, or none.
///
/// # Errors
/// [`Failure::Busy`] when the store does not answer at all.
pub async fn show(hall: &Hall, voucher: VoucherId) -> Result<ShownCode, Failure> {
    let now = hall.clock.campaign();
    let step = Step::at(now);
    let store = &hall.citizens_store;
    for _ in 0..DRAWS_MAX {
        match store.show_code(voucher, step, hall.chance.digits(), now).await.map_err(busy) {
            Ok(Shown::Shown(digits)) => return Ok(shown(hall, voucher, step, Some(digits))),
            Ok(Shown::Full) => break,
            Ok(Shown::Taken) => {}
            Err(failure) => {
                let before = store.digits_shown(voucher, step.before()).await;
                return Ok(shown(hall, voucher, step, before.map_err(|_| failure)?));
            }
        }
    }
    Ok(shown(hall, voucher, step, None))
}

fn shown(hall: &Hall, voucher: VoucherId, step: Step, digits: Option<Digits>) -> ShownCode {
    let payload = hall.keys.payload(voucher, step).to_string();
    ShownCode { payload, digits, expires_at: step.ends_at() }
}
