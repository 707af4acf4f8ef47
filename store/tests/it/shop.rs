//! Merchants of the tests.

use domain::id::{MerchantId, PersonId, TillId, TillKeyId};
use domain::merchant::{Contact, Decision, Mark, Merchant, Profile, Who};
use domain::place::Position;
use domain::till::{Scopes, Till};
use domain::time::Timestamp;
use store::merchant::Applied;
use store::till::NewKey;
use store::{Error, Store};

/// Published codes of companies, for merchants that have invented names.
pub(crate) const CODES: [&str; 6] = [
    "9144030071526726XG",
    "91440300708461136T",
    "914403001922038216",
    "91330100799655058B",
    "91330106673959654P",
    "91110000802100433B",
];

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

pub(crate) fn mark(ms: i64, why: &str) -> Mark {
    Mark { who: Who::Staff("li.ming".to_owned()), at: at(ms), why: why.to_owned() }
}

pub(crate) fn id(number: usize) -> MerchantId {
    MerchantId::mint(7, number as u128)
}

/// The merchant of that number: another name, code and place each.
pub(crate) fn merchant(number: usize, manager: Option<PersonId>) -> Merchant {
    let far = i64::try_from(number).unwrap() * 10_000;
    let profile = Profile {
        name: format!("鳳台街{number}號麵館"),
        credit_code: CODES[number].parse().unwrap(),
        category: if number.is_multiple_of(2) { "dining" } else { "retail" }.parse().unwrap(),
        district: if number < 3 { "140502" } else { "140581" }.to_owned(),
        address: format!("黃華街{number}號"),
        position: Some(Position::from_micro(35_490_000 + far, 112_850_000).unwrap()),
        contact: Contact { name: "趙雪梅".to_owned(), phone: "0356-2100018".to_owned() },
        documents: vec!["營業執照".to_owned()],
        sells_goods: true,
        in_city: true,
    };
    Merchant::apply(id(number), manager, profile, mark(10, ""))
}

/// Decides as the server does: locks, decides, records.
pub(crate) async fn decide(
    store: &Store,
    id: &MerchantId,
    decision: Decision,
    mark: Mark,
) -> Result<Merchant, Error> {
    let mut tx = store.begin().await?;
    let (merchant, listed) = store::dishonest::lock_merchant(&mut tx, id).await?.unwrap();
    let decided = merchant.decide(decision, listed, mark).unwrap();
    store::merchant::record(&mut tx, &decided, decision.code()).await?;
    tx.commit().await?;
    Ok(decided)
}

/// An approved merchant of that number.
pub(crate) async fn approved(store: &Store, number: usize) -> Merchant {
    let merchant = merchant(number, None);
    assert_eq!(store.apply(&merchant).await.unwrap(), Applied::Done);
    decide(store, &merchant.id, Decision::Approve, mark(20, "資料齊全")).await.unwrap()
}

pub(crate) fn till(number: u128, merchant: MerchantId) -> Till {
    Till {
        id: TillId::mint(8, number),
        merchant,
        name: format!("{number}號收銀"),
        position: None,
        created_at: at(30),
        closed_at: None,
    }
}

pub(crate) fn key(number: u8, merchant: MerchantId, till: Option<TillId>) -> NewKey {
    NewKey {
        id: TillKeyId::mint(9, u128::from(number)),
        hash: [number; 32],
        merchant,
        till,
        name: "POS".to_owned(),
        hint: format!("{number:04}"),
        scopes: if till.is_some() { Scopes::OF_TILL } else { Scopes::OF_MERCHANT },
        created_at: at(30),
    }
}

/// Adds a till and a key, as the manager does.
pub(crate) async fn open_till(store: &Store, till: &Till, key: &NewKey) {
    let mut tx = store.begin().await.unwrap();
    store::merchant::lock(&mut tx, &till.merchant).await.unwrap().unwrap();
    assert!(store::till::add(&mut tx, till, &mark(30, "")).await.unwrap());
    assert!(store::till::add_key(&mut tx, key, "add_key", &mark(30, "")).await.unwrap());
    tx.commit().await.unwrap();
}
