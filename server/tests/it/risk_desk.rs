//! The risk desk and the appeals (R19), as a browser without JavaScript uses them.

use domain::audit::Act;
use domain::id::{AssessmentId, MerchantId, PersonId, TillId};
use domain::risk::Act as Kind;
use domain::risk::event::{Event, Sale};
use domain::staff::Role;
use domain::time::Timestamp;
use http::StatusCode;
use rstest::rstest;

use crate::support::risk::Says;
use crate::support::{App, OPEN, On, campaign_of, number};

fn form(pairs: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(pairs).unwrap()
}

/// The identifiers of the appeals that the desk's list shows.
async fn appeals(app: &App, desk: &str) -> Vec<String> {
    let list = app.get("/console/risk?tab=appeals", desk).await.text();
    let parts = list.split("/console/risk/appeals/").skip(1);
    parts.map(|part| part[..26].to_owned()).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_the_desk_shows_the_evidence_and_decides(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::with(on, OPEN, &campaign_of(9)).await;
    let (cookie, id, _) = app.held(1).await;
    app.with_staff().await;
    let desk = app.at_console(Role::Operator).await;
    let list = app.get("/console/risk", &desk).await.text();
    assert!(list.contains(&format!("/console/risk/claims/{id}")), "{list}");
    assert!(!list.contains("張"), "no name, not even a masked one");
    let path = format!("/console/risk/claims/{id}");
    let page = app.get(&path, &desk).await.text();
    for part in [
        "data-reason=\"impossible_speed\"",
        "位置移動快得不可能",
        "每小時 800 公里",
        "70",
        "4 月 23 日 10:00",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let without = app.post_form(&path, &desk, &form(&[("ruling", "grant"), ("why", " ")])).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    let granted =
        app.post_form(&path, &desk, &form(&[("ruling", "grant"), ("why", "核對過")])).await;
    assert_eq!((granted.status, granted.location()), (StatusCode::SEE_OTHER, path.as_str()));
    assert_eq!(app.own(&cookie, id).await["state"], "granted");
    let again = app.post_form(&path, &desk, &form(&[("ruling", "refuse"), ("why", "再看")])).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let record = app.acts(Act::HeldGranted).await;
    assert_eq!((record.len(), record[0].who.to_string()), (1, "staff:operator".to_owned()));

    // Several with one reason; what is decided already stays.
    let mut pairs = vec![
        ("ruling", "refuse".to_owned()),
        ("why", "同一批".to_owned()),
        ("claim", id.to_string()),
    ];
    for place in 2..4 {
        pairs.push(("claim", app.held(place).await.1.to_string()));
    }
    let body = serde_urlencoded::to_string(&pairs).unwrap();
    let many = app.post_form("/console/risk", &desk, &body).await;
    assert_eq!((many.status, many.location()), (StatusCode::SEE_OTHER, "/console/risk?ruled=2-1"));
    assert_eq!(app.acts(Act::HeldRefused).await.len(), 2);
    let none =
        app.post_form("/console/risk", &desk, &form(&[("ruling", "grant"), ("why", "x")])).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    // A claim that was never held is not there.
    let plain = app.sign_in(&number(8), "main").await;
    let plain = app.claim(&plain, "k", "{}").await.json()["id"].as_str().unwrap().to_owned();
    let missing = app.get(&format!("/console/risk/claims/{plain}"), &desk).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    app.in_order().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r19_what_was_typed_and_picked_stays_when_nothing_was_decided() {
    let app = App::with(On::Sqlite, OPEN, &campaign_of(9)).await;
    let (_, first, _) = app.held(1).await;
    let (_, second, _) = app.held(2).await;
    app.with_staff().await;
    let desk = app.at_console(Role::Operator).await;
    let list = app.get("/console/risk", &desk).await.text();
    let ids = [first.to_string(), second.to_string()];
    let place = |id: &String| list.find(id.as_str()).unwrap();
    let [before, after] = if place(&ids[0]) < place(&ids[1]) { [0, 1] } else { [1, 0] };
    let page = form(&[("ruling", "grant"), ("why", "同一批的人"), ("after", &ids[before])]);
    let none = app.post_form("/console/risk", &desk, &page).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = none.text();
    assert!(text.contains("同一批的人"), "the reason stays: {text}");
    assert!(text.contains(&format!("/console/risk/claims/{}", ids[after])), "the same page");
    assert!(!text.contains(&format!("/console/risk/claims/{}", ids[before])), "{text}");
    assert!(text.contains(&format!("name=\"after\" value=\"{}\"", ids[before])), "{text}");
    let empty = form(&[("ruling", "grant"), ("why", "  "), ("claim", &ids[1])]);
    let empty = app.post_form("/console/risk", &desk, &empty).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = empty.text();
    let boxes: Vec<&str> = text.split("name=\"claim\"").skip(1).collect();
    let ticked = |part: &&&str| part.split('>').next().unwrap().contains("checked");
    let ticked: Vec<&&str> = boxes.iter().filter(ticked).collect();
    assert_eq!((boxes.len(), ticked.len()), (2, 1), "{text}");
    assert!(ticked[0].contains(&ids[1]), "{text}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_an_auditor_reads_the_desk_and_changes_nothing(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let (cookie, id, _) = app.held(1).await;
    let shadowed = app.sign_in(&number(2), "main").await;
    let refused = app.sign_in(&number(3), "main").await;
    app.risk_says(Says::Shadow);
    let answer = app.claim(&shadowed, "k", "{}").await;
    assert_eq!(answer.status, StatusCode::CREATED, "in shadow nothing follows");
    app.risk_says(Says::Refuse);
    assert_eq!(app.claim(&refused, "k", "{}").await.code(), "refused_by_risk");
    app.risk_says(Says::Allow);
    app.with_staff().await;
    let auditor = app.at_console(Role::Auditor).await;
    let path = format!("/console/risk/claims/{id}");
    let page = app.get(&path, &auditor).await;
    assert!(page.status.is_success() && !page.text().contains("name=\"ruling\""));
    let shadow = app.get("/console/risk?tab=shadow", &auditor).await.text();
    assert_eq!(
        shadow.matches("data-testid=\"shadow\"").count(),
        3,
        "held, refused, and would have been"
    );
    let stopped = app.get("/console/risk?tab=refused", &auditor).await.text();
    assert_eq!(stopped.matches("data-testid=\"refused\"").count(), 1);
    let tried = app.post_form(&path, &auditor, &form(&[("ruling", "grant"), ("why", "x")])).await;
    assert_eq!(tried.status, StatusCode::FORBIDDEN);
    assert_eq!(app.own(&cookie, id).await["state"], "held");
    let administrator = app.at_console(Role::Administrator).await;
    assert_eq!(app.get("/console/risk", &administrator).await.status, StatusCode::FORBIDDEN);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_an_appeal_against_a_hold_grants_it(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let (cookie, id, _) = app.held(1).await;
    let page = app.get("/me/appeals", &cookie).await.text();
    assert!(page.contains("data-testid=\"ground\"") && page.contains("name=\"words\""), "{page}");
    for own in ["for=\"words-r1\"", "id=\"words-r1\"", "aria-describedby=\"words-r1-hint\""] {
        assert!(page.contains(own), "each round has a field of its own, {own}: {page}");
    }
    for (words, field) in [("  ", true), ("字".repeat(1_001).as_str(), true)] {
        let answer = app
            .post_form("/me/appeals", &cookie, &form(&[("round", "r1"), ("words", words)]))
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.text().contains("data-error=\"words\""), field);
    }
    let words = "我在<高鐵>上領的，\n不是本人不會知道。";
    let filing = form(&[("round", "r1"), ("words", words)]);
    let filed = app.post_form("/me/appeals", &cookie, &filing).await;
    assert_eq!((filed.status, filed.location()), (StatusCode::SEE_OTHER, "/me/appeals"));
    let twice = app.post_form("/me/appeals", &cookie, &filing).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "one at a time");
    assert!(app.get("/me/appeals", &cookie).await.text().contains("data-state=\"open\""));
    // Nobody else has one, or sees this one.
    let other = app.sign_in(&number(2), "main").await;
    assert!(!app.get("/me/appeals", &other).await.text().contains("高鐵"));
    let strange = app.post_form("/me/appeals", &other, &filing).await;
    assert_eq!(strange.status, StatusCode::CONFLICT, "nothing was held or refused");

    app.with_staff().await;
    let desk = app.at_console(Role::Operator).await;
    let own = appeals(&app, &desk).await.remove(0);
    let path = format!("/console/risk/appeals/{own}");
    let shown = app.get(&path, &desk).await.text();
    assert!(
        shown.contains("我在&lt;高鐵&gt;上領的") && shown.contains("impossible_speed"),
        "{shown}"
    );
    let answered =
        app.post_form(&path, &desk, &form(&[("answer", "uphold"), ("why", "行程屬實")])).await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.text());
    assert_eq!(app.own(&cookie, id).await["state"], "granted");
    let mine = app.get("/me/appeals", &cookie).await.text();
    assert!(mine.contains("data-state=\"upheld\"") && mine.contains("行程屬實"), "{mine}");
    let again = app.post_form(&path, &desk, &form(&[("answer", "dismiss"), ("why", "x")])).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(app.acts(Act::AppealUpheld).await.len(), 1);
    app.in_order().await;
}

/// A pack of one limit is no answer to what was held of another (R1), and one appeal is about all of it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_an_appeal_is_about_everything_that_is_held_in_the_round(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let file = include_str!("../../../campaigns/jincheng-2021.toml");
    let app = App::with(on, "2021-06-05T10:00:00+08:00", file).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let claim =
        async |pack: &str| app.claim(&cookie, pack, &format!("{{\"pack\":\"{pack}\"}}")).await;
    assert_eq!(claim("retail-10").await.status, StatusCode::CREATED);
    app.risk_says(Says::Hold);
    let mut held = Vec::new();
    for pack in ["retail-40", "hospitality-10"] {
        let answer = claim(pack).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
        held.push(answer.json()["id"].as_str().unwrap().parse().unwrap());
    }
    app.risk_says(Says::Allow);
    let filing = form(&[("round", "r1"), ("words", "是我本人")]);
    let filed = app.post_form("/me/appeals", &cookie, &filing).await;
    assert_eq!(filed.status, StatusCode::SEE_OTHER, "{}", filed.text());
    app.with_staff().await;
    let desk = app.at_console(Role::Operator).await;
    let path = format!("/console/risk/appeals/{}", appeals(&app, &desk).await.remove(0));
    let answered =
        app.post_form(&path, &desk, &form(&[("answer", "uphold"), ("why", "看過了")])).await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.text());
    for claim in held {
        assert_eq!(app.own(&cookie, claim).await["state"], "granted");
    }
    let nothing = app.post_form("/me/appeals", &cookie, &filing).await;
    assert_eq!(nothing.status, StatusCode::CONFLICT, "nothing is held any more");
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_an_appeal_that_is_upheld_lifts_a_refusal(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::with(on, OPEN, &campaign_of(3)).await;
    app.with_staff().await;
    let desk = app.at_console(Role::Operator).await;
    // One was refused by the desk, one at once.
    let (first, id, _) = app.held(1).await;
    app.ruled(&[id], domain::held::Ruling::Refuse).await;
    let second = app.sign_in(&number(2), "main").await;
    app.risk_says(Says::Refuse);
    for (cookie, answer) in [(&first, "uphold"), (&second, "dismiss")] {
        assert_eq!(app.claim(cookie, "again", "{}").await.code(), "refused_by_risk");
        let filing = form(&[("round", "r1"), ("words", "是我本人")]);
        let filed = app.post_form("/me/appeals", cookie, &filing).await;
        assert_eq!(filed.status, StatusCode::SEE_OTHER, "{}", filed.text());
        let own = appeals(&app, &desk).await.remove(0);
        let path = format!("/console/risk/appeals/{own}");
        let answered =
            app.post_form(&path, &desk, &form(&[("answer", answer), ("why", "看過了")])).await;
        assert_eq!(answered.status, StatusCode::SEE_OTHER);
    }
    // Risk control still says no of everybody; whose appeal was upheld is given a pack all the same.
    assert_eq!(app.claim(&first, "again", "{}").await.status, StatusCode::CREATED);
    assert_eq!(app.claim(&second, "again", "{}").await.code(), "refused_by_risk");
    // Dismissed twice more, and that is enough.
    for _ in 0..2 {
        let filing = form(&[("round", "r1"), ("words", "再看一次")]);
        assert_eq!(
            app.post_form("/me/appeals", &second, &filing).await.status,
            StatusCode::SEE_OTHER
        );
        let own = appeals(&app, &desk).await.remove(0);
        let path = format!("/console/risk/appeals/{own}");
        app.post_form(&path, &desk, &form(&[("answer", "dismiss"), ("why", "看過了")])).await;
    }
    let fourth =
        app.post_form("/me/appeals", &second, &form(&[("round", "r1"), ("words", "x")])).await;
    assert_eq!(fourth.status, StatusCode::CONFLICT);
    // The words are not kept for ever.
    let later = app.hall.clock.campaign().plus_millis(1_000);
    assert_eq!(app.hall.store.forget_words(later).await.unwrap(), 4);
    assert!(!app.get("/me/appeals", &second).await.text().contains("再看一次"));
    app.in_order().await;
}

/// A sale of a shop just at what its voucher demands, to somebody else each time.
fn sale_at_threshold(merchant: MerchantId, place: u64) -> Event {
    let at = OPEN.parse::<Timestamp>().unwrap().plus_millis(place.cast_signed() * 300_000);
    let sale = Sale {
        till: TillId::mint(0, 1),
        above_minimum_fen: 0,
        reported: None,
        registered: None,
        refund: false,
    };
    Event {
        person: Some(PersonId::mint(0, u128::from(place) + 1)),
        merchant: Some(merchant),
        sale: Some(sale),
        ..Event::new(AssessmentId::mint(0, u128::from(place) + 1), Kind::Redemption, at)
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_the_radar_shows_a_shop_that_stands_out_and_why(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    app.with_staff().await;
    let desk = app.at_console(Role::Operator).await;
    let list = app.get("/console/risk?tab=radar", &desk).await.text();
    assert!(!list.contains("data-testid=\"suspect\"") && list.contains("沒有交易異常的商家"));
    for place in 0..24 {
        app.hall.screen.note(sale_at_threshold(till.merchant.parse().unwrap(), place));
    }
    let list = app.get("/console/risk?tab=radar", &desk).await.text();
    for part in [
        &format!("/console/merchants/{}", till.merchant),
        "data-reason=\"merchant_at_threshold\"",
        "100.0 %（界線 70.0 %）",
    ] {
        assert!(list.contains(part), "{part}: {list}");
    }
    let administrator = app.at_console(Role::Administrator).await;
    let kept_out = app.get("/console/risk?tab=radar", &administrator).await;
    assert_eq!(kept_out.status, StatusCode::FORBIDDEN);
}
