//! R13, R14: what refunds of a batch do and move, by a model that keeps every fen.

use std::collections::HashMap;

use domain::id::{MerchantId, RedemptionId, RefundId, RequestKey, RoundId, TillId, VoucherId};
use domain::ledger::Account;
use domain::money::Amount;
use domain::redemption::{Price, Redemption, Scene};
use domain::refund::{Balance, RefundDesk, Request, Sale, Verdict, decide, postings};
use domain::refusal::TillRefusal;
use domain::round::RefundPolicy;
use domain::till::Actor;
use proptest::prelude::*;

use crate::any::{at, fen, person, window};

#[derive(Clone, Debug)]
struct Case {
    sales: HashMap<RedemptionId, Sale>,
    balances: HashMap<MerchantId, Balance>,
    pool: i64,
    requests: Vec<Request>,
}

fn id(number: u8) -> RedemptionId {
    RedemptionId::mint(9, u128::from(number) + 1)
}

fn actor(merchant: u8) -> Actor {
    let number = u128::from(merchant) + 1;
    Actor { till: TillId::mint(8, number), merchant: MerchantId::mint(7, number) }
}

prop_compose! {
    fn sales()(
        number in 0..4_u8,
        took in 1..1_000_i64,
        to_pay in prop_oneof![4 => Just(3_000_i64), 1 => 0..10_i64],
        before in prop_oneof![4 => Just(0_i64), 1 => 0..10_i64],
        never in any::<bool>(),
        ended in any::<bool>(),
    ) -> Sale {
        let price = Price {
            order: fen(took + to_pay),
            merchant_coupon: Amount::ZERO,
            voucher: fen(took),
            rest: fen(1_000 - took),
            to_pay: fen(to_pay),
        };
        let redemption = Redemption {
            id: id(number),
            voucher: VoucherId { claim: domain::id::ClaimId::mint(3, 1), slot: number + 1 },
            round: "r1".parse().expect("an identifier"),
            person: person(0),
            holder: "王*".to_owned(),
            actor: actor(number / 2),
            key: "k".parse().expect("a key"),
            body: [0; 32],
            price,
            scene: Scene::Online,
            position: None,
            reference: None,
            redeemed_at: at(150),
            refunded: fen(before.min(to_pay)),
            undone: false,
            voucher_returned: false,
        };
        let policy =
            if never { RefundPolicy::Never } else { RefundPolicy::FullRefundReturnsVoucher };
        let window = if ended { window(100, 200) } else { window(100, 300) };
        Sale { redemption, policy, window }
    }
}

prop_compose! {
    fn cases()(
        sales in prop::collection::vec(sales(), 1..5),
        paid in prop::array::uniform2(0..3_000_i64),
        pool in prop_oneof![Just(0_i64), 0..3_000_i64],
        asks in prop::collection::vec(
            (0..5_u8, 0..3_u8, 0..4_u8, prop_oneof![3 => Just(3_000_i64), 1 => 0..10_i64, 1 => Just(9_000_i64)]),
            0..12,
        ),
    ) -> Case {
        let sales: HashMap<_, _> = sales.into_iter().map(|sale| (sale.redemption.id, sale)).collect();
        // What a merchant redeemed is owed or paid; how much of it is paid is drawn.
        let mut balances = HashMap::<MerchantId, Balance>::new();
        for sale in sales.values() {
            let balance = balances.entry(sale.redemption.actor.merchant).or_default();
            balance.payable = balance.payable.plus(sale.redemption.price.voucher).expect("an amount");
        }
        for (merchant, paid) in [actor(0).merchant, actor(1).merchant].into_iter().zip(paid) {
            let balance = balances.entry(merchant).or_default();
            let moved = fen(paid).min(balance.payable);
            balance.payable = balance.payable.minus(moved).expect("less");
            balance.paid = moved;
        }
        let requests = asks.into_iter().zip(1_u128..).map(|((sale, merchant, key, amount), place)| Request {
            id: RefundId::mint(4, place),
            redemption: id(sale),
            actor: actor(merchant),
            key: format!("k{key}").parse::<RequestKey>().expect("a key"),
            amount: fen(amount),
        });
        Case { sales, balances, pool, requests: requests.collect() }
    }
}

impl Case {
    fn decide(&self) -> Vec<Verdict> {
        let desk = RefundDesk {
            now: at(250),
            sales: &self.sales,
            recorded: &[],
            balances: &self.balances,
            pool: fen(self.pool),
        };
        decide(&desk, &self.requests)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn r13_never_more_than_was_paid_and_undone_once(case in cases()) {
        let mut refunded: HashMap<_, i64> =
            case.sales.iter().map(|(id, sale)| (*id, sale.redemption.refunded.fen())).collect();
        let mut undone = std::collections::HashSet::new();
        for (request, verdict) in case.requests.iter().zip(case.decide()) {
            let Verdict::Refunded(effect) = verdict else { continue };
            let sale = &case.sales[&request.redemption];
            let before = refunded[&request.redemption];
            prop_assert!(!undone.contains(&request.redemption));
            prop_assert_eq!(sale.redemption.actor.merchant, request.actor.merchant);
            let whole = sale.redemption.price.to_pay.fen();
            prop_assert_eq!(effect.undone, before == 0 && request.amount.fen() == whole);
            prop_assert!(before + request.amount.fen() <= whole);
            refunded.insert(request.redemption, before + request.amount.fen());
            if effect.undone {
                undone.insert(request.redemption);
                prop_assert_eq!(effect.voucher, sale.redemption.price.voucher);
            } else {
                prop_assert_eq!(effect, domain::refund::Effect::default());
            }
            let may_return = sale.policy == RefundPolicy::FullRefundReturnsVoucher
                && at(250) < sale.window.closes_at();
            prop_assert!(may_return || !effect.voucher_returned, "R13: only inside the round");
        }
    }

    #[test]
    fn r14_every_fen_is_in_one_place_and_no_account_below_zero(case in cases()) {
        let round: RoundId = "r1".parse().expect("an identifier");
        let mut books = HashMap::<Account, i64>::from([(Account::Pool, case.pool)]);
        for (merchant, balance) in &case.balances {
            books.insert(Account::Payable(*merchant), balance.payable.fen());
            books.insert(Account::Paid(*merchant), balance.paid.fen());
        }
        let before: i64 = books.values().sum();
        let mut back = 0;
        for (request, verdict) in case.requests.iter().zip(case.decide()) {
            let Verdict::Refunded(effect) = verdict else { continue };
            let moved = postings(&round, [(request.actor.merchant, &effect)]).expect("amounts");
            for posting in moved {
                *books.entry(posting.source.expect("a source")).or_default() -= posting.amount.fen();
                *books.entry(posting.target).or_default() += posting.amount.fen();
            }
            if effect.voucher_returned {
                back += 1_000;
            }
            for (account, fen) in &books {
                prop_assert!(*fen >= 0, "{} holds {}", account, fen);
            }
        }
        prop_assert_eq!(books.values().sum::<i64>(), before);
        let issued = books.get(&Account::Issued(round)).copied().unwrap_or_default();
        prop_assert_eq!(issued, back, "a returned voucher has its whole face behind it");
    }

    #[test]
    fn r13_the_same_key_has_one_effect(case in cases()) {
        let verdicts = case.decide();
        let mut first = HashMap::new();
        for (request, verdict) in case.requests.iter().zip(&verdicts) {
            let key = (request.actor.till, request.redemption, request.key.clone());
            match (first.get(&key), verdict) {
                (None, Verdict::Refunded(_)) => {
                    first.insert(key, (request.id, request.amount));
                }
                (None, other) => prop_assert!(!matches!(other, Verdict::Replayed(_))),
                (Some((id, amount)), said) if *amount == request.amount => {
                    prop_assert_eq!(said, &Verdict::Replayed(*id));
                }
                (Some(_), said) => {
                    prop_assert_eq!(said, &Verdict::Refused(TillRefusal::RequestKeyReused));
                }
            }
        }
    }
}
