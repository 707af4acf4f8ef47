//! The cashier's pages over HTTP, as a browser without JavaScript uses them.

use domain::merchant::Decision;
use http::StatusCode;
use rstest::rstest;

use crate::support::risk::Says;
use crate::support::till::{TestTill, order};
use crate::support::{Answer, App, OPEN, On};

/// A sale as the form sends it.
fn sale(code: &str, order: &str, coupon: &str, key: &str) -> String {
    let fields = [("code", code), ("order", order), ("coupon", coupon), ("key", key)];
    serde_urlencoded::to_string(fields).unwrap()
}

fn refund(id: &str, amount: &str, key: &str) -> String {
    serde_urlencoded::to_string([("id", id), ("amount", amount), ("key", key)]).unwrap()
}

/// What the page says in an attribute, the first of that name.
fn said<'a>(html: &'a str, attribute: &str) -> Option<&'a str> {
    html.split(&format!(" {attribute}=\"")).nth(1)?.split('"').next()
}

async fn redeem(app: &App, cookie: &str, form: &str) -> Answer {
    app.post_form("/till/redeem", cookie, form).await
}

/// The identifier at the end of the receipt's address.
fn id_of(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let way = answer.location().strip_prefix("/till/receipts/").unwrap();
    way.strip_suffix("?moment=redeemed").unwrap().to_owned()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r10_a_cashier_sees_the_sum_and_redeems(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.with_shop(0).await;
    let (cookie, holder) = (app.at_till(0).await, app.holder(1).await);
    let page = app.get("/till", &cookie).await.text();
    let key = page.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let (_, digits) = app.code(&holder, 0).await;
    let spaced = format!("{} {} {}", &digits[..4], &digits[4..8], &digits[8..]);
    let form = sale(&spaced, "50", "5.00", key);
    let quote = app.post_form("/till/quote", &cookie, &form).await;
    assert_eq!(quote.status, StatusCode::OK);
    let html = quote.text();
    for part in ["¥50.00", "−¥5.00", "−¥10.00", "¥35.00", "張*", "action=\"/till/redeem\"", key]
    {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert_eq!(app.get("/till/today", &cookie).await.text().matches("day__entry").count(), 0);

    let id = id_of(&redeem(&app, &cookie, &form).await);
    let again = redeem(&app, &cookie, &form).await;
    assert_eq!(id_of(&again), id, "the same form again settles a lost reply");
    let other = redeem(&app, &cookie, &sale(&spaced, "60", "5.00", key)).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(said(&other.text(), "data-refusal"), Some("request_key_reused"));
    let receipt = app.get(&format!("/till/receipts/{id}?moment=redeemed"), &cookie).await.text();
    assert_eq!(said(&receipt, "data-moment"), Some("redeemed"));
    assert!(receipt.contains("¥35.00") && receipt.contains("張*"));
    let today = app.get("/till/today", &cookie).await.text();
    assert_eq!(today.matches("day__entry").count(), 1);
    assert_eq!(app.voucher(&holder, 0).await["state"], "used");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_said_with_its_code_and_what_to_take_instead(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let (merchant, _) = app.with_shop(0).await;
    let (cookie, holder) = (app.at_till(0).await, app.holder(1).await);
    let quote = async |form: &str| app.post_form("/till/quote", &cookie, form).await;
    let wrong = quote(&sale("", "x", "-1", "k")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = wrong.text();
    for field in ["code", "order", "coupon"] {
        assert!(html.contains(&format!("data-error=\"{field}\"")), "{field}");
    }
    assert!(html.contains("value=\"x\""), "what was typed stays");
    let unknown = quote(&sale("123456789012", "50", "", "k")).await;
    assert_eq!(unknown.status, StatusCode::OK);
    assert_eq!(said(&unknown.text(), "data-refusal"), Some("unknown_code"));
    let (_, digits) = app.code(&holder, 0).await;
    let little = quote(&sale(&digits, "44", "5", "k")).await.text();
    assert_eq!(said(&little, "data-refusal"), Some("below_minimum_spend"));
    assert!(little.contains("¥39.00"), "what to take without a voucher");
    let tried = redeem(&app, &cookie, &sale(&digits, "44", "5", "k")).await;
    assert_eq!(tried.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(said(&tried.text(), "data-refusal"), Some("below_minimum_spend"));
    for (says, code, status) in [
        (Says::Hold, "held_for_review", StatusCode::CONFLICT),
        (Says::Refuse, "refused_by_risk", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        app.risk_says(says);
        let held = redeem(&app, &cookie, &sale(&digits, "50", "5", "k")).await;
        let html = held.text();
        assert_eq!((held.status, said(&html, "data-refusal")), (status, Some(code)));
        assert!(html.contains("請先收全額") || html.contains("請收全額"), "the full payment");
    }
    app.risk_says(Says::Allow);
    let till = TestTill { merchant: merchant.to_string(), key: String::new() };
    app.decide(&till, Decision::Suspend).await;
    let suspended = redeem(&app, &cookie, &sale(&digits, "50", "5", "k")).await;
    assert_eq!(suspended.status, StatusCode::CONFLICT);
    assert_eq!(said(&suspended.text(), "data-refusal"), Some("merchant_suspended"));
    let edited = app.post_form("/till/edit", &cookie, &sale("1", "50", "5", "k")).await.text();
    assert!(edited.contains("value=\"50\"") && edited.contains("value=\"k\""));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r13_a_cashier_refunds_a_part_or_all_and_nothing_twice(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_shop(0).await;
    let (cookie, holder) = (app.at_till(0).await, app.holder(1).await);
    let (code, _) = app.code(&holder, 0).await;
    let id = id_of(&redeem(&app, &cookie, &sale(&code, "50", "5", "k1")).await);
    let asked = app.get(&format!("/till/receipts/{id}/refund"), &cookie).await.text();
    assert!(asked.contains("value=\"35.00\""), "all of it is offered");
    let send = async |amount: &str, key: &str| {
        app.post_form("/till/refund", &cookie, &refund(&id, amount, key)).await
    };
    for (amount, mark) in [("0", "data-error"), ("x", "data-error"), ("35.01", "data-refusal")] {
        let answer = send(amount, "r0").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount}");
        assert!(said(&answer.text(), mark).is_some(), "{amount}");
    }
    for _ in 0..2 {
        assert_eq!(send("10", "r1").await.status, StatusCode::SEE_OTHER);
    }
    let receipt = app.get(&format!("/till/receipts/{id}"), &cookie).await.text();
    assert_eq!(said(&receipt, "data-state"), Some("partly"));
    assert!(receipt.contains("¥10.00"), "once, though it was sent twice");
    assert_eq!(app.voucher(&holder, 0).await["state"], "used", "a part returns nothing");
    assert_eq!(send("25", "r2").await.status, StatusCode::SEE_OTHER);
    let over = send("1", "r3").await;
    assert_eq!(over.status, StatusCode::CONFLICT);
    assert_eq!(said(&over.text(), "data-refusal"), Some("already_refunded"));

    let second = app.holder(2).await;
    let (code, _) = app.code(&second, 0).await;
    let id = id_of(&redeem(&app, &cookie, &sale(&code, "50", "", "k2")).await);
    let all = app.post_form("/till/refund", &cookie, &refund(&id, "40", "r4")).await;
    assert_eq!(all.location(), format!("/till/receipts/{id}?moment=refunded"));
    assert_eq!(app.voucher(&second, 0).await["state"], "usable");
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r13_a_refund_promises_no_voucher_once_the_round_is_over(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_shop(0).await;
    let (cookie, holder) = (app.at_till(0).await, app.holder(1).await);
    let (code, _) = app.code(&holder, 0).await;
    let id = id_of(&redeem(&app, &cookie, &sale(&code, "50", "", "k1")).await);
    let asked = async || app.get(&format!("/till/receipts/{id}/refund"), &cookie).await.text();
    assert!(asked().await.contains("一次退足全額，券會退回顧客"));
    app.set_campaign("2020-04-29T00:00:00+08:00");
    let over = asked().await;
    assert!(over.contains("退款後券不退回。") && !over.contains("券會退回顧客"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_merchants_receipt_is_not_there(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.with_shop(0).await;
    app.with_shop(1).await;
    let (own, other, holder) = (app.at_till(0).await, app.at_till(1).await, app.holder(1).await);
    let (code, _) = app.code(&holder, 0).await;
    let id = id_of(&redeem(&app, &own, &sale(&code, "50", "", "k1")).await);
    for path in [format!("/till/receipts/{id}"), format!("/till/receipts/{id}/refund")] {
        assert_eq!(app.get(&path, &own).await.status, StatusCode::OK);
        assert_eq!(app.get(&path, &other).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.get(&path, "").await.location(), "/till", "signed out");
    }
    let stolen = app.post_form("/till/refund", &other, &refund(&id, "40", "r1")).await;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND);
    assert!(!app.get("/till/today", &other).await.text().contains(&id));
    assert_eq!(app.get("/till/receipts/nothing", &own).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_happens_for_whoever_is_signed_out_or_on_another_site() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.with_shop(0).await;
    let (cookie, holder) = (app.at_till(0).await, app.holder(1).await);
    let (code, _) = app.code(&holder, 0).await;
    let form = sale(&code, "50", "", "k1");
    for path in ["/till/quote", "/till/redeem", "/till/edit", "/till/refund"] {
        let answer = app.post_form(path, "", &form).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/till"), "{path}");
        assert_eq!(app.get(path, &cookie).await.location(), "/till", "loaded anew: {path}");
    }
    let foreign = http::Request::post("/till/redeem")
        .header("cookie", &cookie)
        .header("sec-fetch-site", "cross-site")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(form.clone()))
        .unwrap();
    assert_eq!(app.send(foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.voucher(&holder, 0).await["state"], "usable");
    let huge =
        app.post_form("/till/redeem", &cookie, &sale(&"9".repeat(20_000), "50", "", "k")).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
    let long =
        app.post_form("/till/redeem", &cookie, &sale(&"9".repeat(2_000), "50", "", "k")).await;
    assert_eq!(long.status, StatusCode::BAD_REQUEST);
    let keyless = app.post_form("/till/redeem", &cookie, "code=1&order=50").await;
    assert_eq!(keyless.status, StatusCode::BAD_REQUEST);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r11_the_place_that_a_till_reports_counts(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.with_shop(0).await;
    let (cookie, holder) = (app.at_till(0).await, app.holder(1).await);
    let (code, _) = app.code(&holder, 0).await;
    let at = |place: &str| {
        let place = serde_urlencoded::to_string([("place", place)]).unwrap();
        format!("{}&{place}", sale(&code, "50", "5", "k1"))
    };
    let outside = app.post_form("/till/quote", &cookie, &at("39.904200,116.407400")).await.text();
    assert_eq!(said(&outside, "data-refusal"), Some("outside_city"));
    assert!(outside.contains("value=\"39.904200,116.407400\""), "it goes along to the next form");
    for nonsense in ["39.9", "x,y", "91,0"] {
        let answer = redeem(&app, &cookie, &at(nonsense)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{nonsense}");
    }
    let id = id_of(&redeem(&app, &cookie, &at("35.490000,112.850000")).await);
    let stored = app.hall.store.redemption(&id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(stored.position.unwrap().to_string(), "35.490000,112.850000");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_till_does_nothing_any_more(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let (merchant, till) = app.with_shop(0).await;
    let (cookie, holder) = (app.at_till(0).await, app.holder(1).await);
    let key = app.till_key(merchant, till).await;
    let machine = TestTill { merchant: merchant.to_string(), key };
    let (code, _) = app.code(&holder, 0).await;
    let sold = app.redeemed(&machine, "k1", &order(&code)).await;
    app.close_till(merchant, till).await;

    let (code, _) = app.code(&holder, 1).await;
    for answer in [
        app.quote(&machine, &order(&code)).await,
        app.redeem(&machine, "k2", &order(&code)).await,
        // Not even the answer of before: the key opens nothing any more.
        app.redeem(&machine, "k1", &order(&code)).await,
        app.refund(&machine, &sold, "r1", 100).await,
        app.machine_get(&machine, "/api/v1/redemptions?date=2020-04-22").await,
    ] {
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (401, "unauthorized"));
    }
    let page = app.get("/till", &cookie).await.text();
    assert!(page.contains("/till/sign-in"), "the cashier is signed out");
    let tried = redeem(&app, &cookie, &sale(&code, "50", "5", "k3")).await;
    assert_eq!((tried.status, tried.location()), (StatusCode::SEE_OTHER, "/till"));
    let sample = server::demo::staff::cashier(0);
    let entered = app.try_till(&sample.login, &sample.password, "").await;
    assert_eq!(entered.status, StatusCode::FORBIDDEN, "{}", entered.text());
    assert_eq!(said(&entered.text(), "data-error"), Some("till_closed"));
    assert_eq!(app.voucher(&holder, 1).await["state"], "usable");
    app.in_order().await;
}

/// More sales than one page lists: the totals are the whole day's, and a link leads to the rest.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_long_day_is_summed_whole_and_listed_in_parts(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_shop(0).await;
    let (cookie, holder) = (app.at_till(0).await, app.holder(1).await);
    let (_, digits) = app.code(&holder, 0).await;
    let id = id_of(&redeem(&app, &cookie, &sale(&digits, "50", "5", "k")).await);
    // 500 like it, before it, each taken back: past the product, which would need as many persons.
    app.side_door(
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < 500)
         insert into redemption (id, claim_id, slot, round_id, person_id, holder, merchant_id, till_id, request_key,
                                 body, order_fen, merchant_coupon_fen, voucher_fen, rest_fen, to_pay_fen, scene,
                                 redeemed_at, day, sequence, refunded_fen, undone, voucher_returned)
         select '00000000000000000000000' || cast(n.i + 100 as text), r.claim_id, r.slot, r.round_id, r.person_id,
                r.holder, r.merchant_id, r.till_id, 'copy' || cast(n.i as text), r.body, r.order_fen,
                r.merchant_coupon_fen, r.voucher_fen, r.rest_fen, r.to_pay_fen, r.scene, r.redeemed_at, r.day,
                r.sequence, r.to_pay_fen, 1, 1
         from redemption r cross join n",
    )
    .await;
    let page = app.get("/till/today", &cookie).await.text();
    assert_eq!(page.matches("day__entry").count(), 500);
    for said in ["501 筆", "¥25,050.00", "¥10.00", "¥17,500.00", "列出其中 500 筆", &id] {
        assert!(page.contains(said), "{said}");
    }
    let way = page.split("href=\"/till/today?before=").nth(1).and_then(|it| it.split('"').next());
    let rest = app.get(&format!("/till/today?before={}", way.unwrap()), &cookie).await.text();
    assert_eq!(rest.matches("day__entry").count(), 1);
    assert!(rest.contains("00000000000000000000000101") && rest.contains("501 筆"));
    assert!(!rest.contains("更早的核銷"), "there is nothing before it");
    assert!(app.get("/till", &cookie).await.text().contains("501 筆"), "the form says the same");
}
