//! The console's ledger, audit record, accounts and files, as those see them who may.

use domain::staff::Role;
use http::StatusCode;
use rstest::rstest;

use crate::support::till::order;
use crate::support::{App, OPEN, On};

/// The last line of a file, cell by cell.
fn totals(file: &str) -> Vec<&str> {
    file.lines().last().unwrap().split(',').collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn files_end_with_the_sums_of_the_ledger(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let till = app.tills("dining").await.remove(0);
    for place in 0..3 {
        let holder = app.holder(place).await;
        let (code, _) = app.code(&holder, 0).await;
        let sold = app.redeemed(&till, &format!("k{place}"), &order(&code)).await;
        if place == 0 {
            assert_eq!(app.refund(&till, &sold, "r", 3_500).await.status, StatusCode::CREATED);
        }
    }
    let auditor = app.at_console(Role::Auditor).await;
    let operator = app.at_console(Role::Operator).await;
    let take = async |name: &str, cookie: &str| -> String {
        let answer = app.get(&format!("/console/exports/{name}.csv"), cookie).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}");
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
        answer.text()
    };
    let redemptions = take("redemptions", &auditor).await;
    assert_eq!(redemptions.lines().count(), 5, "{redemptions}");
    let sums = totals(&redemptions);
    assert_eq!(&sums[..2], ["total", "3"]);
    assert_eq!(&sums[8..14], ["15000", "1500", "3000", "0", "10500", "3500"]);
    let claims = take("claims", &auditor).await;
    assert_eq!(totals(&claims)[6], "15000");
    let refunds = take("refunds", &auditor).await;
    assert_eq!(totals(&refunds)[6..8], ["3500", "1000"]);
    let accounts = take("accounts", &auditor).await;
    assert_eq!(totals(&accounts), ["total", "1500000000"]);
    let transfers = take("transfers", &auditor).await;
    let moved = |reason: &str| -> i64 {
        let lines = transfers.lines().filter(|line| line.contains(&format!(",{reason},")));
        lines.map(|line| line.split(',').nth(7).unwrap().parse::<i64>().unwrap()).sum()
    };
    assert_eq!((moved("grant"), moved("redemption"), moved("refund")), (15_000, 3_000, 1_000));
    // Whose they are an auditor sees by an identifier, an operator not at all; a name nobody.
    let person = |file: &str| file.lines().nth(1).unwrap().rsplit(',').next().unwrap().len();
    assert_eq!(person(&redemptions), 26);
    assert_eq!(person(&take("redemptions", &operator).await), 0);
    assert_eq!(person(&take("claims", &operator).await), 0);
    assert!(!redemptions.contains('*') && !claims.contains('*'), "no masked name either");
    let audit = take("audit", &auditor).await;
    assert!(audit.contains(",staff:operator,export_taken,export:claims,"), "{audit}");
    assert_eq!(
        app.get("/console/exports/audit.csv", &operator).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(app.get("/console/exports/x.csv", &auditor).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_exports_offers_each_role_what_it_may_take() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.with_staff().await;
    for (role, files) in [(Role::Auditor, 6), (Role::Operator, 5), (Role::Administrator, 1)] {
        let cookie = app.at_console(role).await;
        let home = app.get("/console", &cookie).await.text();
        assert!(home.contains("href=\"/console/exports\""), "{role:?}");
        let answer = app.get("/console/exports", &cookie).await;
        assert_eq!(answer.status, StatusCode::OK, "{role:?}");
        let page = answer.text();
        assert_eq!(page.matches("href=\"/console/exports/").count(), files, "{role:?}: {page}");
        // A file of a day is asked for by a form.
        let has_due = page.contains("action=\"/console/exports/due.csv\"");
        assert_eq!(has_due, role != Role::Administrator, "{role:?}");
        let has_record = page.contains("/console/exports/audit.csv");
        assert_eq!(has_record, role != Role::Operator, "{role:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_is_looked_through(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    for place in 0..30 {
        app.holder(place).await;
    }
    let auditor = app.at_console(Role::Auditor).await;
    let count = |page: &str| page.matches("data-testid=\"transfer\"").count();
    let page = app.get("/console/ledger", &auditor).await.text();
    assert!(page.contains("issued:r1") && page.contains("¥1,500.00"), "{page}");
    assert_eq!(count(&page), 1, "the appropriation");
    let first = app.get("/console/ledger?account=issued:r1", &auditor).await.text();
    assert_eq!(count(&first), 25);
    let older = app.get("/console/ledger?chain=round:r1&before=7", &auditor).await.text();
    assert_eq!(count(&older), 6);
    let pool = app.get("/console/ledger?chain=round:r1&account=pool", &auditor).await.text();
    assert_eq!(count(&pool), 1, "the approval");
    let other = app.get("/console/ledger?chain=round:r1&day=2020-04-23", &auditor).await.text();
    assert_eq!(count(&other), 0);
    let wrong = app.get("/console/ledger?account=x", &auditor).await.text();
    assert!(wrong.contains("data-error=\"account\"") && count(&wrong) == 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_audit_record_says_when_an_entry_was_changed(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let auditor = app.at_console(Role::Auditor).await;
    let page = app.get("/console/audit?act=staff_signed_in", &auditor).await.text();
    assert_eq!(page.matches("data-testid=\"record\"").count(), 1);
    assert!(!page.contains("data-error=\"chain\""));
    let of = app.get("/console/audit?who=auditor&day=2020-04-22", &auditor).await.text();
    assert_eq!(of.matches("data-testid=\"record\"").count(), 1);
    let nobody = app.get("/console/audit?who=%21", &auditor).await.text();
    assert!(nobody.contains("data-error=\"who\""));
    let unguarded = match on {
        On::Sqlite => "drop trigger audit_record_is_not_changed",
        On::Postgres => "alter table audit_record disable trigger user",
    };
    app.side_door(&format!(
        "{unguarded}; update audit_record set detail = 'x' where act = 'staff_signed_in'"
    ))
    .await;
    let page = app.get("/console/audit?act=staff_signed_in", &auditor).await.text();
    assert!(page.contains("data-error=\"chain\""), "{page}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_adds_and_ends_accounts_and_sessions(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let administrator = app.at_console(Role::Administrator).await;
    let operator = app.at_console(Role::Operator).await;
    let add = async |form: &str| app.post_form("/console/staff", &administrator, form).await;
    let made = add("login=wang.fang&role=approver").await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let page = made.text();
    assert!(page.contains("data-testid=\"handover\"") && page.contains("otpauth://totp/"));
    let shown = app.get("/console/staff", &administrator).await.text();
    assert!(shown.contains("wang.fang") && !shown.contains("otpauth"), "shown once");
    for (form, status, kept, wrong) in [
        ("login=wang.fang&role=auditor", StatusCode::CONFLICT, "auditor", "login"),
        ("login=X&role=approver", StatusCode::UNPROCESSABLE_ENTITY, "approver", "login"),
        ("login=chen.li&role=cashier", StatusCode::UNPROCESSABLE_ENTITY, "", "role"),
    ] {
        let answer = add(form).await;
        assert_eq!(answer.status, status, "{form}");
        let page = answer.text();
        assert!(page.contains(&format!("data-error=\"{wrong}\"")), "{form}");
        // Whoever corrects the login makes no account of another role.
        let chosen = format!("<option value=\"{kept}\" selected");
        assert_eq!(page.contains(&chosen), !kept.is_empty(), "{form}");
    }
    // Sessions end, the account stays; then the account ends.
    assert_eq!(app.get("/console/ledger", &operator).await.status, StatusCode::OK);
    let post = async |path: &str| app.post_form(path, &administrator, "").await.status;
    assert_eq!(post("/console/staff/operator/sessions").await, StatusCode::SEE_OTHER);
    assert_eq!(app.get("/console/ledger", &operator).await.status, StatusCode::SEE_OTHER);
    assert_eq!(post("/console/staff/operator/sessions").await, StatusCode::CONFLICT, "none left");
    assert_eq!(post("/console/staff/wang.fang/end").await, StatusCode::SEE_OTHER);
    assert_eq!(post("/console/staff/wang.fang/end").await, StatusCode::CONFLICT);
    for own in ["end", "sessions"] {
        let path = format!("/console/staff/administrator/{own}");
        assert_eq!(post(&path).await, StatusCode::FORBIDDEN, "{own}");
    }
    let audit = app.get("/console/audit", &administrator).await.text();
    for act in ["新增帳號", "停用帳號", "結束會話"] {
        assert!(audit.contains(act), "{act}");
    }
}
