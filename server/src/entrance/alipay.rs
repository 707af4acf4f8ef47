//! Alipay: a page in its app or in a browser is sent there and back; a mini-program hands over the code itself. What it
//! vouches for is an account; a name and a number only by contract, or as an answer to "is it this person?".

pub mod gateway;
pub mod notify;

use std::collections::BTreeMap;

use domain::identity_number::IdentityNumber;
use domain::round::RealNameLevel;
use domain::time::Timestamp;
use serde_json::{Map, Value, json};

use self::gateway::Gateway;
use super::attempt::Attempt;
use super::fault::Fault;
use super::mapping::is_subject;
use super::returned::Returned;
use super::secret::Secret;
use super::{Vouched, address_with};
use crate::backend::sign_in::NAME_MAX;

/// How Alipay helps to find out who somebody is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RealName {
    /// Not at all: the account alone.
    #[default]
    None,
    /// It gives name and number (`alipay.user.info.share`).
    Share,
    /// It says whether a name and a number are those of the account (`alipay.user.certdoc.certverify`).
    Match,
}

/// Alipay as an entrance.
pub struct Alipay {
    /// Where people are sent.
    pub authorize_url: String,
    /// `auth_base`, which asks nobody, or `auth_user`.
    pub scope: String,
    /// How it helps to find out who somebody is.
    pub real_name: RealName,
    /// What it vouches for.
    pub level: RealNameLevel,
    /// Whether a mini-program may hand over a code.
    pub handoff: bool,
    /// What calls it.
    pub gateway: Gateway,
}

impl Alipay {
    /// Where the browser is sent.
    pub fn address(&self, attempt: &Attempt, redirect_uri: &str) -> String {
        let parameters = [
            ("app_id", self.gateway.app_id.as_str()),
            ("scope", &self.scope),
            ("redirect_uri", redirect_uri),
            ("state", &attempt.state),
        ];
        address_with(&self.authorize_url, &parameters)
    }

    /// What Alipay vouches for, of whoever came back or was handed over.
    ///
    /// # Errors
    /// The first [`Fault`] that is found.
    pub async fn vouch(&self, returned: &Returned, now: Timestamp) -> Result<Vouched, Fault> {
        if returned.value("app_id").is_some_and(|app| app != self.gateway.app_id) {
            return Err(Fault::ReturnedIssuer);
        }
        let code = returned.code("auth_code")?;
        let business = [("grant_type", "authorization_code"), ("code", code)];
        let said = self.gateway.ask("alipay.system.oauth.token", &business, None, now).await?;
        let account = text(&said, "open_id").or_else(|| text(&said, "user_id"));
        let account = account.filter(|account| is_subject(account)).ok_or(Fault::NoSubject)?;
        let token = Secret::new(text(&said, "access_token").ok_or(Fault::AnswerMalformed)?);
        let mut vouched = Vouched {
            // An open_id is another one for each app.
            subject: format!("{}/{account}", self.gateway.app_id),
            name: String::new(),
            number: None,
            level: RealNameLevel::default(),
            token: None,
        };
        match self.real_name {
            RealName::None => {}
            RealName::Share => self.share(&token, &account, &mut vouched, now).await?,
            RealName::Match => vouched.token = Some(token),
        }
        Ok(vouched)
    }

    /// Whether a name and a number are those of the account behind `token`.
    ///
    /// # Errors
    /// When Alipay does not answer, or not as it should.
    pub async fn matches(
        &self,
        token: &Secret,
        name: &str,
        number: &IdentityNumber,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let person = json!({
            "user_name": name, "cert_type": "IDENTITY_CARD", "cert_no": number.normalised(),
        });
        let person = person.to_string();
        let method = "alipay.user.certdoc.certverify.preconsult";
        let said = self.gateway.ask(method, &[("biz_content", &person)], None, now).await?;
        let id = text(&said, "verify_id").ok_or(Fault::AnswerMalformed)?;
        let asked = json!({ "verify_id": id }).to_string();
        let method = "alipay.user.certdoc.certverify.consult";
        let said = self.gateway.ask(method, &[("biz_content", &asked)], Some(token), now).await?;
        match text(&said, "passed").as_deref() {
            Some("T") => Ok(true),
            Some("F") => Ok(false),
            _ => Err(Fault::AnswerMalformed),
        }
    }

    /// Name and number, where the contract gives them. Somebody whose name Alipay has not checked gives none.
    async fn share(
        &self,
        token: &Secret,
        account: &str,
        vouched: &mut Vouched,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let said = self.gateway.ask("alipay.user.info.share", &[], Some(token), now).await?;
        let other = text(&said, "open_id").or_else(|| text(&said, "user_id"));
        if other.is_some_and(|other| other != account) {
            return Err(Fault::SubjectDiffers);
        }
        let name = text(&said, "user_name").unwrap_or_default();
        vouched.name = name.chars().filter(|one| !one.is_control()).take(NAME_MAX).collect();
        let kind = text(&said, "cert_type").unwrap_or_default();
        let is_resident = matches!(kind.as_str(), "0" | "IDENTITY_CARD");
        let is_certified = text(&said, "is_certified").as_deref() == Some("T");
        if let (true, true, Some(number)) = (is_resident, is_certified, text(&said, "cert_no")) {
            let number = IdentityNumber::parse(&number, now.beijing().date());
            vouched.number = Some(number.map_err(|_| Fault::NumberInvalid)?);
            vouched.level = self.level;
        }
        Ok(())
    }
}

/// A member as text; Alipay writes numbers either way.
fn text(said: &Map<String, Value>, name: &str) -> Option<String> {
    match said.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Parameters by name.
pub type Parameters = BTreeMap<String, String>;
