//! The results as people and machines get them: the figures of the press report, the campaign's own, their files, and
//! that no request counts anything.

use domain::audit::Who;
use domain::staff::Role;
use http::StatusCode;
use rstest::rstest;
use serde_json::json;
use server::backend::history::{Brought, import};
use server::demo;

use crate::support::process::run;
use crate::support::till::order_with;
use crate::support::{App, Database, OPEN, On};

impl App {
    /// What the background does every few seconds, now.
    pub(crate) async fn count(&self) {
        self.hall.results.refresh(&self.hall).await.unwrap();
    }

    /// The figure of that name on the results page.
    async fn figure(&self, name: &str) -> String {
        let html = self.get("/results", "").await.text();
        let tile = html.split(&format!("results-{name}\"")).nth(1).unwrap_or_default();
        let figure = tile.split("<dd>").nth(1).and_then(|rest| rest.split("</dd>").next());
        figure.unwrap_or_else(|| panic!("no {name}")).to_owned()
    }
}

/// Brings the shipped past.
async fn bring(app: &App) -> Result<Brought, store::Error> {
    let by = (Who::Product, app.hall.clock.campaign());
    import(&app.hall.store, demo::HISTORY, false, by).await
}

/// A part of a page as its words, without the markup between them.
fn words(html: &str) -> String {
    let parts = html.split('<').filter_map(|part| part.split_once('>'));
    parts.map(|(_, words)| words.trim()).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_press_reports_figures_stand_on_the_page(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let brought = bring(&app).await.unwrap();
    assert_eq!(brought, Brought::Done { added: 2, replaced: 0 });
    assert_eq!(bring(&app).await.unwrap(), Brought::Unchanged);
    app.count().await;
    let html = app.get("/results", "").await.text();
    let card = |id: &str| {
        let card = html.split(&format!("data-testid=\"{id}\"")).nth(1).unwrap();
        words(&format!("<{}", card.split("</section>").next().unwrap()))
    };
    let first = card("programme-phase-1");
    assert!(first.contains("拉動倍數（÷ 發放） 12.0 倍"), "{first}");
    assert!(first.contains("拉動倍數（÷ 核銷） 來源未載"), "{first}");
    for peak in ["¥28,000", "¥1,265,000", "¥420,000", "¥14,131,000"] {
        assert!(first.contains(peak), "{peak} in {first}");
    }
    let second = card("programme-phase-2-city-life");
    assert!(second.contains("2020 年 4 月 12 日 至 4 月 19 日"), "{second}");
    assert!(second.contains("拉動倍數（÷ 核銷） 11.83 倍"), "{second}");
    assert!(second.contains("¥4,480,000") && second.contains("¥53,000,000"), "{second}");
    let both = card("programmes-together");
    assert!(both.contains("拉動倍數（÷ 發放） 11.53 倍"), "{both}");
    assert!(both.contains("¥15,000,000") && both.contains("¥173,000,000"), "{both}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_sold_is_counted_and_what_was_undone_is_not(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let dining = app.tills("dining").await;
    let (one, other) = (app.holder(1).await, app.holder(2).await);
    app.count().await;
    let html = app.get("/results", "").await.text();
    assert!(html.contains("data-testid=\"results-none\""), "an empty state in words");
    assert_eq!(app.figure("issued").await, "¥100");
    let mut ids = Vec::new();
    for (place, (holder, slot)) in [(&one, 0), (&one, 1), (&other, 0)].into_iter().enumerate() {
        let (code, _) = app.code(holder, slot).await;
        let scene = if place == 2 { "online" } else { "in_store" };
        let order = order_with(&code, &json!({ "scene": scene }));
        ids.push(app.redeemed(&dining[place], &format!("k{place}"), &order).await);
    }
    // Of 45 yuan after the shop's coupon, 35 were paid: one sale goes back, of another 5 yuan.
    app.refund(&dining[0], &ids[0], "r", 3_500).await;
    app.refund(&dining[1], &ids[1], "r", 500).await;
    assert_eq!(app.figure("redeemed").await, "¥0", "no request counts anything");
    app.count().await;
    assert_eq!(app.figure("redeemed").await, "¥20");
    assert_eq!(app.figure("sales").await, "¥85");
    assert_eq!(app.figure("rate").await, "20.0%");
    assert_eq!(app.figure("per-issued").await, "0.85 倍");
    assert_eq!(app.figure("per-redeemed").await, "4.25 倍");
    let file = async |name: &str| app.get(&format!("/results/{name}.csv"), "").await.text();
    assert_eq!(
        file("daily").await,
        "day,vouchers,redeemed_fen,sales_fen\r\n2020-04-22,2,2000,8500\r\n"
    );
    assert_eq!(
        file("scenes").await,
        "scene,vouchers,redeemed_fen,sales_fen\r\nin_store,1,1000,4000\r\nonline,1,1000,4500\r\n"
    );
    assert_eq!(file("hours").await, "hour,vouchers,redeemed_fen,sales_fen\r\n10,2,2000,8500\r\n");
    assert!(file("categories").await.contains("dining,2,2000,8500"));
    assert_eq!(file("entrances").await, "entrance,packs\r\ndemo,2\r\n");
    assert_eq!(file("claims").await, "round,second,packs_claimed\r\nr1,3659,2\r\n");
    for name in ["nothing", "daily.csv.csv"] {
        let answer = app.get(&format!("/results/{name}.csv"), "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}");
    }
    // After the end the rest has rolled over: everything but what was redeemed.
    app.set_campaign("2020-04-29T00:00:01+08:00");
    server::backend::closing::close_due(&app.hall.store, &app.hall.clock).await.unwrap();
    app.count().await;
    assert_eq!(app.figure("rolled-over").await, "¥2,999,980");
}

/// An order of a trillion yuan, as an older release took it from a cashier, and a usual one beside it: the figures go
/// on.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sums_beyond_every_amount_do_not_stop_the_figures(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let till = app.tills("dining").await.remove(0);
    for person in [1, 2] {
        let (code, _) = app.code(&app.holder(person).await, 0).await;
        app.redeemed(&till, &format!("k{person}"), &order_with(&code, &json!({}))).await;
    }
    let trigger = match on {
        On::Sqlite => "drop trigger redemption_is_only_refunded",
        On::Postgres => "drop trigger redemption_is_only_refunded on redemption",
    };
    app.side_door(trigger).await;
    app.side_door(
        "update redemption set order_fen = 100000000000000, merchant_coupon_fen = 0,
                to_pay_fen = 100000000000000 - voucher_fen
         where id = (select min(id) from redemption)",
    )
    .await;
    app.count().await;
    assert_eq!(app.figure("redeemed").await, "¥20");
    assert_eq!(app.figure("sales").await, "¥1,000,000,000,000");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_has_the_dashboard_and_the_planner() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.with_staff().await;
    app.count().await;
    let operator = app.at_console(Role::Operator).await;
    let page = app.get("/console/dashboard", &operator).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("¥12,000,000"), "what the pool holds");
    let ask = "/console/planner?packs=60,000&face=50&days=7";
    let page = app.get(ask, &operator).await.text();
    assert!(page.contains("¥3,000,000") && page.contains("過去的數據太少"), "{page}");
    for wrong in ["packs=0&face=50&days=7", "packs=1&face=x&days=7", "packs=1&face=50&days="] {
        let page = app.get(&format!("/console/planner?{wrong}"), &operator).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    // No citizen's data is there, and still it is not the administrator's.
    let administrator = app.at_console(Role::Administrator).await;
    for path in ["/console/dashboard", "/console/planner"] {
        assert_eq!(app.get(path, &administrator).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(app.get(path, "").await.status, StatusCode::SEE_OTHER, "{path}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_past_is_taken_whole_or_not_at_all(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let database = Database::fresh(on);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("past.csv");
    let bring = async |text: &str, more: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let base = ["history", "import", file.to_str().unwrap(), "--database", &database.url];
        run(&[&base, more].concat()).await
    };
    let (code, said, _) = bring(demo::HISTORY, &[]).await;
    assert_eq!((code, said.trim()), (Some(0), "2 programme(s) added, 0 replaced"));
    let (code, said, _) = bring(demo::HISTORY, &[]).await;
    assert_eq!(code, Some(0));
    assert!(said.contains("nothing changed"), "{said}");
    let other = demo::HISTORY.replace("448000000", "449000000");
    let (code, _, said) = bring(&other, &[]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("phase-2-city-life is there with other figures"), "{said}");
    let (code, said, _) = bring(&other, &["--replace"]).await;
    assert_eq!((code, said.trim()), (Some(0), "0 programme(s) added, 1 replaced"));
    let faulty = demo::HISTORY.replace("2020-04-19", "2020-04-31").replace(",peak,", ",top,");
    let (code, _, said) = bring(&faulty, &["--replace"]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("line 4: record: one of total, day, beginning, peak"), "{said}");
    assert!(said.contains("line 5: to: not a day such as 2020-04-22"), "{said}");
    assert!(said.contains("Nothing was changed."), "{said}");
}
