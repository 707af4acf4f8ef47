//! R19: risk control through the doors, on both engines: what it sees, what is kept, what follows where a round says
//! so.

use domain::audit::{self, Who};
use domain::id::RoundId;
use domain::refusal::Refusal;
use domain::risk::record::Record;
use domain::risk::{Act, Configuration, Reason, Rule, Verdict};
use domain::time::{SECOND_MS, Timestamp};
use http::StatusCode;
use http::header::SET_COOKIE;
use rstest::rstest;
use serde_json::json;
use server::backend::risk::replay::{Replay, Window};
use store::Store;

use crate::support::till::{order, order_with};
use crate::support::{Answer, App, OPEN, On, campaign_of, cookie_of, number, sign_in_form};

const ALWAYS: (Timestamp, Timestamp) = (Timestamp::from_millis(0), Timestamp::LAST);

/// A browser's token, of sixteen bytes.
fn device(letter: char) -> String {
    format!("jq_device={}", letter.to_string().repeat(32))
}

/// The shipped configuration, with effect.
fn in_force() -> Configuration {
    Configuration { shadow: Vec::new(), ..Configuration::default() }
}

impl App {
    /// Somebody signs in and claims on a device.
    async fn claims_on(&self, device: &str, place: usize) -> Answer {
        let form = sign_in_form(&number(place), "main");
        let answer = self.post_form("/sign-in/demo", device, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let cookie = format!("{device}; {}", cookie_of(&answer.headers));
        self.claim(&cookie, "k", "{}").await
    }

    async fn configure(&self, configuration: &Configuration) {
        let by = (&Who::Command, self.hall.clock.campaign(), "a test");
        let round: RoundId = "r1".parse().unwrap();
        let store = &self.hall.store;
        server::backend::risk::configure(store, Some(&round), configuration, by).await.unwrap();
        self.refresh().await;
    }

    fn later(&self, ms: i64) {
        let now = self.hall.clock.campaign().plus_millis(ms);
        self.set_campaign(&now.to_string());
    }

    /// What was written down of acts.
    pub(super) async fn seen(&self) -> Vec<Record> {
        self.hall.screen.write(&self.hall.store).await.unwrap();
        let batches = self.hall.store.risk_batches(ALWAYS, None).await.unwrap();
        let lines = batches.iter().flat_map(|batch| {
            let lines: Vec<_> = batch.content.lines().collect();
            assert_eq!(lines.len() as u64, batch.acts);
            lines.into_iter().map(|line| Record::parse(line, batch.configuration).unwrap())
        });
        lines.collect()
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_a_farm_is_held_where_the_round_says_so_and_a_family_is_not(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.configure(&in_force()).await;
    // A family on one phone, a minute apart; a farm that types eighteen digits in no time.
    for place in 0..5 {
        assert_eq!(app.claims_on(&device('a'), place).await.status, StatusCode::CREATED);
        app.later(60 * SECOND_MS);
    }
    let mut states = Vec::new();
    for place in 100..115 {
        states.push(app.claims_on(&device('b'), place).await.status);
        app.later(SECOND_MS);
    }
    let held = states.iter().filter(|status| **status == StatusCode::ACCEPTED).count();
    // As soon as there is something to see; the count of persons is a sketch's, so one or two may come later.
    assert!(states[..7].iter().all(|status| *status == StatusCode::CREATED), "{states:?}");
    assert!(states[10..].iter().all(|status| *status == StatusCode::ACCEPTED), "{states:?}");

    let kept = app.hall.store.assessments(Act::Claim, None, 100).await.unwrap();
    assert_eq!(kept.len(), held);
    for kept in &kept {
        let assessment = &kept.assessment;
        assert_eq!((assessment.verdict, assessment.enforced), (Verdict::Hold, Verdict::Hold));
        assert_eq!((assessment.configuration, kept.round.as_ref().unwrap().as_str()), (1, "r1"));
        let reasons: Vec<Reason> = assessment.findings.iter().map(|it| it.reason).collect();
        assert!(reasons.contains(&Reason::HandsTooFast) && reasons.contains(&Reason::SharedDevice));
        let by_id = app.hall.store.assessment(&kept.id).await.unwrap();
        assert_eq!(by_id.as_ref(), Some(kept));
        let of_person = app.hall.store.assessments_of(&kept.person.unwrap()).await.unwrap();
        assert!(of_person.contains(kept));
    }
    // The rest of the city claims on.
    assert_eq!(app.claims_on(&device('c'), 200).await.status, StatusCode::CREATED);
    assert_eq!(app.claims_on("x=y", 201).await.status, StatusCode::CREATED);
    let acts = app.acts(audit::Act::RiskConfigured).await;
    assert_eq!((acts.len(), acts[0].subject.as_str()), (1, "r1"));
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_what_is_shipped_watches_and_keeps_nobody_waiting(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    for place in 0..12 {
        assert_eq!(app.claims_on(&device('b'), place).await.status, StatusCode::CREATED);
        app.later(SECOND_MS);
    }
    let kept = app.hall.store.assessments(Act::Claim, None, 100).await.unwrap();
    assert!((2..=5).contains(&kept.len()), "what would have been held: {kept:?}");
    let first = &kept[0].assessment;
    assert_eq!((first.verdict, first.enforced), (Verdict::Hold, Verdict::Allow));

    // Tried on the past, and then put in force for the round: the same are held.
    let window = Window { from: ALWAYS.0, to: ALWAYS.1 };
    let seen = app.seen().await;
    let claims = seen.iter().filter(|record| record.event.act == Act::Claim).count();
    assert_eq!((claims, seen.len()), (12, 24));
    let replay = Replay::run(&app.hall.store, &in_force(), window, |_, _| {}).await.unwrap();
    assert_eq!(replay.changed(), 0, "the same rules say the same of the same acts\n{replay}");
    // One for which a single request is hammering.
    let mut strict = Configuration { hold: 40, dimension_cap: 35, ..in_force() };
    strict.rules = strict.rules.with(Reason::Hammering, Rule { weight: 30, limit: 1 });
    let replay = Replay::run(&app.hall.store, &strict, window, |_, _| {}).await.unwrap();
    let said: serde_json::Value = serde_json::from_str(&replay.json()).unwrap();
    assert_eq!((&said["acts"], &said["unreadable"]), (&json!(24), &json!(0)));
    assert!(said["changed"].as_u64().unwrap() > 0, "{said}");
    assert!(said["reasons"]["hammering"].as_u64().unwrap() >= 12, "{said}");
    for record in &seen {
        let person = record.event.person.unwrap().to_string();
        assert!(!replay.json().contains(&person) && !replay.to_string().contains(&person));
    }
    let empty = Window { from: ALWAYS.1, to: ALWAYS.1 };
    let replay = Replay::run(&app.hall.store, &strict, empty, |_, _| {}).await.unwrap();
    assert_eq!((replay.changed(), replay.to_string().lines().count()), (0, 1));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_a_server_that_starts_knows_what_was_seen(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.configure(&in_force()).await;
    for place in 0..10 {
        app.claims_on(&device('b'), place).await;
    }
    app.seen().await;
    let next = App::on(app.database.clone(), OPEN, 100).await;
    let now = next.hall.clock.campaign();
    next.hall.screen.refill(&next.hall.store, now).await.unwrap();
    let answer = next.claims_on(&device('b'), 50).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    // One that never saw any of it has no reason.
    let unaware = App::open(on, OPEN).await;
    unaware.configure(&in_force()).await;
    assert_eq!(unaware.claims_on(&device('b'), 50).await.status, StatusCode::CREATED);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_a_claim_that_is_answered_again_is_no_act_of_its_own(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let holder = app.holder(1).await;
    for _ in 0..3 {
        assert_eq!(app.claim(&holder.cookie, "claim", "{}").await.status, StatusCode::CREATED);
    }
    let claims = |seen: Vec<Record>| seen.iter().filter(|it| it.event.act == Act::Claim).count();
    assert_eq!(claims(app.seen().await), 1, "a batch of replays writes nothing");
    app.claim(&holder.cookie, "another", "{}").await;
    assert_eq!(claims(app.seen().await), 2, "one that is refused at the desk is seen");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_a_sale_is_seen_once_with_whom_and_where(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    app.redeem(&till, "k1", &order(&code)).await;
    app.redeem(&till, "k1", &order(&code)).await;
    app.redeem(&till, "k2", &order(&code)).await;
    let id = app.machine_get(&till, "/api/v1/redemptions?date=2020-04-22").await.json();
    let id = id["items"][0]["id"].as_str().unwrap().to_owned();
    let seen = app.seen().await;
    let sales: Vec<_> = seen.iter().filter(|it| it.event.act == Act::Redemption).collect();
    assert_eq!(sales.len(), 1, "an answer again and a used voucher are no sales");
    let event = &sales[0].event;
    assert_eq!(event.id.to_string(), id);
    assert_eq!(event.merchant.unwrap().to_string(), till.merchant);
    assert_eq!(event.sale.unwrap().above_minimum_fen, 500);
    let refund = app.refund(&till, &id, "r1", 3_500).await;
    assert_eq!(refund.status, StatusCode::CREATED, "{}", refund.text());
    let refunds = app.seen().await;
    assert!(refunds.iter().any(|it| it.event.sale.is_some_and(|sale| sale.refund)));
    assert_eq!(app.hall.screen.radar(), vec![], "one sale makes no pattern");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_a_sale_online_has_no_place(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    for (place, scene) in [(1, "in_store"), (2, "online")] {
        let holder = app.holder(place).await;
        let (code, _) = app.code(&holder, 0).await;
        let members = json!({ "scene": scene, "position": { "lat": 35.4905, "lon": 112.8512 } });
        app.redeemed(&till, scene, &order_with(&code, &members)).await;
    }
    let seen = app.seen().await;
    let sales = seen.iter().filter_map(|record| record.event.sale);
    let places: Vec<_> = sales.map(|sale| (sale.reported, sale.registered)).collect();
    let of_shops =
        places.iter().filter(|(reported, registered)| reported.is_some() && registered.is_some());
    assert_eq!((places.len(), of_shops.count()), (2, 1), "{places:?}");
    assert!(places.contains(&(None, None)), "{places:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_refusals_without_the_desk_are_counted_by_the_second(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(1)).await;
    let round: RoundId = "r1".parse().unwrap();
    assert_eq!(app.claims_on("x=y", 0).await.status, StatusCode::CREATED);
    for place in 1..4 {
        assert_eq!(app.claims_on("x=y", place).await.code(), "sold_out");
    }
    app.refresh().await;
    app.seen().await;
    app.later(SECOND_MS);
    for place in 4..6 {
        assert_eq!(app.claims_on("x=y", place).await.code(), "sold_out");
    }
    app.seen().await;
    let counted = app.hall.store.refused_without_desk(&round).await.unwrap();
    let second = OPEN.parse::<Timestamp>().unwrap().millis() / SECOND_MS;
    let counted: Vec<_> =
        counted.iter().map(|it| (it.refusal, it.second - second, it.refused)).collect();
    assert_eq!(counted, [(Refusal::SoldOut, 0, 3), (Refusal::SoldOut, 1, 2)]);
}

#[tokio::test]
async fn a_browser_is_given_one_token_that_says_nothing() {
    let app = App::open(On::Sqlite, OPEN).await;
    let first = app.get("/sign-in", "").await;
    let cookie = first.headers[SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("jq_device=") && cookie.contains("; HttpOnly; SameSite=Lax;"));
    let token = cookie_of(&first.headers);
    assert!(!app.get("/sign-in", &token).await.headers.contains_key(SET_COOKIE));
    assert!(app.get("/sign-in", "jq_device=short").await.headers.contains_key(SET_COOKIE));
    app.claims_on(&token, 1).await;
    let seen = app.seen().await;
    let tag = seen[0].event.origin.device.unwrap().to_string();
    assert!(!token.contains(&tag), "only a keyed hash of it is kept");
}

#[test]
fn the_file_that_is_shipped_is_what_counts() {
    let file = include_str!("../../../campaigns/risk/shipped.toml");
    assert_eq!(toml::from_str::<Configuration>(file).unwrap(), Configuration::default());
    assert!(toml::from_str::<Configuration>("holds = 3").is_err(), "a word that is not known");
    assert!(toml::from_str::<Configuration>("[rules]\nluck = { weight = 1, limit = 1 }").is_err());
}

/// A shop that has itself refused on purpose would push its sales out of what is remembered of it (R19).
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_another_reason_is_no_act_of_sale(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let till = &app.tills("dining").await[0];
    let holder = app.holder(1).await;
    let (code, _) = app.code(&holder, 0).await;
    let acts = async || {
        let acts = app.hall.store.risk_acts(ALWAYS.0, ALWAYS.1);
        acts.await.unwrap()
    };
    let before = acts().await;
    let small = json!({ "order_fen": 4_499 });
    let refused = app.redeem(till, "refused", &order_with(&code, &small)).await;
    assert_eq!(refused.code(), "below_minimum_spend");
    assert_eq!(acts().await, before);
    let sold = app.redeem(till, "sold", &order(&code)).await;
    assert_eq!(sold.status, StatusCode::CREATED);
    assert_eq!(acts().await, before + 1);
    app.set_campaign("2020-04-22T10:01:29+08:00");
    let refused = app.redeem(till, "refused", &order(&code)).await;
    assert_eq!(refused.code(), "code_expired");
    assert_eq!(acts().await, before + 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_written_is_written_later(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no-tables.db");
    let without_tables = Store::open(&format!("sqlite:{}", path.display())).await.unwrap();
    assert_eq!(app.claims_on(&device('a'), 0).await.status, StatusCode::CREATED);
    app.hall.screen.write(&without_tables).await.unwrap_err();
    let came_in = app.seen().await;
    let came_in = came_in.iter().filter(|record| record.event.act == Act::SignIn);
    assert_eq!(came_in.count(), 1);
}
