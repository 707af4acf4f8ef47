//! A claim and everything that can come before, between and after.

use std::sync::Arc;

use domain::claim::{Choice, Request, Standing};
use domain::id::{AccountId, ClaimId, PersonId};
use domain::refusal::Refusal;
use domain::round::RealNameLevel;
use domain::round::change::Change;
use domain::time::Window;
use http::StatusCode;
use rstest::rstest;
use server::lane::Job as _;
use server::lane::claim::{ClaimJob, ClaimTicket, Settled};

use crate::support::{App, OPEN, On, campaign_of, number};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r3_a_claim_gives_the_whole_pack(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let answer = app.claim(&cookie, "k1", "{}").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let claim = answer.json();
    assert_eq!((claim["serial"].as_i64(), claim["state"].as_str()), (Some(1), Some("granted")));
    let kinds: Vec<_> = claim["vouchers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["general", "general", "general", "fuel", "dining"]);
    for voucher in claim["vouchers"].as_array().unwrap() {
        assert_eq!(
            (voucher["face_fen"].as_i64(), voucher["minimum_spend_fen"].as_i64()),
            (Some(1_000), Some(4_000))
        );
        assert_eq!(voucher["usable_until"], "2020-04-29T00:00:00+08:00");
        assert_eq!(voucher["state"], "usable");
    }
    let wallet = app.get("/api/v1/wallet", &cookie).await.json();
    assert_eq!(wallet["claims"][0], claim);
    let again =
        app.get(&format!("/api/v1/claims/{}", claim["id"].as_str().unwrap()), &cookie).await;
    assert_eq!(again.json(), claim);
    let round = app.get("/api/v1/rounds/r1", "").await.json();
    assert_eq!(
        (round["remaining"].as_i64(), round["phase"].as_str()),
        (Some(59_999), Some("open"))
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r4_a_lost_reply_costs_nothing_even_after_the_packs_are_gone(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(2)).await;
    let lost = app.sign_in(&number(1), "main").await;
    let first = app.claim(&lost, "lost", "{}").await;
    let other = app.sign_in(&number(2), "main").await;
    assert_eq!(app.claim(&other, "k", "{}").await.status, StatusCode::CREATED);
    let late = app.sign_in(&number(3), "main").await;
    assert_eq!(app.claim(&late, "k", "{}").await.code(), "sold_out");

    for moment in ["sold out", "remembered", "closed"] {
        let replay = app.claim(&lost, "lost", "{}").await;
        assert_eq!((replay.status, &replay.body), (StatusCode::CREATED, &first.body), "{moment}");
        assert_eq!(replay.headers["idempotent-replayed"], "true", "{moment}");
        assert!(!first.headers.contains_key("idempotent-replayed"));
        match moment {
            "sold out" => app.refresh().await,
            _ => app.set_campaign("2020-05-01T00:00:00+08:00"),
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r1_a_holder_is_told_of_the_own_claim_and_never_sold_out(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(1)).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let claim = app.claim(&cookie, "k1", "{}").await.json();
    for _ in 0..2 {
        let again = app.claim(&cookie, "k2", "{}").await;
        assert_eq!(
            (again.status, again.code().as_str()),
            (StatusCode::CONFLICT, "already_claimed")
        );
        assert_eq!(again.json()["claim"], claim["id"]);
        let second = app.sign_in(&number(1), "second").await;
        let other = app.claim(&second, "k1", "{}").await;
        assert_eq!(other.code(), "already_claimed_through_other_account");
        assert_eq!(other.json()["claim"], claim["id"]);
        let wallet = app.get("/api/v1/wallet", &second).await.json();
        assert_eq!(wallet["claims"][0]["id"], claim["id"], "the wallet is the person's");
        app.refresh().await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r1_one_person_however_the_number_is_written(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let plain = "11010519491231002X";
    let cookie = app.sign_in(plain, "main").await;
    assert_eq!(app.claim(&cookie, "k1", "{}").await.status, StatusCode::CREATED);
    for written in [
        "11010519491231002x",
        "110105 19491231 002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105491231002",
    ] {
        let cookie = app.sign_in(written, "main").await;
        assert_eq!(app.claim(&cookie, "k2", "{}").await.code(), "already_claimed", "{written}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r4_the_same_key_with_another_body_is_refused(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    assert_eq!(app.claim(&cookie, "k1", "{}").await.status, StatusCode::CREATED);
    let other = app.claim(&cookie, "k1", r#"{"pack":"pack"}"#).await;
    assert_eq!((other.status.as_u16(), other.code().as_str()), (422, "request_key_reused"));
    for unknown in [r#"{"pack":"nothing"}"#, r#"{"pack":"NO PACK"}"#] {
        let answer = app.claim(&cookie, "k1", unknown).await;
        assert_eq!(answer.code(), "request_key_reused", "whatever is wrong with the other body");
    }
    // Bodies are compared as parsed values.
    assert_eq!(app.claim(&cookie, "k1", " { } ").await.status, StatusCode::CREATED);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r4_a_key_that_met_a_no_succeeds_later(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, "2020-04-22T08:59:59.999+08:00").await;
    let cookie = app.sign_in(&number(1), "main").await;
    let early = app.claim(&cookie, "k", "{}").await;
    assert_eq!((early.status, early.code().as_str()), (StatusCode::CONFLICT, "not_open_yet"));
    assert_eq!(early.headers["retry-after"], "1");
    app.set_campaign("2020-04-22T09:00:00+08:00");
    app.steer(&Change::Pause).await;
    app.refresh().await;
    assert_eq!(app.claim(&cookie, "k", "{}").await.code(), "round_paused");
    app.steer(&Change::Resume).await;
    app.refresh().await;
    assert_eq!(app.claim(&cookie, "k", "{}").await.status, StatusCode::CREATED);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r5_r7_the_end_is_exclusive_and_vouchers_lapse_by_themselves(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, "2020-04-28T23:59:59.999+08:00").await;
    let cookie = app.sign_in(&number(1), "main").await;
    assert_eq!(app.claim(&cookie, "k", "{}").await.status, StatusCode::CREATED);
    app.set_campaign("2020-04-29T00:00:00+08:00");
    let stranger = app.sign_in(&number(2), "main").await;
    assert_eq!(app.claim(&stranger, "k", "{}").await.code(), "round_closed");
    assert_eq!(app.claim(&cookie, "k2", "{}").await.code(), "round_closed");
    let wallet = app.get("/api/v1/wallet", &cookie).await.json();
    for voucher in wallet["claims"][0]["vouchers"].as_array().unwrap() {
        assert_eq!(voucher["state"], "lapsed");
    }
    let code = format!(
        "/api/v1/wallet/vouchers/{}/code",
        wallet["claims"][0]["vouchers"][0]["id"].as_str().unwrap()
    );
    let answer = app.get(&code, &cookie).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::CONFLICT, "voucher_lapsed"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r22_the_2021_file_runs_without_a_change_of_code(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let file = include_str!("../../../campaigns/jincheng-2021.toml");
    let app = App::with(on, "2021-06-05T10:00:00+08:00", file).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let unnamed = app.claim(&cookie, "k", "{}").await;
    assert_eq!(unnamed.status, StatusCode::BAD_REQUEST);
    assert_eq!(unnamed.json()["errors"][0]["field"], "pack");
    assert_eq!(app.claim(&cookie, "k", r#"{"pack":"nothing"}"#).await.code(), "not_found");
    for pack in ["retail-10", "hospitality-10", "retail-40", "petrochemical-10"] {
        let body = format!(r#"{{"pack":"{pack}"}}"#);
        assert_eq!(app.claim(&cookie, pack, &body).await.status, StatusCode::CREATED);
        assert_eq!(
            app.claim(&cookie, &format!("{pack}-again"), &body).await.code(),
            "already_claimed"
        );
    }
    let round = app.get("/api/v1/rounds/r1", "").await.json();
    assert_eq!(round["remaining"].as_i64(), Some(230_000 - 4));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_the_same_within_its_step_and_new_in_the_next(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let claim = app.claim(&cookie, "k", "{}").await.json();
    let path =
        format!("/api/v1/wallet/vouchers/{}/code", claim["vouchers"][0]["id"].as_str().unwrap());
    let first = app.get(&path, &cookie).await.json();
    assert_eq!(first["expires_at"], "2020-04-22T10:00:30+08:00");
    assert_eq!(first["digits"].as_str().unwrap().len(), 12);
    app.set_campaign("2020-04-22T10:00:29.999+08:00");
    assert_eq!(app.get(&path, &cookie).await.json(), first);
    app.set_campaign("2020-04-22T10:00:30+08:00");
    let second = app.get(&path, &cookie).await.json();
    assert_ne!((&second["digits"], &second["code"]), (&first["digits"], &first["code"]));
    let stranger = app.sign_in(&number(2), "main").await;
    assert_eq!(app.get(&path, &stranger).await.code(), "not_found");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r1_r4_whoever_another_server_served_is_no_stranger(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let first = App::open(on, OPEN).await;
    let second = App::on(first.database.clone(), OPEN, 8_192).await;
    let (one, other) =
        (first.sign_in(&number(1), "main").await, first.sign_in(&number(2), "main").await);
    // From now on the second server reads only whom it has seen to hold a claim of the round.
    assert_eq!(second.claim(&other, "k2", "{}").await.status, StatusCode::CREATED);
    let granted = first.claim(&one, "k1", "{}").await;
    assert_eq!(granted.status, StatusCode::CREATED);
    let replayed = second.claim(&one, "k1", "{}").await;
    assert_eq!((replayed.status, replayed.text()), (StatusCode::CREATED, granted.text()));
    assert_eq!(replayed.headers["idempotent-replayed"], "true");
    assert_eq!(second.claim(&one, "k3", "{}").await.code(), "already_claimed");
}

/// A claim for the pack of a round, as the desk gets it.
fn ticket(app: &App, round: &str, person: u128) -> ClaimTicket {
    let request = Request {
        id: ClaimId::mint(0, person),
        person: PersonId::mint(0, person),
        account: AccountId::mint(0, person),
        key: "key".parse().unwrap(),
        choice: Choice { pack: "pack".parse().unwrap(), named: false },
        standing: Standing {
            real_name_level: RealNameLevel(2),
            consented: true,
            division: "140502".into(),
        },
    };
    ClaimTicket::unseen(round.parse().unwrap(), request, app.hall.clock.campaign())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r3_whoever_is_taken_along_by_a_batch_is_answered_in_turn_and_for_their_own_round(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(2)).await;
    let (store, board) = (app.hall.store.clone(), app.hall.board.clone());
    let job = ClaimJob::new(store, app.hall.clock.clone(), board, Arc::default());
    let ticket = |round: &str, person: u128| ticket(&app, round, person);
    let mut late = vec![ticket("r1", 3), ticket("nowhere", 4), ticket("r1", 5)];
    let batch = vec![ticket("r1", 1), ticket("nowhere", 2)];
    let answers = job.settle(batch, &mut || std::mem::take(&mut late)).await;
    let answers: Vec<_> = answers
        .iter()
        .map(|answer| match answer.as_ref().unwrap() {
            Settled::Recorded { claim, .. } => Ok((claim.person, claim.serial)),
            Settled::Refused(refusal, _) => Err(*refusal),
        })
        .collect();
    let granted = |person: u128, serial| Ok((PersonId::mint(0, person), Some(serial)));
    let nowhere = Err(Refusal::RoundNotFound);
    assert_eq!(answers, [granted(1, 1), nowhere, granted(3, 2), nowhere, Err(Refusal::SoldOut)]);
}

/// Each round of a batch has its transaction: whoever was granted a pack is told so, also when another round's part
/// could not be settled, before or after theirs.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r6_what_was_granted_is_said_when_another_round_of_the_batch_fails(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(2)).await;
    let mut later = app.hall.store.rounds().await.unwrap().remove(0);
    let opens_at = later.window.closes_at();
    later.id = "r2".parse().unwrap();
    later.window = Window::new(opens_at, opens_at.plus_millis(1)).unwrap();
    let mut tx = app.hall.store.begin().await.unwrap();
    store::round::add(&mut tx, &later).await.unwrap();
    tx.commit().await.unwrap();
    app.side_door("update round set name = 'unreadable' where id = 'r2'").await;
    let (store, board) = (app.hall.store.clone(), app.hall.board.clone());
    let job = ClaimJob::new(store, app.hall.clock.clone(), board, Arc::default());
    let ticket = |round: &str, person: u128| ticket(&app, round, person);
    let granted = |answer: &Result<Settled, _>| match answer {
        Ok(Settled::Recorded { claim, .. }) => claim.serial,
        _ => None,
    };
    let first = job.settle(vec![ticket("r1", 1), ticket("r2", 2)], &mut Vec::new).await;
    assert!(first[1].is_err(), "nothing can be said of the other round");
    assert_eq!((granted(&first[0]), first.len()), (Some(1), 2));
    let second = job.settle(vec![ticket("r2", 3), ticket("r1", 4)], &mut Vec::new).await;
    assert!(second[0].is_err(), "nothing can be said of the other round");
    assert_eq!((granted(&second[1]), second.len()), (Some(2), 2));
}
