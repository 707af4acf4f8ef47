//! What each function of rounds, claims, ledger, codes and health promises.

use std::collections::HashSet;

use domain::claim::{Claim, ClaimState, Verdict};
use domain::code::{Digits, Step};
use domain::id::VoucherId;

use domain::round::LimitPer;
use rstest::rstest;
use store::code::Shown;
use store::{Engine, Error};

use crate::engines::fresh;
use crate::world::{
    Grants, NOW, account, decided, import, person, request, round, round_id, seal, serve,
    with_stock,
};

#[rstest]
#[tokio::test]
async fn a_batch_is_read_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    let round = with_stock(&store, 3).await;
    assert_eq!(store.newest_record().await.unwrap(), None);
    let requests: Vec<_> = (1..=5).map(request).collect();
    let verdicts = serve(&store, &round, &requests).await.unwrap();
    assert_eq!(verdicts.iter().filter(|v| matches!(v, Verdict::Granted { .. })).count(), 3);
    // The same requests again are replays, whatever the stock is now.
    let again = serve(&store, &round, &requests[..3]).await.unwrap();
    assert!(again.iter().all(|verdict| matches!(verdict, Verdict::Replayed(_))), "{again:?}");

    let claim = store.claim(&requests[1].id).await.unwrap().unwrap();
    assert_eq!((claim.serial, claim.person, claim.account), (Some(2), person(2), account(2)));
    assert_eq!((claim.choice.named, claim.claimed_at), (false, NOW));
    let key = &requests[1].key;
    assert_eq!(store.claim_by_key(&account(2), &round, key).await.unwrap().as_ref(), Some(&claim));
    assert_eq!(store.claim_by_key(&account(1), &round, key).await.unwrap(), None);
    assert_eq!(store.claims_of(&person(2)).await.unwrap(), [claim]);
    assert!(store.claims_of(&person(4)).await.unwrap().is_empty());
    assert_eq!(store.claim(&requests[4].id).await.unwrap(), None);

    let serials = |claims: Vec<Claim>| claims.iter().map(|c| c.serial.unwrap()).collect::<Vec<_>>();
    assert_eq!(serials(store.claims_of_round(&round, 0, 2).await.unwrap()), [1, 2]);
    assert_eq!(serials(store.claims_of_round(&round, 2, 2).await.unwrap()), [3]);
    assert_eq!(store.newest_record().await.unwrap(), Some(NOW));
    assert_eq!(store.rounds().await.unwrap()[0].remaining(), 0);
    assert!(store.examine().await.unwrap().is_empty());
}

#[rstest]
#[tokio::test]
async fn a_transaction_reads_sets(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    let round = with_stock(&store, 3).await;
    serve(&store, &round, &[request(1), request(2)]).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(store::claim::lock_round(&mut tx, &round_id("r9")).await.unwrap(), None);
    let locked = store::claim::lock_round(&mut tx, &round).await.unwrap().unwrap();
    assert_eq!((locked.last_serial, locked.link.sequence), (2, 2));
    let persons = [person(2), person(3), person(2)];
    let holdings = store::claim::holdings(&mut tx, &round, &persons).await.unwrap();
    assert_eq!(holdings.len(), 1);
    assert_eq!((holdings[0].person, holdings[0].key.as_str()), (person(2), "key-2"));
    assert!(store::claim::holdings(&mut tx, &round, &[]).await.unwrap().is_empty());
    let with_pack = store::claim::with_pack_in_campaign(&mut tx, &persons).await.unwrap();
    assert_eq!(with_pack, HashSet::from([person(2)]));
    let ids = [request(1).id, request(9).id];
    assert_eq!(store::claim::read_claims(&mut tx, &ids).await.unwrap().len(), 1);
    tx.rollback().await.unwrap();
}

#[rstest]
#[tokio::test]
async fn holders_come_with_version_and_stock(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    let round = with_stock(&store, 2).await;
    assert_eq!(store.holders(&round_id("r9")).await.unwrap(), None);
    let before = store.holders(&round).await.unwrap().unwrap();
    assert_eq!((before.version, before.sold_out, before.persons.len()), ((1, 0), false, 0));
    serve(&store, &round, &[request(1), request(2)]).await.unwrap();
    let after = store.holders(&round).await.unwrap().unwrap();
    assert_eq!((after.version, after.sold_out), ((1, 0), true), "a grant is no new version");
    assert_eq!(HashSet::from_iter(after.persons), HashSet::from([person(1), person(2)]));
}

#[rstest]
#[tokio::test]
async fn r20_transfers_are_read_back_in_chains(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    let rounds = [
        round("r1", 0, LimitPer::Round, &[("p1", 5)]),
        round("r2", 5_000_000, LimitPer::Round, &[("p1", 5)]),
    ];
    import(&store, &rounds, "sum").await.unwrap();
    for number in 1..=3 {
        serve(&store, &rounds[0].id, &[request(number)]).await.unwrap();
    }
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = store.transfers(after.clone(), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.transfer.chain.to_string(), last.transfer.sequence));
        all.extend(page);
    }
    let places: Vec<_> =
        all.iter().map(|one| (one.transfer.chain.to_string(), one.transfer.sequence)).collect();
    let expected = [
        ("campaign", 1),
        ("round:r1", 1),
        ("round:r1", 2),
        ("round:r1", 3),
        ("round:r1", 4),
        ("round:r2", 1),
    ];
    assert_eq!(places, expected.map(|(chain, sequence)| (chain.to_owned(), sequence)));
    for one in &all {
        assert_eq!(seal(one.transfer.clone()), *one, "the hash is that of what was read back");
    }
    assert!(all.windows(2).all(|pair| {
        pair[0].transfer.chain != pair[1].transfer.chain
            || pair[1].transfer.previous == pair[0].hash
    }));
}

#[rstest]
#[tokio::test]
async fn a_code_is_shown_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let store = &fresh.store;
    let digits = |number| Digits::from_number(number).unwrap();
    let voucher = |slot| VoucherId { claim: request(1).id, slot };
    let step = Step::at(NOW);
    let show = |slot, step, number| store.show_code(voucher(slot), step, digits(number), NOW);
    assert_eq!(show(1, step, 11).await.unwrap(), Shown::Shown(digits(11)));
    assert_eq!(
        show(1, step, 12).await.unwrap(),
        Shown::Shown(digits(11)),
        "the same step, the same digits"
    );
    assert_eq!(show(2, step, 11).await.unwrap(), Shown::Taken);
    let next = Step::from_number(step.number() + 1);
    assert_eq!(show(1, next, 13).await.unwrap(), Shown::Shown(digits(13)));

    // Ten minutes after they ended the digits are gone from the table, when the next code is shown.
    let late = next.taken_until().plus_millis(10 * 60_000 + 1);
    let shown = store.show_code(voucher(3), Step::at(late), digits(11), late).await.unwrap();
    assert_eq!(shown, Shown::Shown(digits(11)), "free again");
    assert_eq!(fresh.number("select count(*) from shown_code").await, 1);
}

#[rstest]
#[tokio::test]
async fn live_codes_are_bounded(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let live = Step::at(NOW).taken_until().millis();
    let claim = request(9).id;
    fresh
        .raw(&format!(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 80000)
             insert into shown_code (digits, claim_id, slot, step, live_until)
             select substr(cast(1000000000000 + i as text), 2), '{claim}', 1, i, {live} from n"
        ))
        .await
        .unwrap();
    let voucher = VoucherId { claim: request(1).id, slot: 1 };
    let candidate = Digits::from_number(500_000).unwrap();
    let full = fresh.store.show_code(voucher, Step::at(NOW), candidate, NOW).await.unwrap();
    assert_eq!(full, Shown::Full);
    let later = Step::at(NOW).taken_until();
    let shown = fresh.store.show_code(voucher, Step::at(later), candidate, later).await.unwrap();
    assert_eq!(shown, Shown::Shown(candidate), "they ended");
}

#[rstest]
#[tokio::test]
async fn the_database_is_there(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let store = fresh.store.clone();
    assert_eq!(store.engine(), engine);
    store.ping().await.unwrap();
    let time = store.database_time_ms().await.unwrap();
    assert_eq!(time.is_some(), engine == Engine::Postgres);
    assert!(time.is_none_or(|ms| ms > 1_700_000_000_000));
    store.close().await;
    assert!(store.ping().await.is_err());
}

#[rstest]
#[tokio::test]
async fn a_rehearsal_writes_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let round = with_stock(&fresh.store, 5).await;
    let before = fresh.store.ledger_facts().await.unwrap();
    let mut tx = fresh.store.begin().await.unwrap();
    store::claim::lock_round(&mut tx, &round).await.unwrap();
    store::claim::rehearse(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fresh.store.ledger_facts().await.unwrap(), before);
    assert_eq!(fresh.number("select count(*) from claim").await, 0);
}

#[rstest]
#[tokio::test]
async fn a_claim_is_for_a_pack_of_its_round(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fresh = fresh(engine).await;
    let round = with_stock(&fresh.store, 5).await;
    let requests = [request(1)];
    for is_held in [false, true] {
        let mut tx = fresh.store.begin().await.unwrap();
        let locked = store::claim::lock_round(&mut tx, &round).await.unwrap().unwrap();
        let decision = decided(&locked, &requests, &[]);
        let mut grants = Grants::of(&locked, &requests, &decision).unwrap();
        let claim = &mut grants.claims[0];
        claim.choice.pack = "of-nowhere".parse().unwrap();
        let written = if is_held {
            claim.state = ClaimState::Held;
            claim.serial = None;
            claim.decide_by = Some(NOW);
            store::held::record(&mut tx, &locked.round, &grants.claims, &decision.stocks, NOW).await
        } else {
            store::claim::record(&mut tx, &grants.batch(&locked, &decision)).await
        };
        assert!(matches!(written, Err(Error::Broken(_))), "{written:?}");
    }
    assert_eq!(fresh.number("select count(*) from claim").await, 0);
}
