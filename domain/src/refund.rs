//! Refunds (R13): a refund of the whole amount paid undoes the sale, a partial one is only written down. What a batch
//! of them moves is decided here, in arrival order, with the balances under their locks.

use std::collections::{BTreeMap, HashMap};

use crate::id::{MerchantId, RedemptionId, RefundId, RequestKey, RoundId, TillId};
use crate::ledger::{Account, Posting};
use crate::money::Amount;
use crate::redemption::Redemption;
use crate::refusal::TillRefusal;
use crate::round::RefundPolicy;
use crate::till::Actor;
use crate::time::{Place, Timestamp, Window};
use crate::voucher::VoucherState;

/// A request to refund (a part of) what was paid.
#[derive(Clone, Debug)]
pub struct Request {
    /// The identifier that the refund gets if it is one.
    pub id: RefundId,
    /// Of which redemption.
    pub redemption: RedemptionId,
    /// By which till; another merchant's redemption is not found.
    pub actor: Actor,
    /// The key made before the request left the till.
    pub key: RequestKey,
    /// How much of what was paid.
    pub amount: Amount,
}

/// A refund that has been recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Its identifier.
    pub id: RefundId,
    /// Of which redemption.
    pub redemption: RedemptionId,
    /// The round of the redemption.
    pub round: RoundId,
    /// By which till of the merchant.
    pub actor: Actor,
    /// With which key.
    pub key: RequestKey,
    /// How much of what was paid.
    pub amount: Amount,
    /// What it does.
    pub effect: Effect,
    /// When, by the campaign clock.
    pub refunded_at: Timestamp,
}

/// What a refund does beside being written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// The whole amount paid went back at once: the day is free again (R8).
    pub undone: bool,
    /// The voucher is its holder's again, until the end that it had.
    pub voucher_returned: bool,
    /// What the voucher took off and the merchant is no longer owed; zero for a partial refund.
    pub voucher: Amount,
    /// How much of that was paid to the merchant already; the next bank instruction is that much less.
    pub from_paid: Amount,
    /// What the pool gives back, so that a returned voucher has its whole face behind it.
    pub from_pool: Amount,
}

impl Effect {
    /// The state of the voucher right after the refund.
    pub const fn voucher_state(&self) -> VoucherState {
        if self.voucher_returned { VoucherState::Usable } else { VoucherState::Used }
    }
}

/// A redemption as it stands, with the terms of its round.
#[derive(Clone, Debug)]
pub struct Sale {
    /// The redemption.
    pub redemption: Redemption,
    /// What a refund does (R13).
    pub policy: RefundPolicy,
    /// The window of the round.
    pub window: Window,
}

/// A request that was answered with a refund before.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The till.
    pub till: TillId,
    /// The redemption: a key belongs to it, as the path of the request does.
    pub redemption: RedemptionId,
    /// The key.
    pub key: RequestKey,
    /// How much was asked.
    pub amount: Amount,
    /// The refund.
    pub id: RefundId,
}

/// What a merchant is owed and was paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Owed.
    pub payable: Amount,
    /// Paid.
    pub paid: Amount,
}

/// The facts of a batch.
#[derive(Debug)]
pub struct RefundDesk<'a> {
    /// The instant of the act, read once after the lock.
    pub now: Timestamp,
    /// The batch's redemptions.
    pub sales: &'a HashMap<RedemptionId, Sale>,
    /// The requests of the batch that were answered before.
    pub recorded: &'a [Recorded],
    /// The batch's merchants.
    pub balances: &'a HashMap<MerchantId, Balance>,
    /// What is free in the pool.
    pub pool: Amount,
}

/// The answer to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is refunded, and this follows.
    Refunded(Effect),
    /// The same request was answered before.
    Replayed(RefundId),
    /// Of what was paid nothing is asked back.
    Nothing,
    /// No.
    Refused(TillRefusal),
}

/// Decides a batch in the order of `requests`. A suspended merchant may still refund.
pub fn decide(desk: &RefundDesk<'_>, requests: &[Request]) -> Vec<Verdict> {
    let mut book = Book {
        by_key: desk
            .recorded
            .iter()
            .map(|it| ((it.till, it.redemption, it.key.clone()), (it.id, it.amount)))
            .collect(),
        refunded: HashMap::new(),
        balances: desk.balances.clone(),
        pool: desk.pool,
    };
    requests.iter().map(|request| book.settle(desk, request)).collect()
}

/// What changes while a batch is decided.
struct Book {
    by_key: HashMap<(TillId, RedemptionId, RequestKey), (RefundId, Amount)>,
    /// What the batch has refunded, and whether that undid the sale.
    refunded: HashMap<RedemptionId, (Amount, bool)>,
    balances: HashMap<MerchantId, Balance>,
    pool: Amount,
}

impl Book {
    fn settle(&mut self, desk: &RefundDesk<'_>, request: &Request) -> Verdict {
        let key = (request.actor.till, request.redemption, request.key.clone());
        if let Some((id, amount)) = self.by_key.get(&key) {
            return if *amount == request.amount {
                Verdict::Replayed(*id)
            } else {
                Verdict::Refused(TillRefusal::RequestKeyReused)
            };
        }
        let sale = desk.sales.get(&request.redemption);
        let sale = sale.filter(|sale| sale.redemption.actor.merchant == request.actor.merchant);
        let Some(sale) = sale else { return Verdict::Refused(TillRefusal::NotFound) };
        let (now_refunded, now_undone) =
            self.refunded.get(&request.redemption).copied().unwrap_or_default();
        let undone = sale.redemption.undone || now_undone;
        let before = sale.redemption.refunded.plus(now_refunded).unwrap_or(Amount::MAX);
        let Some(left) = sale.redemption.price.to_pay.minus(before).filter(|_| !undone) else {
            return Verdict::Refused(TillRefusal::AlreadyRefunded);
        };
        if left == Amount::ZERO && before > Amount::ZERO {
            return Verdict::Refused(TillRefusal::AlreadyRefunded);
        }
        if request.amount == Amount::ZERO && left > Amount::ZERO {
            return Verdict::Nothing;
        }
        if request.amount > left {
            return Verdict::Refused(TillRefusal::RefundExceedsOrder);
        }
        let is_whole = before == Amount::ZERO && request.amount == sale.redemption.price.to_pay;
        let effect = if is_whole { self.undo(desk.now, sale) } else { Effect::default() };
        self.by_key.insert(key, (request.id, request.amount));
        let sum = now_refunded.plus(request.amount).unwrap_or(Amount::MAX);
        self.refunded.insert(request.redemption, (sum, effect.undone));
        Verdict::Refunded(effect)
    }

    /// The whole sale goes back: the merchant is no longer owed the discount, whatever becomes of the voucher.
    fn undo(&mut self, now: Timestamp, sale: &Sale) -> Effect {
        let Redemption { price, actor, .. } = &sale.redemption;
        let balance = self.balances.entry(actor.merchant).or_default();
        let from_payable = price.voucher.min(balance.payable);
        let from_paid = price.voucher.minus(from_payable).unwrap_or_default();
        balance.payable = balance.payable.minus(from_payable).unwrap_or_default();
        balance.paid = balance.paid.minus(from_paid).unwrap_or_default();
        // A voucher returns with its whole face or not at all: where a later round has reserved the rest of it, the
        // pool cannot give it back.
        let pool = self.pool.minus(price.rest);
        let voucher_returned = sale.policy == RefundPolicy::FullRefundReturnsVoucher
            && sale.window.place(now) == Place::Inside
            && pool.is_some();
        let from_pool = if voucher_returned { price.rest } else { Amount::ZERO };
        self.pool = if voucher_returned {
            pool.unwrap_or_default()
        } else {
            self.pool.plus(price.voucher).unwrap_or(self.pool)
        };
        Effect { undone: true, voucher_returned, voucher: price.voucher, from_paid, from_pool }
    }
}

/// What the refunds of one round move (R14). `None` where the sums are no amounts.
pub fn postings<'e>(
    round: &RoundId,
    refunds: impl IntoIterator<Item = (MerchantId, &'e Effect)>,
) -> Option<Vec<Posting>> {
    let mut moved = BTreeMap::<(Account, Account), Amount>::new();
    let mut add = |source: Account, target: &Account, amount: Amount| {
        let sum = moved.entry((source, target.clone())).or_default();
        *sum = sum.plus(amount)?;
        Some(())
    };
    let issued = Account::Issued(round.clone());
    for (merchant, effect) in refunds {
        let target = if effect.voucher_returned { &issued } else { &Account::Pool };
        add(Account::Payable(merchant), target, effect.voucher.minus(effect.from_paid)?)?;
        add(Account::Paid(merchant), target, effect.from_paid)?;
        add(Account::Pool, &issued, effect.from_pool)?;
    }
    let moved = moved.into_iter().filter(|(_, amount)| *amount > Amount::ZERO);
    let posting = |((source, target), amount)| Posting { source: Some(source), target, amount };
    Some(moved.map(posting).collect())
}
