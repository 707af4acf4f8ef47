//! Wakes the islands in the browser: the page script calls [`hydrate`] once, then the function of each island.

use leptos::web_sys::Element;
use wasm_bindgen::prelude::wasm_bindgen;

/// Prepares the page for its islands.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

/// Says which island is woken next, so that it finds its model.
#[wasm_bindgen]
pub fn wakes(island: Element) {
    app::island::wakes(island);
}
