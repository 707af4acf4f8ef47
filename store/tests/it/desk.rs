//! The connection of a desk: one for all of its transactions, another after it was lost, and nothing is left on it of
//! one that was dropped.

use std::time::Duration;

use domain::id::RoundId;
use store::{Engine, Error, Store};

use crate::engines::{Fresh, fresh};

/// The processes of the database that have served this one through the product.
const PROCESSES: &str = "select count(*) from pg_stat_activity
     where datname = current_database() and application_name = 'jinquan'";
const END_ALL: &str = "select pg_terminate_backend(pid, 5000) from pg_stat_activity
     where datname = current_database() and application_name = 'jinquan'";

async fn batch(desk: &Store) -> Result<(), Error> {
    let mut tx = desk.begin().await?;
    let round: RoundId = "r1".parse().unwrap();
    assert_eq!(store::claim::lock_round(&mut tx, &round).await?, None);
    tx.commit().await
}

/// The process that has served this one for the shortest time.
const YOUNGEST: &str = "select pid::bigint from pg_stat_activity
     where datname = current_database() and application_name = 'jinquan'
     order by backend_start desc limit 1";

async fn processes(fresh: &Fresh) -> i64 {
    fresh.number(PROCESSES).await
}

#[tokio::test]
async fn batches_follow_one_another_on_one_connection() {
    let fresh = fresh(Engine::Postgres).await;
    let desk = fresh.store.for_desk();
    let before = processes(&fresh).await;
    for _ in 0..8 {
        batch(&desk).await.unwrap();
    }
    assert_eq!(processes(&fresh).await, before + 1);
}

#[tokio::test]
async fn a_batch_that_is_decided_again_finds_its_connection() {
    let fresh = fresh(Engine::Postgres).await;
    let desk = fresh.store.for_desk();
    let of_the_store = fresh.number(YOUNGEST).await;
    batch(&desk).await.unwrap();
    let process = fresh.number(YOUNGEST).await;
    assert_ne!(process, of_the_store);
    desk.begin().await.unwrap().rollback().await.unwrap();
    batch(&desk).await.unwrap();
    assert_eq!(fresh.number(YOUNGEST).await, process);
}

#[tokio::test]
async fn a_store_is_closed_when_the_batch_that_runs_has_ended() {
    let fresh = fresh(Engine::Postgres).await;
    let desk = fresh.store.for_desk();
    let tx = desk.begin().await.unwrap();
    let closing = fresh.store.close();
    // Long enough for one that does not wait.
    let ending = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        tx.commit().await
    };
    tokio::select! {
        biased;
        () = closing => panic!("closed while a batch ran"),
        ended = ending => ended.unwrap(),
    }
}

#[tokio::test]
async fn nothing_begins_once_the_store_is_closed() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let fresh = fresh(engine).await;
        let desk = fresh.store.for_desk();
        batch(&desk).await.unwrap();
        fresh.store.close().await;
        assert!(matches!(batch(&desk).await, Err(Error::Engine(_))), "{engine:?}");
    }
}

#[tokio::test]
async fn a_connection_that_was_lost_between_two_batches_fails_neither() {
    let fresh = fresh(Engine::Postgres).await;
    let desk = fresh.store.for_desk();
    batch(&desk).await.unwrap();
    fresh.raw(END_ALL).await.unwrap();
    batch(&desk).await.unwrap();
}

#[tokio::test]
async fn nothing_is_left_of_a_transaction_that_was_dropped() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let fresh = fresh(engine).await;
        let desk = fresh.store.for_desk();
        let mut dropped = desk.begin().await.unwrap();
        let round: RoundId = "r1".parse().unwrap();
        store::claim::lock_round(&mut dropped, &round).await.unwrap();
        drop(dropped);
        // Its lock is gone, for the desk and for everybody else.
        batch(&desk).await.unwrap();
        batch(&fresh.another().await).await.unwrap();
    }
}
