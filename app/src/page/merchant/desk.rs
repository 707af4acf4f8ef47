//! Tills and keys: what there is, and the forms that change it.

use domain::till::{Scope, Scopes, Till};
use leptos::prelude::*;

use super::{Desk, FreshKey, Key, MerchantModel};
use crate::art;
use crate::text::Text;
use crate::widget::field::{Field, Typing};
use crate::widget::moment;

/// The longest name of a till or a key, in characters.
const NAME_MAX: usize = 30;

/// Both sections.
pub(super) fn desk(model: &MerchantModel, desk: &Desk, text: Text) -> AnyView {
    let undone = desk.undone.then(|| {
        view! {
            <div class="notice notice--bad round__section" role="alert">
                {art::attention()}
                <p class="notice__reason">{text.act_undone()}</p>
            </div>
        }
    });
    view! {
        {undone}
        {desk.fresh.as_ref().map(|fresh| shown(fresh, text))}
        {tills(desk, text)}
        {keys(model, desk, text)}
    }
    .into_any()
}

/// A new key, this once.
fn shown(fresh: &FreshKey, text: Text) -> AnyView {
    let rotated = fresh.rotated.then(|| {
        view! { <p class="notice__next">{text.key_rotated_next()}</p> }
    });
    view! {
        <div class="notice notice--good round__section" role="status">
            {art::notice(true)}
            <div>
                <p class="notice__reason">{text.key_shown()}</p>
                <p class="key" data-testid="fresh-key" tabindex="0">{fresh.key.clone()}</p>
                <p class="notice__next">{text.key_shown_next()}</p>
                {rotated}
            </div>
        </div>
    }
    .into_any()
}

fn tills(desk: &Desk, text: Text) -> AnyView {
    let rows: Vec<_> = desk.tills.iter().map(|one| till(one, text)).collect();
    let none = rows.is_empty().then(|| view! { <p class="card__text">{text.tills_none()}</p> });
    let name = Field { name: "name", label: text.till_name(), ..Field::default() };
    view! {
        <section class="card round__section" aria-labelledby="tills">
            <h2 class="card__title" id="tills">{text.tills()}</h2>
            <p class="card__text">{text.tills_text()}</p>
            {none}
            <ul class="rows">{rows}</ul>
            <form class="row-form" method="post" action="/merchant/tills">
                {name.text(Typing { most: NAME_MAX, ..Typing::default() })}
                <button class="button button--accent" type="submit">{text.till_add()}</button>
            </form>
        </section>
    }
    .into_any()
}

fn till(till: &Till, text: Text) -> AnyView {
    let id = format!("till-{}", till.id);
    let (word, close) = if till.closed_at.is_some() {
        (text.till_closed_word(), None)
    } else {
        let act = format!("/merchant/tills/{}/close", till.id);
        let button = view! {
            <form method="post" action=act>
                <button class="button" type="submit" aria-describedby=id.clone()>
                    {text.till_close()}
                </button>
            </form>
        };
        (text.till_open_word(), Some(button))
    };
    // Whoever makes the cashier's account has to name the till.
    let number = format!("{} {}", text.till_identifier(), till.id);
    let facts = text.facts(&[word, &number]);
    view! {
        <li class="row" data-testid="till">
            <div class="row__what">
                <h3 class="row__name" id=id.clone()>{till.name.clone()}</h3>
                <p class="row__facts figures">{facts}</p>
            </div>
            {close}
        </li>
    }
    .into_any()
}

fn keys(model: &MerchantModel, desk: &Desk, text: Text) -> AnyView {
    let rows: Vec<_> = desk.keys.iter().map(|one| key(model, desk, one, text)).collect();
    let none = rows.is_empty().then(|| view! { <p class="card__text">{text.keys_none()}</p> });
    view! {
        <section class="card round__section" aria-labelledby="keys">
            <h2 class="card__title" id="keys">{text.keys()}</h2>
            <p class="card__text">{text.keys_text()}</p>
            {none}
            <ul class="rows">{rows}</ul>
            {key_form(desk, text)}
        </section>
    }
    .into_any()
}

fn key(model: &MerchantModel, desk: &Desk, key: &Key, text: Text) -> AnyView {
    let id = format!("key-{}", key.id);
    let till = key.till.and_then(|id| desk.tills.iter().find(|till| till.id == id));
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| text.scope(scope)).collect();
    let mut facts = vec![format!("jqk_…{}", key.hint)];
    facts.extend(till.map(|till| till.name.clone()));
    facts.push(text.list(&scopes));
    let until = key.ends_at.map(|at| {
        view! {
            <p class="row__facts">
                {text.key_works_until()}" "
                {moment::time(at, text.opening(at, Some(model.now)))}
            </p>
        }
    });
    let act = |act: &str, words: &'static str| {
        let action = format!("/merchant/keys/{}/{act}", key.id);
        view! {
            <form method="post" action=action>
                <button class="button" type="submit" aria-describedby=id.clone()>{words}</button>
            </form>
        }
    };
    let rotate = key.ends_at.is_none().then(|| act("rotate", text.key_rotate()));
    let revoke = act("revoke", text.key_revoke());
    view! {
        <li class="row" data-testid="key">
            <div class="row__what">
                <h3 class="row__name" id=id.clone()>{key.name.clone()}</h3>
                <p class="row__facts figures">{text.facts(&facts)}</p>
                {until}
            </div>
            <div class="row__acts">{rotate}{revoke}</div>
        </li>
    }
    .into_any()
}

/// One form for each sort of key: what a key may do follows from where it is used.
fn key_form(desk: &Desk, text: Text) -> AnyView {
    let open = desk.tills.iter().filter(|till| till.closed_at.is_none());
    let places: Vec<_> = open.map(|till| (till.id.to_string(), till.name.clone())).collect();
    let name = Field { name: "key_name", label: text.key_name(), ..Field::default() };
    let place = Field { name: "till", label: text.key_where(), ..Field::default() };
    let words = |scopes: Scopes| {
        let words: Vec<&str> = scopes.iter().map(|scope: Scope| text.scope(scope)).collect();
        text.list(&words)
    };
    let hint = text.key_may(&words(Scopes::OF_TILL), &words(Scopes::OF_MERCHANT));
    view! {
        <form class="row-form" method="post" action="/merchant/keys">
            {name.text(Typing { most: NAME_MAX, ..Typing::default() })}
            {place.choice(text.key_of_merchant(), places)}
            <button class="button button--accent" type="submit">{text.key_add()}</button>
            <p class="field__hint row-form__hint">{hint}</p>
        </form>
    }
    .into_any()
}
