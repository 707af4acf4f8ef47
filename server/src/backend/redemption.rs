//! A till redeems a voucher (R7 to R12). What can be read without a lock is read here; the desk decides.

mod present;
mod quote;

use app::backend::Today;
use app::failure::Failure;
use domain::id::{MerchantId, RedemptionId, RequestKey};
use domain::redemption::desk::Request;
use domain::redemption::{Order, Redemption};
use domain::till::Actor;
use domain::time::BeijingDay;
use store::redemption::At;

use super::busy;
use crate::hall::Hall;
use crate::key::sha256;
use crate::lane::till::{TillAnswer, TillTicket};

pub use present::Typing;
pub use quote::quote;

/// A voucher that was redeemed, now or before.
pub struct Redeemed {
    /// The redemption, as it stood right after it was made.
    pub receipt: Redemption,
    /// Whether the same request was answered before.
    pub replayed: bool,
}

/// Redeems the voucher of a code.
///
/// # Errors
/// [`Failure`] says which rule or circumstance.
pub async fn redeem(
    hall: &Hall,
    actor: &Actor,
    order: Order,
    key: RequestKey,
) -> Result<Redeemed, Failure> {
    let presented = match present::named(hall, actor, &order, Some(&key)).await? {
        Some(named) => {
            let at = At { claim: named.voucher.claim, till: actor.till };
            let day = hall.clock.campaign().beijing_day();
            let counter = hall.counters.counter(at, day).await?;
            counter.and_then(|counter| present::presented(hall, named, counter.holder))
        }
        None => None,
    };
    let ms = u64::try_from(hall.clock.system().millis()).unwrap_or_default();
    let request = Request {
        id: RedemptionId::mint(ms, hall.chance.bits()),
        actor: *actor,
        key,
        body: sha256(&order.canonical_bytes()),
        presented,
        order,
    };
    match hall.tills.submit(TillTicket::Redeem(Box::new(request))).await? {
        TillAnswer::Redeemed(redemption, replayed) => {
            Ok(Redeemed { receipt: as_made(*redemption), replayed })
        }
        TillAnswer::Refused(refusal) => {
            crate::measure::redemption_refused(refusal);
            Err(Failure::Declined(refusal))
        }
        TillAnswer::Refunded(..) | TillAnswer::NothingAsked => Err(Failure::Unknown),
    }
}

/// A redemption as its till was first told of it: made from what never changes, so that a replay is the same byte for
/// byte, whatever was refunded since.
fn as_made(redemption: Redemption) -> Redemption {
    Redemption {
        refunded: domain::money::Amount::ZERO,
        undone: false,
        voucher_returned: false,
        ..redemption
    }
}

/// One redemption of a merchant, as it stands.
///
/// # Errors
/// [`Failure::NotFound`] also for another merchant's.
pub async fn show(
    hall: &Hall,
    merchant: MerchantId,
    id: &RedemptionId,
) -> Result<Redemption, Failure> {
    let found = hall.store.redemption(id).await.map_err(busy)?;
    found.filter(|it| it.actor.merchant == merchant).ok_or(Failure::NotFound)
}

/// What a merchant redeemed on a day, in order of the identifiers, after one of them, at most `limit`.
///
/// # Errors
/// When the store does not answer.
pub async fn of_day(
    hall: &Hall,
    merchant: MerchantId,
    day: BeijingDay,
    after: Option<RedemptionId>,
    limit: u32,
) -> Result<Vec<Redemption>, Failure> {
    hall.store.redemptions_of_day(&merchant, day, after, limit).await.map_err(busy)
}

/// The most redemptions that one page of a till's day shows.
const TODAY_MAX: u32 = 500;

/// What a till's day comes to, and what it redeemed on it before that one, the newest first.
///
/// # Errors
/// When the store does not answer.
pub async fn today(
    hall: &Hall,
    actor: &Actor,
    day: BeijingDay,
    before: Option<RedemptionId>,
) -> Result<Today, Failure> {
    let read = hall.store.day_of_till(actor, day, before, TODAY_MAX + 1).await;
    let (totals, mut sales) = read.map_err(busy)?;
    let has_more = sales.len() > TODAY_MAX as usize;
    sales.truncate(TODAY_MAX as usize);
    Ok(Today { totals, sales, has_more })
}
