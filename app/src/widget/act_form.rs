//! A form that does one act: a plain one, so that it works without JavaScript. The only place that knows how a page
//! reaches a server function.

use leptos::prelude::*;
use server_fn::ServerFn;

use crate::act::{ChooseLanguage, ChooseView, SignOut};

/// The acts that pages offer outside of the islands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Remembers the language.
    ChooseLanguage,
    /// Remembers the view.
    ChooseView,
    /// Ends the session.
    SignOut,
    /// Enters as a person of the demonstration.
    SignInDemo,
}

impl Act {
    /// Where the form is sent.
    const fn path(self) -> &'static str {
        match self {
            Self::ChooseLanguage => ChooseLanguage::PATH,
            Self::ChooseView => ChooseView::PATH,
            Self::SignOut => SignOut::PATH,
            Self::SignInDemo => "/sign-in/demo",
        }
    }
}

/// A form that does `act` with `fields`, named as the act's arguments; its children hold the button.
#[component]
pub fn ActForm(
    /// The act.
    act: Act,
    /// What the page knows already.
    fields: Vec<(&'static str, String)>,
    /// The visible part of the form.
    children: Children,
) -> impl IntoView {
    let hidden = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    view! { <form method="post" action=act.path() novalidate>{hidden}{children()}</form> }
}
