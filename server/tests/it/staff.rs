//! Those who work here sign in, are locked out for a while, and are signed out by time.

use domain::audit::{Act, Entry, Who};
use domain::staff::{LOCK_MS, LOCKING_TRY, Role, STEP_MS, step_at};
use http::StatusCode;
use http::header::{RETRY_AFTER, SET_COOKIE};
use rstest::rstest;
use server::backend::staff::MARKS_MAX;
use server::demo::staff::{cashier, secret_of};

use crate::support::counter::cookies_of;
use crate::support::process::{Server, run};
use crate::support::{App, OPEN, On};

/// Whether a page at that cookie is the sign-in.
async fn is_out(app: &App, path: &str, cookie: &str) -> bool {
    app.get(path, cookie).await.text().contains("name=\"password\"")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_cashier_comes_in_with_a_password_and_goes_out(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_shop(0).await;
    assert!(is_out(&app, "/till", "").await);
    let sample = cashier(0);
    let answer = app.try_till(&sample.login.to_uppercase(), &sample.password, "").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/till"));
    for cookie in answer.headers.get_all(SET_COOKIE) {
        let cookie = cookie.to_str().unwrap();
        let must = ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="];
        assert!(must.iter().all(|part| cookie.contains(part)), "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    let cookie = cookies_of(&answer);
    assert!(!is_out(&app, "/till", &cookie).await);
    assert!(is_out(&app, "/console", &cookie.replace("till", "console")).await, "another door");
    let out = app.post_form("/till/sign-out", &cookie, "").await;
    assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert!(is_out(&app, "/till", &cookie).await, "the old cookie opens nothing");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn staff_needs_the_one_time_password_and_it_opens_once(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    app.hall.clock.set(app.hall.clock.system().plus_millis(STEP_MS));
    let now = step_at(app.hall.clock.system());
    let password = |step: i64| secret_of(Role::Operator).password(step);
    for wrong in ["", "000000", &password(now - 2), &password(now + 2)] {
        let answer = app.try_console(Role::Operator, wrong).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{wrong}");
        assert!(answer.text().contains("data-error=\"wrong\""));
    }
    assert!(app.try_console(Role::Operator, &password(now)).await.status.is_redirection());
    let again = app.try_console(Role::Operator, &password(now)).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "used");
    let earlier = app.try_console(Role::Operator, &password(now - 1)).await;
    assert_eq!(earlier.status, StatusCode::UNAUTHORIZED, "older than one that was used");
    let answer = app.try_console(Role::Operator, &password(now + 1)).await;
    let cookie = cookies_of(&answer);
    let page = app.get("/console", &cookie).await.text();
    assert!(page.contains("/console/merchants") && page.contains("operator"), "{page}");
    let cashier_at_console =
        app.post_form("/console/sign-in", "", "login=till-01&password=x").await;
    assert_eq!(cashier_at_console.status, StatusCode::UNAUTHORIZED);
    let staff_at_till = app.try_till("operator", "demo-operator-2020", "").await;
    assert_eq!(staff_at_till.status, StatusCode::UNAUTHORIZED, "not this door");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn wrong_tries_lock_for_a_while_and_not_the_device_that_is_known(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_shop(0).await;
    let sample = cashier(0);
    let known = app.at_till(0).await;
    for _ in 0..LOCKING_TRY {
        let answer = app.try_till(&sample.login, "wrong", "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let locked = app.try_till(&sample.login, &sample.password, "").await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS, "also with the right password");
    assert_eq!(locked.headers[RETRY_AFTER], "60");
    assert!(locked.text().contains("data-error=\"locked\""));
    let here = app.try_till(&sample.login, &sample.password, &known).await;
    assert_eq!(here.status, StatusCode::SEE_OTHER, "whoever signed in here before still can");
    // Who is not there is locked alike, so that a lock tells nobody which logins there are.
    for _ in 0..LOCKING_TRY {
        app.try_till("nobody", "wrong", "").await;
    }
    let nobody = app.try_till("nobody", "wrong", "").await;
    assert_eq!(nobody.status, StatusCode::TOO_MANY_REQUESTS);
    app.hall.clock.set(app.hall.clock.system().plus_millis(LOCK_MS));
    let after = app.try_till(&sample.login, &sample.password, "").await;
    assert_eq!(after.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_several_share_is_known_for_each_of_them_and_for_no_more() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.with_shop(0).await;
    app.with_shop(1).await;
    let (morning, evening) = (cashier(0), cashier(1));
    let first = app.at_till(0).await;
    let answer = app.try_till(&evening.login, &evening.password, &first).await;
    let shared = cookies_of(&answer);
    for sample in [&morning, &evening] {
        for _ in 0..LOCKING_TRY {
            app.try_till(&sample.login, "wrong", "").await;
        }
        let elsewhere = app.try_till(&sample.login, &sample.password, "").await;
        assert_eq!(elsewhere.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let mut cookie = shared;
    for sample in [&morning, &evening, &evening, &morning] {
        let here = app.try_till(&sample.login, &sample.password, &cookie).await;
        assert_eq!(here.status, StatusCode::SEE_OTHER, "{}", sample.login);
        cookie = cookies_of(&here);
        let marks = cookie.rsplit_once('=').unwrap().1;
        assert_eq!(marks.len(), 2 * 64, "one of each, however often they sign in");
    }
    // However many marks a browser brings, a few are kept, and what is none does no harm.
    let (names, marks) = cookie.rsplit_once('=').unwrap();
    let many = format!("{names}={}{marks}xyz", "0".repeat(64));
    let here = app.try_till(&morning.login, &morning.password, &many).await;
    assert_eq!(here.status, StatusCode::SEE_OTHER);
    let crowded = format!("{names}={}{marks}", "0".repeat(64 * MARKS_MAX));
    let forgotten = app.try_till(&morning.login, &morning.password, &crowded).await;
    assert_eq!(forgotten.status, StatusCode::TOO_MANY_REQUESTS, "more are not looked at");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn many_tries_at_once_are_no_more_than_one_after_another(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = std::sync::Arc::new(App::open(on, OPEN).await);
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let app = app.clone();
            tokio::spawn(async move { app.try_till("till-01", "wrong", "").await.status })
        })
        .collect();
    let mut looked_at = 0;
    for answer in tries {
        looked_at += u32::from(answer.await.unwrap() == StatusCode::UNAUTHORIZED);
    }
    assert_eq!(looked_at, LOCKING_TRY);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_by_themselves_and_on_every_server(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    app.with_shop(0).await;
    let second = App::on(app.database.clone(), OPEN, 8_192).await;
    let began = app.hall.clock.system();
    let minutes = |minutes: i64| began.plus_millis(minutes * 60_000);
    let (till, console) = (app.at_till(0).await, app.at_console(Role::Auditor).await);
    for minute in [25, 50, 75] {
        app.hall.clock.set(minutes(minute));
        assert!(!is_out(&app, "/console", &console).await, "{minute} minutes");
    }
    app.hall.clock.set(minutes(75 + 31));
    assert!(is_out(&app, "/console", &console).await, "half an hour unused");
    assert!(!is_out(&app, "/till", &till).await);
    second.hall.clock.set(minutes(110));
    assert!(!is_out(&second, "/till", &till).await, "another server knows it");
    second.post_form("/till/sign-out", &till, "").await;
    assert!(is_out(&app, "/till", &till).await, "and its end");
    let till = app.at_till(0).await;
    for hour in 1..=13 {
        app.hall.clock.set(minutes(106 + hour * 60));
        assert!(!is_out(&app, "/till", &till).await, "{hour} hours");
    }
    app.hall.clock.set(minutes(106 + 14 * 60));
    assert!(is_out(&app, "/till", &till).await, "fourteen hours");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_ended_account_lets_nobody_in(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let sample = cashier(0);
    app.with_shop(0).await;
    let cookie = app.at_till(0).await;
    let login = sample.login.parse().unwrap();
    let entry = Entry {
        at: app.hall.clock.campaign(),
        who: Who::Command,
        act: Act::StaffEnded,
        subject: format!("staff:{login}"),
        detail: String::new(),
    };
    assert!(app.hall.store.end_staff(&login, app.hall.clock.system(), &entry).await.unwrap());
    assert!(is_out(&app, "/till", &cookie).await);
    let answer = app.try_till(&sample.login, &sample.password, "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_led_away_from_the_door() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.with_staff().await;
    let step = step_at(app.hall.clock.system());
    let form = |next: &str| {
        let one_time = secret_of(Role::Operator).password(step);
        let fields = [
            ("login", "operator"),
            ("password", "demo-operator-2020"),
            ("one_time", &one_time),
            ("next", next),
        ];
        serde_urlencoded::to_string(fields).unwrap()
    };
    let answer = app.post_form("/console/sign-in", "", &form("https://elsewhere.example")).await;
    assert_eq!(answer.location(), "/console");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_lists_its_staff_and_an_account_can_be_added() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("jinquan.db").display());
    let server = Server::start(&["--demo", "--database", &url, "--now", OPEN]).await;
    let http = crate::support::process::Http::new();
    let request = http::Request::get("/demo.json").body(axum::body::Body::empty()).unwrap();
    let list = http.send(&server.base, request).await.json();
    let roles: Vec<&str> =
        list["staff"].as_array().unwrap().iter().map(|one| one["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["operator", "approver", "auditor", "administrator"]);
    assert_eq!(list["staff"][0]["totp_secret"].as_str().unwrap().len(), 32);
    let add = |login| ["staff", "add", "--role", "auditor", "--login", login, "--database"];
    let (code, said, _) = run(&[&add("zhao.xuemei")[..], &[&url]].concat()).await;
    assert_eq!(code, Some(0));
    assert!(
        said.contains("password: ") && said.contains("otpauth://totp/Jinquan:zhao.xuemei?secret=")
    );
    let (code, _, complaint) = run(&[&add("zhao.xuemei")[..], &[&url]].concat()).await;
    assert_eq!((code, complaint.contains("already")), (Some(1), true));
    let end = ["staff", "end", "--login", "zhao.xuemei", "--database", &url];
    assert_eq!(run(&end).await.0, Some(0));
    let cashier = ["staff", "add", "--role", "cashier", "--login", "wang", "--database", &url];
    assert_eq!(run(&cashier).await.0, Some(1), "a cashier needs a till");
}
