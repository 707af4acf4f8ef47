//! What the bank has to pay for a day over all merchants: the list, in the console and by command, and the recording of
//! what it paid.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::audit::{Act as AuditAct, Who};
use domain::id::MerchantId;
use domain::settlement::ClosedDay;
use domain::settlement::hold::Act;
use domain::staff::Role;
use http::StatusCode;
use rstest::rstest;
use server::backend::settlement::{due_after, hold, record_payment};

use crate::support::process::{offset_to, run};
use crate::support::till::{Holder, TestTill, order};
use crate::support::{App, OPEN, On};

const FIRST: &str = "2020-04-22";
const SECOND: &str = "2020-04-23";
const THIRD: &str = "2020-04-24";

/// Five shops with three days behind them:
/// 0. sold, refunded that on the next day, and sold twice on the third: less is paid then;
/// 1. sold twice, one of them undone on the same day;
/// 2. sold, held before the day ended, released on the next: paid with that one;
/// 3. sold, held after the day had ended and still;
/// 4. sold, and was paid.
struct City {
    app: App,
    tills: Vec<TestTill>,
}

impl City {
    async fn open(on: On) -> Self {
        let app = App::open(on, OPEN).await;
        app.with_staff().await;
        let tills = app.tills("dining").await;
        let city = Self { app, tills };
        let mut holders = Vec::new();
        for place in 1..=4 {
            holders.push(city.app.holder(place).await);
        }
        let [one, two, three, four] = &holders[..] else { panic!("four holders") };
        let refunded = city.sell(0, one, 0).await;
        city.sell(1, one, 1).await;
        let undone = city.sell(1, two, 0).await;
        city.refund(1, &undone).await;
        city.sell(2, one, 2).await;
        city.sell(3, two, 1).await;
        city.sell(4, two, 2).await;
        city.hold(2, Act::Hold).await;
        city.app.set_campaign("2020-04-23T10:00:00+08:00");
        city.refund(0, &refunded).await;
        city.hold(2, Act::Release).await;
        city.hold(3, Act::Hold).await;
        let paid = city.pay(4, FIRST, "B,4").await;
        assert_eq!(paid, 1_000);
        city.app.set_campaign("2020-04-24T10:00:00+08:00");
        city.sell(0, three, 0).await;
        city.sell(0, four, 0).await;
        city.app.set_campaign("2020-04-25T10:00:00+08:00");
        city
    }

    async fn sell(&self, shop: usize, holder: &Holder, slot: usize) -> String {
        let (code, _) = self.app.code(holder, slot).await;
        let key = format!("key-{}", holder.vouchers[slot]);
        self.app.redeemed(&self.tills[shop], &key, &order(&code)).await
    }

    async fn refund(&self, shop: usize, sale: &str) {
        let refunded = self.app.refund(&self.tills[shop], sale, "r", 3_500).await;
        assert_eq!(refunded.status, StatusCode::CREATED, "{}", refunded.text());
    }

    async fn hold(&self, shop: usize, act: Act) {
        let merchant = self.tills[shop].merchant.parse().unwrap();
        hold(&self.app.hall, &Who::Command, &merchant, act, "帳目待查").await.unwrap().unwrap();
    }

    async fn pay(&self, shop: usize, day: &str, reference: &str) -> i64 {
        let merchant = self.tills[shop].merchant.parse().unwrap();
        let now = self.app.hall.clock.campaign();
        let day = day.parse().unwrap();
        let paid = record_payment(&self.app.hall.store, merchant, day, reference, now).await;
        paid.unwrap().payment.payout.fen()
    }

    /// The lines of shops in the order of the list, which is that of their identifiers.
    fn lines(&self, lines: &[(usize, &str)]) -> Vec<String> {
        let by_merchant: BTreeMap<&str, &str> =
            lines.iter().map(|(shop, line)| (self.tills[*shop].merchant.as_str(), *line)).collect();
        by_merchant.into_iter().map(|(merchant, line)| format!("{merchant},{line}")).collect()
    }

    async fn exported(&self, day: &str, cookie: &str) -> String {
        let path = format!("/console/exports/due.csv?day={day}");
        let answer = self.app.get(&path, cookie).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let name = answer.headers["content-disposition"].to_str().unwrap();
        assert_eq!(name, format!("attachment; filename=\"due-{day}.csv\""));
        answer.text()
    }

    /// Runs a command of settlement by the clock that the servers have.
    async fn command(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        self.command_at("2020-04-25T09:59:00+08:00", arguments).await
    }

    async fn command_at(&self, now: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
        let (url, offset) = (self.app.database.url.as_str(), offset_to(now));
        let place = ["--database", url, "--clock-offset", &offset];
        run(&[&["settlement"], arguments, &place].concat()).await
    }

    /// Records a list, as a file that the bank sent.
    async fn list(&self, day: &str, lines: &[String]) -> (Option<i32>, String, String) {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = format!("merchant,reference\r\n{}\r\n", lines.join("\r\n"));
        std::fs::write(file.path(), text).unwrap();
        let path = file.path().to_str().unwrap();
        let (code, said, complaint) = self.command(&["paid", "--date", day, "--list", path]).await;
        (code, said, complaint.replace(path, "FILE"))
    }

    fn line(&self, shop: usize, reference: &str) -> String {
        format!("{},{reference}", self.tills[shop].merchant)
    }

    async fn paid(&self, shop: usize) -> i64 {
        self.app.account(&format!("paid:{}", self.tills[shop].merchant)).await
    }

    /// How many payments the ledger and the audit record hold.
    async fn payments(&self) -> (usize, usize) {
        let mut tx = self.app.hall.store.snapshot().await.unwrap();
        let records = store::audit::records(&mut tx, 0, 1_000).await.unwrap();
        let acts = records.into_iter().map(|it| it.read.unwrap().record.entry.act);
        let acts = acts.filter(|act| *act == AuditAct::SettlementPaid).count();
        (self.app.hall.store.payments().await.unwrap().len(), acts)
    }
}

/// The lines of a list without credit codes and names.
fn figures(list: &str) -> Vec<String> {
    let lines = list.lines().skip(1).filter(|line| !line.starts_with("total,"));
    lines
        .map(|line| {
            let mut cells = line.splitn(4, ',');
            let merchant = cells.next().unwrap();
            format!("{merchant},{}", cells.nth(2).unwrap())
        })
        .collect()
}

/// Which merchant of the city, and its line after that.
type Lines = &'static [(usize, &'static str)];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r14_the_list_of_a_day_says_of_every_merchant_what_its_file_says(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let city = City::open(on).await;
    let auditor = city.app.at_console(Role::Auditor).await;
    let expected: [(&str, Lines, &str); 3] = [
        (
            FIRST,
            &[
                (0, "2020-04-22,1000,0,1000,1000,0,"),
                (1, "2020-04-22,1000,0,1000,1000,0,"),
                (3, "2020-04-22,1000,0,1000,0,1,"),
                (4, "2020-04-22,1000,0,1000,0,0,\"B,4\""),
            ],
            "total,4,,,4000,0,4000,2000,,",
        ),
        (SECOND, &[(2, "2020-04-23,0,1000,1000,1000,0,")], "total,1,,,0,1000,1000,1000,,"),
        (THIRD, &[(0, "2020-04-24,2000,-1000,1000,1000,0,")], "total,1,,,2000,-1000,1000,1000,,"),
    ];
    for (day, lines, total) in expected {
        let list = city.exported(day, &auditor).await;
        assert_eq!(figures(&list), city.lines(lines), "{list}");
        assert_eq!(list.lines().last().unwrap(), total);
        let (code, said, _) = city.command(&["due", "--date", day]).await;
        assert_eq!((code, said), (Some(0), list.clone()), "the command says the same");
        // What a merchant's own file tells the bank is in the list, and nothing else.
        for till in &city.tills {
            let path = format!("/api/v1/settlements/{day}.csv");
            let file = city.app.machine_get(till, &path).await.text();
            let payout = file.lines().last().unwrap().split(',').nth(15).unwrap().to_owned();
            let line = list.lines().find(|line| line.starts_with(&till.merchant));
            let listed = line.map_or("0", |line| line.split(',').nth(6).unwrap());
            assert_eq!(listed, payout, "{day}: {line:?}");
        }
    }
    let (code, said, _) = city.command(&["due", "--date", FIRST, "--json"]).await;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &said["day"]), (Some(0), &FIRST.into()));
    let total = serde_json::json!({
        "merchants": 4, "net_fen": 4_000, "carried_in_fen": 0, "payout_fen": 4_000, "due_fen": 2_000
    });
    assert_eq!(said["total"], total);
    let paid = said["merchants"].as_array().unwrap().iter();
    let paid = paid.filter(|it| it["bank_reference"] == "B,4" && it["held"] == false).count();
    assert_eq!((said["merchants"].as_array().unwrap().len(), paid), (4, 1), "{said}");
    let (code, said, _) = city.command(&["due", "--date", "2020-04-21", "--json"]).await;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &said["merchants"]), (Some(0), &serde_json::json!([])), "{said}");
}

/// Five hundred merchants that never sold anything come before those that did.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_sale_is_not_the_end_of_the_list(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let city = City::open(on).await;
    let first = city.tills.iter().map(|till| &till.merchant).min().unwrap();
    let columns = "null, name, credit_code, category, district, address, latitude, longitude, contact_name,
                   contact_phone, documents, sells_goods, in_city, search, 'refused', state_who, state_at,
                   state_why, applied_at, approved_at, 1, suspended_at, version";
    let mut copies = "begin;".to_owned();
    for number in 0..500 {
        let id = MerchantId::mint(1, number).to_string();
        assert!(id < *first);
        let copy = format!("select '{id}', {columns} from merchant where id = '{first}'");
        let _ = write!(copies, "insert into merchant {copy};");
    }
    city.app.side_door(&format!("{copies} commit;")).await;
    let day = ClosedDay::of(FIRST.parse().unwrap(), city.app.hall.clock.campaign()).unwrap();
    let mut tx = city.app.hall.store.snapshot().await.unwrap();
    for page in [1, 7, 1_000] {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let due = due_after(&mut tx, day, after, page).await.unwrap();
            let Some(last) = due.last() else { break };
            after = Some(last.payee.merchant);
            listed.extend(due.into_iter().map(|it| it.payee.merchant.to_string()));
        }
        let mut expected = [0, 1, 3, 4].map(|shop| city.tills[shop].merchant.clone());
        expected.sort();
        assert_eq!(listed, expected, "{page} merchants at a time");
    }
    let auditor = city.app.at_console(Role::Auditor).await;
    let list = city.exported(FIRST, &auditor).await;
    assert_eq!(list.lines().last().unwrap(), "total,4,,,4000,0,4000,2000,,");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_lists_no_day_that_is_not_over() {
    let city = City::open(On::Sqlite).await;
    city.app.set_campaign("2020-04-25T00:00:59+08:00");
    let auditor = city.app.at_console(Role::Auditor).await;
    let last = async || {
        let answer = city.app.get("/console/exports/due.csv", &auditor).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.headers["content-disposition"].to_str().unwrap().to_owned()
    };
    assert!(last().await.contains("due-2020-04-23.csv"), "a day is over a minute late");
    for day in ["2020-04-24", "2020-04-25", "2020-02-30", "x"] {
        let answer = city.app.get(&format!("/console/exports/due.csv?day={day}"), &auditor).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        let page = answer.text();
        assert!(page.contains("data-error=\"day\"") && page.contains(&format!("value=\"{day}\"")));
        assert!(page.contains("<title>請檢查填寫的內容"), "{day}: {page}");
    }
    // Of other files no day is asked.
    let other = city.app.get("/console/exports/refunds.csv?day=x", &auditor).await;
    assert_eq!(other.status, StatusCode::OK);
    city.app.set_campaign("2020-04-25T00:01:00+08:00");
    assert!(last().await.contains("due-2020-04-24.csv"));
    let page = city.app.get("/console/exports", &auditor).await.text();
    assert!(page.contains("action=\"/console/exports/due.csv\""), "{page}");
    assert!(
        page.contains("value=\"2020-04-24\"") && !page.contains("data-error=\"day\""),
        "{page}"
    );
    let audit = city.app.get("/console/exports/audit.csv", &auditor).await.text();
    assert!(audit.contains(",export_taken,export:due,2020-04-23,"), "which day was taken: {audit}");
    let administrator = city.app.at_console(Role::Administrator).await;
    let path = format!("/console/exports/due.csv?day={FIRST}");
    assert_eq!(city.app.get(&path, &administrator).await.status, StatusCode::FORBIDDEN);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r14_a_list_of_payments_is_recorded_line_by_line_and_once(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let city = City::open(on).await;
    let unknown = MerchantId::mint(1, 1);
    let lines = [
        city.line(0, "B-1"),
        city.line(3, "B-2"),
        format!("{unknown},B-3"),
        city.line(2, "B-4"),
        city.line(4, "B-5"),
        city.line(1, "B-6"),
    ];
    let refused = "FILE: line 3: the merchant's money is held: it must be released first.\n\
                   FILE: line 4: there is no such merchant.\n\
                   FILE: line 5: nothing is to be paid for that day.\n\
                   FILE: line 6: the day was paid already, with another reference.\n";
    let (code, said, complaint) = city.list(FIRST, &lines).await;
    assert_eq!((code, complaint.as_str()), (Some(1), refused));
    assert_eq!(said, "6 of 6 line(s): 2 recorded (¥20), 0 recorded before, 4 not recorded\n");
    // What could be recorded is, also after a line that could not be. Shop 0 has refunded since.
    let paid = [city.paid(0).await, city.paid(1).await, city.paid(2).await, city.paid(3).await];
    assert_eq!(paid, [1_000, 1_000, 0, 0]);
    assert_eq!(city.payments().await, (3, 3));
    city.app.in_order().await;

    let (code, said, complaint) = city.list(FIRST, &lines).await;
    assert_eq!((code, complaint.as_str()), (Some(1), refused), "the same again");
    assert_eq!(said, "6 of 6 line(s): 0 recorded (¥0), 2 recorded before, 4 not recorded\n");
    assert_eq!(city.payments().await, (3, 3));
    let good = [city.line(0, "B-1"), city.line(4, "\"B,4\""), city.line(1, "B-6")];
    let (code, said, complaint) = city.list(FIRST, &good).await;
    assert_eq!((code, complaint.as_str()), (Some(0), ""));
    assert_eq!(said, "3 of 3 line(s): 0 recorded (¥0), 3 recorded before, 0 not recorded\n");
    assert_eq!(city.payments().await, (3, 3));

    // Nothing is due any more but what is held, until it is released.
    let (_, list, _) = city.command(&["due", "--date", FIRST]).await;
    assert_eq!(list.lines().last().unwrap(), "total,4,,,4000,0,4000,0,,");
    city.hold(3, Act::Release).await;
    let (_, list, _) = city.command(&["due", "--date", FIRST]).await;
    assert_eq!(list.lines().last().unwrap(), "total,4,,,4000,0,4000,1000,,");
    let (code, said, _) = city.list(FIRST, &[city.line(0, "B-1"), city.line(3, "B-2")]).await;
    assert_eq!(code, Some(0));
    assert_eq!(said, "2 of 2 line(s): 1 recorded (¥10), 1 recorded before, 0 not recorded\n");
    assert_eq!((city.paid(3).await, city.payments().await), (1_000, (4, 4)));
    city.app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_be_read_or_comes_too_early_records_nothing(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let city = City::open(on).await;
    let twice = [city.line(0, "B-1"), city.line(1, "B-2"), city.line(0, "B-1"), "x".to_owned()];
    let (code, said, complaint) = city.list(FIRST, &twice).await;
    assert_eq!((code, said.as_str()), (Some(1), ""));
    let faults = "FILE: line 4: the same merchant stands in line 2\n\
                  FILE: line 5: two columns are expected, here are 1\nNothing was recorded.\n";
    assert_eq!(complaint, faults);
    let open = "the day is not over, or has been for less than a minute.\n";
    let (code, said, complaint) = city.list("2020-04-25", &[city.line(0, "B-1")]).await;
    assert_eq!((code, said.as_str()), (Some(1), ""));
    assert_eq!(complaint, format!("Nothing was recorded: {open}"));
    let (code, said, complaint) = city.command(&["due", "--date", "2020-04-25"]).await;
    assert_eq!((code, said.as_str()), (Some(1), ""));
    assert_eq!(complaint, format!("Nothing was listed: {open}"));
    // By a clock that no server has, a day may still be open whatever it says.
    let ahead = "2020-05-02T10:00:00+08:00";
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("merchant,reference\n{}\n", city.line(0, "B-1"))).unwrap();
    let list = ["paid", "--date", FIRST, "--list", file.path().to_str().unwrap()];
    for command in [&list[..], &["due", "--date", FIRST]] {
        let (code, said, complaint) = city.command_at(ahead, command).await;
        assert_eq!((code, said.as_str()), (Some(1), ""));
        assert!(complaint.contains("round r1") && complaint.contains("--clock-offset"));
    }
    for command in [&[&list[..], &["--merchant", "x"]].concat()[..], &["paid", "--date", FIRST]] {
        let (code, ..) = city.command(command).await;
        assert_eq!(code, Some(2), "either a list or a merchant: {command:?}");
    }
    assert_eq!(city.payments().await, (1, 1), "the one of before");
    city.app.in_order().await;
}
