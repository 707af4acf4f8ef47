//! Real servers that end by themselves while the desk decides, or while held claims lapse.

use axum::body::Body;
use domain::audit::Act;
use domain::held::Ruling;
use domain::id::ClaimId;
use domain::staff::{Role, step_at};
use domain::time::Timestamp;
use http::header::{CONTENT_TYPE, COOKIE};
use http::{Request, StatusCode};
use server::demo::staff::{secret_of, staff};

use crate::support::counter::cookies_of;
use crate::support::process::{Http, Server, killed_at, run};
use crate::support::{App, OPEN, On, campaign_of, claim_request, number, sign_in_form};

/// A second after the deadline.
const LATE: &str = "2020-04-23T10:00:01+08:00";
/// Long before the deadline.
const MEANWHILE: &str = "2020-04-22T11:00:00+08:00";
/// The keys of the server in this process, for those beside it.
const KEYS: &str = "1:0707070707070707070707070707070707070707070707070707070707070707";

/// Those who ask one server after another on a database; `points` says where each of them ends.
struct Desk {
    url: String,
    /// How far the campaign's clock is from the machine's, in seconds: each server goes on where the last one ended.
    offset: String,
    http: Http,
    operator: String,
}

impl Desk {
    /// Signs the operator in at a first server.
    async fn open(url: &str) -> Self {
        let sample = staff().into_iter().find(|it| it.role == Role::Operator).unwrap();
        let now_ms = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis();
        let now = Timestamp::from_millis(i64::try_from(now_ms).unwrap());
        let ahead_ms = MEANWHILE.parse::<Timestamp>().unwrap().millis_since(now);
        let mut desk = Self {
            url: url.to_owned(),
            offset: (ahead_ms / 1_000).to_string(),
            http: Http::new(),
            operator: String::new(),
        };
        let step = step_at(now);
        let one_time = secret_of(Role::Operator).password(step);
        let form = [
            ("login", sample.login.as_str()),
            ("password", &sample.password),
            ("one_time", &one_time),
            ("next", "/console"),
        ];
        let server = desk.serve("").await;
        let form = serde_urlencoded::to_string(form).unwrap();
        let entered = desk.post(&server, "/console/sign-in", &form).await.unwrap();
        assert_eq!(entered.status, StatusCode::SEE_OTHER);
        desk.operator = cookies_of(&entered);
        desk
    }

    async fn serve(&self, points: &str) -> Server {
        let arguments = ["--demo", "--database", &self.url, "--clock-offset", &self.offset];
        let environment =
            [("JINQUAN_LOG", "off"), ("FAILPOINTS", points), ("JINQUAN_MASTER_KEYS", KEYS)];
        Server::start_with(&arguments, &environment).await
    }

    async fn post(
        &self,
        server: &Server,
        path: &str,
        form: &str,
    ) -> Option<crate::support::Answer> {
        let request = Request::post(path)
            .header(COOKIE, &self.operator)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        self.http.try_send(&server.base, request).await
    }

    async fn rule(&self, server: &Server, claim: ClaimId, ruling: Ruling) -> Option<StatusCode> {
        let form = format!("ruling={}&why=looked+at", ruling.code());
        let said = self.post(server, &format!("/console/risk/claims/{claim}"), &form).await;
        said.map(|answer| answer.status)
    }

    /// Rules at a server that ends at `point`: nobody hears what became of it.
    async fn rule_killed_at(&self, point: &str, claim: ClaimId, ruling: Ruling) {
        let server = self.serve(&format!("{point}=return")).await;
        assert_eq!(self.rule(&server, claim, ruling).await, None, "{point}");
        server.killed_itself().await;
    }
}

async fn decides_once(on: On) {
    let app = App::with(on, OPEN, &campaign_of(3)).await;
    let url = app.database.url.clone();
    let desk = Desk::open(&url).await;
    for (place, ruling, act, state) in [
        (1, Ruling::Grant, Act::HeldGranted, "granted"),
        (2, Ruling::Refuse, Act::HeldRefused, "refused"),
    ] {
        let (cookie, claim, first) = app.held(place).await;
        for _ in 0..2 {
            desk.rule_killed_at("held-before-commit", claim, ruling).await;
            assert_eq!(app.own(&cookie, claim).await["state"], "held", "nothing is left");
            assert_eq!(app.acts(act).await.len(), 0, "no record either");
            in_order(&url).await;
        }
        desk.rule_killed_at("held-after-commit", claim, ruling).await;
        assert_eq!(app.own(&cookie, claim).await["state"], state, "all of it is left");
        in_order(&url).await;
        // Whoever heard nothing asks the next server again: the desk hears that it is decided, also the other way.
        let server = desk.serve("").await;
        for again in [Ruling::Grant, Ruling::Refuse] {
            let said = desk.rule(&server, claim, again).await;
            assert_eq!(said, Some(StatusCode::CONFLICT), "{again:?}");
        }
        // And the person, with the same key, what they were told first (R4).
        let form = sign_in_form(&number(place), "main");
        let entered = desk.post(&server, "/sign-in/demo", &form).await.unwrap();
        let asked = claim_request("r1", &cookies_of(&entered), "k", "{}");
        let replay = desk.http.send(&server.base, asked).await;
        assert_eq!((replay.status, &replay.body), (StatusCode::ACCEPTED, &first.body));
        assert_eq!(app.own(&cookie, claim).await["state"], state);
        assert_eq!(app.acts(act).await.len(), 1, "once");
        in_order(&url).await;
    }
    // Three packs: one granted, with the first serial, one came back.
    assert_eq!(app.account("issued:r1").await, 5_000);
    app.refresh().await;
    assert_eq!(app.remaining().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_the_desk_decides_leaves_all_or_nothing_on_sqlite() {
    decides_once(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_the_desk_decides_leaves_all_or_nothing_on_postgres() {
    decides_once(On::Postgres).await;
}

async fn in_order(database: &str) {
    let (code, report, _) = run(&["ledger", "verify", "--json", "--database", database]).await;
    assert_eq!(code, Some(0), "{report}");
}

async fn lapses_whole_or_not_at_all(on: On) {
    let app = App::with(on, OPEN, &campaign_of(3)).await;
    // The servers beside this one are a demonstration's, and open none that has records of its own.
    app.hall.store.begin_demonstration(&[7; 32]).await.unwrap();
    let (cookie, claim, first) = app.held(1).await;
    let url = app.database.url.clone();
    for _ in 0..2 {
        killed_at("lapse-before-commit", &url, LATE).await;
        assert_eq!(app.own(&cookie, claim).await["state"], "held", "nothing is left");
        in_order(&url).await;
    }
    killed_at("lapse-after-commit", &url, LATE).await;
    assert_eq!(app.own(&cookie, claim).await["state"], "refused", "all of it is left");
    assert_eq!(app.ruled(&[claim], Ruling::Grant).await.decided, 0);
    let replay = app.claim(&cookie, "k", "{}").await;
    assert_eq!((replay.status, &replay.body), (StatusCode::ACCEPTED, &first.body));
    in_order(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_claims_lapse_leaves_all_or_nothing_on_sqlite() {
    lapses_whole_or_not_at_all(On::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_while_claims_lapse_leaves_all_or_nothing_on_postgres() {
    lapses_whole_or_not_at_all(On::Postgres).await;
}
