//! Tills and the keys of machines.

use std::collections::HashSet;

use domain::merchant::{Decision, MerchantState};
use domain::place::Position;
use domain::till::{Actor, Scope, TILLS_MAX};
use domain::time::Timestamp;
use rstest::rstest;
use store::till::KeyHolder;
use store::{Engine, Store};

use crate::engines::fresh;
use crate::shop::{approved, at, decide, key, mark, open_till, till};

/// Who stands behind the key of that number.
async fn holder(store: &Store, number: u8, now: Timestamp) -> Option<KeyHolder> {
    let hash = [number; 32];
    store.key_holders(&HashSet::from([hash, [99; 32]]), now).await.unwrap().remove(&hash)
}

#[rstest]
#[tokio::test]
async fn a_key_leads_to_its_till_and_merchant_in_one_read(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    let merchant = approved(store, 1).await;
    let mut first = till(1, merchant.id);
    open_till(store, &first, &key(1, merchant.id, Some(first.id))).await;
    let first_holder = holder(store, 1, at(40)).await.unwrap();
    assert_eq!(first_holder.actor(), Some(Actor { till: first.id, merchant: merchant.id }));
    assert_eq!(first_holder.state, MerchantState::Approved);
    assert_eq!(
        first_holder.position, merchant.profile.position,
        "the merchant's place is the till's"
    );
    assert!(first_holder.scopes.has(Scope::Redeem) && !first_holder.scopes.has(Scope::Settlement));
    assert_eq!(holder(store, 2, at(40)).await, None);
    // A till elsewhere has its own place.
    (first.id, first.position) = (till(2, merchant.id).id, Position::from_micro(1, 2).ok());
    open_till(store, &first, &key(2, merchant.id, Some(first.id))).await;
    let elsewhere = holder(store, 2, at(40)).await.unwrap();
    assert_eq!(elsewhere.position, first.position);
    assert_eq!(store.till(&first.id).await.unwrap(), Some(first));
    // Another server sees a suspension at once.
    let another = fresh.another().await;
    decide(store, &merchant.id, Decision::Suspend, mark(50, "x")).await.unwrap();
    let suspended = holder(&another, 1, at(60)).await.unwrap();
    assert_eq!(suspended.state, MerchantState::Suspended);
}

#[rstest]
#[tokio::test]
async fn a_rotated_key_works_for_its_time_of_grace(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    let another = fresh.another().await;
    let merchant = approved(store, 1).await;
    let till = till(1, merchant.id);
    let old = key(1, merchant.id, Some(till.id));
    open_till(store, &till, &old).await;
    let mut tx = store.begin().await.unwrap();
    let ended = store::till::end_key(&mut tx, &merchant.id, &old.id, (at(100), at(200))).await;
    let ended = ended.unwrap().unwrap();
    assert_eq!(
        (ended.till, ended.scopes, ended.ends_at),
        (Some(till.id), old.scopes, Some(at(200)))
    );
    let new = key(2, merchant.id, ended.till);
    assert!(store::till::add_key(&mut tx, &new, "rotate_key", &mark(100, "")).await.unwrap());
    tx.commit().await.unwrap();
    assert!(holder(&another, 1, at(199)).await.is_some());
    assert!(holder(&another, 1, at(200)).await.is_none());
    assert!(holder(&another, 2, at(200)).await.is_some());
    // A second rotation does not lengthen the first one's grace.
    let mut tx = store.begin().await.unwrap();
    let again = store::till::end_key(&mut tx, &merchant.id, &old.id, (at(150), at(900))).await;
    assert_eq!(again.unwrap().unwrap().ends_at, Some(at(200)));
    // A revocation counts at once; another merchant's key is none of ours.
    let revoked = store::till::end_key(&mut tx, &merchant.id, &new.id, (at(150), at(150))).await;
    assert!(revoked.unwrap().is_some());
    let other = crate::shop::id(2);
    let foreign = store::till::end_key(&mut tx, &other, &old.id, (at(150), at(150))).await;
    assert!(foreign.unwrap().is_none());
    tx.commit().await.unwrap();
    assert!(holder(&another, 2, at(150)).await.is_none());
    let keys = store.till_keys(&merchant.id, at(160)).await.unwrap();
    assert_eq!(keys.len(), 1, "the one in its grace");
    assert!(store.till_keys(&merchant.id, at(200)).await.unwrap().is_empty());
}

#[rstest]
#[tokio::test]
async fn a_closed_till_does_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    let merchant = approved(store, 1).await;
    let till = till(1, merchant.id);
    open_till(store, &till, &key(1, merchant.id, Some(till.id))).await;
    let mut tx = store.begin().await.unwrap();
    let of_other =
        store::till::close(&mut tx, &crate::shop::id(2), &till.id, at(50), &mark(50, "")).await;
    assert!(!of_other.unwrap());
    assert!(
        store::till::close(&mut tx, &merchant.id, &till.id, at(50), &mark(50, "")).await.unwrap()
    );
    assert!(
        !store::till::close(&mut tx, &merchant.id, &till.id, at(51), &mark(51, "")).await.unwrap()
    );
    let late = key(2, merchant.id, Some(till.id));
    assert!(!store::till::add_key(&mut tx, &late, "add_key", &mark(52, "")).await.unwrap());
    tx.commit().await.unwrap();
    assert!(holder(store, 1, at(50)).await.is_none());
    let tills = store.tills(&merchant.id).await.unwrap();
    assert_eq!(tills[0].closed_at, Some(at(50)));
    let words: Vec<String> =
        store.merchant_acts(&merchant.id).await.unwrap().into_iter().map(|act| act.act).collect();
    assert_eq!(words, ["close_till", "add_key", "add_till", "approve", "apply"], "R17");
}

#[rstest]
#[tokio::test]
async fn tills_have_a_bound(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let merchant = approved(&fresh.store, 1).await;
    let mut tx = fresh.store.begin().await.unwrap();
    for number in 0..TILLS_MAX {
        let till = till(number as u128, merchant.id);
        assert!(store::till::add(&mut tx, &till, &mark(30, "")).await.unwrap());
    }
    let one_more = till(1_000, merchant.id);
    assert!(!store::till::add(&mut tx, &one_more, &mark(30, "")).await.unwrap());
}
