//! Where a provider's answer says what: JSON pointers (RFC 6901) to the account, the name, the identity number and the
//! level, as they are configured.

use std::collections::BTreeMap;

use domain::identity_number::IdentityNumber;
use domain::round::RealNameLevel;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::Vouched;
use super::fault::Fault;
use crate::backend::sign_in::NAME_MAX;

/// The longest name of an account at a provider, in bytes.
pub const SUBJECT_MAX: usize = 255;

/// The pointers, as they are configured.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The account. An OpenID provider's is always `/sub`.
    pub subject: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The identity number.
    pub number: Option<String>,
    /// The level, in the provider's words.
    pub level: Option<String>,
}

/// How an answer is read.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Where things are.
    pub claims: Claims,
    /// What the provider's words for a level mean. Without any, everybody has `most`.
    pub levels: BTreeMap<String, RealNameLevel>,
    /// The most that this entrance vouches for.
    pub most: RealNameLevel,
}

impl Mapping {
    /// What the answers vouch for; of several answers the first that says something counts.
    ///
    /// # Errors
    /// [`Fault::NoSubject`], [`Fault::NumberInvalid`].
    pub fn read(&self, answers: &[&Value], today: Date) -> Result<Vouched, Fault> {
        let said = |pointer: &Option<String>| {
            let pointer = pointer.as_deref()?;
            answers.iter().find_map(|answer| text(answer.pointer(pointer)?))
        };
        let subject = said(&self.claims.subject).filter(|text| is_subject(text));
        let name = said(&self.claims.name).unwrap_or_default();
        let number = said(&self.claims.number).filter(|text| !text.is_empty());
        let number = number.map(|text| IdentityNumber::parse(&text, today)).transpose();
        Ok(Vouched {
            subject: subject.ok_or(Fault::NoSubject)?,
            name: name.chars().filter(|one| !one.is_control()).take(NAME_MAX).collect(),
            number: number.map_err(|_| Fault::NumberInvalid)?,
            level: self.level(said(&self.claims.level).as_deref()),
            token: None,
        })
    }

    /// What a provider's word for a level means here. An unknown word means nothing at all.
    pub fn level(&self, word: Option<&str>) -> RealNameLevel {
        if self.levels.is_empty() {
            return self.most;
        }
        let level = word.and_then(|word| self.levels.get(word)).copied().unwrap_or_default();
        level.min(self.most)
    }
}

/// Whether a text can name an account: not empty, not endless, no control characters.
pub fn is_subject(text: &str) -> bool {
    (1..=SUBJECT_MAX).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// Some providers write numbers as numbers.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mapping() -> Mapping {
        let pointer = |text: &str| Some(text.to_owned());
        Mapping {
            claims: Claims {
                subject: pointer("/data/id"),
                name: pointer("/data/name"),
                number: pointer("/data/no"),
                level: pointer("/data/level"),
            },
            levels: [("face".to_owned(), RealNameLevel(3)), ("2".to_owned(), RealNameLevel(2))]
                .into(),
            most: RealNameLevel(2),
        }
    }

    #[test]
    fn an_answer_is_read_where_it_was_configured() {
        let today = jiff::civil::date(2020, 4, 22);
        let answer = json!({"data": {"id": 7, "name": "王\n芳", "no": "140581199207080122", "level": "face"}});
        let vouched = mapping().read(&[&json!({}), &answer], today).unwrap();
        assert_eq!((vouched.subject.as_str(), vouched.name.as_str()), ("7", "王芳"));
        assert!(vouched.number.is_some());
        assert_eq!(vouched.level, RealNameLevel(2), "never more than the entrance vouches for");
    }

    #[test]
    fn what_is_not_said_is_not_there() {
        let today = jiff::civil::date(2020, 4, 22);
        let vouched = mapping().read(&[&json!({"data": {"id": "a", "no": ""}})], today).unwrap();
        assert!(vouched.number.is_none() && vouched.level == RealNameLevel(0));
        for (answer, fault) in [
            (json!({}), Fault::NoSubject),
            (json!({"data": {"id": ""}}), Fault::NoSubject),
            (json!({"data": {"id": {"a": 1}}}), Fault::NoSubject),
            (json!({"data": {"id": "a\u{0}"}}), Fault::NoSubject),
            (json!({"data": {"id": "x".repeat(256)}}), Fault::NoSubject),
            (json!({"data": {"id": "a", "no": "140581199207080123"}}), Fault::NumberInvalid),
        ] {
            assert_eq!(mapping().read(&[&answer], today).err(), Some(fault), "{answer}");
        }
    }
}
