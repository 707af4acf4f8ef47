//! What is somebody else's: whoever may take the way finds nothing there, and changes nothing.

use domain::id::MerchantId;
use http::{HeaderMap, StatusCode};

use crate::support::till::{TestTill, order};
use crate::support::{Answer, App, OPEN, On, number};

/// Makes the person of that number the manager of a merchant; gives the cookie.
pub(super) async fn manager(app: &App, place: usize, merchant: MerchantId) -> String {
    let cookie = app.sign_in(&number(place), "main").await;
    let mut headers = HeaderMap::new();
    headers.insert("cookie", cookie.parse().unwrap());
    let visitor = server::session::visitor(&app.hall, &headers).await.unwrap();
    let person = visitor.citizen.unwrap().person;
    app.side_door(&format!("update merchant set manager_id = '{person}' where id = '{merchant}'"))
        .await;
    cookie
}

/// A key that the manager makes, of a till or of the whole merchant.
pub(super) async fn key(app: &App, manager: &str, till: &str) -> String {
    let form = format!("key_name=test&till={till}");
    let page = app.post_form("/merchant/keys", manager, &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    let (_, rest) = text.split_once("jqk_").expect("the key is shown once");
    format!("jqk_{}", &rest[..64])
}

fn is_not_found(answer: &Answer, what: &str) {
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_citizens_claims_vouchers_and_codes_are_not_there() {
    let app = App::open(On::Sqlite, OPEN).await;
    let own = app.holder(1).await;
    let other = app.sign_in(&number(2), "main").await;
    let (voucher, claim) = (&own.vouchers[0], own.vouchers[0].split('-').next().unwrap());
    for path in [
        format!("/api/v1/claims/{claim}"),
        format!("/api/v1/wallet/vouchers/{voucher}/code"),
        format!("/wallet/{voucher}"),
        format!("/wallet/{voucher}/state"),
        format!("/wallet/claims/{claim}/state"),
    ] {
        assert!(app.get(&path, &own.cookie).await.status.is_success(), "{path} of the own");
        is_not_found(&app.get(&path, &other).await, &path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_merchants_redemptions_are_not_there() {
    let app = App::open(On::Sqlite, OPEN).await;
    let tills = app.tills("dining").await;
    let (own, other): (&TestTill, &TestTill) = (&tills[0], &tills[1]);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let sold = app.redeemed(own, "k", &order(&code)).await;
    let path = format!("/api/v1/redemptions/{sold}");
    assert_eq!(app.machine_get(own, &path).await.status, StatusCode::OK);
    is_not_found(&app.machine_get(other, &path).await, &path);
    is_not_found(&app.refund(other, &sold, "r", 100).await, "a refund");
    let listed = app.machine_get(other, "/api/v1/redemptions?date=2020-04-22").await;
    assert!(!listed.text().contains(&sold), "the list of another merchant");
    let settled = app.machine_get(other, "/api/v1/settlements/2020-04-22.csv").await;
    assert!(!settled.text().contains(&sold), "the file of another merchant");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_cashiers_receipts_are_not_there() {
    let app = App::open(On::Sqlite, OPEN).await;
    let (merchant, id) = app.with_shop(0).await;
    app.with_shop(1).await;
    let own = manager(&app, 7, merchant).await;
    let secret = key(&app, &own, &id.to_string()).await;
    let till = TestTill { merchant: merchant.to_string(), key: secret };
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let sold = app.redeemed(&till, "k", &order(&code)).await;
    let other = app.at_till(1).await;
    for path in [format!("/till/receipts/{sold}"), format!("/till/receipts/{sold}/refund")] {
        is_not_found(&app.get(&path, &other).await, &path);
    }
    let form = format!("id={sold}&key=k&amount=1");
    let refund = app.post_form("/till/refund", &other, &form).await;
    assert!(refund.status.is_client_error(), "{}", refund.status);
    let state = app.machine_get(&till, &format!("/api/v1/redemptions/{sold}")).await.json();
    assert_eq!(state["state"], "redeemed", "{state}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_managers_tills_and_keys_are_not_there() {
    let app = App::open(On::Sqlite, OPEN).await;
    let (own, till) = app.with_shop(0).await;
    let (foreign, _) = app.with_shop(1).await;
    let cookie = manager(&app, 1, own).await;
    let other = manager(&app, 2, foreign).await;
    let secret = key(&app, &cookie, &till.to_string()).await;
    let keys = app.hall.store.till_keys(&own, app.hall.clock.system()).await.unwrap();
    let id = keys[0].id;
    for path in [
        format!("/merchant/tills/{till}/close"),
        format!("/merchant/keys/{id}/rotate"),
        format!("/merchant/keys/{id}/revoke"),
    ] {
        is_not_found(&app.post_form(&path, &other, "").await, &path);
    }
    let form = format!("key_name=x&till={till}");
    let foreign = app.post_form("/merchant/keys", &other, &form).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN, "a key of that till");
    let mine = TestTill { merchant: own.to_string(), key: secret };
    let answer = app.machine_get(&mine, "/api/v1/redemptions?date=2020-04-22").await;
    assert_eq!(answer.status, StatusCode::OK, "the key works as before");
}
