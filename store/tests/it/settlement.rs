//! What is held of a merchant's money, and what it was paid.

use domain::money::Amount;
use domain::settlement::hold::Hold;
use rstest::rstest;
use store::settlement::Payment;
use store::settlement::due::merchants_after;
use store::settlement::hold::record;
use store::{Engine, Error, Store};

use crate::engines::fresh;
use crate::redemption::{redeem, redemption, shop_with_two_claims};
use crate::shop::{approved, mark};
use crate::world::{NOW, fen};

async fn write(store: &Store, merchant: &domain::id::MerchantId, hold: &Hold) -> Result<(), Error> {
    let mut tx = store.begin().await.unwrap();
    store::merchant::lock(&mut tx, merchant).await.unwrap();
    record(&mut tx, merchant, hold).await?;
    tx.commit().await
}

#[rstest]
#[tokio::test]
async fn r17_a_hold_is_read_back_with_who_when_and_why_and_released_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    let (one, other) = (approved(store, 0).await.id, approved(store, 1).await.id);
    let open = Hold { held: mark(40, "帳目待查"), released: None };
    let released = Hold { released: Some(mark(50, "帳目無誤")), ..open.clone() };
    assert!(write(store, &one, &released).await.is_err(), "nothing is held");
    write(store, &one, &open).await.unwrap();
    assert_eq!(store.holds_of(&one).await.unwrap(), std::slice::from_ref(&open));
    assert!(write(store, &one, &open).await.is_err(), "it is held already");
    write(store, &one, &released).await.unwrap();
    assert!(write(store, &one, &released).await.is_err(), "it is released already");
    let again = Hold { held: mark(60, "又有疑問"), released: None };
    write(store, &one, &again).await.unwrap();
    assert_eq!(store.holds_of(&one).await.unwrap(), [released, again]);
    assert_eq!(store.holds_of(&other).await.unwrap(), []);
    assert_eq!(store.owed(&one).await.unwrap().fen(), 0);
    assert_eq!(store.payments_to(&one).await.unwrap(), []);
    for sql in [
        "update merchant_hold set held_why = 'x' where released_at is null",
        "update merchant_hold set released_at = 99 where released_at = 50",
        "update merchant_hold set released_at = 70 where released_at is null",
        "update merchant_hold set released_who = 'x', released_why = 'x', released_at = 1
         where released_at is null",
        "delete from merchant_hold",
    ] {
        assert!(store::control::run(store, sql).await.is_err(), "{sql}");
    }
}

/// Three merchants: before the shop one at which nothing happened, after it one whose money is held.
#[rstest]
#[tokio::test]
async fn merchants_come_in_pages_each_with_its_own_days_holds_and_payment(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (fresh, actor) = shop_with_two_claims(engine).await;
    let store = &fresh.store;
    redeem(store, &[redemption(1, actor, 1, 1), redemption(2, actor, 2, 1)]).await.unwrap();
    let (quiet, held) = (approved(store, 0).await.id, approved(store, 2).await.id);
    let hold = Hold { held: mark(40, "帳目待查"), released: Some(mark(50, "帳目無誤")) };
    write(store, &held, &Hold { released: None, ..hold.clone() }).await.unwrap();
    write(store, &held, &hold).await.unwrap();
    let day = NOW.beijing_day();
    let payment = Payment {
        merchant: actor.merchant,
        day,
        payout: fen(1_800),
        moved: Amount::ZERO,
        bank_reference: "B-1".to_owned(),
        file_hash: [4; 32],
        recorded_at: NOW,
        sequence: None,
    };
    let mut tx = store.begin().await.unwrap();
    store::settlement::record(&mut tx, &payment, None).await.unwrap();
    tx.commit().await.unwrap();
    let shop_days = store.days_of(&actor.merchant).await.unwrap();
    assert_eq!(shop_days.len(), 1);
    let mut tx = store.snapshot().await.unwrap();
    for limit in [1, 2, 3, 9] {
        let (mut merchants, mut after) = (Vec::new(), None);
        loop {
            let page = merchants_after(&mut tx, day, after, limit).await.unwrap();
            assert!(page.len() <= limit as usize);
            let Some(last) = page.last() else { break };
            after = Some(last.payee.merchant);
            merchants.extend(page);
        }
        let ids: Vec<_> = merchants.iter().map(|it| it.payee.merchant).collect();
        assert_eq!(ids, [quiet, actor.merchant, held], "limit {limit}");
        assert_eq!(merchants[1].payee.name, "鳳台街1號麵館");
        assert_eq!(merchants[1].payee.credit_code.as_str(), crate::shop::CODES[1]);
        let days: Vec<_> = merchants.iter().map(|it| &it.days[..]).collect();
        assert_eq!(days, [&[], &shop_days[..], &[]], "limit {limit}");
        let holds: Vec<_> = merchants.iter().map(|it| &it.holds[..]).collect();
        assert_eq!(holds, [&[], &[], std::slice::from_ref(&hold)], "limit {limit}");
        let references: Vec<_> = merchants.iter().map(|it| it.bank_reference.as_deref()).collect();
        assert_eq!(references, [None, Some("B-1"), None], "limit {limit}");
    }
    for (other, count) in [(day.plus_days(-1), 0), (day.plus_days(1), 1)] {
        let merchants = merchants_after(&mut tx, other, None, 9).await.unwrap();
        assert_eq!(merchants[1].days.len(), count, "{other}: only what came up to that day");
        assert_eq!(merchants[1].bank_reference, None, "{other}: another day was paid");
    }
}
