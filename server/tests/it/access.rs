//! Who may take which way: every route of the router, each with everybody who may come along, over HTTP. A route that
//! has no row in `access/table.rs` fails here; the table is written out as `docs/security/authorisation.md`.

mod field;
mod object;
mod policy;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use axum::body::Body;
use domain::export::Export;
use domain::staff::Role;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use rstest::rstest;

use crate::support::{Answer, App, OPEN, On, number, sign_in_form};
use table::{Actor, Row, TABLE};

/// The methods that a route may have.
const METHODS: [Method; 5] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// What somebody sends along: a cookie, or a key.
struct Badge {
    cookie: String,
    key: Option<String>,
}

/// A city with one of everybody.
async fn city() -> (App, BTreeMap<Actor, Badge>) {
    inhabited(App::open(On::Sqlite, OPEN).await).await
}

async fn inhabited(app: App) -> (App, BTreeMap<Actor, Badge>) {
    app.with_staff().await;
    let (merchant, till) = app.with_shop(0).await;
    let citizen = app.sign_in(&number(1), "main").await;
    let manager = object::manager(&app, 2, merchant).await;
    let mut badges = BTreeMap::new();
    let by_cookie = |cookie: String| Badge { cookie, key: None };
    let by_key = |key: String| Badge { cookie: String::new(), key: Some(key) };
    badges.insert(Actor::Anonymous, by_cookie(String::new()));
    badges.insert(Actor::Citizen, by_cookie(citizen));
    badges.insert(Actor::TillKey, by_key(object::key(&app, &manager, &till.to_string()).await));
    badges.insert(Actor::ManagerKey, by_key(object::key(&app, &manager, "").await));
    badges.insert(Actor::Manager, by_cookie(manager));
    badges.insert(Actor::Cashier, by_cookie(app.at_till(0).await));
    for (actor, role) in [
        (Actor::Operator, Role::Operator),
        (Actor::Approver, Role::Approver),
        (Actor::Auditor, Role::Auditor),
        (Actor::Administrator, Role::Administrator),
    ] {
        badges.insert(actor, by_cookie(app.at_console(role).await));
    }
    (app, badges)
}

async fn ask(app: &App, method: &Method, path: &str, badge: &Badge) -> Answer {
    let is_api = path.starts_with("/api/");
    let media = if is_api { "application/json" } else { "application/x-www-form-urlencoded" };
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(COOKIE, &badge.cookie)
        .header(CONTENT_TYPE, media);
    if let Some(key) = &badge.key {
        request = request.header(AUTHORIZATION, format!("Bearer {key}"));
    }
    let body = if is_api && *method == Method::POST { "{}" } else { "" };
    // A stream never ends: its head says enough.
    let (head, body) = app.raw(request.body(Body::from(body)).unwrap()).await.into_parts();
    if path.starts_with("/console/exports/") {
        // Few are under way at once, so each is taken to its end.
        axum::body::to_bytes(body, usize::MAX).await.unwrap();
    }
    Answer { status: head.status, headers: head.headers, body: Vec::new() }
}

/// Whether an answer sends somebody away because of who they are.
fn is_denied(answer: &Answer) -> bool {
    let leads_to_a_door = || {
        let to = answer.headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
        to.starts_with("/sign-in")
            || to.starts_with("/console?")
            || to == "/console"
            || to == "/till"
    };
    match answer.status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => true,
        StatusCode::SEE_OTHER => leads_to_a_door(),
        _ => false,
    }
}

/// The address of a row: names in braces stand for something that is not there, unless the row says what.
fn address(row: &Row) -> String {
    let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let filled = row.path.split('/').map(|part| match part {
        "{voucher}" => format!("{id}-1"),
        "{file}" if !row.file.is_empty() => row.file.to_owned(),
        "{file}" | "{date}.csv" => "2020-04-22.csv".to_owned(),
        "{function}" | "{name}" | "{*rest}" => "nothing".to_owned(),
        "{login}" => "nobody.at.all".to_owned(),
        "{round}" => "r1".to_owned(),
        "{id}" if row.path.contains("/rounds/") => "r1".to_owned(),
        "{id}" if row.path.contains("/vouchers/") => format!("{id}-1"),
        part if part.starts_with('{') => id.to_owned(),
        part => part.to_owned(),
    });
    filled.collect::<Vec<_>>().join("/")
}

/// The paths that the router has, as it says itself.
fn paths() -> BTreeSet<String> {
    let said = format!("{:?}", server::router::rooms(false));
    let entries = said.split("RouteId(").filter_map(|entry| entry.split_once("): \"/"));
    let paths = entries.filter_map(|(number, rest)| {
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let (path, _) = rest.split_once('"')?;
        (is_number && !path.contains("__private")).then(|| format!("/{path}"))
    });
    paths.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_has_a_row_and_every_row_a_route() {
    let known: BTreeSet<&str> = TABLE.iter().map(|row| row.path).collect();
    let there = paths();
    assert!(there.len() > 50, "the router does not say its routes any more: {there:?}");
    for path in &there {
        assert!(
            known.contains(path.as_str()),
            "{path} has no row in server/tests/it/access/table.rs: add one for each of its methods, which says who may"
        );
    }
    for path in &known {
        assert!(there.contains(*path), "{path} has a row, and is no route");
    }
    for export in Export::ALL {
        let file = format!("{}.csv", export.code());
        assert!(TABLE.iter().any(|row| row.file == file), "{file} has no row in access/table.rs");
    }
    let (app, badges) = city().await;
    for path in known {
        let rows: Vec<&Row> = TABLE.iter().filter(|row| row.path == path).collect();
        if rows.iter().any(|row| row.method == "any") {
            continue;
        }
        for method in METHODS {
            let answer = ask(&app, &method, &address(rows[0]), &badges[&Actor::Anonymous]).await;
            let has_row = rows.iter().any(|row| row.method == method.as_str());
            let is_there = answer.status != StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(is_there, has_row, "{method} {path}: has it a row in access/table.rs?");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_what_the_table_says_and_nothing_else() {
    let (app, badges) = city().await;
    // Signing out ends what the other rows need.
    let (last, first): (Vec<&Row>, Vec<&Row>) =
        TABLE.iter().partition(|row| row.path.ends_with("sign-out"));
    let mut wrong = String::new();
    for row in first.into_iter().chain(last) {
        let method = if row.method == "any" { "GET" } else { row.method };
        let method: Method = method.parse().unwrap();
        let mut doors = BTreeSet::new();
        for (actor, badge) in &badges {
            let answer = ask(&app, &method, &address(row), badge).await;
            let may = row.may.contains(actor);
            if !row.is_door && is_denied(&answer) == may {
                let _ =
                    writeln!(wrong, "{method} {} by {actor:?}: {}", address(row), answer.status);
            }
            doors.insert(answer.status.as_u16());
            assert!(!answer.status.is_server_error(), "{method} {}: {}", row.path, answer.status);
        }
        assert!(!row.is_door || doors.len() == 1, "{method} {}: {doors:?}", row.path);
    }
    assert!(wrong.is_empty(), "differs from access/table.rs:\n{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_guards() {
    let (app, badges) = city().await;
    let elsewhere =
        ["/nothing", "/assets/nothing.js", "/favicon.svg", "/robots.txt", "/api/v1/nothing"];
    let paths = TABLE.iter().map(address).chain(elsewhere.map(str::to_owned));
    for path in paths {
        for (method, actor) in [
            (Method::GET, Actor::Anonymous),
            (Method::GET, Actor::Citizen),
            (Method::POST, Actor::Anonymous),
            (Method::DELETE, Actor::Anonymous),
        ] {
            let answer = ask(&app, &method, &path, &badges[&actor]).await;
            let said = |name: &str| {
                let value = answer
                    .headers
                    .get(name)
                    .unwrap_or_else(|| panic!("{method} {path}: no {name}"));
                value.to_str().unwrap()
            };
            let policy = said("content-security-policy");
            for part in
                ["default-src 'none'", "base-uri 'none'", "form-action '", "frame-ancestors 'none'"]
            {
                assert!(policy.contains(part), "{method} {path}: {policy}");
            }
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("unsafe-eval "),
                "{policy}"
            );
            assert_eq!(said("x-content-type-options"), "nosniff");
            assert_eq!(said("x-frame-options"), "DENY");
            assert_eq!(said("referrer-policy"), "same-origin");
            assert_eq!(said("cross-origin-opener-policy"), "same-origin");
            assert!(said("permissions-policy").contains("microphone=()"));
            let for_everybody = path.starts_with("/assets/")
                || server::asset::AT_ROOT.iter().any(|name| path[1..] == **name);
            let kept = said("cache-control");
            assert!(
                kept == "no-store" || for_everybody && kept.starts_with("public, "),
                "{method} {path}: {kept}"
            );
        }
    }
}

/// The framework's own answer to bytes that are no text is a line of English as plain text (`server/src/named.rs`).
#[tokio::test(flavor = "multi_thread")]
async fn every_way_says_itself_that_what_is_no_text_names_nothing() {
    let (app, badges) = city().await;
    // Alipay wants one plain word, whatever it asks for.
    let open = |row: &&Row| row.path.contains('{') && !row.path.starts_with("/notify/");
    for row in TABLE.iter().filter(open) {
        let parts = row.path.split('/').map(|part| if part.contains('{') { "%FF" } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        let method = if row.method == "any" { "GET" } else { row.method };
        for (actor, badge) in &badges {
            let answer = ask(&app, &method.parse().unwrap(), &path, badge).await;
            let kind = answer.headers.get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap());
            let is_plain = kind.is_some_and(|kind| kind.starts_with("text/plain"));
            assert!(!is_plain, "{method} {path} by {actor:?}: {}", answer.status);
        }
    }
}

/// What is wrong with a cookie of an answer behind TLS.
fn fault_of(cookie: &str) -> Option<&'static str> {
    let parts: Vec<&str> = cookie.split("; ").collect();
    let has = |part: &str| parts.contains(&part);
    // What takes a frame's cookie away has to say of it what was said when it was set; nobody has anything of it.
    let is_taken_away = parts[0].ends_with('=') && has("Max-Age=0");
    if !parts[0].starts_with("__Host-") {
        Some("no prefix")
    } else if !has("Secure") || !has("Path=/") || parts.iter().any(|it| it.starts_with("Domain=")) {
        Some("not bound to TLS and this host")
    } else if !has("HttpOnly") || !(has("SameSite=Lax") || has("SameSite=Strict") || is_taken_away)
    {
        Some("scripts or other sites may have it")
    } else {
        None
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn behind_tls_every_cookie_is_secure_and_bound_to_this_host(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let (app, badges) = inhabited(App::behind_tls(on, OPEN, 8_192).await).await;
    let mut seen = BTreeSet::new();
    let mut look = |said: &str, headers: &HeaderMap| {
        let strict = headers["strict-transport-security"].to_str().unwrap();
        assert_eq!(strict, "max-age=31536000; includeSubDomains", "{said}");
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            assert_eq!(fault_of(cookie), None, "{said}: {cookie}");
            seen.extend(cookie.split('=').next().map(ToOwned::to_owned));
        }
    };
    let sign_in = sign_in_form(&number(3), "main");
    look("in", &app.post_form("/sign-in/demo", "", &sign_in).await.headers);
    let html = |path: &str, cookie: &str, form: &str| {
        Request::post(path)
            .header(COOKIE, cookie)
            .header("accept", "text/html")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap()
    };
    let pack = &app.hall.board.posted().rounds[0].packs[0].id.to_string();
    let claim = format!("round=r1&pack={pack}&key=not-ours");
    let citizen = app.sign_in(&number(4), "main").await;
    for (path, form) in [
        ("/act/choose_language", "language=En&next=/"),
        ("/act/choose_view", "view=Elder&next=/"),
        ("/act/claim_pack", &*claim),
        ("/act/sign_out", "next=/"),
    ] {
        look(path, &app.send(html(path, &citizen, form)).await.headers);
    }
    look("said", &app.get("/", "__Host-jq_answer=busy").await.headers);
    let (last, first): (Vec<&Row>, Vec<&Row>) =
        TABLE.iter().partition(|row| row.path.ends_with("sign-out"));
    for row in first.into_iter().chain(last) {
        let method = if row.method == "any" { "GET" } else { row.method };
        let path = format!("{}?lang=en&view=elder", address(row));
        for badge in badges.values() {
            look(&path, &ask(&app, &method.parse().unwrap(), &path, badge).await.headers);
        }
    }
    for name in ["jinquan", "jq_language", "jq_view", "jq_answer", "jq_device", "jinquan_till"] {
        assert!(seen.contains(&format!("__Host-{name}")), "{name} was not seen: {seen:?}");
    }
}

#[test]
fn the_table_is_written_out() {
    let mut text = String::from(table::INTRODUCTION);
    let names: Vec<&str> = Actor::ALL.iter().map(|actor| actor.name()).collect();
    let _ = writeln!(text, "| route | {} |", names.join(" | "));
    let _ = writeln!(text, "| --- |{}", " :-: |".repeat(names.len()));
    for row in TABLE {
        let may = |actor: &Actor| if row.may.contains(actor) { "yes" } else { "·" };
        let cells: Vec<&str> = Actor::ALL.iter().map(may).collect();
        let path =
            if row.file.is_empty() { row.path } else { &row.path.replace("{file}", row.file) };
        let _ = writeln!(text, "| `{} {path}` | {} |", row.method, cells.join(" | "));
    }
    let written = include_str!("../../../docs/security/authorisation.md");
    if text != written {
        let fresh = format!("{}/authorisation.md", env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(&fresh, &text).unwrap();
        panic!("docs/security/authorisation.md is not what the table says: copy {fresh} over it");
    }
}
