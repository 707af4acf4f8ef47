//! Whoever comes again on the same way: by a reload, another language or another tab, or because too many come in.

use http::StatusCode;

use super::alipay::{Bazaar, way_back};
use super::{configured, set_cookie, set_out};
use crate::support::{App, OPEN, On};

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
