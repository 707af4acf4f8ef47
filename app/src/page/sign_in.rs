//! `/sign-in`: the entrances.

use leptos::prelude::*;

use super::entrance::{EntranceLink, entrances};
use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;
use crate::widget::act_form::{Act, ActForm};
use crate::widget::empty::Empty;

/// What the sign-in page shows.
pub struct SignInModel {
    /// Where to go afterwards: a local path.
    pub next: String,
    /// The real entrances.
    pub entrances: Vec<EntranceLink>,
    /// How many days after a round is kept what must be kept.
    pub days: u32,
    /// The demonstration entrance, where there is one.
    pub demo: Option<DemoEntrance>,
}

/// The demonstration entrance.
pub struct DemoEntrance {
    /// The invented persons to choose from.
    pub citizens: Vec<SampleCitizen>,
    /// What was typed before, when it was wrong: shown again, with the reason.
    pub rejected: Option<Rejected>,
}

/// An invented person.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SampleCitizen {
    /// The name.
    pub name: String,
    /// A valid, invented resident identity number.
    pub identity_number: String,
}

/// A form that was not accepted.
pub struct Rejected {
    /// The name as typed.
    pub name: String,
    /// Which field is wrong: `name` or `identity_number`.
    pub field: &'static str,
}

/// The page.
pub fn page(frame: &Frame, model: &SignInModel) -> Page {
    let text = Text(frame.visitor.language);
    let rejected = model.demo.as_ref().is_some_and(|demo| demo.rejected.is_some());
    let title = if rejected { text.please_check() } else { text.sign_in() };
    let real = entrances(&model.entrances, &model.next, model.days, text);
    let demo = match &model.demo {
        Some(demo) => demo_entrance(demo, &model.next, text),
        None if model.entrances.is_empty() => no_entrance(text),
        None => ().into_any(),
    };
    let main = view! {
        <div class="wrap">
            <div class="page__head">
                <h1 class="page__title">{text.sign_in()}</h1>
                <p class="page__lead">{text.sign_in_lead()}</p>
            </div>
            {real}
            {demo}
        </div>
    };
    Page {
        title: title.to_owned(),
        refresh_after_s: None,
        shape: Shape::Plain,
        main: main.into_any(),
    }
}

fn no_entrance(text: Text) -> AnyView {
    let heading = view! { <h2 class="empty__title">{text.no_entrance()}</h2> }.into_any();
    view! {
        <Empty heading=heading sentence=text.no_entrance_text().to_owned()>
            <p class="empty__act">
                <a class="button button--primary" href="/">{text.back_home()}</a>
            </p>
        </Empty>
    }
    .into_any()
}

/// The demonstration entrance: first what is agreed to, then the two ways in.
fn demo_entrance(demo: &DemoEntrance, next: &str, text: Text) -> AnyView {
    let citizens = demo.citizens.iter().enumerate();
    let citizens: Vec<_> = citizens.map(|(place, one)| citizen(place, one, next, text)).collect();
    view! {
        <div class="notice notice--info" data-testid="consent">
            <div>
                <p class="notice__next">{text.consent()}</p>
                <p class="notice__next">
                    <a class="link-button" href="/rules">{text.consent_rules()}</a>
                </p>
            </div>
        </div>
        <div class="split split--halves round__section">
            <section class="card" aria-labelledby="people">
                <h2 class="card__title" id="people">{text.choose_citizen()}</h2>
                <p class="card__text">{text.choose_citizen_text()}</p>
                <ul class="people">{citizens}</ul>
            </section>
            <section class="card" aria-labelledby="own">
                <h2 class="card__title" id="own">{text.type_citizen()}</h2>
                {own_form(demo.rejected.as_ref(), next, text)}
            </section>
        </div>
    }
    .into_any()
}

/// What each form of the entrance carries beside its fields.
fn carried(next: &str) -> Vec<(&'static str, String)> {
    vec![("account", "main".to_owned()), ("next", next.to_owned())]
}

/// A sample citizen: one button, called by the person's name.
fn citizen(place: usize, citizen: &SampleCitizen, next: &str, text: Text) -> AnyView {
    let mut fields = carried(next);
    fields.push(("name", citizen.name.clone()));
    fields.push(("identity_number", citizen.identity_number.clone()));
    let id = format!("citizen-{place}");
    let first: String = citizen.name.chars().take(1).collect();
    let (name, number) = (citizen.name.clone(), masked(&citizen.identity_number));
    let foreign = text.foreign(&name);
    view! {
        <li>
            <ActForm act=Act::SignInDemo fields=fields>
                <button class="person" type="submit" aria-describedby=id.clone()>
                    <span class="person__first" aria-hidden="true">{first}</span>
                    <span class="person__name" lang=foreign>{name}</span>
                    <span class="person__number" id=id.clone() aria-hidden="true">{number}</span>
                </button>
            </ActForm>
        </li>
    }
    .into_any()
}

/// The form for any other person.
fn own_form(rejected: Option<&Rejected>, next: &str, text: Text) -> AnyView {
    let name = rejected.map(|form| form.name.clone());
    let wrong = rejected.map(|form| form.field);
    let name_error = wrong.filter(|field| *field == "name").map(|_| text.name_error());
    let number_error = wrong.filter(|field| *field != "name").map(|_| text.identity_error());
    let described =
        if number_error.is_some() { "identity-error identity-hint" } else { "identity-hint" };
    view! {
        <ActForm act=Act::SignInDemo fields=carried(next)>
            <div class="field">
                <label class="field__label" for="name">{text.name()}</label>
                <input
                    class="field__input"
                    id="name"
                    name="name"
                    autocomplete="name"
                    required
                    value=name
                    aria-invalid=name_error.map(|_| "true")
                    aria-describedby=name_error.map(|_| "name-error")
                />
                {name_error.map(|error| field_error("name-error", "name", error))}
            </div>
            <div class="field">
                <label class="field__label" for="identity">{text.identity_number()}</label>
                <input
                    class="field__input field__input--number"
                    id="identity"
                    name="identity_number"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    required
                    aria-invalid=number_error.map(|_| "true")
                    aria-describedby=described
                />
                {number_error.map(|error| field_error("identity-error", "identity_number", error))}
                <p class="field__hint" id="identity-hint">{text.identity_hint()}</p>
            </div>
            <p class="form__act">
                <button class="button button--primary button--wide" type="submit">{text.sign_in()}</button>
            </p>
        </ActForm>
    }
    .into_any()
}

/// Why a field was not accepted, beside it.
fn field_error(id: &'static str, field: &'static str, error: &'static str) -> AnyView {
    view! { <p class="field__error" id=id data-error=field role="alert">{error}</p> }.into_any()
}

/// The number with all but its ends hidden: enough to tell two persons of one name apart.
fn masked(number: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    let hidden = 4..characters.len().saturating_sub(4);
    let shown = characters.iter().enumerate();
    shown.map(|(place, character)| if hidden.contains(&place) { '*' } else { *character }).collect()
}
