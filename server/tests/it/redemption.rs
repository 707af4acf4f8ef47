//! A redemption and everything that can stand in its way (CAMPAIGN 3), through the API.

use std::collections::BTreeSet;

use axum::body::Body;
use domain::code::Step;
use domain::merchant::Decision;
use domain::refusal::TillRefusal;
use domain::time::Timestamp;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use rstest::rstest;
use serde_json::json;

use crate::support::risk::Says;
use crate::support::till::{Holder, TestTill, machine, order, order_with};
use crate::support::{App, OPEN, On};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r10_a_voucher_is_redeemed_after_the_merchants_coupon(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, digits) = app.code(&holder, 0).await;
    let asked = order_with(
        &code,
        &json!({ "reference": "A-17", "position": { "lat": 35.5, "lon": 112.85 } }),
    );
    let quote = app.quote(&till, &asked).await;
    assert_eq!(quote.status, StatusCode::OK, "{}", quote.text());
    let quote = quote.json();
    assert_eq!((&quote["voucher_fen"], &quote["to_pay_fen"]), (&json!(1_000), &json!(3_500)));
    assert_eq!((&quote["holder"], &quote["would_refuse"]), (&json!("張*"), &json!(null)));

    let receipt = app.redeem(&till, "k1", &asked).await;
    assert_eq!(receipt.status, StatusCode::CREATED, "{}", receipt.text());
    let said = receipt.json();
    assert_eq!(said["redeemed_at"], OPEN);
    assert_eq!(
        said,
        json!({
            "id": said["id"], "redeemed_at": OPEN, "merchant": till.merchant, "holder": "張*",
            "order_fen": 5_000, "merchant_coupon_fen": 500, "voucher_fen": 1_000,
            "to_pay_fen": 3_500, "scene": "in_store", "reference": "A-17", "state": "redeemed",
        })
    );
    let used = app.voucher(&holder, 0).await;
    assert_eq!(used["state"], "used");
    assert_eq!(used["used_for"]["redemption"], said["id"]);
    assert_eq!(used["used_for"]["redeemed_at"], OPEN);
    let page = app.get(&format!("/wallet/{}", holder.vouchers[0]), &holder.cookie).await.text();
    assert!(page.contains("data-refusal=\"voucher_used\"") && page.contains("used-at"), "{page}");
    let state = format!("/wallet/{}/state", holder.vouchers[0]);
    assert_eq!(app.get(&state, &holder.cookie).await.status, StatusCode::OK);
    let state = format!("/wallet/{}/state", holder.vouchers[1]);
    assert_eq!(app.get(&state, &holder.cookie).await.status, StatusCode::NO_CONTENT);

    let id = said["id"].as_str().unwrap();
    assert_eq!(app.machine_get(&till, &format!("/api/v1/redemptions/{id}")).await.json(), said);
    let list = app.machine_get(&till, "/api/v1/redemptions?date=2020-04-22").await.json();
    assert_eq!((&list["items"], &list["next"]), (&json!([said]), &json!(null)));
    let empty = app.machine_get(&till, "/api/v1/redemptions?date=2020-04-23").await.json();
    assert_eq!(empty["items"], json!([]));
    assert_eq!(app.account("issued:r1").await, 4_000);
    assert_eq!(app.account(&format!("payable:{}", till.merchant)).await, 1_000);
    // The same code in another hand, scanned or typed.
    let other = app.tills("dining").await.remove(1);
    for code in [&code, &digits] {
        assert_eq!(app.redeem(&other, "k", &order(code)).await.code(), "voucher_used");
    }
    app.in_order().await;
}

/// A refusal of the table: the code, the status, and how the request comes to it. Gives the code.
async fn refused(
    app: &App,
    till: &TestTill,
    body: &serde_json::Value,
    code: &'static str,
    status: u16,
) -> &'static str {
    let quote = app.quote(till, body).await;
    assert_eq!((quote.status.as_u16(), &quote.json()["would_refuse"]), (200, &json!(code)));
    let answer = app.redeem(till, "refused", body).await;
    assert_eq!((answer.code().as_str(), answer.status.as_u16()), (code, status));
    code
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_with_its_status_and_before_those_behind_it(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let tills = app.tills("dining").await;
    let (till, closed) = (&tills[0], &tills[1]);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let good = order(&code);
    let outside = json!({ "lat": 39.9, "lon": 116.4 });

    // The same key, another body: before everything else.
    app.redeemed(till, "used", &good).await;
    let (second, _) = app.code(&holder, 1).await;
    let reused = app.redeem(till, "used", &order(&second)).await;
    assert_eq!((reused.code().as_str(), reused.status.as_u16()), ("request_key_reused", 422));

    let mut said = BTreeSet::from(["request_key_reused"]);
    app.decide(closed, Decision::Suspend).await;
    app.decide(till, Decision::Suspend).await;
    let reused = app.redeem(till, "used", &order_with("0", &json!({ "position": outside }))).await;
    assert_eq!(reused.code(), "request_key_reused", "before what is wrong with the merchant");
    app.decide(till, Decision::Lift).await;
    let everything_wrong = order_with("000000000000", &json!({ "position": outside }));
    said.insert(refused(&app, closed, &everything_wrong, "merchant_suspended", 409).await);
    // Nothing leads from approved back to applied, so the state is written past the rules.
    let state = |state: &str| {
        format!("update merchant set state = '{state}' where id = '{}'", till.merchant)
    };
    app.side_door(&state("applied")).await;
    said.insert(refused(&app, till, &everything_wrong, "merchant_not_approved", 409).await);
    app.side_door(&state("approved")).await;
    said.insert(refused(&app, till, &everything_wrong, "outside_city", 422).await);
    said.insert(refused(&app, till, &order("000000000000"), "unknown_code", 422).await);
    refused(&app, till, &order("JQ1-nonsense"), "unknown_code", 422).await;
    let other = if second.ends_with('0') { '1' } else { '0' };
    let forged = format!("{}{other}", &second[..second.len() - 1]);
    refused(&app, till, &order(&forged), "unknown_code", 422).await;

    // Used, and for too small an order at a merchant that does not take it.
    let fuel = app.tills("fuel").await.remove(0);
    let (dining, _) = app.code(&holder, 4).await;
    let small = json!({ "order_fen": 4_499 });
    said.insert(refused(&app, &fuel, &order_with(&code, &small), "voucher_used", 409).await);
    said.insert(refused(&app, &fuel, &order_with(&dining, &small), "category_mismatch", 422).await);
    said.insert(
        refused(&app, till, &order_with(&dining, &small), "below_minimum_spend", 422).await,
    );
    said.insert(refused(&app, till, &order(&dining), "one_per_merchant_per_day", 422).await);

    let somebody = app.holder(2).await;
    for (says, code, status) in OF_RISK {
        said.insert(refused_by_risk(&app, till, &somebody, (says, code, status)).await);
        app.risk_says(says);
        refused(&app, till, &order(&dining), "one_per_merchant_per_day", 422).await;
        app.risk_says(Says::Allow);
    }

    app.set_campaign("2020-04-22T10:01:29+08:00");
    app.refresh().await;
    // Of a voucher that is used as well.
    said.insert(refused(&app, till, &order(&code), "code_expired", 422).await);
    app.set_campaign("2020-04-22T10:11:01+08:00");
    refused(&app, till, &order(&code), "unknown_code", 422).await;

    said.insert(refused_after_the_end(&app, &holder, &fuel).await);
    let closed_list = TillRefusal::OF_REDEMPTION.into_iter();
    assert_eq!(said, closed_list.map(TillRefusal::code).collect(), "every refusal has its line");
    app.in_order().await;
}

/// What a till is told where risk control does not simply allow.
const OF_RISK: [(Says, &str, u16); 2] =
    [(Says::Hold, "held_for_review", 409), (Says::Refuse, "refused_by_risk", 422)];

/// A redemption that risk control holds or refuses moves nothing and keeps nothing but the assessment (R19).
async fn refused_by_risk(
    app: &App,
    till: &TestTill,
    holder: &Holder,
    (says, code, status): (Says, &'static str, u16),
) -> &'static str {
    let (payload, _) = app.code(holder, 0).await;
    let before = app.hall.store.accounts().await.unwrap();
    app.risk_says(says);
    let seen = async || {
        app.hall.store.risk_acts(Timestamp::from_millis(0), Timestamp::LAST).await.unwrap()
    };
    let acts = seen().await;
    let quoted = app.quote(till, &order(&payload)).await.json();
    assert_eq!(
        quoted["would_refuse"], code,
        "a quote promises nothing that is known to be refused"
    );
    assert_eq!(seen().await, acts, "and is no act");
    for _ in 0..2 {
        let answer = app.redeem(till, "by-risk", &order(&payload)).await;
        assert_eq!((answer.code().as_str(), answer.status.as_u16()), (code, status));
    }
    app.risk_says(Says::Allow);
    assert_eq!(app.hall.store.accounts().await.unwrap(), before);
    assert_eq!(app.voucher(holder, 0).await["state"], "usable");
    let kept = app.hall.store.assessments(domain::risk::Act::Redemption, None, 9).await.unwrap();
    let wanted = if status == 409 { "hold" } else { "refuse" };
    assert!(kept.iter().any(|it| it.assessment.enforced.code() == wanted));
    code
}

/// The refusals once the round is over, of codes that were shown just before; a used voucher stays used.
async fn refused_after_the_end(app: &App, holder: &Holder, fuel: &TestTill) -> &'static str {
    app.set_campaign("2020-04-28T23:59:59.999+08:00");
    let (last, _) = app.code(holder, 1).await;
    let (dining, _) = app.code(holder, 4).await;
    let step = Step::at(app.hall.clock.campaign());
    let used = app.hall.keys.payload(holder.vouchers[0].parse().unwrap(), step).to_string();
    app.set_campaign("2020-04-29T00:00:00+08:00");
    app.refresh().await;
    refused(app, fuel, &order(&used), "voucher_used", 409).await;
    // It would not be taken there, and the order is too small.
    let small = json!({ "order_fen": 4_499 });
    refused(app, fuel, &order_with(&dining, &small), "voucher_lapsed", 409).await;
    refused(app, fuel, &order(&last), "voucher_lapsed", 409).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r4_the_same_key_gives_the_same_answer_whatever_happened_since(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("retail").await.remove(0);
    let holder = app.holder(1).await;
    let (_, digits) = app.code(&holder, 0).await;
    let spaced = format!("{} {}  {}", &digits[..4], &digits[4..8], &digits[8..]);
    let first = app.redeem(&till, "key", &order(&spaced)).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    assert!(!first.headers.contains_key("idempotent-replayed"));
    let id = first.json()["id"].as_str().unwrap().to_owned();
    app.refund(&till, &id, "part", 100).await;
    app.decide(&till, Decision::Suspend).await;
    app.set_campaign("2020-05-28T10:00:00+08:00");
    app.refresh().await;
    // The same values in another form are the same body.
    let whole = order_with(&digits, &json!({ "order_fen": 5_000.0 }));
    let again = app.redeem(&till, "key", &whole).await;
    assert_eq!((again.status, &again.body), (StatusCode::CREATED, &first.body));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    let other =
        app.redeem(&till, "key", &order_with(&digits, &json!({ "order_fen": 6_000 }))).await;
    assert_eq!(other.code(), "request_key_reused");
    let shown = app.machine_get(&till, &format!("/api/v1/redemptions/{id}")).await.json();
    assert_eq!(shown["state"], "partly_refunded");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r10_the_quote_points_at_the_voucher_that_saves_more(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let campaign = include_str!("../../../campaigns/jincheng-2021.toml");
    let app = App::with(on, "2021-04-10T10:00:00+08:00", campaign).await;
    let now = app.hall.board.posted().rounds[0].window.opens_at().plus_millis(60_000);
    app.set_campaign(&now.to_string());
    app.refresh().await;
    let cookie = app.sign_in(&crate::support::number(1), "main").await;
    let round = app.hall.board.posted().rounds[0].clone();
    let mut ids = std::collections::HashMap::new();
    for pack in &round.packs {
        let body = json!({ "pack": pack.id.as_str() }).to_string();
        let request =
            crate::support::claim_request(round.id.as_str(), &cookie, pack.id.as_str(), &body);
        let claim = app.send(request).await;
        assert_eq!(claim.status, StatusCode::CREATED, "{}", claim.text());
        let claim = claim.json();
        let voucher = &claim["vouchers"][0];
        ids.insert(
            (voucher["kind"].as_str().unwrap().to_owned(), voucher["face_fen"].as_i64().unwrap()),
            voucher["id"].as_str().unwrap().to_owned(),
        );
    }
    let till = app.tills("retail").await.remove(0);
    let voucher = &ids[&("retail".to_owned(), 1_000)];
    let path = format!("/api/v1/wallet/vouchers/{voucher}/code");
    let code = app.get(&path, &cookie).await.json()["code"].as_str().unwrap().to_owned();
    let quote = app.quote(&till, &order_with(&code, &json!({ "order_fen": 30_000 }))).await.json();
    assert_eq!((&quote["would_refuse"], &quote["voucher_fen"]), (&json!(null), &json!(1_000)));
    assert_eq!(quote["better_voucher"]["voucher_fen"], 4_000, "{quote}");
    let quote = app.quote(&till, &order_with(&code, &json!({ "order_fen": 10_000 }))).await.json();
    assert_eq!(quote["better_voucher"], json!(null), "the large one needs a larger order");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_quote_changes_nothing(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("retail").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let before = app.hall.store.accounts().await.unwrap();
    for _ in 0..3 {
        assert_eq!(app.quote(&till, &order(&code)).await.json()["would_refuse"], json!(null));
    }
    assert_eq!(app.hall.store.accounts().await.unwrap(), before);
    assert_eq!(app.voucher(&holder, 0).await["state"], "usable");
    let nobody = app.quote(&till, &order("123412341234")).await.json();
    assert_eq!((&nobody["holder"], &nobody["to_pay_fen"]), (&json!(null), &json!(4_500)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_key_or_another_scope_is_told_so() {
    let app = App::open(On::Sqlite, OPEN).await;
    let till = app.tills("retail").await.remove(0);
    let (code, path) = (order("123412341234"), "/api/v1/redemptions");
    let post = |path: &str, key: &str| {
        machine("POST", path, key)
            .header(CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", "k")
            .body(Body::from(code.to_string()))
            .unwrap()
    };
    for path in [path, "/api/v1/redemptions/quote", "/api/v1/redemptions/x/refunds"] {
        let answer = app.send(post(path, "jqk_00")).await;
        assert_eq!((answer.code().as_str(), answer.status.as_u16()), ("unauthorized", 401));
        assert_eq!(answer.headers["www-authenticate"], "Bearer");
    }
    let citizen = app.holder(1).await;
    let answer = app.get("/api/v1/redemptions?date=2020-04-22", &citizen.cookie).await;
    assert_eq!(answer.code(), "unauthorized", "a citizen's session is no key");
    app.side_door("update till_key set scopes = 'read settlement'").await;
    for path in [path, "/api/v1/redemptions/quote", "/api/v1/redemptions/x/refunds"] {
        let answer = app.send(post(path, &till.key)).await;
        assert_eq!((answer.code().as_str(), answer.status.as_u16()), ("forbidden", 403));
    }
    app.side_door("update till_key set scopes = 'redeem'").await;
    for path in [
        "/api/v1/redemptions/x",
        "/api/v1/redemptions?date=2020-04-22",
        "/api/v1/settlements/2020-04-22.csv",
    ] {
        assert_eq!(app.machine_get(&till, path).await.code(), "forbidden", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_order_names_the_field() {
    let app = App::open(On::Sqlite, OPEN).await;
    let till = app.tills("retail").await.remove(0);
    for (members, field) in [
        (json!({ "code": "" }), "code"),
        (json!({ "code": 7 }), "code"),
        (json!({ "code": "9".repeat(201) }), "code"),
        (json!({ "order_fen": 0 }), "order_fen"),
        (json!({ "order_fen": -1 }), "order_fen"),
        (json!({ "order_fen": 1.5 }), "order_fen"),
        (json!({ "order_fen": 10_000_000_001_i64 }), "order_fen"),
        (json!({ "merchant_coupon_fen": -1 }), "merchant_coupon_fen"),
        (json!({ "merchant_coupon_fen": null }), "merchant_coupon_fen"),
        (json!({ "scene": "at_home" }), "scene"),
        (json!({ "position": { "lat": 91, "lon": 0 } }), "position"),
        (json!({ "position": { "lat": 1 } }), "position"),
        (json!({ "position": null }), "position"),
        (json!({ "reference": "" }), "reference"),
        (json!({ "reference": "x".repeat(65) }), "reference"),
        (json!({ "reference": "a\u{7}" }), "reference"),
        (json!({ "price": 1 }), "price"),
    ] {
        let body = order_with("123412341234", &members);
        for answer in [app.quote(&till, &body).await, app.redeem(&till, "k", &body).await] {
            assert_eq!(answer.code(), "invalid_request", "{members}");
            let named = answer.json()["errors"][0]["field"].as_str().unwrap().to_owned();
            assert!(named.starts_with(field), "{members}: {named}");
        }
    }
    for query in [
        "",
        "?date=2020-02-30",
        "?date=today",
        "?date=2020-04-22&limit=0",
        "?date=2020-04-22&after=x",
    ] {
        let answer = app.machine_get(&till, &format!("/api/v1/redemptions{query}")).await;
        assert_eq!(answer.code(), "invalid_request", "{query}");
    }
}
