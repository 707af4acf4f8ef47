//! The hot statements go by an index, also by the generic plan of a table that was analysed while
//! it was empty.

use rstest::rstest;
use store::Engine;
use store::control::{Hot, plan};

use crate::engines::fresh;

const ALL: [Hot; 16] = [
    Hot::Holdings,
    Hot::WithPack,
    Hot::Sessions,
    Hot::ClaimByKey,
    Hot::ClaimsOfPerson,
    Hot::ShownCode,
    Hot::RedemptionsByKey,
    Hot::UsedVouchers,
    Hot::MetToday,
    Hot::Shops,
    Hot::VoucherUses,
    Hot::Counters,
    Hot::KeyHolders,
    Hot::Transfers,
    Hot::Postings,
    Hot::Lapsed,
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
        walk_begins_where_the_last_ended(
            &plan(&fresh.store, Hot::Transfers).await.unwrap(),
            engine,
        );
        postings_end_with_their_page(&plan(&fresh.store, Hot::Postings).await.unwrap(), engine);
        held_claims_alone_are_read(&plan(&fresh.store, Hot::Lapsed).await.unwrap());
        late_changes_alone_are_read(&plan(&fresh.store, Hot::Changes).await.unwrap(), engine);
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

/// The index begins the walk: with a filter each page would read everything before it again.
fn walk_begins_where_the_last_ended(lines: &[String], engine: Engine) {
    let has_beginning = lines.iter().any(|line| match engine {
        Engine::Sqlite => line.contains("(chain,sequence)>("),
        Engine::Postgres => line.contains("Index Cond") && line.contains("> ROW"),
    });
    assert!(has_beginning, "{lines:#?}");
}

/// The index of held claims: by that of all claims, everything that was ever granted would be read each second.
fn held_claims_alone_are_read(lines: &[String]) {
    assert!(lines.iter().any(|line| line.contains("claim_held")), "{lines:#?}");
}

/// The database's time ends the walk, although it is no value that comes in. On SQLite the time itself is a scan of one
/// constant row, so that it cannot stand among the others.
fn late_changes_alone_are_read(lines: &[String], engine: Engine) {
    let by_time = |line: &&String| match engine {
        Engine::Sqlite => {
            line.starts_with("SEARCH c USING INDEX session_changed_by_changed_at (changed_at>?)")
        }
        Engine::Postgres => line.contains("Index Cond: (changed_at >= "),
    };
    assert!(lines.iter().any(|line| by_time(&line)), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("Seq Scan")), "{lines:#?}");
}

/// The index begins and ends the walk: without an end each page would read all the postings that are left.
fn postings_end_with_their_page(lines: &[String], engine: Engine) {
    let has_end = lines.iter().any(|line| match engine {
        Engine::Sqlite => line.contains("(chain,sequence)<("),
        Engine::Postgres => line.contains("Index Cond") && line.contains("<= ROW"),
    });
    assert!(has_end, "{lines:#?}");
}
