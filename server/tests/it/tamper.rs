//! R20: whoever changes one byte of the ledger or of the audit record behind the product's back is found out, and the
//! row is named.

use domain::audit::{Act, Entry, Who};
use domain::ledger::Chain;
use http::StatusCode;
use rstest::rstest;
use server::backend::settlement::record_payment;
use store::audit::Filter;
use store::ledger::{Follow, Followed, TransferFilter};

use crate::support::till::order;
use crate::support::{App, OPEN, On};

/// How a column is spoilt.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Number,
    Text,
    Bytes,
}

/// A table, its key, and its columns.
struct Table {
    name: &'static str,
    columns: &'static [(&'static str, Kind)],
}

const TRANSFER: Table = Table {
    name: "ledger_transfer",
    columns: &[
        ("chain", Kind::Text),
        ("sequence", Kind::Number),
        ("reason", Kind::Text),
        ("at", Kind::Number),
        ("digest", Kind::Bytes),
        ("previous", Kind::Bytes),
        ("hash", Kind::Bytes),
    ],
};
const POSTING: Table = Table {
    name: "ledger_posting",
    columns: &[
        ("chain", Kind::Text),
        ("sequence", Kind::Number),
        ("position", Kind::Number),
        ("source", Kind::Text),
        ("target", Kind::Text),
        ("amount_fen", Kind::Number),
    ],
};
const ACCOUNT: Table = Table {
    name: "ledger_account",
    columns: &[("name", Kind::Text), ("balance_fen", Kind::Number)],
};
const RECORD: Table = Table {
    name: "audit_record",
    columns: &[
        ("sequence", Kind::Number),
        ("at", Kind::Number),
        ("who", Kind::Text),
        ("act", Kind::Text),
        ("subject", Kind::Text),
        ("detail", Kind::Text),
        ("previous", Kind::Bytes),
        ("hash", Kind::Bytes),
    ],
};
const HEAD: Table =
    Table { name: "audit_head", columns: &[("sequence", Kind::Number), ("hash", Kind::Bytes)] };
const TABLES: [&Table; 5] = [&TRANSFER, &POSTING, &ACCOUNT, &RECORD, &HEAD];

/// The value of a column with one byte of it changed.
fn spoilt(column: &str, kind: Kind, on: On) -> String {
    match (kind, on) {
        (Kind::Number, _) => format!("({column} | 1) - ({column} & 1)"),
        (Kind::Text, _) => format!(
            "case when length({column}) = 0 then 'x'
                  else substr({column}, 1, length({column}) - 1) ||
                       case substr({column}, length({column}), 1) when 'x' then 'y' else 'x' end
             end"
        ),
        (Kind::Bytes, On::Sqlite) => format!(
            "unhex(substr(hex({column}), 1, 10) ||
                   case substr(hex({column}), 11, 2) when 'AA' then 'AB' else 'AA' end ||
                   substr(hex({column}), 13))"
        ),
        (Kind::Bytes, On::Postgres) => {
            format!("set_byte({column}, 5, (get_byte({column}, 5) + 1) % 256)")
        }
    }
}

/// A database in which everything has happened once.
async fn eventful(on: On) -> App {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let (first, second) = (app.holder(1).await, app.holder(2).await);
    let (code, _) = app.code(&first, 0).await;
    app.redeemed(&till, "a", &order(&code)).await;
    let (code, _) = app.code(&second, 0).await;
    let sold = app.redeemed(&till, "b", &order(&code)).await;
    assert_eq!(app.refund(&till, &sold, "c", 3_500).await.status, StatusCode::CREATED);
    app.set_campaign("2020-04-23T10:00:00+08:00");
    let (merchant, day) = (till.merchant.parse().unwrap(), "2020-04-22".parse().unwrap());
    let now = app.hall.clock.campaign();
    record_payment(&app.hall.store, merchant, day, "B-1", now).await.unwrap();
    assert!(app.hall.store.write_checkpoint(now).await.unwrap());
    app
}

/// Takes every guard of the schema away, and keeps what is there.
async fn without_guards(app: &App, on: On) {
    for Table { name, .. } in TABLES {
        match on {
            On::Sqlite => {
                // A copy without constraint and trigger takes the place of the table.
                app.side_door(&format!(
                    "pragma foreign_keys = off; pragma legacy_alter_table = on;
                     create table saved_{name} as select * from {name};
                     alter table {name} rename to guarded_{name};
                     create table {name} as select * from saved_{name};"
                ))
                .await;
            }
            On::Postgres => {
                app.side_door(&format!(
                    "create table saved_{name} as select * from {name};
                     alter table {name} rename to guarded_{name};
                     create table {name} as select * from saved_{name};"
                ))
                .await;
            }
        }
    }
}

async fn restore(app: &App, name: &str) {
    app.side_door(&format!("delete from {name}; insert into {name} select * from saved_{name};"))
        .await;
}

async fn problems(app: &App) -> Vec<String> {
    let now = app.hall.clock.campaign();
    server::ledger::verify(&app.hall.store, now, |_| ()).await.unwrap().problems
}

/// The rows of a table, each by a condition, and what a finding names it.
async fn rows(app: &App, table: &Table) -> Vec<(String, Vec<String>)> {
    let store = &app.hall.store;
    let mut rows = Vec::new();
    match table.name {
        "ledger_account" => {
            for (name, _) in store.accounts().await.unwrap() {
                rows.push((format!("name = '{name}'"), vec![format!("ledger_account ({name})")]));
            }
        }
        "audit_record" => {
            for it in store.audit_records(&Filter::default(), None, 1_000).await.unwrap() {
                let number = it.record.sequence;
                let named = format!("audit_record ({number})");
                rows.push((format!("sequence = {number}"), vec![named]));
            }
        }
        "audit_head" => rows.push(("id = 1".to_owned(), vec!["audit_head (1)".to_owned()])),
        name => {
            for chain in [Chain::Campaign, Chain::Round("r1".parse().unwrap())] {
                let any = TransferFilter::default();
                for it in store.transfers_of(&chain, &any, None, 100).await.unwrap() {
                    let number = it.transfer.sequence;
                    let condition = format!("chain = '{chain}' and sequence = {number}");
                    let transfer = format!("ledger_transfer ({chain}, {number})");
                    if name == "ledger_transfer" {
                        rows.push((condition, vec![transfer]));
                        continue;
                    }
                    for position in 0..it.transfer.postings.len() {
                        let named =
                            vec![transfer.clone(), format!("ledger_posting ({chain}, {number}, ")];
                        rows.push((format!("{condition} and position = {position}"), named));
                    }
                }
            }
        }
    }
    rows
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r20_a_posting_behind_the_last_transfer_is_found_also_when_that_one_fills_a_page(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = eventful(on).await;
    without_guards(&app, on).await;
    app.side_door(
        "insert into ledger_posting (chain, sequence, position, source, target, amount_fen)
         values ('zz', 1, 0, 'from', 'to', 1)",
    )
    .await;
    let mut tx = app.hall.store.snapshot().await.unwrap();
    let transfers = app.hall.store.ledger_facts().await.unwrap().transfers;
    for limit in 1..=u32::try_from(transfers).unwrap() + 1 {
        let (mut follow, mut orphans) = (Follow::default(), 0);
        loop {
            let page = follow.next(&mut tx, limit).await.unwrap();
            if page.is_empty() {
                break;
            }
            orphans += page.iter().filter(|it| matches!(it, Followed::Orphan { .. })).count();
        }
        assert_eq!(orphans, 1, "in pages of {limit}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r20_one_changed_byte_names_its_row(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = eventful(on).await;
    assert_eq!(problems(&app).await, [""; 0]);
    without_guards(&app, on).await;
    assert_eq!(problems(&app).await, [""; 0], "without guards it is in order all the same");
    let mut changes = 0;
    for table in TABLES {
        for (condition, named) in rows(&app, table).await {
            for (column, kind) in table.columns {
                let value = spoilt(column, *kind, on);
                let name = table.name;
                app.side_door(&format!(
                    "update {name} set {column} = {value} where {condition} and {column} is not null"
                ))
                .await;
                let found = problems(&app).await;
                // A row whose key was changed is named by the key that it has now.
                let is_named = |problem: &String| {
                    named.iter().any(|row| problem.starts_with(row.as_str()))
                        || (problem.starts_with(&format!("{name} (")) && is_key(column))
                };
                let is_empty_source =
                    *column == "source" && condition.contains("'campaign' and sequence = 1 ");
                assert!(
                    found.iter().any(is_named) || is_empty_source,
                    "{name}.{column} where {condition}: {found:#?}"
                );
                restore(&app, name).await;
                changes += 1;
            }
            app.side_door(&format!("delete from {} where {condition}", table.name)).await;
            assert_ne!(problems(&app).await, [""; 0], "{condition} was deleted");
            restore(&app, table.name).await;
        }
    }
    assert!(changes > 100, "{changes}");
    assert_eq!(problems(&app).await, [""; 0], "all is as it was");
}

/// SQLite keeps a claim for no pack out, on PostgreSQL it is found.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r20_a_claim_for_no_pack_is_found(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.holder(1).await;
    let astray = "insert into claim (id, round_id, pack_id, person_id, account_id, request_key, pack_named, limit_key,
                                     state, answered, claimed_at, decide_by)
                  select '01AAAAAAAAAAAAAAAAAAAAAAAA', round_id, 'of-nowhere', '01BBBBBBBBBBBBBBBBBBBBBBBB', account_id,
                         'other', 0, '', 'held', 'held', claimed_at, claimed_at from claim";
    let put = store::control::run(&app.hall.store, astray).await;
    match on {
        On::Sqlite => assert!(put.is_err()),
        On::Postgres => {
            put.unwrap();
            assert_eq!(problems(&app).await, ["claim (any): 1 are for no pack of their round"]);
        }
    }
}

/// Marked as undone, a voucher and a day could be used again; a partial refund moves nothing.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r20_what_is_written_of_a_sale_is_what_its_refunds_make_of_it(
    #[values(On::Sqlite, On::Postgres)] on: On,
    #[values(
        "refunded_fen = to_pay_fen, undone = 1, voucher_returned = 1",
        "refunded_fen = refunded_fen + 1"
    )]
    change: &str,
) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let sold = app.redeemed(&till, "a", &order(&code)).await;
    assert_eq!(app.refund(&till, &sold, "b", 1_000).await.status, StatusCode::CREATED);
    assert_eq!(problems(&app).await, [""; 0]);
    app.side_door(&format!("update redemption set {change}")).await;
    let named = format!("redemption ({sold}): its refunds make something else of it");
    assert_eq!(problems(&app).await, [named]);
}

fn is_key(column: &str) -> bool {
    matches!(column, "chain" | "sequence" | "position" | "name")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r20_a_chain_that_was_rewritten_as_a_whole_is_not_what_the_checkpoint_saw(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.holder(1).await;
    let now = app.hall.clock.campaign();
    assert!(app.hall.store.write_checkpoint(now).await.unwrap());
    without_guards(&app, on).await;
    // The grant was never there: its claim, its money and the end of the chain go with it.
    let text = match on {
        On::Sqlite => "drop trigger claim_stays; drop trigger claim_is_decided_once;",
        On::Postgres => {
            "alter table claim disable trigger user; alter table round disable trigger user;"
        }
    };
    app.side_door(&format!(
        "{text} delete from claim;
         delete from ledger_posting where chain = 'round:r1' and sequence = 2;
         delete from ledger_transfer where chain = 'round:r1' and sequence = 2;
         update ledger_account set balance_fen = 0 where name = 'issued:r1';
         update ledger_account set balance_fen = 300000000 where name = 'stock:r1';
         update pack set issued = 0, remaining = stock where round_id = 'r1';
         update round set last_serial = 0, chain_sequence = 1,
             chain_hash = (select hash from ledger_transfer where chain = 'round:r1' and sequence = 1)
             where id = 'r1';"
    ))
    .await;
    let found = problems(&app).await;
    let checkpoint = "ledger_transfer (round:r1, 2): is not the transfer that checkpoint ";
    assert!(found.len() == 1 && found[0].starts_with(checkpoint), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r20_a_byte_that_is_no_text_names_its_row_too() {
    let app = eventful(On::Sqlite).await;
    without_guards(&app, On::Sqlite).await;
    for (table, column, key) in [
        ("ledger_transfer", "reason", "round:r1, 2"),
        ("ledger_transfer", "chain", "round:r1, 3"),
        ("ledger_posting", "target", "round:r1, 2"),
        ("audit_record", "detail", "1"),
    ] {
        let sequence = key.rsplit(' ').next().unwrap();
        let chain = if table == "audit_record" { "" } else { "chain = 'round:r1' and" };
        app.side_door(&format!(
            "update {table} set {column} = cast(x'72ff' || substr({column}, 3) as text)
             where {chain} sequence = {sequence}"
        ))
        .await;
        let found = problems(&app).await;
        assert!(found.iter().any(|it| it.starts_with(table)), "{table}.{column}: {found:#?}");
        restore(&app, table).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r17_acts_of_staff_are_in_the_record(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = eventful(on).await;
    app.with_staff().await;
    app.at_console(domain::staff::Role::Operator).await;
    let found = app.hall.store.audit_records(&Filter::default(), None, 1_000).await.unwrap();
    let told: Vec<(&str, String, &str)> = found
        .iter()
        .map(|it| &it.record.entry)
        .filter(|it| !matches!(it.act, Act::StaffAdded | Act::LedgerCheckpoint))
        .map(|Entry { act, who, subject, .. }| (act.code(), who.to_string(), subject.as_str()))
        .collect();
    let paid = told[1].2;
    assert!(paid.starts_with("settlement:") && paid.ends_with(" 2020-04-22"), "{paid}");
    assert_eq!(
        told,
        [
            ("staff_signed_in", "staff:operator".to_owned(), "staff:operator"),
            ("settlement_paid", Who::Command.to_string(), paid),
            ("campaign_imported", Who::Command.to_string(), "campaign:jincheng-2020"),
        ]
    );
}
