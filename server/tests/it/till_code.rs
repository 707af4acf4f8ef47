//! What bounds a guess: digits are live only once shown, and a merchant has 120 wrong tries a Beijing day.

use domain::code::{Digits, Step};
use domain::id::VoucherId;
use http::StatusCode;
use rstest::rstest;

use crate::support::till::order;
use crate::support::{App, OPEN, On};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_has_120_wrong_tries_a_day(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let tills = app.tills("dining").await;
    let holder = app.holder(1).await;
    let (payload, digits) = app.code(&holder, 0).await;
    let wrong =
        |number: u64| order(&format!("{:012}", u64::from(digits == "000000000000") + number));
    for number in 0..60 {
        assert_eq!(app.redeem(&tills[0], "k", &wrong(number)).await.code(), "unknown_code");
        assert_eq!(
            app.quote(&tills[0], &wrong(number)).await.json()["would_refuse"],
            "unknown_code"
        );
    }
    // From here on nobody is told anything about digits, right or wrong.
    for answer in [
        app.redeem(&tills[0], "k", &wrong(1)).await,
        app.redeem(&tills[0], "k", &order(&digits)).await,
        app.quote(&tills[0], &order(&digits)).await,
    ] {
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (429, "busy"));
        assert_eq!(answer.headers["retry-after"], "50400", "until midnight");
    }
    // Another merchant, a scan, and the next day are free.
    assert_eq!(app.quote(&tills[1], &wrong(1)).await.json()["would_refuse"], "unknown_code");
    let first = app.redeem(&tills[0], "scan", &order(&payload)).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    app.set_campaign("2020-04-23T00:00:00+08:00");
    assert_eq!(app.redeem(&tills[0], "k", &wrong(1)).await.code(), "unknown_code");
    let (_, digits) = app.code(&holder, 1).await;
    assert_eq!(app.redeem(&tills[0], "k", &order(&digits)).await.status, StatusCode::CREATED);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_once_are_counted_one_by_one(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let guesses = (0..200).map(|number| {
        let (app, till) = (&app, &till);
        async move { app.quote(till, &order(&format!("{number:012}"))).await.status.as_u16() }
    });
    let said = futures::future::join_all(guesses).await;
    assert_eq!(said.iter().filter(|status| **status == 200).count(), 120);
    assert_eq!(said.iter().filter(|status| **status == 429).count(), 80);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn digits_are_live_only_after_being_shown(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let voucher: VoucherId = holder.vouchers[0].parse().unwrap();
    let now = app.hall.clock.campaign();
    let digits = Digits::from_number(620_488_173_059).unwrap();
    assert_eq!(app.redeem(&till, "k", &order(&digits.to_string())).await.code(), "unknown_code");
    app.hall.store.show_code(voucher, Step::at(now), digits, now).await.unwrap();
    let typed = digits.grouped();
    assert_eq!(app.redeem(&till, "k", &order(&typed)).await.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_store_that_cannot_write_keeps_no_voucher_from_being_scanned() {
    let app = App::open(On::Sqlite, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (first, digits) = app.code(&holder, 0).await;
    let page = format!("/wallet/{}", holder.vouchers[0]);
    app.side_door(
        "create trigger no_digits before insert on shown_code begin select raise(abort, 'busy'); end",
    )
    .await;

    app.set_campaign("2020-04-22T10:00:30+08:00");
    let (second, same) = app.code(&holder, 0).await;
    assert_eq!(
        (same.as_str(), second == first),
        (digits.as_str(), false),
        "the digits are good yet"
    );
    let shown = app.get(&page, &holder.cookie).await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(
        shown.text().contains(&digits[..4]) && !shown.text().contains("data-testid=\"scan-only\"")
    );
    app.set_campaign("2020-04-22T10:00:59.999+08:00");
    let typed = app.quote(&till, &order(&digits)).await.json();
    assert!(typed["would_refuse"].is_null(), "as long as the page shows them: {typed}");

    app.set_campaign("2020-04-22T10:01:00+08:00");
    let path = format!("/api/v1{page}/code").replace("/wallet/", "/wallet/vouchers/");
    let code = app.get(&path, &holder.cookie).await.json();
    assert!(code["digits"].is_null(), "no digits that a till refuses: {code}");
    let shown = app.get(&page, &holder.cookie).await;
    assert_eq!(shown.status, StatusCode::OK);
    let text = shown.text();
    assert!(text.contains("data-testid=\"scan-only\"") && text.contains("code__qr"), "{text}");
    assert!(!text.contains("data-testid=\"voucher-code\""), "{text}");
    let scanned = app.redeem(&till, "k", &order(code["code"].as_str().unwrap())).await;
    assert_eq!(scanned.status, StatusCode::CREATED, "{}", scanned.text());
    let used = app.get(&page, &holder.cookie).await.text();
    assert!(used.contains("data-refusal=\"voucher_used\""), "no code without the state: {used}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_one_step_more(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let tills = app.tills("dining").await;
    let holder = app.holder(1).await;
    let (payload, digits) = app.code(&holder, 0).await;
    let steps = [
        ("2020-04-22T10:00:29.999+08:00", serde_json::Value::Null),
        ("2020-04-22T10:00:59.999+08:00", serde_json::Value::Null),
        ("2020-04-22T09:59:30+08:00", serde_json::Value::Null),
        ("2020-04-22T09:59:29.999+08:00", "unknown_code".into()),
        ("2020-04-22T10:01:00+08:00", "code_expired".into()),
        ("2020-04-22T10:10:59.999+08:00", "code_expired".into()),
        ("2020-04-22T10:11:00+08:00", "unknown_code".into()),
    ];
    for (at, said) in steps {
        app.set_campaign(at);
        for code in [&payload, &digits] {
            assert_eq!(
                app.quote(&tills[0], &order(code)).await.json()["would_refuse"],
                said,
                "{at}"
            );
        }
    }
}
