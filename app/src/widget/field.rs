//! A field of a form: its label, what it wants, and why it was not accepted, beside it.

use leptos::prelude::*;

/// What stands around a field's control.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The name that is sent.
    pub name: &'static str,
    /// Its identifier in the page, where several forms of one page have a field of that name; else the name.
    pub id: Option<String>,
    /// What it is called.
    pub label: &'static str,
    /// What it wants, where the label does not say it.
    pub hint: Option<&'static str>,
    /// Why it was not accepted.
    pub error: Option<String>,
    /// What is written in it.
    pub value: String,
}

/// How a line of text is typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Typing {
    /// `autocomplete`.
    pub autocomplete: Option<&'static str>,
    /// `inputmode`.
    pub inputmode: Option<&'static str>,
    /// The most characters.
    pub most: usize,
    /// Whether it may stay empty.
    pub optional: bool,
}

impl Field {
    fn id(&self) -> String {
        self.id.clone().unwrap_or_else(|| self.name.to_owned())
    }

    fn hint_id(&self) -> String {
        format!("{}-hint", self.id())
    }

    fn error_id(&self) -> String {
        format!("{}-error", self.id())
    }

    /// The identifiers of what describes the control.
    pub fn described(&self) -> Option<String> {
        let error = self.error.as_ref().map(|_| self.error_id());
        let hint = self.hint.map(|_| self.hint_id());
        let ids: Vec<String> = error.into_iter().chain(hint).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// `aria-invalid`.
    pub fn invalid(&self) -> Option<&'static str> {
        self.error.as_ref().map(|_| "true")
    }

    /// The field around a control.
    pub fn around(&self, control: AnyView) -> AnyView {
        view! {
            <div class="field">
                <label class="field__label" for=self.id()>{self.label}</label>
                {control}
                {self.words()}
            </div>
        }
        .into_any()
    }

    /// The reason and the hint.
    fn words(&self) -> AnyView {
        let error = self.error.clone().map(|error| {
            view! {
                <p class="field__error" id=self.error_id() data-error=self.name>{error}</p>
            }
        });
        let hint = self.hint.map(|hint| {
            view! { <p class="field__hint" id=self.hint_id()>{hint}</p> }
        });
        view! { {error}{hint} }.into_any()
    }

    /// A line of text.
    pub fn text(&self, typing: Typing) -> AnyView {
        let control = view! {
            <input
                class="field__input"
                id=self.id()
                name=self.name
                value=self.value.clone()
                maxlength=typing.most.to_string()
                required=!typing.optional
                autocomplete=typing.autocomplete.unwrap_or("off")
                inputmode=typing.inputmode
                aria-invalid=self.invalid()
                aria-describedby=self.described()
            />
        };
        self.around(control.into_any())
    }

    /// Several lines of text.
    pub fn lines(&self, rows: u8, most: usize) -> AnyView {
        let control = view! {
            <textarea
                class="field__input field__input--lines"
                id=self.id()
                name=self.name
                rows=rows.to_string()
                maxlength=most.to_string()
                required
                aria-invalid=self.invalid()
                aria-describedby=self.described()
            >
                {self.value.clone()}
            </textarea>
        };
        self.around(control.into_any())
    }

    /// A day of the calendar; it may stay empty.
    pub fn day(&self) -> AnyView {
        let control = view! {
            <input
                class="field__input"
                id=self.id()
                name=self.name
                type="date"
                value=self.value.clone()
                aria-invalid=self.invalid()
                aria-describedby=self.described()
            />
        };
        self.around(control.into_any())
    }

    /// One of several: value and words. `none` is what stands there before anything was chosen, if something must be.
    pub fn choice(
        &self,
        none: impl Into<Option<&'static str>>,
        choices: Vec<(String, String)>,
    ) -> AnyView {
        let none = none.into().map(|none| view! { <option value="">{none}</option> });
        let options: Vec<_> = choices
            .into_iter()
            .map(|(value, words)| {
                let selected = value == self.value;
                view! { <option value=value selected=selected>{words}</option> }
            })
            .collect();
        let control = view! {
            <select
                class="field__input field__input--select"
                id=self.id()
                name=self.name
                aria-invalid=self.invalid()
                aria-describedby=self.described()
            >
                {none}
                {options}
            </select>
        };
        self.around(control.into_any())
    }

    /// A sentence to be confirmed: the label.
    pub fn confirmation(&self) -> AnyView {
        view! {
            <div class="field">
                <label class="check">
                    <input
                        class="check__box"
                        type="checkbox"
                        id=self.id()
                        name=self.name
                        value="on"
                        checked=self.value == "on"
                        aria-invalid=self.invalid()
                        aria-describedby=self.described()
                    />
                    <span>{self.label}</span>
                </label>
                {self.words()}
            </div>
        }
        .into_any()
    }
}
