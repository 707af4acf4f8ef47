//! A new password, shown once, with the form that puts it in force.

use leptos::prelude::*;

use super::Around;
use crate::page::Page;
use crate::page::frame::Frame;
use crate::text::Text;

/// What the page shows. It has no `Debug`, so that no password slips into a log.
#[derive(Clone)]
pub struct OfferModel {
    /// Whose account it is.
    pub around: Around,
    /// The password that was made.
    pub password: String,
    /// What shows that it was made here, for this session.
    pub key: String,
    /// Whether something else was typed.
    pub is_wrong: bool,
}

/// The page.
pub fn offer(frame: &Frame, model: &OfferModel) -> Page {
    let text = Text(frame.visitor.language);
    let content = view! {
        <section class="card handover own__sheet" aria-labelledby="offer">
            <h2 class="card__title" id="offer">{text.own_offer()}</h2>
            <p class="card__text">{text.own_offer_text()}</p>
            <p class="own__offer"><code data-testid="offer">{model.password.clone()}</code></p>
            {form(model, text)}
        </section>
        <p class="own__back">
            <a class="button" href=model.around.path()>{text.own_offer_back()}</a>
        </p>
    };
    model.around.page(frame, text.own_password(), content.into_any())
}

fn form(model: &OfferModel, text: Text) -> AnyView {
    let wrong = model.is_wrong.then(|| {
        view! {
            <p class="field__error" id="again-error" role="alert" data-error="again">
                {text.own_offer_wrong()}
            </p>
        }
    });
    view! {
        <form method="post" action=model.around.path()>
            <input type="hidden" name="act" value="renew"/>
            <input type="hidden" name="offer" value=model.password.clone()/>
            <input type="hidden" name="key" value=model.key.clone()/>
            // Whoever keeps passwords for people keeps this one with the login.
            <input type="hidden" name="login" autocomplete="username" value=model.around.login()/>
            <div class="field own__field">
                <label class="field__label" for="again">{text.own_offer_again()}</label>
                <input
                    class="field__input"
                    id="again"
                    name="again"
                    type="password"
                    autocomplete="new-password"
                    maxlength="200"
                    required
                    aria-invalid=model.is_wrong.then_some("true")
                    aria-describedby=model.is_wrong.then_some("again-error")
                />
                {wrong}
            </div>
            <p class="own__act">
                <button class="button button--primary" type="submit">{text.own_offer_act()}</button>
            </p>
        </form>
    }
    .into_any()
}
