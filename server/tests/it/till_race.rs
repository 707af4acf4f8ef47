//! Many tills at once: the day rule (R8), one voucher in many hands, one key many times; one server and three.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::join_all;
use rstest::rstest;

use crate::support::till::{Holder, TestTill, order};
use crate::support::{App, Database, OPEN, On};

/// Servers on one database, the first with the campaign.
async fn servers(on: On, count: usize) -> Vec<App> {
    let first = App::open(on, OPEN).await;
    let database: Arc<Database> = first.database.clone();
    let mut apps = vec![first];
    for _ in 1..count {
        let app = App::on(database.clone(), OPEN, 8_192).await;
        app.refresh().await;
        apps.push(app);
    }
    apps
}

/// Many redemptions at once, dealt over the servers; how often each answer was given. `busy` asks again.
async fn rush(
    apps: &[App],
    asks: Vec<(TestTill, String, serde_json::Value)>,
) -> HashMap<String, usize> {
    let asks = asks.into_iter().enumerate().map(|(place, (till, key, body))| async move {
        for _ in 0..100 {
            let answer = apps[place % apps.len()].redeem(&till, &key, &body).await;
            if answer.status.as_u16() == 503 {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            }
            let replayed = answer.headers.contains_key("idempotent-replayed");
            return match answer.status.as_u16() {
                201 if replayed => "replayed".to_owned(),
                201 => "redeemed".to_owned(),
                _ => answer.code(),
            };
        }
        panic!("busy a hundred times");
    });
    let mut counts = HashMap::new();
    for said in join_all(asks).await {
        *counts.entry(said).or_default() += 1;
    }
    counts
}

fn said(pairs: &[(&str, usize)]) -> HashMap<String, usize> {
    pairs.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect()
}

/// The codes of the holder's general vouchers.
async fn codes(app: &App, holder: &Holder) -> Vec<String> {
    let mut codes = Vec::new();
    for slot in 0..3 {
        codes.push(app.code(holder, slot).await.0);
    }
    codes
}

#[rstest]
#[case(On::Sqlite, 1)]
#[case(On::Postgres, 1)]
#[case(On::Postgres, 3)]
#[tokio::test(flavor = "multi_thread")]
async fn r8_one_a_day_at_a_merchant(#[case] on: On, #[case] count: usize) {
    let apps = servers(on, count).await;
    let app = &apps[0];
    let tills = app.tills("dining").await;
    let holder = app.holder(1).await;
    let codes = codes(app, &holder).await;
    let asks = |till: &TestTill, name: &str| {
        let ask = |number: usize| {
            (till.clone(), format!("{name}-{number}"), order(&codes[number % codes.len()]))
        };
        (0..200).map(ask).collect::<Vec<_>>()
    };
    let counts = rush(&apps, asks(&tills[0], "first")).await;
    assert_eq!(counts["redeemed"], 1, "{counts:?}");
    assert_eq!(
        counts["redeemed"] + counts["one_per_merchant_per_day"] + counts["voucher_used"],
        200
    );
    let counts = rush(&apps, asks(&tills[1], "second")).await;
    assert_eq!(counts["redeemed"], 1, "at another merchant another: {counts:?}");
    // After a full refund again one.
    let list = app.machine_get(&tills[0], "/api/v1/redemptions?date=2020-04-22").await.json();
    let id = list["items"][0]["id"].as_str().unwrap();
    assert_eq!(app.refund(&tills[0], id, "r", 3_500).await.status.as_u16(), 201);
    let counts = rush(&apps, asks(&tills[0], "third")).await;
    assert_eq!(counts["redeemed"], 1, "{counts:?}");
    app.in_order().await;
}

#[rstest]
#[case(On::Sqlite, 1)]
#[case(On::Postgres, 1)]
#[case(On::Postgres, 3)]
#[tokio::test(flavor = "multi_thread")]
async fn r7_one_voucher_at_fifty_tills(#[case] on: On, #[case] count: usize) {
    let apps = servers(on, count).await;
    let app = &apps[0];
    let mut tills = app.tills("dining").await;
    tills.extend(app.tills("retail").await);
    tills.extend(app.tills("fuel").await);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    // Eighteen merchants, three attempts each but for four: fifty.
    let ask =
        |place: usize| (tills[place % tills.len()].clone(), format!("k{place}"), order(&code));
    let counts = rush(&apps, (0..50).map(ask).collect()).await;
    assert_eq!(counts, said(&[("redeemed", 1), ("voucher_used", 49)]));
    app.in_order().await;
}

#[rstest]
#[case(On::Sqlite, 1)]
#[case(On::Postgres, 1)]
#[case(On::Postgres, 3)]
#[tokio::test(flavor = "multi_thread")]
async fn r4_one_key_a_hundred_times(#[case] on: On, #[case] count: usize) {
    let apps = servers(on, count).await;
    let app = &apps[0];
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let asks = vec![(till.clone(), "same".to_owned(), order(&code)); 100];
    let counts = rush(&apps, asks).await;
    assert_eq!(counts, said(&[("redeemed", 1), ("replayed", 99)]));
    assert_eq!(app.account(&format!("payable:{}", till.merchant)).await, 1_000);
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r8_the_day_changes_at_midnight_in_beijing(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    app.set_campaign("2020-04-22T23:59:59.999+08:00");
    let codes = codes(&app, &holder).await;
    app.redeemed(&till, "a", &order(&codes[0])).await;
    let again = app.redeem(&till, "b", &order(&codes[1])).await;
    assert_eq!(again.code(), "one_per_merchant_per_day");
    app.set_campaign("2020-04-23T00:00:00+08:00");
    app.redeemed(&till, "b", &order(&codes[1])).await;
    let again = app.redeem(&till, "c", &order(&codes[2])).await;
    assert_eq!(again.code(), "one_per_merchant_per_day");
    for (date, count) in [("2020-04-22", 1), ("2020-04-23", 1), ("2020-04-24", 0)] {
        let list = app.machine_get(&till, &format!("/api/v1/redemptions?date={date}")).await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{date}");
    }
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn without_the_index_the_day_rule_is_the_desks_alone(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    // The negative control: the schema holds the rule too, so a row past the desk is refused, and without the index
    // it is not.
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    app.redeemed(&till, "a", &order(&code)).await;
    let second = "insert into redemption select '01AAAAAAAAAAAAAAAAAAAAAAAA', claim_id, slot + 1, round_id, person_id, \
                  holder, merchant_id, till_id, 'other', body, order_fen, merchant_coupon_fen, voucher_fen, rest_fen, \
                  to_pay_fen, scene, latitude, longitude, reference, redeemed_at, day, sequence, 0, 0, 0 \
                  from redemption";
    assert!(store::control::run(&app.hall.store, second).await.is_err());
    app.side_door("drop index redemption_day").await;
    app.side_door(second).await;
    let now = app.hall.clock.campaign();
    assert!(
        !server::ledger::verify(&app.hall.store, now, |_| ()).await.unwrap().ok,
        "and the ledger sees it"
    );
}
