//! What entrances are given counts once, on either engine, through however many servers it arrives.

use domain::time::Timestamp;
use rstest::rstest;
use store::Engine;

use crate::engines::fresh;

const AT: Timestamp = Timestamp::from_millis(1_000);

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_uses_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let stores = [fresh.store.clone(), fresh.another().await];
    for hash in [[1; 32], [2; 32]] {
        let tasks = (0..10).map(|place| {
            let store = stores[place % 2].clone();
            tokio::spawn(async move { store.use_once(&hash, AT).await.unwrap() })
        });
        let mut used = 0;
        for task in tasks.collect::<Vec<_>>() {
            used += u32::from(task.await.unwrap());
        }
        assert_eq!(used, 1);
    }
}

#[rstest]
#[tokio::test]
async fn what_is_over_is_thrown_away_and_nothing_else(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    assert!(store.use_once(&[1; 32], AT).await.unwrap());
    assert!(store.use_once(&[2; 32], AT.plus_millis(1)).await.unwrap());
    assert_eq!(store.purge_used(AT).await.unwrap(), 1);
    assert!(store.use_once(&[1; 32], AT).await.unwrap());
    assert!(!store.use_once(&[2; 32], AT).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn what_signs_out_counts_once_with_everything_else(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    let account = (&"alipay".parse().unwrap(), "nobody");
    assert!(store.sign_out_once(&[1; 32], AT, account, AT).await.unwrap());
    assert!(!store.sign_out_once(&[1; 32], AT, account, AT).await.unwrap());
    assert!(!store.use_once(&[1; 32], AT).await.unwrap());
}
