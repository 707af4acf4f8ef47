//! Whoever comes again on the same way: by a reload, another language or another tab, or because too many come in.

use std::time::Duration;

use http::StatusCode;
use http::header::{RETRY_AFTER, SET_COOKIE};
use server::limit::{ENTER_AT_ONCE, ENTER_WAITING};
use tokio::task::JoinSet;

use super::alipay::{Bazaar, CONSULT, PRECONSULT, way_back};
use super::oidc::{City, HEADER};
use super::{configured, set_cookie, set_out};
use crate::support::{Answer, App, OPEN, On, number};

/// So many at the door that nobody else may even wait, until the set is shut down: dropped alone, they would leave some
/// time later.
async fn crowd(app: &App) -> JoinSet<()> {
    let mut crowd = JoinSet::new();
    // Whoever is in does not wait any more.
    for _ in 0..ENTER_AT_ONCE + ENTER_AT_ONCE + ENTER_WAITING {
        let hall = app.hall.clone();
        crowd.spawn(async move {
            let _coming = loop {
                match hall.limits.come_in().await {
                    Ok(coming) => break coming,
                    // Whoever looks whether it is full takes a place for that long.
                    Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
                }
            };
            std::future::pending::<()>().await;
        });
    }
    let is_full = async || {
        let turn = tokio::time::timeout(Duration::from_millis(5), app.hall.limits.come_in());
        turn.await.is_ok_and(|turn| turn.is_err())
    };
    while !is_full().await {
        tokio::task::yield_now().await;
    }
    crowd
}

/// The purposes whose boxes are ticked in a page.
fn ticked(page: &str) -> Vec<&str> {
    let boxes = page.split("<input ").skip(1).filter_map(|rest| rest.split('>').next());
    let ticked = boxes.filter(|it| it.contains("name=\"consent\"") && it.contains(" checked"));
    ticked.filter_map(|it| it.split("value=\"").nth(1)?.split('"').next()).collect()
}

/// Says that too many come in, and takes nothing away from the browser.
fn asks_to_come_again(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text());
    assert_eq!(answer.headers[RETRY_AFTER], "3");
    assert!(!answer.headers.contains_key(SET_COOKIE), "{:?}", answer.headers);
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_crowd_at_the_door_and_stray_links_take_nobodys_way_away() {
    let city = City::open(On::Sqlite).await;
    let two = format!("{}{}", city.settings("city-id", ""), city.settings("other-id", ""));
    let entrances = configured(city.folder.path(), &two).unwrap();
    let app = App::beside(&city.app, OPEN, entrances.clone()).await;
    let departure = set_out(&app, entrances.find("city-id").unwrap());
    city.gives(&city.key.token(HEADER, &city.claims(&departure.attempt).to_string()));
    let query = city.way_back(&departure.attempt);
    let path = format!("/sign-in/city-id/callback?{query}");

    let mut crowd = crowd(&app).await;
    let busy = app.get(&path, &departure.cookie).await;
    asks_to_come_again(&busy);
    let text = busy.text();
    assert!(text.contains("data-setback=\"busy\""), "{text}");
    let here = path.replace('&', "&amp;");
    assert!(text.contains(&format!("href=\"{here}\"")), "the same address helps: {text}");
    assert!(city.provider.asked("/token").is_empty(), "the code is good yet");
    crowd.shutdown().await;

    for stray in [
        "/sign-in/city-id/callback?code=x&state=another".to_owned(),
        "/sign-in/city-id/callback?state=a&state=b".to_owned(),
        format!("/sign-in/other-id/callback?{query}"),
    ] {
        let answer = app.get(&stray, &departure.cookie).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{stray}");
        assert!(!answer.headers.contains_key(SET_COOKIE), "{stray}");
    }
    let back = app.get(&path, &departure.cookie).await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, "/wallet"));
    let again = app.get(&path, &departure.cookie).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(again.headers.contains_key(SET_COOKIE), "a way that was gone is forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_crowd_at_the_door_leaves_the_hand_over_and_what_was_typed() {
    let bazaar = Bazaar::open(On::Sqlite).await;
    let settings = bazaar.settings("real_name = \"match\"\nhandoff = true");
    let entrances = configured(bazaar.folder.path(), &settings).unwrap();
    let app = App::beside(&bazaar.app, OPEN, entrances).await;
    bazaar.knows_account();
    bazaar.says(PRECONSULT, r#"{"code":"10000","verify_id":"v1"}"#);
    bazaar.says(CONSULT, r#"{"code":"10000","passed":"T"}"#);
    let page = app.get("/sign-in/alipay/handoff?auth_code=c0de&next=%2Fwallet", "").await;
    let way = set_cookie(&page, "jinquan-way").unwrap();
    let text = page.text();
    assert!(!text.contains(" checked"), "nothing is agreed to but by the person: {text}");
    let state = text.split("name=\"state\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = format!("auth_code=c0de&state={state}&consent=identity_number");

    let mut first = crowd(&app).await;
    let busy = app.post_form("/sign-in/alipay/handoff", &way, &form).await;
    asks_to_come_again(&busy);
    let text = busy.text();
    assert!(text.contains("data-error=\"busy\"") && text.contains("value=\"c0de\""), "{text}");
    assert!(text.contains(&format!("value=\"{state}\"")), "{text}");
    assert_eq!(ticked(&text), ["identity_number"], "what was ticked, and no more");
    first.shutdown().await;
    let led = app.post_form("/sign-in/alipay/handoff", &way, &form).await;
    let pending = set_cookie(&led, "jinquan-match").unwrap();

    let typed = [("name", "王芳"), ("identity_number", &number(5))];
    let typed = serde_urlencoded::to_string(typed).unwrap();
    let mut second = crowd(&app).await;
    let busy = app.post_form("/sign-in/alipay/match", &pending, &typed).await;
    asks_to_come_again(&busy);
    let text = busy.text();
    assert!(text.contains("data-error=\"busy\"") && text.contains("value=\"王芳\""), "{text}");
    assert!(text.contains(&number(5)), "nobody types eighteen digits twice: {text}");
    second.shutdown().await;
    let yes = app.post_form("/sign-in/alipay/match", &pending, &typed).await;
    assert_eq!((yes.status, yes.location()), (StatusCode::SEE_OTHER, "/wallet"), "{}", yes.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_breaks_at_the_end_of_a_way_is_said_so_and_the_person_begins_again() {
    let city = City::open(On::Sqlite).await;
    let entrances = configured(city.folder.path(), &city.settings("city-id", "")).unwrap();
    let app = App::beside(&city.app, OPEN, entrances.clone()).await;
    let departure = set_out(&app, entrances.find("city-id").unwrap());
    city.gives(&city.key.token(HEADER, &city.claims(&departure.attempt).to_string()));
    let path = format!("/sign-in/city-id/callback?{}", city.way_back(&departure.attempt));
    app.side_door("alter table session rename to taken_away").await;
    let answer = app.get(&path, &departure.cookie).await;
    app.side_door("alter table taken_away rename to session").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let text = answer.text();
    assert!(text.contains("data-setback=\"unfinished\""), "{text}");
    assert!(text.contains("href=\"/sign-in\""), "{text}");
    assert!(!answer.headers.contains_key(RETRY_AFTER), "the same address does not help any more");
    assert!(answer.headers.contains_key(SET_COOKIE), "the way is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_loads_the_question_again_or_chooses_a_language_is_where_they_were() {
    let bazaar = Bazaar::open(On::Sqlite).await;
    let settings = bazaar.settings("real_name = \"match\"\nhandoff = true");
    let entrances = configured(bazaar.folder.path(), &settings).unwrap();
    let app = App::beside(&bazaar.app, OPEN, entrances.clone()).await;
    bazaar.knows_account();
    let departure = set_out(&app, entrances.find("alipay").unwrap());
    let path = format!("/sign-in/alipay/callback?{}", way_back(&departure.attempt.state));
    let led = app.get(&path, &departure.cookie).await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "/sign-in/alipay/match"));
    let pending = set_cookie(&led, "jinquan-match").unwrap();
    for (path, title) in [
        ("/sign-in/alipay/match", "確認您的身份"),
        ("/sign-in/alipay/match?lang=en", "Confirm who you are"),
        ("/sign-in/alipay/match", "確認您的身份"),
    ] {
        let page = app.get(path, &pending).await;
        assert!(page.status == StatusCode::OK && page.text().contains(title), "{}", page.text());
        assert!(!page.text().contains("c0de") && set_cookie(&page, "jinquan-match").is_none());
    }
    let skipped = app.post_form("/sign-in/alipay/match", &pending, "skip=yes").await;
    assert_eq!((skipped.status, skipped.location()), (StatusCode::SEE_OTHER, "/wallet"));
    let nobody = app.get("/sign-in/alipay/match", "").await;
    assert_eq!(nobody.status, StatusCode::BAD_REQUEST, "there is nothing to match");
    // A choice of language where a hand-over did not work: there is no code any more, and no button for it.
    let page = app.get("/sign-in/alipay/handoff?lang=en", "").await;
    assert!(page.status == StatusCode::OK && !page.text().contains("name=\"auth_code\""));
}
