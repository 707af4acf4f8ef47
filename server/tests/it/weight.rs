//! What a phone loads to see `/` and to press its button, in bytes as they are sent. Run after `cargo xtask site`, with
//! npm there: a site without `wasm-opt` is over the budget.

use axum::body::Body;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, VARY};
use http::{Request, StatusCode};

use crate::support::{Answer, App, OPEN, On, number};

/// HTML and CSS: what is painted.
const PAINTED_MAX: usize = 20_000;
/// Scripts and the module: what is awake.
const AWAKE_MAX: usize = 80_000;

#[tokio::test(flavor = "multi_thread")]
async fn the_landing_page_stays_within_its_weight() {
    let app = App::open(On::Sqlite, OPEN).await;
    let page = packed(&app, "/", "br").await;
    let html = app.get("/", "").await.text();
    let address = |attribute: &str| {
        let start = format!("{attribute}=\"/assets/");
        let rest = html.split(&start).nth(1).and_then(|rest| rest.split('"').next());
        format!("/assets/{}", rest.expect("an asset: run `cargo xtask site`"))
    };
    let mut sizes = vec![("HTML", page.body.len())];
    for (part, attribute) in [
        ("CSS", "rel=\"stylesheet\" href"),
        ("page script", "script src"),
        ("glue", "data-glue"),
        ("module", "data-module"),
    ] {
        sizes.push((part, packed(&app, &address(attribute), "br").await.body.len()));
    }
    let painted = sizes[0].1 + sizes[1].1;
    let awake = sizes[2].1 + sizes[3].1 + sizes[4].1;
    let said =
        format!("{sizes:?}: painted {painted} of {PAINTED_MAX}, awake {awake} of {AWAKE_MAX}");
    println!("{said}");
    assert!(painted <= PAINTED_MAX && awake <= AWAKE_MAX, "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asset_is_kept_for_ever_and_a_page_with_a_key_is_never_packed() {
    let app = App::open(On::Sqlite, OPEN).await;
    let html = app.get("/", "").await.text();
    let name = html.split("\"/assets/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let style = packed(&app, &format!("/assets/{name}"), "gzip").await;
    assert_eq!(style.headers[CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(style.headers[VARY], "accept-encoding");
    let icon = packed(&app, "/favicon.svg", "br").await;
    assert!(icon.headers.contains_key(ETAG));
    let cookie = app.sign_in(&number(1), "main").await;
    let request = Request::get("/").header("cookie", &cookie).header(ACCEPT_ENCODING, "br, gzip");
    let own = app.send(request.body(Body::empty()).unwrap()).await;
    assert!(!own.headers.contains_key(CONTENT_ENCODING) && own.text().contains("name=\"key\""));
    // Pages of those who work here hold keys, also before anybody is signed in there.
    let request = Request::get("/till").header(ACCEPT_ENCODING, "br, gzip");
    let till = app.send(request.body(Body::empty()).unwrap()).await;
    assert!(till.status.is_success() && !till.headers.contains_key(CONTENT_ENCODING));
    let plain = app.get("/", "").await;
    assert!(!plain.headers.contains_key(CONTENT_ENCODING));
}

/// An answer in that form.
async fn packed(app: &App, path: &str, encoding: &str) -> Answer {
    let request = Request::get(path).header(ACCEPT_ENCODING, encoding).body(Body::empty());
    let answer = app.send(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    assert_eq!(answer.headers[CONTENT_ENCODING], encoding, "{path}");
    answer
}
