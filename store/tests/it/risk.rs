//! R19: what is assessed and configured is written once.

use domain::id::AssessmentId;
use domain::risk::record::Record;
use domain::risk::{Act, Assessment, Configuration, Event, Finding, Kept, Reason, Verdict};
use domain::time::Timestamp;
use rstest::rstest;
use store::Engine;

use crate::engines::fresh;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn kept(number: u128) -> Kept {
    let findings = vec![Finding { reason: Reason::Ring, points: 40, measured: 500, limit: 300 }];
    Kept {
        id: AssessmentId::mint(1, number),
        act: Act::Redemption,
        person: None,
        account: None,
        merchant: None,
        till: None,
        round: None,
        at: at(1_000),
        assessment: Assessment {
            verdict: Verdict::Hold,
            enforced: Verdict::Allow,
            score: 60,
            findings,
            configuration: 0,
        },
    }
}

#[rstest]
#[tokio::test]
async fn what_was_assessed_stays(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    let record = |number: u128, version| Record {
        event: Event::new(AssessmentId::mint(1, number), Act::Claim, at(1_000)),
        assessment: Assessment::nothing(version),
    };
    let mut tx = store.begin().await.unwrap();
    store::risk::keep(&mut tx, &[kept(1), kept(2)]).await.unwrap();
    let records = [&record(1, 0), &record(2, 0), &record(3, 4)];
    store::risk::record(&mut tx, &records).await.unwrap();
    let why = (&domain::audit::Who::Product, at(5), "why");
    let configuration = Configuration::default();
    store::risk::configure(&mut tx, None, &configuration, why).await.unwrap();
    let round = "r1".parse().unwrap();
    store::risk::configure(&mut tx, Some(&round), &configuration, why).await.unwrap();
    store::risk::configure(&mut tx, Some(&round), &configuration, why).await.unwrap();
    tx.commit().await.unwrap();

    let versions: Vec<_> = store.risk_configurations().await.unwrap();
    let versions: Vec<_> = versions.iter().map(|it| (it.version, it.round.clone())).collect();
    assert_eq!(versions, [(1, None), (3, Some(round))], "the newest of each");
    let all = (at(0), Timestamp::LAST);
    let batches = store.risk_batches(all, None).await.unwrap();
    assert_eq!(
        batches.iter().map(|it| it.acts).collect::<Vec<_>>(),
        [2, 1],
        "one for each version"
    );
    assert_eq!(store.risk_batches(all, batches.first()).await.unwrap(), batches[1..]);
    assert_eq!(store.risk_batches_since(at(0), 100).await.unwrap(), batches);
    assert_eq!(store.risk_batches_since(at(1_001), 100).await.unwrap(), []);
    assert_eq!(store.risk_acts(at(0), at(1_000)).await.unwrap(), 0);
    assert_eq!(store.risk_acts(at(0), at(1_001)).await.unwrap(), 3);
    let newest = store.assessments(Act::Redemption, None, 1).await.unwrap();
    assert_eq!(newest, [kept(2)]);
    let before = Some((newest[0].at, newest[0].id));
    assert_eq!(store.assessments(Act::Redemption, before, 9).await.unwrap(), [kept(1)]);
    assert_eq!(store.assessments(Act::Claim, None, 9).await.unwrap(), []);

    for statement in [
        "update risk_assessment set verdict = 'refuse'",
        "delete from risk_assessment",
        "update risk_batch set content = ''",
        "delete from risk_batch",
        "update risk_configuration set content = '{}'",
        "delete from risk_configuration",
    ] {
        assert!(fresh.raw(statement).await.is_err(), "was taken: {statement}");
    }
    // A plain yes is nothing for the desk.
    let plain = Kept { assessment: Assessment::nothing(0), ..kept(9) };
    let mut tx = store.begin().await.unwrap();
    assert!(store::risk::keep(&mut tx, &[plain]).await.is_err());
}
