//! Accounts, sessions and wrong tries of those who work here.

use domain::audit::{Act, Entry, Who};
use domain::staff::{LOCKING_TRY, Login, Role, Tries};
use domain::time::Timestamp;
use rstest::rstest;
use store::session::NewSession;
use store::staff::{Handed, NewStaff, Renewal, StaffEntry, lock_tries, note_tries};
use store::{Engine, Store};

use crate::engines::{Fresh, fresh};

const AT: Timestamp = Timestamp::from_millis(1_000);
const EXPIRES: Timestamp = Timestamp::from_millis(9_000);

fn login(text: &str) -> Login {
    text.parse().unwrap()
}

/// What the audit record says.
fn entry(act: Act) -> Entry {
    let (subject, detail) = ("staff:somebody".to_owned(), String::new());
    Entry { at: AT, who: Who::Command, act, subject, detail }
}

async fn add(store: &Store, name: &str, role: Role) -> bool {
    let login = login(name);
    let new = NewStaff {
        login: &login,
        role,
        password_hash: "$argon2id$".to_owned(),
        totp_secret: Some(vec![7; 40]),
        till: None,
        renew_by: None,
        at: AT,
    };
    store.add_staff(&new, &entry(Act::StaffAdded)).await.unwrap()
}

async fn enter(
    store: &Store,
    name: &str,
    token: u8,
    step: Option<i64>,
    had: Option<[u8; 32]>,
) -> bool {
    let login = login(name);
    let entry = StaffEntry {
        login: &login,
        password_hash: "$argon2id$".to_owned(),
        device: "browser/linux".to_owned(),
        session: NewSession { token_hash: [token; 32], created_at: AT, expires_at: EXPIRES },
        end_session: had,
        totp_step: step,
        tries: [9; 32],
        record: Some(entry(Act::StaffSignedIn)),
    };
    store.enter_staff(&entry).await.unwrap()
}

/// A merchant with a till, and a cashier at it, past the store: merchants are another file's subject.
async fn with_cashier(fresh: &Fresh) {
    let merchant = "01ARZ3NDEKTSV4RRFFQ69G5FAM";
    let till = "01ARZ3NDEKTSV4RRFFQ69G5FAT";
    fresh
        .raw(&format!(
            "insert into merchant (id, name, credit_code, category, district, address, contact_name,
                 contact_phone, documents, sells_goods, in_city, search, state, state_who, state_at,
                 state_why, applied_at, approved_at, version)
             values ('{merchant}', '老街麵館', '91140500MA0GT1AB2C', 'dining', '140502', '', '', '', '[]',
                 1, 1, '', 'approved', 'system:test', 0, '', 0, 0, 1);
             insert into till (id, merchant_id, name, created_at)
             values ('{till}', '{merchant}', '一號收銀', 0);"
        ))
        .await
        .unwrap();
    let (login, till) = (login("till-1"), till.parse().unwrap());
    let cashier = NewStaff {
        login: &login,
        role: Role::Cashier,
        password_hash: "$argon2id$".to_owned(),
        totp_secret: None,
        till: Some(till),
        renew_by: None,
        at: AT,
    };
    assert!(fresh.store.add_staff(&cashier, &entry(Act::StaffAdded)).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn a_login_is_given_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    assert!(add(store, "li.ming", Role::Operator).await);
    assert!(!add(store, "li.ming", Role::Administrator).await);
    let row = store.staff(&login("li.ming")).await.unwrap().unwrap();
    assert_eq!((row.role, row.totp_step, row.totp_secret), (Role::Operator, 0, Some(vec![7; 40])));
    assert!(store.staff(&login("nobody")).await.unwrap().is_none());
}

#[rstest]
#[tokio::test]
async fn a_cashier_has_a_till_and_staff_has_a_secret(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    for wrong in [
        "'cashier', 'h', null, 0, null",
        "'operator', 'h', null, 0, null",
        "'king', 'h', null, 0, null",
    ] {
        let text = format!(
            "insert into staff (login, role, password_hash, totp_secret, totp_step, till_id, created_at)
             values ('abc', {wrong}, 0)"
        );
        assert!(fresh.raw(&text).await.is_err(), "{wrong}");
    }
}

#[rstest]
#[tokio::test]
async fn a_cashiers_session_knows_the_till_until_it_is_closed(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    with_cashier(&fresh).await;
    assert!(!fresh.store.staff(&login("till-1")).await.unwrap().unwrap().till_closed);
    assert!(enter(&fresh.store, "till-1", 1, None, None).await);
    let row = fresh.store.staff_session(&[1; 32], AT).await.unwrap().unwrap();
    assert_eq!((row.role, row.login.as_str(), row.seen_at), (Role::Cashier, "till-1", AT));
    let till = row.till.unwrap();
    assert_eq!((till.name.as_str(), till.merchant_name.as_str()), ("一號收銀", "老街麵館"));
    assert_eq!(till.actor.till.to_string(), "01ARZ3NDEKTSV4RRFFQ69G5FAT");
    fresh.raw("update till set closed_at = 5").await.unwrap();
    let row = fresh.store.staff_session(&[1; 32], AT).await.unwrap().unwrap();
    assert_eq!(row.till, None);
    assert!(fresh.store.staff(&login("till-1")).await.unwrap().unwrap().till_closed);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_one_time_password_opens_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    add(&fresh.store, "li.ming", Role::Operator).await;
    let stores = [fresh.store.clone(), fresh.another().await];
    let mut tasks = Vec::new();
    for token in 0..10_u8 {
        let store = stores[usize::from(token % 2)].clone();
        tasks.push(tokio::spawn(
            async move { enter(&store, "li.ming", token, Some(50), None).await },
        ));
    }
    let mut entered = 0;
    for task in tasks {
        entered += u32::from(task.await.unwrap());
    }
    assert_eq!(entered, 1);
    assert_eq!(fresh.number("select count(*) from staff_session").await, 1);
    assert!(!enter(&fresh.store, "li.ming", 20, Some(49), None).await, "nor an earlier one");
    assert!(enter(&fresh.store, "li.ming", 21, Some(51), None).await);
}

#[rstest]
#[tokio::test]
async fn sessions_end(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let (store, other) = (&fresh.store, fresh.another().await);
    add(store, "li.ming", Role::Operator).await;
    let open = async |token: u8, at: Timestamp| {
        other.staff_session(&[token; 32], at).await.unwrap().is_some()
    };
    for token in 1..=4 {
        assert!(enter(store, "li.ming", token, Some(i64::from(token)), None).await);
    }
    store.end_staff_session(&[1; 32]).await.unwrap();
    assert!(!open(1, AT).await && open(2, AT).await, "signing out");
    assert!(enter(store, "li.ming", 5, Some(9), Some([2; 32])).await);
    assert!(!open(2, AT).await && open(5, AT).await, "signing in again");
    store.touch_staff_session(&[3; 32], AT.plus_millis(50)).await.unwrap();
    store.touch_staff_session(&[3; 32], AT).await.unwrap();
    let seen = other.staff_session(&[3; 32], AT).await.unwrap().unwrap().seen_at;
    assert_eq!(seen, AT.plus_millis(50));
    assert!(open(3, EXPIRES.plus_millis(-1)).await && !open(3, EXPIRES).await, "by time");
    assert!(store.end_staff(&login("li.ming"), AT, &entry(Act::StaffEnded)).await.unwrap());
    assert!(!store.end_staff(&login("li.ming"), AT, &entry(Act::StaffEnded)).await.unwrap());
    assert!(!open(4, AT).await, "with the account");
    assert!(!enter(store, "li.ming", 6, Some(99), None).await);
    assert!(store.staff(&login("li.ming")).await.unwrap().is_none());
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_tries_at_once_each_counts(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let stores = [fresh.store.clone(), fresh.another().await];
    let mut tasks = Vec::new();
    for number in 0..20_usize {
        let store = stores[number % 2].clone();
        tasks.push(tokio::spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let before = lock_tries(&mut tx, &[9; 32]).await.unwrap();
            match Tries::counting(before, AT) {
                Ok(tries) => {
                    note_tries(&mut tx, &[9; 32], &tries).await.unwrap();
                    tx.commit().await.unwrap();
                    true
                }
                Err(_) => false,
            }
        }));
    }
    let mut looked_at = 0;
    for task in tasks {
        looked_at += u32::from(task.await.unwrap());
    }
    assert_eq!(looked_at, LOCKING_TRY);
    // A right password forgives them, and old ones are thrown away.
    add(&fresh.store, "li.ming", Role::Operator).await;
    assert!(enter(&fresh.store, "li.ming", 1, Some(1), None).await);
    assert_eq!(fresh.number("select count(*) from sign_in_try").await, 0);
    let mut tx = fresh.store.begin().await.unwrap();
    lock_tries(&mut tx, &[8; 32]).await.unwrap();
    let tries = Tries::counting(None, AT).unwrap();
    note_tries(&mut tx, &[8; 32], &tries).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fresh.store.purge_staff(AT, AT).await.unwrap(), 0);
    assert_eq!(fresh.store.purge_staff(EXPIRES, EXPIRES).await.unwrap(), 2);
}

/// Somebody presses twice: the second try is counted while the first one, which was right, forgives.
#[rstest]
#[tokio::test]
async fn counting_and_forgiving_at_once_fails_neither(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let other = fresh.another().await;
    let count = async || {
        let mut tx = fresh.store.begin().await?;
        let tries = Tries::counting(lock_tries(&mut tx, &[9; 32]).await?, AT);
        note_tries(&mut tx, &[9; 32], &tries.unwrap()).await?;
        tx.commit().await
    };
    for _ in 0..60 {
        count().await.unwrap();
        let (counted, forgiven) = tokio::join!(count(), other.forgive_staff_tries(&[9; 32]));
        counted.unwrap();
        forgiven.unwrap();
        other.forgive_staff_tries(&[9; 32]).await.unwrap();
    }
}

/// The sessions of li.ming by the first byte of their hashes.
async fn open_sessions(store: &Store) -> Vec<u8> {
    let own = store.own_staff_sessions(&login("li.ming"), AT).await.unwrap();
    let mut first: Vec<u8> = own.iter().map(|session| session.token_hash[0]).collect();
    first.sort_unstable();
    first
}

#[rstest]
#[tokio::test]
async fn ones_own_sessions_end_one_by_one_and_all_but_this_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    for (name, tokens) in [("li.ming", 1..=4_u8), ("wang.fang", 11..=11)] {
        add(store, name, Role::Operator).await;
        for token in tokens {
            assert!(enter(store, name, token, Some(i64::from(token)), None).await);
        }
    }
    let own = login("li.ming");
    let end = async |session: u8, next: u8, only: Option<u8>| {
        let only = only.map(|token| [token; 32]);
        let record = entry(Act::SessionEnded);
        store
            .end_own_staff_sessions(&own, ([session; 32], [next; 32]), only, &record)
            .await
            .unwrap()
    };
    assert_eq!(open_sessions(store).await, [1, 2, 3, 4]);
    assert_eq!(store.own_staff_sessions(&own, AT).await.unwrap()[0].device, "browser/linux");
    assert_eq!(end(1, 21, Some(2)).await, Some(1));
    assert_eq!(open_sessions(store).await, [3, 4, 21], "one, and the own one goes on");
    assert_eq!(end(21, 22, Some(11)).await, Some(0), "somebody else's is not there");
    assert_eq!(end(21, 22, Some(21)).await, Some(0), "nor is the own one among them");
    assert_eq!(end(1, 22, None).await, None, "the old token does nothing");
    assert_eq!(end(11, 22, None).await, None, "nor does somebody else's");
    assert_eq!(open_sessions(store).await, [3, 4, 21]);
    assert_eq!(end(21, 22, None).await, Some(2));
    assert_eq!(open_sessions(store).await, [22]);
    assert_eq!(store.staff_session(&[22; 32], AT).await.unwrap().unwrap().login, own);
    assert!(store.staff_session(&[22; 32], EXPIRES).await.unwrap().is_none(), "no longer for that");
    assert!(store.staff_session(&[11; 32], AT).await.unwrap().is_some());
    let ended = "select count(*) from audit_record where act = 'session_ended'";
    assert_eq!(fresh.number(ended).await, 2, "what changed nothing is not in the record");
}

#[rstest]
#[tokio::test]
async fn a_renewed_password_ends_what_the_old_one_began(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    add(store, "li.ming", Role::Operator).await;
    fresh.raw("update staff set renew_by = 9000").await.unwrap();
    for token in 1..=2 {
        assert!(enter(store, "li.ming", token, Some(i64::from(token)), None).await);
    }
    let renew_by = store.staff_session(&[1; 32], AT).await.unwrap().unwrap().renew_by;
    assert_eq!(renew_by, Some(EXPIRES));
    let own = login("li.ming");
    let renew = async |session: u8, next: u8| {
        let renewal = Renewal {
            login: &own,
            session: [session; 32],
            next: [next; 32],
            password_hash: "$argon2id$new".to_owned(),
            record: &entry(Act::PasswordRenewed),
        };
        store.renew_staff_password(&renewal).await.unwrap()
    };
    assert!(!renew(9, 21).await, "no such session");
    assert_eq!(store.staff(&own).await.unwrap().unwrap().password_hash, "$argon2id$");
    assert!(renew(1, 21).await);
    assert_eq!(open_sessions(store).await, [21]);
    let row = store.staff(&own).await.unwrap().unwrap();
    assert_eq!((row.password_hash.as_str(), row.renew_by), ("$argon2id$new", None));
    assert!(!renew(1, 22).await, "the same form again");
    assert!(!enter(store, "li.ming", 3, Some(9), None).await, "the old one was looked at before");
    assert_eq!(open_sessions(store).await, [21]);
    assert_eq!(
        fresh.number("select count(*) from audit_record where act = 'password_renewed'").await,
        1
    );
}

#[rstest]
#[tokio::test]
async fn a_reset_replaces_password_and_secret_and_ends_the_sessions(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    add(store, "li.ming", Role::Operator).await;
    with_cashier(&fresh).await;
    assert!(enter(store, "li.ming", 1, Some(50), None).await);
    let reset = async |name: &str, secret: Option<Vec<u8>>| {
        let login = login(name);
        let handed = Handed {
            login: &login,
            password_hash: "$argon2id$new".to_owned(),
            totp_secret: secret,
            renew_by: Some(EXPIRES),
        };
        store.reset_staff(&handed, &entry(Act::StaffReset)).await.unwrap()
    };
    assert!(!reset("li.ming", None).await, "staff has a secret");
    assert!(reset("li.ming", Some(vec![8; 40])).await);
    let row = store.staff(&login("li.ming")).await.unwrap().unwrap();
    assert_eq!((row.totp_secret, row.totp_step), (Some(vec![8; 40]), 0));
    assert_eq!((row.password_hash.as_str(), row.renew_by), ("$argon2id$new", Some(EXPIRES)));
    assert!(open_sessions(store).await.is_empty());
    assert!(!reset("nobody", Some(vec![8; 40])).await);
    assert!(!reset("till-1", Some(vec![8; 40])).await && reset("till-1", None).await);
    store.end_staff(&login("li.ming"), AT, &entry(Act::StaffEnded)).await.unwrap();
    assert!(!reset("li.ming", Some(vec![8; 40])).await, "what has ended stays ended");
    assert_eq!(
        fresh.number("select count(*) from audit_record where act = 'staff_reset'").await,
        2
    );
}
