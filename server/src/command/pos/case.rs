//! The cases, in an order in which each finds what it needs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::client::{Answer, Http, Who};
use super::number::invented;
use crate::chance::Chance;
use crate::key::{hex, sha256};

/// The names of the cases, in order.
pub(super) const NAMES: [&str; 22] = [
    "a wrong key is unauthorized",
    "a missing Idempotency-Key is named",
    "a missing field is named",
    "a quote says what is paid, and whose voucher it is",
    "a redemption gives a receipt",
    "the same key gives the same answer",
    "the same key with another body is refused",
    "a used voucher is refused elsewhere",
    "a second voucher on one day is refused",
    "a small order is below the minimum spend",
    "another category does not take the kind",
    "a place outside the city is refused",
    "an unknown code is refused",
    "the receipt can be fetched",
    "the day's list holds it",
    "another merchant does not find it",
    "a partial refund returns nothing",
    "a refund beyond what was paid is refused",
    "typed digits redeem as well",
    "a full refund returns the voucher",
    "a refund cannot be repeated",
    "the day's file carries its digest",
];

/// What the cases share.
pub(super) struct Bench {
    http: Http,
    chance: Chance,
    citizen: Citizen,
    /// The till of a merchant that takes general vouchers, and one of another merchant.
    till: String,
    other: String,
    /// A till that does not take the voucher in this place.
    misfit: (String, usize),
    /// The identifiers of what was redeemed, and the receipt of the first.
    first: Option<(String, Vec<u8>, Value)>,
    second: Option<(String, i64)>,
}

/// A citizen with vouchers, those that the till takes first.
struct Citizen {
    cookie: String,
    vouchers: Vec<String>,
}

type Outcome = Result<(), String>;

impl Bench {
    /// Signs a citizen in, claims, and looks for tills that suit the vouchers.
    pub(super) async fn set_up(server: &str) -> Result<Self, String> {
        let (http, chance) = (Http::new(server), Chance::default());
        let demo = http.get("/demo.json", Who::Nobody).await?.json();
        let keys = |category: &str| -> Vec<String> {
            let merchants = demo["merchants"].as_array().cloned().unwrap_or_default();
            let own = merchants.iter().filter(|it| it["category"] == category);
            own.filter_map(|it| it["till_key"].as_str().map(str::to_owned)).collect()
        };
        let campaign = http.get("/api/v1/campaign", Who::Nobody).await?.json();
        let round = campaign["current_round"].as_str().ok_or("the server has no round")?.to_owned();
        let kinds = campaign["kinds"].as_array().cloned().unwrap_or_default();
        let accepts = |kind: &Value| -> Vec<String> {
            let kind = kinds.iter().find(|it| it["id"] == *kind);
            let categories = kind.and_then(|it| it["accepts"].as_array()).cloned();
            categories
                .unwrap_or_default()
                .iter()
                .filter_map(|it| it.as_str().map(str::to_owned))
                .collect()
        };
        let cookie = sign_in(&http, &chance).await?;
        let path = format!("/api/v1/rounds/{round}/claims");
        let claim = claim(&http, &path, &cookie).await?;
        let vouchers = claim["vouchers"].as_array().cloned().unwrap_or_default();
        let ids: Vec<String> =
            vouchers.iter().filter_map(|it| it["id"].as_str().map(str::to_owned)).collect();
        let categories = campaign["categories"].as_array().cloned().unwrap_or_default();
        let categories = categories.iter().filter_map(|it| it["id"].as_str().map(str::to_owned));
        for category in categories {
            let takes = |kind: &Value| {
                let accepts = accepts(kind);
                accepts.iter().any(|it| *it == category || it == "any")
            };
            let misfit = vouchers.iter().position(|it| !takes(&it["kind"]));
            let tills = keys(&category);
            let fit = vouchers.iter().filter(|it| takes(&it["kind"])).count();
            if let (Some(misfit), [till, other, ..], 3..) = (misfit, tills.as_slice(), fit) {
                let mut fitting: Vec<String> = vouchers
                    .iter()
                    .zip(&ids)
                    .filter(|(voucher, _)| takes(&voucher["kind"]))
                    .map(|(_, id)| id.clone())
                    .collect();
                fitting.push(ids[misfit].clone());
                let misfit = (till.clone(), fitting.len() - 1);
                let citizen = Citizen { cookie, vouchers: fitting };
                let (till, other) = (till.clone(), other.clone());
                let (first, second) = (None, None);
                return Ok(Self { http, chance, citizen, till, other, misfit, first, second });
            }
        }
        Err("no category has two sample merchants and vouchers that fit and do not".to_owned())
    }

    /// Runs the case of that name.
    pub(super) async fn run(&mut self, name: &str) -> Outcome {
        let place = NAMES.iter().position(|it| *it == name);
        match place {
            Some(0..=2) => self.input(name).await,
            Some(3..=6) => self.redeem(name).await,
            Some(7..=12) => self.refusals(name).await,
            Some(13..=15) => self.reading(name).await,
            Some(16..=20) => self.refunds(name).await,
            _ => self.file().await,
        }
    }

    async fn input(&self, name: &str) -> Outcome {
        let body = json!({ "order_fen": 10_000, "merchant_coupon_fen": 0, "scene": "in_store" });
        let path = "/api/v1/redemptions";
        match name {
            "a wrong key is unauthorized" => {
                let answer = self.http.post(path, Who::Till("jqk_wrong", Some("k")), &body).await?;
                expect(&answer, 401, "unauthorized")
            }
            "a missing Idempotency-Key is named" => {
                let whole = order("000000000000", 10_000);
                let answer = self.http.post(path, Who::Till(&self.till, None), &whole).await?;
                expect(&answer, 400, "invalid_request")?;
                named(&answer, "Idempotency-Key")
            }
            _ => {
                let answer = self.http.post(path, Who::Till(&self.till, Some("k")), &body).await?;
                expect(&answer, 400, "invalid_request")?;
                named(&answer, "code")
            }
        }
    }

    async fn redeem(&mut self, name: &str) -> Outcome {
        if name.starts_with("a quote") {
            let code = self.code(0, "code").await?;
            let body = order(&code, 50_000);
            let path = "/api/v1/redemptions/quote";
            let quote = self.http.post(path, Who::Till(&self.till, None), &body).await?.json();
            let sum =
                ["merchant_coupon_fen", "voucher_fen", "to_pay_fen"].map(|it| quote[it].as_i64());
            let sum: i64 = sum.into_iter().flatten().sum();
            let says =
                sum == 50_000 && quote["would_refuse"].is_null() && quote["holder"].is_string();
            return says.then_some(()).ok_or_else(|| format!("the quote says {quote}"));
        }
        if name.starts_with("a redemption") {
            let body = order(&self.code(0, "code").await?, 50_000);
            let key = self.key();
            let answer = self.ask(&self.till, &key, &body).await?;
            if answer.status != 201 || answer.json()["state"] != "redeemed" {
                return Err(said(&answer));
            }
            self.first = Some((key, answer.body, body));
            return Ok(());
        }
        let (key, receipt, body) = self.first.as_ref().ok_or("nothing was redeemed")?;
        if name == "the same key gives the same answer" {
            let answer = self.ask(&self.till, key, body).await?;
            let same = answer.status == 201 && answer.body == *receipt;
            let marked = answer.headers.get("idempotent-replayed").is_some_and(|it| it == "true");
            return (same && marked).then_some(()).ok_or_else(|| said(&answer));
        }
        let mut other = body.clone();
        other["order_fen"] = json!(50_001);
        expect(&self.ask(&self.till, key, &other).await?, 422, "request_key_reused")
    }

    async fn refusals(&self, name: &str) -> Outcome {
        let key = self.key();
        let (_, _, used) = self.first.as_ref().ok_or("nothing was redeemed")?;
        let (till, body, status, code) = match name {
            "a used voucher is refused elsewhere" => {
                (&self.other, used.clone(), 409, "voucher_used")
            }
            "a second voucher on one day is refused" => {
                let body = order(&self.code(1, "code").await?, 50_000);
                (&self.till, body, 422, "one_per_merchant_per_day")
            }
            "a small order is below the minimum spend" => {
                let body = order(&self.code(1, "code").await?, 1);
                (&self.other, body, 422, "below_minimum_spend")
            }
            "another category does not take the kind" => {
                let body = order(&self.code(self.misfit.1, "code").await?, 50_000);
                (&self.misfit.0, body, 422, "category_mismatch")
            }
            "a place outside the city is refused" => {
                let mut body = order(&self.code(1, "code").await?, 50_000);
                body["position"] = json!({ "lat": 39.9, "lon": 116.4 });
                (&self.other, body, 422, "outside_city")
            }
            _ => (&self.other, order("JQ1-unknown", 50_000), 422, "unknown_code"),
        };
        expect(&self.ask(till, &key, &body).await?, status, code)
    }

    async fn reading(&self, name: &str) -> Outcome {
        let (_, receipt, _) = self.first.as_ref().ok_or("nothing was redeemed")?;
        let receipt: Value = serde_json::from_slice(receipt).unwrap_or_default();
        let path = format!("/api/v1/redemptions/{}", receipt["id"].as_str().unwrap_or_default());
        match name {
            "the receipt can be fetched" => {
                let answer = self.http.get(&path, Who::Till(&self.till, None)).await?;
                (answer.json() == receipt).then_some(()).ok_or_else(|| said(&answer))
            }
            "the day's list holds it" => {
                let date = date(&receipt);
                let path = format!("/api/v1/redemptions?date={date}&limit=100");
                let answer = self.http.get(&path, Who::Till(&self.till, None)).await?;
                let items = answer.json()["items"].as_array().cloned().unwrap_or_default();
                items.contains(&receipt).then_some(()).ok_or_else(|| said(&answer))
            }
            _ => {
                expect(&self.http.get(&path, Who::Till(&self.other, None)).await?, 404, "not_found")
            }
        }
    }

    async fn refunds(&mut self, name: &str) -> Outcome {
        let (_, receipt, _) = self.first.as_ref().ok_or("nothing was redeemed")?;
        let receipt: Value = serde_json::from_slice(receipt).unwrap_or_default();
        let (first, paid) = (id_of(&receipt), receipt["to_pay_fen"].as_i64().unwrap_or_default());
        match name {
            "a partial refund returns nothing" => {
                let answer = self.refund(&self.till, &first, 100).await?;
                let ok = answer.status == 201 && answer.json()["voucher_returned"] == false;
                ok.then_some(()).ok_or_else(|| said(&answer))
            }
            "a refund beyond what was paid is refused" => {
                let answer = self.refund(&self.till, &first, paid).await?;
                expect(&answer, 422, "refund_exceeds_order")
            }
            "typed digits redeem as well" => {
                let body = order(&self.code(1, "digits").await?, 50_000);
                let answer = self.ask(&self.other, &self.key(), &body).await?;
                let receipt = answer.json();
                let paid = receipt["to_pay_fen"].as_i64().ok_or_else(|| said(&answer))?;
                self.second = Some((id_of(&receipt), paid));
                Ok(())
            }
            "a full refund returns the voucher" => {
                let (second, paid) =
                    self.second.as_ref().ok_or("nothing was redeemed by digits")?;
                let answer = self.refund(&self.other, second, *paid).await?;
                let ok = answer.status == 201 && answer.json()["voucher_returned"] == true;
                ok.then_some(()).ok_or_else(|| said(&answer))
            }
            _ => {
                let (second, paid) =
                    self.second.as_ref().ok_or("nothing was redeemed by digits")?;
                expect(&self.refund(&self.other, second, *paid).await?, 409, "already_refunded")
            }
        }
    }

    async fn file(&self) -> Outcome {
        let (_, receipt, _) = self.first.as_ref().ok_or("nothing was redeemed")?;
        let receipt: Value = serde_json::from_slice(receipt).unwrap_or_default();
        let path = format!("/api/v1/settlements/{}.csv", date(&receipt));
        let answer = self.http.get(&path, Who::Till(&self.till, None)).await?;
        let digest = format!("sha-256=:{}:", STANDARD.encode(sha256(&answer.body)));
        let fits = answer.headers.get("repr-digest").is_some_and(|it| *it == digest.as_str());
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let ends = text.lines().last().is_some_and(|line| line.starts_with("total,"));
        let holds = text.contains(&id_of(&receipt));
        (fits && ends && holds).then_some(()).ok_or_else(|| said(&answer))
    }

    fn key(&self) -> String {
        hex(&self.chance.bytes::<16>())
    }

    async fn ask(&self, till: &str, key: &str, body: &Value) -> Result<Answer, String> {
        self.http.post("/api/v1/redemptions", Who::Till(till, Some(key)), body).await
    }

    async fn refund(&self, till: &str, id: &str, fen: i64) -> Result<Answer, String> {
        let (path, key) = (format!("/api/v1/redemptions/{id}/refunds"), self.key());
        let body = json!({ "order_refund_fen": fen });
        self.http.post(&path, Who::Till(till, Some(&key)), &body).await
    }

    /// What the citizen's screen shows for a voucher: its `code` or its `digits`.
    async fn code(&self, place: usize, part: &str) -> Result<String, String> {
        let voucher = self.citizen.vouchers.get(place).ok_or("the citizen has too few vouchers")?;
        let path = format!("/api/v1/wallet/vouchers/{voucher}/code");
        let answer = self.http.get(&path, Who::Citizen(&self.citizen.cookie)).await?;
        answer.json()[part].as_str().map(str::to_owned).ok_or_else(|| said(&answer))
    }
}

async fn sign_in(http: &Http, chance: &Chance) -> Result<String, String> {
    let form = [("name", "測試"), ("identity_number", &invented(chance))];
    let form = serde_urlencoded::to_string(form).map_err(|error| error.to_string())?;
    let answer = http.form("/sign-in/demo", form).await?;
    let cookie = answer.headers.get("set-cookie").and_then(|it| it.to_str().ok());
    let cookie = cookie.and_then(|it| it.split(';').next()).map(str::to_owned);
    cookie.ok_or_else(|| "the server is no demonstration: nobody could sign in".to_owned())
}

async fn claim(http: &Http, path: &str, cookie: &str) -> Result<Value, String> {
    let key = hex(&Chance::default().bytes::<16>());
    let answer = http.claim(path, cookie, &key).await?;
    if answer.status == 201 {
        Ok(answer.json())
    } else {
        Err(format!("no claim: {}", said(&answer)))
    }
}

fn order(code: &str, fen: i64) -> Value {
    json!({ "code": code, "order_fen": fen, "merchant_coupon_fen": 0, "scene": "in_store" })
}

fn id_of(receipt: &Value) -> String {
    receipt["id"].as_str().unwrap_or_default().to_owned()
}

fn date(receipt: &Value) -> String {
    receipt["redeemed_at"].as_str().unwrap_or_default().chars().take(10).collect()
}

fn expect(answer: &Answer, status: u16, code: &str) -> Outcome {
    let fits = answer.status == status && answer.code() == code;
    fits.then_some(()).ok_or_else(|| format!("{status} {code} was expected; {}", said(answer)))
}

fn named(answer: &Answer, field: &str) -> Outcome {
    let named = answer.json()["errors"][0]["field"] == field;
    named.then_some(()).ok_or_else(|| format!("the field {field} is not named; {}", said(answer)))
}

/// What an answer said, for whoever reads the grades.
fn said(answer: &Answer) -> String {
    let text: String = String::from_utf8_lossy(&answer.body).chars().take(300).collect();
    format!("the answer was {} {text}", answer.status)
}
