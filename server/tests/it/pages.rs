//! The pages as a browser without JavaScript gets them.

use http::StatusCode;
use rstest::rstest;

use crate::support::{App, OPEN, On, number};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn each_page_is_complete_and_guarded(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let claim = app.claim(&cookie, "k", "{}").await.json();
    let voucher = format!("/wallet/{}", claim["vouchers"][0]["id"].as_str().unwrap());
    for (path, status, holds) in [
        ("/", 200, "晉善·晉美·晉城"),
        ("/sign-in", 200, "身份證號碼"),
        ("/wallet", 200, "我的卡包"),
        (&voucher, 200, "data-testid=\"voucher-code\""),
        ("/rules", 200, "活動規則"),
        ("/merchants", 200, "參與商家"),
        ("/nothing", 404, "<h1"),
        ("/wallet/nothing", 404, "<h1"),
        ("/rounds/nothing.ics", 404, "<h1"),
    ] {
        let page = app.get(path, &cookie).await;
        assert_eq!(page.status.as_u16(), status, "{path}");
        let html = page.text();
        assert!(html.contains(holds), "{path} lacks {holds}");
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"zh-Hant\""), "{path}");
        assert!(
            !html.contains(" style=") && !html.contains("onclick"),
            "{path}: the policy forbids inline code"
        );
        assert!(
            page.headers["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("frame-ancestors 'none'")
        );
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
    }
    assert_eq!(app.get("/wallet", "").await.location(), "/sign-in?next=/wallet");
    assert_eq!(app.get(&voucher, "").await.location(), format!("/sign-in?next={voucher}"));
    let stranger = app.sign_in(&number(2), "main").await;
    assert_eq!(app.get(&voucher, &stranger).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_voucher_whose_code_cannot_be_given_out_says_so_and_asks_again() {
    let app = App::open(On::Sqlite, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let claim = app.claim(&cookie, "k", "{}").await.json();
    let voucher = format!("/wallet/{}", claim["vouchers"][0]["id"].as_str().unwrap());
    app.side_door("alter table shown_code rename to shown_code_away").await;
    let busy = app.get(&voucher, &cookie).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE, "a code on a screen stays");
    assert!(busy.headers.contains_key("retry-after"));
    let page = busy.text();
    assert!(
        page.contains("data-refusal=\"busy\"") && page.contains("券還在，沒有被用掉"),
        "{page}"
    );
    assert!(page.contains("<noscript><meta http-equiv=\"refresh\" content=\"5\""), "{page}");
    assert!(page.contains(&format!("data-awaits=\"{voucher}\"")), "{page}");
    assert!(!page.contains("data-testid=\"voucher-code\""), "{page}");
    app.side_door("alter table shown_code_away rename to shown_code").await;
    let given = app.get(&voucher, &cookie).await;
    assert_eq!(given.status, StatusCode::OK);
    assert!(given.text().contains("data-testid=\"voucher-code\""), "{}", given.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_landing_page_says_what_the_gate_will_do() {
    let app = App::open(On::Sqlite, "2020-04-22T08:59:59.999+08:00").await;
    let cookie = app.sign_in(&number(1), "main").await;
    let before = app.get("/", &cookie).await.text();
    assert!(before.contains("data-refusal=\"not_open_yet\"") && before.contains("/rounds/r1.ics"));
    assert!(!before.contains("立即領取"));
    app.set_campaign("2020-04-22T09:00:00+08:00");
    assert!(app.get("/", &cookie).await.text().contains("立即領取"));
    assert_eq!(app.claim(&cookie, "k", "{}").await.status, StatusCode::CREATED);
    let held = app.get("/", &cookie).await.text();
    assert!(held.contains("data-refusal=\"already_claimed\"") && !held.contains(">立即領取<"));
    app.set_campaign("2020-04-29T00:00:00+08:00");
    assert!(app.get("/", &cookie).await.text().contains("data-refusal=\"round_closed\""));
    let wallet = app.get("/wallet", &cookie).await.text();
    assert!(wallet.matches("已失效").count() >= 5 && !wallet.contains("出示券碼"));
}

#[tokio::test(flavor = "multi_thread")]
async fn language_and_view_follow_choice_then_browser_then_default() {
    let app = App::open(On::Sqlite, OPEN).await;
    let page = |accept: &str, cookie: &str, path: &str| {
        let request = http::Request::get(path)
            .header("accept-language", accept)
            .header("cookie", cookie)
            .body(axum::body::Body::empty())
            .unwrap();
        app.send(request)
    };
    for (accept, cookie, path, tag) in [
        ("", "", "/", "zh-Hant"),
        ("en-US,en;q=0.9", "", "/", "zh-Hant"),
        ("zh-CN,zh;q=0.9", "", "/", "zh-Hans"),
        ("zh-TW,zh;q=0.9", "", "/", "zh-Hant"),
        ("zh-CN", "jq_language=en", "/", "en"),
        ("zh-CN", "jq_language=en", "/?lang=zh-Hant", "zh-Hant"),
        ("", "jq_language=klingon", "/", "zh-Hant"),
    ] {
        let html = page(accept, cookie, path).await.text();
        assert!(html.contains(&format!("<html lang=\"{tag}\"")), "{accept} {cookie} {path}");
    }
    let chosen = page("", "", "/rules?lang=en&view=elder").await;
    let cookies: Vec<_> =
        chosen.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("jq_language=en;")));
    assert!(cookies.iter().any(|cookie| cookie.starts_with("jq_view=elder;")));
    assert!(chosen.text().contains("data-view=\"elder\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_is_said_once() {
    let app = App::open(On::Sqlite, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let said = app.get("/", &format!("{cookie}; jq_answer=busy")).await;
    assert!(said.text().contains("data-refusal=\"busy\""));
    let clearing = said.headers["set-cookie"].to_str().unwrap();
    assert!(clearing.starts_with("jq_answer=;") && clearing.contains("Max-Age=0"), "{clearing}");
    assert!(!app.get("/", &cookie).await.text().contains("data-refusal=\"busy\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn r22_of_several_packs_the_answer_is_said_and_the_pack_is_remembered() {
    let file = include_str!("../../../campaigns/jincheng-2021.toml");
    let app = App::with(On::Sqlite, "2021-06-05T10:00:00+08:00", file).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let request = http::Request::post("/act/claim_pack")
        .header("cookie", &cookie)
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from("round=r1&pack=retail-40&key=made-elsewhere"))
        .unwrap();
    let led = app.send(request).await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(
        crate::support::pair_of(&led.headers["set-cookie"]),
        "jq_answer=forbidden.retail-40"
    );
    for code in ["refused_by_risk", "busy", "forbidden"] {
        // Of a pack that there is, of none, and of one that there never was: said once each time.
        for pack in [".retail-40", "", ".nothing"] {
            let asked = format!("{cookie}; jq_answer={code}{pack}");
            let page = app.get("/", &asked).await.text();
            let said = page.matches(&format!("data-refusal=\"{code}\"")).count();
            assert_eq!(said, 1, "{code}{pack}: {page}");
        }
    }
    let unknown = app.get("/", &format!("{cookie}; jq_answer=unknown.retail-40")).await.text();
    assert!(unknown.contains("claim-bar--busy"), "{unknown}");
    let stranger = app.get("/", "jq_answer=busy.retail-40").await.text();
    assert!(!stranger.contains("data-refusal=\"busy\""), "{stranger}");
}

/// Awake, a pack that says it is busy asks again by itself: it must be the one that somebody asked for.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_another_form_is_none_to_the_only_pack() {
    let app = App::open(On::Sqlite, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    for (answer, is_asked) in [("busy", false), ("busy.pack", true)] {
        let page = app.get("/", &format!("{cookie}; jq_answer={answer}")).await.text();
        assert_eq!(page.matches("data-refusal=\"busy\"").count(), 1, "{answer}: {page}");
        assert_eq!(page.contains("claim-bar--busy"), is_asked, "{answer}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_to_a_form_s_address_without_the_form_is_led_to_its_page() {
    let app = App::open(On::Sqlite, OPEN).await;
    let away = app.post_form("/me/consents", "", "").await;
    assert_eq!(
        (away.status, away.location()),
        (StatusCode::SEE_OTHER, "/sign-in?next=/me/consents")
    );
    let cookie = app.sign_in(&number(1), "main").await;
    for (address, page) in [
        ("/me/consents", "/me"),
        ("/sign-in/demo?lang=en", "/sign-in"),
        ("/merchant/keys", "/merchant"),
        ("/merchant/tills/x/close", "/merchant"),
        ("/till/redeem", "/till"),
        ("/console/sign-in", "/console"),
        ("/console/rounds/r1/proposals/x/confirm", "/console/rounds/r1"),
        ("/console/merchants/dishonest", "/console/merchants"),
    ] {
        for cookie in ["", &cookie] {
            let led = app.get(address, cookie).await;
            assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, page), "{address}");
        }
    }
    let chosen = app.get("/sign-in/demo?lang=en", "").await;
    assert!(chosen.headers["set-cookie"].to_str().unwrap().starts_with("jq_language=en;"));
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_a_page_that_nobody_could_be_read_for_leads_back_to_itself_as_chosen() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.side_door("alter table session rename to session_away").await;
    let unseen = format!("jinquan={}", "5a".repeat(32));
    let busy = app.get("/wallet?lang=en&view=elder", &unseen).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    let page = busy.text();
    assert!(page.contains("data-refusal=\"busy\""), "{page}");
    assert!(page.contains("lang=\"en\" data-view=\"elder\""), "{page}");
    assert!(page.contains("href=\"/wallet\" class=\"button button--primary\""), "{page}");
    // An address that may look like that of another site leads home.
    let astray = app.get("//evil.example/x", &unseen).await.text();
    assert!(astray.contains("data-refusal=\"busy\""), "{astray}");
    assert!(!astray.contains("evil.example"), "{astray}");
}
