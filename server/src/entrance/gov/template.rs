//! Parameters as they are configured: names and values in their order, with the facts of a sign-in in braces.

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use domain::time::Timestamp;
use serde::Deserialize;

use crate::entrance::fault::Fault;
use crate::entrance::rsa2::{SigningKey, joined};
use crate::key::hex;

/// What may stand in braces.
const NAMES: [&str; 11] = [
    "client_id",
    "client_secret",
    "redirect_uri",
    "state",
    "nonce",
    "code",
    "code_challenge",
    "code_verifier",
    "access_token",
    "timestamp",
    "timestamp_ms",
];

/// The facts of a sign-in. It has no `Debug`: secrets are among them.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// What the app calls us.
    pub client_id: &'a str,
    /// What only it and we know.
    pub client_secret: &'a str,
    /// Where it sends people back to.
    pub redirect_uri: &'a str,
    /// The state.
    pub state: &'a str,
    /// A random text of this sign-in.
    pub nonce: &'a str,
    /// The code.
    pub code: &'a str,
    /// PKCE, at the beginning.
    pub challenge: &'a str,
    /// PKCE, at the end.
    pub verifier: &'a str,
    /// The access token.
    pub access_token: &'a str,
    /// When, by the system clock.
    pub now: Timestamp,
}

impl Facts<'_> {
    fn of(&self, name: &str) -> String {
        match name {
            "client_id" => self.client_id.to_owned(),
            "client_secret" => self.client_secret.to_owned(),
            "redirect_uri" => self.redirect_uri.to_owned(),
            "state" => self.state.to_owned(),
            "nonce" => self.nonce.to_owned(),
            "code" => self.code.to_owned(),
            "code_challenge" => self.challenge.to_owned(),
            "code_verifier" => self.verifier.to_owned(),
            "access_token" => self.access_token.to_owned(),
            "timestamp" => (self.now.millis() / 1_000).to_string(),
            "timestamp_ms" => self.now.millis().to_string(),
            _ => String::new(),
        }
    }
}

/// Names and values in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// What is wrong with them, if anything: a brace that means nothing, a name that stands there twice.
    pub fn fault(&self) -> Option<String> {
        for (place, (name, value)) in self.0.iter().enumerate() {
            if name.is_empty() || self.0[..place].iter().any(|(before, _)| before == name) {
                return Some(format!("the parameter \"{name}\" is empty or stands there twice"));
            }
            let mut rest = value.as_str();
            while let Some((_, after)) = rest.split_once('{') {
                let inside = after.split_once('}').filter(|(inside, _)| NAMES.contains(inside));
                let Some((_, after)) = inside else {
                    return Some(format!(
                        "\"{value}\" has braces around something that is not known"
                    ));
                };
                rest = after;
            }
        }
        None
    }

    /// Whether a fact stands in them.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(_, value)| value.contains(&format!("{{{name}}}")))
    }

    /// With the facts in them. What was filled in is not looked at for braces again.
    pub fn filled(&self, facts: &Facts<'_>) -> Vec<(String, String)> {
        self.0.iter().map(|(name, value)| (name.clone(), fill(value, facts))).collect()
    }
}

fn fill(value: &str, facts: &Facts<'_>) -> String {
    let mut filled = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(&facts.of(name));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// How the app's gateway wants questions signed: over the parameters sorted by name and joined as they are.
pub struct Signature {
    /// What the signature is called.
    pub parameter: String,
    /// How it is made.
    pub method: Method,
}

/// How a signature is made.
pub enum Method {
    /// HMAC-SHA256 with the client's secret, in lower-case hexadecimal.
    HmacSha256,
    /// SHA-256 with RSA, in Base64.
    Rsa2(Box<SigningKey>),
}

impl Signature {
    /// Adds the signature behind the parameters.
    ///
    /// # Errors
    /// Never, with a key that was read.
    pub fn add(&self, pairs: &mut Vec<(String, String)>, facts: &Facts<'_>) -> Result<(), Fault> {
        let text = joined(
            pairs
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .filter(|(_, value)| !value.is_empty()),
        );
        let signature = match &self.method {
            Method::HmacSha256 => {
                let key = Key::new(HMAC_SHA256, facts.client_secret.as_bytes());
                hex(hmac::sign(&key, text.as_bytes()).as_ref())
            }
            Method::Rsa2(key) => key.sign(&text).map_err(|_| Fault::AnswerUnsigned)?,
        };
        pairs.push((self.parameter.clone(), signature));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts<'static> = Facts {
        client_id: "jq",
        client_secret: "secret",
        redirect_uri: "https://vouchers.example/back",
        state: "{code}",
        nonce: "n",
        code: "c",
        challenge: "",
        verifier: "",
        access_token: "",
        now: Timestamp::from_millis(1_587_517_200_123),
    };

    fn pairs(pairs: &[(&str, &str)]) -> Pairs {
        Pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn order_is_kept_and_facts_are_filled_in_once() {
        let pairs = pairs(&[("z", "{client_id}"), ("a", "x-{state}-{timestamp}"), ("b", "plain")]);
        assert_eq!(pairs.fault(), None);
        let filled = pairs.filled(&FACTS);
        let said: Vec<_> = filled.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(said, [("z", "jq"), ("a", "x-{code}-1587517200"), ("b", "plain")]);
    }

    #[test]
    fn what_means_nothing_is_named() {
        for wrong in [
            &[("a", "{password}")][..],
            &[("a", "{state")],
            &[("a", "1"), ("a", "2")],
            &[("", "1")],
        ] {
            assert!(pairs(wrong).fault().is_some(), "{wrong:?}");
        }
    }

    #[test]
    fn a_signature_stands_over_sorted_parameters() {
        let signature = Signature { parameter: "sign".to_owned(), method: Method::HmacSha256 };
        let mut filled = pairs(&[("b", "2"), ("a", "1"), ("c", "")]).filled(&FACTS);
        signature.add(&mut filled, &FACTS).unwrap();
        let key = Key::new(HMAC_SHA256, b"secret");
        let expected = hex(hmac::sign(&key, b"a=1&b=2").as_ref());
        assert_eq!(filled.last().unwrap(), &("sign".to_owned(), expected));
    }
}
