//! A government app, whose every name is configured: here one that follows no custom at all.

use http::StatusCode;
use serde_json::json;
use server::backend::entrance::{Arrival, arrive};
use server::entrance::fault::Fault;

use super::{NAMES, browser, configured, set_cookie, set_out};
use crate::support::provider::Provider;
use crate::support::{App, OPEN, On, number};

/// The names of one app: strict order, `appid`, a fragment, a state of 32 hexadecimal digits, an envelope.
fn settings(base: &str, token_style: &str, authorization: &str) -> String {
    format!(
        r#"
[[entrances]]
id = "city-app"
kind = "gov-oauth2"
{NAMES}
real_name_level = 3
client_id = "jq"
client_secret_file = "secret"
authorize_url = "{base}/oauth2Service/authorize"
authorize = [
    ["appid", "{{client_id}}"], ["redirect_uri", "{{redirect_uri}}"], ["response_type", "code"], ["state", "{{state}}"],
]
fragment = "city_redirect"
state_parameter = "st"
code_parameter = "ticket"
access_token = "/data/accessToken"
state = {{ alphabet = "0123456789abcdef", length = 32 }}
claims = {{ subject = "/data/userId", name = "/data/realName", number = "/data/idNo", level = "/data/level" }}
levels = {{ "L3" = 3, "2" = 2 }}

[entrances.token]
url = "{base}/token"
style = "{token_style}"
authorization = "{authorization}"
parameters = [["appid", "{{client_id}}"], ["code", "{{code}}"], ["ts", "{{timestamp}}"]]
ok = {{ pointer = "/code", value = "0" }}

[entrances.person]
url = "{base}/person"
style = "query"
authorization = "bearer"
parameters = [["access_token", "{{access_token}}"]]
ok = {{ pointer = "/success", value = "true" }}

[entrances.signature]
parameter = "sign"
method = "hmac-sha256"
"#
    )
}

async fn town() -> (App, Provider, tempfile::TempDir) {
    let (app, provider) = (App::open(On::Sqlite, OPEN).await, Provider::open().await);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "s3cret").unwrap();
    provider.answers("/token", 200, r#"{"code":0,"data":{"accessToken":"at"}}"#);
    let person = json!({
        "success": true, "data": { "userId": 42, "realName": "趙雲", "idNo": number(9), "level": "L3" },
    });
    provider.answers("/person", 200, person.to_string());
    (app, provider, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_name_order_and_style_is_configured() {
    for (style, authorization) in [("form", "basic"), ("json", "none"), ("query", "none")] {
        let (app, provider, folder) = town().await;
        let entrances =
            configured(folder.path(), &settings(&provider.base, style, authorization)).unwrap();
        let app = App::beside(&app, OPEN, entrances).await;
        let page = app
            .post_form(
                "/sign-in/city-app",
                "",
                "next=%2Fwallet&consent=identity_number&consent=risk_evaluation",
            )
            .await;
        let refresh = page.headers["refresh"].to_str().unwrap();
        let address = refresh.strip_prefix("0;url=").unwrap();
        let expected = format!(
            "{}/oauth2Service/authorize?appid=jq&redirect_uri=https%3A%2F%2Fvouchers.example%2Fsign-in%2Fcity-app%2F\
             callback&response_type=code&state=",
            provider.base
        );
        let rest = address.strip_prefix(expected.as_str()).unwrap_or_else(|| panic!("{address}"));
        let (state, fragment) = rest.split_once('#').unwrap();
        assert!(
            state.len() == 32 && state.bytes().all(|byte| b"0123456789abcdef".contains(&byte)),
            "{state}"
        );
        assert_eq!(fragment, "city_redirect");
        let cookie = set_cookie(&page, "jinquan-way").unwrap();
        let back =
            app.get(&format!("/sign-in/city-app/callback?ticket=t1&st={state}"), &cookie).await;
        assert_eq!(
            (back.status, back.location()),
            (StatusCode::SEE_OTHER, "/wallet"),
            "{}",
            back.text()
        );
        let session = set_cookie(&back, "jinquan").unwrap();
        assert!(app.get("/wallet", &session).await.text().contains("趙*"));

        let asked = provider.asked("/token").remove(0);
        let (said, silent) = if style == "query" {
            (&asked.query, &asked.body)
        } else {
            (&asked.body, &asked.query)
        };
        assert!(silent.is_empty(), "{asked:?}");
        match style {
            "json" => assert!(said.starts_with(r#"{"appid":"jq","code":"t1","sign":""#), "{said}"),
            _ => assert!(said.starts_with("appid=jq&code=t1&ts=1587520800&sign="), "{said}"),
        }
        let basic = if authorization == "basic" { "Basic anE6czNjcmV0" } else { "" };
        assert_eq!(asked.authorization, basic);
        let asked = provider.asked("/person").remove(0);
        assert!(
            asked.query.starts_with("access_token=at&sign=") && asked.authorization == "Bearer at"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_envelope_that_says_no_is_a_no() {
    let (app, provider, folder) = town().await;
    let entrances = configured(folder.path(), &settings(&provider.base, "form", "basic")).unwrap();
    let entrance = entrances.find("city-app").unwrap();
    let go = async || {
        let departure = set_out(&app, entrance);
        let query = format!("ticket=t1&st={}", departure.attempt.state);
        arrive(&app.hall, entrance, &query, &browser(&[&departure.cookie])).await
    };
    let person = r#"{"success":true,"data":{"userId":"a","level":2}}"#;
    let rows = [
        ("/token", 200, r#"{"code":500,"msg":"no"}"#, Fault::AnswerRefused),
        ("/token", 200, r#"{"code":"00","data":{"accessToken":"at"}}"#, Fault::AnswerRefused),
        ("/token", 200, r#"{"data":{"accessToken":"at"}}"#, Fault::AnswerMalformed),
        ("/token", 200, r#"{"code":0,"data":{}}"#, Fault::AnswerMalformed),
        ("/token", 200, r#"{"code":0,"data":{"accessToken":"at\n"}}"#, Fault::AnswerMalformed),
        ("/token", 200, r#"{"code":1,"code":0}"#, Fault::AnswerDuplicate),
        ("/token", 403, "{}", Fault::CodeRefused),
        ("/token", 503, "{}", Fault::ProviderBroken),
        ("/person", 200, r#"{"success":"yes","data":{"userId":"a"}}"#, Fault::AnswerRefused),
        ("/person", 200, r#"{"success":true,"data":{"userId":""}}"#, Fault::NoSubject),
        (
            "/person",
            200,
            r#"{"success":true,"data":{"userId":"a","idNo":"1"}}"#,
            Fault::NumberInvalid,
        ),
    ];
    for (path, status, body, expected) in rows {
        provider.answers("/token", 200, r#"{"code":0,"data":{"accessToken":"at"}}"#);
        provider.answers("/person", 200, person);
        provider.answers(path, status, body);
        assert_eq!(go().await.err(), Some(expected), "{path} {body}");
    }
    provider.answers("/person", 200, person);
    let Ok(Arrival::Known { identity, .. }) = go().await else { panic!("a good answer") };
    assert!(
        identity.number.is_none() && identity.real_name_level.0 == 2,
        "an account without a number"
    );
}
