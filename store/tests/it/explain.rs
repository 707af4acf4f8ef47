//! The hot statements go by an index, also by the generic plan of a table that was analysed while
//! it was empty.

use rstest::rstest;
use store::Engine;
use store::control::{Hot, plan};

use crate::engines::fresh;

const ALL: [Hot; 14] = [
    Hot::Holdings,
    Hot::WithPack,
    Hot::Sessions,
    Hot::ClaimByKey,
    Hot::ClaimsInRound,
    Hot::ClaimsOfPerson,
    Hot::ShownCode,
    Hot::RedemptionsByKey,
    Hot::UsedVouchers,
    Hot::MetToday,
    Hot::Shops,
    Hot::VoucherUses,
    Hot::Counters,
    Hot::KeyHolders,
];

#[rstest]
#[tokio::test]
async fn hot_statements_use_indexes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    for analysed in [false, true] {
        if analysed {
            fresh.raw("analyze").await.unwrap();
        }
        for statement in ALL {
            let lines = plan(&fresh.store, statement).await.unwrap();
            let walks = |line: &&String| match engine {
                Engine::Sqlite => line.starts_with("SCAN") && !line.contains("json_each"),
                Engine::Postgres => line.contains("Seq Scan") || line.contains("Hash Join"),
            };
            let walk = lines.iter().find(walks);
            assert!(walk.is_none(), "{statement:?}, analysed {analysed}: {lines:#?}");
        }
        holdings_are_probed(&plan(&fresh.store, Hot::Holdings).await.unwrap(), engine);
    }
}

/// By round and person together: by the round alone it would read every claim of the rush.
fn holdings_are_probed(lines: &[String], engine: Engine) {
    let all = lines.join("\n");
    let probe = match engine {
        Engine::Sqlite => "person_id=?",
        Engine::Postgres => "(person_id = t.person)",
    };
    let by_index = lines.iter().any(|line| match engine {
        Engine::Sqlite => line.starts_with("SEARCH c USING INDEX") && line.contains(probe),
        Engine::Postgres => line.contains("Index Cond") && line.contains(probe),
    });
    assert!(by_index, "{all}");
}
