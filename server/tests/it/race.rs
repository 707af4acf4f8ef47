//! The race: 30,000 requests by 10,000 persons for 5,000 packs, against real processes. Each person asks three times,
//! some with the same key, some with new ones, some through two accounts. Exactly 5,000 packs are granted, nobody has
//! two, and the ledger balances. (The negative control, without the lock, is in the store's tests.)

use std::collections::{HashMap, HashSet};

use axum::body::Body;
use futures::stream::{self, StreamExt as _};
use http::Request;
use http::header::CONTENT_TYPE;

use crate::support::process::{Http, Server, run};
use crate::support::{
    Database, OPEN, On, campaign_of, claim_request, cookie_of, number, sign_in_form,
};

const PERSONS: usize = 10_000;
const PACKS: usize = 5_000;
/// How many requests are under way at once.
const AT_ONCE: usize = 256;

#[tokio::test(flavor = "multi_thread")]
async fn r2_the_race_on_sqlite() {
    race(On::Sqlite, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_the_race_on_postgres() {
    race(On::Postgres, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_the_race_of_three_servers_on_postgres() {
    race(On::Postgres, 3).await;
}

/// A request of the race.
struct Ask {
    person: usize,
    account: usize,
    cookie: String,
    key: String,
    server: usize,
}

/// What became of it.
struct Outcome {
    person: usize,
    account: usize,
    key: String,
    status: u16,
    replayed: bool,
    body: Vec<u8>,
    code: Option<String>,
}

async fn race(on: On, servers: usize) {
    let database = Database::fresh(on);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), campaign_of(u32::try_from(PACKS).unwrap())).unwrap();
    let import = ["campaign", "import", file.path().to_str().unwrap(), "--database", &database.url];
    assert_eq!(run(&import).await.0, Some(0));
    let arguments = ["--demo", "--database", &database.url, "--now", OPEN];
    let servers: Vec<Server> =
        stream::iter(0..servers).then(|_| Server::start(&arguments)).collect().await;
    let http = Http::new();

    let asks = asks(&http, &servers).await;
    assert_eq!(asks.len(), 3 * PERSONS);
    let outcomes: Vec<Outcome> = stream::iter(asks)
        .map(|ask| settle(&http, &servers, ask))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    check(&outcomes);

    for server in &servers {
        let round = http
            .send(&server.base, Request::get("/api/v1/rounds/r1").body(Body::empty()).unwrap())
            .await
            .json();
        if servers.len() == 1 {
            assert_eq!(
                (round["remaining"].as_u64(), round["phase"].as_str()),
                (Some(0), Some("sold_out"))
            );
        }
    }
    drop(servers);
    let (code, report, _) = run(&["ledger", "verify", "--json", "--database", &database.url]).await;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!((code, &report["ok"]), (Some(0), &serde_json::Value::Bool(true)), "{report}");
    let balance = |name: &str| {
        let accounts = report["accounts"].as_array().unwrap();
        accounts.iter().find(|account| account["name"] == name).unwrap()["balance_fen"]
            .as_u64()
            .unwrap()
    };
    assert_eq!((balance("issued:r1"), balance("stock:r1")), (5_000 * 5_000, 0));
}

/// Three requests of each person, dealt over the servers, in an order that keeps nobody's together.
async fn asks(http: &Http, servers: &[Server]) -> Vec<Ask> {
    let cookies: HashMap<(usize, usize), String> = stream::iter(0..PERSONS)
        .flat_map(|person| {
            stream::iter(if person % 10 == 0 { vec![0, 1] } else { vec![0] })
                .map(move |it| (person, it))
        })
        .map(|(person, account)| async move {
            let base = &servers[person % servers.len()].base;
            ((person, account), enter(http, base, person, account).await)
        })
        .buffer_unordered(64)
        .collect()
        .await;
    let mut asks: Vec<Ask> = (0..3 * PERSONS)
        .map(|place| {
            let (person, attempt) = (place % PERSONS, place / PERSONS);
            let account = usize::from(person % 10 == 0 && attempt == 1);
            // A third of the persons always repeat their key, the others make a new one each time.
            let key = if person % 3 == 0 { "same".to_owned() } else { format!("key-{attempt}") };
            let cookie = cookies[&(person, account)].clone();
            Ask { person, account, cookie, key, server: (person + attempt) % servers.len() }
        })
        .collect();
    // A fixed shuffle: multiplication by a number that shares no factor with the length.
    let length = asks.len();
    asks.sort_by_cached_key(|ask| (ask.person * 3 + ask.key.len() + ask.account) * 7_919 % length);
    asks
}

async fn enter(http: &Http, base: &str, person: usize, account: usize) -> String {
    let form = sign_in_form(&number(person), if account == 0 { "main" } else { "second" });
    let request = Request::post("/sign-in/demo")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    let answer = http.send(base, request).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    cookie_of(&answer.headers)
}

/// Asks until it is decided: `busy` means ask again with the same key.
async fn settle(http: &Http, servers: &[Server], ask: Ask) -> Outcome {
    for _ in 0..100 {
        let request = claim_request("r1", &ask.cookie, &ask.key, "{}");
        let answer = http.send(&servers[ask.server].base, request).await;
        if answer.status.as_u16() == 503 {
            let wait = answer.json()["retry_after_ms"].as_u64().unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
            continue;
        }
        let granted = answer.status.as_u16() == 201;
        return Outcome {
            person: ask.person,
            account: ask.account,
            key: ask.key,
            status: answer.status.as_u16(),
            replayed: answer.headers.contains_key("idempotent-replayed"),
            code: (!granted).then(|| answer.code()),
            body: answer.body,
        };
    }
    panic!("busy a hundred times");
}

fn check(outcomes: &[Outcome]) {
    let mut by_key: HashMap<(usize, usize, &str), &[u8]> = HashMap::new();
    let (mut holders, mut serials) = (HashSet::new(), HashSet::new());
    for outcome in outcomes.iter().filter(|outcome| outcome.status == 201) {
        let first =
            by_key.entry((outcome.person, outcome.account, &outcome.key)).or_insert(&outcome.body);
        assert_eq!(*first, outcome.body, "one key, one answer");
        let claim: serde_json::Value = serde_json::from_slice(&outcome.body).unwrap();
        if !outcome.replayed {
            assert!(holders.insert(outcome.person), "person {} has two packs", outcome.person);
            serials.insert(claim["serial"].as_u64().unwrap());
        }
    }
    assert_eq!(holders.len(), PACKS, "no oversell, no undersell");
    assert_eq!(serials, (1..=PACKS as u64).collect(), "serials without gaps");
    for outcome in outcomes.iter().filter(|outcome| outcome.status != 201) {
        // A person without a pack is told that they are gone, a holder is told of the own claim: never the reverse.
        let code = outcome.code.as_deref().unwrap();
        let expected =
            if holders.contains(&outcome.person) { "already_claimed" } else { "sold_out" };
        assert!(code.starts_with(expected), "person {}: {code}", outcome.person);
    }
}
