//! An instant in the page: for people as they say it, for machines as RFC 3339.

use domain::time::Timestamp;
use leptos::prelude::*;

use crate::text::Around;

/// The instant `at`, as it is said.
pub fn time(at: Timestamp, said: String) -> impl IntoView + use<> {
    view! { <time datetime=at.to_string()>{said}</time> }
}

/// A marked-up part between the words that surround it.
pub fn around<V: IntoView>((before, after): Around, part: V) -> impl IntoView + use<V> {
    // An empty text would be written as a space.
    let words = |words: &'static str| (!words.is_empty()).then_some(words);
    view! { {words(before)}{part}{words(after)} }
}
