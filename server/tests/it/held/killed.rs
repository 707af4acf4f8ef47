//! Real servers that end by themselves while the desk decides, or while held claims lapse.

use std::process::Stdio;

use domain::held::Ruling;
use http::StatusCode;
use tokio::process::Command;

use crate::support::process::run;
use crate::support::{App, OPEN, On, campaign_of};

const BINARY: &str = env!("CARGO_BIN_EXE_jinquan");
/// A second after the deadline.
const LATE: &str = "2020-04-23T10:00:01+08:00";

/// Starts a server that refuses what is due and ends itself at `point`, and waits until it has.
async fn killed_at(point: &str, database: &str) {
    let status = Command::new(BINARY)
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--database", database])
        .args(["--now", LATE])
        .env("JINQUAN_LOG", "off")
        .env("FAILPOINTS", format!("{point}=return"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let status = tokio::time::timeout(std::time::Duration::from_mins(1), status).await;
    assert!(!status.expect("it passes there within a second").unwrap().success());
}

async fn in_order(database: &str) {
    let (code, report, _) = run(&["ledger", "verify", "--json", "--database", database]).await;
    assert_eq!(code, Some(0), "{report}");
}

async fn lapses_whole_or_not_at_all(on: On) {
    let app = App::with(on, OPEN, &campaign_of(3)).await;
    let (cookie, claim, first) = app.held(1).await;
    let url = app.database.url.clone();
    for _ in 0..2 {
        killed_at("lapse-before-commit", &url).await;
        assert_eq!(app.own(&cookie, claim).await["state"], "held", "nothing is left");
        in_order(&url).await;
    }
    killed_at("lapse-after-commit", &url).await;
    assert_eq!(app.own(&cookie, claim).await["state"], "refused", "all of it is left");
    assert_eq!(app.ruled(&[claim], Ruling::Grant).await.decided, 0);
    let replay = app.claim(&cookie, "k", "{}").await;
    assert_eq!((replay.status, &replay.body), (StatusCode::ACCEPTED, &first.body));
    in_order(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_claims_lapse_leaves_all_or_nothing_on_sqlite() {
    lapses_whole_or_not_at_all(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_claims_lapse_leaves_all_or_nothing_on_postgres() {
    lapses_whole_or_not_at_all(On::Postgres).await;
}
