//! The way through an entrance: what offers it, what leads there, and what is said when it did not work.

use domain::consent::Purpose;
use domain::id::EntranceId;
use domain::language::LocalText;
use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;
use crate::widget::consent::consent_boxes;
use crate::widget::empty::Empty;
use crate::widget::field::{Field, Typing};

/// An entrance, as pages offer it.
#[derive(Clone, Debug)]
pub struct EntranceLink {
    /// Its identifier.
    pub id: EntranceId,
    /// What it is called.
    pub name: LocalText,
}

/// What people call an entrance: one of those that are configured, the demonstration's own, or one that was.
pub fn name_of(entrance: &str, configured: &[EntranceLink], text: Text) -> String {
    let named = configured.iter().find(|it| it.id.to_string() == entrance);
    match named {
        Some(named) => named.name.get(text.0).to_owned(),
        None if entrance == "demo" => text.me_entrance_demo().to_owned(),
        None => entrance.to_owned(),
    }
}

/// What somebody is told whom an entrance did not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setback {
    /// They said no themselves.
    Cancelled,
    /// This way was not begun here, or too long ago.
    BeginAgain,
    /// The provider's answer was not accepted.
    NotAccepted,
    /// The provider cannot be reached.
    Unavailable,
    /// Too many come in at once; the same again in a few seconds.
    Busy,
    /// The provider was content, and we were not able to finish.
    Unfinished,
}

impl Setback {
    /// Every one of them.
    pub const ALL: [Self; 6] = [
        Self::Cancelled,
        Self::BeginAgain,
        Self::NotAccepted,
        Self::Unavailable,
        Self::Busy,
        Self::Unfinished,
    ];

    /// The word in `data-setback`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::BeginAgain => "begin_again",
            Self::NotAccepted => "not_accepted",
            Self::Unavailable => "unavailable",
            Self::Busy => "busy",
            Self::Unfinished => "unfinished",
        }
    }
}

/// What the hand-over of a mini-program shows.
pub struct HandoffModel {
    /// The entrance.
    pub entrance: EntranceLink,
    /// What the host gave.
    pub auth_code: String,
    /// What binds the button to this browser.
    pub state: String,
    /// How many days after a round is kept what must be kept.
    pub days: u32,
    /// Whether the button was pressed while too many came in; it is good for another time.
    pub is_busy: bool,
    /// What the person had ticked when they pressed it.
    pub ticked: Vec<Purpose>,
}

/// What the matching of name and number shows.
#[derive(Default)]
pub struct MatchModel {
    /// The name as typed.
    pub name: String,
    /// The number as typed, where nothing was done with it.
    pub number: String,
    /// What was not accepted.
    pub wrong: Option<Wrong>,
    /// Whether too many came in for anything to be done.
    pub is_busy: bool,
}

/// What was not accepted of a name and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The name cannot be one.
    Name,
    /// The number cannot be one.
    Number,
    /// They are not those of the account.
    NotMatched,
}

/// The entrances to choose from, in one form: what is agreed to counts for whichever is taken.
pub fn entrances(entrances: &[EntranceLink], next: &str, days: u32, text: Text) -> AnyView {
    let Some(first) = entrances.first() else { return ().into_any() };
    let several = entrances.len() > 1;
    let buttons: Vec<_> = entrances.iter().map(|one| button(one, several, text)).collect();
    view! {
        <section class="card entrances" aria-labelledby="entrances">
            <h2 class="card__title" id="entrances">{text.choose_entrance()}</h2>
            <p class="card__text">{text.choose_entrance_text()}</p>
            <form method="post" action=address(first)>
                <input type="hidden" name="next" value=next.to_owned()/>
                {consent_boxes(&[], days, text)}
                <ul class="people">{buttons}</ul>
            </form>
        </section>
    }
    .into_any()
}

fn address(entrance: &EntranceLink) -> String {
    format!("/sign-in/{}", entrance.id)
}

/// One entrance: alone it is the page's one act, among others a row.
fn button(entrance: &EntranceLink, several: bool, text: Text) -> AnyView {
    let name = entrance.name.get(text.0).to_owned();
    let said = text.sign_in_with(&name);
    if !several {
        return view! {
            <li>
                <button class="button button--primary button--wide" type="submit">{said}</button>
            </li>
        }
        .into_any();
    }
    let first: String = name.chars().take(1).collect();
    view! {
        <li>
            <button class="person" type="submit" formaction=address(entrance)>
                <span class="person__first" aria-hidden="true">{first}</span>
                <span class="person__name">{said}</span>
            </button>
        </li>
    }
    .into_any()
}

/// `/sign-in/{entrance}`: the address that a host leads to. It is a page, because hosts refuse redirects, and it waits
/// for the person, because nobody is signed in without wanting it.
pub fn entry(frame: &Frame, entrance: &EntranceLink, next: &str, days: u32) -> Page {
    let text = Text(frame.visitor.language);
    let title = text.sign_in_with(entrance.name.get(text.0));
    let form = entrances(std::slice::from_ref(entrance), next, days, text);
    let main = view! {
        <div class="wrap wrap--narrow">
            <div class="page__head">
                <h1 class="page__title">{title.clone()}</h1>
                <p class="page__lead">{text.sign_in_lead()}</p>
            </div>
            {form}
        </div>
    };
    plain(title, main.into_any())
}

/// On the way to a provider, whose address the answer's `Refresh` follows by itself.
pub fn going_on(frame: &Frame, entrance: &EntranceLink, address: &str) -> Page {
    let text = Text(frame.visitor.language);
    let title = text.going_to(entrance.name.get(text.0));
    let heading = view! { <h1 class="empty__title">{title.clone()}</h1> }.into_any();
    let (sentence, address) = (text.going_on_text().to_owned(), address.to_owned());
    let main = view! {
        <div class="wrap wrap--narrow round__section">
            <Empty heading=heading sentence=sentence>
                <p class="empty__act">
                    <a class="button button--primary" rel="noreferrer" href=address>{text.go_on()}</a>
                </p>
            </Empty>
        </div>
    };
    plain(title, main.into_any())
}

/// A mini-program has handed over an account: one press signs in.
pub fn handoff(frame: &Frame, model: &HandoffModel) -> Page {
    let text = Text(frame.visitor.language);
    let title = text.sign_in_with(model.entrance.name.get(text.0));
    let action = format!("{}/handoff", address(&model.entrance));
    let main = view! {
        <div class="wrap wrap--narrow">
            <div class="page__head">
                <h1 class="page__title">{title.clone()}</h1>
                <p class="page__lead">{text.handoff_text()}</p>
            </div>
            <form class="card" method="post" action=action>
                {model.is_busy.then(|| busy(text))}
                <input type="hidden" name="auth_code" value=model.auth_code.clone()/>
                <input type="hidden" name="state" value=model.state.clone()/>
                {consent_boxes(&model.ticked, model.days, text)}
                <p class="form__act">
                    <button class="button button--primary button--wide" type="submit">
                        {title.clone()}
                    </button>
                </p>
            </form>
        </div>
    };
    plain(title, main.into_any())
}

/// Name and number, to be matched by the provider that knows the account.
pub fn matching(frame: &Frame, entrance: &EntranceLink, model: &MatchModel) -> Page {
    let text = Text(frame.visitor.language);
    let provider = entrance.name.get(text.0);
    let title = if model.wrong.is_some() { text.please_check() } else { text.match_title() };
    let action = format!("{}/match", address(entrance));
    let error = |wrong, words: &'static str| (model.wrong == Some(wrong)).then(|| words.to_owned());
    let name = Field {
        name: "name",
        label: text.name(),
        error: error(Wrong::Name, text.name_error()),
        value: model.name.clone(),
        ..Field::default()
    };
    let number = Field {
        name: "identity_number",
        label: text.identity_number(),
        hint: Some(text.match_hint()),
        error: error(Wrong::Number, text.identity_error()),
        value: model.number.clone(),
        ..Field::default()
    };
    let typing = |most, autocomplete| Typing { autocomplete, most, ..Typing::default() };
    let not_matched = error(Wrong::NotMatched, text.not_matched()).map(|words| {
        view! {
            <div class="notice notice--bad" role="alert" data-error="not_matched">
                <p class="notice__reason">{words}</p>
            </div>
        }
    });
    let main = view! {
        <div class="wrap wrap--narrow">
            <div class="page__head">
                <h1 class="page__title">{text.match_title()}</h1>
                <p class="page__lead">{text.match_text(provider)}</p>
            </div>
            <form class="card" method="post" action=action novalidate>
                {not_matched}
                {model.is_busy.then(|| busy(text))}
                {name.text(typing(50, Some("name")))}
                {number.text(typing(24, None))}
                <p class="form__act">
                    <button class="button button--primary button--wide" type="submit">
                        {text.match_act()}
                    </button>
                </p>
                <p class="form__act">
                    <button class="button button--wide" type="submit" name="skip" value="yes">
                        {text.match_skip()}
                    </button>
                </p>
                <p class="form__small">{text.match_skip_text()}</p>
            </form>
        </div>
    };
    plain(title.to_owned(), main.into_any())
}

/// Nothing was done, because too many come in at once.
fn busy(text: Text) -> AnyView {
    view! {
        <div class="notice notice--bad" role="alert" data-error="busy">
            <p class="notice__reason">{text.coming_in_busy()}</p>
        </div>
    }
    .into_any()
}

/// Why somebody was not let in, in words, and the way on.
pub fn setback(frame: &Frame, said: Setback) -> Page {
    let text = Text(frame.visitor.language);
    let (title, sentence) = match said {
        Setback::Cancelled => (text.cancelled_title(), text.cancelled_text()),
        Setback::BeginAgain => (text.begin_again_title(), text.begin_again_text()),
        Setback::NotAccepted => (text.not_accepted_title(), text.not_accepted_text()),
        Setback::Unavailable => (text.unavailable_title(), text.unavailable_text()),
        Setback::Busy => (text.busy_title(), text.coming_in_busy()),
        Setback::Unfinished => (text.unfinished_title(), text.unfinished_text()),
    };
    let (way, name) = match said {
        Setback::Busy => (frame.path.clone(), text.try_again()),
        _ => ("/sign-in".to_owned(), text.sign_in_again()),
    };
    let heading = view! { <h1 class="empty__title">{title}</h1> }.into_any();
    let main = view! {
        <div class="wrap wrap--narrow round__section" data-setback=said.code()>
            <Empty heading=heading sentence=sentence.to_owned()>
                <p class="empty__act">
                    <a class="button button--primary" href=way>{name}</a>
                </p>
                <p class="empty__act">
                    <a class="link-button" href="/">{text.back_home()}</a>
                </p>
            </Empty>
        </div>
    };
    plain(title.to_owned(), main.into_any())
}

fn plain(title: String, main: AnyView) -> Page {
    Page { title, refresh_after_s: None, shape: Shape::Plain, main }
}
