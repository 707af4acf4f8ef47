//! Passwords that somebody else hands over: renewed first and in time; what is lost is reset.

use axum::body::Body;
use domain::staff::{RENEW_MS, Role, step_at};
use http::header::{CONTENT_TYPE, COOKIE};
use http::{Request, StatusCode};
use rstest::rstest;
use server::demo::staff::secret_of;
use server::totp::{SECRET_BYTES, Secret};

use super::{CONSOLE, SAMPLE, TILL, after, form, renewed};
use crate::support::counter::cookies_of;
use crate::support::process::{Http, Server, run};
use crate::support::{App, OPEN, On};

/// The secret of a handover's address.
fn secret_on(page: &str) -> Secret {
    let text = after(page, "?secret=").split('&').next().unwrap().to_owned();
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: Vec<u8> = text
        .chars()
        .map(|letter| u8::try_from(letters.find(letter).unwrap()).unwrap())
        .flat_map(|five| (0..5).rev().map(move |place| (five >> place) & 1))
        .collect();
    let byte = |bits: &[u8]| bits.iter().fold(0_u8, |byte, bit| (byte << 1) | bit);
    let bytes: Vec<u8> = bits.chunks_exact(8).map(byte).collect();
    Secret(<[u8; SECRET_BYTES]>::try_from(bytes).unwrap())
}

/// The password of a handover.
fn password_on(page: &str) -> String {
    let handover = page.split_once("data-testid=\"handover\"").unwrap().1;
    after(handover, "<code>").to_owned()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_handed_over_is_renewed_first_and_within_a_week(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let administrator = app.at_console(Role::Administrator).await;
    let add = async |login: &str| {
        let form = form(&[("login", login), ("role", "auditor")]);
        let page = app.post_form("/console/staff", &administrator, &form).await.text();
        (password_on(&page), secret_on(&page))
    };
    let (first, secret) = add("wang.fang").await;
    let (forgotten, other_secret) = add("chen.li").await;
    let came = app.try_console_as("wang.fang", &first, &secret).await;
    assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text());
    let cookie = cookies_of(&came);
    for path in ["/console", "/console/audit", "/console/ledger", "/console/exports/audit.csv"] {
        let answer = app.get(path, &cookie).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, CONSOLE), "{path}");
    }
    let page = app.get(CONSOLE, &cookie).await.text();
    assert!(
        page.contains("data-testid=\"must-renew\"") && !page.contains("href=\"/console/audit\"")
    );
    let (password, key) = app.offered(CONSOLE, &cookie, &first).await;
    let done = app.confirm(CONSOLE, &cookie, (&password, &key), &password).await;
    let cookie = renewed(&cookie, &done);
    assert!(app.is_in("/console/audit", &cookie).await, "everything is open now");
    // A week later the renewed one still opens, and the other one no more.
    app.hall.clock.set(app.hall.clock.system().plus_millis(RENEW_MS));
    let late = app.try_console_as("chen.li", &forgotten, &other_secret).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    assert!(late.text().contains("data-error=\"overdue\""));
    let wrong = app.try_console_as("chen.li", "wrong", &other_secret).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "who does not know it is not told");
    let came = app.try_console_as("wang.fang", &password, &secret).await;
    assert_eq!(came.location(), "/console");
    assert!(app.is_in("/console/audit", &cookies_of(&came)).await);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_resets_what_somebody_has_lost(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    app.with_shop(0).await;
    let administrator = app.at_console(Role::Administrator).await;
    let operator = app.at_console(Role::Operator).await;
    let reset = async |login: &str| {
        app.post_form(&format!("/console/staff/{login}/reset"), &administrator, "").await
    };
    assert_eq!(reset("administrator").await.status, StatusCode::FORBIDDEN, "never their own");
    for nobody in ["nobody", "till-01"] {
        assert_eq!(reset(nobody).await.status, StatusCode::CONFLICT, "{nobody}");
    }
    assert!(app.is_in("/console/ledger", &operator).await);
    let answer = reset("operator").await;
    let page = answer.text();
    assert_eq!(answer.status, StatusCode::OK, "{page}");
    let (password, secret) = (password_on(&page), secret_on(&page));
    assert!(!app.is_in("/console/ledger", &operator).await, "every session is over");
    assert!(!app.get("/console/staff", &administrator).await.text().contains("otpauth"), "once");
    app.next_step();
    let lost = secret_of(Role::Operator);
    for (password, secret) in [(SAMPLE, &lost), (SAMPLE, &secret), (password.as_str(), &lost)] {
        let answer = app.try_console_as("operator", password, secret).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let came = app.try_console_as("operator", &password, &secret).await;
    assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text());
    let cookie = cookies_of(&came);
    assert_eq!(
        app.get("/console/ledger", &cookie).await.location(),
        CONSOLE,
        "to be renewed first"
    );
    let record = app.get("/console/audit?act=staff_reset", &administrator).await.text();
    assert_eq!(record.matches("data-testid=\"record\"").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_command_hands_over_is_renewed_first_and_what_is_lost_is_reset() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("jinquan.db").display());
    let server = Server::start(&["--demo", "--database", &url, "--now", OPEN]).await;
    let http = Http::new();
    let request = Request::get("/demo.json").body(Body::empty()).unwrap();
    let shop = http.send(&server.base, request).await.json()["merchants"][0]["cashier"].clone();
    let login = shop["login"].as_str().unwrap();
    let staff = async |words: &[&str]| {
        let (code, said, _) = run(&[&["staff"], words, &["--database", &url]].concat()).await;
        (code, said)
    };
    let word = |said: &str, name: &str| after(said, name).lines().next().unwrap().to_owned();
    let enter = async |door: &str, fields: &[(&str, &str)]| {
        let request = Request::post(format!("/{door}/sign-in"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form(fields)))
            .unwrap();
        http.send(&server.base, request).await
    };
    let get = async |path: &str, cookie: &str| {
        let request = Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap();
        http.send(&server.base, request).await
    };
    // A cashier who has lost the password: there is no secret, and the sessions end.
    let password = shop["password"].as_str().unwrap();
    let before = cookies_of(&enter("till", &[("login", login), ("password", password)]).await);
    assert_eq!(get("/till/today", &before).await.status, StatusCode::OK);
    let (code, said) = staff(&["reset", "--login", login, "--handed-over"]).await;
    assert!(code == Some(0) && !said.contains("authenticator"), "{said}");
    assert_eq!(get("/till/today", &before).await.location(), "/till");
    let old = enter("till", &[("login", login), ("password", password)]).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let password = word(&said, "password: ");
    let came = enter("till", &[("login", login), ("password", &password)]).await;
    let cookie = cookies_of(&came);
    for path in ["/till", "/till/today"] {
        assert_eq!(get(path, &cookie).await.location(), TILL, "{path}");
    }
    assert!(get(TILL, &cookie).await.text().contains("data-testid=\"must-renew\""));
    // An account that a command makes is forced where it says so.
    for (name, words, to) in
        [("zhao.xuemei", &["--handed-over"][..], CONSOLE), ("sun.yang", &[], "/console")]
    {
        let words = [&["add", "--role", "auditor", "--login", name], words].concat();
        let (_, said) = staff(&words).await;
        let one_time =
            secret_on(&said).password(step_at(server::clock::Clock::machine(0).system()));
        let password = word(&said, "password: ");
        let fields = [("login", name), ("password", &*password), ("one_time", &one_time)];
        let came = enter("console", &fields).await;
        let home = get("/console", &cookies_of(&came)).await;
        let there = if home.status == StatusCode::OK { "/console" } else { home.location() };
        assert_eq!(there, to, "{name}");
    }
    assert_eq!(staff(&["reset", "--login", "nobody"]).await.0, Some(1));
}
