//! Many batches at once on two servers: with the lock exactly the stock is granted; with the lock
//! taken away the schema stops the oversell; with that taken away too, the oversell happens.

use std::sync::Arc;

use domain::claim::{Request, Verdict};
use domain::id::RoundId;
use rstest::rstest;
use store::control::{read_round_without_lock, record_without_guard};
use store::{Engine, Error, Store};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::engines::{Fresh, fresh};
use crate::world::{Grants, decided, request, serve, with_stock};

const STOCK: u32 = 50;
const BATCHES: u128 = 12;
const BATCH: u128 = 10;

fn batch(number: u128) -> Vec<Request> {
    (number * BATCH..(number + 1) * BATCH).map(request).collect()
}

fn granted(verdicts: &[Verdict]) -> usize {
    verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Granted { .. })).count()
}

/// Again as long as the database is busy, as the lane does.
async fn serve_patiently(store: Store, round: RoundId, requests: Vec<Request>) -> usize {
    loop {
        match serve(&store, &round, &requests).await {
            Ok(verdicts) => return granted(&verdicts),
            Err(Error::Contended) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r2_exactly_the_stock_is_granted(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let round = with_stock(&fresh.store, STOCK).await;
    let servers = [fresh.store.clone(), fresh.another().await];
    let mut tasks = JoinSet::new();
    for number in 0..BATCHES {
        let store = servers[usize::from(number % 2 == 1)].clone();
        tasks.spawn(serve_patiently(store, round.clone(), batch(number)));
    }
    let told: usize = tasks.join_all().await.into_iter().sum();
    assert_eq!(told, STOCK as usize);
    let facts = fresh.store.ledger_facts().await.unwrap();
    let (round, pack) = (&facts.rounds[0], &facts.rounds[0].packs[0]);
    assert_eq!((round.granted, round.serial_max, round.last_serial), (50, 50, 50));
    assert_eq!((pack.issued, pack.held, pack.remaining, pack.claims_granted), (50, 0, 0, 50));
    let sum: i64 = facts.accounts.iter().map(|(_, fen)| fen).sum();
    assert_eq!(sum, facts.appropriation_fen);
    assert!(facts.accounts.contains(&("issued:r1".to_owned(), 250_000)));
}

/// Each batch leaves an old version of the round behind. Whoever waited with a pin on its page would keep them there,
/// and each batch would have more of them to step over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_versions_of_a_round_are_removed_while_others_wait_for_it() {
    let fresh = fresh(Engine::Postgres).await;
    let round = with_stock(&fresh.store, 1_000).await;
    let mut servers = JoinSet::new();
    for server in 0..3 {
        let (store, round) = (fresh.another().await, round.clone());
        servers.spawn(async move {
            for number in (server..450).step_by(3) {
                serve_patiently(store.clone(), round.clone(), vec![request(number)]).await;
            }
        });
    }
    servers.join_all().await;
    assert_eq!(fresh.number("select count(*) from claim").await, 450);
    let pages = fresh.number("select pg_relation_size('round') / 8192").await;
    assert!(pages <= 5, "{pages} pages for one round");
}

/// Everybody reads, then everybody writes: what the lock is there to prevent.
async fn serve_unlocked(
    store: Store,
    round: RoundId,
    requests: Vec<Request>,
    everybody_has_read: Arc<Barrier>,
) -> Result<usize, Error> {
    let locked = read_round_without_lock(&store, &round).await?.unwrap();
    everybody_has_read.wait().await;
    let decision = decided(&locked, &requests, &[]);
    let grants = Grants::of(&locked, &requests, &decision).unwrap();
    let mut tx = store.begin().await?;
    record_without_guard(&mut tx, &grants.batch(&locked, &decision)).await?;
    tx.commit().await?;
    Ok(granted(&decision.verdicts))
}

/// What each of the batches was told, or the law that stopped it.
async fn rush_unlocked(fresh: &Fresh, round: &RoundId) -> Vec<Result<usize, Error>> {
    let barrier = Arc::new(Barrier::new(usize::try_from(BATCHES).unwrap()));
    let mut tasks = JoinSet::new();
    for number in 0..BATCHES {
        let (store, barrier) = (fresh.store.clone(), Arc::clone(&barrier));
        tasks.spawn(serve_unlocked(store, round.clone(), batch(number), barrier));
    }
    tasks.join_all().await
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_lock_the_schema_stops_the_oversell(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let round = with_stock(&fresh.store, STOCK).await;
    let answers = rush_unlocked(&fresh, &round).await;
    let stopped = answers.iter().filter(|answer| matches!(answer, Err(Error::Taken))).count();
    assert_eq!(stopped, answers.len() - 1, "all but one have the serials of another: {answers:?}");
    assert_eq!(fresh.number("select count(*) from claim").await, 10);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_lock_and_schema_the_oversell_happens(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let round = with_stock(&fresh.store, STOCK).await;
    fresh.raw("drop index claim_serial").await.unwrap();
    let answers = rush_unlocked(&fresh, &round).await;
    let told: usize = answers.into_iter().map(Result::unwrap).sum();
    assert_eq!(told, 120, "everybody was told yes");
    assert_eq!(fresh.number("select count(*) from claim where state = 'granted'").await, 120);
    assert_eq!(fresh.number("select issued from pack").await, 10, "and the count knows of ten");
}

#[rstest]
#[tokio::test]
async fn a_batch_decided_on_an_old_end_of_the_chain_is_broken(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let round = with_stock(&fresh.store, STOCK).await;
    let locked = read_round_without_lock(&fresh.store, &round).await.unwrap().unwrap();
    serve(&fresh.store, &round, &batch(0)).await.unwrap();
    fresh.raw("drop index claim_serial").await.unwrap();
    let requests = batch(1);
    let decision = decided(&locked, &requests, &[]);
    let grants = Grants::of(&locked, &requests, &decision).unwrap();
    let mut tx = fresh.store.begin().await.unwrap();
    let answer = store::claim::record(&mut tx, &grants.batch(&locked, &decision)).await;
    assert!(matches!(answer, Err(Error::Broken(_))), "{answer:?}");
}
