//! In somebody else's page: who may frame, and what a frame can keep.

use axum::body::Body;
use http::Request;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, SET_COOKIE, X_FRAME_OPTIONS};
use http::{HeaderMap, StatusCode};
use rstest::rstest;

use crate::support::{App, On, number, sign_in_form};

const PORTAL: &str = "https://portal.example";

/// A sign-in, as a browser sends it from a page that stands at `dest`.
async fn sign_in_at(app: &App, dest: &str) -> Vec<String> {
    let request = Request::post("/sign-in/demo")
        .header("sec-fetch-dest", dest)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(sign_in_form(&number(1), "main")))
        .unwrap();
    let answer = app.send(request).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    cookies(&answer.headers)
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

fn policy(headers: &HeaderMap) -> &str {
    headers[CONTENT_SECURITY_POLICY].to_str().unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_the_named_origins_frame_and_only_citizens_pages(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::framed_by(on, PORTAL).await;
    for path in ["/", "/wallet", "/rules", "/merchants", "/me", "/sign-in", "/nothing", "/assets/x"]
    {
        let answer = app.get(path, "").await;
        assert!(
            policy(&answer.headers).ends_with("frame-ancestors 'self' https://portal.example"),
            "{path}"
        );
        assert!(!answer.headers.contains_key(X_FRAME_OPTIONS), "{path}");
    }
    for path in ["/till", "/console", "/console/rounds", "/merchant", "/merchant/keys"] {
        let answer = app.get(path, "").await;
        assert!(policy(&answer.headers).ends_with("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.headers[X_FRAME_OPTIONS], "DENY", "{path}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_frame_keeps_a_session_of_its_own_and_the_other_stays_as_it_is(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::framed_by(on, PORTAL).await;
    let top = sign_in_at(&app, "document").await;
    assert_eq!(top.len(), 1);
    assert!(top[0].starts_with("__Host-jinquan=") && top[0].contains("SameSite=Lax"), "{top:?}");
    let framed = sign_in_at(&app, "iframe").await;
    assert_eq!(framed.len(), 2, "{framed:?}");
    for cookie in &framed {
        for part in ["SameSite=None", "Secure", "Partitioned", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("SameSite=Lax"), "{cookie}");
    }
    let session = framed[0].split(';').next().unwrap();
    assert!(session.starts_with("__Host-jinquan-e="), "{session}");
    assert_eq!(app.get("/api/v1/wallet", session).await.status, StatusCode::OK);

    // What the frame asks for by script keeps its cookies too.
    let request = Request::get("/?lang=en")
        .header("sec-fetch-dest", "empty")
        .header(COOKIE, format!("{session}; __Host-jq_framed=1"))
        .body(Body::empty())
        .unwrap();
    let said = cookies(&app.send(request).await.headers);
    assert!(
        said.iter()
            .any(|one| one.starts_with("__Host-jq_language=en") && one.contains("Partitioned")),
        "{said:?}"
    );
    // A page on its own never does, also where the browser knows no partitions and sends the mark along.
    let request = Request::get("/?lang=en")
        .header("sec-fetch-dest", "document")
        .header(COOKIE, "__Host-jq_framed=1")
        .body(Body::empty())
        .unwrap();
    let said = cookies(&app.send(request).await.headers);
    assert!(said.iter().all(|one| one.contains("SameSite=Lax")), "{said:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_at_the_top_does_not_hide_the_one_of_the_frame(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::framed_by(on, PORTAL).await;
    let session = |cookies: &[String]| cookies[0].split(';').next().unwrap().to_owned();
    let top = session(&sign_in_at(&app, "document").await);
    let framed = session(&sign_in_at(&app, "iframe").await);
    // Where a frame stands on a page of the same site, the browser sends both.
    let both = format!("{top}; {framed}");
    let first = app.person_of(&both).await;
    assert_eq!(first, app.person_of(&top).await);
    app.post_form("/act/sign_out", &top, "next=/").await;
    assert_eq!(app.get("/api/v1/wallet", &top).await.code(), "not_signed_in");
    assert_eq!(app.get("/api/v1/wallet", &both).await.status, StatusCode::OK);

    let out = app.post_form("/act/sign_out", &both, "next=/").await;
    assert_eq!(app.get("/api/v1/wallet", &both).await.code(), "not_signed_in");
    let cleared = cookies(&out.headers);
    for name in ["__Host-jinquan=;", "__Host-jinquan-e=;"] {
        assert!(cleared.iter().any(|cookie| cookie.starts_with(name)), "{name} {cleared:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_out_is_signed_out_under_either_name(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::framed_by(on, PORTAL).await;
    let session = |cookies: &[String]| cookies[0].split(';').next().unwrap().to_owned();
    for dest in ["document", "iframe"] {
        let top = session(&sign_in_at(&app, "document").await);
        let framed = session(&sign_in_at(&app, "iframe").await);
        let elsewhere = session(&sign_in_at(&app, "document").await);
        let out = Request::post("/act/sign_out")
            .header("sec-fetch-dest", dest)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(COOKIE, format!("{top}; {framed}"))
            .body(Body::from("next=/"))
            .unwrap();
        let out = cookies(&app.send(out).await.headers);
        for one in [&top, &framed] {
            assert_eq!(app.get("/api/v1/wallet", one).await.code(), "not_signed_in", "{dest}");
        }
        let other = app.get("/api/v1/wallet", &elsewhere).await;
        assert_eq!(other.status, StatusCode::OK, "another browser stays signed in");
        for (name, is_partitioned) in [
            ("__Host-jinquan=;", false),
            ("__Host-jinquan-e=;", false),
            ("__Host-jinquan-e=;", true),
        ] {
            let is_it = |cookie: &&String| {
                cookie.starts_with(name) && cookie.contains("Partitioned") == is_partitioned
            };
            assert!(out.iter().any(|cookie| is_it(&cookie)), "{dest} {name} {out:?}");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn without_a_named_origin_nothing_is_framed_and_no_cookie_is_for_a_frame(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, crate::support::OPEN).await;
    let framed = sign_in_at(&app, "iframe").await;
    assert!(framed.iter().all(|one| one.contains("SameSite=Lax")), "{framed:?}");
    assert!(policy(&app.get("/", "").await.headers).ends_with("frame-ancestors 'none'"));
}
