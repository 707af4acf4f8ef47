//! A person goes away while a transaction begins for them: what others write afterwards is there.

use domain::id::MerchantId;
use domain::time::BeijingDay;
use store::Engine;

use crate::engines::fresh;

/// As often as there are connections, and again: one of them would be met.
const TIMES: usize = 64;

#[tokio::test]
async fn a_beginning_that_was_dropped_takes_nothing_of_others_with_it() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let fresh = fresh(engine).await;
        for turns in 0..TIMES {
            // On its way, a little further each time, and then dropped.
            let a_little = async {
                for _ in 0..turns {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                biased;
                begun = fresh.store.begin() => drop(begun),
                () = a_little => {}
            }
        }
        let day = BeijingDay::from_number(18_374);
        let writes = (0..TIMES as u128).map(|number| {
            let store = fresh.store.clone();
            tokio::spawn(async move {
                store.count_wrong_digits(&MerchantId::mint(0, number), day).await
            })
        });
        for written in writes.collect::<Vec<_>>() {
            assert!(written.await.unwrap().unwrap());
        }
        let there = fresh.number("select count(*) from wrong_digits").await;
        assert_eq!(usize::try_from(there), Ok(TIMES), "{engine:?}: seen by another connection");
    }
}
