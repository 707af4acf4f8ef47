//! One natural person through several entrances (R1), also where an entrance names nobody; and what they agree to.

use domain::id::PersonId;
use domain::round::RealNameLevel;
use domain::time::Timestamp;
use rstest::rstest;
use store::consent::Shown;
use store::person::{Entered, Entry};
use store::session::NewSession;
use store::{Engine, Error, Store};

use crate::engines::{Fresh, fresh};
use crate::world::{account, person};

const AT: Timestamp = Timestamp::from_millis(1_000);
const WANTED: [(&str, i64); 2] = [("number", 2), ("risk", 1)];

fn shown(purpose: &'static str, version: i64) -> Shown {
    Shown { purpose, version, text_hash: [7; 32] }
}

/// A sign-in through an entrance that says who it is, or does not.
fn entry(identity: Option<u8>, entrance: &'static str, fresh: u128) -> Entry<'static> {
    Entry {
        identities: identity.map(|number| (1, [number; 32])).into_iter().collect(),
        masked_name: "王*".to_owned(),
        division: "140502".to_owned(),
        entrance,
        subject: "subject".to_owned(),
        real_name_level: RealNameLevel(2),
        consents: Vec::new(),
        session: Some(NewSession {
            token_hash: [u8::try_from(fresh).unwrap(); 32],
            created_at: AT,
            expires_at: Timestamp::from_millis(9_000),
        }),
        device: "browser/other".to_owned(),
        end_session: None,
        new_person: person(fresh),
        new_account: account(fresh),
        at: AT,
    }
}

async fn level(store: &Store, token: u8) -> (PersonId, RealNameLevel) {
    let row = store.session(&[token; 32], AT, &WANTED).await.unwrap().unwrap();
    (row.person, row.real_name_level)
}

#[rstest]
#[tokio::test]
async fn r1_an_account_without_a_number_is_nobody_until_it_brings_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    let nobody = store.enter(&entry(None, "alipay", 1)).await.unwrap();
    assert_eq!(nobody, Entered { person: person(1), account: account(1) });
    assert_eq!(level(&store, 1).await, (person(1), RealNameLevel::UNKNOWN));
    let again = store.enter(&entry(None, "alipay", 2)).await.unwrap();
    assert_eq!(again, nobody, "the same account is the same nobody");
    // The number is new: the person stays and is known by it.
    let named = store.enter(&entry(Some(8), "alipay", 3)).await.unwrap();
    assert_eq!(named, nobody);
    assert_eq!(level(&store, 1).await, (person(1), RealNameLevel(2)), "the older session too");
    let told = store.session_changes(60_000).await.unwrap().token_hashes;
    assert!(!told.is_empty(), "every server is told");
    // An entrance that stops naming somebody takes nothing away.
    store.enter(&entry(None, "alipay", 4)).await.unwrap();
    assert_eq!(level(&store, 4).await, (person(1), RealNameLevel(2)));
    // Another entrance with the same number is the same person, another number is not.
    let elsewhere = store.enter(&entry(Some(8), "city", 5)).await.unwrap();
    assert_eq!(elsewhere, Entered { person: person(1), account: account(5) });
    let other = store.enter(&entry(Some(9), "alipay", 6)).await;
    assert!(matches!(other, Err(Error::Bound)), "{other:?}");
}

#[rstest]
#[tokio::test]
async fn r1_an_account_that_brings_a_known_number_joins_its_person(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    store.enter(&entry(Some(8), "city", 1)).await.unwrap();
    store.enter(&entry(None, "alipay", 2)).await.unwrap();
    let joined = store.enter(&entry(Some(8), "alipay", 3)).await.unwrap();
    assert_eq!(joined, Entered { person: person(1), account: account(2) });
    assert_eq!(level(&store, 2).await, (person(1), RealNameLevel(2)));
}

#[rstest]
#[tokio::test]
async fn r1_two_numbers_for_one_account_at_once_are_never_one_person(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let other = fresh.another().await;
    fresh.store.enter(&entry(None, "alipay", 1)).await.unwrap();
    let (first, second) = (entry(Some(8), "alipay", 2), entry(Some(9), "alipay", 3));
    let both = tokio::join!(fresh.store.enter(&first), other.enter(&second));
    let came = [&both.0, &both.1].into_iter().filter(|one| one.is_ok()).count();
    assert_eq!(came, 1, "{both:?}");
    assert_eq!(fresh.number("select count(*) from person_identity").await, 1);
}

#[rstest]
#[tokio::test]
async fn the_account_of_the_browser_is_matched_only_where_that_was_asked_for(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    // A shared phone: somebody looked around, and somebody else signs in after them.
    store.enter(&entry(None, "alipay", 1)).await.unwrap();
    let mut after = entry(Some(8), "city", 2);
    after.end_session = Some([1; 32]);
    store.enter(&after).await.unwrap();
    assert_eq!(owner(&fresh, 1).await, person(1).to_string(), "nobody asked for it");
    // The owner of the account asks, and then signs in where the number is known.
    store.enter(&entry(None, "alipay", 3)).await.unwrap();
    store.ask_to_match(&[3; 32], AT.plus_millis(10)).await.unwrap();
    let mut matched = entry(Some(8), "city", 4);
    matched.end_session = Some([3; 32]);
    store.enter(&matched).await.unwrap();
    assert_eq!(owner(&fresh, 1).await, person(2).to_string());
    assert!(store.session(&[3; 32], AT, &WANTED).await.unwrap().is_none(), "the session ended");
}

#[rstest]
#[tokio::test]
async fn a_wish_to_match_passes_and_moves_nobody_who_is_known(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    store.enter(&entry(None, "alipay", 1)).await.unwrap();
    store.ask_to_match(&[1; 32], AT).await.unwrap();
    let mut late = entry(Some(8), "city", 2);
    late.end_session = Some([1; 32]);
    store.enter(&late).await.unwrap();
    assert_eq!(owner(&fresh, 1).await, person(1).to_string(), "too late");
    // Somebody who is known stays who they are.
    store.enter(&entry(Some(9), "third", 3)).await.unwrap();
    store.ask_to_match(&[3; 32], AT.plus_millis(10)).await.unwrap();
    let mut other = entry(Some(8), "city", 4);
    other.end_session = Some([3; 32]);
    store.enter(&other).await.unwrap();
    assert_eq!(owner(&fresh, 3).await, person(3).to_string());
}

/// Whose an account is.
async fn owner(fresh: &Fresh, number: u128) -> String {
    let sql = format!("select person_id, id from account where id = '{}'", account(number));
    fresh.rows::<(String, String)>(&sql).await.remove(0).0
}

#[rstest]
#[tokio::test]
async fn consents_are_facts_and_the_last_one_counts(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    let agrees = async |token: u8| {
        store.session(&[token; 32], AT, &WANTED).await.unwrap().unwrap().consented
    };
    let mut first = entry(Some(8), "alipay", 1);
    first.consents = vec![shown("number", 2)];
    store.enter(&first).await.unwrap();
    assert!(!agrees(1).await, "one of two is not enough");
    store.give_consent(person(1), account(1), &shown("risk", 1), AT).await.unwrap();
    store.give_consent(person(1), account(1), &shown("risk", 1), AT).await.unwrap();
    assert!(agrees(1).await);
    assert!(store.agrees("alipay", "subject", &WANTED).await.unwrap());
    assert!(!store.agrees("city", "subject", &WANTED).await.unwrap(), "no such account");
    let newer = store.session(&[1; 32], AT, &[("risk", 2)]).await.unwrap().unwrap();
    assert!(!newer.consented, "a new text asks again");

    // Taken back, it is taken back for every account of the person.
    let mut second = entry(Some(8), "city", 2);
    second.consents = vec![shown("number", 2), shown("risk", 1)];
    store.enter(&second).await.unwrap();
    assert!(agrees(2).await);
    fresh.raw("delete from session_changed").await.unwrap();
    store.withdraw_consent(person(1), &shown("risk", 1), AT.plus_millis(5)).await.unwrap();
    assert!(!agrees(1).await && !agrees(2).await);
    let told = store.session_changes(60_000).await.unwrap().token_hashes;
    assert_eq!(told.len(), 2, "every server is told of both sessions");
    let facts = store.consents_of(person(1)).await.unwrap();
    let said: Vec<(&str, i64, bool)> =
        facts.iter().map(|fact| (&*fact.purpose, fact.number, fact.given)).collect();
    assert_eq!(said.iter().filter(|(purpose, ..)| *purpose == "risk").count(), 4, "{said:?}");
    assert_eq!(said.iter().filter(|(.., given)| !given).count(), 2);
    store.give_consent(person(1), account(1), &shown("risk", 1), AT).await.unwrap();
    assert!(agrees(1).await && !agrees(2).await);
    assert!(fresh.raw("delete from consent").await.is_err());
    assert!(fresh.raw("update consent set given = 1").await.is_err());
}

#[rstest]
#[tokio::test]
async fn giving_and_taking_back_at_once_ends_taken_back_or_given_after(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let other = fresh.another().await;
    let mut first = entry(Some(8), "alipay", 1);
    first.consents = vec![shown("risk", 1)];
    fresh.store.enter(&first).await.unwrap();
    for turn in 0..20 {
        let at = AT.plus_millis(turn);
        let text = shown("risk", 1);
        let (given, taken) = tokio::join!(
            fresh.store.give_consent(person(1), account(1), &text, at),
            other.withdraw_consent(person(1), &text, at)
        );
        given.unwrap();
        taken.unwrap();
    }
    let facts = fresh.store.consents_of(person(1)).await.unwrap();
    let numbers: Vec<i64> = facts.iter().map(|fact| fact.number).collect();
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), numbers.len(), "each fact has a number of its own");
    fresh.store.withdraw_consent(person(1), &shown("risk", 1), AT).await.unwrap();
    let row = fresh.store.session(&[1; 32], AT, &[("risk", 1)]).await.unwrap().unwrap();
    assert!(!row.consented);
}
