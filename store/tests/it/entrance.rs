//! What entrances are given counts once, on either engine, through however many servers it arrives.

use domain::round::RealNameLevel;
use domain::time::Timestamp;
use rstest::rstest;
use store::Engine;
use store::person::Entry;
use store::session::NewSession;

use crate::engines::fresh;
use crate::world::{account, person};

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
    assert!(store.sign_out_once(&[1; 32], AT, account).await.unwrap());
    assert!(!store.sign_out_once(&[1; 32], AT, account).await.unwrap());
    assert!(!store.use_once(&[1; 32], AT).await.unwrap());
}

/// A session of an account at `alipay`, with that token.
fn entry(subject: &str, token: u8) -> Entry<'static> {
    Entry {
        identities: Vec::new(),
        masked_name: String::new(),
        division: String::new(),
        entrance: "alipay",
        subject: subject.to_owned(),
        real_name_level: RealNameLevel::UNKNOWN,
        consents: Vec::new(),
        session: Some(NewSession {
            token_hash: [token; 32],
            created_at: AT,
            expires_at: AT.plus_millis(9_000),
        }),
        device: "browser/other".to_owned(),
        end_session: None,
        new_person: person(u128::from(token)),
        new_account: account(u128::from(token)),
        at: AT,
    }
}

#[rstest]
#[tokio::test]
async fn signing_out_ends_every_session_of_the_account_and_tells_of_each(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    for (subject, token) in [("li", 1), ("li", 2), ("wang", 3)] {
        store.enter(&entry(subject, token)).await.unwrap();
    }
    let (entrance, later) = ("alipay".parse().unwrap(), AT.plus_millis(5));
    fresh.raw("delete from session_changed").await.unwrap();
    assert!(store.sign_out_once(&[9; 32], later, (&entrance, "li")).await.unwrap());
    let mut told = store.session_changes(60_000).await.unwrap().token_hashes;
    told.sort_unstable();
    assert_eq!(told, [[1; 32], [2; 32]]);
    for (token, is_open) in [(1, false), (2, false), (3, true)] {
        let session = store.session(&[token; 32], AT, &[]).await.unwrap();
        assert_eq!(session.is_some(), is_open, "{token}");
    }
}
