//! What is held of a merchant's money, and what it was paid.

use domain::settlement::hold::Hold;
use rstest::rstest;
use store::settlement::hold::record;
use store::{Engine, Error, Store};

use crate::engines::fresh;
use crate::shop::{approved, mark};

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
