//! What can be seen from outside while a server runs: the measures with their document, the number of each request,
//! and the lines of the log.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use server::measure::{MEASURES, table};

use crate::support::process::{Http, Server};
use crate::support::{App, Database, OPEN, On, claim_request, cookie_of, number, sign_in_form};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every name of a measure in the code, outside the list itself.
fn named_in_code(folder: &Path, names: &mut HashSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            named_in_code(&path, names);
        } else if !path.ends_with("src/measure.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let parts = text.split('"').filter(|part| part.starts_with("jinquan_"));
            names.extend(parts.map(str::to_owned));
        }
    }
}

#[test]
fn the_document_lists_every_measure_and_nothing_else() {
    let document = std::fs::read_to_string(root().join("docs/METRICS.md")).unwrap();
    let listed: Vec<&str> = document.lines().filter(|line| line.starts_with('|')).collect();
    let table = table();
    if listed.join("\n") != table.trim_end() {
        let copy = root().join("target/tmp/metrics.md");
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::write(copy, &table).unwrap();
        panic!("docs/METRICS.md shows another list than the code: see target/tmp/metrics.md");
    }
}

#[test]
fn the_code_counts_what_is_listed_and_nothing_else() {
    let mut named = HashSet::new();
    named_in_code(&root().join("server/src"), &mut named);
    let listed: HashSet<String> = MEASURES.iter().map(|it| it.name.to_owned()).collect();
    assert_eq!(named, listed);
}

#[tokio::test]
async fn the_measures_follow_what_is_done_and_name_nobody() {
    let database = Database::fresh(On::Sqlite);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let admin = free.local_addr().unwrap().to_string();
    drop(free);
    let arguments =
        ["--demo", "--database", &database.url, "--now", OPEN, "--admin-listen", &admin];
    let server = Server::start(&arguments).await;
    let (http, admin) = (Http::new(), format!("http://{admin}"));
    let sign_in = Request::post("/sign-in/demo")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(sign_in_form(&number(7), "main")))
        .unwrap();
    let cookie = cookie_of(&http.send(&server.base, sign_in).await.headers);
    for (key, status) in [("one", 201), ("one", 201), ("two", 409)] {
        let claimed = http.send(&server.base, claim_request("r1", &cookie, key, "{}")).await;
        assert_eq!(claimed.status.as_u16(), status, "{}", claimed.text());
    }
    let get = |path: &str| Request::get(path.to_owned()).body(Body::empty()).unwrap();
    let shown = http.send(&admin, get("/metrics")).await.text();
    for line in [
        "jinquan_claims_granted_total 1",
        "jinquan_claims_replayed_total 1",
        "jinquan_claims_refused_total{code=\"already_claimed\"} 1",
        "jinquan_sign_ins_total{outcome=\"in\"} 1",
        "jinquan_sessions_known 1",
        "jinquan_lane_waiting{lane=\"tills\"} 0",
        "jinquan_packs_remaining{round=\"r1\"} 59999",
        "jinquan_answers_total{class=\"2xx\"} 2",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is not in\n{shown}");
    }
    assert!(shown.contains("jinquan_lane_batch_seconds_bucket{lane=\"claims\",le=\"0.001\"}"));
    let named = shown.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    for line in named {
        let name = line.split(['{', ' ']).next().unwrap();
        let is_listed = MEASURES.iter().any(|it| {
            let rest = name.strip_prefix(it.name);
            rest.is_some_and(|rest| matches!(rest, "" | "_bucket" | "_sum" | "_count"))
        });
        assert!(is_listed, "{name} is not listed");
    }
    for secret in [number(7).as_str(), "張試", cookie.split_once('=').unwrap().1] {
        assert!(!shown.contains(secret) && !server.log().contains(secret));
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(http.send(&admin, get(path)).await.status, StatusCode::OK);
    }
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(http.send(&server.base, get(path)).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn every_answer_has_a_number_of_ours() {
    let app = App::open(On::Sqlite, OPEN).await;
    let mut seen = HashSet::new();
    for path in ["/", "/api/v1/rounds", "/nowhere", "/api/v1/nowhere", "/robots.txt"] {
        let request = Request::get(path).header("x-request-id", "theirs").body(Body::empty());
        let answer = app.send(request.unwrap()).await;
        let numbers: Vec<_> = answer.headers.get_all("x-request-id").iter().collect();
        let [number] = numbers.as_slice() else { panic!("{path} has {numbers:?}") };
        let number = number.to_str().unwrap().to_owned();
        assert!(number.len() == 16 && number.bytes().all(|it| it.is_ascii_hexdigit()));
        assert!(!answer.text().contains("theirs"));
        assert!(seen.insert(number), "two answers have one number");
    }
}

#[tokio::test]
async fn whoever_is_told_that_something_broke_has_the_number_that_the_log_has() {
    let app = App::open(On::Sqlite, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    app.hall.store.close().await;
    let page = app.get("/wallet", &cookie).await;
    let number = page.headers["x-request-id"].to_str().unwrap();
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().contains(number), "the page does not show {number}");
    let document = app.get("/api/v1/wallet", &cookie).await;
    let number = document.headers["x-request-id"].to_str().unwrap();
    assert_eq!(document.json()["request_id"], number);
}
