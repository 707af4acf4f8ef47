//! A till refunds (a part of) what was paid (R13). A suspended merchant still may.

use app::failure::Failure;
use domain::id::{RedemptionId, RefundId, RequestKey};
use domain::money::Amount;
use domain::refund::{Refund, Request};
use domain::till::Actor;

use crate::hall::Hall;
use crate::lane::till::{TillAnswer, TillTicket};

/// A refund that was made, now or before.
pub struct Refunded {
    /// The refund.
    pub receipt: Refund,
    /// Whether the same request was answered before.
    pub replayed: bool,
}

/// Refunds an amount of what was paid.
///
/// # Errors
/// [`Failure`] says which rule or circumstance.
pub async fn refund(
    hall: &Hall,
    actor: &Actor,
    redemption: RedemptionId,
    amount: Amount,
    key: RequestKey,
) -> Result<Refunded, Failure> {
    let ms = u64::try_from(hall.clock.system().millis()).unwrap_or_default();
    let id = RefundId::mint(ms, hall.chance.bits());
    let request = Request { id, redemption, actor: *actor, key, amount };
    match hall.tills.submit(TillTicket::Refund(Box::new(request))).await? {
        TillAnswer::Refunded(refund, replayed) => Ok(Refunded { receipt: *refund, replayed }),
        TillAnswer::Refused(refusal) => {
            crate::measure::refund_refused(refusal);
            Err(Failure::Declined(refusal))
        }
        TillAnswer::NothingAsked => {
            Err(Failure::invalid("order_refund_fen", "a whole number from 1"))
        }
        TillAnswer::Redeemed(..) => Err(Failure::Unknown),
    }
}
