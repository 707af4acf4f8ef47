//! From a code to the voucher that it stands for. A payload is authenticated; digits are looked up, and wrong ones are
//! counted: what bounds a guess.

use std::time::Duration;

use app::failure::Failure;
use domain::code::{Code, Digits, Freshness, Step, WRONG_TRIES_MAX};
use domain::id::{MerchantId, RequestKey, VoucherId};
use domain::merchant::MerchantState;
use domain::redemption::{Order, Presented};
use domain::till::Actor;
use store::redemption::Holder;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

use crate::backend::busy;
use crate::hall::Hall;

/// How many digits this server looks up at once, at most; those of one merchant one after the other, so that no two
/// guesses are made on one count.
const PLACES: usize = 64;
/// The longest wait until those before have had their digits looked up.
const WAIT: Duration = Duration::from_secs(5);
/// When it may be better, for whoever waited that long.
const RETRY_MS: u32 = 2_000;

/// One typed code at a time for each merchant.
pub struct Typing([Mutex<()>; PLACES]);

impl Default for Typing {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl Typing {
    async fn alone(&self, merchant: MerchantId) -> Result<MutexGuard<'_, ()>, Failure> {
        let place = merchant
            .to_string()
            .bytes()
            .fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        let alone = timeout(WAIT, self.0[place % PLACES].lock()).await;
        alone.map_err(|_| Failure::Busy { retry_after_ms: RETRY_MS })
    }
}

/// A voucher that a code names, and the step in which it was shown.
#[derive(Clone, Copy)]
pub(super) struct Named {
    pub(super) voucher: VoucherId,
    step: Step,
}

/// The voucher of a code; `None` where no voucher has it. What the desk says before it looks at the code is not said
/// here, so nothing can be learnt about a code by whoever may not redeem.
pub(super) async fn named(
    hall: &Hall,
    actor: &Actor,
    order: &Order,
    key: Option<&RequestKey>,
) -> Result<Option<Named>, Failure> {
    match order.read_code() {
        None => Ok(None),
        Some(Code::Payload(payload)) => {
            let it = Named { voucher: payload.voucher, step: payload.step };
            Ok(hall.keys.is_authentic(&payload).then_some(it))
        }
        Some(Code::Digits(digits)) => typed(hall, actor, order, key, digits).await,
    }
}

async fn typed(
    hall: &Hall,
    actor: &Actor,
    order: &Order,
    key: Option<&RequestKey>,
    digits: Digits,
) -> Result<Option<Named>, Failure> {
    if !may_ask(hall, actor, order).await? {
        return Ok(None);
    }
    let now = hall.clock.campaign();
    let _alone = hall.typing.alone(actor.merchant).await?;
    let store = &hall.store;
    let tries = store.wrong_digits(&actor.merchant, now.beijing_day()).await.map_err(busy)?;
    if tries < WRONG_TRIES_MAX {
        let shown = store.shown_digits(digits).await.map_err(busy)?;
        if let Some(shown) = shown.filter(|it| it.step.freshness(now) != Freshness::Unknown) {
            return Ok(Some(Named { voucher: shown.voucher, step: shown.step }));
        }
    }
    // A request that was answered before is no guess, whatever became of its digits.
    if let Some(key) = key
        && store.redemption_by_key(&actor.till, key).await.map_err(busy)?.is_some()
    {
        return Ok(None);
    }
    let counted =
        store.count_wrong_digits(&actor.merchant, now.beijing_day()).await.map_err(busy)?;
    if counted {
        Ok(None)
    } else {
        let midnight = now.beijing_day().plus_days(1).start();
        let retry_after_ms = u32::try_from(midnight.millis_since(now)).unwrap_or(u32::MAX);
        Err(Failure::TooMany { retry_after_ms })
    }
}

/// Whether the desk would look at the code of this till at all.
async fn may_ask(hall: &Hall, actor: &Actor, order: &Order) -> Result<bool, Failure> {
    let Some(campaign) = hall.board.posted().campaign.clone() else { return Ok(false) };
    let shop = store::redemption::shop(&hall.store, &actor.till).await.map_err(busy)?;
    Ok(shop.is_some_and(|shop| {
        let mut places = shop.place.into_iter().chain(order.position);
        shop.state == MerchantState::Approved && places.all(|place| campaign.contains(place))
    }))
}

/// The voucher with its holder and its terms; `None` where the holder's pack has no such voucher.
pub(super) fn presented(hall: &Hall, named: Named, holder: Holder) -> Option<Presented> {
    let Named { voucher, step } = named;
    let posted = hall.board.posted();
    let round = posted.rounds.iter().find(|round| round.id == holder.round)?;
    let pack = round.packs.iter().find(|pack| pack.id == holder.pack)?;
    let terms = pack.terms_of(voucher.slot)?;
    let kind = posted.campaign.as_ref()?.kind(&terms.kind)?;
    Some(Presented {
        voucher,
        step,
        person: holder.person,
        holder: holder.masked_name,
        round: holder.round,
        kind: terms.kind.clone(),
        accepts: kind.accepts.clone(),
        face: terms.face,
        minimum_spend: terms.minimum_spend,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_too_long_for_those_before_is_told_to_come_again() {
        let (typing, merchant) = (Typing::default(), MerchantId::mint(0, 1));
        let before = typing.alone(merchant).await.unwrap();
        let waited = timeout(2 * WAIT, typing.alone(merchant)).await.unwrap();
        assert!(matches!(waited, Err(Failure::Busy { .. })));
        drop(before);
        assert!(typing.alone(merchant).await.is_ok());
    }
}
