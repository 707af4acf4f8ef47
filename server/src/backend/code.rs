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
/// # Errors
/// [`Failure::Busy`] when the store does not answer.
pub async fn show(hall: &Hall, voucher: VoucherId) -> Result<ShownCode, Failure> {
    let now = hall.clock.campaign();
    let step = Step::at(now);
    for _ in 0..DRAWS_MAX {
        match hall
            .citizens_store
            .show_code(voucher, step, hall.chance.digits(), now)
            .await
            .map_err(busy)?
        {
            Shown::Shown(digits) => {
                return Ok(shown(hall, voucher, step, Some(digits)));
            }
            Shown::Full => break,
            Shown::Taken => {}
        }
    }
    Ok(shown(hall, voucher, step, None))
}

fn shown(hall: &Hall, voucher: VoucherId, step: Step, digits: Option<Digits>) -> ShownCode {
    let payload = hall.keys.payload(voucher, step).to_string();
    ShownCode { payload, digits, expires_at: step.ends_at() }
}
