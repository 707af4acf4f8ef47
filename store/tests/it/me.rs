//! A person leaves, and comes back; and keys that take each other's place (R1).

use std::time::Duration;

use domain::audit::Act;
use domain::round::LimitPer;
use domain::time::Timestamp;
use rstest::rstest;
use store::Engine;
use store::identity_key::KeyUse;
use store::person::Entry;
use store::session::NewSession;

use crate::engines::fresh;
use crate::world::{account, import, person, round};

const AT: Timestamp = Timestamp::from_millis(1_000);

fn entry(identities: &[(i32, u8)], subject: &str, fresh: u128) -> Entry<'static> {
    Entry {
        identities: identities.iter().map(|(version, hash)| (*version, [*hash; 32])).collect(),
        masked_name: "王*".to_owned(),
        division: "140502".to_owned(),
        entrance: "demo",
        subject: subject.to_owned(),
        real_name_level: domain::round::RealNameLevel(2),
        consents: Vec::new(),
        session: Some(NewSession {
            token_hash: [u8::try_from(fresh).unwrap(); 32],
            created_at: AT,
            expires_at: Timestamp::from_millis(9_000),
        }),
        device: "alipay/android".to_owned(),
        end_session: None,
        new_person: person(fresh),
        new_account: account(fresh),
        at: AT,
    }
}

#[rstest]
#[tokio::test]
async fn r1_whoever_leaves_is_the_same_person_when_they_come_back(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    for (subject, number) in [("a", 1), ("b", 2)] {
        store.enter(&entry(&[(1, 7)], subject, number)).await.unwrap();
    }
    store.enter(&entry(&[(1, 8)], "c", 3)).await.unwrap();
    assert_eq!(store.accounts_of(person(1)).await.unwrap().len(), 2);
    let sessions = store.sessions_of(person(1), AT).await.unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0].device, "alipay/android");
    let ended = store.end_other_sessions(person(1), &[1; 32]).await.unwrap();
    assert_eq!(ended, [[2; 32]]);

    let gone = store.delete_accounts(person(1), AT).await.unwrap();
    assert_eq!(gone, [[1; 32]]);
    let told = store.session_changes(60_000).await.unwrap().token_hashes;
    assert!(told.contains(&[1; 32]) && told.contains(&[2; 32]), "every server is told");
    assert!(store.session(&[1; 32], AT, &[]).await.unwrap().is_none());
    assert!(store.accounts_of(person(1)).await.unwrap().is_empty());
    assert_eq!(fresh.number("select count(*) from person where masked_name = '王*'").await, 1);
    assert_eq!(fresh.number("select count(*) from account").await, 1, "the other person stays");

    let back = store.enter(&entry(&[(1, 7)], "a", 4)).await.unwrap();
    assert_eq!((back.person, back.account), (person(1), account(4)));
    assert_eq!(fresh.number("select count(*) from person where deleted_at is null").await, 2);
}

#[rstest]
#[tokio::test]
async fn the_hash_goes_when_the_rounds_that_the_person_knew_are_long_over(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    // The first round is from 0 to 2,000,000, the second from 3,000,000 to 5,000,000.
    let rounds = [
        round("r1", 0, LimitPer::Round, &[("p1", 5)]),
        round("r2", 3_000_000, LimitPer::Round, &[("p1", 5)]),
    ];
    import(&store, &rounds, "sum").await.unwrap();
    let ms = Timestamp::from_millis;
    for (hash, left_at) in [(7, 1_000_000), (8, 3_000_000)] {
        let number = u128::from(hash);
        store.enter(&entry(&[(1, hash)], &hash.to_string(), number)).await.unwrap();
        store.delete_accounts(person(number), ms(left_at)).await.unwrap();
    }
    store.enter(&entry(&[(1, 9)], "stays", 9)).await.unwrap();
    let hashes = "select count(*) from person_identity";
    for (now, forgotten, left) in
        [(2_000_099, 0, 3), (2_000_100, 1, 2), (5_000_099, 0, 2), (5_000_100, 1, 1)]
    {
        assert_eq!(store.forget_persons(ms(now), 100).await.unwrap(), forgotten, "at {now}");
        assert_eq!(fresh.number(hashes).await, left, "at {now}");
    }
    assert_eq!(store.forget_persons(ms(9_000_000), 100).await.unwrap(), 0, "whoever is here stays");
    // Whoever came in while they left, or claimed, is not forgotten: they would be two.
    fresh.raw("update person set deleted_at = 1 where masked_name = '王*'").await.unwrap();
    assert_eq!(store.forget_persons(ms(9_000_000), 100).await.unwrap(), 0, "with an account");
    // From now on they are somebody new.
    let back = store.enter(&entry(&[(1, 7)], "7", 20)).await.unwrap();
    assert_eq!(back.person, person(20));
}

/// A telephone signs in while the other one says that the person leaves: whichever is first, both are answered.
#[rstest]
#[tokio::test]
async fn signing_in_and_leaving_at_once_fails_neither(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let other = fresh.another().await;
    fresh.store.enter(&entry(&[(1, 7)], "a", 1)).await.unwrap();
    for turn in 2..42 {
        let coming = entry(&[(1, 7)], "a", turn);
        let (came, left) =
            tokio::join!(fresh.store.enter(&coming), other.delete_accounts(person(1), AT));
        assert_eq!(came.unwrap().person, person(1), "turn {turn}");
        left.unwrap();
    }
    let strays = "select count(*) from session where account_id not in (select id from account)";
    assert_eq!(fresh.number(strays).await, 0);
}

/// On SQLite one transaction that writes follows another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r1_whoever_comes_back_while_they_are_forgotten_is_one_person() {
    let fresh = fresh(Engine::Postgres).await;
    let store = fresh.store.clone();
    store.enter(&entry(&[(1, 7)], "a", 1)).await.unwrap();
    store.delete_accounts(person(1), AT).await.unwrap();
    // Whoever is forgotten has no name any more. The hash goes after the person, and here a while after.
    fresh
        .raw(
            "create function linger() returns trigger language plpgsql as $$
             begin perform pg_sleep(0.6); return new; end $$;
             create trigger linger before update on person
             for each row when (new.masked_name = '') execute function linger();",
        )
        .await
        .unwrap();
    let other = fresh.another().await;
    let forgetting =
        tokio::spawn(async move { other.forget_persons(AT.plus_millis(9_000), 0).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let back = store.enter(&entry(&[(1, 7)], "b", 2)).await.unwrap();
    assert_eq!(forgetting.await.unwrap().unwrap(), 1);
    let elsewhere = store.enter(&entry(&[(1, 7)], "c", 3)).await.unwrap();
    assert_eq!(elsewhere.person, back.person);
}

#[rstest]
#[tokio::test]
async fn r1_a_key_is_retired_without_losing_who_came_since(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    store.enter(&entry(&[(1, 7)], "came", 1)).await.unwrap();
    store.enter(&entry(&[(1, 8)], "stayed away", 2)).await.unwrap();
    store.enter(&entry(&[(2, 70), (1, 7)], "came", 3)).await.unwrap();
    assert_eq!(store.identity_key_versions().await.unwrap(), [1, 2]);
    let first = KeyUse { version: 1, persons: 2, alone: 1 };
    assert_eq!(store.identity_key_use(1, &[2]).await.unwrap(), first);
    let second = KeyUse { version: 2, persons: 1, alone: 0 };
    assert_eq!(store.identity_key_use(2, &[1]).await.unwrap(), second);

    assert_eq!(store.retire_identity_key(1, &[2], false, AT).await.unwrap(), 1);
    let came = store.enter(&entry(&[(2, 70)], "elsewhere", 4)).await.unwrap();
    assert_eq!(came.person, person(1));
    let away = store.enter(&entry(&[(2, 80), (1, 8)], "stayed away", 5)).await.unwrap();
    assert_eq!(away.person, person(2), "found while the version is kept");
    assert_eq!(store.retire_identity_key(1, &[2], true, AT).await.unwrap(), 1);
    assert_eq!(store.identity_key_versions().await.unwrap(), [2]);
    assert_eq!(store.retire_identity_key(1, &[2], true, AT).await.unwrap(), 0);
    // Each says what it took away (R20); taking nothing away is no act.
    let mut tx = store.snapshot().await.unwrap();
    let records = store::audit::records(&mut tx, 0, 10).await.unwrap();
    let entries = records.into_iter().map(|row| row.read.unwrap().record.entry);
    let entries = entries.map(|it| (it.act, it.subject, it.detail));
    let said = |detail: &str| (Act::KeyRetired, "key:1".to_owned(), detail.to_owned());
    assert_eq!(
        entries.collect::<Vec<_>>(),
        [said("hashes 1, of persons with another one"), said("hashes 1, of everybody")]
    );
}
