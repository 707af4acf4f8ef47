//! Wakes the islands in the browser: the page script calls [`hydrate`] once, then the function of each island.

// The islands are functions of this crate; without the name the linker would not keep them.
use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Prepares the page for its islands.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
