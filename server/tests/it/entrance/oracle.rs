//! Alipay's own library as the oracle: it signs what we signed, reads what we read, and tells what we must believe,
//! over a thousand random maps of parameters. It runs on Node, from `end2end/node_modules`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use domain::time::Timestamp;
use serde_json::{Value, json};
use server::entrance::alipay::Parameters;
use server::entrance::alipay::gateway::Gateway;
use server::entrance::fault::Fault;

use super::alipay::Bazaar;
use super::configured;
use crate::support::On;

const MAPS: usize = 1_000;

/// What values are made of: everything that an encoding could get wrong.
const PIECES: [&str; 24] = [
    "+", "/", "=", "&", "%", "中文", "a", "Z", "0", " ", "%20", "%E4", "\"", "\\", "'", "?", "#",
    "{", "}", "晉券", "\n", "é", "🎫", "~",
];

/// A small generator, so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }

    fn value(&mut self) -> String {
        (0..=self.below(12)).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }

    fn name(&mut self) -> String {
        let word = |dice: &mut Self| -> String {
            (0..=dice.below(6))
                .map(|_| char::from(b'a' + u8::try_from(dice.below(26)).unwrap()))
                .collect()
        };
        let words: Vec<String> = (0..=self.below(2)).map(|_| word(self)).collect();
        words.join("_")
    }

    fn map(&mut self) -> Parameters {
        (0..=self.below(8)).map(|_| (self.name(), self.value())).collect()
    }
}

fn oracle(given: &Value) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../end2end");
    let mut node = Command::new("node")
        .arg("support/alipay-oracle.mjs")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node must be there: `make test` installs it");
    node.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let said = node.wait_with_output().unwrap();
    assert!(said.status.success(), "run `npm ci` in end2end first");
    serde_json::from_slice(&said.stdout).unwrap()
}

/// Requests of ours with random parameters, as they go over the line.
fn requests(gateway: &Gateway, now: Timestamp, dice: &mut Dice) -> Vec<Value> {
    (0..MAPS)
        .map(|_| {
            let mut parameters = gateway.common("alipay.system.oauth.token", now);
            let business =
                dice.map().into_iter().filter(|(name, _)| !parameters.contains_key(name));
            let business: Vec<_> = business.collect();
            parameters.extend(business);
            if dice.below(2) == 0 {
                let content: BTreeMap<String, String> = dice.map();
                parameters.insert("biz_content".to_owned(), json!(content).to_string());
            }
            // An empty value is not signed, and not sent.
            parameters.insert("empty".to_owned(), String::new());
            gateway.sign(&mut parameters).unwrap();
            let call = gateway.call(&parameters);
            json!({ "query": call.url.split_once('?').unwrap().1, "body": call.body.unwrap().1 })
        })
        .collect()
}

/// Answers of theirs, and what the library is asked of each.
fn answers(bazaar: &Bazaar, dice: &mut Dice) -> Vec<(String, Value)> {
    (0..MAPS)
        .map(|_| {
            let mut node = json!(dice.map());
            node["code"] = "10000".into();
            // Escaped or not: what is signed is the text.
            let node = if dice.below(2) == 0 {
                node.to_string()
            } else {
                node.to_string().replace('中', "\\u4e2d")
            };
            let sign = bazaar.alipay.sign_base64(&node);
            let raw = format!("{{\"alipay_user_info_share_response\":{node},\"sign\":\"{sign}\"}}");
            let asked =
                json!({ "raw": raw, "key": "alipay_user_info_share_response", "sign": sign });
            (raw, asked)
        })
        .collect()
}

/// Notifies of theirs.
fn notifies(dice: &mut Dice) -> Vec<Parameters> {
    (0..MAPS)
        .map(|place| {
            let mut told = dice.map();
            told.insert("app_id".to_owned(), "2021000000000001".to_owned());
            told.insert("notify_time".to_owned(), "2020-04-22 10:00:00".to_owned());
            told.insert("notify_id".to_owned(), place.to_string());
            told.remove("sign");
            told
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn alipays_own_library_agrees_on_a_thousand_maps() {
    let bazaar = Bazaar::open(On::Sqlite).await;
    let entrances = configured(bazaar.folder.path(), &bazaar.settings("")).unwrap();
    let alipay = entrances.find("alipay").unwrap().alipay().unwrap();
    let (gateway, now) = (&alipay.gateway, bazaar.app.hall.clock.system());
    let mut dice = Dice(0x6a69_6e63_6865_6e67);

    let requests = requests(gateway, now, &mut dice);
    let method = "alipay.user.info.share";
    let bodies = answers(&bazaar, &mut dice);
    let told = notifies(&mut dice);

    let said = oracle(&json!({
        "app_id": "2021000000000001", "our_private": bazaar.key.private_pem(),
        "alipay_public": bazaar.alipay.public_pem(), "alipay_private": bazaar.alipay.private_pem(),
        "requests": requests, "answers": bodies.iter().map(|(_, asked)| asked).collect::<Vec<_>>(),
        "notifies": told,
    }));
    for place in 0..MAPS {
        let request = &said["requests"][place];
        assert!(
            request["ours"].is_string() && request["ours"] == request["theirs"],
            "{}",
            requests[place]
        );
        let (raw, _) = &bodies[place];
        assert_eq!(said["answers"][place], true, "{raw}");
        assert!(gateway.read(method, raw).is_ok(), "{raw}");
        let notify = &said["notifies"][place];
        let form = notify["rsa2"]["form"].as_str().unwrap();
        assert_eq!(notify["rsa2"]["accepted"], true, "{form}");
        let read = gateway.check_notify(form, now).unwrap();
        let read: Parameters =
            read.into_iter().filter(|(name, _)| !name.starts_with("sign")).collect();
        assert_eq!(
            read,
            told[place].clone().into_iter().filter(|(name, _)| !name.starts_with("sign")).collect()
        );
        // The library takes SHA-1 where a notify asks for it. We do not.
        let old = notify["rsa"]["form"].as_str().unwrap();
        assert_eq!(notify["rsa"]["accepted"], true);
        assert_eq!(gateway.check_notify(old, now), Err(Fault::NotifyAlgorithm));
    }
}
