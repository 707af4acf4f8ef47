//! Refunds (R13): whole, in part, repeated, after the end, by a suspended merchant; the ledger to the fen.

use domain::merchant::Decision;
use http::StatusCode;
use rstest::rstest;
use serde_json::json;
use server::lane::Job as _;
use server::lane::till::{TillAnswer, TillJob};

use crate::support::till::{TestTill, order, order_with};
use crate::support::{App, OPEN, On};

async fn payable(app: &App, till: &TestTill) -> i64 {
    app.account(&format!("payable:{}", till.merchant)).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r13_a_full_refund_returns_the_voucher_and_frees_the_day(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let id = app.redeemed(&till, "k1", &order(&code)).await;
    let refund = app.refund(&till, &id, "r1", 3_500).await;
    assert_eq!(refund.status, StatusCode::CREATED, "{}", refund.text());
    let said = refund.json();
    assert_eq!(
        said,
        json!({
            "id": said["id"], "redemption": id, "refunded_at": OPEN, "order_refund_fen": 3_500,
            "voucher_returned": true, "voucher_state": "usable",
        })
    );
    let voucher = app.voucher(&holder, 0).await;
    assert_eq!((&voucher["state"], &voucher["used_for"]), (&json!("usable"), &json!(null)));
    assert_eq!((payable(&app, &till).await, app.account("issued:r1").await), (0, 5_000));
    let shown = app.machine_get(&till, &format!("/api/v1/redemptions/{id}")).await.json();
    assert_eq!(shown["state"], "refunded");
    // The same again, another amount under the key, another key.
    let again = app.refund(&till, &id, "r1", 3_500).await;
    assert_eq!((again.status, &again.body), (StatusCode::CREATED, &refund.body));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(app.refund(&till, &id, "r1", 1).await.code(), "request_key_reused");
    assert_eq!(app.refund(&till, &id, "r2", 3_500).await.code(), "already_refunded");
    // The day is free: the same voucher again, and then no other.
    let id = app.redeemed(&till, "k2", &order(&code)).await;
    let (other, _) = app.code(&holder, 1).await;
    assert_eq!(app.redeem(&till, "k3", &order(&other)).await.code(), "one_per_merchant_per_day");
    app.refund(&till, &id, "r1", 3_500).await;
    app.redeemed(&till, "k3", &order(&other)).await;
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r13_partial_refunds_return_nothing(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let id = app.redeemed(&till, "k1", &order(&code)).await;
    for (key, fen) in [("a", 1_500), ("b", 1_999)] {
        let refund = app.refund(&till, &id, key, fen).await;
        assert_eq!(refund.status, StatusCode::CREATED, "{}", refund.text());
        assert_eq!(refund.json()["voucher_returned"], false);
        assert_eq!(refund.json()["voucher_state"], "used");
    }
    let beyond = app.refund(&till, &id, "c", 2).await;
    assert_eq!((beyond.code().as_str(), beyond.status.as_u16()), ("refund_exceeds_order", 422));
    assert_eq!(app.refund(&till, &id, "c", 1).await.status, StatusCode::CREATED);
    let over = app.refund(&till, &id, "d", 1).await;
    assert_eq!((over.code().as_str(), over.status.as_u16()), ("already_refunded", 409));
    assert_eq!(app.refund(&till, &id, "d", 0).await.code(), "already_refunded");
    assert_eq!(app.voucher(&holder, 0).await["state"], "used");
    assert_eq!(payable(&app, &till).await, 1_000);
    let (other, _) = app.code(&holder, 1).await;
    assert_eq!(app.redeem(&till, "k2", &order(&other)).await.code(), "one_per_merchant_per_day");
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_of_a_refund_with_its_status(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let tills = app.tills("dining").await;
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let id = app.redeemed(&tills[0], "k1", &order(&code)).await;
    for (till, id) in [
        (&tills[1], id.as_str()),
        (&tills[0], "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        (&tills[0], "nonsense"),
    ] {
        let answer = app.refund(till, id, "r", 1).await;
        assert_eq!((answer.code().as_str(), answer.status.as_u16()), ("not_found", 404));
    }
    for (fen, code) in
        [(0, "invalid_request"), (-1, "invalid_request"), (3_501, "refund_exceeds_order")]
    {
        assert_eq!(app.refund(&tills[0], &id, "r", fen).await.code(), code);
    }
    app.decide(&tills[0], Decision::Suspend).await;
    let by_suspended = app.refund(&tills[0], &id, "r", 3_500).await;
    assert_eq!(by_suspended.status, StatusCode::CREATED, "a suspended merchant may still refund");
    // Key before everything, all refunded before too much.
    assert_eq!(app.refund(&tills[0], &id, "r", 9_000).await.code(), "request_key_reused");
    assert_eq!(app.refund(&tills[0], &id, "s", 9_000).await.code(), "already_refunded");
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r13_after_the_end_the_money_goes_to_the_pool(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let id = app.redeemed(&till, "k1", &order(&code)).await;
    app.set_campaign("2020-04-29T00:00:00+08:00");
    app.refresh().await;
    server::backend::closing::close_due(&app.hall.store, &app.hall.clock).await.unwrap();
    let pool = app.account("pool").await;
    let refund = app.refund(&till, &id, "r1", 3_500).await.json();
    assert_eq!(
        (&refund["voucher_returned"], &refund["voucher_state"]),
        (&json!(false), &json!("used"))
    );
    assert_eq!((app.account("pool").await, payable(&app, &till).await), (pool + 1_000, 0));
    assert_eq!(app.account("issued:r1").await, 0);
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r13_where_the_policy_is_never_the_voucher_stays_used(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let campaign = server::demo::CAMPAIGN;
    let never = campaign
        .replace("refund_policy = \"full_refund_returns_voucher\"", "refund_policy = \"never\"");
    assert_ne!(never, campaign);
    let app = App::with(on, OPEN, &never).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let id = app.redeemed(&till, "k1", &order(&code)).await;
    let refund = app.refund(&till, &id, "r1", 3_500).await.json();
    assert_eq!(
        (&refund["voucher_returned"], &refund["voucher_state"]),
        (&json!(false), &json!("used"))
    );
    assert_eq!(payable(&app, &till).await, 0);
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r14_the_rest_of_a_face_goes_to_the_pool_and_comes_back(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    // A file has no such voucher, for it could be used up for less than its face; the desk decides on what there is.
    app.side_door(match on {
        On::Sqlite => "drop trigger pack_keeps_content",
        On::Postgres => "drop trigger pack_keeps_content on pack",
    })
    .await;
    let free = "update pack set content =
                replace(content, '\"minimum_spend_fen\":4000', '\"minimum_spend_fen\":0')";
    app.side_door(free).await;
    app.refresh().await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let pool = app.account("pool").await;
    let small = order_with(&code, &json!({ "order_fen": 900, "merchant_coupon_fen": 200 }));
    let receipt = app.redeem(&till, "k1", &small).await.json();
    assert_eq!((&receipt["voucher_fen"], &receipt["to_pay_fen"]), (&json!(700), &json!(0)));
    assert_eq!((app.account("pool").await, payable(&app, &till).await), (pool + 300, 700));
    assert_eq!(app.account("issued:r1").await, 4_000);
    // Nothing was paid: the whole of it is nothing, and the description of the API lets a machine say so.
    let described = app.get("/api/v1/openapi.json", "").await.json();
    let asked = &described["components"]["schemas"]["RefundRequest"]["properties"];
    assert_eq!(asked["order_refund_fen"]["minimum"], 0, "{asked}");
    let id = receipt["id"].as_str().unwrap();
    let refund = app.refund(&till, id, "r1", 0).await.json();
    assert_eq!(refund["voucher_returned"], true, "{refund}");
    assert_eq!((app.account("pool").await, app.account("issued:r1").await), (pool, 5_000));
    assert_eq!(app.refund(&till, id, "r2", 0).await.code(), "already_refunded");
    let nothing = order_with(&code, &json!({ "order_fen": 200, "merchant_coupon_fen": 200 }));
    assert_eq!(app.redeem(&till, "k2", &nothing).await.code(), "below_minimum_spend");
    app.in_order().await;
}

/// The redemptions and the refunds of a batch have a transaction each: what was committed is said, whatever becomes of
/// the other.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r6_what_was_redeemed_is_said_when_the_refunds_beside_it_fail(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let tills = app.bulk_tills().await;
    let held = app.bulk_claim(&"r1".parse().unwrap(), 0..1).await;
    let sale = app.bulk_redeem(&tills, &held[..1]).await.remove(0);
    let hall = &app.hall;
    let job = TillJob {
        store: hall.store.clone(),
        clock: hall.clock.clone(),
        board: hall.board.clone(),
        screen: hall.screen.clone(),
    };
    app.side_door("alter table refund rename to refund_elsewhere").await;
    let batch = vec![app.bulk_return(&sale), app.bulk_sale(&tills, &held[1])];
    let answers = job.settle(batch, &mut Vec::new).await;
    assert!(matches!(&answers[..], [Err(_), Ok(TillAnswer::Redeemed(_, false))]), "{answers:?}");
}
