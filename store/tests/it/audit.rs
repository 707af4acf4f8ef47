//! The audit record: written once, in one chain, with the act or not at all.

use domain::audit::{Act, ChainEnd, DETAIL_MAX, Entry, Record, Who};
use domain::ledger::Link;
use domain::time::Timestamp;
use rstest::rstest;
use store::audit::{Filter, SealedRecord, chain_ends, head, record, records};
use store::{Engine, Error, Store};

use crate::engines::{Fresh, fresh};
use crate::world::{request, serve, with_stock};

fn entry(number: i64, act: Act, who: &str) -> Entry {
    Entry {
        at: Timestamp::from_millis(number * 1_000),
        who: who.parse().unwrap(),
        act,
        subject: format!("round:r{number}"),
        detail: "因為\n'; --".to_owned(),
    }
}

async fn append(store: &Store, entry: &Entry) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    record(&mut tx, entry).await?;
    tx.commit().await
}

/// Three records.
async fn with_three(engine: Engine) -> (Fresh, Vec<Entry>) {
    let fresh = fresh(engine).await;
    let entries = vec![
        entry(1, Act::PlanWritten, "staff:li.ming"),
        entry(2, Act::PlanApproved, "staff:wang.fang"),
        entry(3, Act::RoundClosed, "product"),
    ];
    for entry in &entries {
        append(&fresh.store, entry).await.unwrap();
    }
    (fresh, entries)
}

#[rstest]
#[tokio::test]
async fn r20_the_record_is_read_back_as_one_chain(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (fresh, entries) = with_three(engine).await;
    let mut tx = fresh.store.snapshot().await.unwrap();
    let rows = records(&mut tx, 0, 10).await.unwrap();
    let mut end = Link::default();
    for (row, entry) in rows.into_iter().zip(&entries) {
        let expected = SealedRecord::seal(Record::after(end, entry.clone()));
        assert_eq!(row.read.unwrap(), expected);
        end = Link { sequence: row.sequence, hash: expected.hash };
    }
    assert_eq!(end.sequence, 3);
    assert_eq!(head(&mut tx).await.unwrap(), end);
    assert_eq!(records(&mut tx, 2, 10).await.unwrap().len(), 1);
    assert_eq!(records(&mut tx, 0, 2).await.unwrap().len(), 2);
}

#[rstest]
#[tokio::test]
async fn what_is_looked_for_is_found_the_newest_first(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (fresh, _) = with_three(engine).await;
    let found = async |filter: Filter, before: Option<i64>| -> Vec<i64> {
        let found = fresh.store.audit_records(&filter, before, 2).await.unwrap();
        found.iter().map(|it| it.record.sequence).collect()
    };
    assert_eq!(found(Filter::default(), None).await, [3, 2]);
    assert_eq!(found(Filter::default(), Some(2)).await, [1]);
    let act = Filter { act: Some(Act::PlanApproved), ..Filter::default() };
    assert_eq!(found(act, None).await, [2]);
    let who = Filter { who: Some(Who::Product), ..Filter::default() };
    assert_eq!(found(who, None).await, [3]);
    let at = |from: i64, to: i64| Timestamp::from_millis(from)..Timestamp::from_millis(to);
    let day = Filter { at: Some(at(1_000, 2_000)), ..Filter::default() };
    assert_eq!(found(day, None).await, [1]);
}

#[rstest]
#[tokio::test]
async fn r20_the_record_is_written_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (fresh, _) = with_three(engine).await;
    for statement in [
        "update audit_record set detail = ''",
        "delete from audit_record",
        "delete from audit_record where sequence = 3",
        "delete from audit_head",
        "update audit_head set sequence = 2",
        "update audit_head set sequence = 4",
        "update audit_head set hash = previous from audit_record where audit_record.sequence = 3",
        // Without the tie to the one before, out of order, twice.
        "insert into audit_record select 4, at, who, act, subject, detail, previous, hash
         from audit_record where sequence = 3",
        "insert into audit_record select 5, at, who, act, subject, detail, hash, hash
         from audit_record where sequence = 3",
        "insert into audit_record select 3, at, who, act, subject, detail, hash, hash
         from audit_record where sequence = 2",
    ] {
        assert!(fresh.raw(statement).await.is_err(), "was taken: {statement}");
    }
    if engine == Engine::Postgres {
        assert!(fresh.raw("truncate audit_record").await.is_err());
        assert!(fresh.raw("truncate audit_head").await.is_err());
    }
}

#[rstest]
#[tokio::test]
async fn an_act_that_is_undone_leaves_no_record(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let (fresh, entries) = with_three(engine).await;
    let mut tx = fresh.store.begin().await.unwrap();
    record(&mut tx, &entries[0]).await.unwrap();
    tx.rollback().await.unwrap();
    let endless = Entry { detail: "長".repeat(DETAIL_MAX + 1), ..entries[0].clone() };
    assert!(matches!(append(&fresh.store, &endless).await, Err(Error::Broken(_))));
    assert_eq!(fresh.number("select count(*) from audit_record").await, 3);
    append(&fresh.store, &entries[0]).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r20_of_many_at_once_each_follows_another(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let other = fresh.another().await;
    let writers = (0..24).map(|number| {
        let store = if number % 2 == 0 { fresh.store.clone() } else { other.clone() };
        tokio::spawn(
            async move { append(&store, &entry(number, Act::StaffSignedIn, "command")).await },
        )
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap().unwrap();
    }
    let mut tx = fresh.store.snapshot().await.unwrap();
    let rows = records(&mut tx, 0, 100).await.unwrap();
    let numbers: Vec<i64> = rows.iter().map(|row| row.sequence).collect();
    assert_eq!(numbers, (1..=24).collect::<Vec<_>>());
}

#[rstest]
#[tokio::test]
async fn r20_a_checkpoint_has_the_ends_of_all_chains_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let round = with_stock(&fresh.store, 10).await;
    let at = Timestamp::from_millis(9);
    assert!(fresh.store.write_checkpoint(at).await.unwrap());
    assert!(!fresh.store.write_checkpoint(at).await.unwrap(), "nothing has grown");
    serve(&fresh.store, &round, &[request(1)]).await.unwrap();
    assert!(fresh.store.write_checkpoint(at).await.unwrap());
    let act = Filter { act: Some(Act::LedgerCheckpoint), ..Filter::default() };
    let found = fresh.store.audit_records(&act, None, 10).await.unwrap();
    assert_eq!(found.len(), 2);
    let ends = chain_ends(&mut fresh.store.snapshot().await.unwrap()).await.unwrap();
    let lines = found[0].record.entry.detail.lines();
    let said: Vec<ChainEnd> = lines.map(|line| line.parse().unwrap()).collect();
    assert_eq!(said, ends);
    let counted: Vec<(&str, i64)> =
        ends.iter().map(|end| (end.chain.as_str(), end.link.sequence)).collect();
    assert_eq!(counted, [("campaign", 1), ("round:r1", 2)]);
}
