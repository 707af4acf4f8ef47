//! The self-test for machines at tills, against a real demonstration server: every case passes, twice in a row.

use crate::support::process::{Server, offset_to, run};
use crate::support::{Database, OPEN, On};

#[tokio::test(flavor = "multi_thread")]
async fn the_selftest_passes_on_a_demonstration() {
    let database = Database::fresh(On::Sqlite);
    let arguments = ["--demo", "--database", &database.url, "--now", OPEN];
    let server = Server::start(&arguments).await;
    for _ in 0..2 {
        let (code, said, _) = run(&["pos", "selftest", "--server", &server.base, "--json"]).await;
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!((code, &said["ok"]), (Some(0), &serde_json::Value::Bool(true)), "{said:#}");
        assert_eq!(said["cases"].as_array().unwrap().len(), 22);
    }
    let (code, _, complaint) = run(&["pos", "selftest", "--server", "http://127.0.0.1:1"]).await;
    assert_eq!(code, Some(1));
    assert!(complaint.starts_with("The test could not begin: "), "{complaint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_settlement_say_what_they_did() {
    let database = Database::fresh(On::Sqlite);
    let arguments = ["--demo", "--database", &database.url, "--now", OPEN];
    let server = Server::start(&arguments).await;
    let (code, _, _) = run(&["pos", "selftest", "--server", &server.base]).await;
    assert_eq!(code, Some(0));
    drop(server);
    let check = ["settlement", "check", "--json", "--database", &database.url];
    let (code, said, _) = run(&check).await;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &said["ok"], &said["days"]), (Some(0), &true.into(), &2.into()), "{said}");
    let (_, verified, _) = run(&["ledger", "verify", "--json", "--database", &database.url]).await;
    let verified: serde_json::Value = serde_json::from_str(&verified).unwrap();
    assert_eq!(verified["ok"], true, "{verified}");
    let accounts = verified["accounts"].as_array().unwrap().iter();
    let owed = accounts.filter(|it| {
        it["name"].as_str().unwrap().starts_with("payable:") && it["balance_fen"] != 0
    });
    let owed: Vec<_> = owed.collect();
    assert_eq!(owed.len(), 1, "{owed:?}");
    let merchant = owed[0]["name"].as_str().unwrap().split_once(':').unwrap().1;
    let paid = async |date: &str, more: &[&str]| {
        let paid = ["settlement", "paid", "--merchant", merchant, "--date", date];
        run(&[&paid[..], &["--reference", "B-1", "--database", &database.url], more].concat()).await
    };
    // The server's clock was moved. By the machine's every round would be over, and the day too.
    let (code, _, complaint) = paid("2020-04-22", &[]).await;
    assert_eq!(code, Some(1));
    assert!(complaint.contains("round r1") && complaint.contains("--clock-offset"), "{complaint}");
    let same_day = offset_to("2020-04-22T23:00:00+08:00");
    let (code, _, complaint) = paid("2020-04-22", &["--clock-offset", &same_day]).await;
    assert_eq!(code, Some(1));
    assert_eq!(
        complaint,
        "Nothing was recorded: the day is not over, or has been for less than a minute.\n"
    );
    let next_day = offset_to("2020-04-23T10:00:00+08:00");
    let (code, said, _) = paid("2020-04-22", &["--clock-offset", &next_day]).await;
    assert_eq!((code, said.as_str()), (Some(0), "recorded: ¥10 for 2020-04-22, B-1\n"));
    let (code, _, complaint) = paid("2020-04-21", &["--clock-offset", &next_day]).await;
    assert_eq!(code, Some(1));
    assert_eq!(complaint, "Nothing was recorded: nothing is to be paid for that day.\n");
}
