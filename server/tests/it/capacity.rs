//! Whatever citizens do, tills, the console and operations keep what they need; and who asks too often is told so.

use std::io::{Read as _, Write as _};
use std::path::Path;

use axum::body::Body;
use domain::staff::Role;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{Request, StatusCode};
use server::limit::address::Peer;
use server::limit::{ENTER_AT_ONCE, ENTER_WAITING, LimitSettings};
use server::{admin, gate, lane, listen, measure, password};

use crate::support::till::order;
use crate::support::{App, OPEN, On, number, sign_in_form};

/// As many as citizens may have, on PostgreSQL.
const CONNECTIONS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn tills_and_the_console_are_served_while_citizens_have_every_connection_of_theirs() {
    let app = App::open(On::Postgres, OPEN).await;
    app.with_staff().await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let console = app.at_console(Role::Operator).await;
    let mut crowd = Vec::new();
    for _ in 0..CONNECTIONS {
        crowd.push(app.hall.citizens_store.snapshot().await.unwrap());
    }
    let own = holder.cookie.as_str();
    let asked = [
        ("/api/v1/wallet", own),
        ("/me/appeals", own),
        ("/api/v1/merchants", ""),
        ("/merchants", ""),
    ];
    let citizens = asked.map(|(path, cookie)| {
        let request = Request::get(path).header("cookie", cookie);
        let request = request.body(Body::empty()).unwrap();
        let door = app.door();
        (path, tokio::spawn(async move { door.send(request).await }))
    });
    app.redeemed(&till, "sale", &order(&code)).await;
    assert_eq!(app.get("/console", &console).await.status, StatusCode::OK);
    for (path, citizen) in &citizens {
        assert!(!citizen.is_finished(), "{path} did not wait for a connection of the citizens'");
    }
    drop(crowd);
    for (path, citizen) in citizens {
        assert_eq!(citizen.await.unwrap().status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn operations_answer_while_everything_else_stands_still() {
    let app = App::open(On::Postgres, OPEN).await;
    let listener = listen::listen("it", "127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let (hall, measures) = (app.hall.clone(), measure::begin().unwrap());
    let open = move || admin::router(hall, measures);
    listen::serve_apart("operations", listener, open, std::future::pending()).unwrap();
    // From here on this thread, which runs the server, does nothing but wait for the answers.
    for (path, said) in
        [("/healthz", "ok"), ("/readyz", "ready"), ("/metrics", "jinquan_build_info")]
    {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: it\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(said), "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_block_that_tries_to_come_in_without_end_is_told_when_and_nobody_else_is() {
    let app = App::open(On::Sqlite, OPEN).await;
    let enter = |peer: &str, form: String| {
        let request = Request::post("/sign-in/demo")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("cookie", "jq_language=zh-Hans; jq_view=elder")
            .extension(Peer(peer.parse().unwrap()));
        app.door().send(request.body(Body::from(form)).unwrap())
    };
    for place in 0..=2_000 {
        let answer = enter(&format!("198.51.100.{}", place % 250), String::new()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let shed = enter("198.51.100.7", sign_in_form(&number(1), "main")).await;
    assert_eq!(shed.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(shed.headers[RETRY_AFTER], "1");
    assert!(shed.text().contains("data-refusal=\"busy\""), "{}", shed.text());
    let chosen = "lang=\"zh-Hans\" data-view=\"elder\"";
    assert!(shed.text().contains(chosen), "in the language and view that were chosen");
    assert!(shed.text().contains("data-testid=\"request-number\""), "for whoever asks about it");
    let again = "href=\"/sign-in/demo\" class=\"button button--primary\"";
    assert!(shed.text().contains(again), "back to where they were: {}", shed.text());
    let other = enter("198.51.101.7", sign_in_form(&number(1), "main")).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER);
    let machine = enter("127.0.0.1", sign_in_form(&number(1), "main")).await;
    assert_eq!(machine.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_person_who_presses_without_end_is_told_when_at_both_doors() {
    let app = App::open(On::Sqlite, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let other = app.sign_in(&number(2), "main").await;
    let mut last = app.claim(&cookie, "key", "{}").await;
    for _ in 0..41 {
        last = app.claim(&cookie, "key", "{}").await;
    }
    assert_eq!((last.status, last.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "busy"));
    assert!(last.json()["retry_after_ms"].as_i64().unwrap() >= 100);
    assert!(last.json().get("place").is_none(), "it is no place in a line");
    assert_eq!(app.claim(&other, "key", "{}").await.status, StatusCode::CREATED);
    app.hall.clock.set(app.hall.clock.system().plus_millis(1_000));
    let again = app.claim(&cookie, "key", "{}").await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
}

#[test]
fn the_limits_of_the_document_are_those_of_the_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let document = std::fs::read_to_string(root.join("docs/OVERLOAD.md")).unwrap();
    let limits = LimitSettings::default();
    let rows = [
        ("claims of one person, a second", u64::from(limits.person_claims_per_s)),
        (
            "tries to come in of one block of addresses, a second",
            u64::from(limits.block_entries_per_s),
        ),
        ("citizens who come in at once", ENTER_AT_ONCE as u64),
        ("citizens who wait to come in", ENTER_WAITING as u64),
        ("strangers who wait to have a password looked at", password::STRANGERS_MAX as u64),
        ("of them from one block of addresses", password::BLOCK_MAX as u64),
        ("known staff who wait for that", password::KNOWN_MAX as u64),
        ("of them under one login", password::LOGIN_MAX as u64),
        ("requests in a batch of the desk", lane::BATCH_MAX as u64),
        ("places in the line that are remembered", gate::BOOKED_MAX as u64),
        ("minutes for which a place is kept after its time", gate::KEPT_MS.unsigned_abs() / 60_000),
    ];
    for (what, value) in rows {
        let row = format!("| {what} | {} |", domain::money::grouped(i64::try_from(value).unwrap()));
        assert!(document.contains(&row), "docs/OVERLOAD.md does not say: {row}");
    }
}
