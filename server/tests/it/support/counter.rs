//! Those who work here: a shop with a till and its cashier, and the demonstration's staff.

use domain::id::{MerchantId, TillId};
use domain::merchant::{Contact, Decision, Mark, Merchant, Profile, Who};
use domain::place::Position;
use domain::staff::{Role, step_at};
use domain::till::Till;
use domain::time::Timestamp;
use http::StatusCode;
use http::header::SET_COOKIE;
use server::demo::staff::{cashier, prepare, prepare_cashier, secret_of, staff};

use super::{Answer, App};

/// Published codes of companies, for shops that have invented names.
const CODES: [&str; 2] = ["9144030071526726XG", "91440300708461136T"];

fn mark() -> Mark {
    let who = Who::System("test".to_owned());
    Mark { who, at: Timestamp::from_millis(0), why: "資料齊全".to_owned() }
}

impl App {
    /// Gives the demonstration's staff their accounts.
    pub(crate) async fn with_staff(&self) {
        let hall = &self.hall;
        prepare(&hall.store, &hall.keys, &hall.chance, &hall.clock).await.unwrap();
    }

    /// The approved shop of that number, in the city, with a till and its cashier.
    pub(crate) async fn with_shop(&self, place: usize) -> (MerchantId, TillId) {
        let id = MerchantId::mint(9, place as u128);
        let profile = Profile {
            name: format!("老街麵館{place}"),
            credit_code: CODES[place].parse().unwrap(),
            category: "dining".parse().unwrap(),
            district: "140502".to_owned(),
            address: format!("黃華街{place}號"),
            position: Some(Position::from_micro(35_490_000, 112_850_000).unwrap()),
            contact: Contact { name: "趙雪梅".to_owned(), phone: "0356-2100018".to_owned() },
            documents: vec!["營業執照".to_owned()],
            sells_goods: true,
            in_city: true,
        };
        let store = &self.hall.store;
        let merchant = Merchant::apply(id, None, profile, mark());
        store.apply(&merchant).await.unwrap();
        let merchant = merchant.decide(Decision::Approve, false, mark()).unwrap();
        let till = Till {
            id: TillId::mint(9, place as u128),
            merchant: id,
            name: "一號收銀".to_owned(),
            position: None,
            created_at: Timestamp::from_millis(0),
            closed_at: None,
        };
        let mut tx = store.begin().await.unwrap();
        store::merchant::record(&mut tx, &merchant, "approve").await.unwrap();
        assert!(store::till::add(&mut tx, &till, &mark()).await.unwrap());
        tx.commit().await.unwrap();
        let hall = &self.hall;
        prepare_cashier(store, &hall.chance, (place, till.id), &hall.clock).await.unwrap();
        (id, till.id)
    }

    /// Signs the cashier of that shop in; gives the cookie.
    pub(crate) async fn at_till(&self, place: usize) -> String {
        let sample = cashier(place);
        let answer = self.try_till(&sample.login, &sample.password, "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        cookies_of(&answer)
    }

    /// Sends the till's sign-in.
    pub(crate) async fn try_till(&self, login: &str, password: &str, cookie: &str) -> Answer {
        let form = [("login", login), ("password", password)];
        let form = serde_urlencoded::to_string(form).unwrap();
        self.post_form("/till/sign-in", cookie, &form).await
    }

    /// Sends the console's sign-in with the right password and that one-time password.
    pub(crate) async fn try_console(&self, role: Role, one_time: &str) -> Answer {
        let sample = staff().into_iter().find(|sample| sample.role == role).unwrap();
        let form = [
            ("login", sample.login.as_str()),
            ("password", &sample.password),
            ("one_time", one_time),
            ("next", "/console"),
        ];
        let form = serde_urlencoded::to_string(form).unwrap();
        self.post_form("/console/sign-in", "", &form).await
    }

    /// Signs somebody of that role in at the console; gives the cookie. Once in each half minute.
    pub(crate) async fn at_console(&self, role: Role) -> String {
        let step = step_at(self.hall.clock.system());
        let answer = self.try_console(role, &secret_of(role).password(step)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        cookies_of(&answer)
    }
}

/// Every cookie that an answer sets, as a browser sends them back.
pub(crate) fn cookies_of(answer: &Answer) -> String {
    let set = answer.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    let pairs: Vec<&str> = set.filter_map(|value| value.split(';').next()).collect();
    pairs.join("; ")
}
