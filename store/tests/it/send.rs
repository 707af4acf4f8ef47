//! A server spawns what calls the store: every future can move between threads.

use store::Store;

fn spawnable<F: Future + Send>(_future: F) {}

/// It need not run: that it compiles is the test.
#[test]
fn futures_can_be_spawned() {
    fn all(store: &Store) {
        spawnable(Store::open("sqlite:x"));
        spawnable(store.migrate());
        spawnable(store.reset());
        spawnable(store.rounds());
        spawnable(store.campaign());
        spawnable(store.ledger_facts());
        spawnable(store.examine());
        spawnable(store.add_samples(&[]));
        spawnable(async {
            let _ = store.public_merchants(&store::merchant::Wanted::default()).await;
            let _ = store.merchant_acts(&crate::shop::id(1)).await;
        });
        spawnable(async {
            let rounds = [];
            let _ = crate::world::import(store, &rounds, "").await;
            let _ = crate::world::serve(store, &crate::world::round_id("r"), &[]).await;
            let _ = store.holders(&crate::world::round_id("r")).await;
            let _ = store.transfers(None, 1).await;
        });
    }
    let _ = all;
}
