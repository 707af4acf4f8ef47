//! The decision on a batch of redemptions: pure. Requests in arrival order go in with the facts as they stand under
//! the lock; prices and refusals come out. A request of the batch counts as earlier than those behind it, so two for
//! one voucher, or for one person, merchant and day, are decided as if each had come alone.

use std::collections::{HashMap, HashSet};

use super::{Order, Presented, Price};
use crate::campaign::Campaign;
use crate::code::Freshness;
use crate::id::{
    CategoryId, MerchantId, PersonId, RedemptionId, RequestKey, RoundId, TillId, VoucherId,
};
use crate::ledger::{Account, Digest, Posting};
use crate::merchant::MerchantState;
use crate::money::Amount;
use crate::place::Position;
use crate::refusal::TillRefusal;
use crate::risk;
use crate::till::Actor;
use crate::time::{Place, Timestamp, Window};

/// A request to redeem a voucher.
#[derive(Clone, Debug)]
pub struct Request {
    /// The identifier that the redemption gets if it is one.
    pub id: RedemptionId,
    /// The till and its merchant.
    pub actor: Actor,
    /// The key made before the request left the till.
    pub key: RequestKey,
    /// The digest of what is asked, as parsed values.
    pub body: Digest,
    /// The voucher of the code; `None` where no voucher has such a code.
    pub presented: Option<Presented>,
    /// What is asked.
    pub order: Order,
}

/// What the desk knows of a till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shop {
    /// Where its merchant stands (R16).
    pub state: MerchantState,
    /// Its merchant's category (R9).
    pub category: CategoryId,
    /// Its registered place, or its merchant's (R11).
    pub place: Option<Position>,
}

/// A request that was answered with a redemption before.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The till.
    pub till: TillId,
    /// The key.
    pub key: RequestKey,
    /// The digest of what was asked.
    pub body: Digest,
    /// The redemption.
    pub id: RedemptionId,
}

/// The facts of a batch.
#[derive(Debug)]
pub struct TillDesk<'a> {
    /// The instant of the act, read once after the lock.
    pub now: Timestamp,
    /// The windows of the vouchers' rounds, under their locks.
    pub windows: &'a HashMap<RoundId, Window>,
    /// The campaign, for the outline of the city (R11).
    pub campaign: &'a Campaign,
    /// The batch's tills. One that is not here takes no part.
    pub shops: &'a HashMap<TillId, Shop>,
    /// The requests of the batch that were answered before.
    pub recorded: &'a [Recorded],
    /// The batch's vouchers that are used.
    pub used: &'a HashSet<VoucherId>,
    /// The batch's persons and merchants that have met today (R8).
    pub met_today: &'a HashSet<(PersonId, MerchantId)>,
    /// The batch's requests that risk control does not simply allow (R19), by the identifiers that they would get.
    pub flagged: &'a HashMap<RedemptionId, risk::Verdict>,
}

/// The answer to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The voucher is used, at this price.
    Redeemed(Price),
    /// The same request was answered before: the same answer again.
    Replayed(RedemptionId),
    /// No.
    Refused(TillRefusal),
}

/// Decides a batch in the order of `requests`: replay by key first, then the first refusal in order of precedence.
pub fn decide(desk: &TillDesk<'_>, requests: &[Request]) -> Vec<Verdict> {
    let mut book = Book::open(desk);
    requests.iter().map(|request| book.settle(desk, request)).collect()
}

/// What changes while a batch is decided.
struct Book {
    by_key: HashMap<(TillId, RequestKey), (RedemptionId, Digest)>,
    used: HashSet<VoucherId>,
    met_today: HashSet<(PersonId, MerchantId)>,
}

impl Book {
    fn open(desk: &TillDesk<'_>) -> Self {
        let by_key = desk.recorded.iter();
        Self {
            by_key: by_key.map(|it| ((it.till, it.key.clone()), (it.id, it.body))).collect(),
            used: desk.used.clone(),
            met_today: desk.met_today.clone(),
        }
    }

    fn settle(&mut self, desk: &TillDesk<'_>, request: &Request) -> Verdict {
        let key = (request.actor.till, request.key.clone());
        if let Some((id, body)) = self.by_key.get(&key) {
            return if *body == request.body {
                Verdict::Replayed(*id)
            } else {
                Verdict::Refused(TillRefusal::RequestKeyReused)
            };
        }
        let (presented, price) = match self.first_refusal(desk, request) {
            Ok(agreed) => agreed,
            Err(refusal) => return Verdict::Refused(refusal),
        };
        self.by_key.insert(key, (request.id, request.body));
        self.used.insert(presented.voucher);
        self.met_today.insert((presented.person, request.actor.merchant));
        Verdict::Redeemed(price)
    }

    /// The order of these lines is the order of precedence (CAMPAIGN 3).
    fn first_refusal<'r>(
        &self,
        desk: &TillDesk<'_>,
        request: &'r Request,
    ) -> Result<(&'r Presented, Price), TillRefusal> {
        let shop = desk.shops.get(&request.actor.till).ok_or(TillRefusal::MerchantNotApproved)?;
        match shop.state {
            MerchantState::Applied | MerchantState::Refused => {
                return Err(TillRefusal::MerchantNotApproved);
            }
            MerchantState::Suspended => return Err(TillRefusal::MerchantSuspended),
            MerchantState::Approved => {}
        }
        // Where neither is known nothing can be compared: that it trades in the city is what the review has looked at
        // (R16), which is told so and can register the place.
        let mut places = shop.place.into_iter().chain(request.order.position);
        if !places.all(|place| desk.campaign.contains(place)) {
            return Err(TillRefusal::OutsideCity);
        }
        let presented = request.presented.as_ref().ok_or(TillRefusal::UnknownCode)?;
        let window = desk.windows.get(&presented.round).ok_or(TillRefusal::UnknownCode)?;
        match presented.step.freshness(desk.now) {
            Freshness::Unknown => return Err(TillRefusal::UnknownCode),
            Freshness::Expired => return Err(TillRefusal::CodeExpired),
            Freshness::Good => {}
        }
        if self.used.contains(&presented.voucher) {
            return Err(TillRefusal::VoucherUsed);
        }
        if window.place(desk.now) != Place::Inside {
            return Err(TillRefusal::VoucherLapsed);
        }
        if !presented.accepts.takes(&shop.category) {
            return Err(TillRefusal::CategoryMismatch);
        }
        let price = Price::with_voucher(
            request.order.order,
            request.order.merchant_coupon,
            presented.face,
            presented.minimum_spend,
        );
        let price = price.ok_or(TillRefusal::BelowMinimumSpend)?;
        if self.met_today.contains(&(presented.person, request.actor.merchant)) {
            return Err(TillRefusal::OnePerMerchantPerDay);
        }
        // Last, so that nobody learns of it who would be refused anyway; what is held moves and keeps nothing.
        match desk.flagged.get(&request.id).copied().unwrap_or_default() {
            risk::Verdict::Allow => Ok((presented, price)),
            risk::Verdict::Hold => Err(TillRefusal::HeldForReview),
            risk::Verdict::Refuse => Err(TillRefusal::RefusedByRisk),
        }
    }
}

/// What the redemptions of one round move (R14): what the vouchers took off to each merchant, the rest of their
/// faces to the pool. `None` where the sums are no amounts.
pub fn postings<'p>(
    round: &RoundId,
    sales: impl IntoIterator<Item = (MerchantId, &'p Price)>,
) -> Option<Vec<Posting>> {
    let mut owed = std::collections::BTreeMap::<MerchantId, Amount>::new();
    let mut rest = Amount::ZERO;
    for (merchant, price) in sales {
        let sum = owed.entry(merchant).or_default();
        *sum = sum.plus(price.voucher)?;
        rest = rest.plus(price.rest)?;
    }
    let to =
        |target, amount| Posting { source: Some(Account::Issued(round.clone())), target, amount };
    let owed = owed.into_iter().map(|(merchant, sum)| to(Account::Payable(merchant), sum));
    let mut postings: Vec<Posting> = owed.collect();
    if rest > Amount::ZERO {
        postings.push(to(Account::Pool, rest));
    }
    Some(postings)
}
