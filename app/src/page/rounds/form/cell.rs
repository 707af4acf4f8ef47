//! One control with its label and what is wrong with it. Unlike `widget::field` its name may be put together, because
//! rows are numbered.

use leptos::prelude::*;

/// A control.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// The name that is sent; also its identifier in the page.
    pub(super) name: String,
    /// What it is called.
    pub(super) label: String,
    /// What is in it.
    pub(super) value: String,
    /// Why it was not accepted.
    pub(super) error: Option<String>,
    /// What it wants.
    pub(super) hint: Option<&'static str>,
    /// The type of the input; empty: text.
    pub(super) kind: &'static str,
    /// Whether digits are typed.
    pub(super) number: bool,
    /// The most characters.
    pub(super) most: Option<usize>,
}

impl Cell {
    fn described(&self) -> Option<String> {
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        let hint = self.hint.map(|_| format!("{}-hint", self.name));
        let ids: Vec<String> = error.into_iter().chain(hint).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.as_ref().map(|_| "true")
    }

    fn around(&self, control: AnyView) -> AnyView {
        let name = self.name.clone();
        let error = self.error.clone().map(|error| {
            let id = format!("{name}-error");
            view! { <p class="field__error" id=id data-error=name.clone()>{error}</p> }
        });
        let hint = self.hint.map(|hint| {
            view! { <p class="field__hint" id=format!("{}-hint", self.name)>{hint}</p> }
        });
        view! {
            <div class="field">
                <label class="field__label" for=self.name.clone()>{self.label.clone()}</label>
                {control}
                {error}
                {hint}
            </div>
        }
        .into_any()
    }

    /// A line of text, a number, a time.
    pub(super) fn input(&self) -> AnyView {
        let class = if self.number { "field__input field__input--number" } else { "field__input" };
        let control = view! {
            <input
                class=class
                id=self.name.clone()
                name=self.name.clone()
                type=if self.kind.is_empty() { "text" } else { self.kind }
                value=self.value.clone()
                maxlength=self.most.map(|most| most.to_string())
                inputmode=self.number.then_some("decimal")
                autocomplete="off"
                aria-invalid=self.invalid()
                aria-describedby=self.described()
            />
        };
        self.around(control.into_any())
    }

    /// One of several: value and words. `none` is what stands there before anything was chosen.
    pub(super) fn choice(
        &self,
        none: Option<&'static str>,
        choices: Vec<(String, String)>,
    ) -> AnyView {
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
                id=self.name.clone()
                name=self.name.clone()
                aria-invalid=self.invalid()
                aria-describedby=self.described()
            >
                {none.map(|none| view! { <option value="">{none}</option> })}
                {options}
            </select>
        };
        self.around(control.into_any())
    }
}
