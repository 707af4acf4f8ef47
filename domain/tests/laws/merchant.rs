//! R16, R17: who takes part, and how that changes.

use domain::campaign::{Accepts, Campaign, Category, Colour, District, VoucherKind};
use domain::csv;
use domain::id::MerchantId;
use domain::merchant::application::{Application, Fault, Field};
use domain::merchant::dishonest::{self, Problem, Wrong};
use domain::merchant::place::CannotPlace;
use domain::merchant::{
    CannotDecide, Decision, Mark, Merchant, MerchantState, Profile, WHY_MAX, Who,
};
use domain::money::Amount;
use domain::place::{Polygon, Position};
use domain::till::{Scope, Scopes};
use proptest::prelude::*;

use crate::any::{at, hostile, name};

pub(crate) fn campaign() -> Campaign {
    let corner = |lat, lon| Position::from_degrees(lat, lon).expect("a position");
    let corners =
        vec![corner(35.0, 112.0), corner(35.0, 113.0), corner(36.0, 113.0), corner(36.0, 112.0)];
    Campaign {
        id: "spring".parse().expect("an id"),
        city: name("晉城市"),
        slogan: name("晉善"),
        theme: name("暖心"),
        appropriation: Amount::ZERO,
        organiser: name("商務局"),
        hotline: "12345".to_owned(),
        remark: None,
        kinds: vec![
            kind("general", Accepts::Any(domain::campaign::Any::Any)),
            kind("dining", Accepts::Categories(vec!["dining".parse().expect("an id")])),
        ],
        categories: vec![
            Category { id: "retail".parse().expect("an id"), name: name("零售") },
            Category { id: "dining".parse().expect("an id"), name: name("餐飲") },
        ],
        districts: vec![District { code: "140502".to_owned(), name: name("城區") }],
        boundary: Some(Polygon::new(corners).expect("an outline")),
    }
}

fn kind(id: &str, accepts: Accepts) -> VoucherKind {
    VoucherKind {
        id: id.parse().expect("an id"),
        name: name(id),
        place: name("全市"),
        seal: "通".to_owned(),
        colour: Colour::Pine,
        accepts,
    }
}

fn application() -> Application {
    Application {
        name: " 鳳台街老面館 ".to_owned(),
        credit_code: "91440300708461136t".to_owned(),
        category: "dining".to_owned(),
        district: "140502".to_owned(),
        address: "鳳台西街18號".to_owned(),
        position: "35.4905, 112.8512".to_owned(),
        contact_name: "趙雪梅".to_owned(),
        contact_phone: "0356-2100018".to_owned(),
        documents: "營業執照 副本\n\n食品經營許可證 JY21405020001234\n".to_owned(),
        sells_goods: true,
        in_city: true,
    }
}

fn profile() -> Profile {
    application().check(&campaign()).expect("a profile")
}

fn mark(ms: i64, why: &str) -> Mark {
    Mark { who: Who::Staff("li.ming".to_owned()), at: at(ms), why: why.to_owned() }
}

fn merchant() -> Merchant {
    Merchant::apply(MerchantId::mint(1, 1), None, profile(), mark(1, ""))
}

#[test]
fn r16_a_right_application_becomes_a_profile() {
    let profile = profile();
    assert_eq!(profile.name, "鳳台街老面館");
    assert_eq!(profile.credit_code.as_str(), "91440300708461136T");
    assert_eq!(profile.documents, ["營業執照 副本", "食品經營許可證 JY21405020001234"]);
    assert_eq!(profile.position, Position::from_degrees(35.4905, 112.8512).ok());
    assert_eq!(format!("{:?}", profile.contact), "Contact", "no person slips into a log");
}

#[test]
fn r16_a_telephone_number_is_kept_in_half_width() {
    let contact_phone = "（０３５６）２１００－０１８".to_owned();
    let profile = Application { contact_phone, ..application() }.check(&campaign());
    assert_eq!(profile.expect("a profile").contact.phone, "(0356)2100-018");
}

#[test]
fn r16_each_field_says_what_is_wrong_with_it() {
    let faults = Application::default().check(&campaign()).expect_err("nothing is written");
    let missing = |field| (field, Fault::Missing);
    assert_eq!(
        faults,
        [
            missing(Field::Name),
            missing(Field::CreditCode),
            missing(Field::Category),
            missing(Field::District),
            missing(Field::Address),
            missing(Field::ContactName),
            missing(Field::ContactPhone),
            missing(Field::Documents),
            (Field::SellsGoods, Fault::Unconfirmed),
            (Field::InCity, Fault::Unconfirmed),
        ]
    );
    let wrong = Application {
        name: "店".repeat(61),
        credit_code: "91440300708461136X".to_owned(),
        category: "fuel".to_owned(),
        district: "140581".to_owned(),
        address: "a\u{0}b".to_owned(),
        position: "34.9, 112.5".to_owned(),
        contact_name: "名".repeat(31),
        contact_phone: "打這個".to_owned(),
        documents: "x\n".repeat(11),
        ..application()
    };
    let faults = wrong.check(&campaign()).expect_err("much is wrong");
    let fields: Vec<Field> = faults.iter().map(|(field, _)| *field).collect();
    assert_eq!(
        fields,
        [
            Field::Name,
            Field::CreditCode,
            Field::Category,
            Field::District,
            Field::Address,
            Field::Position,
            Field::ContactName,
            Field::ContactPhone,
            Field::Documents,
        ]
    );
    assert_eq!(faults[0].1, Fault::TooLong(60));
    assert_eq!(faults[5].1, Fault::OutsideCity);
    assert_eq!(faults[8].1, Fault::TooLong(10));
    let nowhere = Application { position: String::new(), ..application() };
    assert_eq!(nowhere.check(&campaign()).expect("a profile").position, None);
    let elsewhere = Application { position: "north".to_owned(), ..application() };
    assert_eq!(elsewhere.check(&campaign()), Err(vec![(Field::Position, Fault::Wrong)]));
}

#[test]
fn r17_the_states_follow_each_other() {
    let approved =
        merchant().decide(Decision::Approve, false, mark(2, "資料齊全")).expect("approved");
    assert_eq!((approved.state, approved.version), (MerchantState::Approved, 2));
    assert_eq!(approved.mark, mark(2, "資料齊全"));
    let suspended =
        approved.clone().decide(Decision::Suspend, false, mark(3, "投訴")).expect("suspended");
    assert_eq!(suspended.state, MerchantState::Suspended);
    let lifted = suspended.decide(Decision::Lift, false, mark(4, "已整改")).expect("lifted");
    assert_eq!((lifted.state, lifted.version), (MerchantState::Approved, 4));
    let refused = merchant().decide(Decision::Refuse, false, mark(2, "不售實物")).expect("refused");
    let again = refused.clone().apply_again(profile(), mark(5, "")).expect("applied");
    assert_eq!((again.state, again.version), (MerchantState::Applied, 3));
    assert_eq!(approved.apply_again(profile(), mark(5, "")), Err(CannotDecide::OtherState));
    assert_eq!(refused.decide(Decision::Lift, false, mark(6, "x")), Err(CannotDecide::OtherState));
}

#[test]
fn r16_who_is_not_eligible_is_not_approved() {
    let mut other = merchant();
    assert_eq!(
        other.clone().decide(Decision::Approve, true, mark(2, "x")),
        Err(CannotDecide::Dishonest)
    );
    other.profile.in_city = false;
    assert_eq!(
        other.clone().decide(Decision::Approve, false, mark(2, "x")),
        Err(CannotDecide::NotOfTheCity)
    );
    other.profile.sells_goods = false;
    assert_eq!(other.decide(Decision::Approve, false, mark(2, "x")), Err(CannotDecide::NoGoods));
    let suspended = merchant()
        .decide(Decision::Approve, false, mark(2, "x"))
        .and_then(|it| it.decide(Decision::Suspend, true, mark(3, "失信名單")))
        .expect("a listed merchant can be suspended");
    let lifted = suspended.decide(Decision::Lift, true, mark(4, "x"));
    assert_eq!(lifted, Err(CannotDecide::Dishonest), "while it is on the list nobody lifts it");
}

#[test]
fn r11_a_place_is_registered_in_the_city_and_changes_nothing_else() {
    let approved = merchant().decide(Decision::Approve, false, mark(2, "x")).expect("approved");
    let place = |merchant: &Merchant, written: &str, why: &str| {
        merchant.clone().placed(written, &campaign(), why)
    };
    for (written, why, cannot) in [
        ("", "x", CannotPlace::NotAPosition),
        ("north", "x", CannotPlace::NotAPosition),
        ("34.9,112.5", "x", CannotPlace::OutsideCity),
        ("35.5,112.5", " ", CannotPlace::NoReason),
    ] {
        assert_eq!(place(&approved, written, why), Err(cannot), "{written} {why}");
    }
    let (placed, position) = place(&approved, "35.5,112.5", "x").expect("a place");
    assert_eq!(placed.profile.position, Some(position));
    assert_eq!(placed.version, approved.version + 1, "a decision on what was seen before is void");
    let profile = approved.profile.clone();
    let as_before = Merchant { profile, version: approved.version, ..placed };
    assert_eq!(as_before, approved, "it stands where it stood, by whom it did");
    let refused = merchant().decide(Decision::Refuse, false, mark(2, "x")).expect("refused");
    assert_eq!(place(&refused, "35.5,112.5", "x"), Err(CannotPlace::OtherState));
}

#[test]
fn r17_no_decision_without_a_reason() {
    for why in ["", "  \n ", "a\u{7}b", &"字".repeat(WHY_MAX + 1)] {
        let decided = merchant().decide(Decision::Refuse, false, mark(2, why));
        assert_eq!(decided, Err(CannotDecide::NoReason), "{why:?}");
    }
    assert!(merchant().decide(Decision::Refuse, false, mark(2, &"字".repeat(WHY_MAX))).is_ok());
}

#[test]
fn r9_a_category_takes_its_kinds() {
    let campaign = campaign();
    let kinds = |category: &str| -> Vec<String> {
        let category = category.parse().expect("an id");
        campaign.kinds_taken_by(&category).map(|kind| kind.id.to_string()).collect()
    };
    assert_eq!(kinds("retail"), ["general"]);
    assert_eq!(kinds("dining"), ["general", "dining"]);
}

const LIST: &str = "\u{feff}credit_code,name,reason\r
91440300708461136t,\"某某, 有限公司\",\"拖欠 \"\"貨款\"\"\"\r
\r
91330106673959654P,另一公司,未履行判決\r
";

#[test]
fn r16_the_list_is_read() {
    let subjects = dishonest::parse(LIST).expect("a list");
    assert_eq!(subjects.len(), 2);
    assert_eq!(subjects[0].credit_code.as_str(), "91440300708461136T");
    assert_eq!(subjects[0].name, "某某, 有限公司");
    assert_eq!(subjects[0].reason, "拖欠 \"貨款\"");
}

#[test]
fn r16_the_list_is_checked_whole() {
    let text = "credit_code,name,reason
91440300708461136T,甲,一
91440300708461136X,乙,二
91330106673959654P,丙
91330106673959654P,\"丁,四
91330106673959654P,,五
9144 0300 7084 61136T,己,六
91330106673959654P,庚,七
";
    let problems = dishonest::parse(text).expect_err("problems");
    let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7]);
    assert!(matches!(problems[0].what, Wrong::CreditCode(_)));
    assert_eq!(problems[1].what, Wrong::Columns(2));
    assert_eq!(problems[2].what, Wrong::Quotation);
    assert_eq!(problems[3].what, Wrong::Text);
    assert_eq!(problems[4].what, Wrong::Twice(2));
    let headless = dishonest::parse("91440300708461136T,甲,一\n").expect_err("a head is needed");
    assert_eq!(headless, [Problem { line: 1, what: Wrong::Head }]);
    assert_eq!(
        dishonest::parse("credit_code,name,reason\n"),
        Ok(Vec::new()),
        "an empty list is one"
    );
    let endless = format!("credit_code,name,reason\n{}", "x\n".repeat(500));
    assert_eq!(dishonest::parse(&endless).expect_err("problems").len(), csv::PROBLEMS_MAX);
}

#[test]
fn scopes_are_words() {
    let scopes: Scopes = "refund  redeem".parse().expect("scopes");
    assert!(scopes.has(Scope::Redeem) && scopes.has(Scope::Refund) && !scopes.has(Scope::Read));
    assert_eq!(scopes.to_string(), "redeem refund");
    assert!(scopes.within(Scopes::OF_TILL) && !scopes.within(Scopes::OF_MERCHANT));
    assert!("redeem all".parse::<Scopes>().is_err());
    assert!("".parse::<Scopes>().expect("no scope").is_empty());
}

proptest! {
    #[test]
    fn r16_no_file_breaks_the_reading(text in hostile()) {
        let _ = dishonest::parse(&text);
        let _ = dishonest::parse(&format!("credit_code,name,reason\n{text}"));
        let written = Application { name: text.clone(), credit_code: text.clone(), position: text.clone(),
            contact_phone: text.clone(), documents: text.clone(), ..application() };
        let _ = written.check(&campaign());
        if let Ok(who) = text.parse::<Who>() {
            prop_assert_eq!(who.to_string(), text);
        }
    }
}
