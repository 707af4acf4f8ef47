//! Alipay's gateway: a signed question, a signed answer. Rules: sorted parameters, values as they are, `sign_type`
//! signed too; of an answer the very text of its node is signed.

use domain::time::Timestamp;
use serde_json::{Map, Value};

use super::Parameters;
use crate::entrance::address_with;
use crate::entrance::fault::Fault;
use crate::entrance::json::{self, Unread};
use crate::entrance::outbound::{Call, Outbound};
use crate::entrance::rsa2::{SigningKey, VerifyingKey, joined};
use crate::entrance::secret::Secret;

/// Parameters that stand in the address; the others, with everything personal, in the body.
const IN_ADDRESS: [&str; 10] = [
    "app_id",
    "method",
    "format",
    "charset",
    "sign_type",
    "sign",
    "timestamp",
    "version",
    "app_cert_sn",
    "alipay_root_cert_sn",
];

/// The certificates of an app that has some, by their serial numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificates {
    /// Of the app's certificate.
    pub app: String,
    /// Of Alipay's root certificates.
    pub root: String,
    /// Of the certificate that Alipay signs with; an answer signed with another one is not taken.
    pub alipay: String,
}

/// Alipay's gateway, as one app sees it.
pub struct Gateway {
    /// Its address.
    pub url: String,
    /// The app.
    pub app_id: String,
    /// Our key.
    pub key: SigningKey,
    /// Alipay's key.
    pub alipay_key: VerifyingKey,
    /// The certificates, where the app has some.
    pub certificates: Option<Certificates>,
    /// What calls it.
    pub outbound: Outbound,
}

impl Gateway {
    /// Asks, and gives what the answer's node holds. Once: a code is good for one use.
    ///
    /// # Errors
    /// When Alipay does not answer, says no, or somebody else answers.
    pub async fn ask(
        &self,
        method: &str,
        business: &[(&str, &str)],
        token: Option<&Secret>,
        now: Timestamp,
    ) -> Result<Map<String, Value>, Fault> {
        let mut parameters = self.common(method, now);
        parameters
            .extend(business.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if let Some(token) = token {
            parameters.insert("auth_token".to_owned(), token.reveal().to_owned());
        }
        self.sign(&mut parameters)?;
        let answer = self.outbound.once(&self.call(&parameters)).await?;
        if !answer.status.is_success() {
            return Err(Fault::ProviderBroken);
        }
        let body = std::str::from_utf8(&answer.body).map_err(|_| Fault::AnswerMalformed)?;
        self.read(method, body)
    }

    /// What every question carries.
    pub fn common(&self, method: &str, now: Timestamp) -> Parameters {
        let at = now.beijing().strftime("%Y-%m-%d %H:%M:%S").to_string();
        let mut common = vec![
            ("app_id", self.app_id.as_str()),
            ("charset", "utf-8"),
            ("format", "JSON"),
            ("method", method),
            ("sign_type", "RSA2"),
            ("timestamp", &at),
            ("version", "1.0"),
        ];
        if let Some(certificates) = &self.certificates {
            common.push(("app_cert_sn", &certificates.app));
            common.push(("alipay_root_cert_sn", &certificates.root));
        }
        common.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Signs parameters: adds `sign`.
    ///
    /// # Errors
    /// Never, with a key that was read.
    pub fn sign(&self, parameters: &mut Parameters) -> Result<(), Fault> {
        parameters.retain(|_, value| !value.is_empty());
        parameters.remove("sign");
        let pairs = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let sign = self.key.sign(&joined(pairs)).map_err(|_| Fault::AnswerUnsigned)?;
        parameters.insert("sign".to_owned(), sign);
        Ok(())
    }

    /// The call that carries signed parameters.
    pub fn call(&self, parameters: &Parameters) -> Call {
        let (address, body): (Vec<_>, Vec<_>) = parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .partition(|(name, _)| IN_ADDRESS.contains(name));
        let body = serde_urlencoded::to_string(body).unwrap_or_default();
        Call::form(address_with(&self.url, &address), body)
    }

    /// Reads an answer: first whether Alipay gave it, then what it says.
    ///
    /// # Errors
    /// A [`Fault`] of the answer.
    pub fn read(&self, method: &str, body: &str) -> Result<Map<String, Value>, Fault> {
        let members = json::members(body).map_err(unread)?;
        let node_name = format!("{}_response", method.replace('.', "_"));
        let Some(node) = members.get(&node_name) else {
            let no = members.contains_key("error_response");
            return Err(if no { Fault::AnswerRefused } else { Fault::AnswerMalformed });
        };
        let said = |name: &str| {
            let text = members.get(name)?.get();
            serde_json::from_str::<String>(text).ok()
        };
        let sign = said("sign").ok_or(Fault::AnswerUnsigned)?;
        if let Some(certificates) = &self.certificates
            && said("alipay_cert_sn").as_deref() != Some(&certificates.alipay)
        {
            return Err(Fault::AnswerCertificate);
        }
        if !self.alipay_key.verifies(node.get(), &sign) {
            return Err(Fault::AnswerSignature);
        }
        let node = json::object(node.get().as_bytes()).map_err(unread)?;
        match node.get("code") {
            // The token's answer has none where all is well.
            None => Ok(node),
            Some(Value::String(code)) if code == "10000" => Ok(node),
            Some(_) => Err(Fault::AnswerRefused),
        }
    }
}

const fn unread(unread: Unread) -> Fault {
    match unread {
        Unread::Malformed => Fault::AnswerMalformed,
        Unread::Duplicate => Fault::AnswerDuplicate,
    }
}
