//! Alipay: the redirect, the hand-over of a mini-program, real names, and answers that somebody else gave.

use http::StatusCode;
use rstest::rstest;
use serde_json::json;
use server::backend::entrance::{Arrival, arrive};
use server::entrance::fault::Fault;
use tempfile::TempDir;

use super::{NAMES, browser, configured, set_cookie, set_out};
use crate::support::provider::{Key, Provider};
use crate::support::{App, OPEN, On, number};

const TOKEN: &str = "alipay.system.oauth.token";
const SHARE: &str = "alipay.user.info.share";
pub(super) const PRECONSULT: &str = "alipay.user.certdoc.certverify.preconsult";
pub(super) const CONSULT: &str = "alipay.user.certdoc.certverify.consult";

/// An installation that Alipay knows, and Alipay's own key.
pub(super) struct Bazaar {
    pub(super) app: App,
    pub(super) gateway: Provider,
    pub(super) key: Key,
    pub(super) alipay: Key,
    pub(super) folder: TempDir,
}

impl Bazaar {
    pub(super) async fn open(on: On) -> Self {
        let (gateway, key, alipay) = (Provider::open().await, Key::new(), Key::new());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("private.pem"), key.private_pem()).unwrap();
        std::fs::write(folder.path().join("alipay.pem"), alipay.public_pem()).unwrap();
        let app = App::open(on, OPEN).await;
        Self { app, gateway, key, alipay, folder }
    }

    pub(super) fn settings(&self, more: &str) -> String {
        format!(
            "[[entrances]]\nid = \"alipay\"\nkind = \"alipay\"\n{NAMES}\nreal_name_level = 2\n\
             app_id = \"2021000000000001\"\nprivate_key_file = \"private.pem\"\n\
             alipay_public_key_file = \"alipay.pem\"\ngateway = \"{}/gateway.do\"\n{more}\n",
            self.gateway.base
        )
    }

    /// The gateway answers a method with that node, signed.
    pub(super) fn says(&self, method: &str, node: &str) {
        self.says_whole(method, &self.signed(method, node));
    }

    fn says_whole(&self, method: &str, body: &str) {
        self.gateway.answers(&format!("/gateway.do?{method}"), 200, body);
    }

    fn signed(&self, method: &str, node: &str) -> String {
        let name = format!("{}_response", method.replace('.', "_"));
        format!("{{\"{name}\":{node},\"sign\":\"{}\"}}", self.alipay.sign_base64(node))
    }

    pub(super) fn knows_account(&self) {
        self.says(
            TOKEN,
            r#"{"access_token":"at","expires_in":"3600","open_id":"074a","re_expires_in":1}"#,
        );
    }
}

pub(super) fn way_back(state: &str) -> String {
    let pairs = [
        ("app_id", "2021000000000001"),
        ("source", "alipay_wallet"),
        ("scope", "auth_base"),
        ("auth_code", "c0de"),
        ("state", state),
    ];
    serde_urlencoded::to_string(pairs).unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_alipay_names_is_in(#[values(On::Sqlite, On::Postgres)] on: On) {
    let bazaar = Bazaar::open(on).await;
    let more = "scope = \"auth_user\"\nreal_name = \"share\"";
    let entrances = configured(bazaar.folder.path(), &bazaar.settings(more)).unwrap();
    let app = App::beside(&bazaar.app, OPEN, entrances).await;
    let page = app
        .post_form(
            "/sign-in/alipay",
            "",
            "next=%2Fwallet&consent=identity_number&consent=risk_evaluation",
        )
        .await;
    let refresh = page.headers["refresh"].to_str().unwrap();
    let (place, query) = refresh.strip_prefix("0;url=").unwrap().split_once('?').unwrap();
    assert_eq!(place, "https://openauth.alipay.com/oauth2/publicAppAuthorize.htm");
    assert!(
        query.starts_with(
            "app_id=2021000000000001&scope=auth_user&\
         redirect_uri=https%3A%2F%2Fvouchers.example%2Fsign-in%2Falipay%2Fcallback&state="
        ),
        "{query}"
    );
    let state = query.rsplit_once("state=").unwrap().1;
    assert!(
        state.len() <= 100 && state.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "{state}"
    );
    bazaar.knows_account();
    // Escapes and spaces as Alipay sends them: what is signed is the text as it stands.
    let node = format!(
        r#"{{"code":"10000","msg":"Success", "open_id":"074a","is_certified":"T","cert_type":"0",
            "user_name":"\u738b\u82b3","cert_no":"{}"}}"#,
        number(3)
    );
    bazaar.says(SHARE, &node);
    let cookie = set_cookie(&page, "jinquan-way").unwrap();
    let back = app.get(&format!("/sign-in/alipay/callback?{}", way_back(state)), &cookie).await;
    assert_eq!(
        (back.status, back.location()),
        (StatusCode::SEE_OTHER, "/wallet"),
        "{}",
        back.text()
    );
    let session = set_cookie(&back, "jinquan").unwrap();
    assert!(app.get("/wallet", &session).await.text().contains("王*"));
    // What is personal or secret travels in the body.
    let asked = bazaar.gateway.asked("/gateway.do");
    assert!(
        asked[0].query.contains("method=alipay.system.oauth.token")
            && !asked[0].query.contains("c0de")
    );
    assert_eq!(asked[0].body, "code=c0de&grant_type=authorization_code");
    assert!(asked[0].query.contains("timestamp=2020-04-22%2010%3A00%3A00"), "{}", asked[0].query);
    assert_eq!(asked[1].body, "auth_token=at");
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_an_account_without_a_number_is_matched_by_alipay_before_it_is_somebody() {
    let bazaar = Bazaar::open(On::Sqlite).await;
    let settings = bazaar.settings("real_name = \"match\"\nhandoff = true");
    let entrances = configured(bazaar.folder.path(), &settings).unwrap();
    let app = App::beside(&bazaar.app, OPEN, entrances).await;
    bazaar.knows_account();
    bazaar.says(PRECONSULT, r#"{"code":"10000","msg":"Success","verify_id":"v1"}"#);
    bazaar.says(CONSULT, r#"{"code":"10000","msg":"Success","passed":"F","fail_reason":"x"}"#);

    // The mini-program leads to a page that waits for the person.
    let page = app.get("/sign-in/alipay/handoff?auth_code=c0de&next=%2Fwallet", "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(bazaar.gateway.asked("/gateway.do").is_empty(), "nothing happens without the button");
    assert_eq!(set_cookie(&page, "jinquan"), None);
    assert!(set_cookie(&page, "jq_device").is_some(), "risk control knows the browser by then");
    let way = set_cookie(&page, "jinquan-way").unwrap();
    let text = page.text();
    let state = text.split("name=\"state\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form =
        format!("auth_code=c0de&state={state}&consent=identity_number&consent=risk_evaluation");
    let foreign = app.post_form("/sign-in/alipay/handoff", "", &form).await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST, "another browser");

    let led = app.post_form("/sign-in/alipay/handoff", &way, &form).await;
    assert_eq!(
        (led.status, led.location()),
        (StatusCode::SEE_OTHER, "/sign-in/alipay/match"),
        "{}",
        led.text()
    );
    assert_eq!(set_cookie(&led, "jinquan"), None, "nobody is in yet");
    let pending = set_cookie(&led, "jinquan-match").unwrap();
    let ask = app.get("/sign-in/alipay/match", &pending).await;
    assert!(
        ask.status == StatusCode::OK && ask.text().contains("name=\"identity_number\""),
        "{}",
        ask.text()
    );
    assert!(!ask.text().contains("\"at\"") && !pending.contains("at="));
    let person = |name: &str, number: &str| {
        serde_urlencoded::to_string([("name", name), ("identity_number", number)]).unwrap()
    };
    let wrong = app.post_form("/sign-in/alipay/match", &pending, &person("王芳", "140502")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("data-error=\"identity_number\""));
    let no = app.post_form("/sign-in/alipay/match", &pending, &person("王芳", &number(4))).await;
    assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(no.text().contains("data-error=\"not_matched\""), "{}", no.text());
    let again = app.post_form("/sign-in/alipay/match", &pending, &person("王芳", &number(4))).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "each try is good once");

    let next = set_cookie(&no, "jinquan-match").unwrap();
    bazaar.says(CONSULT, r#"{"code":"10000","msg":"Success","passed":"T"}"#);
    let yes = app.post_form("/sign-in/alipay/match", &next, &person("王芳", &number(5))).await;
    assert_eq!((yes.status, yes.location()), (StatusCode::SEE_OTHER, "/wallet"), "{}", yes.text());
    let session = set_cookie(&yes, "jinquan").unwrap();
    assert!(app.get("/wallet", &session).await.text().contains("王*"));
    let asked = bazaar.gateway.asked("/gateway.do");
    let body = &asked.iter().rfind(|asked| asked.query.contains("preconsult")).unwrap().body;
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(body).unwrap();
    let content: serde_json::Value = serde_json::from_str(&pairs[0].1).unwrap();
    let expected =
        json!({ "user_name": "王芳", "cert_type": "IDENTITY_CARD", "cert_no": number(5) });
    assert_eq!((pairs[0].0.as_str(), content), ("biz_content", expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn name_and_number_are_tried_five_times_and_no_more() {
    let bazaar = Bazaar::open(On::Sqlite).await;
    let entrances =
        configured(bazaar.folder.path(), &bazaar.settings("real_name = \"match\"")).unwrap();
    let app = App::beside(&bazaar.app, OPEN, entrances.clone()).await;
    bazaar.knows_account();
    bazaar.says(PRECONSULT, r#"{"code":"10000","verify_id":"v1"}"#);
    bazaar.says(CONSULT, r#"{"code":"10000","passed":"F"}"#);
    let departure = set_out(&app, entrances.find("alipay").unwrap());
    let path = format!("/sign-in/alipay/callback?{}", way_back(&departure.attempt.state));
    let answer = app.get(&path, &departure.cookie).await;
    let mut cookie = set_cookie(&answer, "jinquan-match").unwrap();
    let form =
        serde_urlencoded::to_string([("name", "王芳"), ("identity_number", &number(6))]).unwrap();
    for _ in 0..4 {
        let no = app.post_form("/sign-in/alipay/match", &cookie, &form).await;
        assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY);
        cookie = set_cookie(&no, "jinquan-match").unwrap();
    }
    bazaar.says(CONSULT, r#"{"code":"10000","passed":"F"}"#);
    let over = app.post_form("/sign-in/alipay/match", &cookie, &form).await;
    assert!(over.status == StatusCode::BAD_REQUEST && over.text().contains("begin_again"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_that_is_not_configured_is_not_there() {
    let bazaar = Bazaar::open(On::Sqlite).await;
    let entrances = configured(bazaar.folder.path(), &bazaar.settings("")).unwrap();
    let app = App::beside(&bazaar.app, OPEN, entrances).await;
    assert_eq!(
        app.get("/sign-in/alipay/handoff?auth_code=c", "").await.status,
        StatusCode::NOT_FOUND
    );
    let posted = app.post_form("/sign-in/alipay/handoff", "", "auth_code=c").await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);
    assert_eq!(app.get("/sign-in/nowhere", "").await.status, StatusCode::NOT_FOUND);
}

/// A token's answer, bent: what it is, the fault that it must be, and how it comes about.
struct Row(&'static str, Fault, fn(&Bazaar) -> (u16, String));

const NODE: &str = r#"{"access_token":"at","open_id":"074a"}"#;

const ANSWERS: &[Row] = &[
    Row("no signature", Fault::AnswerUnsigned, |_| {
        (200, format!(r#"{{"alipay_system_oauth_token_response":{NODE}}}"#))
    }),
    Row("an empty signature", Fault::AnswerSignature, |_| {
        (200, format!(r#"{{"alipay_system_oauth_token_response":{NODE},"sign":""}}"#))
    }),
    Row("a signature that is a number", Fault::AnswerUnsigned, |_| {
        (200, format!(r#"{{"alipay_system_oauth_token_response":{NODE},"sign":1}}"#))
    }),
    Row("somebody else's signature", Fault::AnswerSignature, |bazaar| {
        let sign = bazaar.key.sign_base64(NODE);
        (200, format!(r#"{{"alipay_system_oauth_token_response":{NODE},"sign":"{sign}"}}"#))
    }),
    Row("another account under the signature", Fault::AnswerSignature, |bazaar| {
        (200, bazaar.signed(TOKEN, NODE).replace("074a", "074b"))
    }),
    Row("the same meaning in another text", Fault::AnswerSignature, |bazaar| {
        (200, bazaar.signed(TOKEN, NODE).replace("\"open_id\":", "\"open_id\": "))
    }),
    Row("a signature over the whole answer", Fault::AnswerSignature, |bazaar| {
        let sign = bazaar
            .alipay
            .sign_base64(&format!(r#"{{"alipay_system_oauth_token_response":{NODE}}}"#));
        (200, format!(r#"{{"alipay_system_oauth_token_response":{NODE},"sign":"{sign}"}}"#))
    }),
    Row("a signature that is cut short", Fault::AnswerSignature, |bazaar| {
        let sign = bazaar.alipay.sign_base64(NODE);
        (
            200,
            format!(r#"{{"alipay_system_oauth_token_response":{NODE},"sign":"{}"}}"#, &sign[..300]),
        )
    }),
    Row("two nodes", Fault::AnswerDuplicate, |bazaar| {
        let whole = bazaar.signed(TOKEN, NODE);
        (200, whole.replacen('{', r#"{"alipay_system_oauth_token_response":{"open_id":"x"},"#, 1))
    }),
    Row("two accounts in the node", Fault::AnswerDuplicate, |bazaar| {
        (200, bazaar.signed(TOKEN, r#"{"access_token":"at","open_id":"a","open_id":"b"}"#))
    }),
    Row("the node of another method", Fault::AnswerMalformed, |bazaar| {
        (200, bazaar.signed(SHARE, NODE))
    }),
    Row("an error", Fault::AnswerRefused, |_| {
        (
            200,
            r#"{"error_response":{"code":"40002","sub_code":"isv.code-invalid"},"sign":"x"}"#
                .to_owned(),
        )
    }),
    Row("a signed no", Fault::AnswerRefused, |bazaar| {
        (200, bazaar.signed(TOKEN, r#"{"code":"40004","sub_code":"x","open_id":"074a"}"#))
    }),
    Row("a code that is a number", Fault::AnswerRefused, |bazaar| {
        (200, bazaar.signed(TOKEN, r#"{"code":10000,"access_token":"at","open_id":"074a"}"#))
    }),
    Row("nobody's account", Fault::NoSubject, |bazaar| {
        (200, bazaar.signed(TOKEN, r#"{"access_token":"at"}"#))
    }),
    Row("no token", Fault::AnswerMalformed, |bazaar| {
        (200, bazaar.signed(TOKEN, r#"{"open_id":"a"}"#))
    }),
    Row("no JSON", Fault::AnswerMalformed, |_| (200, "<xml/>".to_owned())),
    Row("an answer that is cut short", Fault::AnswerMalformed, |bazaar| {
        let whole = bazaar.signed(TOKEN, NODE);
        (200, whole[..whole.len() - 1].to_owned())
    }),
    Row("an error of the server", Fault::ProviderBroken, |_| (502, String::new())),
    Row("a redirect", Fault::AnswerRedirects, |_| (302, String::new())),
];

#[tokio::test(flavor = "multi_thread")]
async fn only_what_alipay_has_signed_is_believed() {
    let bazaar = Bazaar::open(On::Sqlite).await;
    let entrances = configured(bazaar.folder.path(), &bazaar.settings("")).unwrap();
    let entrance = entrances.find("alipay").unwrap();
    let ask = async || {
        let departure = set_out(&bazaar.app, entrance);
        let (query, headers) = (way_back(&departure.attempt.state), browser(&[&departure.cookie]));
        arrive(&bazaar.app.hall, entrance, &query, &headers).await
    };
    for Row(name, expected, answer) in ANSWERS {
        let (status, body) = answer(&bazaar);
        bazaar.gateway.answers(&format!("/gateway.do?{TOKEN}"), status, body);
        assert_eq!(ask().await.err(), Some(*expected), "{name}");
    }
    bazaar.knows_account();
    let Ok(Arrival::Known { identity, .. }) = ask().await else { panic!("a good answer") };
    assert_eq!(identity.subject, "2021000000000001/074a", "an open_id is another one for each app");
    assert!(identity.number.is_none() && identity.real_name_level.0 == 0);
    // A code for another app.
    let departure = set_out(&bazaar.app, entrance);
    let query = way_back(&departure.attempt.state)
        .replace("app_id=2021000000000001", "app_id=2021000000000002");
    let found = arrive(&bazaar.app.hall, entrance, &query, &browser(&[&departure.cookie])).await;
    assert_eq!(found.err(), Some(Fault::ReturnedIssuer));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_with_certificates_knows_which_one_alipay_signs_with() {
    let bazaar = Bazaar::open(On::Sqlite).await;
    let more = "app_cert_sn = \"a1\"\nalipay_root_cert_sn = \"r1\"\nalipay_cert_sn = \"p1\"";
    let entrances = configured(bazaar.folder.path(), &bazaar.settings(more)).unwrap();
    let entrance = entrances.find("alipay").unwrap();
    for (serial, expected) in [("p1", None), ("p2", Some(Fault::AnswerCertificate))] {
        let sign = bazaar.alipay.sign_base64(NODE);
        let body = format!(
            r#"{{"alipay_system_oauth_token_response":{NODE},"alipay_cert_sn":"{serial}","sign":"{sign}"}}"#
        );
        bazaar.says_whole(TOKEN, &body);
        let departure = set_out(&bazaar.app, entrance);
        let (query, headers) = (way_back(&departure.attempt.state), browser(&[&departure.cookie]));
        assert_eq!(arrive(&bazaar.app.hall, entrance, &query, &headers).await.err(), expected);
    }
    let query = &bazaar.gateway.asked("/gateway.do")[0].query;
    assert!(
        query.contains("app_cert_sn=a1") && query.contains("alipay_root_cert_sn=r1"),
        "{query}"
    );
}
