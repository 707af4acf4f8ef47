//! Settlement of a day: the file, the bank's payment, refunds after it; the ledger to the fen.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::audit::Who;
use domain::settlement::hold::Act;
use http::StatusCode;
use rstest::rstest;
use server::backend::settlement::{CannotRecord, check, hold, record_payment};
use server::key::sha256;

use crate::support::till::{TestTill, order};
use crate::support::{App, OPEN, On};

async fn balances(app: &App, till: &TestTill) -> (i64, i64) {
    let of = |kind: &str| format!("{kind}:{}", till.merchant);
    (app.account(&of("payable")).await, app.account(&of("paid")).await)
}

async fn pay(app: &App, till: &TestTill, date: &str, reference: &str) -> Result<i64, CannotRecord> {
    let (merchant, day) = (till.merchant.parse().unwrap(), date.parse().unwrap());
    let now = app.hall.clock.campaign();
    let paid = record_payment(&app.hall.store, merchant, day, reference, now).await;
    paid.map(|recorded| recorded.payment.payout.fen())
}

async fn file(app: &App, till: &TestTill, date: &str) -> String {
    let answer = app.machine_get(till, &format!("/api/v1/settlements/{date}.csv")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    let digest = format!("sha-256=:{}:", STANDARD.encode(sha256(&answer.body)));
    assert_eq!(answer.headers["repr-digest"], digest.as_str());
    answer.text()
}

/// Net, carried in, payout, carried out of a file's last line.
fn totals(file: &str) -> [i64; 4] {
    let last = file.lines().last().unwrap();
    assert!(last.starts_with("total,"), "{last}");
    let cells: Vec<&str> = last.split(',').collect();
    [13, 14, 15, 16].map(|place| cells[place].parse().unwrap())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r13_refunds_after_settlement_are_carried_forward(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let (first, second) = (app.holder(1).await, app.holder(2).await);
    let mut sold = Vec::new();
    for (holder, key) in [(&first, "a"), (&second, "b")] {
        let (code, _) = app.code(holder, 0).await;
        sold.push(app.redeemed(&till, key, &order(&code)).await);
    }
    assert!(matches!(pay(&app, &till, "2020-04-22", "B-1").await, Err(CannotRecord::DayIsOpen)));
    let open = file(&app, &till, "2020-04-22").await;
    assert_eq!(totals(&open), [2_000, 0, 2_000, 0]);

    // What was decided before midnight may be written after it: for a minute nothing is settled or checked.
    app.set_campaign("2020-04-23T00:00:59+08:00");
    assert!(matches!(pay(&app, &till, "2020-04-22", "B-1").await, Err(CannotRecord::DayIsOpen)));
    let now = app.hall.clock.campaign();
    assert_eq!(check(&app.hall.store, now).await.unwrap().days, 0);
    app.set_campaign("2020-04-23T00:01:00+08:00");
    let now = app.hall.clock.campaign();
    assert_eq!(check(&app.hall.store, now).await.unwrap().days, 1);
    let closed = file(&app, &till, "2020-04-22").await;
    assert_eq!(closed, open);
    assert_eq!(pay(&app, &till, "2020-04-22", "B-1").await.unwrap(), 2_000);
    assert_eq!(balances(&app, &till).await, (0, 2_000));
    assert_eq!(pay(&app, &till, "2020-04-22", "B-1").await.unwrap(), 2_000, "the same again");
    assert!(matches!(pay(&app, &till, "2020-04-22", "B-2").await, Err(CannotRecord::PaidAlready)));
    // The next day a sale of the day before is refunded: from paid, for nothing is owed.
    app.refund(&till, &sold[0], "r", 3_500).await;
    assert_eq!(balances(&app, &till).await, (0, 1_000));
    app.set_campaign("2020-04-24T10:00:00+08:00");
    assert_eq!(file(&app, &till, "2020-04-22").await, closed, "a closed day never changes");
    assert_eq!(totals(&file(&app, &till, "2020-04-23").await), [-1_000, 0, 0, -1_000]);
    assert!(matches!(pay(&app, &till, "2020-04-23", "B-2").await, Err(CannotRecord::NothingToPay)));
    let (code, _) = app.code(&first, 1).await;
    app.redeemed(&till, "c", &order(&code)).await;
    let (code, _) = app.code(&second, 1).await;
    app.redeemed(&till, "d", &order(&code)).await;
    app.set_campaign("2020-04-25T10:00:00+08:00");
    // The bank pays 10 yuan less: what was refunded is made up for, and everything owed is paid.
    assert_eq!(totals(&file(&app, &till, "2020-04-24").await), [2_000, -1_000, 1_000, 0]);
    assert_eq!(pay(&app, &till, "2020-04-24", "B-3").await.unwrap(), 1_000);
    assert_eq!(balances(&app, &till).await, (0, 3_000));
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r14_a_refund_between_the_day_and_its_payment(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let id = app.redeemed(&till, "a", &order(&code)).await;
    app.set_campaign("2020-04-23T10:00:00+08:00");
    app.refund(&till, &id, "r", 3_500).await;
    assert_eq!(balances(&app, &till).await, (0, 0));
    // The file of the day says 10 yuan, and the bank pays them; no redemption stands behind them any more.
    assert_eq!(pay(&app, &till, "2020-04-22", "B-1").await.unwrap(), 1_000);
    assert_eq!(balances(&app, &till).await, (0, 0));
    app.in_order().await;
    let (code, _) = app.code(&holder, 0).await;
    app.redeemed(&till, "b", &order(&code)).await;
    app.set_campaign("2020-04-24T10:00:00+08:00");
    assert_eq!(totals(&file(&app, &till, "2020-04-23").await), [0, 0, 0, 0]);
    app.in_order().await;
    assert_eq!(balances(&app, &till).await, (1_000, 0));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_check_finds_what_disagrees(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    app.redeemed(&till, "a", &order(&code)).await;
    app.set_campaign("2020-04-23T10:00:00+08:00");
    pay(&app, &till, "2020-04-22", "B-1").await.unwrap();
    app.in_order().await;
    let trigger = match on {
        On::Sqlite => "drop trigger redemption_is_only_refunded",
        On::Postgres => "drop trigger redemption_is_only_refunded on redemption",
    };
    app.side_door(trigger).await;
    app.side_door("update redemption set voucher_fen = 900, to_pay_fen = 3600").await;
    let now = app.hall.clock.campaign();
    let report = check(&app.hall.store, now).await.unwrap();
    assert_eq!((report.ok, report.problems.len()), (false, 2), "{:#?}", report.problems);
    let verified = server::ledger::verify(&app.hall.store, now, |_| ()).await.unwrap();
    assert!(!verified.ok);
}

/// Of what was held the bank is told with the day of the release, on which nobody may have bought anything.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_check_looks_at_a_day_that_only_paid_what_was_held(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    app.redeemed(&till, "a", &order(&code)).await;
    let merchant = till.merchant.parse().unwrap();
    let act = async |act: Act| {
        hold(&app.hall, &Who::Command, &merchant, act, "帳目待查").await.unwrap().unwrap();
    };
    act(Act::Hold).await;
    app.set_campaign("2020-04-23T10:00:00+08:00");
    act(Act::Release).await;
    app.set_campaign("2020-04-24T10:00:00+08:00");
    assert_eq!(totals(&file(&app, &till, "2020-04-23").await), [0, 1_000, 1_000, 0]);
    assert_eq!(pay(&app, &till, "2020-04-23", "B-1").await.unwrap(), 1_000);
    app.in_order().await;
    let trigger = match on {
        On::Sqlite => "drop trigger settlement_is_not_changed",
        On::Postgres => "drop trigger settlement_is_not_changed on settlement",
    };
    app.side_door(trigger).await;
    app.side_door("update settlement set payout_fen = 900").await;
    let report = check(&app.hall.store, app.hall.clock.campaign()).await.unwrap();
    assert_eq!((report.days, report.problems.len()), (2, 1), "{:#?}", report.problems);
    assert!(report.problems[0].contains("not the one that was paid"), "{:#?}", report.problems);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_there() {
    let app = App::open(On::Sqlite, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    for name in ["2020-04-23.csv", "2020-04-22", "2020-02-30.csv", "x.csv", ".csv"] {
        let answer = app.machine_get(&till, &format!("/api/v1/settlements/{name}")).await;
        assert_eq!(answer.code(), "not_found", "{name}");
    }
    assert_eq!(totals(&file(&app, &till, "2020-04-21").await), [0, 0, 0, 0]);
}
