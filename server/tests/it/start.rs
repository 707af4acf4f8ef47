//! Starting: what stops it, in one sentence that names the setting; what it does to a fresh database.

use axum::body::Body;
use http::Request;

use crate::support::process::{Http, Server, run};
use crate::support::{Database, On};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_setting_stops_the_start_and_is_named() {
    let database = Database::fresh(On::Sqlite);
    let cases: [(&[&str], &str); 10] = [
        (&[], "--demo"),
        (&["--demo", "--listen", "nowhere"], "--listen"),
        (&["--demo", "--listen", "0.0.0.0:0"], "--demo-public"),
        (&["--demo", "--admin-listen", "nowhere"], "--admin-listen"),
        (&["--demo", "--now", "tomorrow"], "--now"),
        (&["--demo", "--clock-offset", "soon"], "--clock-offset"),
        (
            &["--demo", "--now", "2020-04-22T10:00:00+08:00", "--clock-offset", "5"],
            "--clock-offset",
        ),
        (&["--demo", "--config", "nothing.toml"], "--config"),
        (&["--demo", "--database", "mysql://x"], "database"),
        (&["--demo", "--database", "postgres://127.0.0.1:1/x"], "database"),
    ];
    for (arguments, named) in cases {
        let place = ["--database", &database.url];
        let rest: &[&str] = if arguments.contains(&"--database") { &[] } else { &place };
        let (code, out, said) = run(&[&["serve"], arguments, rest].concat()).await;
        assert_eq!((code, out.as_str()), (Some(1), ""), "{arguments:?}: {said}");
        assert!(said.contains(named), "{arguments:?}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{arguments:?}: one sentence, not {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_shifts_its_rounds_once() {
    for on in [On::Sqlite, On::Postgres] {
        let database = Database::fresh(on);
        let arguments = ["--demo", "--database", &database.url];
        let http = Http::new();
        let mut windows = Vec::new();
        for _ in 0..2 {
            let server = Server::start(&arguments).await;
            let round = http
                .send(&server.base, Request::get("/api/v1/rounds/r1").body(Body::empty()).unwrap())
                .await;
            let round = round.json();
            windows.push((round["opens_at"].clone(), round["closes_at"].clone()));
            assert_eq!(round["phase"], "upcoming");
        }
        assert_eq!(windows[0], windows[1], "shifted once, stored");
        let closes_at = windows[0].1.as_str().unwrap();
        assert!(closes_at.ends_with("T00:00:00+08:00"), "{closes_at}");
        let instant = |text: &serde_json::Value| {
            text.as_str().unwrap().parse::<domain::time::Timestamp>().unwrap()
        };
        let (opens, closes) = (instant(&windows[0].0), instant(&windows[0].1));
        assert_eq!(opens.beijing_day().plus_days(7), closes.beijing_day(), "seven calendar days");
        let (code, _, said) =
            run(&[&["serve"], &arguments[..], &["--now", "2020-04-22T10:00:00+08:00"]].concat())
                .await;
        assert!(code == Some(1) && said.contains("--now") && said.contains("demo reset"), "{said}");
        assert_eq!(run(&["demo", "reset", "--database", &database.url]).await.0, Some(0));
        let server =
            Server::start(&[&arguments[..], &["--now", "2020-04-22T10:00:00+08:00"]].concat())
                .await;
        let round = http
            .send(&server.base, Request::get("/api/v1/rounds/r1").body(Body::empty()).unwrap())
            .await;
        assert_eq!(round.json()["opens_at"], "2020-04-22T09:00:00+08:00");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_campaign_clock_never_runs_behind_what_was_done() {
    let database = Database::fresh(On::Sqlite);
    let at = |now: &'static str| {
        ["--demo", "--database", &database.url, "--now", now].map(ToOwned::to_owned)
    };
    let arguments = at("2020-04-22T10:00:00+08:00");
    let server = Server::start(&arguments.each_ref().map(String::as_str)).await;
    let http = Http::new();
    let form = crate::support::sign_in_form(&crate::support::number(1), "main");
    let request = Request::post("/sign-in/demo")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    let cookie = crate::support::cookie_of(&http.send(&server.base, request).await.headers);
    let claim =
        http.send(&server.base, crate::support::claim_request("r1", &cookie, "k", "{}")).await;
    assert_eq!(claim.status.as_u16(), 201);
    drop(server);
    let earlier = at("2020-04-22T09:59:00+08:00");
    let (code, _, said) =
        run(&[&["serve"], &earlier.each_ref().map(String::as_str)[..]].concat()).await;
    assert!(code == Some(1) && said.contains("before the newest record"), "{said}");
    let (code, _, said) = run(&["serve", "--demo", "--database", &database.url]).await;
    assert!(code == Some(1) && said.contains("used with --now"), "{said}");
    let later = at("2020-04-22T11:00:00+08:00");
    Server::start(&later.each_ref().map(String::as_str)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_are_on_their_own_listener() {
    let database = Database::fresh(On::Sqlite);
    let free =
        std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let server =
        Server::start(&["--demo", "--database", &database.url, "--admin-listen", &free]).await;
    let (http, admin) = (Http::new(), format!("http://{free}"));
    let get = async |base: &str, path: &str| {
        http.send(base, Request::get(path).body(Body::empty()).unwrap()).await
    };
    assert_eq!(get(&admin, "/healthz").await.text(), "ok\n");
    assert_eq!(get(&admin, "/readyz").await.text(), "ready\n");
    assert!(get(&admin, "/metrics").await.text().contains("jinquan_packs_remaining"));
    assert_eq!(get(&server.base, "/metrics").await.status.as_u16(), 404);
}
