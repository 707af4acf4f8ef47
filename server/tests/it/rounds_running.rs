//! Running rounds: pausing in the middle of the rush, changes of two persons, and for whom a round is.

use std::sync::Arc;

use domain::staff::Role;
use http::StatusCode;
use rstest::rstest;

use crate::support::rounds::plan_form;
use crate::support::{Answer, App, OPEN, On, campaign_of, claim_request, number};

async fn act(app: &App, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let form = serde_urlencoded::to_string(fields).unwrap();
    app.post_form(&format!("/console/rounds/{path}"), cookie, &form).await
}

/// The path of the proposal that waits for the round.
async fn waiting(app: &App) -> String {
    let open = app.hall.store.open_proposals().await.unwrap();
    format!("r1/proposals/{}", open.first().expect("one that waits").id)
}

/// Proposes as the operator and confirms as the approver.
async fn of_two(app: &App, (operator, approver): (&str, &str), fields: &[(&str, &str)]) -> Answer {
    let proposed = act(app, operator, "r1/proposals", fields).await;
    assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.text());
    let path = format!("{}/confirm", waiting(app).await);
    act(app, approver, &path, &[("why", "同意")]).await
}

/// Everybody asks at once; in the middle an operator pauses. Some have a pack, the rest are told that the round is
/// paused, and after two persons let it go on the same keys succeed.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r21_a_pause_answers_the_queue_and_the_same_keys_succeed_later(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    const CROWD: usize = 120;
    let app = Arc::new(App::with(on, OPEN, &campaign_of(1_000)).await);
    app.with_staff().await;
    let (operator, approver) =
        (app.at_console(Role::Operator).await, app.at_console(Role::Approver).await);
    let mut cookies = Vec::new();
    for place in 0..CROWD {
        cookies.push(app.sign_in(&number(place), "main").await);
    }
    let claims: Vec<_> = cookies
        .iter()
        .enumerate()
        .map(|(place, cookie)| {
            let (app, cookie) = (app.clone(), cookie.clone());
            tokio::spawn(async move { app.claim(&cookie, &format!("k{place}"), "{}").await })
        })
        .collect();
    let pausing = {
        let (app, operator) = (app.clone(), operator.clone());
        tokio::spawn(async move { act(&app, &operator, "r1/pause", &[("why", "檢查")]).await })
    };
    let mut granted = 0;
    for claim in claims {
        let answer = claim.await.unwrap();
        if answer.status == StatusCode::CREATED {
            granted += 1;
        } else {
            assert_eq!((answer.status, &*answer.code()), (StatusCode::CONFLICT, "round_paused"));
        }
    }
    assert_eq!(pausing.await.unwrap().status, StatusCode::SEE_OTHER);
    // Whoever comes now is told so by every way.
    let late = app.sign_in(&number(CROWD), "main").await;
    assert_eq!(app.claim(&late, "late", "{}").await.code(), "round_paused");
    let issued = 1_000 - app.hall.store.rounds().await.unwrap()[0].remaining();
    assert_eq!(issued, granted, "nobody is granted anything after the pause");
    let alone =
        act(&app, &operator, "r1/proposals", &[("change", "resume"), ("why", "好了")]).await;
    assert_eq!(alone.status, StatusCode::SEE_OTHER);
    assert_eq!(app.claim(&late, "late", "{}").await.code(), "round_paused", "one is not enough");
    let confirm = format!("{}/confirm", waiting(&app).await);
    assert_eq!(act(&app, &approver, &confirm, &[("why", "同意")]).await.status, 303);
    for (place, cookie) in cookies.iter().enumerate() {
        let answer = app.claim(cookie, &format!("k{place}"), "{}").await;
        assert_eq!(answer.status, StatusCode::CREATED, "the same key: {}", answer.text());
    }
    assert_eq!(app.claim(&late, "late", "{}").await.status, StatusCode::CREATED);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r21_stop_extend_and_added_packs_need_two(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::with(on, OPEN, &campaign_of(1)).await;
    app.with_staff().await;
    let staff = (&*app.at_console(Role::Operator).await, &*app.at_console(Role::Approver).await);
    let holder = app.sign_in(&number(1), "main").await;
    assert_eq!(app.claim(&holder, "k", "{}").await.status, StatusCode::CREATED);
    let later = [("change", "extend"), ("closes", "2020-04-30T00:00"), ("why", "下雨")];
    assert_eq!(of_two(&app, staff, &later).await.status, StatusCode::SEE_OTHER);
    let wallet = app.get("/api/v1/wallet", &holder).await.json();
    let until = &wallet["claims"][0]["vouchers"][0]["usable_until"];
    assert_eq!(until, "2020-04-30T00:00:00+08:00", "vouchers follow");
    let pack = app.hall.board.posted().rounds[0].packs[0].id.to_string();
    let more = [("change", "add_packs"), ("pack", &*pack), ("count", "5"), ("why", "滾存")];
    assert_eq!(of_two(&app, staff, &more).await.status, StatusCode::SEE_OTHER);
    let round = app.get("/api/v1/rounds/r1", "").await.json();
    assert_eq!((round["stock"].as_i64(), round["remaining"].as_i64()), (Some(6), Some(5)));
    let stop = [("change", "stop"), ("why", "發錯了")];
    act(&app, staff.0, "r1/proposals", &stop).await;
    let twice = act(&app, staff.0, "r1/proposals", &stop).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "one of a kind waits at a time");
    let path = waiting(&app).await;
    let todo = app.get("/console/rounds", staff.1).await.text();
    assert!(todo.contains("第一輪：停止發放"), "{todo}");
    let nothing = act(&app, staff.1, &format!("{path}/decline"), &[("why", " ")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is needed");
    assert_eq!(
        act(&app, staff.1, &format!("{path}/decline"), &[("why", "沒有錯")]).await.status,
        303
    );
    let again = act(&app, staff.1, &format!("{path}/confirm"), &[("why", "x")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "decided on once");
    assert_eq!(of_two(&app, staff, &stop).await.status, StatusCode::SEE_OTHER);
    let stranger = app.sign_in(&number(2), "main").await;
    assert_eq!(app.claim(&stranger, "k", "{}").await.code(), "round_stopped");
    let report = server::ledger::verify(&app.hall.store, app.hall.clock.campaign(), |_| ()).await;
    assert_eq!(report.unwrap().problems, [""; 0]);
    let page = app.get("/console/rounds/r1", staff.0).await.text();
    for said in ["隨活動檔匯入", "延長", "增加卡包", "停止發放", "已否決", "滾存"]
    {
        assert!(page.contains(said), "{said}");
    }
}

/// What was promised first is said again, on every server, whatever two persons decide on afterwards; the wallet says
/// what is true now. A server that has not heard of the new end yet says it all the same, to whoever claims after it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r4_a_replay_is_the_first_answer_also_after_the_end_has_moved(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    const LATER: &str = "2020-04-23T10:00:00+08:00";
    let app = App::with(on, OPEN, &campaign_of(10)).await;
    let behind = App::on(app.database.clone(), OPEN, 8_192).await;
    app.with_staff().await;
    let staff = (&*app.at_console(Role::Operator).await, &*app.at_console(Role::Approver).await);
    let until = |answer: &Answer| answer.json()["vouchers"][0]["usable_until"].clone();
    let (before, after) =
        (app.sign_in(&number(1), "main").await, app.sign_in(&number(2), "main").await);
    let first = app.claim(&before, "k", "{}").await;
    assert_eq!(until(&first), "2020-04-29T00:00:00+08:00");

    app.set_campaign(LATER);
    let extend = [("change", "extend"), ("closes", "2020-04-30T00:00"), ("why", "下雨")];
    assert_eq!(of_two(&app, staff, &extend).await.status, StatusCode::SEE_OTHER);
    app.set_campaign("2020-04-23T10:01:00+08:00");
    behind.set_campaign("2020-04-23T10:01:00+08:00");
    let second = behind.claim(&after, "k", "{}").await;
    assert_eq!(second.status, StatusCode::CREATED, "{}", second.text());
    assert_eq!(until(&second), "2020-04-30T00:00:00+08:00");
    for when in ["the same day", "after the new end"] {
        for server in [&app, &behind] {
            for (cookie, answer) in [(&before, &first), (&after, &second)] {
                let replay = server.claim(cookie, "k", "{}").await;
                assert_eq!(
                    (replay.status, replay.text()),
                    (answer.status, answer.text()),
                    "{when}"
                );
                assert_eq!(replay.headers["idempotent-replayed"], "true", "{when}");
            }
        }
        let wallet = app.get("/api/v1/wallet", &before).await.json();
        let end = &wallet["claims"][0]["vouchers"][0]["usable_until"];
        assert_eq!(end, "2020-04-30T00:00:00+08:00", "{when}");
        app.set_campaign("2020-05-01T10:00:00+08:00");
        behind.set_campaign("2020-05-01T10:00:00+08:00");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_forbid_is_not_even_proposed(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::with(on, OPEN, &campaign_of(10)).await;
    app.with_staff().await;
    let operator = app.at_console(Role::Operator).await;
    for (fields, status, said) in [
        (&[("change", "resume")][..], 409, "沒有暫停"),
        (&[("change", "extend"), ("closes", "2020-04-28T00:00")], 409, "要比現在的晚"),
        (&[("change", "extend"), ("closes", "soon")], 422, "請檢查填寫的時間"),
        (&[("change", "add_packs"), ("pack", "none"), ("count", "1")], 409, "沒有這種卡包"),
        (&[("change", "pause")], 422, "請檢查"),
    ] {
        let fields: Vec<_> = fields.iter().copied().chain([("why", "試")]).collect();
        let answer = act(&app, &operator, "r1/proposals", &fields).await;
        assert_eq!(answer.status.as_u16(), status, "{fields:?}");
        assert!(answer.text().contains(said), "{said}: {}", answer.text());
    }
    assert!(app.hall.store.open_proposals().await.unwrap().is_empty());
    app.set_campaign("2020-04-29T00:00:00+08:00");
    let late = act(&app, &operator, "r1/pause", &[("why", "晚了")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "a round that is over is not paused");
}

/// R24 from the form to the claim: those registered elsewhere, and those who had a pack before, are told so.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r24_a_round_is_for_those_whom_its_plan_names(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::with(on, OPEN, &campaign_of(10)).await;
    app.with_staff().await;
    let (operator, approver) =
        (app.at_console(Role::Operator).await, app.at_console(Role::Approver).await);
    let before = app.sign_in(&number(1), "main").await;
    assert_eq!(app.claim(&before, "k", "{}").await.status, StatusCode::CREATED);
    let mut plan = plan_form("2020-05-01T09:00", "2020-05-08T00:00", "10");
    plan.extend([("district", "140502"), ("without_pack_only", "on")]);
    act(&app, &operator, "new", &plan).await;
    act(&app, &operator, "r2/submit", &[("seen", "1")]).await;
    let approved = act(&app, &approver, "r2/approve", &[("seen", "2"), ("why", "好")]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.text());
    app.set_campaign("2020-05-01T09:00:00+08:00");
    let claim = async |cookie: &str| app.send(claim_request("r2", cookie, "k2", "{}")).await;
    let had = claim(&before).await;
    assert_eq!((had.status, &*had.code()), (StatusCode::FORBIDDEN, "not_in_audience"));
    // Registered in Beijing, by the first six digits of the number.
    let elsewhere = app.sign_in("11010519491231002X", "main").await;
    assert_eq!(claim(&elsewhere).await.code(), "not_in_audience");
    let new = app.sign_in(&number(2), "main").await;
    let granted = claim(&new).await;
    assert_eq!(granted.status, StatusCode::CREATED, "{}", granted.text());
    let rules = app.get("/rules", "").await.text();
    assert!(rules.contains("登記地在城區") && rules.contains("還沒有領到過卡包的人"), "{rules}");
}

/// R24 from the campaign file to the next plan: a code that is no district of the campaign stays in the form.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r24_a_plan_begins_with_the_audience_of_the_last_round(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let level = "real_name_level = 2\n";
    let city = format!("{level}audience = {{ districts = [\"140500\", \"140502\"] }}\n");
    let app = App::with(on, OPEN, &campaign_of(10).replacen(level, &city, 1)).await;
    app.with_staff().await;
    let operator = app.at_console(Role::Operator).await;
    let page = app.get("/console/rounds/new", &operator).await.text();
    let ticks: Vec<&str> = page.split("name=\"district\"").skip(1).collect();
    let ticked = |code: &str| {
        let tick = ticks.iter().find(|tick| tick.starts_with(&format!(" value=\"{code}\"")));
        tick.and_then(|tick| tick.split('>').next()).is_some_and(|tick| tick.contains("checked"))
    };
    assert!(ticked("140500") && ticked("140502") && !ticked("140521"), "{page}");
    let mut plan = plan_form("2020-05-01T09:00", "2020-05-08T00:00", "10");
    plan.extend([("district", "140502"), ("district", "140500")]);
    let begun = act(&app, &operator, "new", &plan).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
    let versions = app.hall.store.versions(&"r2".parse().unwrap()).await.unwrap();
    assert_eq!(versions[0].plan.audience.districts, ["140502", "140500"]);
}
