//! Opening, migrating, importing, shifting, resetting: also by several servers that start at once.

use domain::round::LimitPer;
use domain::time::{Timestamp, Window};
use rstest::rstest;
use store::campaign::Imported;
use store::{Engine, Error, Store};

use crate::engines::{bare, fresh};
use crate::world::{NOW, campaign, import, request, round, round_id, serve, with_stock};

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_servers_start_at_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = bare(engine).await;
    let stores = [fresh.store.clone(), fresh.another().await, fresh.another().await];
    let start = |store: Store| async move {
        store.migrate().await?;
        let rounds = [round("r1", 0, LimitPer::Round, &[("p1", 10)])];
        import(&store, &rounds, "sum").await
    };
    let tasks: Vec<_> = stores.into_iter().map(|store| tokio::spawn(start(store))).collect();
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap().unwrap() {
            Imported::Done => done += 1,
            Imported::Unchanged => {}
            Imported::Different => panic!("it was the same file"),
        }
    }
    assert_eq!(done, 1);
    let facts = fresh.store.ledger_facts().await.unwrap();
    assert_eq!(
        facts.accounts,
        [
            ("issued:r1".to_owned(), 0),
            ("pool".to_owned(), 1_499_950_000),
            ("stock:r1".to_owned(), 50_000)
        ]
    );
    assert!(fresh.store.examine().await.unwrap().is_empty());
}

#[rstest]
#[tokio::test]
async fn r21_one_campaign_for_each_database(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    assert_eq!(store.campaign().await.unwrap(), None);
    let rounds = [
        round("r2", 5_000_000, LimitPer::Pack, &[("b", 4), ("a", 3)]),
        round("r1", 0, LimitPer::Round, &[("p1", 2)]),
    ];
    assert_eq!(import(&store, &rounds, "sum").await.unwrap(), Imported::Done);
    assert_eq!(import(&store, &rounds, "sum").await.unwrap(), Imported::Unchanged);
    assert_eq!(import(&store, &rounds[..1], "other").await.unwrap(), Imported::Different);
    let stored = store.campaign().await.unwrap().unwrap();
    assert_eq!(
        (stored.campaign, stored.checksum, stored.shift_ms),
        (campaign(), "sum".to_owned(), None)
    );
    assert_eq!(store.rounds().await.unwrap(), rounds, "as they were, in their order");
}

#[rstest]
#[tokio::test]
async fn rounds_are_shifted_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    let round = with_stock(&store, 3).await;
    let window = |ms| {
        let opens_at = Timestamp::from_millis(ms);
        Window::new(opens_at, opens_at.plus_millis(7)).unwrap()
    };
    assert!(store.shift_rounds(90, &[(round.clone(), window(90))], NOW).await.unwrap());
    assert!(!store.shift_rounds(91, &[(round, window(91))], NOW).await.unwrap());
    let rounds = store.rounds().await.unwrap();
    assert_eq!((rounds[0].window, rounds[0].version), (window(90), 2));
    assert_eq!(store.campaign().await.unwrap().unwrap().shift_ms, Some(90));
    let unknown = store.shift_rounds(1, &[(round_id("r9"), window(1))], NOW).await.unwrap();
    assert!(!unknown);
}

#[rstest]
#[tokio::test]
async fn servers_agree_on_the_demo_key(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let other = fresh.another().await;
    assert_eq!(other.demo_key().await.unwrap(), None, "asking makes no demonstration");
    let (one, two) = tokio::join!(
        fresh.store.begin_demonstration(&[1; 32]),
        other.begin_demonstration(&[2; 32])
    );
    let key = one.unwrap();
    assert_eq!(key, two.unwrap());
    assert_eq!(fresh.store.begin_demonstration(&[3; 32]).await.unwrap(), key);
    assert_eq!(other.demo_key().await.unwrap(), Some(key));
}

#[rstest]
#[tokio::test]
async fn a_reset_leaves_an_empty_database(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    let round = with_stock(&store, 3).await;
    serve(&store, &round, &[request(1)]).await.unwrap();
    store.reset().await.unwrap();
    assert_eq!(store.campaign().await.unwrap(), None);
    assert!(store.rounds().await.unwrap().is_empty());
    let round = with_stock(&store, 3).await;
    serve(&store, &round, &[request(1)]).await.unwrap();
    store.migrate().await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn wrong_addresses_are_named() {
    for url in ["mysql://x/y", "data/x.db", "sqlite:", "sqlite::memory:", "sqlite:a?mode=ro", ""] {
        let Err(Error::Setting(sentence)) = Store::open(url).await else { panic!("{url}") };
        assert!(sentence.starts_with("database: "), "{sentence}");
    }
}

#[tokio::test]
async fn who_only_looks_makes_neither_file_nor_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let url = format!("sqlite:{}", data.join("typo.db").display());
    let Err(Error::Setting(sentence)) = Store::open_existing(&url).await else { panic!("{url}") };
    assert!(sentence.starts_with("database: there is no file "), "{sentence}");
    assert!(!data.exists());
    Store::open(&url).await.unwrap().close().await;
    Store::open_existing(&url).await.unwrap().close().await;
}

#[rstest]
#[tokio::test]
async fn a_schema_is_current_with_every_step_and_no_other(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = bare(engine).await;
    assert!(!fresh.store.is_current().await.unwrap(), "nothing is there yet");
    fresh.store.migrate().await.unwrap();
    assert!(fresh.store.is_current().await.unwrap());
    let last = "version = (select max(version) from _sqlx_migrations)";
    fresh.raw(&format!("update _sqlx_migrations set version = 9999 where {last}")).await.unwrap();
    assert!(!fresh.store.is_current().await.unwrap(), "a step of another version");
    fresh.raw(&format!("delete from _sqlx_migrations where {last}")).await.unwrap();
    assert!(!fresh.store.is_current().await.unwrap(), "one step behind");
}
