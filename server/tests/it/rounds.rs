//! Plans at the console: written, returned, approved, and never by one person alone.

use domain::merchant::Who;
use domain::staff::Role;
use http::StatusCode;
use rstest::rstest;

use crate::support::rounds::plan_form;
use crate::support::{Answer, App, OPEN, On};

const OPENS: &str = "2020-05-01T09:00";
const CLOSES: &str = "2020-05-08T00:00";

fn form(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).unwrap()
}

async fn act(app: &App, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    app.post_form(&format!("/console/rounds/{path}"), cookie, &form(fields)).await
}

/// A plan of that many packs, drafted and submitted: its version is 2.
async fn submitted(app: &App, operator: &str, stock: &str) {
    let drafted = act(app, operator, "new", &plan_form(OPENS, CLOSES, stock)).await;
    assert_eq!(drafted.status, StatusCode::SEE_OTHER, "{}", drafted.text());
    assert_eq!(drafted.location(), "/console/rounds/r2");
    let sent = act(app, operator, "r2/submit", &[("seen", "1")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r15_an_approved_plan_is_a_round_with_money_of_the_pool(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let (operator, approver) =
        (app.at_console(Role::Operator).await, app.at_console(Role::Approver).await);
    submitted(&app, &operator, "1,000").await;
    let todo = app.get("/console/rounds", &approver).await.text();
    assert!(todo.contains("第二輪：方案待覆核"), "{todo}");
    let page = app.get("/console/rounds/r2", &approver).await.text();
    assert!(page.contains("data-testid=\"stays\">11,950,000 元"), "{page}");
    let returned = act(&app, &approver, "r2/return", &[("seen", "2"), ("why", "請減量")]).await;
    assert_eq!(returned.status, StatusCode::SEE_OTHER);
    let todo = app.get("/console/rounds", &operator).await.text();
    assert!(todo.contains("第二輪：方案已退回"), "{todo}");
    let mut fewer = plan_form(OPENS, CLOSES, "800");
    fewer.extend([("seen", "3"), ("why", "減到八百")]);
    let edited = act(&app, &operator, "r2/edit", &fewer).await;
    assert_eq!(edited.status, StatusCode::SEE_OTHER, "{}", edited.text());
    act(&app, &operator, "r2/submit", &[("seen", "4")]).await;
    let approved = act(&app, &approver, "r2/approve", &[("seen", "5"), ("why", "可以")]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.text());
    // This server's board shows it already.
    let public = app.get("/api/v1/rounds/r2", "").await.json();
    assert_eq!((public["stock"].as_i64(), public["phase"].as_str()), (Some(800), Some("upcoming")));
    assert_eq!(public["opens_at"], "2020-05-01T09:00:00+08:00");
    let accounts = app.hall.store.accounts().await.unwrap();
    let of = |name: &str| accounts.iter().find(|(known, _)| known == name).map(|(_, fen)| *fen);
    assert_eq!((of("pool"), of("stock:r2")), (Some(1_196_000_000), Some(4_000_000)));
    let report = server::ledger::verify(&app.hall.store, app.hall.clock.campaign(), |_| ()).await;
    assert_eq!(report.unwrap().problems, [""; 0]);
    let page = app.get("/console/rounds/r2", &operator).await.text();
    for said in ["第 6 版 · approver · 可以", "減到八百", "卡包：五券卡包：1,000 套"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    app.set_campaign("2020-05-01T10:00:00+08:00");
    let rules = app.get("/rules", "").await.text();
    assert!(rules.contains("餐飲：堂食和外賣都可以用。"), "{rules}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r21_nobody_approves_an_own_act(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let (operator, approver) =
        (app.at_console(Role::Operator).await, app.at_console(Role::Approver).await);
    submitted(&app, &operator, "10").await;
    let page = app.get("/console/rounds/r2", &operator).await.text();
    assert!(!page.contains("/r2/approve") && page.contains("等覆核人員"), "the page offers it not");
    let own = act(&app, &operator, "r2/approve", &[("seen", "2"), ("why", "x")]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "by the role");
    // An approver who had a hand in the plan, as only another role could have given it.
    let plan = app.hall.store.versions(&"r2".parse().unwrap()).await.unwrap().remove(0).plan;
    let id = "r2".parse().unwrap();
    let login = "approver".parse().unwrap();
    let edited = server::backend::plan::edit(&app.hall, &login, &id, 2, (plan, "改".to_owned()));
    edited.await.unwrap().unwrap();
    act(&app, &operator, "r2/submit", &[("seen", "3")]).await;
    let page = app.get("/console/rounds/r2", &approver).await.text();
    assert!(!page.contains("/r2/approve") && page.contains("請另一位覆核人員"), "{page}");
    let todo = app.get("/console/rounds", &approver).await.text();
    assert!(todo.contains("沒有等您處理的事"), "{todo}");
    for path in ["r2/approve", "r2/return"] {
        let own = act(&app, &approver, path, &[("seen", "4"), ("why", "x")]).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "{path}: by the plan");
    }
    let versions = app.hall.store.versions(&id).await.unwrap();
    assert_eq!(versions[0].number, 4, "nothing was changed");
    assert_eq!(versions[1].mark.who, Who::Staff("approver".to_owned()));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_approved_changes_nothing(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let (operator, approver) =
        (app.at_console(Role::Operator).await, app.at_console(Role::Approver).await);
    submitted(&app, &operator, "10").await;
    let before = app.hall.store.accounts().await.unwrap();
    for (opens, closes, stock, said) in [
        ("2020-04-28T23:59", CLOSES, "10", "和「第一輪」重疊"),
        (OPENS, CLOSES, "240,001", "資金池只有 12,000,000 元"),
        ("2020-04-20T09:00", "2020-04-21T00:00", "10", "開始時間已經過了"),
    ] {
        let seen = app.hall.store.versions(&"r2".parse().unwrap()).await.unwrap()[0].number;
        let (now, next, last) = (seen.to_string(), (seen + 1).to_string(), (seen + 2).to_string());
        let mut fields = plan_form(opens, closes, stock);
        fields.extend([("seen", now.as_str()), ("why", "改")]);
        let edited = act(&app, &operator, "r2/edit", &fields).await;
        assert_eq!(edited.status, StatusCode::SEE_OTHER, "{}", edited.text());
        act(&app, &operator, "r2/submit", &[("seen", &next)]).await;
        let no = act(&app, &approver, "r2/approve", &[("seen", &last), ("why", "可以了")]).await;
        assert_eq!(no.status, StatusCode::CONFLICT);
        let page = no.text();
        assert!(page.contains(said) && page.contains("可以了</textarea>"), "{said}: {page}");
    }
    assert_eq!(app.hall.store.rounds().await.unwrap().len(), 1);
    assert_eq!(app.hall.store.accounts().await.unwrap(), before);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_second_is_shown_what_changed_and_loses_nothing(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let operator = app.at_console(Role::Operator).await;
    act(&app, &operator, "new", &plan_form(OPENS, CLOSES, "10")).await;
    let mut first = plan_form("2020-05-02T09:00", CLOSES, "10");
    first.extend([("seen", "1"), ("why", "晚一天")]);
    assert_eq!(act(&app, &operator, "r2/edit", &first).await.status, StatusCode::SEE_OTHER);
    let mut second = plan_form(OPENS, CLOSES, "777");
    second.extend([("seen", "1"), ("why", "加量")]);
    let late = act(&app, &operator, "r2/edit", &second).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let page = late.text();
    for said in ["別人剛剛改了這份方案", "晚一天", "→ 2020 年 5 月 2 日 09:00"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    for typed in ["value=\"777\"", "value=\"加量\"", "name=\"seen\" value=\"2\""] {
        assert!(page.contains(typed), "{typed}");
    }
    // Having seen it, they may save their own.
    second.retain(|(name, _)| *name != "seen");
    second.push(("seen", "2"));
    assert_eq!(act(&app, &operator, "r2/edit", &second).await.status, StatusCode::SEE_OTHER);
    let seen = app.hall.store.versions(&"r2".parse().unwrap()).await.unwrap();
    assert_eq!((seen[0].number, seen[0].plan.packs[0].stock), (3, 777));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_place_is_marked_and_rows_are_added_without_a_script(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let operator = app.at_console(Role::Operator).await;
    let mut wrong = plan_form(CLOSES, OPENS, "0");
    wrong.retain(|(name, _)| !matches!(*name, "name_hant" | "pack0_0_minimum"));
    wrong.extend([("pack0_0_minimum", "5"), ("budget", "x")]);
    let page = act(&app, &operator, "new", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = page.text();
    for place in ["name_hant", "closes", "pack0_stock", "pack0_0_minimum"] {
        assert!(html.contains(&format!("data-error=\"{place}\"")), "{place}: {html}");
    }
    let mut more = plan_form(OPENS, CLOSES, "10");
    more[0] = ("step", "add_voucher:0");
    let html = act(&app, &operator, "new", &more).await.text();
    assert!(html.contains("name=\"pack0_1_kind\"") && html.contains("value=\"五券卡包\""));
    more[0] = ("step", "add_pack");
    let html = act(&app, &operator, "new", &more).await.text();
    assert!(html.contains("name=\"pack1_stock\""));
    assert!(app.hall.store.versions(&"r2".parse().unwrap()).await.unwrap().is_empty());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_told_so_at_every_form(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let operator = app.at_console(Role::Operator).await;
    act(&app, &operator, "new", &plan_form(OPENS, CLOSES, "10")).await;
    let plans = ["new", "r2/edit", "r2/submit", "r2/abandon", "r1/pause", "r1/proposals"];
    let proposal = "r1/proposals/01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let decides = ["r2/approve", "r2/return"].map(str::to_owned).into_iter();
    let decides: Vec<String> =
        decides.chain(["confirm", "decline"].map(|act| format!("{proposal}/{act}"))).collect();
    let cookie = |role: Role| {
        let app = &app;
        async move { app.at_console(role).await }
    };
    for role in [Role::Approver, Role::Auditor, Role::Administrator] {
        let cookie = cookie(role).await;
        for path in plans.iter().copied().chain([&*format!("{proposal}/withdraw")]) {
            let answer = act(&app, &cookie, path, &[("seen", "1"), ("why", "x")]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?} {path}");
        }
        if role != Role::Approver {
            for path in &decides {
                let answer = act(&app, &cookie, path, &[("seen", "1"), ("why", "x")]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{role:?} {path}");
            }
        }
        let seen = app.get("/console/rounds/r2", &cookie).await.status;
        let wanted = if role == Role::Administrator { 403 } else { 200 };
        assert_eq!(seen.as_u16(), wanted, "{role:?}");
    }
    for path in &decides {
        let answer = act(&app, &operator, path, &[("seen", "1"), ("why", "x")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let nobody = act(&app, "", "r2/submit", &[("seen", "1")]).await;
    assert_eq!((nobody.status, nobody.location()), (StatusCode::SEE_OTHER, "/console"));
    assert_eq!(act(&app, &operator, "r9/submit", &[("seen", "1")]).await.status, 404);
}
