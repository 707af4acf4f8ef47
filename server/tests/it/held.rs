//! R19, CAMPAIGN 3: held claims from the answer to the decision, at both doors and on both engines.

#[cfg(feature = "fail-points")]
mod killed;
mod race;

use domain::audit::{Act, Entry, Who};
use domain::claim::ClaimState;
use domain::held::{CannotRule, Ruling};
use domain::id::ClaimId;
use domain::risk::Configuration;
use http::StatusCode;
use rstest::rstest;
use server::backend::closing::close_due;
use server::backend::held::{Ruled, refuse_due, rule};

use crate::clock::{an_hour_ahead, real};
use crate::doors::{own_key, through_the_form};
use crate::support::risk::Says;
use crate::support::{Answer, App, OPEN, On, campaign_of, number};

/// A day after [`OPEN`].
pub(super) const DEADLINE: &str = "2020-04-23T10:00:00+08:00";
const END: &str = "2020-04-29T00:00:00+08:00";

impl App {
    /// Somebody whose claim is held; gives the cookie, the claim and the answer.
    pub(super) async fn held(&self, place: usize) -> (String, ClaimId, Answer) {
        let cookie = self.sign_in(&number(place), "main").await;
        self.risk_says(Says::Hold);
        let answer = self.claim(&cookie, "k", "{}").await;
        self.risk_says(Says::Allow);
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
        let id = answer.json()["id"].as_str().unwrap().parse().unwrap();
        (cookie, id, answer)
    }

    pub(super) async fn ruled(&self, claims: &[ClaimId], ruling: Ruling) -> Ruled {
        let who = Who::Staff("li.ming".parse().unwrap());
        rule(&self.hall, &who, claims, ruling, "looked at").await.unwrap()
    }

    async fn refuse_due(&self) -> usize {
        refuse_due(&self.hall.store, &self.hall.clock).await.unwrap()
    }

    pub(super) async fn own(&self, cookie: &str, claim: ClaimId) -> serde_json::Value {
        self.get(&format!("/api/v1/claims/{claim}"), cookie).await.json()
    }

    /// What the audit record says of an act, in order.
    pub(super) async fn acts(&self, act: Act) -> Vec<Entry> {
        let mut tx = self.hall.store.snapshot().await.unwrap();
        let records = store::audit::records(&mut tx, 0, 1_000).await.unwrap();
        let entries = records.into_iter().map(|row| row.read.unwrap().record.entry);
        entries.filter(|entry| entry.act == act).collect()
    }

    async fn remaining(&self) -> u64 {
        self.get("/api/v1/rounds/r1", "").await.json()["remaining"].as_u64().unwrap()
    }
}

fn decided(count: usize) -> Ruled {
    Ruled { decided: count, left: Vec::new() }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_a_held_claim_is_told_set_aside_and_granted(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(3)).await;
    let (cookie, id, first) = app.held(1).await;
    assert_eq!(
        first.json(),
        serde_json::json!({ "id": id.to_string(), "state": "held", "decide_by": DEADLINE })
    );
    assert!(!first.headers.contains_key("idempotent-replayed"));
    assert_eq!(app.remaining().await, 2, "set aside");
    assert_eq!(app.account("issued:r1").await, 0, "its money stays in stock");
    let own = app.own(&cookie, id).await;
    assert_eq!((&own["state"], &own["serial"]), (&"held".into(), &serde_json::Value::Null));
    assert_eq!((&own["decide_by"], &own["vouchers"]), (&DEADLINE.into(), &serde_json::json!([])));
    // R1: it counts, also through another account.
    let again = app.claim(&cookie, "another", "{}").await;
    assert_eq!((again.code().as_str(), again.status.as_u16()), ("already_claimed", 409));
    let other = app.sign_in(&number(1), "second").await;
    let elsewhere = app.claim(&other, "k", "{}").await;
    assert_eq!(elsewhere.code(), "already_claimed_through_other_account");
    app.in_order().await;

    // Serials are given at the grant: somebody who came later has the first.
    let later = app.sign_in(&number(2), "main").await;
    assert_eq!(app.claim(&later, "k", "{}").await.json()["serial"], 1);
    assert_eq!(app.ruled(&[id], Ruling::Grant).await, decided(1));
    let own = app.own(&cookie, id).await;
    assert_eq!((&own["state"], own["serial"].as_u64()), (&"granted".into(), Some(2)));
    assert_eq!(own["vouchers"].as_array().unwrap().len(), 5);
    assert_eq!(app.account("issued:r1").await, 10_000);
    let replay = app.claim(&cookie, "k", "{}").await;
    assert_eq!((replay.status, &replay.body), (StatusCode::ACCEPTED, &first.body), "R4");
    assert_eq!(replay.headers["idempotent-replayed"], "true");
    app.in_order().await;
    let record = app.acts(Act::HeldGranted).await;
    assert_eq!(record.len(), 1, "in the audit record, once");
    assert_eq!(
        (&record[0].subject, record[0].detail.as_str()),
        (&format!("claim:{id}"), "looked at")
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_a_refused_pack_comes_back_for_somebody_else_on_every_server(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(1)).await;
    let other = App::on(app.database.clone(), OPEN, 8_192).await;
    let (cookie, id, first) = app.held(1).await;
    let stranger = app.sign_in(&number(2), "main").await;
    for server in [&app, &other] {
        server.refresh().await;
        assert_eq!(server.claim(&stranger, "k", "{}").await.code(), "sold_out");
        let round = server.hall.board.round(&"r1".parse().unwrap()).unwrap();
        let unknown = domain::id::PersonId::mint(9, 9);
        assert!(server.hall.memory.is_stranger(&round, &unknown), "memory knows");
    }
    assert_eq!(app.ruled(&[id], Ruling::Refuse).await, decided(1));
    assert_eq!(app.own(&cookie, id).await["state"], "refused");
    let replay = app.claim(&cookie, "k", "{}").await;
    assert_eq!((replay.status, &replay.body), (StatusCode::ACCEPTED, &first.body), "R4");
    let again = app.claim(&cookie, "again", "{}").await;
    assert_eq!((again.code().as_str(), again.status.as_u16()), ("refused_by_risk", 422));
    app.in_order().await;
    // What the background does several times a second.
    other.refresh().await;
    assert_eq!(other.remaining().await, 1, "from sold out back to open");
    assert_eq!(other.claim(&stranger, "k", "{}").await.status, StatusCode::CREATED);
    app.refresh().await;
    // Sold out once more: whoever was refused is still answered by the key, not from memory.
    let replay = app.claim(&cookie, "k", "{}").await;
    assert_eq!((replay.status, &replay.body), (StatusCode::ACCEPTED, &first.body));
    app.in_order().await;
}

/// A server that has seen claims of the round reads only those whom it saw to hold one, and no law of the tables keeps
/// a second claim from standing beside a refused one.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_whoever_was_refused_gets_no_pack_from_a_server_that_does_not_know_them(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(3)).await;
    let other = App::on(app.database.clone(), OPEN, 8_192).await;
    let (cookie, id, _) = app.held(1).await;
    assert_eq!(app.ruled(&[id], Ruling::Refuse).await, decided(1));
    other.refresh().await;
    let stranger = other.sign_in(&number(2), "main").await;
    assert_eq!(other.claim(&stranger, "k", "{}").await.status, StatusCode::CREATED);
    let again = other.claim(&cookie, "again", "{}").await;
    assert_eq!((again.code().as_str(), again.status.as_u16()), ("refused_by_risk", 422));
    other.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_what_nobody_decides_is_refused_once_and_may_be_claimed_again(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(2)).await;
    let servers = [&app, &App::on(app.database.clone(), OPEN, 8_192).await];
    let cookie = app.sign_in(&number(1), "main").await;
    app.risk_says(Says::Hold);
    let held = through_the_form(&app, &cookie, "application/json", None).await;
    assert_eq!(held.status, StatusCode::ACCEPTED);
    app.risk_says(Says::Allow);
    let wallet = app.get("/wallet", &cookie).await.text();
    let id: ClaimId = wallet.split("/wallet/claims/").nth(1).unwrap()[..26].parse().unwrap();
    assert_eq!(app.refuse_due().await, 0, "there is time");
    for server in servers {
        server.set_campaign(DEADLINE);
    }
    // The background of either server may have come first.
    let late = app.ruled(&[id], Ruling::Grant).await;
    assert_eq!(late.decided, 0);
    assert!(matches!(late.left[..], [(_, CannotRule::TooLate | CannotRule::Decided)]), "{late:?}");
    futures::future::join_all(servers.map(App::refuse_due)).await;
    let lapsed = app.acts(Act::HeldLapsed).await;
    assert_eq!(
        lapsed.iter().map(|it| it.detail.as_str()).collect::<Vec<_>>(),
        ["claims 1"],
        "exactly once"
    );
    assert_eq!(app.own(&cookie, id).await["state"], "refused");
    app.refresh().await;
    assert_eq!(app.remaining().await, 2);
    // It was nobody's fault. The page carries another key, because the first one has had its answer.
    let (first, next) = (own_key(&app, &cookie, 0).unwrap(), own_key(&app, &cookie, 1).unwrap());
    let landing = app.get("/", &cookie).await.text();
    assert!(landing.contains(&next) && !landing.contains(&first), "{landing}");
    let again = through_the_form(&app, &cookie, "application/json", Some(&next)).await;
    assert_eq!(again.json()["serial"], 1, "{}", again.text());
    let earlier = through_the_form(&app, &cookie, "application/json", None).await;
    assert_eq!(
        earlier.status,
        StatusCode::ACCEPTED,
        "of which the answer stays: {}",
        earlier.text()
    );
    app.in_order().await;
}

/// What is refused stays so: a clock that says that it is time is held against the database's first.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_nothing_held_lapses_by_a_clock_that_is_ahead(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(2)).await;
    let (cookie, id, _) = app.held(1).await;
    let deadline: domain::time::Timestamp = DEADLINE.parse().unwrap();
    let clock = an_hour_ahead("2020-04-23T09:30:00+08:00");
    assert!(clock.campaign() > deadline, "by what it knows it is time");
    assert_eq!(refuse_due(&app.hall.store, &clock).await.unwrap(), 0);
    assert_eq!(app.own(&cookie, id).await["state"], "held");
    clock.set_campaign_offset(deadline.millis_since(real()) + 60_000);
    assert_eq!(refuse_due(&app.hall.store, &clock).await.unwrap(), 1, "now it is");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_no_hold_outlives_its_round(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::with(on, "2020-04-28T20:00:00+08:00", &campaign_of(2)).await;
    let (cookie, id, first) = app.held(1).await;
    assert_eq!(first.json()["decide_by"], END, "never after the end");
    app.set_campaign(END);
    // The closing refuses what is undecided also where no deadline was looked at before.
    close_due(&app.hall.store, &app.hall.clock).await.unwrap();
    assert_eq!(app.refuse_due().await, 0);
    assert_eq!(app.own(&cookie, id).await["state"], "refused");
    let late = app.ruled(&[id], Ruling::Grant).await;
    assert_eq!(late.left, vec![(id, CannotRule::Decided)]);
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_the_form_says_held_in_words_as_the_api_does(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    app.risk_says(Says::Hold);
    for _ in 0..2 {
        let form = through_the_form(&app, &cookie, "application/json", None).await;
        assert_eq!(form.status, StatusCode::ACCEPTED);
        assert_eq!(form.json(), serde_json::json!({ "pack": "pack", "serial": null }));
        let plain = through_the_form(&app, &cookie, "text/html", None).await;
        assert_eq!((plain.status, plain.location()), (StatusCode::SEE_OTHER, "/wallet"));
    }
    let wallet = app.get("/wallet", &cookie).await.text();
    assert!(wallet.contains("data-held=\"waits\""), "{wallet}");
    assert!(wallet.contains("4 月 23 日 10:00"), "until when");
    assert!(wallet.contains("http-equiv=\"refresh\""), "without JavaScript it asks again");
    let landing = app.get("/", &cookie).await.text();
    assert!(landing.contains("data-held=\"waits\"") && landing.contains("審核中"), "{landing}");
    let id: ClaimId = wallet.split("/wallet/claims/").nth(1).unwrap()[..26].parse().unwrap();
    let state = format!("/wallet/claims/{id}/state");
    assert_eq!(app.get(&state, &cookie).await.status, StatusCode::NO_CONTENT);
    let other = app.sign_in(&number(2), "main").await;
    assert_eq!(app.get(&state, &other).await.status, StatusCode::NOT_FOUND);
    app.ruled(&[id], Ruling::Refuse).await;
    assert_eq!(app.get(&state, &cookie).await.status, StatusCode::OK);
    let wallet = app.get("/wallet", &cookie).await.text();
    assert!(wallet.contains("data-held=\"refused\"") && wallet.contains("/me/appeals"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_a_round_that_stops_leaves_what_was_set_aside_to_the_desk(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let (cookie, id, _) = app.held(1).await;
    let (_, refused, _) = app.held(2).await;
    app.steer(&domain::round::change::Change::Stop).await;
    assert_eq!(app.ruled(&[id], Ruling::Grant).await, decided(1));
    assert_eq!(app.ruled(&[refused], Ruling::Refuse).await, decided(1));
    assert_eq!(app.own(&cookie, id).await["vouchers"].as_array().unwrap().len(), 5);
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_a_changed_decision_is_found(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let (_, id, _) = app.held(1).await;
    let (_, waits, _) = app.held(2).await;
    app.ruled(&[id], Ruling::Grant).await;
    app.in_order().await;
    app.side_door(&format!(
        "insert into risk_decision (claim_id, ruling, who, at, why)
         values ('{waits}', 'refuse', 'staff:li.ming', 1, 'no')"
    ))
    .await;
    let report = server::ledger::verify(&app.hall.store, app.hall.clock.campaign(), |_| ());
    let problems = report.await.unwrap().problems;
    let wanted = format!("claim ({waits}): its state is not what the risk desk decided");
    assert_eq!(problems, vec![wanted]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_a_round_says_how_long_the_desk_has(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::with(on, OPEN, &campaign_of(3)).await;
    let (_, _, first) = app.held(1).await;
    assert_eq!(first.json()["decide_by"], DEADLINE, "a day, where nothing is said");
    let hour = Configuration { decide_within_minutes: 60, ..Configuration::default() };
    let by = (&Who::Command, app.hall.clock.campaign(), "a test");
    let round = "r1".parse().unwrap();
    let configured = server::backend::risk::configure(&app.hall.store, Some(&round), &hour, by);
    configured.await.unwrap();
    app.refresh().await;
    let (_, id, second) = app.held(2).await;
    assert_eq!(second.json()["decide_by"], "2020-04-22T11:00:00+08:00");
    app.set_campaign("2020-04-22T11:00:00+08:00");
    app.refuse_due().await;
    assert_eq!(app.hall.store.claim(&id).await.unwrap().unwrap().state, ClaimState::Refused);
    app.in_order().await;
}
