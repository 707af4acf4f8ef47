//! What is not believed of an OpenID provider, of a browser, or of somebody between them: one row each, with the fault
//! that it must be. Every row begins with a way that is good, and changes one thing.

mod token;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;
use serde_json::{Value, json};
use server::backend::entrance::arrive;
use server::entrance::fault::Fault;

use super::oidc::{City, NOW_S};
use super::{browser, configured, set_out};
use crate::support::On;
use crate::support::provider::Key;

/// A way back from the provider, as it would be good.
struct Way {
    /// The query of the way back.
    query: Vec<(String, String)>,
    /// The cookie that the browser carries.
    cookie: String,
    /// Another cookie of the same browser kind, of somebody else's way.
    others: (String, String),
    /// How the ID token begins.
    header: String,
    /// What it says.
    claims: Value,
    /// What is done to the token at the end.
    bend: fn(&Scene<'_>, String) -> String,
    /// Whether the way was gone before.
    gone_before: bool,
}

/// What the rows may reach for.
struct Scene<'a> {
    city: &'a City,
    other_key: &'a Key,
}

struct Row(&'static str, Fault, fn(&Scene<'_>, &mut Way));

fn set(way: &mut Way, name: &str, value: &str) {
    way.query.retain(|(it, _)| it != name);
    way.query.push((name.to_owned(), value.to_owned()));
}

fn drop(way: &mut Way, name: &str) {
    way.query.retain(|(it, _)| it != name);
}

fn claim(way: &mut Way, name: &str, value: Value) {
    way.claims[name] = value;
}

fn unsay(way: &mut Way, name: &str) {
    way.claims.as_object_mut().unwrap().remove(name);
}

fn split(token: &str) -> (String, String) {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    (signed.to_owned(), signature.to_owned())
}

fn token_answer(scene: &Scene<'_>, status: u16, body: &str) {
    scene.city.provider.answers("/token", status, body);
}

/// Rows about the browser and the way back.
const ON_THE_WAY: &[Row] = &[
    Row("no state", Fault::StateWrong, |_, way| drop(way, "state")),
    Row("an empty state", Fault::StateWrong, |_, way| set(way, "state", "")),
    Row("a state that is cut short", Fault::StateWrong, |_, way| {
        let state = way.query.iter().find(|(name, _)| name == "state").unwrap().1.clone();
        set(way, "state", &state[..state.len() - 1]);
    }),
    Row("a state with something behind", Fault::StateWrong, |_, way| {
        let state = way.query.iter().find(|(name, _)| name == "state").unwrap().1.clone();
        set(way, "state", &format!("{state}A"));
    }),
    Row("another browser's state", Fault::StateWrong, |_, way| {
        let state = way.others.1.clone();
        set(way, "state", &state);
    }),
    Row("another browser's cookie", Fault::StateWrong, |_, way| way.cookie = way.others.0.clone()),
    Row("a state twice", Fault::ReturnMalformed, |_, way| {
        way.query.push(("state".to_owned(), "x".to_owned()));
    }),
    Row("a code twice", Fault::ReturnMalformed, |_, way| {
        way.query.push(("code".to_owned(), "x".to_owned()));
    }),
    Row("an endless query", Fault::ReturnMalformed, |_, way| set(way, "x", &"x".repeat(9_000))),
    Row("no cookie", Fault::NoAttempt, |_, way| "other=1".clone_into(&mut way.cookie)),
    Row("a cookie that was changed", Fault::AttemptForged, |_, way| {
        let last = way.cookie.split(';').next().unwrap().to_owned();
        let changed = if last.ends_with('A') { "B" } else { "A" };
        way.cookie = format!("{}{changed}", &last[..last.len() - 1]);
    }),
    Row("a cookie that is cut short", Fault::AttemptForged, |_, way| {
        let pair = way.cookie.split(';').next().unwrap().to_owned();
        pair[..pair.len() - 8].clone_into(&mut way.cookie);
    }),
    Row("a cookie of another installation", Fault::AttemptForged, |_, way| {
        way.cookie = format!("jinquan-way={}", URL_SAFE_NO_PAD.encode([1_u8; 200]));
    }),
    Row("an endless cookie", Fault::AttemptForged, |_, way| {
        way.cookie = format!("jinquan-way={}", "A".repeat(5_000));
    }),
    Row("ten minutes", Fault::AttemptExpired, |scene, _| {
        let clock = &scene.city.app.hall.clock;
        clock.set(clock.system().plus_millis(600_000));
    }),
    Row("a cookie of the future", Fault::AttemptExpired, |scene, _| {
        let clock = &scene.city.app.hall.clock;
        clock.set(clock.system().plus_millis(-5_000));
    }),
    Row("the same way back again", Fault::StateReplayed, |_, way| way.gone_before = true),
    Row("a code of another issuer (mix-up)", Fault::ReturnedIssuer, |_, way| {
        set(way, "iss", "https://evil.example");
    }),
    Row("an issuer with a slash behind", Fault::ReturnedIssuer, |scene, way| {
        set(way, "iss", &format!("{}/", scene.city.provider.base));
    }),
    Row("no issuer where one was promised", Fault::ReturnedIssuer, |_, way| drop(way, "iss")),
    Row("the person said no", Fault::Cancelled, |_, way| set(way, "error", "access_denied")),
    Row("the provider is broken", Fault::ProviderBroken, |_, way| {
        set(way, "error", "server_error");
    }),
    Row("the provider says no", Fault::ReturnedError, |_, way| set(way, "error", "invalid_scope")),
    Row("no code", Fault::NoCode, |_, way| drop(way, "code")),
    Row("an empty code", Fault::NoCode, |_, way| set(way, "code", "")),
    Row("a code with a line in it", Fault::NoCode, |_, way| set(way, "code", "a\nb")),
    Row("an endless code", Fault::NoCode, |_, way| set(way, "code", &"c".repeat(2_049))),
];

/// Rows about what the provider answers.
const IN_THE_ANSWER: &[Row] = &[
    Row("the code is not taken", Fault::CodeRefused, |_, way| {
        way.bend = |scene, token| {
            token_answer(scene, 400, r#"{"error":"invalid_grant"}"#);
            token
        };
    }),
    Row("an error of the server", Fault::ProviderBroken, |_, way| {
        way.bend = |scene, token| {
            token_answer(scene, 500, "oops");
            token
        };
    }),
    Row("a redirect", Fault::AnswerRedirects, |_, way| {
        way.bend = |scene, token| {
            token_answer(scene, 302, "{}");
            token
        };
    }),
    Row("no JSON", Fault::AnswerMalformed, |_, way| {
        way.bend = |scene, token| {
            token_answer(scene, 200, "<html>");
            token
        };
    }),
    Row("something behind the JSON", Fault::AnswerMalformed, |_, way| {
        way.bend = |scene, token| {
            let answer = json!({ "token_type": "Bearer", "id_token": token });
            token_answer(scene, 200, &format!("{answer}{{}}"));
            token
        };
    }),
    Row("two ID tokens", Fault::AnswerDuplicate, |_, way| {
        way.bend = |scene, token| {
            let answer =
                format!(r#"{{"token_type":"Bearer","id_token":"x","id_token":"{token}"}}"#);
            token_answer(scene, 200, &answer);
            token
        };
    }),
    Row("no kind of token", Fault::AnswerMalformed, |_, way| {
        way.bend = |scene, token| {
            token_answer(scene, 200, &json!({ "id_token": token }).to_string());
            token
        };
    }),
    Row("another kind of token", Fault::AnswerMalformed, |_, way| {
        way.bend = |scene, token| {
            token_answer(
                scene,
                200,
                &json!({ "token_type": "mac", "id_token": token }).to_string(),
            );
            token
        };
    }),
    Row("no ID token", Fault::TokenMissing, |_, way| {
        way.bend = |scene, token| {
            token_answer(scene, 200, r#"{"token_type":"Bearer","access_token":"at"}"#);
            token
        };
    }),
    Row("an endless answer", Fault::AnswerTooLong, |_, way| {
        way.bend = |scene, token| {
            token_answer(scene, 200, &" ".repeat(300_000));
            token
        };
    }),
    Row("a provider that calls itself otherwise", Fault::MetadataIssuer, |scene, _| {
        scene.city.describe(json!({ "issuer": "https://evil.example" }));
    }),
    Row("an address without TLS", Fault::MetadataMalformed, |scene, _| {
        scene.city.describe(json!({ "token_endpoint": "http://id.example/token" }));
    }),
    Row("a description that says something twice", Fault::MetadataMalformed, |scene, _| {
        let twice = r#"{"issuer":"a","issuer":"b"}"#;
        scene.city.provider.answers("/.well-known/openid-configuration", 200, twice);
    }),
    Row("no description", Fault::ProviderBroken, |scene, _| {
        scene.city.provider.answers("/.well-known/openid-configuration", 404, "");
    }),
    Row("keys that are none", Fault::KeysMalformed, |scene, _| {
        scene.city.provider.answers("/jwks", 200, r#"{"keys":{}}"#);
    }),
    Row("another account in the userinfo", Fault::SubjectDiffers, |scene, _| {
        scene.city.provider.answers("/me", 200, r#"{"sub":"citizen-2"}"#);
    }),
    Row("a userinfo that says no", Fault::AnswerRefused, |scene, _| {
        scene.city.provider.answers("/me", 401, "{}");
    }),
];

/// The rows that are about what only the userinfo says.
const WITH_USERINFO: [&str; 2] = ["another account in the userinfo", "a userinfo that says no"];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_the_right_way_leads_in() {
    let city = City::open(On::Sqlite).await;
    let other_key = Key::new();
    let scene = Scene { city: &city, other_key: &other_key };
    let rows = || [ON_THE_WAY, IN_THE_ANSWER, token::FORM, token::CONTENT].into_iter().flatten();
    assert!(rows().count() >= 90, "{} rows", rows().count());
    for Row(name, expected, change) in rows() {
        let found = go(&scene, WITH_USERINFO.contains(name), *change).await;
        assert_eq!(found, Some(*expected), "{name}");
        // The same way without the change is good: the row refuses what it is about, and nothing else.
        assert_eq!(go(&scene, false, |_, _| {}).await, None, "before and after: {name}");
    }
}

/// Goes a way that was changed.
async fn go(scene: &Scene<'_>, userinfo: bool, change: fn(&Scene<'_>, &mut Way)) -> Option<Fault> {
    let city = scene.city;
    let (hall, base) = (&city.app.hall, &city.provider.base);
    hall.clock.set(Timestamp::from_millis(NOW_S * 1_000));
    city.describe(json!({}));
    city.provider.answers("/jwks", 200, json!({ "keys": [city.key.jwk("one")] }).to_string());
    let more = if userinfo { "userinfo = true" } else { "" };
    // A provider of which nothing is known yet.
    let entrances = configured(city.folder.path(), &city.settings("city-id", more)).unwrap();
    let entrance = entrances.find("city-id").unwrap();
    let (departure, other) = (set_out(&city.app, entrance), set_out(&city.app, entrance));
    let state = departure.attempt.state.clone();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut way = Way {
        query: vec![pair("code", "c0de"), pair("state", &state), pair("iss", base)],
        cookie: departure.cookie.clone(),
        others: (other.cookie, other.attempt.state),
        header: r#"{"alg":"RS256","kid":"one"}"#.to_owned(),
        claims: city.claims(&departure.attempt),
        bend: |_, token| token,
        gone_before: false,
    };
    change(scene, &mut way);
    let token = city.key.token(&way.header, &way.claims.to_string());
    city.gives(&token);
    let bent = (way.bend)(scene, token.clone());
    if bent != token {
        city.gives(&bent);
    }
    let query = serde_urlencoded::to_string(&way.query).unwrap();
    let headers = browser(&[&way.cookie]);
    if way.gone_before {
        assert!(arrive(hall, entrance, &query, &headers).await.is_ok());
    }
    arrive(hall, entrance, &query, &headers).await.err()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_through_one_entrance_does_not_come_back_through_another() {
    let city = City::open(On::Sqlite).await;
    let two = format!("{}{}", city.settings("one-id", ""), city.settings("two-id", ""));
    let entrances = configured(city.folder.path(), &two).unwrap();
    let (one, two) = (entrances.find("one-id").unwrap(), entrances.find("two-id").unwrap());
    let departure = set_out(&city.app, one);
    city.gives(
        &city
            .key
            .token(r#"{"alg":"RS256","kid":"one"}"#, &city.claims(&departure.attempt).to_string()),
    );
    let (query, headers) = (city.way_back(&departure.attempt), browser(&[&departure.cookie]));
    let found = arrive(&city.app.hall, two, &query, &headers).await.err();
    assert_eq!(found, Some(Fault::OtherEntrance));
    assert!(
        arrive(&city.app.hall, one, &query, &headers).await.is_ok(),
        "and is still good for its own"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_away_is_said_so_in_words() {
    let city = City::open(On::Sqlite).await;
    let nowhere = city.settings("city-id", "").replace(&city.provider.base, "http://127.0.0.1:9");
    let entrances = configured(city.folder.path(), &nowhere).unwrap();
    let app = crate::support::App::beside(&city.app, crate::support::OPEN, entrances).await;
    let answer = app.post_form("/sign-in/city-id", "", "next=/").await;
    assert_eq!(answer.status.as_u16(), 503);
    assert_eq!(answer.headers["retry-after"], "30");
    let text = answer.text();
    assert!(text.contains("data-setback=\"unavailable\"") && text.contains("href=\"/sign-in\""));
    for inside in ["127.0.0.1:9", "unreachable", "reqwest", "issuer"] {
        assert!(!text.contains(inside), "{inside}: nothing from inside");
    }
}
