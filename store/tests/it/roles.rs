//! The two roles of docs/security/operating.md on PostgreSQL: one that owns the tables, one that serves.

use domain::audit::{Act, Entry, Who};
use domain::staff::Role;
use domain::time::Timestamp;
use store::staff::NewStaff;
use store::{Engine, Store};

use crate::engines::{Fresh, bare, fresh};

/// A role of its own for a test, and the database's address for it.
async fn serving(fresh: &Fresh, name: &str) -> (String, String) {
    let role = format!("jinquan_{name}_{}", std::process::id());
    fresh
        .raw(&format!(
            "create role {role} login password 'run';
             revoke create on schema public from public;
             grant usage on schema public to {role};
             grant select, insert, update, delete on all tables in schema public to {role};"
        ))
        .await
        .unwrap();
    let place = fresh.url.rsplit_once('@').expect("an address with a role").1;
    let url = format!("postgres://{role}:run@{place}");
    (role, url)
}

#[tokio::test]
async fn a_role_that_owns_nothing_serves_and_takes_no_guard_away() {
    let mut fresh = fresh(Engine::Postgres).await;
    let (role, url) = serving(&fresh, "run").await;
    let store = Store::open(&url).await.unwrap();
    store.migrate().await.unwrap();
    let login = "li.ming".parse().unwrap();
    let new = NewStaff {
        login: &login,
        role: Role::Operator,
        password_hash: "$argon2id$".to_owned(),
        totp_secret: Some(vec![7; 40]),
        till: None,
        renew_by: None,
        at: Timestamp::from_millis(1_000),
    };
    let entry = Entry {
        at: new.at,
        who: Who::Command,
        act: Act::StaffAdded,
        subject: format!("staff:{login}"),
        detail: String::new(),
    };
    assert!(store.add_staff(&new, &entry).await.unwrap());
    store.close().await;
    let owner = std::mem::replace(&mut fresh.url, url);
    for forbidden in [
        "alter table audit_record disable trigger user",
        "delete from audit_record",
        "update audit_record set detail = ''",
        "truncate audit_record",
        "drop table staff",
        "alter table staff add column x bigint",
        "create table x (y bigint)",
    ] {
        assert!(fresh.raw(forbidden).await.is_err(), "{forbidden}");
    }
    assert_eq!(fresh.number("select count(*) from audit_record").await, 1);
    fresh.url = owner;
    drop_role(&fresh, &role).await;
}

#[tokio::test]
async fn a_role_that_may_make_no_table_does_not_begin_to() {
    let bare = bare(Engine::Postgres).await;
    let (role, url) = serving(&bare, "early").await;
    let store = Store::open(&url).await.unwrap();
    assert!(store.migrate().await.is_err(), "the owner brings the tables first");
    store.close().await;
    drop_role(&bare, &role).await;
}

async fn drop_role(fresh: &Fresh, role: &str) {
    fresh.raw(&format!("drop owned by {role}; drop role {role}")).await.unwrap();
}
