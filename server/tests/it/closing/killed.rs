//! Real servers that end by themselves in the middle of a closing, one after the other.

use crate::support::process::{Http, Server, killed_at, run};
use crate::support::{Database, On};

/// A second after the end of round 1.
const OVER: &str = "2020-04-29T00:00:01+08:00";

async fn pool(database: &str) -> (i64, serde_json::Value) {
    let (code, report, _) = run(&["ledger", "verify", "--json", "--database", database]).await;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!((code, &report["ok"]), (Some(0), &serde_json::Value::Bool(true)), "{report}");
    let accounts = report["accounts"].as_array().unwrap();
    let pool = accounts.iter().find(|it| it["name"] == "pool").unwrap();
    (pool["balance_fen"].as_i64().unwrap(), report["closing_pending"].clone())
}

async fn is_closed_once(on: On) {
    let database = Database::fresh(on);
    let url = database.url.as_str();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../campaigns/jincheng-2020.toml");
    let (code, ..) = run(&["campaign", "import", file, "--database", url]).await;
    assert_eq!(code, Some(0));
    for _ in 0..3 {
        killed_at("closing-before-commit", url, OVER).await;
        assert_eq!(pool(url).await, (1_200_000_000, serde_json::json!(["r1"])), "nothing is left");
    }
    // Durable, and nobody knows: the next server finds it and does nothing.
    killed_at("closing-after-commit", url, OVER).await;
    assert_eq!(pool(url).await, (1_500_000_000, serde_json::json!([])));
    let server =
        Server::start(&["--demo", "--database", url, "--now", "2020-04-29T01:00:00+08:00"]).await;
    let asked = http::Request::get("/api/v1/rounds/r1").body(axum::body::Body::empty()).unwrap();
    assert_eq!(Http::new().send(&server.base, asked).await.json()["phase"], "closed");
    drop(server);
    assert_eq!(pool(url).await, (1_500_000_000, serde_json::json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_in_the_closing_leaves_it_to_the_next_on_sqlite() {
    is_closed_once(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_in_the_closing_leaves_it_to_the_next_on_postgres() {
    is_closed_once(On::Postgres).await;
}
