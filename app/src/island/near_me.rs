//! Nearest first: the position is asked for only when the person presses, and only goes into the page's address.

use domain::language::Language;
use leptos::prelude::*;

use super::given::given;
use super::line::{Crosses, Fields, Line};
use crate::text::Text;

/// What the island is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMeModel {
    /// The address of the page in its usual order.
    pub path: String,
    /// The language.
    pub language: Language,
}

impl Crosses for NearMeModel {
    fn write(&self, line: &mut Line) {
        line.text(&self.path);
        self.language.write(line);
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { path: fields.text()?.to_owned(), language: Language::read(fields)? })
    }
}

/// The button. Before it is awake the style sheet hides it: without JavaScript no position can be had. What changes is
/// changed in place: a signal would weigh more than the whole island.
#[island]
pub fn NearMe() -> impl IntoView {
    let NearMeModel { path, language } = given();
    let text = Text(language);
    view! {
        <div class="near">
            <button
                class="button"
                id="near-me"
                type="button"
                on:click:capture=move |_| ask(path.clone(), text)
            >
                {text.nearest_first()}
            </button>
            <p class="shops__note" id="near-me-said" role="status">{text.nearest_note()}</p>
        </div>
    }
}

/// On the server nobody presses.
#[cfg(not(feature = "hydrate"))]
fn ask(path: String, text: Text) {
    let _ = (path, text.nearest_waiting(), text.nearest_failed());
}

/// Asks the browser, which asks the person; then goes to the same page with the position in its address.
#[cfg(feature = "hydrate")]
fn ask(path: String, text: Text) {
    use leptos::wasm_bindgen::closure::Closure;
    use leptos::wasm_bindgen::{JsCast, JsValue};

    say(text.nearest_waiting(), true);
    // Called with a position, or with an error, which has none.
    let told = Closure::once_into_js(move |answer: JsValue| match position(&answer) {
        Some(near) => {
            let mut address = path;
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str("near=");
            address.push_str(&near.to_string());
            let _ = window().location().assign(&address);
        }
        None => say(text.nearest_failed(), false),
    });
    let asked = get(&window().into(), "navigator")
        .and_then(|navigator| get(&navigator, "geolocation"))
        .and_then(|geolocation| {
            let function = get(&geolocation, "getCurrentPosition")?;
            let function = function.dyn_ref::<js_sys::Function>()?;
            function.call2(&geolocation, &told, &told).ok()
        });
    if asked.is_none() {
        say(text.nearest_failed(), false);
    }
}

#[cfg(feature = "hydrate")]
fn get(from: &leptos::wasm_bindgen::JsValue, name: &str) -> Option<leptos::wasm_bindgen::JsValue> {
    js_sys::Reflect::get(from, &name.into()).ok()
}

#[cfg(feature = "hydrate")]
fn position(answer: &leptos::wasm_bindgen::JsValue) -> Option<domain::place::Position> {
    let coords = get(answer, "coords")?;
    let number = |name| get(&coords, name)?.as_f64();
    domain::place::Position::from_degrees(number("latitude")?, number("longitude")?).ok()
}

#[cfg(feature = "hydrate")]
fn say(said: &str, is_busy: bool) {
    let find = |id: &str| document().get_element_by_id(id);
    if let Some(button) = find("near-me") {
        let _ = button.set_attribute("aria-busy", if is_busy { "true" } else { "false" });
    }
    if let Some(line) = find("near-me-said") {
        line.set_text_content(Some(said));
    }
}
