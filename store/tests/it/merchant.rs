//! Merchants: applications, decisions, the record of both, and the public list.

use domain::merchant::{Decision, MerchantState};
use domain::place::Position;
use rstest::rstest;
use store::merchant::{Applied, Wanted};
use store::{Engine, Error, Store};

use crate::engines::fresh;
use crate::shop::{CODES, approved, at, decide, id, mark, merchant};

/// When each state began: applied, approved, refused, suspended.
type Began = (i64, Option<i64>, Option<i64>, Option<i64>);

#[rstest]
#[tokio::test]
async fn r17_a_merchant_is_read_back_with_who_when_and_why(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    let applied = merchant(1, None);
    assert_eq!(store.apply(&applied).await.unwrap(), Applied::Done);
    assert_eq!(store.merchant(&applied.id).await.unwrap(), Some(applied.clone()));
    assert_eq!(store.merchant(&id(2)).await.unwrap(), None);
    decide(store, &applied.id, Decision::Approve, mark(20, "資料齊全")).await.unwrap();
    let suspended = decide(store, &applied.id, Decision::Suspend, mark(30, "投訴")).await.unwrap();
    assert_eq!(store.merchant(&applied.id).await.unwrap(), Some(suspended.clone()));
    let acts = store.merchant_acts(&applied.id).await.unwrap();
    let words: Vec<&str> = acts.iter().map(|act| act.act.as_str()).collect();
    assert_eq!(words, ["suspend", "approve", "apply"]);
    assert_eq!(acts[0].mark, mark(30, "投訴"));
    let began: Vec<Began> =
        fresh.rows("select applied_at, approved_at, refused_at, suspended_at from merchant").await;
    assert_eq!(began, [(10, Some(20), None, Some(30))]);
    let counts = store.merchant_counts().await.unwrap();
    assert_eq!(counts, [(MerchantState::Suspended, 1)]);
}

#[rstest]
#[tokio::test]
async fn a_business_and_a_manager_take_part_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    fresh
        .raw(
            "insert into person (id, masked_name, division, created_at)
             values ('00000000000000000000000001', '趙*', '140502', 1)",
        )
        .await
        .unwrap();
    let person = "00000000000000000000000001".parse().unwrap();
    let first = merchant(1, Some(person));
    assert_eq!(store.apply(&first).await.unwrap(), Applied::Done);
    assert_eq!(store.merchant_of(&person).await.unwrap(), Some(first.clone()));
    let mut same_code = merchant(2, None);
    same_code.profile.credit_code = CODES[1].parse().unwrap();
    assert_eq!(store.apply(&same_code).await.unwrap(), Applied::CodeTaken);
    assert_eq!(store.apply(&merchant(3, Some(person))).await.unwrap(), Applied::ManagerTaken);
    assert_eq!(fresh.number("select count(*) from merchant_act").await, 1, "only what was done");
    // One that was refused is in nobody's way, and cannot come back past the other.
    let refused = decide(store, &first.id, Decision::Refuse, mark(20, "不售實物")).await.unwrap();
    assert_eq!(store.apply(&same_code).await.unwrap(), Applied::Done);
    let again = refused.apply_again(first.profile, mark(30, "")).unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(store::merchant::is_code_taken(&mut tx, &again).await.unwrap());
    let broken = store::merchant::record(&mut tx, &again, "apply_again").await;
    assert!(matches!(broken, Err(Error::Taken)), "{broken:?}");
}

#[rstest]
#[tokio::test]
async fn a_decision_on_another_version_is_void(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    let approved = approved(store, 1).await;
    decide(store, &approved.id, Decision::Suspend, mark(30, "一")).await.unwrap();
    let stale = approved.decide(Decision::Suspend, false, mark(40, "二")).unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(store::merchant::record(&mut tx, &stale, "suspend").await.is_err());
}

/// Ten operators decide at once; the lock makes a line of them, and the first decision is the only.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_decisions_at_once_one_is_taken(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let applied = merchant(1, None);
    fresh.store.apply(&applied).await.unwrap();
    let mut tasks = Vec::new();
    for number in 0..10 {
        let (store, id) = (fresh.store.clone(), applied.id);
        tasks.push(tokio::spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let merchant = store::merchant::lock(&mut tx, &id).await.unwrap().unwrap();
            let decision = if number % 2 == 0 { Decision::Approve } else { Decision::Refuse };
            let Ok(decided) = merchant.decide(decision, false, mark(20, "快")) else { return 0 };
            store::merchant::record(&mut tx, &decided, decision.code()).await.unwrap();
            tx.commit().await.unwrap();
            1
        }));
    }
    let mut taken = 0;
    for task in tasks {
        taken += task.await.unwrap();
    }
    assert_eq!(taken, 1);
    assert_eq!(fresh.number("select count(*) from merchant_act").await, 2);
}

#[rstest]
#[tokio::test]
async fn the_schema_repeats_the_laws_of_merchants(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    approved(&fresh.store, 1).await;
    for statement in [
        "delete from merchant",
        "update merchant set in_city = 0",
        "update merchant set sells_goods = 0",
        "update merchant set state = 'closed'",
        "update merchant set state = 'suspended'",
        "update merchant set latitude = null",
        "update merchant set latitude = 90000001",
        "update merchant_act set why = 'x'",
        "delete from merchant_act",
        "insert into till (id, merchant_id, name, created_at)
         values ('AAAAAAAAAAAAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBBBBBBBBBBBB', 'x', 1)",
    ] {
        assert!(fresh.raw(statement).await.is_err(), "was taken: {statement}");
    }
}

async fn found(store: &Store, wanted: Wanted) -> Vec<usize> {
    let wanted = Wanted { limit: if wanted.limit == 0 { 100 } else { wanted.limit }, ..wanted };
    let merchants = store.public_merchants(&wanted).await.unwrap();
    let number = |it: &store::merchant::PublicMerchant| {
        (1..=5).find(|number| id(*number) == it.id).expect("one of the five")
    };
    merchants.iter().map(number).collect()
}

#[rstest]
#[tokio::test]
async fn r23_the_public_list_is_narrowed_and_ordered(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    for number in 1..=4 {
        approved(store, number).await;
    }
    fresh
        .raw("update merchant set latitude = null, longitude = null where name like '%2號%'")
        .await
        .unwrap();
    store.apply(&merchant(5, None)).await.unwrap();
    let any = Wanted::default;
    assert_eq!(found(store, any()).await, [1, 2, 3, 4], "an applicant is not shown");
    let dining = Wanted { categories: vec!["dining".parse().unwrap()], ..any() };
    assert_eq!(found(store, dining.clone()).await, [2, 4]);
    let both = vec!["dining".parse().unwrap(), "retail".parse().unwrap()];
    assert_eq!(found(store, Wanted { categories: both, ..any() }).await, [1, 2, 3, 4]);
    let none = vec!["din".parse().unwrap()];
    assert!(found(store, Wanted { categories: none, ..any() }).await.is_empty());
    let north = Wanted { district: "140581".to_owned(), ..any() };
    assert_eq!(found(store, north.clone()).await, [3, 4]);
    assert_eq!(found(store, Wanted { district: "140581".to_owned(), ..dining }).await, [4]);
    for (words, expected) in [
        ("麵館", vec![1, 2, 3, 4]),
        ("面馆", vec![1, 2, 3, 4]),
        ("3號", vec![3]),
        ("３号", vec![3]),
        ("黃華 3", vec![3]),
        ("鳳台街 黃華街 2號 麵", vec![2]),
        ("%", vec![]),
        ("_", vec![]),
        ("!", vec![]),
        ("超市", vec![]),
    ] {
        assert_eq!(
            found(store, Wanted { words: words.to_owned(), ..any() }).await,
            expected,
            "{words}"
        );
    }
    let near =
        Wanted { near: Some(Position::from_micro(35_521_000, 112_850_000).unwrap()), ..any() };
    assert_eq!(found(store, near.clone()).await, [3, 4, 1, 2], "the one without a place is last");
    assert_eq!(found(store, Wanted { limit: 2, ..near.clone() }).await, [3, 4]);
    let next = Wanted { after: Some(id(4)), ..near };
    assert_eq!(found(store, next).await, [1, 2]);
    assert_eq!(found(store, Wanted { after: Some(id(1)), limit: 1, ..any() }).await, [2]);
    assert!(found(store, Wanted { after: Some(id(9)), ..any() }).await.is_empty());
    decide(store, &id(1), Decision::Suspend, mark(30, "x")).await.unwrap();
    assert_eq!(found(store, any()).await, [2, 3, 4], "a suspended one is not shown");
}

#[rstest]
#[tokio::test]
async fn the_review_sees_who_waits_longest_first(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    for (number, ms) in [(1, 30), (2, 10), (3, 20)] {
        let mut applied = merchant(number, None);
        applied.mark.at = at(ms);
        store.apply(&applied).await.unwrap();
    }
    let ids = async |limit, after| -> Vec<_> {
        let merchants = store.merchants_in(MerchantState::Applied, limit, after).await.unwrap();
        merchants.into_iter().map(|merchant| merchant.id).collect()
    };
    assert_eq!(ids(100, None).await, [id(2), id(3), id(1)]);
    assert_eq!(ids(1, Some((at(10), id(2)))).await, [id(3)]);
    // The last one of a page is decided before somebody goes on: nobody else is passed over.
    decide(store, &id(2), Decision::Approve, mark(90, "x")).await.unwrap();
    assert_eq!(ids(100, Some((at(10), id(2)))).await, [id(3), id(1)]);
    assert_eq!(ids(100, Some((at(20), id(3)))).await, [id(1)]);
    assert!(store.merchants_in(MerchantState::Refused, 9, None).await.unwrap().is_empty());
}
