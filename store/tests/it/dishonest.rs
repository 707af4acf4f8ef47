//! R16: the list of dishonest subjects.

use std::time::Duration;

use domain::merchant::dishonest::Subject;
use domain::merchant::{CannotDecide, Decision, MerchantState};
use rstest::rstest;
use store::dishonest::ListImport;
use store::{Engine, Error, Store};

use crate::engines::fresh;
use crate::shop::{CODES, approved, at, id, mark, merchant};

fn subject(number: usize, reason: &str) -> Subject {
    Subject {
        credit_code: CODES[number].parse().unwrap(),
        name: format!("公司{number}"),
        reason: reason.to_owned(),
    }
}

/// Imports as the server does.
async fn import(store: &Store, subjects: &[Subject], ms: i64) -> Result<ListImport, Error> {
    let mut tx = store.begin().await?;
    let last = store::dishonest::begin_import(&mut tx).await?;
    let sequence = last.map_or(1, |last| last.sequence + 1);
    let mut listed = 0;
    for part in subjects.chunks(2) {
        listed += store::dishonest::list(&mut tx, part, at(ms), sequence).await?;
    }
    let delisted = store::dishonest::delist_others(&mut tx, at(ms), sequence).await?;
    let merchants = store::dishonest::listed_merchants(&mut tx).await?;
    let suspended = merchants.len() as u64;
    for (merchant, reason) in merchants {
        let suspended = merchant.decide(Decision::Suspend, true, mark(ms, &reason)).unwrap();
        store::merchant::record(&mut tx, &suspended, "list").await?;
    }
    let import = ListImport {
        sequence,
        checksum: format!("sum-{ms}"),
        mark: mark(ms, ""),
        subjects: subjects.len() as u64,
        listed,
        delisted,
        suspended,
    };
    store::dishonest::end_import(&mut tx, &import).await?;
    tx.commit().await?;
    Ok(import)
}

#[rstest]
#[tokio::test]
async fn r16_a_listing_suspends_at_once_and_delisting_lifts_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    for number in 1..=2 {
        approved(store, number).await;
    }
    store.apply(&merchant(3, None)).await.unwrap();
    let first =
        import(store, &[subject(1, "拖欠貨款"), subject(3, "二"), subject(4, "三")], 50).await;
    let first = first.unwrap();
    assert_eq!((first.listed, first.delisted, first.suspended), (3, 0, 1));
    assert_eq!(store.last_list_import().await.unwrap(), Some(first));
    let listed = store.merchant(&id(1)).await.unwrap().unwrap();
    assert_eq!((listed.state, listed.mark.why.as_str()), (MerchantState::Suspended, "拖欠貨款"));
    assert_eq!(store.merchant(&id(2)).await.unwrap().unwrap().state, MerchantState::Approved);
    assert_eq!(store.dishonest_reason(CODES[1]).await.unwrap().as_deref(), Some("拖欠貨款"));
    assert_eq!(store.dishonest_reason(CODES[2]).await.unwrap(), None);
    // An applicant who is on it cannot be approved.
    let mut tx = store.begin().await.unwrap();
    let (applicant, listed) =
        store::dishonest::lock_merchant(&mut tx, &id(3)).await.unwrap().unwrap();
    let approval = applicant.decide(Decision::Approve, listed, mark(60, "x"));
    assert_eq!(approval, Err(CannotDecide::Dishonest));
    drop(tx);
    let second = import(store, &[subject(4, "另一個原因"), subject(2, "四")], 70).await.unwrap();
    assert_eq!((second.listed, second.delisted, second.suspended), (1, 2, 1));
    assert_eq!(store.dishonest_reason(CODES[1]).await.unwrap(), None);
    assert_eq!(store.dishonest_reason(CODES[4]).await.unwrap().as_deref(), Some("另一個原因"));
    assert_eq!(store.merchant(&id(1)).await.unwrap().unwrap().state, MerchantState::Suspended);
    let dates: Vec<(i64,)> =
        fresh.rows("select listed_at from dishonest_subject where name = '公司4'").await;
    assert_eq!(dates, [(50,)], "who stays on the list keeps the day");
    assert!(fresh.raw("delete from dishonest_import").await.is_err());
    assert!(fresh.raw("update dishonest_import set who = 'staff:x'").await.is_err());
}

#[rstest]
#[tokio::test]
async fn an_import_that_does_not_end_leaves_nothing(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let mut tx = fresh.store.begin().await.unwrap();
    store::dishonest::begin_import(&mut tx).await.unwrap();
    store::dishonest::list(&mut tx, &[subject(1, "一")], at(5), 1).await.unwrap();
    drop(tx);
    assert_eq!(fresh.store.dishonest_reason(CODES[1]).await.unwrap(), None);
    assert_eq!(fresh.store.last_list_import().await.unwrap(), None);
}

/// Approves a merchant as the server does, unless it is on the list.
async fn approve(store: &Store, number: usize) {
    let mut tx = store.begin().await.unwrap();
    let (merchant, listed) =
        store::dishonest::lock_merchant(&mut tx, &id(number)).await.unwrap().unwrap();
    if let Ok(approved) = merchant.decide(Decision::Approve, listed, mark(20, "x")) {
        store::merchant::record(&mut tx, &approved, "approve").await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Whoever is approved while the list is imported is either seen by the import or sees it.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r16_no_approval_slips_past_an_import(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    for number in 1..=5 {
        fresh.store.apply(&merchant(number, None)).await.unwrap();
    }
    let store = fresh.another().await;
    let approvals = tokio::spawn(async move {
        for number in 1..=5 {
            approve(&store, number).await;
        }
    });
    let subjects: Vec<Subject> = (1..=5).map(|number| subject(number, "一")).collect();
    import(&fresh.store, &subjects, 50).await.unwrap();
    approvals.await.unwrap();
    assert_eq!(fresh.number("select count(*) from merchant where state = 'approved'").await, 0);
}

/// A business that applied after the import had begun has no row on which it could have waited.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r16_nobody_applies_and_is_approved_while_the_list_is_imported(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let mut tx = fresh.store.begin().await.unwrap();
    store::dishonest::begin_import(&mut tx).await.unwrap();
    store::dishonest::list(&mut tx, &[subject(1, "一")], at(50), 1).await.unwrap();
    assert!(store::dishonest::listed_merchants(&mut tx).await.unwrap().is_empty());
    let store = fresh.another().await;
    let mut approval = tokio::spawn(async move {
        store.apply(&merchant(1, None)).await.unwrap();
        approve(&store, 1).await;
    });
    let early = tokio::time::timeout(Duration::from_millis(300), &mut approval).await;
    assert!(early.is_err(), "the approval did not wait for the import");
    tx.commit().await.unwrap();
    approval.await.unwrap();
    let merchant = fresh.store.merchant(&id(1)).await.unwrap().unwrap();
    assert_eq!(merchant.state, MerchantState::Applied);
}
