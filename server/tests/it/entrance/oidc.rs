//! OpenID Connect, from the button to the session.

use axum::body::Body;
use domain::risk::Act;
use domain::time::Timestamp;
use http::header::{COOKIE, SET_COOKIE};
use http::{Request, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};
use server::backend::entrance::{Arrival, arrive};
use server::entrance::attempt::Attempt;
use server::entrance::fault::Fault;
use server::limit::address::Peer;
use tempfile::TempDir;

use super::{NAMES, browser, configured, set_cookie, set_out};
use crate::support::provider::{Key, Provider};
use crate::support::{App, OPEN, On, number};

/// The instant of the tests, in seconds.
pub(super) const NOW_S: i64 = 1_587_520_800;

/// An OpenID provider and an installation that trusts it.
pub(super) struct City {
    pub(super) app: App,
    pub(super) provider: Provider,
    pub(super) key: Key,
    pub(super) folder: TempDir,
}

impl City {
    pub(super) async fn open(on: On) -> Self {
        let provider = Provider::open().await;
        let key = Key::new();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "s3cret&=\n").unwrap();
        let app = App::open(on, OPEN).await;
        let city = Self { app, provider, key, folder };
        city.describe(json!({}));
        let set = json!({ "keys": [city.key.jwk("one")] });
        city.provider.answers("/jwks", 200, set.to_string());
        city
    }

    /// The provider describes itself, with some things said otherwise.
    pub(super) fn describe(&self, otherwise: Value) {
        let base = &self.provider.base;
        let mut said = json!({
            "issuer": base, "authorization_endpoint": format!("{base}/auth?tenant=a"),
            "token_endpoint": format!("{base}/token"), "jwks_uri": format!("{base}/jwks"),
            "userinfo_endpoint": format!("{base}/me"),
            "authorization_response_iss_parameter_supported": true,
        });
        said.as_object_mut().unwrap().extend(otherwise.as_object().unwrap().clone());
        self.provider.answers("/.well-known/openid-configuration", 200, said.to_string());
    }

    /// The settings of one entrance, with more of them.
    pub(super) fn settings(&self, id: &str, more: &str) -> String {
        format!(
            "[[entrances]]\nid = \"{id}\"\nkind = \"oidc\"\n{NAMES}\nreal_name_level = 3\nissuer = \"{}\"\n\
             client_id = \"jinquan\"\nclient_secret_file = \"secret\"\nscopes = [\"profile\"]\n\
             claims = {{ name = \"/name\", number = \"/identity_number\", level = \"/acr\" }}\n\
             levels = {{ \"urn:city:face\" = 3, \"urn:city:phone\" = 1 }}\n{more}\n",
            self.provider.base
        )
    }

    /// What an ID token says that is good.
    pub(super) fn claims(&self, attempt: &Attempt) -> Value {
        json!({
            "iss": self.provider.base, "aud": "jinquan", "sub": "citizen-1", "nonce": attempt.nonce,
            "exp": NOW_S + 300, "iat": NOW_S, "nbf": NOW_S, "acr": "urn:city:face",
            "name": "王小芳", "identity_number": number(1),
        })
    }

    /// The provider gives that ID token for the next code.
    pub(super) fn gives(&self, id_token: &str) {
        let answer = json!({ "access_token": "at", "token_type": "Bearer", "id_token": id_token });
        self.provider.answers("/token", 200, answer.to_string());
    }

    /// The query of a good way back.
    pub(super) fn way_back(&self, attempt: &Attempt) -> String {
        let pairs = [("code", "c0de"), ("state", &attempt.state), ("iss", &self.provider.base)];
        serde_urlencoded::to_string(pairs).unwrap()
    }
}

pub(super) const HEADER: &str = r#"{"alg":"RS256","kid":"one","typ":"JWT"}"#;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r18_whoever_the_provider_vouches_for_is_in(#[values(On::Sqlite, On::Postgres)] on: On) {
    let city = City::open(on).await;
    let entrances = configured(city.folder.path(), &city.settings("city-id", "")).unwrap();
    let app = App::beside(&city.app, OPEN, entrances.clone()).await;
    let entrance = entrances.find("city-id").unwrap();

    // The button leads to a page, not to a redirect, and the page leads on.
    let form = "next=%2Fwallet&consent=identity_number&consent=risk_evaluation";
    let page = app.post_form("/sign-in/city-id", "", form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let refresh = page.headers["refresh"].to_str().unwrap().to_owned();
    let address = refresh.strip_prefix("0;url=").unwrap();
    let (place, query) = address.split_once('?').unwrap();
    assert_eq!(place, format!("{}/auth", city.provider.base));
    let asked: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    let value = |name: &str| asked.iter().find(|(it, _)| it == name).unwrap().1.clone();
    assert_eq!(value("tenant"), "a", "what the address has already stays");
    assert_eq!((value("response_type"), value("client_id")), ("code".into(), "jinquan".into()));
    assert_eq!(value("redirect_uri"), "https://vouchers.example/sign-in/city-id/callback");
    assert_eq!(
        (value("scope"), value("code_challenge_method")),
        ("openid profile".into(), "S256".into())
    );
    let cookie = set_cookie(&page, "jinquan-way").unwrap();

    // The cookie is sealed: only this server reads what belongs to the way.
    let headers = browser(&[&cookie]);
    let hall = &app.hall;
    let attempt: Attempt =
        server::entrance::attempt::Crumb::Attempt.read(&hall.keys, &headers, false).unwrap();
    assert_eq!(
        (attempt.state.clone(), attempt.challenge()),
        (value("state"), value("code_challenge"))
    );
    assert!(!cookie.contains(&attempt.state) && !page.text().contains(&attempt.verifier));

    city.gives(&city.key.token(HEADER, &city.claims(&attempt).to_string()));
    let path = format!("/sign-in/{}/callback?{}", entrance.id, city.way_back(&attempt));
    let back = app.get(&path, &cookie).await;
    assert_eq!(
        (back.status, back.location()),
        (StatusCode::SEE_OTHER, "/wallet"),
        "{}",
        back.text()
    );
    let session = set_cookie(&back, "jinquan").unwrap();
    assert_eq!(set_cookie(&back, "jinquan-way"), None, "the way is over");
    let wallet = app.get("/wallet", &session).await;
    assert!(wallet.status == StatusCode::OK && wallet.text().contains("王*"), "{}", wallet.text());
    assert_eq!(app.claim(&session, "k", "{}").await.status, StatusCode::CREATED);

    // The code was given once, with the verifier, by somebody who knows the secret.
    let given = city.provider.asked("/token");
    assert_eq!(given.len(), 1);
    assert_eq!(given[0].authorization, "Basic amlucXVhbjpzM2NyZXQlMjYlM0Q=");
    assert!(given[0].body.contains(&format!("code_verifier={}", attempt.verifier)));

    // The same way back a second time opens nothing.
    let again = app.get(&path, &cookie).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert!(again.text().contains("data-setback=\"begin_again\""), "{}", again.text());
    assert_eq!(set_cookie(&again, "jinquan"), None);
    assert_eq!(city.provider.asked("/token").len(), 1, "the provider is not bothered");
}

#[tokio::test(flavor = "multi_thread")]
async fn r19_risk_control_knows_whence_somebody_comes_through_a_real_entrance() {
    let city = City::open(On::Sqlite).await;
    let entrances = configured(city.folder.path(), &city.settings("city-id", "")).unwrap();
    let app = App::beside(&city.app, OPEN, entrances.clone()).await;
    // The page of the entrance itself, where a host leads to, gives a browser its token.
    let page = app.get("/sign-in/city-id", "").await;
    let device = set_cookie(&page, "jq_device").unwrap();
    let again = app.get("/sign-in/city-id", &device).await;
    assert_eq!(set_cookie(&again, "jq_device"), None, "one is enough");

    let departure = set_out(&app, entrances.find("city-id").unwrap());
    city.gives(&city.key.token(HEADER, &city.claims(&departure.attempt).to_string()));
    let path = format!("/sign-in/city-id/callback?{}", city.way_back(&departure.attempt));
    let back = Request::get(path)
        .header(COOKIE, format!("{device}; {}", departure.cookie))
        .extension(Peer("203.0.113.7".parse().unwrap()))
        .body(Body::empty())
        .unwrap();
    assert_eq!(app.send(back).await.status, StatusCode::SEE_OTHER);
    let seen = app.seen().await;
    let event = &seen[0].event;
    assert_eq!((seen.len(), event.act), (1, Act::SignIn));
    assert!(event.origin.device.is_some() && event.origin.network.is_some(), "{:?}", event.origin);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_level_is_what_the_provider_says_and_never_more_than_is_configured() {
    let city = City::open(On::Sqlite).await;
    let entrances =
        configured(city.folder.path(), &city.settings("city-id", "userinfo = true")).unwrap();
    let entrance = entrances.find("city-id").unwrap();
    for (acr, level) in [
        (json!("urn:city:face"), 3),
        (json!("urn:city:phone"), 1),
        (json!("other"), 0),
        (json!(null), 0),
    ] {
        let departure = set_out(&city.app, entrance);
        let mut claims = city.claims(&departure.attempt);
        claims["acr"] = acr.clone();
        claims.as_object_mut().unwrap().remove("name");
        city.gives(&city.key.token(HEADER, &claims.to_string()));
        city.provider.answers(
            "/me",
            200,
            json!({ "sub": "citizen-1", "name": "李四" }).to_string(),
        );
        let query = city.way_back(&departure.attempt);
        let headers = browser(&[&departure.cookie]);
        let arrival = arrive(&city.app.hall, entrance, &query, &headers).await;
        let Ok(Arrival::Known { identity, next }) = arrival else { panic!("{acr}") };
        assert_eq!(
            (identity.real_name_level.0, identity.name.as_str(), next.as_str()),
            (level, "李四", "/wallet")
        );
    }
    assert!(city.provider.asked("/me").iter().all(|asked| asked.authorization == "Bearer at"));
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_whoever_comes_with_the_account_of_somebody_else_reads_so() {
    let city = City::open(On::Sqlite).await;
    let entrances = configured(city.folder.path(), &city.settings("city-id", "")).unwrap();
    let app = App::beside(&city.app, OPEN, entrances.clone()).await;
    for (place, status) in [(1, StatusCode::SEE_OTHER), (2, StatusCode::FORBIDDEN)] {
        let departure = set_out(&app, entrances.find("city-id").unwrap());
        let mut claims = city.claims(&departure.attempt);
        claims["identity_number"] = number(place).into();
        city.gives(&city.key.token(HEADER, &claims.to_string()));
        let path = format!("/sign-in/city-id/callback?{}", city.way_back(&departure.attempt));
        let back = app.get(&path, &departure.cookie).await;
        assert_eq!(back.status, status, "{}", back.text());
        assert!(back.headers.contains_key(SET_COOKIE), "the way is over");
        if status == StatusCode::FORBIDDEN {
            assert_eq!(set_cookie(&back, "jinquan"), None);
            let text = back.text();
            assert!(text.contains("這個帳號已經屬於另一位"), "{text}");
            assert!(text.contains("href=\"/sign-in\"") && text.contains("href=\"tel:"), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_looked_at_by_the_clock_when_it_comes() {
    let city = City::open(On::Sqlite).await;
    let entrances = configured(city.folder.path(), &city.settings("city-id", "")).unwrap();
    let entrance = entrances.find("city-id").unwrap();
    let departure = set_out(&city.app, entrance);
    let mut claims = city.claims(&departure.attempt);
    (claims["iat"], claims["nbf"]) = ((NOW_S + 70).into(), (NOW_S + 70).into());
    city.gives(&city.key.token(HEADER, &claims.to_string()));
    let clock = city.app.hall.clock.clone();
    let took = Timestamp::from_millis((NOW_S + 70) * 1_000);
    city.provider.meanwhile("/token", move || clock.set(took));
    let query = city.way_back(&departure.attempt);
    let found = arrive(&city.app.hall, entrance, &query, &browser(&[&departure.cookie])).await;
    assert_eq!(found.err(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_took_long_to_say_nothing_is_not_asked_again_by_the_next() {
    const DESCRIPTION: &str = "/.well-known/openid-configuration";
    let city = City::open(On::Sqlite).await;
    let entrances = configured(city.folder.path(), &city.settings("city-id", "")).unwrap();
    let entrance = entrances.find("city-id").unwrap();
    let clock = city.app.hall.clock.clone();
    city.provider.answers(DESCRIPTION, 500, "");
    let moved = clock.clone();
    city.provider.meanwhile(DESCRIPTION, move || moved.set(moved.system().plus_millis(8_000)));
    let attempt = set_out(&city.app, entrance).attempt;
    let asked = || city.provider.asked(DESCRIPTION).len();
    let first = entrance.address(&attempt, &clock).await.err();
    assert_eq!((first, asked()), (Some(Fault::ProviderBroken), 2), "twice, and no more");
    let next = entrance.address(&attempt, &clock).await.err();
    assert_eq!((next, asked()), (Some(Fault::ProviderBroken), 2), "nobody is asked");
    clock.set(clock.system().plus_millis(5_000));
    city.describe(json!({}));
    assert!(entrance.address(&attempt, &clock).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_found_and_an_invented_one_costs_one_question_a_minute() {
    let city = City::open(On::Sqlite).await;
    let entrances = configured(city.folder.path(), &city.settings("city-id", "")).unwrap();
    let entrance = entrances.find("city-id").unwrap();
    let clock = &city.app.hall.clock;
    let start = clock.system();
    let arrive_with = async |kid: &str, key: &Key| {
        let departure = set_out(&city.app, entrance);
        let mut claims = city.claims(&departure.attempt);
        let now_s = clock.system().millis() / 1_000;
        (claims["iat"], claims["exp"]) = (now_s.into(), (now_s + 300).into());
        let header = json!({ "alg": "RS256", "kid": kid }).to_string();
        city.gives(&key.token(&header, &claims.to_string()));
        let query = city.way_back(&departure.attempt);
        arrive(&city.app.hall, entrance, &query, &browser(&[&departure.cookie])).await.err()
    };
    let questions = || city.provider.asked("/jwks").len();
    assert_eq!((arrive_with("one", &city.key).await, questions()), (None, 1));
    let new = Key::new();
    city.provider.answers("/jwks", 200, json!({ "keys": [new.jwk("two")] }).to_string());
    assert_eq!(
        (arrive_with("two", &new).await, questions()),
        (Some(Fault::TokenKey), 1),
        "just asked"
    );
    clock.set(start.plus_millis(61_000));
    for _ in 0..3 {
        assert_eq!((arrive_with("two", &new).await, questions()), (None, 2));
        assert_eq!((arrive_with("invented", &new).await, questions()), (Some(Fault::TokenKey), 2));
    }
    clock.set(start.plus_millis(122_000));
    assert_eq!((arrive_with("invented", &new).await, questions()), (Some(Fault::TokenKey), 3));
    // The key that was withdrawn is not taken any more.
    assert_eq!(arrive_with("one", &city.key).await, Some(Fault::TokenKey));
}
