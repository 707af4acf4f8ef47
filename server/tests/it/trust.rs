//! What an auditor and a citizen rely on: no identity number anywhere, no text from inside, a ledger that notices.

use std::process::Command;

use axum::body::Body;
use http::{Request, StatusCode};
use rstest::rstest;

use crate::support::process::{Http, Server, run};
use crate::support::{App, Database, OPEN, On, claim_request, cookie_of, number, sign_in_form};

/// Runs SQL in a PostgreSQL database, behind the product's back.
fn psql(url: &str, statements: &str) {
    let done = Command::new("psql").args([url, "-qc", statements]).status().unwrap();
    assert!(done.success(), "{statements}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn no_identity_number_and_no_name_is_stored(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    assert_eq!(app.claim(&cookie, "k", "{}").await.status, StatusCode::CREATED);
    app.get("/wallet", &cookie).await;
    let url = app.database.url.clone();
    let stored = match on {
        On::Sqlite => {
            let file = url.strip_prefix("sqlite:").unwrap();
            ["", "-wal"]
                .iter()
                .flat_map(|end| std::fs::read(format!("{file}{end}")).unwrap_or_default())
                .collect()
        }
        On::Postgres => Command::new("pg_dump").arg(&url).output().unwrap().stdout,
    };
    let holds = |text: &str| stored.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("granted"), "the dump is of this database");
    let token = cookie.split_once('=').unwrap().1;
    for secret in [number(1).as_str(), "張試", token] {
        assert!(!holds(secret), "{secret} is stored");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_of_everything_holds_nothing_of_a_person() {
    let database = Database::fresh(On::Sqlite);
    let arguments = ["--demo", "--database", &database.url, "--now", OPEN];
    let server = Server::start_logging("trace", &arguments).await;
    let http = Http::new();
    let form = sign_in_form(&number(1), "main");
    let request =
        Request::post("/sign-in/demo").header("content-type", "application/x-www-form-urlencoded");
    let answer = http.send(&server.base, request.body(Body::from(form.clone())).unwrap()).await;
    let cookie = cookie_of(&answer.headers);
    assert_eq!(
        http.send(&server.base, claim_request("r1", &cookie, "k", "{}")).await.status,
        StatusCode::CREATED
    );
    let log = server.log();
    assert!(!log.is_empty(), "what is looked for could be there");
    let token = cookie.split_once('=').unwrap().1;
    for secret in [number(1).as_str(), "張試", "%E5%BC%B5", token] {
        assert!(!log.contains(secret), "the log holds {secret}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_is_busy_and_says_nothing_of_itself(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    app.hall.store.close().await;
    for path in ["/wallet", "/", "/api/v1/wallet", "/api/v1/claims/01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        let answer = app.get(path, &cookie).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(answer.headers.contains_key("retry-after"), "{path}");
        let text = answer.text().to_lowercase();
        for inside in ["sqlite", "postgres", "select ", "panicked", "pool", ".rs"] {
            assert!(!text.contains(inside), "{path} says {inside}");
        }
    }
    assert_eq!(app.claim(&cookie, "k", "{}").await.code(), "busy");
    // What needs no database still answers.
    assert_eq!(app.get("/rules", "").await.status, StatusCode::OK);
    assert_eq!(app.get("/api/v1/rounds/r1", "").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_a_changed_row_is_found() {
    let changes = [
        (
            "ledger_transfer",
            "update ledger_transfer set at = at + 1 where reason = 'grant'",
            "its hash does not fit",
        ),
        (
            "ledger_posting",
            "update ledger_posting set amount_fen = 4999 where source like 'stock%'",
            "hash does not fit",
        ),
        (
            "claim",
            "update claim set claimed_at = claimed_at + 1",
            "its digest does not fit its claims",
        ),
        (
            "ledger_account",
            "update ledger_account set balance_fen = balance_fen + 1 where name = 'pool'",
            "ledger_account (pool)",
        ),
        (
            "pack",
            "update pack set issued = 2, remaining = remaining - 1",
            "counts 2 claims, 1 are there",
        ),
    ];
    for (table, change, finding) in changes {
        let app = App::open(On::Postgres, OPEN).await;
        let cookie = app.sign_in(&number(1), "main").await;
        assert_eq!(app.claim(&cookie, "k", "{}").await.status, StatusCode::CREATED);
        let url = &app.database.url;
        let verify = ["ledger", "verify", "--database", url];
        assert_eq!(run(&verify).await.0, Some(0), "in order before the change");
        psql(url, &format!("alter table {table} disable trigger user; {change}"));
        let (code, said, _) = run(&verify).await;
        assert!(code == Some(1) && said.contains(finding), "{change}: {said}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r14_every_fen_is_in_one_place(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    for place in 0..5 {
        let cookie = app.sign_in(&number(place), "main").await;
        assert_eq!(app.claim(&cookie, "k", "{}").await.status, StatusCode::CREATED);
    }
    let (code, report, _) =
        run(&["ledger", "verify", "--json", "--database", &app.database.url]).await;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!((code, report["ok"].as_bool()), (Some(0), Some(true)), "{report}");
    assert_eq!(report["appropriation_fen"].as_i64(), Some(1_500_000_000));
    let expected = serde_json::json!([
        { "name": "issued:r1", "balance_fen": 25_000 },
        { "name": "pool", "balance_fen": 1_200_000_000 },
        { "name": "stock:r1", "balance_fen": 299_975_000 },
    ]);
    assert_eq!(report["accounts"], expected);
}
