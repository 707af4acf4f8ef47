//! Memory refuses, never grants, and never refuses a holder.

use domain::round::change::Change;
use http::StatusCode;
use rstest::rstest;

use crate::support::{App, OPEN, On, campaign_of, number};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn memory_knows_strangers_only_while_the_round_is_sold_out(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(1)).await;
    let holder = app.sign_in(&number(1), "main").await;
    let stranger = app.sign_in(&number(2), "main").await;
    assert_eq!(app.claim(&holder, "k", "{}").await.status, StatusCode::CREATED);
    let round = app.hall.board.round(&"r1".parse().unwrap()).unwrap();
    assert!(!app.hall.memory.knows(&round));
    // Nobody has loaded it yet: whoever is told no first waits for that, and those after them are told by it.
    assert_eq!(app.claim(&stranger, "k", "{}").await.code(), "sold_out");
    assert!(app.hall.memory.knows(&round));
    let claims = app.hall.store.claims_of_round(&round.id, 0, 10).await.unwrap();
    assert!(
        !app.hall.memory.is_stranger(&round, &claims[0].person),
        "a holder is never a stranger"
    );
    assert_eq!(app.claim(&stranger, "k", "{}").await.code(), "sold_out");
    assert_eq!(app.claim(&holder, "k2", "{}").await.code(), "already_claimed");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn added_packs_drop_the_memory_on_every_server(#[values(On::Sqlite, On::Postgres)] on: On) {
    let first = App::with(on, OPEN, &campaign_of(1)).await;
    let second = App::on(first.database.clone(), OPEN, 8_192).await;
    let holder = first.sign_in(&number(1), "main").await;
    let late = first.sign_in(&number(2), "main").await;
    assert_eq!(first.claim(&holder, "k", "{}").await.status, StatusCode::CREATED);
    for app in [&first, &second] {
        app.refresh().await;
        assert_eq!(app.claim(&late, "k", "{}").await.code(), "sold_out");
    }
    add_one_pack(&first).await;
    // What the background of each server does several times a second.
    second.refresh().await;
    assert_eq!(second.claim(&late, "k", "{}").await.status, StatusCode::CREATED);
    first.refresh().await;
    let replay = first.claim(&late, "k", "{}").await;
    assert_eq!(
        (replay.status, replay.headers.contains_key("idempotent-replayed")),
        (StatusCode::CREATED, true)
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_of_risk_control_keeps_no_server_from_seeing_packs_come_back(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let first = App::with(on, OPEN, &campaign_of(1)).await;
    let second = App::on(first.database.clone(), OPEN, 8_192).await;
    let holder = first.sign_in(&number(1), "main").await;
    let late = first.sign_in(&number(2), "main").await;
    assert_eq!(first.claim(&holder, "k", "{}").await.status, StatusCode::CREATED);
    second.refresh().await;
    assert_eq!(second.claim(&late, "k", "{}").await.code(), "sold_out");
    // As a newer version beside this one may write it.
    first
        .side_door(
            "insert into risk_configuration (version, scope, content, who, at, why)
             values (1, '', '{\"newer\":true}', 'command', 0, 'a test')",
        )
        .await;
    add_one_pack(&first).await;
    assert!(server::upkeep::refresh(&second.hall).await.is_err(), "it is not kept quiet");
    assert_eq!(second.claim(&late, "k", "{}").await.status, StatusCode::CREATED);
}

async fn add_one_pack(app: &App) {
    let round = app.hall.board.round(&"r1".parse().unwrap()).unwrap();
    app.steer(&Change::AddPacks { pack: round.packs[0].id.clone(), count: 1 }).await;
}
