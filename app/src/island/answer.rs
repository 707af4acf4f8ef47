//! What the server says to an island, taken out of its JSON by the browser's own reader: a reader of our own would
//! weigh more than everything else that an island does. The types are those that the server writes (`LiveStock`,
//! `Claimed`, `Failure`); whatever does not look like them is nothing.

use domain::refusal::Refusal;
use domain::round::Phase;
use domain::time::Timestamp;
use wasm_bindgen::{JsCast, JsValue};

use super::live::{LivePack, LiveStock};
use crate::act::Claimed;
use crate::failure::Failure;

/// A value of the JSON.
pub(super) struct Answer(JsValue);

impl Answer {
    /// A value that was read already.
    pub(super) const fn of(value: JsValue) -> Self {
        Self(value)
    }

    /// Reads a text.
    pub(super) fn read(text: &str) -> Option<Self> {
        js_sys::JSON::parse(text).ok().map(Self)
    }

    /// What is left of a round.
    pub(super) fn live(&self) -> Option<LiveStock> {
        let packs = self.field("packs")?.0.dyn_into::<js_sys::Array>().ok()?;
        let mut left = Vec::new();
        for pack in packs {
            left.push(Self(pack).pack()?);
        }
        Some(LiveStock {
            remaining: self.count("remaining")?,
            phase: Phase::from_code(&self.text("phase")?)?,
            server_time: instant(&self.text("server_time")?)?,
            packs: left,
        })
    }

    /// A claim.
    pub(super) fn claimed(&self) -> Option<Claimed> {
        Some(Claimed { pack: self.text("pack")?.parse().ok()?, serial: self.count("serial") })
    }

    /// A no. What is not one of ours says nothing about the act.
    pub(super) fn failure(&self) -> Failure {
        self.known_failure().unwrap_or(Failure::Unknown)
    }

    fn known_failure(&self) -> Option<Failure> {
        if let Some(refused) = self.field("refused") {
            return Some(Failure::Refused {
                refusal: Refusal::from_code(&refused.text("refusal")?)?,
                // Which claim it is, the page asks the wallet.
                claim: None,
                retry_after_ms: refused.count("retry_after_ms"),
            });
        }
        // The place in the line is for the page without scripts: here its time is what counts, as it is for whoever
        // asked too often.
        if let Some(busy) = ["busy", "waiting", "too_many"].iter().find_map(|it| self.field(it)) {
            return Some(Failure::Busy { retry_after_ms: busy.count("retry_after_ms")? });
        }
        if self.field("invalid").is_some() {
            return Some(Failure::invalid("", ""));
        }
        match self.0.as_string()?.as_str() {
            "not_found" => Some(Failure::NotFound),
            "forbidden" => Some(Failure::Forbidden),
            _ => None,
        }
    }

    fn pack(&self) -> Option<LivePack> {
        Some(LivePack { id: self.text("id")?.parse().ok()?, remaining: self.count("remaining")? })
    }

    fn field(&self, name: &str) -> Option<Self> {
        let value = js_sys::Reflect::get(&self.0, &JsValue::from_str(name)).ok()?;
        (!value.is_null() && !value.is_undefined()).then_some(Self(value))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.field(name)?.0.as_string()
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the server wrote a `u32`; the cast keeps any other number in its range"
    )]
    fn count(&self, name: &str) -> Option<u32> {
        self.field(name)?.0.as_f64().map(|number| number as u32)
    }
}

/// An instant as the API writes it.
fn instant(text: &str) -> Option<Timestamp> {
    let ms = js_sys::Date::parse(text);
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below 2^53")]
    (ms >= 0.0).then(|| Timestamp::from_millis(ms as i64))
}
