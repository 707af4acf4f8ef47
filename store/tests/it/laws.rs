//! The schema repeats the laws: what the store would never write, it refuses from anybody.

use domain::round::LimitPer;
use rstest::rstest;
use store::Engine;

use crate::engines::{Fresh, fresh};
use crate::world::{import, request, round, serve, with_stock};

/// A round with two claims of ten packs.
async fn two_claims(engine: Engine) -> Fresh {
    let fresh = fresh(engine).await;
    let round = with_stock(&fresh.store, 10).await;
    serve(&fresh.store, &round, &[request(1), request(2)]).await.unwrap();
    fresh
}

async fn refuses(fresh: &Fresh, statements: &[&str]) {
    for statement in statements {
        let answer = fresh.raw(statement).await;
        assert!(answer.is_err(), "was taken: {statement}");
    }
}

#[rstest]
#[tokio::test]
async fn claims_stay_as_they_are(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = two_claims(engine).await;
    refuses(
        &fresh,
        &[
            "delete from claim",
            "update claim set state = 'refused', serial = null where serial = 1",
            "update claim set person_id = 'AAAAAAAAAAAAAAAAAAAAAAAAAA' where serial = 1",
            "update claim set serial = 3 where serial = 1",
        ],
    )
    .await;
    if engine == Engine::Postgres {
        refuses(&fresh, &["truncate claim", "truncate ledger_posting", "truncate consent"]).await;
    }
    assert_eq!(fresh.number("select count(*) from claim").await, 2);
}

/// A row like the claim with serial 1, but for what differs.
fn copy(id: char, person: &str, key: &str, limit: &str, state: &str, serial: &str) -> String {
    let id = id.to_string().repeat(26);
    format!(
        "insert into claim (id, round_id, pack_id, person_id, account_id, request_key, pack_named,
                            limit_key, state, answered, serial, claimed_at)
         select '{id}', round_id, pack_id, {person}, account_id, '{key}', pack_named,
                {limit}, '{state}', 'held', {serial}, claimed_at
         from claim where serial = 1"
    )
}

#[rstest]
#[tokio::test]
async fn r1_one_claim_for_each_person(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = two_claims(engine).await;
    let other = "'BBBBBBBBBBBBBBBBBBBBBBBBBB'";
    refuses(
        &fresh,
        &[
            &copy('A', "person_id", "other", "''", "granted", "3"),
            &copy('A', "person_id", "other", "''", "held", "null"),
            // The same key again, the same serial again, a grant without one, a refusal with one.
            &copy('A', other, "key-1", "''", "granted", "3"),
            &copy('A', other, "other", "''", "granted", "2"),
            &copy('A', other, "other", "''", "granted", "null"),
            &copy('A', other, "other", "''", "held", "3"),
            &copy('A', other, "other", "'another-pack'", "held", "null"),
        ],
    )
    .await;
    // A refused claim is in nobody's way, and the two that were there are.
    fresh.raw(&copy('A', "person_id", "other", "''", "refused", "null")).await.unwrap();
    assert_eq!(fresh.number("select count(*) from claim").await, 3);
}

#[rstest]
#[tokio::test]
async fn a_held_claim_is_decided_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = two_claims(engine).await;
    let other = "'BBBBBBBBBBBBBBBBBBBBBBBBBB'";
    fresh.raw(&copy('A', other, "other", "''", "held", "null")).await.unwrap();
    refuses(
        &fresh,
        &[
            "update claim set decided_at = 9 where state = 'held'",
            "update claim set state = 'refused' where state = 'held'",
            "update claim set state = 'granted', decided_at = 9 where state = 'held'",
            "update claim set state = 'refused', decided_at = 9, answered = 'granted'
             where state = 'held'",
        ],
    )
    .await;
    let grant =
        "update claim set state = 'granted', serial = 3, decided_at = 9 where state = 'held'";
    fresh.raw(grant).await.unwrap();
    refuses(
        &fresh,
        &["update claim set state = 'refused', serial = null, decided_at = 10 where serial = 3"],
    )
    .await;
}

#[rstest]
#[tokio::test]
async fn the_ledger_is_written_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = two_claims(engine).await;
    refuses(
        &fresh,
        &[
            "update ledger_transfer set at = 1",
            "delete from ledger_transfer",
            "update ledger_posting set amount_fen = 1",
            "delete from ledger_posting",
            "delete from ledger_account",
            "update ledger_account set balance_fen = -1 where name = 'pool'",
            // From nowhere, into nowhere, nothing, or without tie to the one before.
            "insert into ledger_posting (chain, sequence, position, target, amount_fen)
             values ('round:r1', 2, 9, 'pool', 5)",
            "insert into ledger_posting (chain, sequence, position, source, target, amount_fen)
             values ('round:r1', 2, 9, 'pool', 'nowhere', 5)",
            "insert into ledger_posting (chain, sequence, position, source, target, amount_fen)
             values ('round:r1', 2, 9, 'pool', 'issued:r1', 0)",
            "insert into ledger_transfer (chain, sequence, reason, at, digest, previous, hash)
             select chain, 3, reason, at, digest, previous, hash from ledger_transfer
             where chain = 'round:r1' and sequence = 2",
            "insert into ledger_transfer (chain, sequence, reason, at, digest, previous, hash)
             select chain, 4, reason, at, digest, hash, hash from ledger_transfer
             where chain = 'round:r1' and sequence = 2",
            "insert into ledger_transfer (chain, sequence, reason, at, digest, previous, hash)
             select 'round:r9', 1, 'appropriation', at, digest, previous, hash from ledger_transfer
             where chain = 'round:r1' and sequence = 1",
        ],
    )
    .await;
}

#[rstest]
#[tokio::test]
async fn packs_and_rounds_hold(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = two_claims(engine).await;
    refuses(
        &fresh,
        &[
            "update pack set remaining = remaining + 1",
            "update pack set issued = issued - 1",
            "update pack set issued = 11, remaining = -1",
            "update pack set stock = stock - 1, remaining = remaining - 1",
            "update pack set face_fen = 1",
            "update pack set content = '[]'",
            "delete from pack",
            "update round set closes_at = opens_at",
            "update round set paused = 2",
            "insert into campaign (id, slug, checksum, document, appropriation_fen, imported_at)
             values (2, 'b', 'c', '{}', 1, 1)",
        ],
    )
    .await;
    fresh.raw("update pack set stock = stock + 1, remaining = remaining + 1").await.unwrap();
}

#[rstest]
#[tokio::test]
async fn the_limit_may_be_per_pack(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let rounds = [round("r1", 0, LimitPer::Pack, &[("p1", 5), ("p2", 5)])];
    import(&fresh.store, &rounds, "sum").await.unwrap();
    let id = rounds[0].id.clone();
    serve(&fresh.store, &id, &[request(1)]).await.unwrap();
    let mut second = request(1);
    second.id = domain::claim::Request { ..request(77) }.id;
    second.key = "second".parse().unwrap();
    second.choice.pack = "p2".parse().unwrap();
    serve(&fresh.store, &id, &[second]).await.unwrap();
    assert_eq!(fresh.number("select count(*) from claim").await, 2);
    let issued: Vec<(String, i64)> =
        fresh.rows("select id, issued from pack order by position").await;
    assert_eq!(issued, [("p1".to_owned(), 1), ("p2".to_owned(), 1)]);
}

#[rstest]
#[tokio::test]
async fn r14_a_round_is_closed_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    with_stock(&fresh.store, 10).await;
    refuses(&fresh, &["update round set closed_at = closes_at - 1"]).await;
    fresh.raw("update round set closed_at = closes_at").await.unwrap();
    let again = |reason: &str| {
        format!(
            "insert into ledger_transfer (chain, sequence, reason, at, digest, previous, hash)
             select chain, sequence + 1, '{reason}', at, digest, hash, digest
             from ledger_transfer where chain = 'round:r1' order by sequence desc limit 1"
        )
    };
    fresh.raw(&again("closing")).await.unwrap();
    refuses(
        &fresh,
        &[
            "update round set closed_at = null",
            "update round set closed_at = closed_at + 1",
            "update round set closes_at = closes_at + 1",
            &again("closing"),
            &again("approval"),
            &again("grant"),
            &again("redemption"),
        ],
    )
    .await;
    // What is refunded afterwards goes to the pool.
    fresh.raw(&again("refund")).await.unwrap();
}
