//! What Alipay tells by itself: only what it has signed, for this app, just now, counts, and counts once.

use domain::consent::Purpose;
use domain::identity_number::IdentityNumber;
use domain::round::RealNameLevel;
use http::StatusCode;
use rstest::rstest;
use server::backend::sign_in::{Agreed, Browser, Identity, sign_in};
use server::entrance::fault::Fault;
use server::entrance::rsa2::joined;

use super::alipay::Bazaar;
use super::configured;
use crate::support::{App, OPEN, On, number, pair_of};

type Pairs = Vec<(String, String)>;

fn told() -> Pairs {
    let pairs = [
        ("app_id", "2021000000000001"),
        ("charset", "utf-8"),
        ("msg_method", "alipay.open.auth.userauth.cancelled"),
        ("notify_id", "2020042200222"),
        ("notify_time", "2020-04-22 10:00:00"),
        ("biz_content", r#"{"open_id":"074a","note":"+ / = & % 中文"}"#),
        ("sign_type", "RSA2"),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn signed(bazaar: &Bazaar, mut pairs: Pairs) -> Pairs {
    let text = joined(
        pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .filter(|(name, _)| *name != "sign_type"),
    );
    pairs.push(("sign".to_owned(), bazaar.alipay.sign_base64(&text)));
    pairs
}

fn form(pairs: &Pairs) -> String {
    serde_urlencoded::to_string(pairs).unwrap()
}

fn set(pairs: &mut Pairs, name: &str, value: &str) {
    pairs.retain(|(it, _)| it != name);
    pairs.push((name.to_owned(), value.to_owned()));
}

struct Row(&'static str, Fault, fn(&Bazaar) -> String);

const ROWS: &[Row] = &[
    Row("no signature", Fault::NotifySignature, |_| form(&told())),
    Row("somebody else's signature", Fault::NotifySignature, |bazaar| {
        let mut pairs = told();
        set(&mut pairs, "sign", &bazaar.key.sign_base64("x"));
        form(&pairs)
    }),
    Row("signed, and then changed", Fault::NotifySignature, |bazaar| {
        let mut pairs = signed(bazaar, told());
        set(&mut pairs, "biz_content", r#"{"open_id":"074b"}"#);
        form(&pairs)
    }),
    Row("signed, and then more", Fault::NotifySignature, |bazaar| {
        form(&signed(bazaar, told())) + "&open_id=074b"
    }),
    Row("with sign_type under the signature", Fault::NotifySignature, |bazaar| {
        let mut pairs = told();
        let text = joined(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())));
        pairs.push(("sign".to_owned(), bazaar.alipay.sign_base64(&text)));
        form(&pairs)
    }),
    Row("downgraded to SHA-1", Fault::NotifyAlgorithm, |bazaar| {
        let mut pairs = told();
        set(&mut pairs, "sign_type", "RSA");
        form(&signed(bazaar, pairs))
    }),
    Row("without a way to sign", Fault::NotifyAlgorithm, |bazaar| {
        let mut pairs = told();
        pairs.retain(|(name, _)| name != "sign_type");
        form(&signed(bazaar, pairs))
    }),
    Row("a parameter twice", Fault::NotifyMalformed, |bazaar| {
        form(&signed(bazaar, told())) + "&app_id=2021000000000001"
    }),
    Row("for another app", Fault::NotifyApp, |bazaar| {
        let mut pairs = told();
        set(&mut pairs, "app_id", "2021000000000002");
        form(&signed(bazaar, pairs))
    }),
    Row("long ago", Fault::NotifyTime, |bazaar| {
        let mut pairs = told();
        set(&mut pairs, "notify_time", "2020-04-22 09:44:59");
        form(&signed(bazaar, pairs))
    }),
    Row("from the future", Fault::NotifyTime, |bazaar| {
        let mut pairs = told();
        set(&mut pairs, "notify_time", "2020-04-22 10:15:01");
        form(&signed(bazaar, pairs))
    }),
    Row("at no time", Fault::NotifyTime, |bazaar| {
        let mut pairs = told();
        set(&mut pairs, "notify_time", "now");
        form(&signed(bazaar, pairs))
    }),
    Row("without a number of its own", Fault::NotifyMalformed, |bazaar| {
        let mut pairs = told();
        set(&mut pairs, "notify_id", "");
        form(&signed(bazaar, pairs))
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn only_what_alipay_has_signed_just_now_is_heard() {
    let bazaar = Bazaar::open(On::Sqlite).await;
    let entrances = configured(bazaar.folder.path(), &bazaar.settings("")).unwrap();
    let app = App::beside(&bazaar.app, OPEN, entrances.clone()).await;
    let alipay = entrances.find("alipay").unwrap().alipay().unwrap();
    for Row(name, expected, told) in ROWS {
        let text = told(&bazaar);
        let found = alipay.notify(&text, app.hall.clock.system()).err();
        assert_eq!(found, Some(*expected), "{name}");
        let answer = app.post_form("/notify/alipay", "", &text).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (StatusCode::BAD_REQUEST, "fail"),
            "{name}"
        );
    }
    assert_eq!(app.post_form("/notify/nowhere", "", "").await.status, StatusCode::NOT_FOUND);
}

/// Somebody comes in with an account at Alipay; gives the cookie.
async fn comes_in(app: &App, place: usize, account: &str) -> String {
    let today = jiff::civil::date(2020, 4, 22);
    let identity = Identity {
        name: "張試".to_owned(),
        number: Some(IdentityNumber::parse(&number(place), today).unwrap()),
        entrance: "alipay".parse().unwrap(),
        subject: account.to_owned(),
        real_name_level: RealNameLevel::HIGHEST,
        agreed: Agreed { purposes: Purpose::REQUIRED.to_vec(), ..Agreed::default() },
    };
    let token = sign_in(&app.hall, &identity, &Browser::default()).await.unwrap();
    pair_of(&token.cookie(false))
}

/// Whether a session lives on a server that has been told what changed.
async fn lives(app: &App, cookie: &str) -> bool {
    app.refresh().await;
    app.get("/wallet", cookie).await.status == StatusCode::OK
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_back_what_they_allowed_is_signed_out(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let bazaar = Bazaar::open(on).await;
    let entrances = configured(bazaar.folder.path(), &bazaar.settings("")).unwrap();
    let app = App::beside(&bazaar.app, OPEN, entrances).await;
    let theirs = comes_in(&app, 7, "2021000000000001/074a").await;
    let other = comes_in(&app, 8, "2021000000000001/other").await;
    let text = form(&signed(&bazaar, told()));
    for _ in 0..2 {
        // Alipay repeats itself until it hears `success`.
        let answer = app.post_form("/notify/alipay", "", &text).await;
        assert_eq!((answer.status, answer.text().as_str()), (StatusCode::OK, "success"));
    }
    assert!(!lives(&app, &theirs).await, "signed out");
    assert!(lives(&app, &other).await, "nobody else is");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_carried_out_is_carried_out_when_it_is_told_again(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let bazaar = Bazaar::open(on).await;
    let entrances = configured(bazaar.folder.path(), &bazaar.settings("")).unwrap();
    let app = App::beside(&bazaar.app, OPEN, entrances).await;
    let cookie = comes_in(&app, 7, "2021000000000001/074a").await;
    let text = form(&signed(&bazaar, told()));
    app.side_door("alter table session_changed rename to taken_away").await;
    let answer = app.post_form("/notify/alipay", "", &text).await;
    app.side_door("alter table taken_away rename to session_changed").await;
    let said = (answer.status, answer.text());
    assert_eq!(said, (StatusCode::SERVICE_UNAVAILABLE, "fail".to_owned()));
    let again = app.post_form("/notify/alipay", "", &text).await;
    assert_eq!((again.status, again.text().as_str()), (StatusCode::OK, "success"));
    assert!(!lives(&app, &cookie).await, "it was acknowledged, so it was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notify_counts_once_for_as_long_as_it_is_repeated() {
    let bazaar = Bazaar::open(On::Sqlite).await;
    let entrances = configured(bazaar.folder.path(), &bazaar.settings("")).unwrap();
    let app = App::beside(&bazaar.app, OPEN, entrances).await;
    let first = form(&signed(&bazaar, told()));
    assert_eq!(app.post_form("/notify/alipay", "", &first).await.text(), "success");
    // The person allows it again and comes in; the last repeat was under way meanwhile, signed anew.
    let clock = &app.hall.clock;
    clock.set(clock.system().plus_millis(25 * 3_600_000));
    app.hall.store.purge_used(clock.system()).await.unwrap();
    let cookie = comes_in(&app, 7, "2021000000000001/074a").await;
    let mut pairs = told();
    set(&mut pairs, "notify_time", "2020-04-23 11:00:00");
    let again = app.post_form("/notify/alipay", "", &form(&signed(&bazaar, pairs))).await;
    assert_eq!((again.status, again.text().as_str()), (StatusCode::OK, "success"));
    assert!(lives(&app, &cookie).await);
}
