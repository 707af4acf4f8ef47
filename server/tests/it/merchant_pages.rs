//! The merchants' pages over HTTP: what the manager and the city's people do by forms alone.

use axum::body::Body;
use domain::risk::Act;
use domain::staff::Role;
use http::header::{CONTENT_TYPE, COOKIE};
use http::{Request, StatusCode};
use rstest::rstest;
use server::backend::dishonest::FILE_BYTES_MAX;
use server::backend::settlement::{CannotRecord, record_payment};

use crate::support::risk::Says;
use crate::support::till::order;
use crate::support::{Answer, App, OPEN, On, number};

const APPLICATION: [(&str, &str); 11] = [
    ("name", "白馬寺山莊"),
    ("credit_code", "91440300708461136t"),
    ("category", "dining"),
    ("district", "140502"),
    ("address", "城區白水東街9號"),
    ("position", "35.51,112.86"),
    ("contact_name", "張試"),
    ("contact_phone", "0356-2100018"),
    ("documents", "營業執照\r\n食品經營許可證"),
    ("sells_goods", "on"),
    ("in_city", "on"),
];

fn form(pairs: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(pairs).unwrap()
}

/// The values of an attribute.
fn values(html: &str, attribute: &str) -> Vec<String> {
    let start = format!("{attribute}=\"");
    html.split(&start)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// The addresses of forms on a page that end in `act`.
fn acts(page: &Answer, act: &str) -> Vec<String> {
    values(&page.text(), "action").into_iter().filter(|path| path.ends_with(act)).collect()
}

async fn rule(
    app: &App,
    cookie: &str,
    path: &str,
    decision: &str,
    version: &str,
    why: &str,
) -> Answer {
    let pairs = [("decision", decision), ("version", version), ("why", why)];
    app.post_form(path, cookie, &form(&pairs)).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r17_from_the_form_to_a_key_by_forms_alone(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    for answer in [app.get("/merchant", "").await, app.post_form("/merchant", "", "").await] {
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert!(answer.location().starts_with("/sign-in"), "{}", answer.location());
    }
    let manager = app.sign_in(&number(1), "main").await;
    let empty = app.post_form("/merchant", &manager, "name=x").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = values(&empty.text(), "data-error");
    assert_eq!(wrong.len(), 9, "{wrong:?}");
    assert!(empty.text().contains("value=\"x\""), "what was written stays");
    let sent = app.post_form("/merchant", &manager, &form(&APPLICATION)).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/merchant"));
    assert!(app.get("/merchant", &manager).await.text().contains("data-state=\"applied\""));
    let other = app.sign_in(&number(2), "main").await;
    let taken = app.post_form("/merchant", &other, &form(&APPLICATION)).await;
    assert_eq!(values(&taken.text(), "data-error"), ["credit_code"]);

    let operator = app.at_console(Role::Operator).await;
    let list = app.get("/console/merchants", &operator).await.text();
    let path = values(&list, "href").into_iter().find(|it| it.starts_with("/console/merchants/0"));
    let path = path.expect("the applicant");
    assert!(app.get(&path, &operator).await.text().contains("0356-2100018"));
    let auditor = app.at_console(Role::Auditor).await;
    assert!(!app.get(&path, &auditor).await.text().contains("name=\"decision\""));
    for cookie in [auditor.as_str(), "", manager.as_str()] {
        let answer = rule(&app, cookie, &path, "approve", "1", "資料齊全").await;
        assert!(matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::SEE_OTHER));
        let state = app.get(&path, &operator).await.text();
        assert!(state.contains("value=\"approve\""), "nothing was decided");
    }
    for (version, why) in [("2", "資料齊全"), ("1", " ")] {
        let answer = rule(&app, &operator, &path, "approve", version, why).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
    }
    let approved = rule(&app, &operator, &path, "approve", "1", "資料齊全").await;
    assert_eq!((approved.status, approved.location()), (StatusCode::SEE_OTHER, path.as_str()));
    keys(&app, &manager).await;
}

/// Tills and keys, by the forms of the manager's page.
async fn keys(app: &App, manager: &str) {
    let page = app.get("/merchant", manager).await;
    assert!(page.text().contains("data-state=\"approved\"") && page.text().contains("資料齊全"));
    assert_eq!(
        app.post_form("/merchant/tills", manager, "name=").await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let till = form(&[("name", "一號收銀台")]);
    assert_eq!(app.post_form("/merchant/tills", manager, &till).await.location(), "/merchant");
    let page = app.get("/merchant", manager).await;
    let close = acts(&page, "/close").remove(0);
    let till = close.split('/').nth(3).unwrap();
    let key = form(&[("key_name", "POS"), ("till", till)]);
    let made = app.post_form("/merchant/keys", manager, &key).await;
    assert_eq!(made.status, StatusCode::OK);
    let first = fresh(&made);
    assert!(!app.get("/merchant", manager).await.text().contains(&first), "shown once");
    assert_eq!(used(app, &first).await, StatusCode::OK);
    let page = app.get("/merchant", manager).await;
    let rotated = app.post_form(&acts(&page, "/rotate")[0], manager, "").await;
    let second = fresh(&rotated);
    assert_eq!(used(app, &first).await, StatusCode::OK, "the time of grace");
    assert_eq!(used(app, &second).await, StatusCode::OK);
    let page = app.get("/merchant", manager).await;
    for revoke in acts(&page, "/revoke") {
        assert_eq!(app.post_form(&revoke, manager, "").await.location(), "/merchant");
        let again = app.post_form(&revoke, manager, "").await;
        assert_eq!(again.status, StatusCode::NOT_FOUND, "it is over");
    }
    assert_eq!(used(app, &first).await, StatusCode::UNAUTHORIZED);
    assert_eq!(used(app, &second).await, StatusCode::UNAUTHORIZED);
    let settlement = app.get("/merchant/settlements/2020-04-22.csv", manager).await;
    assert_eq!(settlement.status, StatusCode::OK);
    assert!(settlement.headers.contains_key("repr-digest"));
    for path in ["/merchant/settlements/x.csv", "/merchant/settlements/2021-04-22.csv"] {
        assert_eq!(app.get(path, manager).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(app.post_form(&close, manager, "").await.location(), "/merchant");
}

fn fresh(page: &Answer) -> String {
    let text = page.text();
    let start = text.find("jqk_").expect("a key");
    let rest = text[start..].split('<').next().unwrap().to_owned();
    assert_eq!(rest.len(), 68);
    rest
}

/// What the API says to a key.
async fn used(app: &App, key: &str) -> StatusCode {
    let request = Request::get("/api/v1/redemptions?date=2020-04-22")
        .header("authorization", format!("Bearer {key}"))
        .body(Body::empty());
    app.send(request.unwrap()).await.status
}

async fn upload(app: &App, cookie: &str, file: &[u8]) -> Answer {
    let mut body =
        b"--part\r\nContent-Disposition: form-data; name=\"list\"; filename=\"l.csv\"\r\n\r\n"
            .to_vec();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--part--\r\n");
    let request = Request::post("/console/merchants/dishonest")
        .header(COOKIE, cookie)
        .header(CONTENT_TYPE, "multipart/form-data; boundary=part")
        .body(Body::from(body));
    app.send(request.unwrap()).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r16_the_list_is_uploaded(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let samples = app.sample_merchants().await;
    let listed = app.hall.store.merchant(&samples[0].id).await.unwrap().unwrap();
    let file = format!("credit_code,name,reason\n{},某某,拖欠貨款\n", listed.profile.credit_code);
    let operator = app.at_console(Role::Operator).await;
    let auditor = app.at_console(Role::Auditor).await;
    assert_eq!(upload(&app, &auditor, file.as_bytes()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(upload(&app, "", file.as_bytes()).await.status, StatusCode::SEE_OTHER);
    for wrong in [b"\xff\xfe".as_slice(), b"x\n", b"credit_code,name,reason\n1,2\n"] {
        let answer = upload(&app, &operator, wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("名單沒有匯入"));
    }
    let large = upload(&app, &operator, &vec![b'x'; FILE_BYTES_MAX + 8_192]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    let plain = app.post_form("/console/merchants/dishonest", &operator, "list=x").await;
    assert_eq!(plain.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = upload(&app, &operator, file.as_bytes()).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(done.text().contains("名單共 1 個主體，新列入 1，移出 0，暫停商家 1 家。"));
    assert!(done.text().contains(&samples[0].name), "the suspended are shown");
    let again = upload(&app, &operator, file.as_bytes()).await;
    assert!(again.text().contains("和上次的名單一樣"));
    let page = app.get(&format!("/console/merchants/{}", samples[0].id), &auditor).await.text();
    assert!(page.contains("列入失信名單，暫停") && page.contains("operator"), "who and why");
}

#[tokio::test(flavor = "multi_thread")]
async fn r23_the_list_is_a_page_whatever_is_asked_for() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.sample_merchants().await;
    for (query, count) in [
        ("", 18),
        ("?kind=fuel", 6),
        ("?kind=fuel&category=dining", 0),
        ("?kind=none&category=none&district=x&near=x&after=x", 18),
        ("?q=%E9%9D%A2%E9%A6%86", 1),
        ("?near=35.775,113.279&district=140524", 3),
        ("?%ff", 18),
    ] {
        let page = app.get(&format!("/merchants{query}"), "").await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert_eq!(page.text().matches("data-testid=\"merchant\"").count(), count, "{query}");
    }
    let near = app.get("/merchants?near=35.775,113.279", "").await.text();
    let first = near.split("data-testid=\"merchant\"").nth(1).unwrap().to_owned();
    assert!(first.contains("崇文文具店") && first.contains("約 0 米"), "{first}");
    let foreign = Request::post("/merchant")
        .header("sec-fetch-site", "cross-site")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form(&APPLICATION)));
    assert_eq!(app.send(foreign.unwrap()).await.status, StatusCode::FORBIDDEN);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_no_text_may_hold_is_no_part_of_a_search(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.sample_merchants().await;
    for (query, count) in [("?q=%00", 18), ("?q=%00%E9%9D%A2%E9%A6%86%07", 1)] {
        let page = app.get(&format!("/merchants{query}"), "").await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert_eq!(page.text().matches("data-testid=\"merchant\"").count(), count, "{query}");
    }
    app.with_staff().await;
    let auditor = app.at_console(Role::Auditor).await;
    for after in ["%00", "x", "pool"] {
        let page = app.get(&format!("/console/ledger?accounts_after={after}"), &auditor).await;
        assert_eq!(page.status, StatusCode::OK, "{after}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r14_what_is_held_stays_in_payable_and_out_of_the_files(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let console = app.at_console(Role::Operator).await;
    let till = app.tills("dining").await.remove(0);
    let path = format!("/console/merchants/{}", till.merchant);
    let act = async |act: &str, why: &str| {
        app.post_form(&format!("{path}/money"), &console, &form(&[("act", act), ("why", why)]))
            .await
    };
    let (first, second) = (app.holder(1).await, app.holder(2).await);
    let (code, _) = app.code(&first, 0).await;
    app.redeemed(&till, "a", &order(&code)).await;
    app.set_campaign("2020-04-23T10:00:00+08:00");
    let (code, _) = app.code(&second, 0).await;
    app.redeemed(&till, "b", &order(&code)).await;
    // The operator needs a reason, an auditor may only look, and what is not held is not released.
    assert_eq!(act("hold", " ").await.status, StatusCode::CONFLICT);
    assert_eq!(act("release", "x").await.status, StatusCode::CONFLICT);
    assert_eq!(act("keep", "x").await.status, StatusCode::BAD_REQUEST);
    let auditor = app.at_console(Role::Auditor).await;
    let looked = app.get(&path, &auditor).await.text();
    assert!(looked.contains("¥20.00") && !looked.contains("/money\""), "{looked}");
    let tried = form(&[("act", "hold"), ("why", "x")]);
    let tried = app.post_form(&format!("{path}/money"), &auditor, &tried).await;
    assert_eq!(tried.status, StatusCode::FORBIDDEN);
    assert_eq!(act("hold", "帳目待查").await.status, StatusCode::SEE_OTHER);
    assert_eq!(act("hold", "again").await.status, StatusCode::CONFLICT);
    let page = app.get(&path, &console).await.text();
    assert!(page.contains("data-testid=\"held\"") && page.contains("帳目待查"), "{page}");

    let file = async |day: &str| {
        let path = format!("/api/v1/settlements/{day}.csv");
        let text = app.machine_get(&till, &path).await.text();
        let last: Vec<String> =
            text.lines().last().unwrap().split(',').map(str::to_owned).collect();
        [13, 14, 15, 16].map(|place| last[place].parse::<i64>().unwrap())
    };
    app.set_campaign("2020-04-24T10:00:00+08:00");
    // The day that was over before stays as it was; nothing of it is paid while the money is held.
    assert_eq!(file("2020-04-22").await, [1_000, 0, 1_000, 0]);
    assert_eq!(file("2020-04-23").await, [1_000, 0, 0, 1_000]);
    let (store, merchant) = (&app.hall.store, till.merchant.parse().unwrap());
    let pay = async |day: &str| {
        let now = app.hall.clock.campaign();
        let recorded = record_payment(store, merchant, day.parse().unwrap(), "B-1", now).await;
        recorded.map(|recorded| recorded.payment)
    };
    assert!(matches!(pay("2020-04-22").await, Err(CannotRecord::Held)));
    assert_eq!(app.account(&format!("payable:{}", till.merchant)).await, 2_000);
    app.in_order().await;

    assert_eq!(act("release", "帳目無誤").await.status, StatusCode::SEE_OTHER);
    assert_eq!(file("2020-04-23").await, [1_000, 0, 0, 1_000], "a closed day never changes");
    assert_eq!(file("2020-04-24").await, [0, 1_000, 1_000, 0], "it comes with the release");
    app.set_campaign("2020-04-25T10:00:00+08:00");
    assert_eq!(pay("2020-04-22").await.unwrap().payout.fen(), 1_000);
    assert!(matches!(pay("2020-04-23").await, Err(CannotRecord::NothingToPay)));
    assert_eq!(pay("2020-04-24").await.unwrap().payout.fen(), 1_000);
    assert_eq!(app.account(&format!("paid:{}", till.merchant)).await, 2_000);
    let history = app.get(&path, &console).await.text();
    assert!(history.contains("帳目無誤") && history.contains("帳目待查"));
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_an_application_that_is_held_is_marked_and_one_that_is_refused_is_not_sent(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let manager = app.sign_in(&number(1), "main").await;
    app.risk_says(Says::Refuse);
    let refused = app.post_form("/merchant", &manager, &form(&APPLICATION)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text();
    assert_eq!(values(&page, "data-refusal"), ["refused_by_risk"]);
    assert!(page.contains("value=\"白馬寺山莊\""), "what was written stays");
    let kept = async || {
        app.hall.screen.write(&app.hall.store).await.unwrap();
        app.hall.store.assessments(Act::Application, None, 9).await.unwrap()
    };
    assert_eq!(kept().await.len(), 1, "the assessment is kept");
    let counts = app.hall.store.merchant_counts().await.unwrap();
    assert!(counts.iter().all(|(_, count)| *count == 0), "and nothing else: {counts:?}");

    app.risk_says(Says::Hold);
    let sent = app.post_form("/merchant", &manager, &form(&APPLICATION)).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/merchant"));
    app.risk_says(Says::Allow);
    assert_eq!(kept().await.len(), 2);
    let operator = app.at_console(Role::Operator).await;
    let list = app.get("/console/merchants", &operator).await.text();
    let path = values(&list, "href").into_iter().find(|it| it.starts_with("/console/merchants/0"));
    let path = path.expect("it waits for the review");
    let marked = app.get(&path, &operator).await.text();
    assert!(marked.contains("data-testid=\"flagged\""), "{marked}");
    assert!(marked.contains("data-reason=\"impossible_speed\""), "with the evidence");
    let approver = app.at_console(Role::Approver).await;
    let plain = app.get(&path, &approver).await.text();
    assert!(!plain.contains("data-testid=\"flagged\""), "who may not read risk sees none of it");

    // Refused by the city, and sent again: looked at again.
    rule(&app, &operator, &path, "refuse", "1", "資料不齊").await;
    app.set_campaign("2020-04-22T10:01:00+08:00");
    let again = app.post_form("/merchant", &manager, &form(&APPLICATION)).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let marked = app.get(&path, &operator).await.text();
    assert!(!marked.contains("data-testid=\"flagged\""), "this one is a plain yes");
    app.risk_says(Says::Refuse);
    rule(&app, &operator, &path, "refuse", "3", "資料不齊").await;
    let barred = app.post_form("/merchant", &manager, &form(&APPLICATION)).await;
    assert_eq!(values(&barred.text(), "data-refusal"), ["refused_by_risk"]);
}
