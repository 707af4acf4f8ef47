//! A government app with an OAuth 2.0 of its own, such as a city's super-app: no two name their parameters alike. All
//! of it is configuration: names, order, request styles, envelopes, signatures, the letters of a state.

pub mod template;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::time::Timestamp;
use http::{HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use self::template::{Facts, Pairs, Signature};
use super::attempt::Attempt;
use super::fault::Fault;
use super::json::{self, Unread};
use super::mapping::Mapping;
use super::outbound::{Call, Outbound};
use super::returned::Returned;
use super::secret::Secret;
use super::{Vouched, address_with};

/// How parameters travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// A form in a POST.
    Form,
    /// A JSON object in a POST.
    Json,
    /// The query of a GET.
    Query,
}

/// What stands in `Authorization`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authorization {
    /// Nothing.
    #[default]
    None,
    /// Identifier and secret of the client.
    Basic,
    /// The access token.
    Bearer,
}

/// A question to the app.
pub struct Question {
    /// Its address.
    pub url: String,
    /// How its parameters travel.
    pub style: Style,
    /// The parameters, in their order.
    pub parameters: Pairs,
    /// What stands in `Authorization`.
    pub authorization: Authorization,
    /// What says that all is well: a pointer into the answer, and the value that stands there.
    pub ok: Option<(String, String)>,
}

/// A government app as an entrance.
pub struct Gov {
    /// Where people are sent.
    pub authorize_url: String,
    /// With which parameters, in their order.
    pub authorize: Pairs,
    /// What stands behind a `#` at the end of the address.
    pub fragment: Option<String>,
    /// What the state is called on the way back.
    pub state_parameter: String,
    /// What the code is called on the way back.
    pub code_parameter: String,
    /// What the app calls us.
    pub client_id: String,
    /// What only it and we know.
    pub client_secret: Secret,
    /// How the code is given.
    pub token: Question,
    /// Where the access token stands in the answer.
    pub access_token: String,
    /// How one asks who it is; without it, the token's answer says so.
    pub person: Option<Question>,
    /// How questions are signed.
    pub signature: Option<Signature>,
    /// How the answer is read.
    pub mapping: Mapping,
    /// What calls it.
    pub outbound: Outbound,
}

impl Gov {
    /// Where the browser is sent.
    ///
    /// # Errors
    /// When the address cannot be signed.
    pub fn address(
        &self,
        attempt: &Attempt,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<String, Fault> {
        let challenge = attempt.challenge();
        let facts = Facts {
            state: &attempt.state,
            challenge: &challenge,
            ..self.facts(redirect_uri, attempt, now)
        };
        let pairs = self.authorize.filled(&facts);
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut address = address_with(&self.authorize_url, &pairs);
        if let Some(fragment) = &self.fragment {
            address.push('#');
            address.push_str(fragment);
        }
        Ok(address)
    }

    /// What the app vouches for, of whoever came back.
    ///
    /// # Errors
    /// The first [`Fault`] that is found.
    pub async fn vouch(
        &self,
        returned: &Returned,
        attempt: &Attempt,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<Vouched, Fault> {
        let code = returned.code(&self.code_parameter)?;
        let facts = Facts { code, ..self.facts(redirect_uri, attempt, now) };
        let answer = self.ask(&self.token, &facts).await?;
        let mut answers = vec![answer];
        if let Some(person) = &self.person {
            let token = answers[0].pointer(&self.access_token).and_then(Value::as_str);
            let token = token.filter(|token| !token.is_empty()).ok_or(Fault::AnswerMalformed)?;
            let facts = Facts { access_token: token, ..facts };
            let said = self.ask(person, &facts).await?;
            answers.insert(0, said);
        }
        self.mapping.read(&answers.iter().collect::<Vec<_>>(), now.beijing().date())
    }

    fn facts<'a>(
        &'a self,
        redirect_uri: &'a str,
        attempt: &'a Attempt,
        now: Timestamp,
    ) -> Facts<'a> {
        Facts {
            client_id: &self.client_id,
            client_secret: self.client_secret.reveal(),
            redirect_uri,
            verifier: &attempt.verifier,
            nonce: &attempt.nonce,
            now,
            state: "",
            challenge: "",
            code: "",
            access_token: "",
        }
    }

    async fn ask(&self, question: &Question, facts: &Facts<'_>) -> Result<Value, Fault> {
        let mut pairs = question.parameters.filled(facts);
        if let Some(signature) = &self.signature {
            signature.add(&mut pairs, facts)?;
        }
        let answer = self.outbound.once(&self.call(question, &pairs, facts)?).await?;
        match answer.status {
            StatusCode::OK => {}
            status if status.is_server_error() => return Err(Fault::ProviderBroken),
            _ => return Err(Fault::CodeRefused),
        }
        let answer = Value::Object(object(&answer.body)?);
        if let Some((pointer, good)) = &question.ok {
            let said = match answer.pointer(pointer) {
                Some(Value::String(text)) => text.clone(),
                Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
                _ => return Err(Fault::AnswerMalformed),
            };
            if said != *good {
                return Err(Fault::AnswerRefused);
            }
        }
        Ok(answer)
    }

    fn call(
        &self,
        question: &Question,
        pairs: &[(String, String)],
        facts: &Facts<'_>,
    ) -> Result<Call, Fault> {
        let mut call = match question.style {
            Style::Query => {
                let pairs: Vec<(&str, &str)> =
                    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                Call::get(address_with(&question.url, &pairs))
            }
            Style::Form => {
                let form = serde_urlencoded::to_string(pairs).map_err(|_| Fault::NoCode)?;
                Call::form(&question.url, form)
            }
            Style::Json => {
                let object: Map<String, Value> = pairs
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone().into()))
                    .collect();
                let body = Some(("application/json", Value::Object(object).to_string()));
                Call { method: Method::POST, url: question.url.clone(), body, authorization: None }
            }
        };
        let authorization = match question.authorization {
            Authorization::None => return Ok(call),
            Authorization::Basic => {
                let both = format!("{}:{}", self.client_id, self.client_secret.reveal());
                format!("Basic {}", STANDARD.encode(both))
            }
            Authorization::Bearer => format!("Bearer {}", facts.access_token),
        };
        let value = HeaderValue::from_str(&authorization).map_err(|_| Fault::AnswerMalformed)?;
        call.authorization = Some(value);
        Ok(call)
    }
}

fn object(body: &[u8]) -> Result<Map<String, Value>, Fault> {
    json::object(body).map_err(|unread| match unread {
        Unread::Malformed => Fault::AnswerMalformed,
        Unread::Duplicate => Fault::AnswerDuplicate,
    })
}
