//! Persons, accounts, consents and sessions.

use domain::round::RealNameLevel;
use domain::time::Timestamp;
use rstest::rstest;
use store::consent::Shown;
use store::person::Entry;
use store::session::{Mark, NewSession};
use store::{Engine, Error};

use crate::engines::{Fresh, fresh};
use crate::world::{account, person};

const AT: Timestamp = Timestamp::from_millis(1_000);
const EXPIRES: Timestamp = Timestamp::from_millis(9_000);

/// The sign-in of the person with that identity, through that account.
fn entry(identity: u8, subject: &str, fresh: u128) -> Entry<'static> {
    Entry {
        identities: vec![(1, [identity; 32])],
        masked_name: "王*".to_owned(),
        division: "140502".to_owned(),
        entrance: "demo",
        subject: subject.to_owned(),
        real_name_level: RealNameLevel::HIGHEST,
        consents: vec![agreed(1)],
        session: None,
        device: "browser".to_owned(),
        end_session: None,
        new_person: person(fresh),
        new_account: account(fresh),
        at: AT,
    }
}

/// The text of that version of the one purpose.
fn agreed(version: i64) -> Shown {
    Shown { purpose: "identity", version, text_hash: [9; 32] }
}

fn session(token: u8) -> NewSession {
    NewSession { token_hash: [token; 32], created_at: AT, expires_at: EXPIRES }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r1_sign_ins_at_once_end_with_one_person(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let stores = [fresh.store.clone(), fresh.another().await];
    let mut tasks = Vec::new();
    for number in 0..12_u8 {
        let store = stores[usize::from(number % 2)].clone();
        // Three accounts of one person, each signing in four times.
        let subject = format!("account-{}", number % 3);
        tasks.push(tokio::spawn(async move {
            store.enter(&entry(7, &subject, 100 + u128::from(number))).await.unwrap()
        }));
    }
    let mut persons = std::collections::HashSet::new();
    let mut accounts = std::collections::HashSet::new();
    for task in tasks {
        let entered = task.await.unwrap();
        persons.insert(entered.person);
        accounts.insert(entered.account);
    }
    assert_eq!((persons.len(), accounts.len()), (1, 3));
    assert_eq!(fresh.number("select count(*) from person").await, 1);
    assert_eq!(fresh.number("select count(*) from account").await, 3);
    assert_eq!(fresh.number("select count(*) from consent").await, 3);
}

#[rstest]
#[tokio::test]
async fn keys_rotate_and_the_person_stays(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let first = fresh.store.enter(&entry(1, "a", 1)).await.unwrap();
    assert_eq!((first.person, first.account), (person(1), account(1)));
    // A new key version: the old hash leads to the person, the new one is added and then leads
    // there alone.
    let mut both = entry(1, "a", 2);
    both.identities = vec![(2, [91; 32]), (1, [1; 32])];
    assert_eq!(fresh.store.enter(&both).await.unwrap(), first);
    let mut newest = entry(1, "b", 3);
    newest.identities = vec![(2, [91; 32])];
    let through_other = fresh.store.enter(&newest).await.unwrap();
    assert_eq!((through_other.person, through_other.account), (person(1), account(3)));
    assert_eq!(fresh.number("select count(*) from person_identity").await, 2);
}

#[rstest]
#[tokio::test]
async fn an_account_belongs_to_one_person(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    fresh.store.enter(&entry(1, "a", 1)).await.unwrap();
    let other = fresh.store.enter(&entry(2, "a", 2)).await;
    assert!(matches!(other, Err(Error::Bound)), "{other:?}");
    assert_eq!(fresh.number("select count(*) from person").await, 1, "nothing of it stays");
    assert!(fresh.raw("delete from consent").await.is_err());
    assert!(fresh.raw("update consent set version = 2").await.is_err());
}

#[rstest]
#[tokio::test]
async fn a_session_knows_who_is_behind_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    let mut first = entry(1, "a", 1);
    first.session = Some(session(5));
    store.enter(&first).await.unwrap();
    let row = store.session(&[5; 32], AT, &[("identity", 1)]).await.unwrap().unwrap();
    assert_eq!((row.person, row.account, row.consented), (person(1), account(1), true));
    assert_eq!((&*row.masked_name, &*row.division), ("王*", "140502"));
    assert_eq!((row.real_name_level, row.created_at, row.seen_at), (RealNameLevel(3), AT, AT));
    let newer = store.session(&[5; 32], AT, &[("identity", 2)]).await.unwrap().unwrap();
    assert!(!newer.consented);

    let later = AT.plus_millis(500);
    store.touch_sessions(&[([5; 32], later), ([9; 32], later)]).await.unwrap();
    store.touch_sessions(&[([5; 32], AT)]).await.unwrap();
    let row = store.session(&[5; 32], AT, &[("identity", 1)]).await.unwrap().unwrap();
    assert_eq!(row.seen_at, later);

    // Signing in again ends the session that was there, and brings the entrance's latest word.
    let mut again = entry(1, "a", 2);
    (again.session, again.end_session) = (Some(session(6)), Some([5; 32]));
    (again.masked_name, again.real_name_level) = ("李*".to_owned(), RealNameLevel(1));
    store.enter(&again).await.unwrap();
    assert_eq!(store.session(&[5; 32], AT, &[("identity", 1)]).await.unwrap(), None);
    let row = store.session(&[6; 32], AT, &[("identity", 1)]).await.unwrap().unwrap();
    assert_eq!((&*row.masked_name, row.real_name_level), ("李*", RealNameLevel(1)));
}

/// Two servers that serve the same persons write down the same uses, each in an order of its own: on PostgreSQL both
/// meet at a session that somebody else holds for a while.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uses_of_the_same_sessions_are_written_down_by_two_servers_at_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let other = fresh.another().await;
    for token in 0..21 {
        let mut one = entry(1, "a", 1);
        one.session = Some(session(token));
        fresh.store.enter(&one).await.unwrap();
    }
    let held = fresh.hold("update session set seen_at = seen_at where token_hash = $1", &[10; 32]);
    let held = held.await;
    let uses = |ms: i64| (0..21).map(move |token| ([token; 32], AT.plus_millis(ms)));
    let (upwards, downwards): (Vec<_>, Vec<_>) = (uses(1).collect(), uses(2).rev().collect());
    let both = async {
        tokio::join!(fresh.store.touch_sessions(&upwards), other.touch_sessions(&downwards))
    };
    let release = async {
        if held.is_some() {
            fresh.until_waiting(2).await;
        }
        drop(held);
    };
    let (both, ()) = tokio::join!(both, release);
    both.0.unwrap();
    both.1.unwrap();
    let late = format!("select count(*) from session where seen_at >= {}", AT.millis() + 1);
    assert_eq!(fresh.number(&late).await, 21);
}

/// What every server is told now, in order; and takes it away.
async fn told(fresh: &Fresh) -> Vec<[u8; 32]> {
    let mut told = fresh.store.session_changes(60_000).await.unwrap().token_hashes;
    fresh.raw("delete from session_changed").await.unwrap();
    told.sort_unstable();
    told
}

#[rstest]
#[tokio::test]
async fn what_changes_of_a_person_is_told_of_every_session(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    for token in [1, 2] {
        let mut same = entry(1, "a", 1);
        same.session = Some(session(token));
        store.enter(&same).await.unwrap();
    }
    assert!(told(&fresh).await.is_empty(), "nothing new was said");
    let mut renamed = entry(1, "a", 2);
    (renamed.masked_name, renamed.at) = ("李*".to_owned(), AT.plus_millis(5));
    store.enter(&renamed).await.unwrap();
    let mut risen = entry(1, "a", 3);
    (risen.masked_name, risen.at) = ("李*".to_owned(), AT.plus_millis(6));
    risen.real_name_level = RealNameLevel(2);
    let mut agreed = entry(1, "a", 4);
    (agreed.masked_name, agreed.at) = ("李*".to_owned(), AT.plus_millis(7));
    agreed.real_name_level = RealNameLevel(2);
    agreed.consents = vec![self::agreed(2)];
    for (change, at) in [(None, 5), (Some(&risen), 6), (Some(&agreed), 7)] {
        if let Some(change) = change {
            store.enter(change).await.unwrap();
        }
        assert_eq!(told(&fresh).await, [[1; 32], [2; 32]], "at {at}");
        assert!(told(&fresh).await.is_empty());
    }
}

#[rstest]
#[tokio::test]
async fn sessions_are_read_page_by_page_from_both_ends(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    for number in 0..5 {
        let mut one = entry(1, "a", 1);
        one.session = Some(NewSession {
            token_hash: [number; 32],
            created_at: AT,
            // Two of them end at the same instant.
            expires_at: EXPIRES.plus_millis(i64::from(number / 2)),
        });
        store.enter(&one).await.unwrap();
    }
    let end = Mark { expires_at: EXPIRES.plus_millis(9), token_hash: [0; 32] };
    let mut mark = end;
    let mut backwards = Vec::new();
    loop {
        let page = store.sessions_before(mark, &[("identity", 1)], 2).await.unwrap();
        let Some((token, row)) = page.last() else { break };
        mark = Mark::of(*token, row);
        backwards.extend(page.iter().map(|(token, row)| (token[0], row.consented)));
    }
    assert_eq!(backwards, [(4, true), (3, true), (2, true), (1, true), (0, true)]);
    let after = Mark { expires_at: EXPIRES, token_hash: [1; 32] };
    let page = store.sessions_after(after, &[("identity", 1)], 2).await.unwrap();
    assert_eq!(page.iter().map(|(token, _)| token[0]).collect::<Vec<_>>(), [2, 3]);
    assert!(store.sessions_after(end, &[("identity", 1)], 2).await.unwrap().is_empty());
}

#[rstest]
#[tokio::test]
async fn sessions_end(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    for token in 0..3 {
        let mut one = entry(1, "a", 1);
        one.session = Some(session(token));
        store.enter(&one).await.unwrap();
    }
    store.end_sessions(&[[0; 32]]).await.unwrap();
    store.end_sessions(&[[0; 32]]).await.unwrap();
    assert_eq!(store.session(&[0; 32], AT, &[("identity", 1)]).await.unwrap(), None);
    let changes = async |within_ms| store.session_changes(within_ms).await.unwrap();
    let first = changes(30_000).await;
    assert_eq!(first.token_hashes, [[0; 32]]);
    fresh.raw("update session_changed set changed_at = changed_at - 60000").await.unwrap();
    let second = changes(30_000).await;
    assert!(second.token_hashes.is_empty());
    let passed_ms = second.read_at.millis_since(first.read_at);
    assert!(
        (0..20_000).contains(&passed_ms),
        "by the database's clock, also without any: {passed_ms}"
    );
    assert_eq!(changes(120_000).await.token_hashes, [[0; 32]]);
    let three = store.sessions(&[[1; 32], [0; 32], [2; 32]], AT, &[("identity", 1)]).await.unwrap();
    let mut found: Vec<[u8; 32]> = three.into_iter().map(|(token, _)| token).collect();
    found.sort_unstable();
    assert_eq!(found, [[1; 32], [2; 32]]);
    assert_eq!(store.forget_changes(120_000).await.unwrap(), 0);
    assert_eq!(store.forget_changes(30_000).await.unwrap(), 1);
    assert_eq!(
        store.session(&[1; 32], EXPIRES, &[("identity", 1)]).await.unwrap(),
        None,
        "exclusive"
    );
    assert_eq!(store.purge_sessions(EXPIRES.plus_millis(-1)).await.unwrap(), 0);
    assert_eq!(store.purge_sessions(EXPIRES).await.unwrap(), 2);
}
