//! Bad input: each call with missing, wrong-typed, oversized, doubled and hostile parts answers 4xx and names the part.

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE};
use http::{Method, Request, StatusCode};
use rstest::rstest;

use crate::support::{App, OPEN, On, claim_request, number};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_with_a_wrong_body_names_the_field(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let cases: [(&str, &str); 12] = [
        ("", "body"),
        ("{", "body"),
        ("[]", "body"),
        ("null", "body"),
        ("{} {}", "body"),
        (&deep, "body"),
        (r#"{"pack":7}"#, "pack"),
        (r#"{"pack":null}"#, "pack"),
        (r#"{"pack":["pack"]}"#, "pack"),
        (r#"{"pack":"pack","pack":"pack"}"#, "pack"),
        (r#"{"pack":"pack","price":1}"#, "price"),
        ("{\"pack\":\"\\ud800\"}", "pack"),
    ];
    for (body, field) in cases {
        let answer = app.claim(&cookie, "k", body).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "invalid_request"),
            "{body:.40}"
        );
        assert_eq!(answer.json()["errors"][0]["field"], field, "{body:.40}: {}", answer.text());
    }
    for hostile in
        ["' or 1=1 --", "../../etc/passwd", "<script>", "\u{0}", &"x".repeat(9_000), "PACK", ""]
    {
        let body = serde_json::json!({ "pack": hostile }).to_string();
        assert_eq!(app.claim(&cookie, "k", &body).await.code(), "not_found", "{hostile:.20}");
    }
    let large = format!(r#"{{"pack":"{}"}}"#, "x".repeat(20_000));
    let answer = app.claim(&cookie, "k", &large).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (413, "payload_too_large"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_with_a_wrong_key_or_type_names_it(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let base = || {
        Request::post("/api/v1/rounds/r1/claims")
            .header(COOKIE, &cookie)
            .header(CONTENT_TYPE, "application/json")
    };
    let long = "k".repeat(256);
    let requests = [
        base().body(Body::from("{}")).unwrap(),
        base().header("Idempotency-Key", "").body(Body::from("{}")).unwrap(),
        base().header("Idempotency-Key", "a b").body(Body::from("{}")).unwrap(),
        base().header("Idempotency-Key", &long).body(Body::from("{}")).unwrap(),
        base().header("Idempotency-Key", "密").body(Body::from("{}")).unwrap(),
        base()
            .header("Idempotency-Key", "a")
            .header("Idempotency-Key", "b")
            .body(Body::from("{}"))
            .unwrap(),
    ];
    for request in requests {
        let answer = app.send(request).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "invalid_request")
        );
        assert_eq!(answer.json()["errors"][0]["field"], "Idempotency-Key");
    }
    for media in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let mut request = claim_request("r1", &cookie, "k", "{}");
        request.headers_mut().insert(CONTENT_TYPE, media.parse().unwrap());
        let answer = app.send(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (415, "unsupported_media_type")
        );
    }
    let longest = "k".repeat(255);
    assert_eq!(app.claim(&cookie, &longest, "{}").await.status, StatusCode::CREATED);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn paths_and_queries_that_name_nothing_are_4xx(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let hostile = [
        "x",
        "%00",
        "%F0%28%8C%28",
        "..%2F..",
        "'%20or%201=1",
        &"9".repeat(4_000),
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    ];
    for id in hostile {
        for (path, code) in [
            (format!("/api/v1/rounds/{id}"), "round_not_found"),
            (format!("/api/v1/rounds/{id}/live"), "round_not_found"),
            (format!("/api/v1/claims/{id}"), "not_found"),
            (format!("/api/v1/wallet/vouchers/{id}/code"), "not_found"),
            (format!("/api/v1/nothing/{id}"), "not_found"),
        ] {
            let answer = app.get(&path, &cookie).await;
            let said = (answer.status, answer.code());
            assert_eq!(said, (StatusCode::NOT_FOUND, code.to_owned()), "{path:.60}");
        }
        let claim = app.send(claim_request(id, &cookie, "k", "{}")).await;
        let said = (claim.status, claim.code());
        assert_eq!(said, (StatusCode::NOT_FOUND, "round_not_found".to_owned()), "{id:.20}");
    }
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=1&limit=2", "limit"),
        ("after=nothing", "after"),
        ("after=r1&after=r1", "after"),
    ] {
        let answer = app.get(&format!("/api/v1/rounds?{query}"), "").await;
        assert_eq!(answer.code(), "invalid_request", "{query}");
        assert_eq!(answer.json()["errors"][0]["field"], field, "{query}");
    }
    let page = app.get("/api/v1/rounds?limit=1", "").await.json();
    assert_eq!(
        (page["items"].as_array().unwrap().len(), &page["next"]),
        (1, &serde_json::Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_an_address_that_is_no_text_names_nothing() {
    let app = App::open(On::Sqlite, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    for path in ["/wallet/%FF", "/rounds/%FF.ics", "/sign-in/%FF", "/results/%FF.csv"] {
        let answer = app.get(path, &cookie).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains("<html lang=\"zh-Hant\""), "{path}: {}", answer.text());
    }
    for path in ["/wallet/%FF/state", "/wallet/claims/%FF/state", "/assets/%FF"] {
        assert_eq!(app.get(path, &cookie).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // Who asks is looked at before what is asked for, as for every other name.
    let away = app.get("/wallet/%FF", "").await;
    assert_eq!(
        (away.status, away.location()),
        (StatusCode::SEE_OTHER, "/sign-in?next=/wallet/%25FF")
    );
    assert_eq!(app.get("/api/v1/claims/%FF", "").await.code(), "not_signed_in");
    assert_eq!(app.get("/api/v1/redemptions/%FF", "").await.code(), "unauthorized");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn wrong_methods_and_bodies_never_break_anything(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let api = [
        "/api/v1/campaign",
        "/api/v1/rounds",
        "/api/v1/rounds/r1",
        "/api/v1/wallet",
        "/api/v1/claims/x",
    ];
    for path in api {
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::POST, Method::TRACE] {
            let request =
                Request::builder().method(method).uri(path).body(Body::from("{}")).unwrap();
            let answer = app.send(request).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (405, "method_not_allowed"),
                "{path}"
            );
        }
    }
    let pages = ["/", "/sign-in", "/wallet", "/rules", "/merchants", "/wallet/x", "/rounds/r1.ics"];
    for path in pages {
        for method in [Method::DELETE, Method::TRACE] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            assert_eq!(app.send(request).await.status.as_u16(), 405, "{path}");
        }
    }
    let acts = ["claim_pack", "sign_out", "choose_language", "choose_view", "load_live", "nothing"];
    let bodies = [
        "",
        "round=r1",
        "round=%00&pack=%00&key=%00",
        "language=xx&next=/",
        "view=&next=%2F%2Fevil",
        "{",
    ];
    let large = "x".repeat(20_000);
    for act in acts {
        for body in bodies.into_iter().chain([large.as_str()]) {
            for accept in ["application/json", "text/html"] {
                let request = Request::post(format!("/act/{act}"))
                    .header("accept", accept)
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(Body::from(body.to_owned()))
                    .unwrap();
                let answer = app.send(request).await;
                assert!(
                    answer.status.as_u16() < 500,
                    "{act} {body:.20}: {} {}",
                    answer.status,
                    answer.text()
                );
                if answer.status.is_redirection() {
                    assert!(
                        answer.location().starts_with('/') && !answer.location().starts_with("//")
                    );
                }
            }
        }
    }
}
