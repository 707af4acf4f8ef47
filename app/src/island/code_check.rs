//! The credit code of an application, checked as soon as it is written: by the same function that the server asks.

use domain::credit_code::{CreditCode, LENGTH};
use domain::language::Language;
use leptos::prelude::*;

use super::given::given;
use super::line::{Crosses, Fields, Line};
use crate::text::Text;

/// What the island is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeCheckModel {
    /// What was written before.
    pub code: String,
    /// Why it was not accepted.
    pub error: String,
    /// The language.
    pub language: Language,
}

impl Crosses for CodeCheckModel {
    fn write(&self, line: &mut Line) {
        line.text(&self.code);
        line.text(&self.error);
        self.language.write(line);
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            code: fields.text()?.to_owned(),
            error: fields.text()?.to_owned(),
            language: Language::read(fields)?,
        })
    }
}

/// The field of the credit code, with what is to be said of it. What changes is changed in place: a signal would weigh
/// more than the whole island.
#[island]
pub fn CodeCheck() -> impl IntoView {
    let CodeCheckModel { code, error, language } = given();
    let text = Text(language);
    let is_wrong = !error.is_empty();
    let tone = if is_wrong { WRONG } else { GOOD };
    view! {
        <div class="field">
            <label class="field__label" for="credit_code">{text.field_credit_code()}</label>
            <input
                class="field__input field__input--number"
                id="credit_code"
                name="credit_code"
                value=code
                maxlength="40"
                required
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                aria-invalid=if is_wrong { "true" } else { "false" }
                aria-describedby="credit_code-said credit_code-hint"
                on:input:capture=move |event| check_whole(&event_target_value(&event), text)
                on:change:capture=move |event| check(&event_target_value(&event), text)
            />
            <p
                class=tone
                id="credit_code-said"
                role="status"
                data-error=is_wrong.then_some("credit_code")
            >
                {error}
            </p>
            <p class="field__hint" id="credit_code-hint">{text.field_credit_code_hint()}</p>
        </div>
    }
}

const GOOD: &str = "field__good";
const WRONG: &str = "field__error";

/// Says it as soon as the last character is written: if only the press of the button brought a line, the button would
/// move away from under the finger.
fn check_whole(written: &str, text: Text) {
    if written.len() >= LENGTH {
        check(written, text);
    }
}

/// Says what is to be said of a code.
fn check(written: &str, text: Text) {
    let (said, is_wrong) = match written.parse::<CreditCode>() {
        _ if written.is_empty() => ("", false),
        Ok(_) => (text.code_good(), false),
        Err(fault) => (text.not_a_credit_code(fault), true),
    };
    say(said, is_wrong);
}

/// On the server nobody writes.
#[cfg(not(feature = "hydrate"))]
const fn say(said: &str, is_wrong: bool) {
    let _ = (said, is_wrong);
}

#[cfg(feature = "hydrate")]
fn say(said: &str, is_wrong: bool) {
    let find = |id: &str| document().get_element_by_id(id);
    if let Some(input) = find("credit_code") {
        let _ = input.set_attribute("aria-invalid", if is_wrong { "true" } else { "false" });
    }
    if let Some(line) = find("credit_code-said") {
        line.set_text_content(Some(said));
        line.set_class_name(if is_wrong { WRONG } else { GOOD });
        let _ = if is_wrong {
            line.set_attribute("data-error", "credit_code")
        } else {
            line.remove_attribute("data-error")
        };
    }
}
