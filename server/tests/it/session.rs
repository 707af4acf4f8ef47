//! Sessions and where requests come from.

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE};
use http::{Request, StatusCode};
use rstest::rstest;

use crate::support::risk::Says;
use crate::support::{App, OPEN, On, claim_request, cookie_of, number, sign_in_form};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn signing_in_rotates_and_signing_out_ends(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let answer = app.post_form("/sign-in/demo", "", &sign_in_form(&number(1), "main")).await;
    let set = answer.headers[SET_COOKIE].to_str().unwrap().to_owned();
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"),
        "{set}"
    );
    let first = cookie_of(&answer.headers);
    assert_eq!(app.get("/api/v1/wallet", &first).await.status, StatusCode::OK);
    let again = app.post_form("/sign-in/demo", &first, &sign_in_form(&number(1), "main")).await;
    let second = cookie_of(&again.headers);
    assert_ne!(first, second);
    assert_eq!(app.get("/api/v1/wallet", &first).await.code(), "not_signed_in");
    assert_eq!(app.get("/api/v1/wallet", &second).await.status, StatusCode::OK);
    let out = app.post_form("/act/sign_out", &second, "next=/rules").await;
    assert!(out.status.is_success() || out.status.is_redirection());
    assert_eq!(
        out.headers["clear-site-data"], "\"cache\", \"storage\"",
        "nothing that was shown stays"
    );
    assert_eq!(app.get("/api/v1/wallet", &second).await.code(), "not_signed_in");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_itself(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let began = app.hall.clock.system();
    for minutes in [100, 200, 300, 400, 500, 600, 700, 719] {
        app.hall.clock.set(began.plus_millis(minutes * 60_000));
        assert_eq!(
            app.get("/api/v1/wallet", &cookie).await.status,
            StatusCode::OK,
            "{minutes} minutes"
        );
        // Upkeep does this every second; here hours pass within one.
        app.hall.sessions.write_uses(&app.hall.store).await.unwrap();
    }
    app.hall.clock.set(began.plus_millis(720 * 60_000));
    assert_eq!(app.get("/api/v1/wallet", &cookie).await.code(), "not_signed_in", "twelve hours");
    let idle = app.sign_in(&number(1), "main").await;
    app.hall.clock.set(began.plus_millis((720 + 121) * 60_000));
    assert_eq!(app.get("/api/v1/wallet", &idle).await.code(), "not_signed_in", "two hours unused");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_on_one_server_ends_on_every_one(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let first = App::open(on, OPEN).await;
    let second = App::on(first.database.clone(), OPEN, 8_192).await;
    let out = first.sign_in(&number(1), "main").await;
    let again = first.sign_in(&number(2), "main").await;
    for cookie in [&out, &again] {
        assert_eq!(second.get("/api/v1/wallet", cookie).await.status, StatusCode::OK);
    }
    first.post_form("/act/sign_out", &out, "next=/").await;
    first.post_form("/sign-in/demo", &again, &sign_in_form(&number(2), "main")).await;
    // What the background of each server does several times a second.
    second.refresh().await;
    for cookie in [&out, &again] {
        assert_eq!(second.get("/api/v1/wallet", cookie).await.code(), "not_signed_in");
    }
}

/// The list of what changed is dated and read by the database's clock: here the servers' own differ by an hour, and a
/// server remembers who is signed in.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_ends_on_a_server_whose_clock_is_ahead_or_behind(
    #[values(On::Sqlite, On::Postgres)] on: On,
    #[values("2020-04-22T11:00:00+08:00", "2020-04-22T09:00:00+08:00")] there: &str,
) {
    let first = App::open(on, OPEN).await;
    let second = App::on(first.database.clone(), there, 8_192).await;
    let [out, kept] =
        [first.sign_in(&number(1), "main").await, first.sign_in(&number(2), "main").await];
    // Nothing is remembered before the list was read once.
    second.refresh().await;
    for cookie in [&out, &kept] {
        assert_eq!(second.get("/api/v1/wallet", cookie).await.status, StatusCode::OK);
    }
    assert!(second.hall.sessions.known() >= 2, "both are remembered");
    first.post_form("/act/sign_out", &out, "next=/").await;
    // Upkeep of a server whose clock is ahead throws away what is old, not what nobody has read yet.
    let kept_ms = server::upkeep::CHANGES_KEPT_MS;
    assert_eq!(second.hall.store.forget_changes(kept_ms).await.unwrap(), 0);
    second.refresh().await;
    assert_eq!(second.get("/api/v1/wallet", &out).await.code(), "not_signed_in");
    assert_eq!(second.get("/api/v1/wallet", &kept).await.status, StatusCode::OK);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_request_from_another_site_changes_nothing(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://elsewhere.example")]
    {
        let mut claim = claim_request("r1", &cookie, "k", "{}");
        claim.headers_mut().insert("host", "127.0.0.1".parse().unwrap());
        claim.headers_mut().insert(name, value.parse().unwrap());
        let answer = app.send(claim).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::FORBIDDEN, "forbidden"),
            "{name}"
        );
        for path in ["/sign-in/demo", "/act/claim_pack", "/act/sign_out"] {
            let request = Request::post(path)
                .header(COOKIE, &cookie)
                .header("host", "127.0.0.1")
                .header(name, value)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(sign_in_form(&number(2), "main")))
                .unwrap();
            assert_eq!(app.send(request).await.status, StatusCode::FORBIDDEN, "{path} {name}");
        }
    }
    let mut own = claim_request("r1", &cookie, "k", "{}");
    own.headers_mut().insert("host", "127.0.0.1:3000".parse().unwrap());
    own.headers_mut().insert(ORIGIN, "http://127.0.0.1:3000".parse().unwrap());
    assert_eq!(app.send(own).await.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn r19_whom_risk_control_turns_away_reads_so_and_what_comes_next() {
    let app = App::open(On::Sqlite, OPEN).await;
    let before = app.sign_in(&number(1), "main").await;
    app.risk_says(Says::Refuse);
    let form = sign_in_form(&number(1), "main");
    let answer = app.post_form("/sign-in/demo", &before, &form).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let left = app.get("/api/v1/wallet", &before).await;
    assert_eq!(left.code(), "not_signed_in", "the session that they had is over at once");
    assert!(!answer.headers.contains_key(SET_COOKIE));
    let text = answer.text();
    assert!(text.contains("這次登入沒有通過風險評估"), "{text}");
    assert!(text.contains("href=\"tel:") && text.contains("href=\"/sign-in\""), "{text}");
    assert!(!text.contains("這次提交沒有被接受"), "it came from a page of this site");
    app.risk_says(Says::Allow);
    assert_eq!(app.post_form("/sign-in/demo", "", &form).await.status, StatusCode::SEE_OTHER);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_identity_number_is_named_and_nobody_enters(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    for wrong in [
        "",
        "1",
        "140502196809150028",
        "14050220990101001X",
        "14050219680231001X",
        "一四〇五〇二",
        &"1".repeat(5_000),
    ] {
        let answer = app.post_form("/sign-in/demo", "", &sign_in_form(wrong, "main")).await;
        assert_eq!(answer.status.as_u16(), 422, "{wrong:.20}");
        assert!(answer.text().contains("data-error=\"identity_number\""), "{wrong:.20}");
        assert!(!answer.headers.contains_key(SET_COOKIE));
    }
}
