//! What the store promises of redemptions, refunds and settlements.

use std::collections::{BTreeSet, HashSet};

use domain::id::{RedemptionId, RefundId, VoucherId};
use domain::ledger::{Account, Chain, Posting, Reason, Transfer};
use domain::money::Amount;
use domain::redemption::desk::{Request, postings};
use domain::redemption::{Order, Presented, Price, Redemption, Scene, Totals};
use domain::refund::{Effect, Refund};
use domain::till::Actor;
use domain::time::{BeijingDay, Timestamp};
use rstest::rstest;
use store::redemption::{At, Counter, RoundBatch};
use store::settlement::Payment;
use store::{Engine, Error, Store};

use crate::engines::{Fresh, fresh};
use crate::shop::{approved, key, open_till, till};
use crate::world::{NOW, fen, person, request, round_id, seal, serve, with_stock};

/// Two claims, and a till.
pub(crate) async fn shop_with_two_claims(engine: Engine) -> (Fresh, Actor) {
    let fresh = fresh(engine).await;
    let round = with_stock(&fresh.store, 10).await;
    serve(&fresh.store, &round, &[request(1), request(2)]).await.unwrap();
    for holder in [person(1), person(2)] {
        let row = format!("('{holder}', '王*', '140502', 0)");
        let insert = "insert into person (id, masked_name, division, created_at) values ";
        fresh.raw(&format!("{insert}{row}")).await.unwrap();
    }
    let merchant = approved(&fresh.store, 1).await;
    let till = till(1, merchant.id);
    open_till(&fresh.store, &till, &key(1, merchant.id, Some(till.id))).await;
    (fresh, Actor { till: till.id, merchant: merchant.id })
}

fn voucher(claim: u128, slot: u8) -> VoucherId {
    VoucherId { claim: request(claim).id, slot }
}

pub(crate) fn redemption(number: u128, actor: Actor, claim: u128, slot: u8) -> Redemption {
    Redemption {
        id: RedemptionId::mint(5, number),
        voucher: voucher(claim, slot),
        round: round_id("r1"),
        person: person(claim),
        holder: "王*".to_owned(),
        actor,
        key: format!("key-{number}").parse().unwrap(),
        body: [7; 32],
        price: Price {
            order: fen(5_000),
            merchant_coupon: fen(500),
            voucher: fen(900),
            rest: fen(100),
            to_pay: fen(3_600),
        },
        scene: Scene::Online,
        position: None,
        reference: Some("A-17".parse().unwrap()),
        redeemed_at: NOW,
        refunded: Amount::ZERO,
        undone: false,
        voucher_returned: false,
    }
}

/// A batch as the server writes it.
pub(crate) async fn redeem(store: &Store, redemptions: &[Redemption]) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    let round = round_id("r1");
    let link = store::claim::lock_round(&mut tx, &round).await?.unwrap().link;
    let sales = redemptions.iter().map(|it| (it.actor.merchant, &it.price));
    let moved = postings(&round, sales).unwrap();
    let accounts = moved.iter().map(|it| it.target.clone());
    store::ledger::lock_accounts(&mut tx, accounts.collect::<Vec<_>>()).await?;
    let chain = Chain::Round(round.clone());
    let transfer = seal(Transfer::batch(Reason::Redemption, chain, NOW, moved, [1; 32], link));
    let batch = RoundBatch { round: &round, redemptions, transfer: &transfer };
    store::redemption::record(&mut tx, &batch).await?;
    tx.commit().await
}

async fn balance(store: &Store, account: &Account) -> i64 {
    let accounts = store.accounts().await.unwrap();
    accounts.into_iter().find(|(name, _)| *name == account.to_string()).map_or(0, |(_, fen)| fen)
}

/// A till and the holder of a claim, read together with those of the other claim.
async fn counter(store: &Store, claim: u128, till: &Actor, day: BeijingDay) -> Option<Counter> {
    let at = |claim| At { claim: request(claim).id, till: till.till };
    let asked = BTreeSet::from([at(1), at(2), at(claim)]);
    store.counters(&asked, day).await.unwrap().remove(&at(claim))
}

#[rstest]
#[tokio::test]
async fn a_redemption_is_read_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (fresh, actor) = shop_with_two_claims(engine).await;
    let store = &fresh.store;
    let made = [redemption(1, actor, 1, 1), redemption(2, actor, 2, 1)];
    redeem(store, &made).await.unwrap();
    assert_eq!(store.redemption(&made[0].id).await.unwrap().as_ref(), Some(&made[0]));
    let by_key = store.redemption_by_key(&actor.till, &made[1].key).await.unwrap();
    assert_eq!(by_key.as_ref(), Some(&made[1]));
    let (merchant, day) = (actor.merchant, NOW.beijing_day());
    let of_day = |after, limit| store.redemptions_of_day(&merchant, day, after, limit);
    assert_eq!(of_day(None, 1).await.unwrap(), made[..1]);
    assert_eq!(of_day(Some(made[0].id), 9).await.unwrap(), made[1..]);
    let (totals, newest) = store.day_of_till(&actor, day, None, 1).await.unwrap();
    assert_eq!((totals.count, &newest[..]), (2, &made[1..]));
    let older = store.day_of_till(&actor, day, Some(made[1].id), 9).await.unwrap();
    assert_eq!(older, (totals, made[..1].to_vec()), "the totals are the day's");
    let next = day.plus_days(1);
    assert_eq!(store.totals_of_till(&actor, next).await.unwrap(), Totals::default());
    assert_eq!(store.redemptions_of_day(&merchant, next, None, 9).await.unwrap(), []);
    let uses = store.voucher_uses(&person(1)).await.unwrap();
    assert_eq!(uses[&voucher(1, 1)].redemption, made[0].id);
    assert_eq!(uses[&voucher(1, 1)].merchant_name, "鳳台街1號麵館");
    let today = counter(store, 1, &actor, day).await.unwrap();
    assert_eq!((today.holder.person, today.claims.len()), (person(1), 1));
    assert_eq!(today.used, HashSet::from([voucher(1, 1)]));
    assert!(today.met);
    assert!(!counter(store, 1, &actor, day.plus_days(1)).await.unwrap().met, "another day");
    assert_eq!(Some(today.shop), store::redemption::shop(store, &actor.till).await.unwrap());
    assert_eq!(counter(store, 9, &actor, day).await, None);
    assert_eq!(balance(store, &Account::Payable(merchant)).await, 1_800);
    assert_eq!(store.days_of(&merchant).await.unwrap()[0].redeemed, fen(1_800));
    let mut tx = store.snapshot().await.unwrap();
    let round = round_id("r1");
    let first = store::redemption::redemptions_of_round(&mut tx, &round, None, 1).await.unwrap();
    assert_eq!((first[0].0, &first[0].1), (3, &made[0]), "approval, grant, redemption");
    let after = Some((3, made[0].id));
    let rest = store::redemption::redemptions_of_round(&mut tx, &round, after, 9).await.unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(store::settlement::merchants(&mut tx).await.unwrap(), [merchant]);
}

#[rstest]
#[tokio::test]
async fn a_batch_is_decided_on_its_facts(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (fresh, actor) = shop_with_two_claims(engine).await;
    redeem(&fresh.store, &[redemption(1, actor, 1, 1)]).await.unwrap();
    let ask = |number: u128, claim: u128, slot: u8| Request {
        id: RedemptionId::mint(6, number),
        actor,
        key: format!("key-{number}").parse().unwrap(),
        body: [7; 32],
        presented: Some(Presented {
            voucher: voucher(claim, slot),
            step: domain::code::Step::at(NOW),
            person: person(claim),
            holder: "王*".to_owned(),
            round: round_id("r1"),
            kind: "general".parse().unwrap(),
            accepts: domain::campaign::Accepts::Any(domain::campaign::Any::Any),
            face: fen(1_000),
            minimum_spend: fen(4_000),
        }),
        order: Order {
            code: String::new(),
            order: fen(5_000),
            merchant_coupon: Amount::ZERO,
            scene: Scene::InStore,
            position: None,
            reference: None,
        },
    };
    let unknown = Request { presented: None, ..ask(9, 1, 1) };
    let mut tx = fresh.store.begin().await.unwrap();
    let requests = [ask(1, 1, 2), ask(2, 1, 1), ask(3, 2, 1), unknown];
    let facts = store::redemption::facts(&mut tx, &requests, NOW.beijing_day()).await.unwrap();
    assert_eq!(facts.recorded.len(), 1);
    assert_eq!((facts.recorded[0].id, facts.recorded[0].body), (RedemptionId::mint(5, 1), [7; 32]));
    assert_eq!(facts.used, [voucher(1, 1)].into());
    assert_eq!(facts.met, [(person(1), actor.merchant)].into());
    let shop = &facts.shops[&actor.till];
    assert_eq!((shop.category.as_str(), shop.place.is_some()), ("retail", true));
    let tomorrow = NOW.beijing_day().plus_days(1);
    let facts = store::redemption::facts(&mut tx, &requests, tomorrow).await.unwrap();
    assert!(facts.met.is_empty());
    drop(tx);
    let alone = store::redemption::shop(&fresh.store, &actor.till).await.unwrap();
    assert_eq!(alone.as_ref(), Some(&facts.shops[&actor.till]));
}

#[rstest]
#[tokio::test]
async fn r7_r8_what_was_used_or_met_is_broken(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (fresh, actor) = shop_with_two_claims(engine).await;
    redeem(&fresh.store, &[redemption(1, actor, 1, 1)]).await.unwrap();
    let same_key = Redemption { key: "key-1".parse().unwrap(), ..redemption(2, actor, 2, 1) };
    for second in [redemption(2, actor, 1, 1), redemption(2, actor, 1, 2), same_key] {
        let answer = redeem(&fresh.store, &[second]).await;
        assert!(matches!(answer, Err(Error::Broken(_))), "{answer:?}");
    }
    assert_eq!(fresh.number("select count(*) from redemption").await, 1);
    assert_eq!(
        fresh.number("select count(*) from ledger_transfer where reason = 'redemption'").await,
        1
    );
}

fn refund(number: u128, of: &Redemption, effect: Effect) -> Refund {
    Refund {
        id: RefundId::mint(6, number),
        redemption: of.id,
        round: of.round.clone(),
        actor: of.actor,
        key: format!("key-{number}").parse().unwrap(),
        amount: if effect.undone { of.price.to_pay } else { fen(10) },
        effect,
        refunded_at: NOW,
    }
}

async fn record_refunds(store: &Store, refunds: &[Refund]) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    let round = round_id("r1");
    let link = store::claim::lock_round(&mut tx, &round).await?.unwrap().link;
    let undone = refunds.iter().filter(|it| it.effect.undone);
    let moved = domain::refund::postings(&round, undone.map(|it| (it.actor.merchant, &it.effect)));
    let moved = moved.unwrap();
    let transfers: Vec<_> = if moved.is_empty() {
        Vec::new()
    } else {
        let accounts = moved.iter().flat_map(|it| [it.source.clone().unwrap(), it.target.clone()]);
        store::ledger::lock_accounts(&mut tx, accounts.collect::<Vec<_>>()).await?;
        let chain = Chain::Round(round);
        vec![seal(Transfer::batch(Reason::Refund, chain, NOW, moved, [2; 32], link))]
    };
    let batch = store::refund::Batch { refunds, transfers: &transfers };
    store::refund::record(&mut tx, &batch).await?;
    tx.commit().await
}

#[rstest]
#[tokio::test]
async fn r13_a_refund_is_read_back_and_frees_voucher_and_day(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (fresh, actor) = shop_with_two_claims(engine).await;
    let store = &fresh.store;
    let made = [redemption(1, actor, 1, 1), redemption(2, actor, 2, 1)];
    redeem(store, &made).await.unwrap();
    let whole = Effect {
        undone: true,
        voucher_returned: true,
        voucher: fen(900),
        from_paid: Amount::ZERO,
        from_pool: fen(100),
    };
    let refunds = [refund(1, &made[0], whole), refund(2, &made[1], Effect::default())];
    record_refunds(store, &refunds).await.unwrap();
    let day = NOW.beijing_day();
    let mut tx = store.snapshot().await.unwrap();
    let of_day = store::refund::refunds_of_day(&mut tx, &actor.merchant, day, None, 9).await;
    assert_eq!(of_day.unwrap(), refunds);
    let it = store.totals_of_till(&actor, day).await.unwrap();
    assert_eq!((it.voucher, it.paid, it.refunded), (fen(900), fen(3_590), fen(3_610)));
    let now = store.redemption(&made[0].id).await.unwrap().unwrap();
    assert_eq!((now.undone, now.voucher_returned, now.refunded), (true, true, fen(3_600)));
    let now = store.redemption(&made[1].id).await.unwrap().unwrap();
    assert_eq!((now.undone, now.refunded), (false, fen(10)));
    assert!(store.voucher_uses(&person(1)).await.unwrap().is_empty());
    let back = counter(store, 1, &actor, day).await.unwrap();
    assert!(back.used.is_empty() && !back.met, "came back, and frees the day");
    let other = counter(store, 2, &actor, day).await.unwrap();
    assert!(other.met, "a partial refund frees nothing");
    let mut tx = store.begin().await.unwrap();
    let request = domain::refund::Request {
        id: RefundId::mint(6, 9),
        redemption: made[0].id,
        actor,
        key: "key-1".parse().unwrap(),
        amount: fen(3_600),
    };
    let requests = [request];
    assert_eq!(store::refund::rounds_of(&mut tx, &requests).await.unwrap(), [round_id("r1")]);
    let facts = store::refund::facts(&mut tx, &requests).await.unwrap();
    assert_eq!((facts.recorded[0].id, facts.redemptions.len()), (refunds[0].id, 1));
    let read = store::refund::read_refunds(&mut tx, &[refunds[0].id]).await.unwrap();
    assert_eq!(read, refunds[..1]);
    let of_round =
        store::refund::refunds_of_round(&mut tx, &round_id("r1"), None, 9).await.unwrap();
    assert_eq!(of_round.len(), 1, "what moved nothing is in no transfer");
    drop(tx);
    // Undone once; the voucher and the day are free.
    assert!(matches!(
        record_refunds(store, &[refund(3, &made[0], whole)]).await,
        Err(Error::Broken(_))
    ));
    redeem(store, &[redemption(3, actor, 1, 1)]).await.unwrap();
    assert_eq!(balance(store, &Account::Payable(actor.merchant)).await, 1_800);
}

#[rstest]
#[tokio::test]
async fn r14_a_payment_is_recorded_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (fresh, actor) = shop_with_two_claims(engine).await;
    let store = &fresh.store;
    redeem(store, &[redemption(1, actor, 1, 1)]).await.unwrap();
    let merchant = actor.merchant;
    let pay = async || {
        let mut tx = store.begin().await?;
        let link = store::settlement::lock_chain(&mut tx).await?;
        let (from, to) = (Account::Payable(merchant), Account::Paid(merchant));
        store::ledger::lock_accounts(&mut tx, [from.clone(), to.clone()]).await?;
        let moved = vec![Posting { source: Some(from), target: to, amount: fen(900) }];
        let transfer =
            seal(Transfer::batch(Reason::Settlement, Chain::Campaign, NOW, moved, [3; 32], link));
        let payment = Payment {
            merchant,
            day: NOW.beijing_day(),
            payout: fen(900),
            moved: fen(900),
            bank_reference: "B-1".to_owned(),
            file_hash: [4; 32],
            recorded_at: Timestamp::from_millis(2_000_000),
            sequence: Some(transfer.transfer.sequence),
        };
        store::settlement::record(&mut tx, &payment, Some(&transfer)).await?;
        tx.commit().await?;
        Ok::<_, Error>(payment)
    };
    let payment = pay().await.unwrap();
    assert_eq!(store.payments().await.unwrap(), [payment]);
    assert!(matches!(pay().await, Err(Error::Broken(_))));
    assert_eq!(balance(store, &Account::Paid(merchant)).await, 900);
    assert_eq!(balance(store, &Account::Payable(merchant)).await, 0);
}

#[rstest]
#[tokio::test]
async fn the_schema_repeats_the_laws(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (fresh, actor) = shop_with_two_claims(engine).await;
    let made = redemption(1, actor, 1, 1);
    redeem(&fresh.store, std::slice::from_ref(&made)).await.unwrap();
    record_refunds(&fresh.store, &[refund(1, &made, Effect::default())]).await.unwrap();
    let merchant = actor.merchant;
    fresh
        .raw(&format!(
            "insert into settlement values ('{merchant}', 1, 5, 0, 'B', '{}', 1, null)",
            "0".repeat(64)
        ))
        .await
        .unwrap();
    for statement in [
        "delete from redemption",
        "update redemption set voucher_fen = voucher_fen - 1, to_pay_fen = to_pay_fen + 1",
        "update redemption set person_id = 'AAAAAAAAAAAAAAAAAAAAAAAAAA'",
        "update redemption set day = day + 1, redeemed_at = redeemed_at + 86400000",
        "update redemption set refunded_fen = refunded_fen - 1",
        "update redemption set refunded_fen = to_pay_fen + 1",
        "update redemption set undone = 1",
        "update redemption set voucher_returned = 1",
        "delete from refund",
        "update refund set order_refund_fen = 1",
        "delete from settlement",
        "update settlement set bank_reference = 'C'",
        "insert into wrong_digits values ('m', 1, 121)",
    ] {
        assert!(fresh.raw(statement).await.is_err(), "was taken: {statement}");
    }
    if engine == Engine::Postgres {
        for table in ["redemption", "refund", "settlement"] {
            assert!(fresh.raw(&format!("truncate {table} cascade")).await.is_err(), "{table}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn wrong_digits_are_counted_to_their_bound(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (fresh, actor) = shop_with_two_claims(engine).await;
    let (store, day) = (&fresh.store, NOW.beijing_day());
    let counts = (0..130).map(|_| store.count_wrong_digits(&actor.merchant, day));
    let mut counted = 0;
    for count in counts {
        counted += i64::from(count.await.unwrap());
    }
    assert_eq!((counted, store.wrong_digits(&actor.merchant, day).await.unwrap()), (120, 120));
    assert_eq!(store.wrong_digits(&actor.merchant, day.plus_days(1)).await.unwrap(), 0);
    let digits = domain::code::Digits::from_number(7).unwrap();
    assert_eq!(store.shown_digits(digits).await.unwrap(), None);
    let step = domain::code::Step::at(NOW);
    store.show_code(voucher(1, 2), step, digits, NOW).await.unwrap();
    let shown = store.shown_digits(digits).await.unwrap().unwrap();
    assert_eq!((shown.voucher, shown.step), (voucher(1, 2), step));
}
