//! The drawings, set into the page as they are: they take their colours from the style sheet, so they follow the theme.

use std::borrow::Cow;

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

macro_rules! drawings {
    ($($(#[$doc:meta])* fn $name:ident = $file:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name() -> impl IntoView {
                raw(include_str!(concat!("../../style/art/", $file)).trim_end())
            }
        )*
    };
}

drawings! {
    /// Dusk over the range and the town.
    fn hero = "hero.svg";
    /// The lanterns beside the slogan.
    fn lanterns = "lanterns.svg";
    /// The mark of the product.
    fn mark = "mark.svg";
    /// The corners around a code.
    fn code_corners = "code-corners.svg";
    /// A ticket on which nothing stands.
    fn empty_ticket = "empty-ticket.svg";
    /// A sun: make the screen brighter.
    fn bright = "icon-bright.svg";
    /// Something is to be noticed.
    fn attention = "icon-notice.svg";
    /// Something went well.
    fn good = "icon-good.svg";
}

/// What stands beside a notice: colour alone never says whether it is good.
pub fn notice(is_good: bool) -> AnyView {
    if is_good { good().into_any() } else { attention().into_any() }
}

/// Markup of our own, as it is.
pub(crate) fn raw(markup: impl Into<Cow<'static, str>>) -> InertElement {
    InertElement::new(markup)
}
