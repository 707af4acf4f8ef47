use rstest::rstest;
use store::Engine;
use crate::engines::fresh;
use crate::world::{request, serve, with_stock};
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bench(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let round = with_stock(&fresh.store, 200_000).await;
    fresh.raw("analyze").await.unwrap();
    for size in [1_u128, 50, 500, 2000] {
        let start = tokio::time::Instant::now();
        let count = 20;
        for n in 0..count {
            let requests: Vec<_> = (0..size).map(|i| request(size * 1_000_000 + n * size + i)).collect();
            serve(&fresh.store, &round, &requests).await.unwrap();
        }
        let took = start.elapsed();
        println!("{engine:?} size {size}: {:.2} ms a batch, {:.0}/s", took.as_secs_f64() * 1000.0 / 20.0, (size * count) as f64 / took.as_secs_f64());
    }
}
