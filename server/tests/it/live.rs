//! The live stream: at once on connect, then on change.

use axum::body::Body;
use futures::StreamExt as _;
use http::{Request, StatusCode};
use rstest::rstest;

use crate::support::{App, OPEN, On, campaign_of, number};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_tells_the_stock_at_once_and_when_it_changes(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(1)).await;
    app.hall.live.publish(&app.hall.board.posted().rounds, app.hall.clock.campaign());
    let response =
        app.raw(Request::get("/api/v1/rounds/r1/live").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut events = response.into_body().into_data_stream();
    let first = event(&events.next().await.unwrap().unwrap());
    assert_eq!((first["remaining"].as_i64(), first["phase"].as_str()), (Some(1), Some("open")));
    assert_eq!(first["packs"][0], serde_json::json!({ "id": "pack", "remaining": 1 }));
    assert_eq!(first["server_time"], OPEN);
    let cookie = app.sign_in(&number(1), "main").await;
    assert_eq!(app.claim(&cookie, "k", "{}").await.status, StatusCode::CREATED);
    // The background publishes; nothing else can change meanwhile.
    loop {
        let next = event(&events.next().await.unwrap().unwrap());
        if next["remaining"].as_i64() == Some(0) {
            assert_eq!(next["phase"], "sold_out");
            break;
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_starts_again_has_its_streams_at_once(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    // Nothing has run in the background of this one yet.
    let again = App::on(app.database.clone(), OPEN, 8_192).await;
    let request = Request::get("/api/v1/rounds/r1/live").body(Body::empty()).unwrap();
    assert_eq!(again.raw(request).await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_bounded_and_a_free_place_is_used_again() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.hall.live.publish(&app.hall.board.posted().rounds, app.hall.clock.campaign());
    let open = || app.raw(Request::get("/api/v1/rounds/r1/live").body(Body::empty()).unwrap());
    let mut streams = Vec::new();
    for _ in 0..100 {
        let response = open().await;
        assert_eq!(response.status(), StatusCode::OK);
        streams.push(response);
    }
    let full = open().await;
    assert_eq!(full.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(full.headers().contains_key("retry-after"));
    streams.pop();
    assert_eq!(open().await.status(), StatusCode::OK);
}

fn event(bytes: &[u8]) -> serde_json::Value {
    let text = std::str::from_utf8(bytes).unwrap();
    let data = text.strip_prefix("event: stock\ndata: ").unwrap().strip_suffix("\n\n").unwrap();
    serde_json::from_str(data).unwrap()
}
