//! A till that calls the API, and a citizen who stands in front of it.

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Request, StatusCode};
use serde_json::{Value, json};

use super::{Answer, App, number};

/// A citizen with a pack: the cookie, and the vouchers in order (three general, one fuel, one dining).
pub(crate) struct Holder {
    pub(crate) cookie: String,
    pub(crate) vouchers: Vec<String>,
}

/// A sample merchant's till.
#[derive(Clone)]
pub(crate) struct TestTill {
    pub(crate) merchant: String,
    pub(crate) key: String,
}

/// An order that every voucher of the shipped campaign fits.
pub(crate) fn order(code: &str) -> Value {
    json!({ "code": code, "order_fen": 5_000, "merchant_coupon_fen": 500, "scene": "in_store" })
}

/// The same with other members.
pub(crate) fn order_with(code: &str, members: &Value) -> Value {
    let mut order = order(code);
    for (name, value) in members.as_object().unwrap() {
        order[name] = value.clone();
    }
    order
}

pub(crate) fn machine(method: &str, path: &str, key: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header(AUTHORIZATION, format!("Bearer {key}"))
}

pub(crate) fn redemption_request(till: &TestTill, key: &str, body: &Value) -> Request<Body> {
    machine("POST", "/api/v1/redemptions", &till.key)
        .header(CONTENT_TYPE, "application/json")
        .header("Idempotency-Key", key)
        .body(Body::from(body.to_string()))
        .unwrap()
}

impl App {
    /// The sample merchants of a category, each with its till.
    pub(crate) async fn tills(&self, category: &str) -> Vec<TestTill> {
        let samples = self.sample_merchants().await;
        let samples = samples.into_iter().filter(|it| it.category == category);
        samples.map(|it| TestTill { merchant: it.id.to_string(), key: it.till_key }).collect()
    }

    /// A citizen who has claimed.
    pub(crate) async fn holder(&self, place: usize) -> Holder {
        let cookie = self.sign_in(&number(place), "main").await;
        let claim = self.claim(&cookie, "claim", "{}").await;
        assert_eq!(claim.status, StatusCode::CREATED, "{}", claim.text());
        let claim = claim.json();
        let vouchers = claim["vouchers"].as_array().unwrap().iter();
        let vouchers = vouchers.map(|it| it["id"].as_str().unwrap().to_owned()).collect();
        Holder { cookie, vouchers }
    }

    /// The code of a voucher as its holder sees it now: payload and digits.
    pub(crate) async fn code(&self, holder: &Holder, slot: usize) -> (String, String) {
        let path = format!("/api/v1/wallet/vouchers/{}/code", holder.vouchers[slot]);
        let answer = self.get(&path, &holder.cookie).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let code = answer.json();
        (code["code"].as_str().unwrap().to_owned(), code["digits"].as_str().unwrap().to_owned())
    }

    pub(crate) async fn quote(&self, till: &TestTill, body: &Value) -> Answer {
        let request = machine("POST", "/api/v1/redemptions/quote", &till.key)
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.send(request.unwrap()).await
    }

    pub(crate) async fn redeem(&self, till: &TestTill, key: &str, body: &Value) -> Answer {
        self.send(redemption_request(till, key, body)).await
    }

    /// Redeems, which must work; gives the identifier.
    pub(crate) async fn redeemed(&self, till: &TestTill, key: &str, body: &Value) -> String {
        let answer = self.redeem(till, key, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn refund(&self, till: &TestTill, id: &str, key: &str, fen: i64) -> Answer {
        let request = machine("POST", &format!("/api/v1/redemptions/{id}/refunds"), &till.key)
            .header(CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", key)
            .body(Body::from(json!({ "order_refund_fen": fen }).to_string()));
        self.send(request.unwrap()).await
    }

    pub(crate) async fn machine_get(&self, till: &TestTill, path: &str) -> Answer {
        self.send(machine("GET", path, &till.key).body(Body::empty()).unwrap()).await
    }

    /// The state of a voucher in its holder's wallet, and where it was used.
    pub(crate) async fn voucher(&self, holder: &Holder, slot: usize) -> Value {
        let wallet = self.get("/api/v1/wallet", &holder.cookie).await.json();
        let vouchers = wallet["claims"][0]["vouchers"].as_array().unwrap();
        vouchers.iter().find(|it| it["id"] == holder.vouchers[slot].as_str()).unwrap().clone()
    }

    /// Decides of a merchant as an operator does.
    pub(crate) async fn decide(&self, till: &TestTill, decision: domain::merchant::Decision) {
        let id = till.merchant.parse().unwrap();
        let mut tx = self.hall.store.begin().await.unwrap();
        let merchant = store::merchant::lock(&mut tx, &id).await.unwrap().unwrap();
        let mark = domain::merchant::Mark {
            who: domain::merchant::Who::Staff("test".to_owned()),
            at: self.hall.clock.campaign(),
            why: "a test".to_owned(),
        };
        let decided = merchant.decide(decision, false, mark).unwrap();
        store::merchant::record(&mut tx, &decided, decision.code()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What an account of the ledger holds, in fen.
    pub(crate) async fn account(&self, name: &str) -> i64 {
        let accounts = self.hall.store.accounts().await.unwrap();
        accounts.into_iter().find(|(known, _)| known == name).map_or(0, |(_, fen)| fen)
    }

    /// That the ledger and the settlements are in order.
    pub(crate) async fn in_order(&self) {
        let now = self.hall.clock.campaign();
        let report = server::ledger::verify(&self.hall.store, now, |_| ()).await.unwrap();
        assert!(report.ok, "{:#?}", report.problems);
        let report = server::backend::settlement::check(&self.hall.store, now).await.unwrap();
        assert!(report.ok, "{:#?}", report.problems);
    }
}
