//! Nearest first: the position is asked for only when the person presses, and only goes into the page's address.

use domain::language::Language;
use leptos::prelude::*;

use super::changing::{value, words};
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

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Idle,
    Waiting,
    Failed,
}

/// The button. Before it is awake the style sheet hides it: without JavaScript no position can be had.
#[island]
pub fn NearMe() -> impl IntoView {
    let NearMeModel { path, language } = given();
    let text = Text(language);
    let step = RwSignal::new(Step::Idle);
    let said = move || {
        match step.get() {
            Step::Idle => text.nearest_note(),
            Step::Waiting => text.nearest_waiting(),
            Step::Failed => text.nearest_failed(),
        }
        .to_owned()
    };
    let busy = move || (step.get() == Step::Waiting).then(|| "true".to_owned());
    let press = move |_| {
        step.set(Step::Waiting);
        ask(path.clone(), step);
    };
    view! {
        <div class="near">
            <button
                class="button"
                type="button"
                aria-busy=value(busy)
                on:click:capture=press
            >
                {text.nearest_first()}
            </button>
            <p class="shops__note" role="status">{words(said)}</p>
        </div>
    }
}

/// On the server nobody presses.
#[cfg(not(feature = "hydrate"))]
fn ask(path: String, step: RwSignal<Step>) {
    drop(path);
    step.set(Step::Failed);
}

/// Asks the browser, which asks the person; then goes to the same page with the position in its address.
#[cfg(feature = "hydrate")]
fn ask(path: String, step: RwSignal<Step>) {
    use leptos::wasm_bindgen::JsCast;
    use leptos::wasm_bindgen::JsValue;
    use leptos::wasm_bindgen::closure::Closure;

    let get = |from: &JsValue, name: &str| js_sys::Reflect::get(from, &name.into()).ok();
    let found = Closure::once_into_js(move |position: JsValue| {
        let coords = get(&position, "coords").unwrap_or_default();
        let number = |name| get(&coords, name).and_then(|it| it.as_f64());
        if let (Some(latitude), Some(longitude)) = (number("latitude"), number("longitude"))
            && let Ok(near) = domain::place::Position::from_degrees(latitude, longitude)
        {
            let joint = if path.contains('?') { '&' } else { '?' };
            let mut address = path;
            address.push(joint);
            address.push_str("near=");
            address.push_str(&near.to_string());
            let _ = window().location().assign(&address);
        } else {
            step.set(Step::Failed);
        }
    });
    let failed = Closure::once_into_js(move |_: JsValue| step.set(Step::Failed));
    let asked = get(&window().into(), "navigator")
        .and_then(|navigator| get(&navigator, "geolocation"))
        .and_then(|geolocation| {
            let function = get(&geolocation, "getCurrentPosition")?;
            let function: js_sys::Function = function.dyn_into().ok()?;
            function.call2(&geolocation, &found, &failed).ok()
        });
    if asked.is_none() {
        step.set(Step::Failed);
    }
}
