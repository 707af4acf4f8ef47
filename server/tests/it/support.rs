//! A server in this process: the whole router on a database of its own.

pub(crate) mod bulk;
pub(crate) mod counter;
pub(crate) mod log;
pub(crate) mod process;
pub(crate) mod provider;
pub(crate) mod risk;
pub(crate) mod rounds;
pub(crate) mod till;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use domain::audit::Who;
use domain::consent::Purpose;
use domain::time::Timestamp;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use server::campaign_file::CampaignFile;
use server::clock::Clock;
use server::embed::Ancestors;
use server::entrance::Entrances;
use server::hall::{Furnishing, Hall};
use server::key::{Keys, MasterKey};
use server::{demo, router, start};
use store::Store;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt as _;

/// The engines that every case runs on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

/// In round 1 of the shipped campaign.
pub(crate) const OPEN: &str = "2020-04-22T10:00:00+08:00";

/// What the keys of the sample merchants follow from.
const TILL_SECRET: [u8; 32] = [9; 32];

/// A server.
pub(crate) struct App {
    pub(crate) hall: Arc<Hall>,
    pub(crate) database: Arc<Database>,
    router: Router,
    stop: watch::Sender<bool>,
}

/// A database of its own.
pub(crate) struct Database {
    pub(crate) url: String,
    _folder: TempDir,
}

impl Database {
    pub(crate) fn fresh(on: On) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match on {
            On::Sqlite => format!("sqlite:{}", folder.path().join("jinquan.db").display()),
            On::Postgres => fresh_postgres(),
        };
        Self { url, _folder: folder }
    }
}

/// A new database in the cluster that the test run has started.
#[expect(clippy::disallowed_methods, reason = "the test run says where its cluster is")]
fn fresh_postgres() -> String {
    let cluster = std::env::var("JINQUAN_TEST_POSTGRES")
        .expect("JINQUAN_TEST_POSTGRES must name a PostgreSQL: run the tests with `make test`");
    let name = format!("it_{:032x}", server::chance::Chance::default().bits());
    let created = std::process::Command::new("psql")
        .args([&cluster, "-qc", &format!("create database {name}")])
        .status()
        .unwrap();
    assert!(created.success(), "the test database could not be created");
    let (server, _) = cluster.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The code of a problem.
    pub(crate) fn code(&self) -> String {
        let type_ = self.headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(type_.as_deref(), Some("application/problem+json"), "{}", self.text());
        self.json()["code"].as_str().unwrap().to_owned()
    }

    pub(crate) fn location(&self) -> &str {
        self.headers[LOCATION].to_str().unwrap()
    }
}

impl App {
    /// A server on a fresh database with the shipped campaign, at `now`.
    pub(crate) async fn open(on: On, now: &str) -> Self {
        Self::with(on, now, demo::CAMPAIGN).await
    }

    /// A server on a fresh database with a campaign, at `now`.
    pub(crate) async fn with(on: On, now: &str, campaign: &str) -> Self {
        let database = Arc::new(Database::fresh(on));
        let app = Self::on(database, now, 8_192).await;
        let file = CampaignFile::parse(campaign).unwrap();
        start::import(&app.hall.store, &file, now.parse().unwrap(), Who::Command).await.unwrap();
        app.refresh().await;
        app
    }

    /// Registers the sample merchants, and says who they are.
    pub(crate) async fn sample_merchants(&self) -> Vec<demo::merchant::SampleMerchant> {
        let campaign = self.hall.board.posted().campaign.clone().unwrap();
        let now = self.hall.clock.campaign();
        demo::merchant::register(&self.hall.store, &campaign, &TILL_SECRET, now).await.unwrap();
        let Hall { store, chance, clock, .. } = &*self.hall;
        demo::merchant::employ(store, &campaign, chance, clock).await.unwrap();
        demo::merchant::samples(&campaign, &TILL_SECRET)
    }

    /// Another server on the same database, which has real entrances.
    pub(crate) async fn beside(other: &Self, now: &str, entrances: Arc<Entrances>) -> Self {
        let furnish = |furnishing: &mut Furnishing| furnishing.entrances = entrances;
        let app = Self::furnished(other.database.clone(), now, 8_192, furnish).await;
        app.refresh().await;
        app
    }

    /// A server on a database that may be shared, with a queue of `lane_queue`.
    pub(crate) async fn on(database: Arc<Database>, now: &str, lane_queue: usize) -> Self {
        Self::furnished(database, now, lane_queue, |_| {}).await
    }

    /// A server with keys of its own, on a database that may be shared.
    pub(crate) fn with_keys(
        database: Arc<Database>,
        now: &str,
        keys: Keys,
    ) -> impl Future<Output = Self> {
        Box::pin(Self::furnished(database, now, 8_192, |furnishing| furnishing.keys = keys))
    }

    /// A server behind TLS whose pages those origins may frame, on a fresh database with the shipped campaign.
    pub(crate) async fn framed_by(on: On, origins: &str) -> Self {
        let database = Self::open(on, OPEN).await.database.clone();
        let ancestors = Ancestors::parse(origins).unwrap();
        let furnish = |furnishing: &mut Furnishing| {
            furnishing.tls = ancestors != Ancestors::default();
            furnishing.ancestors = ancestors;
        };
        Self::furnished(database, OPEN, 8_192, furnish).await
    }

    /// A server behind TLS, on a fresh database with the shipped campaign, with a queue of `lane_queue`.
    pub(crate) async fn behind_tls(on: On, now: &str, lane_queue: usize) -> Self {
        let database = Self::open(on, now).await.database.clone();
        Self::tls_on(database, now, lane_queue).await
    }

    /// The same on a database that may be shared.
    pub(crate) async fn tls_on(database: Arc<Database>, now: &str, lane_queue: usize) -> Self {
        let furnish = |furnishing: &mut Furnishing| furnishing.tls = true;
        Self::furnished(database, now, lane_queue, furnish).await
    }

    /// The same, furnished otherwise.
    async fn furnished(
        database: Arc<Database>,
        now: &str,
        lane_queue: usize,
        otherwise: impl FnOnce(&mut Furnishing),
    ) -> Self {
        log::begin();
        let store = Arc::new(Store::open(&database.url).await.unwrap());
        store.migrate().await.unwrap();
        let (stop, stopping) = watch::channel(false);
        let mut furnishing = Furnishing {
            store,
            clock: Clock::standing(now.parse().unwrap()),
            keys: Keys::derive(&[MasterKey { version: 1, secret: [7; 32] }]).unwrap(),
            demo: Some(demo::entrance(TILL_SECRET)),
            entrances: Arc::default(),
            verification_files: Vec::new(),
            tls: false,
            retention_days: 180,
            ancestors: Ancestors::default(),
            lane_queue,
            live_streams: 100,
            limits: server::limit::LimitSettings::default(),
            stopping,
        };
        otherwise(&mut furnishing);
        let hall = Box::pin(Hall::open(furnishing)).await.unwrap();
        Self { router: router::router(hall.clone()), hall, database, stop }
    }

    /// Moves the campaign clock; sessions live by the system clock and stay.
    pub(crate) fn set_campaign(&self, now: &str) {
        let now: Timestamp = now.parse().unwrap();
        self.hall.clock.set_campaign_offset(now.millis_since(self.hall.clock.system()));
    }

    /// What the background does several times a second, now.
    pub(crate) async fn refresh(&self) {
        server::upkeep::refresh(&self.hall).await.unwrap();
    }

    /// Runs SQL past the product: for states that no rule leads to.
    pub(crate) async fn side_door(&self, sql: &str) {
        store::control::run(&self.hall.store, sql).await.unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        self.door().send(request).await
    }

    /// A way to the same server, for a request beside others.
    pub(crate) fn door(&self) -> Door {
        Door(self.router.clone())
    }

    /// The person who has a session.
    pub(crate) async fn person_of(&self, cookie: &str) -> domain::id::PersonId {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookie.parse().unwrap());
        let visitor = server::session::visitor(&self.hall, &headers).await.unwrap();
        visitor.citizen.unwrap().person
    }

    pub(crate) async fn raw(&self, request: Request<Body>) -> http::Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(Request::get(path).header(COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    /// Signs a person in through the demonstration entrance; gives the cookie.
    pub(crate) async fn sign_in(&self, number: &str, account: &str) -> String {
        let answer = self.post_form("/sign-in/demo", "", &sign_in_form(number, account)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        cookie_of(&answer.headers)
    }

    /// Takes a consent back for whoever has that cookie.
    pub(crate) async fn withdraw(&self, cookie: &str, purpose: Purpose) {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookie.parse().unwrap());
        let visitor = server::session::visitor(&self.hall, &headers).await.unwrap();
        server::backend::me::consent(&self.hall, &visitor, purpose, false).await.unwrap();
    }

    pub(crate) async fn post_form(&self, path: &str, cookie: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header(COOKIE, cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        self.send(request).await
    }

    /// Claims through the API.
    pub(crate) async fn claim(&self, cookie: &str, key: &str, body: &str) -> Answer {
        self.send(claim_request("r1", cookie, key, body)).await
    }
}

/// How large a test is: as a variable of the environment asks, or small enough for every day.
#[expect(clippy::disallowed_methods, reason = "how large a test is, is asked from outside")]
pub(crate) fn size(variable: &str, every_day: usize) -> usize {
    std::env::var(variable).map_or(every_day, |asked| asked.parse().unwrap())
}

/// A way to a server.
pub(crate) struct Door(Router);

impl Door {
    pub(crate) async fn send(self, request: Request<Body>) -> Answer {
        let response = self.0.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

pub(crate) fn claim_request(round: &str, cookie: &str, key: &str, body: &str) -> Request<Body> {
    Request::post(format!("/api/v1/rounds/{round}/claims"))
        .header(COOKIE, cookie)
        .header("Idempotency-Key", key)
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap()
}

pub(crate) fn sign_in_form(number: &str, account: &str) -> String {
    let form = [("name", "張試"), ("identity_number", number), ("account", account)];
    serde_urlencoded::to_string(form).unwrap()
}

pub(crate) fn cookie_of(headers: &HeaderMap) -> String {
    pair_of(&headers[SET_COOKIE])
}

/// What a browser sends of a cookie that it was told to keep.
pub(crate) fn pair_of(cookie: &HeaderValue) -> String {
    cookie.to_str().unwrap().split(';').next().unwrap().to_owned()
}

/// A valid, invented identity number for each `place` below 200,000.
pub(crate) fn number(place: usize) -> String {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let (year, month, day) = (1950 + place / 12_000, 1 + place / 1_000 % 12, 1 + place % 28);
    let digits = format!("140502{year:04}{month:02}{day:02}{:03}", place % 1_000);
    let sum: usize =
        digits.bytes().zip(WEIGHTS).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    let check = char::from(b"10X98765432"[sum % 11]);
    format!("{digits}{check}")
}

/// The shipped campaign with another stock.
pub(crate) fn campaign_of(stock: u32) -> String {
    demo::CAMPAIGN
        .replace("stock = 60_000", &format!("stock = {stock}"))
        .replace("budget_fen = 300_000_000", &format!("budget_fen = {}", stock * 5_000))
}
