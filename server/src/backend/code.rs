//! The rotating code of a voucher: shown here, and live only from then on.

use app::failure::Failure;
use app::page::voucher::ShownCode;
use domain::code::Step;
use domain::id::VoucherId;
use store::code::Shown;

use super::busy;
use crate::hall::Hall;

/// How often digits are drawn again when they are live for another voucher; each draw meets one in fewer than 10⁷.
const DRAWS_MAX: usize = 8;
/// How long a person waits when the city shows as many codes as it may, in milliseconds: one step.
const FULL_RETRY_MS: u32 = 30_000;

/// The code of a usable voucher in the present step.
///
/// # Errors
/// [`Failure::Busy`] when too many codes are live in the city, or the store does not answer.
pub async fn show(hall: &Hall, voucher: VoucherId) -> Result<ShownCode, Failure> {
    let now = hall.clock.campaign();
    let step = Step::at(now);
    for _ in 0..DRAWS_MAX {
        match hall.store.show_code(voucher, step, hall.chance.digits(), now).await.map_err(busy)? {
            Shown::Shown(digits) => {
                let payload = hall.keys.payload(voucher, step).to_string();
                return Ok(ShownCode { payload, digits, expires_at: step.ends_at() });
            }
            Shown::Full => return Err(Failure::Busy { retry_after_ms: FULL_RETRY_MS }),
            Shown::Taken => {}
        }
    }
    Err(Failure::Busy { retry_after_ms: FULL_RETRY_MS })
}
