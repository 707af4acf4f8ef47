//! Merchants through the real router: the public list, applications and decisions, keys, the list of dishonest
//! subjects.

use domain::audit::Who;
use domain::merchant::application::{Application, Fault, Field};
use domain::merchant::{CannotDecide, Decision, MerchantState};
use domain::till::{Scope, Scopes};
use http::{HeaderMap, StatusCode};
use rstest::rstest;
use server::backend::dishonest::{self, Listed};
use server::backend::merchant::{self, Filed, Ruling, Undecidable};
use server::backend::till;
use server::session;

use crate::support::{App, OPEN, On, number};

/// The names of a list, in its order.
async fn names(app: &App, query: &str) -> Vec<String> {
    let answer = app.get(&format!("/api/v1/merchants{query}"), "").await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r23_everybody_finds_the_merchants(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    assert!(names(&app, "").await.is_empty());
    let samples = app.sample_merchants().await;
    assert_eq!(samples.len(), 18, "every category in every district");
    assert_eq!(app.sample_merchants().await.len(), 18);
    assert_eq!(names(&app, "").await.len(), 18, "once, however often a server starts");
    assert_eq!(names(&app, "?category=fuel").await.len(), 6);
    assert_eq!(names(&app, "?kind=dining").await.len(), 6);
    assert_eq!(names(&app, "?kind=general").await.len(), 18);
    assert_eq!(names(&app, "?kind=dining&district=140502").await, ["老城門面館"]);
    // 羊湯館, written in simplified characters.
    assert_eq!(names(&app, "?q=%E7%BE%8A%E6%B1%A4%E9%A6%86").await, ["杏河羊湯館"]);
    assert_eq!(names(&app, "?category=fuel&near=35.775,113.279&limit=1").await, ["王莽嶺加油站"]);
    let first = app.get("/api/v1/merchants?limit=10&near=35.496,112.852", "").await.json();
    let next = first["next"].as_str().unwrap();
    let second =
        app.get(&format!("/api/v1/merchants?limit=10&near=35.496,112.852&after={next}"), "").await;
    let second = second.json();
    assert_eq!(second["items"].as_array().unwrap().len(), 8);
    assert!(second["next"].is_null());
    let shop = &first["items"][0];
    let kinds: Vec<&str> =
        shop["kinds"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!((shop["name"].as_str().unwrap(), kinds), ("鳳鳴百貨", vec!["general"]));
    assert!((shop["position"]["lat"].as_f64().unwrap() - 35.496).abs() < 0.01);
    for (query, field) in [
        ("?category=none", "category"),
        ("?district=110000", "district"),
        ("?kind=none", "kind"),
        ("?kind=fuel&category=dining", "category"),
        ("?near=north", "near"),
        ("?limit=101", "limit"),
        ("?limit=0", "limit"),
        ("?q=%00", "q"),
        ("?q=a%0Ab", "q"),
        ("?after=x", "after"),
        ("?q=a&q=b", "q"),
        (&format!("?q={}", "a".repeat(61)), "q"),
    ] {
        let answer = app.get(&format!("/api/v1/merchants{query}"), "").await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "invalid_request")
        );
        assert_eq!(answer.json()["errors"][0]["field"], field, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_names_its_merchants() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.sample_merchants().await;
    let list = app.get("/demo.json", "").await.json();
    let merchants = list["merchants"].as_array().unwrap();
    assert_eq!(merchants.len(), 18);
    for merchant in merchants {
        let key = merchant["till_key"].as_str().unwrap();
        let holder = till::holder(&app.hall, key).await.unwrap().unwrap();
        assert_eq!(holder.merchant.to_string(), merchant["id"].as_str().unwrap());
        assert!(holder.scopes.has(Scope::Redeem) && holder.actor().is_some());
        assert_eq!(holder.state, MerchantState::Approved);
    }
}

fn application() -> Application {
    Application {
        name: "白馬寺山莊".to_owned(),
        credit_code: "91440300708461136T".to_owned(),
        category: "dining".to_owned(),
        district: "140502".to_owned(),
        address: "城區白水東街9號".to_owned(),
        position: "35.51,112.86".to_owned(),
        contact_name: "張試".to_owned(),
        contact_phone: "0356-2100018".to_owned(),
        documents: "營業執照".to_owned(),
        sells_goods: true,
        in_city: true,
    }
}

async fn visitor(app: &App, cookie: &str) -> app::visitor::Visitor {
    let mut headers = HeaderMap::new();
    headers.insert("cookie", cookie.parse().unwrap());
    session::visitor(&app.hall, &headers).await.unwrap()
}

fn clerk() -> Who {
    Who::Staff("li.ming".parse().unwrap())
}

fn ruling(decision: Decision, version: i64, why: &str) -> Ruling {
    Ruling { decision, version, why: why.to_owned() }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r17_from_the_application_to_a_key_that_works(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let hall = &app.hall;
    let manager = visitor(&app, &app.sign_in(&number(1), "main").await).await;
    let other = visitor(&app, &app.sign_in(&number(2), "main").await).await;
    assert!(matches!(merchant::apply(hall, &manager, &application()).await.unwrap(), Filed::Done));
    let own = merchant::own(hall, &manager).await.unwrap().unwrap();
    assert_eq!(own.state, MerchantState::Applied);
    // The same code by somebody else; and no till before the approval.
    let Filed::Faulty(faults) = merchant::apply(hall, &other, &application()).await.unwrap() else {
        panic!("taken twice")
    };
    assert_eq!(faults, [(Field::CreditCode, Fault::Taken)]);
    assert!(till::add_till(hall, &manager, "一號").await.is_err());
    assert!(names(&app, "").await.is_empty(), "an applicant is not shown");
    // Refused, asked again, approved; a decision on what was seen before is void.
    let refuse = ruling(Decision::Refuse, 1, "材料不全");
    assert_eq!(merchant::decide(hall, &clerk(), &own.id, refuse).await.unwrap(), Ok(()));
    assert!(matches!(merchant::apply(hall, &manager, &application()).await.unwrap(), Filed::Done));
    let late = ruling(Decision::Approve, 2, "x");
    let late = merchant::decide(hall, &clerk(), &own.id, late).await.unwrap();
    assert_eq!(late, Err(Undecidable::Changed));
    let silent = ruling(Decision::Approve, 3, "  ");
    let silent = merchant::decide(hall, &clerk(), &own.id, silent).await.unwrap();
    assert_eq!(silent, Err(Undecidable::Rule(CannotDecide::NoReason)));
    let approve = ruling(Decision::Approve, 3, "資料齊全");
    assert_eq!(merchant::decide(hall, &clerk(), &own.id, approve).await.unwrap(), Ok(()));
    assert_eq!(names(&app, "").await, ["白馬寺山莊"]);
    // A till, a key, its rotation and its end.
    till::add_till(hall, &manager, "一號").await.unwrap();
    assert!(till::add_till(hall, &other, "二號").await.is_err(), "somebody else's");
    let tills = till::desk(hall, &own.id).await.unwrap().tills;
    let of_till = (Some(tills[0].id), ("POS", Scopes::OF_TILL));
    let key = till::add_key(hall, &manager, of_till.0, of_till.1).await.unwrap();
    let wrong = till::add_key(hall, &manager, None, ("x", Scopes::OF_TILL)).await;
    assert!(wrong.is_err(), "a key of the whole merchant does not redeem");
    let key_text = key.reveal();
    let holder = till::holder(hall, &key_text).await.unwrap().unwrap();
    let new = till::rotate_key(hall, &manager, &holder.key).await.unwrap().reveal();
    assert!(till::holder(hall, &key_text).await.unwrap().is_some(), "a day of grace");
    hall.clock.set(hall.clock.system().plus_millis(domain::till::ROTATION_GRACE_MS));
    assert!(till::holder(hall, &key_text).await.unwrap().is_none());
    let new_holder = till::holder(hall, &new).await.unwrap().unwrap();
    till::revoke_key(hall, &manager, &new_holder.key).await.unwrap();
    assert!(till::holder(hall, &new).await.unwrap().is_none());
    for not_a_key in ["", "jqk_", &key_text[4..], &key_text.to_uppercase(), &format!("{new}0")] {
        assert!(till::holder(hall, not_a_key).await.unwrap().is_none(), "{not_a_key}");
    }
    let acts: Vec<String> = merchant::review(hall, &own.id)
        .await
        .unwrap()
        .acts
        .into_iter()
        .map(|act| act.act)
        .collect();
    assert_eq!(
        acts,
        [
            "revoke_key",
            "rotate_key",
            "add_key",
            "add_till",
            "approve",
            "apply_again",
            "refuse",
            "apply"
        ]
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r16_a_listing_suspends_at_once(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let samples = app.sample_merchants().await;
    let store = &app.hall.store;
    let listed = store.merchant(&samples[0].id).await.unwrap().unwrap();
    let file = format!("credit_code,name,reason\n{},某某,拖欠貨款\n", listed.profile.credit_code);
    let by = (clerk(), app.hall.clock.campaign());
    let mut told = Vec::new();
    let done = dishonest::import(store, &file, by.clone(), |written, of| told.push((written, of)));
    let Listed::Done(import) = done.await.unwrap() else { panic!("not taken") };
    assert_eq!((import.listed, import.suspended, told), (1, 1, vec![(1, 1)]));
    let suspended = store.merchant(&samples[0].id).await.unwrap().unwrap();
    assert_eq!(suspended.state, MerchantState::Suspended);
    assert_eq!(suspended.mark.why, "拖欠貨款");
    assert_eq!(suspended.mark.who, (&clerk()).into());
    let holder = till::holder(&app.hall, &samples[0].till_key).await.unwrap().unwrap();
    assert_eq!(holder.state, MerchantState::Suspended, "the key still refunds (R13)");
    let lift = ruling(Decision::Lift, suspended.version, "x");
    let lifted = merchant::decide(&app.hall, &clerk(), &suspended.id, lift).await.unwrap();
    assert_eq!(lifted, Err(Undecidable::Rule(CannotDecide::Dishonest)));
    let again = dishonest::import(store, &file, by.clone(), |_, _| ()).await.unwrap();
    assert!(matches!(again, Listed::Unchanged(_)), "the same file twice changes nothing");
    let wrong = dishonest::import(store, "x\n", by.clone(), |_, _| ()).await.unwrap();
    assert!(matches!(wrong, Listed::Faulty(_)));
    // Off the list: nothing is lifted by itself, somebody decides.
    let empty = dishonest::import(store, "credit_code,name,reason\n", by, |_, _| ()).await.unwrap();
    let Listed::Done(empty) = empty else { panic!("not taken") };
    assert_eq!((empty.delisted, empty.suspended), (1, 0));
    let lift = ruling(Decision::Lift, suspended.version, "已移出失信名單");
    let lifted = merchant::decide(&app.hall, &clerk(), &suspended.id, lift).await.unwrap();
    assert_eq!(lifted, Ok(()));
}
