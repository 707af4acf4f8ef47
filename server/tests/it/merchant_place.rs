//! R11 where a merchant gave no place: it sells, the console says that nothing is compared, and the city registers one.

use domain::merchant::Merchant;
use domain::staff::Role;
use http::StatusCode;
use rstest::rstest;
use serde_json::json;

use crate::support::till::{TestTill, order, order_with};
use crate::support::{Answer, App, OPEN, On};

const INSIDE: &str = "35.49,112.85";

async fn register(app: &App, cookie: &str, path: &str, form: [&str; 3]) -> Answer {
    let [position, version, why] = form;
    let form = [("position", position), ("version", version), ("why", why)];
    let form = serde_urlencoded::to_string(form).unwrap();
    app.post_form(&format!("{path}/place"), cookie, &form).await
}

async fn merchant(app: &App, path: &str) -> Merchant {
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    app.hall.store.merchant(&id).await.unwrap().unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r11_a_merchant_without_a_place_sells_and_what_a_till_reports_counts(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let (id, till) = app.with_shop(0).await;
    app.side_door("update merchant set latitude = null, longitude = null").await;
    let till = TestTill { merchant: id.to_string(), key: app.till_key(id, till).await };
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let outside = json!({ "position": { "lat": 39.9042, "lon": 116.4074 } });
    let said = app.quote(&till, &order_with(&code, &outside)).await.json();
    assert_eq!(said["would_refuse"], "outside_city", "{said}");
    app.redeemed(&till, "k", &order(&code)).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r11_a_place_that_is_missing_is_said_and_registered_with_who_and_why(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let (id, _) = app.with_shop(0).await;
    app.side_door("update merchant set latitude = null, longitude = null").await;
    let path = format!("/console/merchants/{id}");
    let (operator, auditor) =
        (app.at_console(Role::Operator).await, app.at_console(Role::Auditor).await);
    let list = app.get("/console/merchants?state=approved", &auditor).await.text();
    assert!(list.contains("未登記位置"), "{list}");
    let seen = app.get(&path, &auditor).await.text();
    assert!(seen.contains("data-testid=\"unplaced\"") && !seen.contains("/place\""), "{seen}");
    let tried = register(&app, &auditor, &path, [INSIDE, "2", "看過了"]).await;
    assert_eq!(tried.status, StatusCode::FORBIDDEN);

    let before = merchant(&app, &path).await;
    let version = before.version.to_string();
    for (form, said) in [
        (["", &version, "看過了"], "請寫成「緯度,經度」"),
        (["北", &version, "看過了"], "請寫成「緯度,經度」"),
        (["39.9042,116.4074", &version, "看過了"], "這個位置不在本市。"),
        ([INSIDE, &version, " "], "請寫理由"),
        ([INSIDE, "0", "看過了"], "這家商家剛剛有變動"),
    ] {
        let answer = register(&app, &operator, &path, form).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{form:?}");
        let text = answer.text();
        assert!(text.contains(said) && text.contains(&format!("value=\"{}\"", form[0])), "{text}");
    }
    assert_eq!(merchant(&app, &path).await, before, "nothing was changed");

    let done = register(&app, &operator, &path, [INSIDE, &version, "按營業執照核實"]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, path.as_str()));
    let after = merchant(&app, &path).await;
    assert_eq!(after.profile.position.unwrap().to_string(), "35.490000,112.850000");
    assert_eq!((after.state, &after.mark), (before.state, &before.mark), "it stands as before");
    let page = app.get(&path, &operator).await.text();
    assert!(!page.contains("data-testid=\"unplaced\""), "{page}");
    assert!(page.contains("35.490000,112.850000 按營業執照核實"), "{page}");
    let record = app.get("/console/audit", &auditor).await.text();
    assert!(record.contains("登記商家位置") && record.contains("按營業執照核實"), "{record}");
}
