//! Tills: what is done with a voucher once it is claimed, with a key for each request, and what the tills hear.

mod deed;
mod file;
mod journal;

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::{
    book::{Slot, sample},
    crowd::{Crowd, Said, answer},
    http::Client,
};

pub(crate) use deed::{Act, Deed};
use journal::{Attempt, Journal};

/// How many answers of before are asked for again after each fault.
const REPLAYS: usize = 12;

/// The shops of a database, one for each pack, so that nobody meets a shop twice on a day; and what was asked of them.
pub(crate) struct Tills {
    shops: Vec<Shop>,
    pub(crate) journal: Journal,
}

/// A sample merchant with the key of its till.
struct Shop {
    merchant: String,
    authorization: String,
}

impl Tills {
    /// The shops of a server's demonstration.
    pub(crate) fn open(base: &str, folder: &Path) -> Result<Self> {
        let demo = Client::of(base).get("/demo.json", "")?.json()?;
        let shops = demo["merchants"].as_array().context("a demonstration without merchants")?;
        let shop = |it: &Value| -> Result<Shop> {
            let text = |name: &str| it[name].as_str().context("a merchant without its members");
            let authorization = format!("Bearer {}", text("till_key")?);
            Ok(Shop { merchant: text("id")?.to_owned(), authorization })
        };
        let shops = shops.iter().map(shop).collect::<Result<_>>()?;
        Ok(Self { shops, journal: Journal::open(folder)? })
    }

    fn shop(&self, slot: Slot) -> &Shop {
        &self.shops[slot.pack]
    }

    /// Writes down what a till is about to ask: [`Said::Ready`].
    pub(crate) fn prepare(&self, crowd: &Crowd, client: &mut Client, deed: Deed) -> Result<Said> {
        let attempt = match deed.act {
            Act::Sale | Act::Again => {
                let code = match code(crowd, client, deed.slot)? {
                    Shown::Code(code) => code,
                    Shown::Nothing(said) => return Ok(said),
                };
                let body = json!({
                    "code": code, "order_fen": deed.order_fen(),
                    "merchant_coupon_fen": deed::COUPON_FEN, "scene": "in_store",
                    "reference": deed.key(),
                });
                Attempt { path: "/api/v1/redemptions".to_owned(), body: body.to_string() }
            }
            Act::Part | Act::Whole => {
                let sale = Deed { act: Act::Sale, ..deed };
                let sale = self.journal.told_id(sale).context("a refund without its sale")?;
                let body = json!({ "order_refund_fen": deed.refund_fen() });
                let path = format!("/api/v1/redemptions/{sale}/refunds");
                Attempt { path, body: body.to_string() }
            }
        };
        self.journal.attempt(deed, attempt)?;
        Ok(Said::Ready)
    }

    /// Asks what was prepared, with its own key, and writes an acknowledgement down.
    pub(crate) fn ask(&self, crowd: &Crowd, client: &mut Client, deed: Deed) -> Result<Said> {
        let known = self.journal.is_acknowledged(deed);
        let attempt = self.journal.attempted(deed).context("nothing was prepared")?;
        let headers = [
            ("authorization", self.shop(deed.slot).authorization.as_str()),
            ("idempotency-key", &deed.key()),
            ("content-type", "application/json"),
        ];
        let Ok(answer) = client.post(&attempt.path, &headers, &attempt.body) else {
            return Ok(Said::Lost);
        };
        let wrong =
            |what: &str| Ok(Said::Wrong(format!("{}: {what}: {}", deed.key(), answer.text())));
        match answer.status {
            201 if known && !answer.replayed => wrong("done twice"),
            201 => {
                let fault = self.journal.acknowledge(deed, &answer.body, crowd.traced())?;
                Ok(fault.map_or(Said::Granted, Said::Wrong))
            }
            503 if answer.json()?["code"] == "busy" => Ok(Said::Busy),
            // Nothing was done, and the code has gone stale meanwhile: the same key asks with a new one.
            422 if !known && answer.json()?["code"] == "code_expired" => {
                match self.prepare(crowd, client, deed)? {
                    Said::Ready => Ok(Said::Busy),
                    said => Ok(said),
                }
            }
            status => wrong(&status.to_string()),
        }
    }

    /// What [`Self::settle`] will ask for: everything that was left open, and some of what was answered.
    pub(crate) fn unsettled(&self) -> Vec<Deed> {
        let mut deeds = self.journal.unknown();
        deeds.extend(sample(&self.journal.acknowledged(u64::MAX), REPLAYS));
        deeds
    }

    /// Asks again for what was left open, and for some of what was answered.
    pub(crate) fn settle(&self, crowd: &Crowd, base: &str) -> Result<Vec<String>> {
        let mut client = Client::of(base);
        let mut faults = Vec::new();
        for deed in self.unsettled() {
            faults.extend(answer(|| self.ask(crowd, &mut client, deed))?);
        }
        Ok(faults)
    }

    /// Asks again for some of what was answered while the trace of the disk was at most `until` long.
    pub(crate) fn replay(
        &self,
        crowd: &Crowd,
        base: &str,
        until: u64,
        count: usize,
    ) -> Result<Vec<String>> {
        let mut client = Client::of(base);
        let mut faults = Vec::new();
        for deed in sample(&self.journal.acknowledged(until), count) {
            faults.extend(answer(|| self.ask(crowd, &mut client, deed))?);
        }
        Ok(faults)
    }

    /// Acknowledged ⊆ stored ⊆ attempted, by the file of each shop's day. What must be there is what was acknowledged
    /// while the trace of the disk was at most `until` long.
    pub(crate) fn compare(&self, base: &str, until: u64) -> Result<Vec<String>> {
        let mut client = Client::of(base);
        let mut rows = Vec::new();
        for shop in &self.shops {
            let key = ("authorization", shop.authorization.as_str());
            let answer = client.get_patiently(file::PATH, key)?;
            ensure!(answer.status == 200, "a file: {} {}", answer.status, answer.text());
            rows.extend(file::read(&shop.merchant, &answer.text())?);
        }
        self.journal.take_in(&rows, until)
    }

    /// What the last comparison found stored is what the ledger owes each shop: redemptions less refunds.
    pub(crate) fn owed(&self, accounts: &Value) -> Vec<String> {
        let accounts = accounts.as_array().into_iter().flatten();
        let held: BTreeMap<&str, i64> = accounts
            .filter_map(|it| Some((it["name"].as_str()?, it["balance_fen"].as_i64()?)))
            .collect();
        let owed = self.journal.owed_fen();
        let of = |shop: &Shop| {
            let account = format!("payable:{}", shop.merchant);
            let owed = owed.get(&shop.merchant).copied().unwrap_or_default();
            let held = held.get(account.as_str()).copied().unwrap_or_default();
            (owed != held).then(|| format!("{account} holds {held}, the day comes to {owed} fen"))
        };
        self.shops.iter().filter_map(of).collect()
    }

    /// What became of a voucher, by its holder's wallet.
    pub(crate) fn state_of(&self, slot: Slot) -> &'static str {
        if self.journal.is_used(slot) { "used" } else { "usable" }
    }
}

/// What its holder sees of a voucher.
enum Shown {
    Code(String),
    Nothing(Said),
}

/// The code of a voucher as its holder sees it now.
fn code(crowd: &Crowd, client: &mut Client, slot: Slot) -> Result<Shown> {
    let claim = crowd.book.acknowledged(slot).context("a sale without a claim")?;
    let claim: Value = serde_json::from_slice(&claim.body)?;
    let voucher = claim["vouchers"][0]["id"].as_str().context("a claim without a voucher")?;
    let path = format!("/api/v1/wallet/vouchers/{voucher}/code");
    let Ok(answer) = client.get(&path, crowd.cookie(slot.person)) else {
        return Ok(Shown::Nothing(Said::Lost));
    };
    match (answer.status, answer.json()?["code"].as_str()) {
        (200, Some(code)) => Ok(Shown::Code(code.to_owned())),
        (503, Some("busy")) => Ok(Shown::Nothing(Said::Busy)),
        _ => bail!("{}: no code: {}", slot.key(), answer.text()),
    }
}
