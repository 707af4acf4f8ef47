//! Both doors side by side: the server function and the API give the same refusal and the same status.

use axum::body::Body;
use domain::consent::Purpose;
use domain::identity_number::IdentityNumber;
use domain::language::Language;
use domain::round::RealNameLevel;
use domain::round::change::Change;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, REFERER};
use http::{Request, StatusCode};
use rstest::rstest;
use server::backend::sign_in::{Agreed, Browser, Identity, sign_in};

use crate::support::risk::Says;
use crate::support::{Answer, App, OPEN, On, campaign_of, claim_request, number, pair_of};

/// A claim through the server function, as an island sends it, with the key that the page would carry.
pub(crate) async fn through_the_form(
    app: &App,
    cookie: &str,
    accept: &str,
    key: Option<&str>,
) -> Answer {
    let own = own_key(app, cookie, 0);
    let key = key.or(own.as_deref()).unwrap_or("none");
    let request = Request::post("/act/claim_pack")
        .header(COOKIE, cookie)
        .header(ACCEPT, accept)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("round=r1&pack=pack&key={key}")))
        .unwrap();
    app.send(request).await
}

/// The key of the session's own form, after so many claims that came to nothing.
pub(crate) fn own_key(app: &App, cookie: &str, attempt: usize) -> Option<String> {
    let mut headers = http::HeaderMap::new();
    headers.insert(COOKIE, cookie.parse().ok()?);
    let session = server::session::token_hash(&headers, false)?;
    let (round, pack) = ("r1".parse().ok()?, "pack".parse().ok()?);
    let key = app.hall.keys.form_key(&session, &round, &pack, attempt).ok()?;
    Some(key.as_str().to_owned())
}

/// Compares the doors for one person who is refused.
async fn both_say(app: &App, cookie: &str, code: &str, status: u16) {
    let api = app.claim(cookie, "another-key", r#"{"pack":"pack"}"#).await;
    assert_eq!((api.code().as_str(), api.status.as_u16()), (code, status), "the API");
    let form = through_the_form(app, cookie, "application/json", None).await;
    assert_eq!(form.status.as_u16(), status, "the form, {code}: {}", form.text());
    assert_eq!(form.json()["refused"]["refusal"], code, "the form: {}", form.text());
    let plain = through_the_form(app, cookie, "text/html", None).await;
    assert_eq!(plain.status, StatusCode::SEE_OTHER, "the plain form, {code}");
    let expected = if code == "not_signed_in" { "/sign-in?next=/" } else { "/" };
    assert_eq!(plain.location(), expected);
    let said = plain.headers["set-cookie"].to_str().unwrap();
    assert!(said.starts_with(&format!("jq_answer={code}.pack;")), "{said}");
}

async fn enter(app: &App, place: usize, level: u8, consented: bool) -> String {
    let today = app.hall.clock.system().beijing().date();
    let purposes = if consented { Purpose::REQUIRED.to_vec() } else { Vec::new() };
    let agreed = Agreed { purposes, language: Language::Hant };
    let identity = Identity {
        name: "張試".to_owned(),
        number: Some(IdentityNumber::parse(&number(place), today).unwrap()),
        entrance: "test".parse().unwrap(),
        subject: format!("{place}"),
        real_name_level: RealNameLevel(level),
        agreed,
    };
    let token = sign_in(&app.hall, &identity, &Browser::default()).await.unwrap();
    pair_of(&token.cookie(false))
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_the_same_at_both_doors(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::with(on, "2020-04-22T08:00:00+08:00", &campaign_of(2)).await;
    let person = app.sign_in(&number(1), "main").await;
    let holder = app.sign_in(&number(2), "main").await;
    let elsewhere = app.sign_in(&number(2), "second").await;
    both_say(&app, "", "not_signed_in", 401).await;
    both_say(&app, &person, "not_open_yet", 409).await;
    both_say(&app, &enter(&app, 3, 1, true).await, "real_name_required", 403).await;
    // A number that may not be used says nothing: nobody knows who this is.
    both_say(&app, &enter(&app, 4, 3, false).await, "real_name_required", 403).await;
    let withdrawn = enter(&app, 4, 3, true).await;
    app.withdraw(&withdrawn, Purpose::RiskEvaluation).await;
    both_say(&app, &withdrawn, "consent_required", 403).await;
    // No page has a form for a round that there is not.
    for (cookie, code) in [(&withdrawn, "consent_required"), (&person, "round_not_found")] {
        let nowhere = app.send(claim_request("nowhere", cookie, "k", "{}")).await;
        assert_eq!(nowhere.code(), code);
    }

    app.set_campaign(OPEN);
    assert_eq!(app.claim(&holder, "first", r#"{"pack":"pack"}"#).await.status, StatusCode::CREATED);
    both_say(&app, &holder, "already_claimed", 409).await;
    both_say(&app, &elsewhere, "already_claimed_through_other_account", 409).await;
    app.steer(&Change::Pause).await;
    app.refresh().await;
    both_say(&app, &person, "round_paused", 409).await;
    app.steer(&Change::Resume).await;
    app.refresh().await;
    app.risk_says(Says::Refuse);
    both_say(&app, &person, "refused_by_risk", 422).await;
    both_say(&app, &holder, "already_claimed", 409).await;
    app.risk_says(Says::Allow);
    let last = app.sign_in(&number(5), "main").await;
    assert_eq!(app.claim(&last, "k", "{}").await.status, StatusCode::CREATED);
    app.risk_says(Says::Refuse);
    both_say(&app, &person, "sold_out", 409).await;
    app.risk_says(Says::Allow);
    app.refresh().await;
    both_say(&app, &person, "sold_out", 409).await;
    both_say(&app, &holder, "already_claimed", 409).await;
    app.steer(&Change::Stop).await;
    app.refresh().await;
    both_say(&app, &person, "round_stopped", 409).await;
    app.set_campaign("2020-04-29T00:00:00+08:00");
    both_say(&app, &person, "round_closed", 409).await;
    // Precedence: who is not known well enough is told that first, whatever the round does.
    both_say(&app, &enter(&app, 6, 1, false).await, "real_name_required", 403).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r24_an_audience_is_asked_before_the_stock(#[values(On::Sqlite, On::Postgres)] on: On) {
    let file = campaign_of(1).replace(
        "real_name_level = 2",
        "real_name_level = 2\naudience = { districts = [\"110\"] }",
    );
    let app = App::with(on, OPEN, &file).await;
    let foreign = app.sign_in(&number(1), "main").await;
    both_say(&app, &foreign, "not_in_audience", 403).await;
    let addressed = app.sign_in("11010519491231002X", "main").await;
    assert_eq!(app.claim(&addressed, "k", "{}").await.status, StatusCode::CREATED);
    app.refresh().await;
    both_say(&app, &foreign, "not_in_audience", 403).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_granted_once_and_replays_by_its_own_key(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let strange = through_the_form(&app, &cookie, "application/json", Some("made-elsewhere")).await;
    assert_eq!(
        (strange.status, strange.json()),
        (StatusCode::FORBIDDEN, serde_json::json!("forbidden"))
    );
    for _ in 0..2 {
        let granted = through_the_form(&app, &cookie, "application/json", None).await;
        assert_eq!((granted.status, granted.json()["serial"].as_i64()), (StatusCode::OK, Some(1)));
        let plain = through_the_form(&app, &cookie, "text/html", None).await;
        assert_eq!((plain.status, plain.location()), (StatusCode::SEE_OTHER, "/wallet"));
    }
    let round = app.get("/api/v1/rounds/r1", "").await.json();
    assert_eq!(round["remaining"].as_i64(), Some(59_999));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_function_leads_back_to_the_site_where_a_link_to_it_stood() {
    let app = App::open(On::Sqlite, OPEN).await;
    for round in ["r1", "nowhere", "%00"] {
        let request = Request::get(format!("/act/load_live?round={round}"))
            .header(ACCEPT, "text/html")
            .header(REFERER, "https://elsewhere.example/")
            .body(Body::empty())
            .unwrap();
        let answer = app.send(request).await;
        let way = answer.headers.get(LOCATION).map(|way| way.to_str().unwrap());
        assert!(way.is_none_or(|way| way == "/"), "{round}: {way:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_session_that_cannot_be_read_is_busy_in_the_words_of_each_who_asks() {
    let app = App::open(On::Sqlite, OPEN).await;
    let known = app.sign_in(&number(1), "main").await;
    app.side_door("alter table session rename to session_away").await;
    // No server has seen it: its table is asked for it.
    let unseen = format!("jinquan={}", "5a".repeat(32));
    let island = through_the_form(&app, &unseen, "application/json", None).await;
    assert_eq!(island.status, StatusCode::SERVICE_UNAVAILABLE, "{}", island.text());
    assert!(island.json()["busy"]["retry_after_ms"].as_u64().unwrap() > 0, "{}", island.text());
    assert!(island.headers.contains_key("retry-after"));
    let plain = through_the_form(&app, &unseen, "text/html", None).await;
    assert_eq!((plain.status, plain.location()), (StatusCode::SEE_OTHER, "/"));
    let said = pair_of(&plain.headers["set-cookie"]);
    assert_eq!(said, "jq_answer=busy");
    for cookie in [format!("{known}; {said}"), format!("{unseen}; {said}")] {
        let page = app.get("/", &cookie).await.text();
        assert!(page.contains("data-refusal=\"busy\""), "{cookie}: {page}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r6_a_full_queue_is_busy_at_both_doors_and_the_key_stays_good(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let narrow = App::on(app.database.clone(), OPEN, 1).await;
    let cookies = futures::future::join_all((0..40).map(|place| {
        let app = &app;
        async move { app.sign_in(&number(place), "main").await }
    }));
    let cookies = cookies.await;
    let answers =
        futures::future::join_all(cookies.iter().map(|cookie| narrow.claim(cookie, "k", "{}")))
            .await;
    let busy: Vec<_> =
        answers.iter().zip(&cookies).filter(|(answer, _)| answer.status.as_u16() == 503).collect();
    assert!(!busy.is_empty(), "forty at once do not fit a queue of one");
    for (answer, cookie) in busy {
        assert_eq!(answer.code(), "busy");
        assert!(answer.json()["retry_after_ms"].as_u64().unwrap() > 0);
        assert!(answer.headers.contains_key("retry-after"));
        assert_eq!(narrow.claim(cookie, "k", "{}").await.status, StatusCode::CREATED);
    }
}
