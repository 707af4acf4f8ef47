//! Versions of rounds, and changes of two persons (R7, R15, R17, R21).

use domain::id::{ProposalId, RoundId};
use domain::ledger::{Account, Transfer};
use domain::merchant::{Mark, Who};
use domain::money::Amount;
use domain::plan::{Act, Plan, PlanState, Version};
use domain::round::change::{Change, Proposal, Verdict};
use domain::round::{LimitPer, Round};
use rstest::rstest;
use store::{Engine, Error, Store};

use crate::engines::fresh;
use crate::world::{NOW, request, round, round_id, seal, serve, with_stock};

fn mark(who: &str, why: &str) -> Mark {
    Mark { who: Who::Staff(who.to_owned()), at: NOW, why: why.to_owned() }
}

fn plan() -> Plan {
    Plan::of(&round("r2", 3_000_000, LimitPer::Round, &[("p1", 10)]))
}

fn version(number: i64, act: Act, state: PlanState, mark: Mark) -> Version {
    Version { number, act, state, plan: plan(), paused: false, stopped: false, mark }
}

async fn record(store: &Store, version: &Version) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    store::round::lock_planning(&mut tx).await?;
    store::plan::record(&mut tx, &round_id("r2"), version).await?;
    tx.commit().await
}

#[rstest]
#[tokio::test]
async fn r17_every_version_is_read_back(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    with_stock(store, 2).await;
    let imported = store.versions(&round_id("r1")).await.unwrap();
    assert_eq!(imported.len(), 1, "an imported round begins with its import");
    assert_eq!((imported[0].number, imported[0].act), (1, Act::Import));
    assert_eq!(imported[0].plan, Plan::of(&store.rounds().await.unwrap()[0]));
    let first = version(1, Act::Create, PlanState::Draft, mark("li", ""));
    let second = version(2, Act::Submit, PlanState::Submitted, mark("wang", "請看"));
    record(store, &first).await.unwrap();
    record(store, &second).await.unwrap();
    assert_eq!(store.versions(&round_id("r2")).await.unwrap(), [second.clone(), first]);
    let mut tx = store.begin().await.unwrap();
    let planned = store::plan::planned(&mut tx, &round_id("r2")).await.unwrap().unwrap();
    assert_eq!(planned.newest, second);
    let mut writers: Vec<String> = planned.writers.iter().map(ToString::to_string).collect();
    writers.sort();
    assert_eq!(writers, ["staff:li", "staff:wang"]);
    assert_eq!(store::plan::planned(&mut tx, &round_id("r9")).await.unwrap(), None);
    assert_eq!(store::plan::count(&mut tx).await.unwrap(), 2);
    tx.rollback().await.unwrap();
    let newest = store.newest_versions().await.unwrap();
    let numbers: Vec<(String, i64)> =
        newest.iter().map(|(id, version)| (id.to_string(), version.number)).collect();
    assert!(numbers.contains(&("r1".to_owned(), 1)) && numbers.contains(&("r2".to_owned(), 2)));
}

#[rstest]
#[tokio::test]
async fn r21_the_schema_holds_a_plan_to_its_laws(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    with_stock(store, 2).await;
    record(store, &version(1, Act::Create, PlanState::Draft, mark("li", ""))).await.unwrap();
    let again = version(1, Act::Edit, PlanState::Draft, mark("wang", "x"));
    assert!(matches!(record(store, &again).await, Err(Error::Taken)), "compare and set");
    let gap = version(3, Act::Edit, PlanState::Draft, mark("wang", "x"));
    assert!(matches!(record(store, &gap).await, Err(Error::Broken(_))), "none is left out");
    for act in [Act::Approve, Act::Return] {
        let own = version(2, act, PlanState::Approved, mark("li", "x"));
        assert!(matches!(record(store, &own).await, Err(Error::Broken(_))), "an own act");
    }
    record(store, &version(2, Act::Approve, PlanState::Approved, mark("chen", "x"))).await.unwrap();
    for statement in [
        "update round_version set why = 'x'",
        "delete from round_version",
        "update round set stopped = 1; update round set stopped = 0",
        "update round set closes_at = opens_at",
    ] {
        assert!(fresh.raw(statement).await.is_err(), "was taken: {statement}");
    }
}

async fn add(store: &Store, round: &Round) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    store::round::add(&mut tx, round).await?;
    tx.commit().await
}

#[rstest]
#[tokio::test]
async fn r7_windows_never_overlap_in_the_tables(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    // From 0 to 2,000,000.
    with_stock(store, 2).await;
    for opens in [0, 1_999_999] {
        let meets = round("r2", opens, LimitPer::Round, &[("p1", 1)]);
        assert!(matches!(add(store, &meets).await, Err(Error::Broken(_))), "{opens}");
    }
    let next = round("r2", 2_000_000, LimitPer::Round, &[("p1", 1)]);
    add(store, &next).await.unwrap();
    assert_eq!(store.rounds().await.unwrap()[1], next, "behind the others, as it was");
    assert!(fresh.raw("update round set closes_at = 2000001 where id = 'r1'").await.is_err());
    assert!(fresh.raw("update round set opens_at = 1999999 where id = 'r2'").await.is_err());
}

async fn change(store: &Store, change: &Change) -> Result<Round, Error> {
    let mut tx = store.begin().await?;
    let locked = store::claim::lock_round(&mut tx, &round_id("r1")).await?.unwrap();
    let after = locked.round.changed(change, NOW, &[]).unwrap();
    store::round::record(&mut tx, &locked.round, &after).await?;
    let price = locked.round.price_of(change).unwrap();
    if price > Amount::ZERO {
        let id = round_id("r1");
        let accounts = [Account::Pool, Account::Stock(id.clone())];
        store::ledger::lock_accounts(&mut tx, accounts).await?;
        let transfer = seal(Transfer::addition(NOW, &id, price, locked.link));
        store::round::set_aside(&mut tx, &id, &transfer).await?;
    }
    tx.commit().await?;
    Ok(after)
}

#[rstest]
#[tokio::test]
async fn r21_a_round_is_steered_and_keeps_its_promises(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    let id = with_stock(store, 1).await;
    serve(store, &id, &[request(1)]).await.unwrap();
    let closes_at = store.rounds().await.unwrap()[0].window.closes_at().plus_millis(7);
    let pack = "p1".parse().unwrap();
    for wanted in [
        Change::Pause,
        Change::Resume,
        Change::AddPacks { pack, count: 2 },
        Change::Extend { closes_at },
        Change::Stop,
    ] {
        let after = change(store, &wanted).await.unwrap();
        assert_eq!(store.rounds().await.unwrap()[0], after, "{wanted}");
    }
    let now = &store.rounds().await.unwrap()[0];
    assert_eq!((now.stock(), now.remaining(), now.version), (3, 2, 6));
    let accounts = store.accounts().await.unwrap();
    let of = |name: &str| accounts.iter().find(|(known, _)| known == name).unwrap().1;
    assert_eq!((of("stock:r1"), of("issued:r1")), (10_000, 5_000));
    assert_eq!(of("pool"), 1_500_000_000 - 15_000);
    // A claim is there: nothing that its holder was promised becomes less.
    for statement in [
        "update round set closes_at = closes_at - 1",
        "update round set opens_at = opens_at + 1",
        "update round set refund_policy = 'never'",
        "update round set audience = '{}'",
    ] {
        assert!(fresh.raw(statement).await.is_err(), "was taken: {statement}");
    }
    fresh.raw("update round set closes_at = closes_at + 1").await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_change_on_another_version_is_void(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    with_stock(store, 1).await;
    let before = store.rounds().await.unwrap().remove(0);
    let after = before.changed(&Change::Pause, NOW, &[]).unwrap();
    change(store, &Change::Stop).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let stale = store::round::record(&mut tx, &before, &after).await;
    assert!(matches!(stale, Err(Error::Broken(_))), "{stale:?}");
}

fn proposal(number: u128, change: Change) -> Proposal {
    let round: RoundId = round_id("r1");
    let id = ProposalId::mint(1, number);
    Proposal { id, round, change, proposed: mark("li", "請確認"), decided: None }
}

async fn decide(store: &Store, id: &ProposalId, verdict: Verdict, who: &str) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    assert!(store::round::change::lock(&mut tx, id).await?.is_some());
    store::round::change::decide(&mut tx, id, verdict, &mark(who, "好")).await?;
    tx.commit().await
}

#[rstest]
#[tokio::test]
async fn r21_a_proposal_is_of_two_persons_and_decided_once(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    with_stock(store, 2).await;
    let extend = Change::Extend { closes_at: at(2_000_001) };
    let (first, second) = (proposal(1, extend.clone()), proposal(2, Change::Stop));
    let mut tx = store.begin().await.unwrap();
    assert!(store::round::change::propose(&mut tx, &first).await.unwrap());
    assert!(store::round::change::propose(&mut tx, &second).await.unwrap());
    assert!(!store::round::change::propose(&mut tx, &proposal(3, extend)).await.unwrap(), "waits");
    tx.commit().await.unwrap();
    assert_eq!(store.open_proposals().await.unwrap(), [first.clone(), second.clone()]);
    for verdict in [Verdict::Confirmed, Verdict::Declined] {
        let own = decide(store, &first.id, verdict, "li").await;
        assert!(matches!(own, Err(Error::Broken(_))), "an own proposal");
    }
    let foreign = decide(store, &first.id, Verdict::Withdrawn, "wang").await;
    assert!(matches!(foreign, Err(Error::Broken(_))), "taken back by somebody else");
    decide(store, &first.id, Verdict::Confirmed, "wang").await.unwrap();
    decide(store, &second.id, Verdict::Withdrawn, "li").await.unwrap();
    let twice = decide(store, &first.id, Verdict::Declined, "chen").await;
    assert!(matches!(twice, Err(Error::Broken(_))), "decided on once");
    let decided = store.proposals_of(&round_id("r1")).await.unwrap();
    let verdicts: Vec<Verdict> =
        decided.iter().filter_map(|one| Some(one.decided.as_ref()?.0)).collect();
    assert_eq!(verdicts, [Verdict::Withdrawn, Verdict::Confirmed]);
    assert!(fresh.raw("delete from round_proposal").await.is_err());
}

fn at(ms: i64) -> domain::time::Timestamp {
    domain::time::Timestamp::from_millis(ms)
}
