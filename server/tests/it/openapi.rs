//! The OpenAPI document is true: each operation that it describes is there, and answers as it says.

use http::StatusCode;

use axum::body::Body;
use http::Request;

use crate::support::{App, OPEN, On, number};

#[tokio::test(flavor = "multi_thread")]
async fn each_described_operation_answers_as_described() {
    let app = App::open(On::Sqlite, OPEN).await;
    let document = app.get("/api/v1/openapi.json", "").await;
    assert_eq!(
        (document.status, document.headers["content-type"].to_str().unwrap()),
        (StatusCode::OK, "application/json")
    );
    let document = document.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let cookie = app.sign_in(&number(1), "main").await;
    let claim = app.claim(&cookie, "k", "{}").await.json();
    let till = app.tills("dining").await.remove(0);
    let mut operations = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations += 1;
            let id = match path.as_str() {
                path if path.contains("/rounds/") => "r1",
                path if path.contains("/claims/") => claim["id"].as_str().unwrap(),
                _ => claim["vouchers"][0]["id"].as_str().unwrap(),
            };
            let uri = path.replace("{id}", id).replace("{date}", "2020-04-22");
            for (cookie, key) in [("", "none"), (cookie.as_str(), "none"), ("", till.key.as_str())]
            {
                let request = Request::builder()
                    .method(method.to_uppercase().as_str())
                    .uri(&uri)
                    .header("cookie", cookie)
                    .header("authorization", format!("Bearer {key}"))
                    .header("content-type", "application/json")
                    .header("idempotency-key", "k")
                    .body(Body::from(if method == "post" { "{}" } else { "" }))
                    .unwrap();
                let response = app.raw(request).await;
                let described = &operation["responses"][response.status().as_str()];
                assert!(
                    described.is_object(),
                    "{method} {uri} answered {}, which is not described",
                    response.status()
                );
                let media = response.headers()["content-type"].to_str().unwrap();
                assert!(
                    described["content"][media].is_object(),
                    "{method} {uri}: {media} is not described"
                );
            }
        }
    }
    assert_eq!(operations, 15);
}
