//! The head of every page: the brand, the language, the view, the account.

use std::fmt::Write as _;

use domain::language::Language;
use leptos::prelude::*;

use super::act_form::{Act, ActForm};
use crate::art;
use crate::page::frame::Frame;
use crate::text::Text;
use crate::visitor::View;

/// The masthead. On the landing page it stands on the sky.
pub fn masthead(frame: &Frame, on_sky: bool) -> AnyView {
    let text = Text(frame.visitor.language);
    // Whoever works here has a field of that name in the page; their account is not up here.
    let settings = if is_staff(&frame.path) { text.settings_only() } else { text.settings() };
    let class = if on_sky { "masthead masthead--hero" } else { "masthead" };
    view! {
        <header class=class>
            <div class="wrap masthead__inner">
                <a class="masthead__brand" href="/" aria-label=text.home()>
                    {art::mark()}
                    <span class="masthead__name">{text.brand()}</span>
                </a>
                <nav class="masthead__tools" aria-label=settings>
                    <div class="masthead__languages">{languages(frame)}</div>
                    {view_choice(frame)}
                    {account(frame)}
                </nav>
            </div>
        </header>
    }
    .into_any()
}

/// One button for each language, named in itself.
fn languages(frame: &Frame) -> Vec<impl IntoView + use<>> {
    let choice = |language: Language| {
        let (name, short) = Text::name_of(language);
        let fields = vec![("language", language.tag().to_owned()), ("next", frame.path.clone())];
        let current = (language == frame.visitor.language).then_some("true");
        view! {
            <ActForm act=Act::ChooseLanguage fields=fields>
                <button
                    class="masthead__tool"
                    type="submit"
                    lang=language.tag()
                    aria-label=name
                    aria-current=current
                >
                    {short}
                </button>
            </ActForm>
        }
    };
    Language::ALL.into_iter().map(choice).collect()
}

/// The way to the other view.
fn view_choice(frame: &Frame) -> AnyView {
    let text = Text(frame.visitor.language);
    let (other, name) = match frame.visitor.view {
        View::Standard => (View::Elder, text.elder_view()),
        View::Elder => (View::Standard, text.standard_view()),
    };
    let fields = vec![("view", other.code().to_owned()), ("next", frame.path.clone())];
    view! {
        <ActForm act=Act::ChooseView fields=fields>
            <button class="masthead__tool" type="submit">
                <span class="masthead__pill">{name}</span>
            </button>
        </ActForm>
    }
    .into_any()
}

/// Who is signed in and the way out, or the way in.
fn account(frame: &Frame) -> AnyView {
    let text = Text(frame.visitor.language);
    // A cashier's own account as a citizen is nobody's business at the till.
    let citizen = frame.visitor.citizen.as_ref().filter(|_| !is_staff(&frame.path));
    if let Some(citizen) = citizen {
        // Whoever nobody knows has no name.
        let name = citizen.masked_name.clone();
        let name = if name.is_empty() { text.me().to_owned() } else { name.to_string() };
        let described = format!("{} {name}", text.me());
        // Whoever leaves from the wallet is not asked to sign in again.
        let fields = vec![("next", "/".to_owned())];
        return view! {
            <a class="masthead__who" href="/me" title=described>{name}</a>
            <ActForm act=Act::SignOut fields=fields>
                <button class="masthead__tool" type="submit">{text.sign_out()}</button>
            </ActForm>
        }
        .into_any();
    }
    if is_staff(&frame.path) || frame.path.starts_with("/sign-in") {
        return ().into_any();
    }
    view! { <a class="masthead__tool" href=sign_in_path(&frame.path)>{text.sign_in()}</a> }
        .into_any()
}

/// Whether a page is for those who work here; it says by itself who they are.
fn is_staff(path: &str) -> bool {
    path.starts_with("/till") || path.starts_with("/console")
}

/// The sign-in page, with the way back to `path`.
pub fn sign_in_path(path: &str) -> String {
    if path == "/" {
        return "/sign-in".to_owned();
    }
    let mut address = "/sign-in?next=".to_owned();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::sign_in_path;

    #[test]
    fn the_way_back_survives_the_query() {
        assert_eq!(sign_in_path("/"), "/sign-in");
        assert_eq!(sign_in_path("/wallet"), "/sign-in?next=/wallet");
        assert_eq!(
            sign_in_path("/merchants?q=a b&near=1"),
            "/sign-in?next=/merchants%3Fq%3Da%20b%26near%3D1"
        );
    }
}
