//! The credit code of an application, checked as soon as it is written: by the same function that the server asks.

use domain::credit_code::CreditCode;
use domain::language::Language;
use leptos::prelude::*;

use super::changing::{class, value, words};
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

/// The field of the credit code, with what is to be said of it.
#[island]
pub fn CodeCheck() -> impl IntoView {
    let CodeCheckModel { code, error, language } = given();
    let text = Text(language);
    // What is said, and whether it is good.
    let said = RwSignal::new((error, false));
    let check = move |event: leptos::ev::Event| {
        let written = event_target_value(&event);
        said.set(match written.parse::<CreditCode>() {
            _ if written.is_empty() => (String::new(), false),
            Ok(_) => (text.code_good().to_owned(), true),
            Err(fault) => (text.not_a_credit_code(fault).to_owned(), false),
        });
    };
    let wrong = move || said.with(|(said, good)| !said.is_empty() && !good);
    let invalid = move || wrong().then(|| "true".to_owned());
    let error_of = move || wrong().then(|| "credit_code".to_owned());
    let tone = move || if wrong() { "field__error" } else { "field__good" };
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
                aria-invalid=value(invalid)
                aria-describedby="credit_code-said credit_code-hint"
                on:change:capture=check
            />
            <p class=class(tone) id="credit_code-said" role="status" data-error=value(error_of)>
                {words(move || said.with(|(said, _)| said.clone()))}
            </p>
            <p class="field__hint" id="credit_code-hint">{text.field_credit_code_hint()}</p>
        </div>
    }
}
