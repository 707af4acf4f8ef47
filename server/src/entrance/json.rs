//! JSON in which nothing is named twice. Two readers of one text must not see two things: which of two `sub` counts is
//! nobody's guess.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

/// How deep objects and lists may stand in each other.
const DEPTH_MAX: u8 = 16;

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is no JSON object.
    Malformed,
    /// It names something twice.
    Duplicate,
}

/// What the text of an error that means "twice" begins with.
const TWICE: &str = "named twice";

/// Reads one object, and nothing after it.
///
/// # Errors
/// [`Unread`].
pub fn object(bytes: &[u8]) -> Result<Map<String, Value>, Unread> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict(DEPTH_MAX).deserialize(&mut reader).map_err(|error| unread(&error))?;
    reader.end().map_err(|_| Unread::Malformed)?;
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(Unread::Malformed),
    }
}

/// Reads the members of one object, each as the very text that stands there.
///
/// # Errors
/// [`Unread`].
pub fn members(text: &str) -> Result<BTreeMap<String, Box<RawValue>>, Unread> {
    let members: Members = serde_json::from_str(text).map_err(|error| unread(&error))?;
    Ok(members.0)
}

fn unread(error: &serde_json::Error) -> Unread {
    if error.to_string().starts_with(TWICE) { Unread::Duplicate } else { Unread::Malformed }
}

struct Strict(u8);

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self.deeper()?)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(self.deeper()?)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom(TWICE));
            }
        }
        Ok(Value::Object(object))
    }
}

impl Strict {
    fn deeper<E: serde::de::Error>(&self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| E::custom("too deep"))
    }
}

struct Members(BTreeMap<String, Box<RawValue>>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom(TWICE));
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_named_twice_at_any_depth() {
        assert!(object(br#"{"a":[1,{"b":"x","c":null}],"d":1.5}"#).is_ok());
        for text in [r#"{"a":1,"a":1}"#, r#"{"a":{"b":1,"b":2}}"#, r#"{"a":[{"b":1,"\u0062":2}]}"#]
        {
            assert_eq!(object(text.as_bytes()), Err(Unread::Duplicate), "{text}");
        }
        let deep = format!("{}{}", "{\"a\":".repeat(20), "1".to_owned() + &"}".repeat(20));
        for text in ["", "[]", "1", "{} {}", "{\"a\"}", "{\"a\":1", &deep] {
            assert_eq!(object(text.as_bytes()), Err(Unread::Malformed), "{text}");
        }
    }

    #[test]
    fn a_member_keeps_its_very_text() {
        let text = "{ \"node\" : {\"b\" : \"\\u4e2d\",\"a\":1.0} ,\"sign\":\"x\"}";
        let members = members(text).unwrap();
        assert_eq!(members["node"].get(), "{\"b\" : \"\\u4e2d\",\"a\":1.0}");
        assert_eq!(super::members(r#"{"a":1,"a":2}"#).unwrap_err(), Unread::Duplicate);
    }
}
