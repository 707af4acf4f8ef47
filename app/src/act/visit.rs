//! What a visitor chooses for the visit: language, view, and to leave.

#![cfg_attr(
    feature = "ssr",
    expect(
        clippy::unused_async,
        reason = "a server function is asynchronous, this one by name only"
    )
)]

use domain::language::Language;
use leptos::prelude::*;

use crate::failure::Failure;
use crate::visitor::View;

/// Ends every session that the request carries and leads to `next`, a local path.
#[server(prefix = "/act", endpoint = "sign_out")]
pub async fn sign_out(
    /// Where to go afterwards: a local path.
    next: String,
) -> Result<(), Failure> {
    use super::answer;
    answer::left(answer::leave().await, &next)
}

/// Remembers the language and leads to `next`, a local path.
#[server(prefix = "/act", endpoint = "choose_language")]
pub async fn choose_language(
    /// The language.
    language: Language,
    /// Where to go afterwards: a local path.
    next: String,
) -> Result<(), Failure> {
    super::answer::chosen(crate::cookie::LANGUAGE, language.tag(), &next);
    Ok(())
}

/// Remembers the view and leads to `next`, a local path.
#[server(prefix = "/act", endpoint = "choose_view")]
pub async fn choose_view(
    /// The view.
    view: View,
    /// Where to go afterwards: a local path.
    next: String,
) -> Result<(), Failure> {
    super::answer::chosen(crate::cookie::VIEW, view.code(), &next);
    Ok(())
}
