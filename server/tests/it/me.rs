//! 「我的」: a person's accounts, consents and sessions, their data, and leaving.

use axum::body::Body;
use futures::StreamExt as _;
use http::header::{CONTENT_DISPOSITION, COOKIE, SET_COOKIE};
use http::{Request, StatusCode};
use rstest::rstest;

use crate::support::{Answer, App, OPEN, On, number};

/// The key that the page's forms carry.
async fn key(app: &App, cookie: &str) -> String {
    let page = app.get("/me", cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    let (_, rest) = text.split_once("name=\"key\" value=\"").expect("a form");
    rest.split('"').next().unwrap().to_owned()
}

async fn send(app: &App, path: &str, cookie: &str, fields: &str) -> Answer {
    let key = key(app, cookie).await;
    app.post_form(path, cookie, &format!("key={key}&{fields}")).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_is_taken_back_is_asked_for_at_both_doors_until_it_is_given(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    for purpose in ["identity_number", "risk_evaluation"] {
        let fields = format!("purpose={purpose}&given=no");
        let taken = send(&app, "/me/consents", &cookie, &fields).await;
        assert_eq!((taken.status, taken.location()), (StatusCode::SEE_OTHER, "/me"));
        assert_eq!(app.claim(&cookie, "k", "{}").await.code(), "consent_required", "{purpose}");
        let page = app.get("/", &cookie).await.text();
        assert!(page.contains("data-refusal=\"consent_required\""), "{purpose}");
        let fields = format!("purpose={purpose}&given=yes");
        send(&app, "/me/consents", &cookie, &fields).await;
    }
    assert_eq!(app.claim(&cookie, "k", "{}").await.status, StatusCode::CREATED);
    // What nothing depends on may be left.
    let position = send(&app, "/me/consents", &cookie, "purpose=position&given=no").await;
    assert_eq!(position.status, StatusCode::SEE_OTHER);
    for wrong in ["purpose=marketing&given=yes", "purpose=position&given=perhaps", "given=yes"] {
        let answer = send(&app, "/me/consents", &cookie, wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_page_does_nothing(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let other = app.sign_in(&number(2), "main").await;
    let others = key(&app, &other).await;
    for (path, fields) in [
        ("/me/delete", "understood=yes"),
        ("/me/consents", "purpose=identity_number&given=no"),
        ("/me/sessions", ""),
    ] {
        for wrong in ["", "0", &others] {
            let answer = app.post_form(path, &cookie, &format!("key={wrong}&{fields}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        }
    }
    assert_eq!(app.claim(&cookie, "k", "{}").await.status, StatusCode::CREATED);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_ended_one_by_one_and_all_at_once(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let here = app.sign_in(&number(1), "main").await;
    let second = app.sign_in(&number(1), "second").await;
    let third = app.sign_in(&number(1), "main").await;
    let other = app.sign_in(&number(2), "main").await;
    let page = app.get("/me", &here).await.text();
    assert_eq!(page.matches("data-testid=\"session\"").count(), 3);
    let name = page.split("name=\"session\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    send(&app, "/me/sessions", &here, &format!("session={name}")).await;
    assert_eq!(app.get("/me", &here).await.text().matches("data-testid=\"session\"").count(), 2);
    send(&app, "/me/sessions", &here, "").await;
    for gone in [&second, &third] {
        assert_eq!(app.get("/api/v1/wallet", gone).await.code(), "not_signed_in");
    }
    for stays in [&here, &other] {
        assert_eq!(app.get("/api/v1/wallet", stays).await.status, StatusCode::OK);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ones_own_data_leaves_as_json_and_as_text_and_nobody_elses(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let other = app.sign_in(&number(2), "main").await;
    app.claim(&other, "k", "{}").await;
    let claimed = app.claim(&cookie, "k", "{}").await.json();
    let file = app.get("/me/export.json", &cookie).await;
    assert!(file.headers[CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
    let data = file.json();
    assert_eq!(data["claims"][0]["claim"], claimed["id"]);
    assert_eq!(data["claims"].as_array().unwrap().len(), 1);
    assert_eq!(data["claims"][0]["vouchers"].as_array().unwrap().len(), 5);
    assert_eq!(data["accounts"][0]["entrance"], "demo");
    assert_eq!(data["consents"].as_array().unwrap().len(), 2);
    assert_eq!(data["sessions"].as_array().unwrap().len(), 1);
    assert!(!file.text().contains(&number(1)), "the number is nowhere");
    let text = app.get("/me/export.txt", &cookie).await.text();
    assert!(text.contains(claimed["id"].as_str().unwrap()), "{text}");
    assert_eq!(app.get("/me/export.json", "").await.status, StatusCode::SEE_OTHER);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_long_history_leaves_page_by_page_and_whole(#[values(On::Sqlite, On::Postgres)] on: On) {
    const FACTS: usize = 2_502;
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    app.side_door(
        "insert into consent (account_id, purpose, number, version, text_hash, given, entrance, at)
         with recursive more(n) as (select 1 union all select n + 1 from more where n < 2500)
         select c.account_id, c.purpose, c.number + more.n, c.version, c.text_hash, more.n % 2, c.entrance,
                c.at + more.n / 3
         from consent c cross join more where c.purpose = 'identity_number'",
    )
    .await;
    for path in ["/me/export.json", "/me/export.txt"] {
        let request = Request::get(path).header(COOKIE, &cookie).body(Body::empty()).unwrap();
        let mut frames = app.raw(request).await.into_body().into_data_stream();
        let (mut whole, mut longest) = (Vec::new(), 0);
        while let Some(frame) = frames.next().await {
            let frame = frame.unwrap();
            longest = longest.max(frame.len());
            whole.extend_from_slice(&frame);
        }
        assert!(longest * 3 < whole.len(), "{path}: {longest} of {} bytes at once", whole.len());
        let text = String::from_utf8(whole).unwrap();
        if path.rsplit_once('.').is_some_and(|(_, kind)| kind == "txt") {
            assert_eq!(text.matches("text_sha256: ").count(), FACTS);
            continue;
        }
        let data: serde_json::Value = serde_json::from_str(&text).unwrap();
        let facts = data["consents"].as_array().unwrap();
        assert_eq!(facts.len(), FACTS);
        let times: Vec<&str> = facts.iter().map(|it| it["at"].as_str().unwrap()).collect();
        assert!(times.is_sorted(), "the oldest first");
        assert_eq!(data["appeals"], serde_json::json!([]));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r1_leaving_frees_no_second_claim_and_the_person_finds_their_own(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let elsewhere = app.sign_in(&number(1), "second").await;
    let claim = app.claim(&cookie, "k", "{}").await.json();
    let before = app.get("/me/delete", &cookie).await;
    assert_eq!(before.status, StatusCode::OK);
    let unticked = send(&app, "/me/delete", &cookie, "").await;
    assert_eq!(unticked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unticked.text().contains("data-error=\"understood\""));
    assert_eq!(app.get("/api/v1/wallet", &cookie).await.status, StatusCode::OK);

    let done = send(&app, "/me/delete", &cookie, "understood=yes").await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/me/deleted"));
    assert!(done.headers[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(done.headers["clear-site-data"], "\"cache\", \"storage\"");
    for gone in [&cookie, &elsewhere] {
        assert_eq!(app.get("/api/v1/wallet", gone).await.code(), "not_signed_in");
    }
    assert_eq!(app.get("/me/deleted", "").await.status, StatusCode::OK);

    let back = app.sign_in(&number(1), "main").await;
    let again = app.claim(&back, "again", "{}").await;
    assert_eq!(again.code(), "already_claimed_through_other_account");
    let wallet = app.get("/api/v1/wallet", &back).await.json();
    assert_eq!(wallet["claims"][0]["id"], claim["id"], "their own is still theirs");
    // Their claim counts on, though nobody knows any more through which entrance it came.
    let other = app.sign_in(&number(2), "main").await;
    assert_eq!(app.claim(&other, "k", "{}").await.status, StatusCode::CREATED);
    app.count().await;
    let entrances = app.get("/results/entrances.csv", "").await.text();
    assert_eq!(entrances, "entrance,packs\r\ndemo,1\r\n,1\r\n", "all packs that were claimed");
}
