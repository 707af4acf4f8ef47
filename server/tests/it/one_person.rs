//! R1 end to end: one natural person through several entrances, families, and keys that take each other's place.

use std::sync::Arc;

use domain::consent::Purpose;
use domain::identity_number::IdentityNumber;
use domain::language::Language;
use domain::round::RealNameLevel;
use futures::stream::{self, StreamExt as _};
use http::StatusCode;
use rstest::rstest;
use server::backend::sign_in::{Agreed, Browser, Identity, sign_in};
use server::key::{Keys, MasterKey};
use server::start;

use crate::support::{App, OPEN, On, campaign_of, cookie_of, number, pair_of, sign_in_form};

/// How many persons come through two entrances at the same instant.
const PERSONS: usize = 1_000;
const AT_ONCE: usize = 16;

/// What an entrance vouches for.
fn identity(entrance: &str, place: usize, subject: &str) -> Identity {
    let today = "2026-01-01T00:00:00+08:00".parse::<domain::time::Timestamp>().unwrap();
    let today = today.beijing().date();
    Identity {
        name: "張試".to_owned(),
        number: Some(IdentityNumber::parse(&number(place), today).unwrap()),
        entrance: entrance.parse().unwrap(),
        subject: subject.to_owned(),
        real_name_level: RealNameLevel::HIGHEST,
        agreed: Agreed { purposes: Purpose::REQUIRED.to_vec(), language: Language::Hant },
    }
}

/// Comes in through an entrance; gives the cookie.
async fn enter(app: &App, identity: &Identity) -> String {
    let token = sign_in(&app.hall, identity, &Browser::default()).await.unwrap();
    pair_of(&token.cookie(false))
}

/// Comes in and claims.
async fn arrive(app: &App, entrance: &str, place: usize) -> StatusCode {
    let cookie = enter(app, &identity(entrance, place, &format!("{place}"))).await;
    let answer = app.claim(&cookie, &format!("{entrance}-{place}"), "{}").await;
    if answer.status != StatusCode::CREATED {
        assert_eq!(answer.code(), "already_claimed_through_other_account");
    }
    answer.status
}

/// Each person at once through two entrances, on two servers; gives how many packs each got.
async fn through_two_entrances(first: &App, second: &App, persons: usize) -> Vec<usize> {
    let each = stream::iter(0..persons).map(async |place| {
        let both = tokio::join!(arrive(first, "alipay", place), arrive(second, "city-app", place));
        [both.0, both.1].into_iter().filter(|status| *status == StatusCode::CREATED).count()
    });
    each.buffer_unordered(AT_ONCE).collect().await
}

fn key(version: i32) -> MasterKey {
    MasterKey { version, secret: [u8::try_from(version).unwrap(); 32] }
}

fn keys(versions: &[i32]) -> Keys {
    Keys::derive(&versions.iter().map(|version| key(*version)).collect::<Vec<_>>()).unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r1_two_entrances_at_the_same_instant_are_one_pack(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let first = App::open(on, OPEN).await;
    let second = App::on(first.database.clone(), OPEN, 8_192).await;
    let packs = through_two_entrances(&first, &second, PERSONS).await;
    assert_eq!(packs.len(), PERSONS);
    assert!(packs.iter().all(|packs| *packs == 1), "{packs:?}");
    let rounds = first.hall.store.rounds().await.unwrap();
    assert_eq!(rounds[0].packs[0].stock.issued as usize, PERSONS);
}

/// The control: what holds it is the hash, under the same key everywhere.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn without_the_same_key_two_entrances_are_two_packs(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let first = App::open(on, OPEN).await;
    let second = App::with_keys(first.database.clone(), OPEN, keys(&[9])).await;
    let packs = through_two_entrances(&first, &second, 5).await;
    assert!(packs.iter().all(|packs| *packs == 2), "{packs:?}");
}

/// The control: what holds it between two servers is the unique key of the table. On SQLite it is the one writer, too.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_unique_key_two_entrances_are_two_packs() {
    let first = App::open(On::Postgres, OPEN).await;
    let second = App::on(first.database.clone(), OPEN, 8_192).await;
    first.side_door("alter table person_identity drop constraint person_identity_pkey").await;
    first.side_door("drop index person_identity_by_person").await;
    let packs = through_two_entrances(&first, &second, 200).await;
    assert!(packs.contains(&2), "nobody was there twice");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_family_behind_one_address_with_one_phone_gets_a_pack_each(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let mut cookie = String::new();
    for place in 0..5 {
        // The phone goes from hand to hand: each signs in where the one before was.
        let answer =
            app.post_form("/sign-in/demo", &cookie, &sign_in_form(&number(place), "main")).await;
        cookie = cookie_of(&answer.headers);
        let answer = app.claim(&cookie, &format!("family-{place}"), "{}").await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r1_whoever_is_not_known_looks_around_until_they_are_matched(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    // A round that demands no level: whoever nobody knows still may not claim.
    let file = campaign_of(5).replace("real_name_level = 2", "real_name_level = 0");
    let app = App::with(on, OPEN, &file).await;
    let nobody = Identity { number: None, ..identity("alipay", 1, "subject") };
    let cookie = enter(&app, &nobody).await;
    assert_eq!(app.get("/", &cookie).await.status, StatusCode::OK);
    assert_eq!(app.get("/wallet", &cookie).await.status, StatusCode::OK);
    assert_eq!(app.claim(&cookie, "k", "{}").await.code(), "real_name_required");
    // The same account, and now the entrance has checked who it is.
    let known = enter(&app, &identity("alipay", 1, "subject")).await;
    assert_eq!(app.claim(&known, "k", "{}").await.status, StatusCode::CREATED);
    app.refresh().await;
    // The older session of the account is theirs too.
    assert_eq!(app.claim(&cookie, "other", "{}").await.code(), "already_claimed");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r1_keys_rotate_twice_through_a_round_and_nobody_claims_twice(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let first = App::with_keys(empty(on).await, OPEN, keys(&[1])).await;
    for place in 0..4 {
        assert_eq!(arrive(&first, "alipay", place).await, StatusCode::CREATED);
    }
    // The second key: whoever comes is found by the first and known by both from then on.
    let second = App::with_keys(first.database.clone(), OPEN, keys(&[2, 1])).await;
    assert_eq!(arrive(&second, "city-app", 0).await, StatusCode::CONFLICT);
    assert_eq!(arrive(&second, "alipay", 4).await, StatusCode::CREATED);
    let store = &second.hall.store;
    // Dropping the first key now would lose three persons: the start says so.
    assert!(start::check_keys(store, &keys(&[2])).await.is_err());
    assert!(start::check_keys(store, &keys(&[2, 1])).await.is_ok());

    // The third key, and the hashes under the first go as far as there are newer ones.
    let third = App::with_keys(first.database.clone(), OPEN, keys(&[3, 2, 1])).await;
    for place in [0, 1, 4] {
        assert_eq!(arrive(&third, "third", place).await, StatusCode::CONFLICT);
    }
    let at = third.hall.clock.campaign();
    assert_eq!(store.retire_identity_key(1, &[2, 3], false, at).await.unwrap(), 3);
    assert_eq!(arrive(&third, "third", 2).await, StatusCode::CONFLICT, "found while it is kept");
    assert_eq!(arrive(&third, "third", 5).await, StatusCode::CREATED);
    assert!(start::check_keys(store, &keys(&[3, 2])).await.is_err(), "one did not come");

    // The round is over for the one who did not come: with the first key gone they would be new.
    assert_eq!(store.retire_identity_key(1, &[2, 3], true, at).await.unwrap(), 3);
    assert!(
        start::check_keys(store, &keys(&[3])).await.is_ok(),
        "everybody else is known by the newest"
    );
    let last = App::with_keys(first.database.clone(), OPEN, keys(&[3])).await;
    for place in [0, 1, 2, 4, 5] {
        assert_eq!(arrive(&last, "fourth", place).await, StatusCode::CONFLICT, "person {place}");
    }
}

/// A database with the shipped campaign, and nobody in it.
async fn empty(on: On) -> Arc<crate::support::Database> {
    App::open(on, OPEN).await.database.clone()
}
