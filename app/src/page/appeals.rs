//! `/me/appeals`: what a person was held or refused for, what they say against it, and what was answered.

use std::sync::Arc;

use domain::appeal::{Appeal, AppealState, CannotAppeal, WORDS_MAX};
use domain::campaign::Campaign;
use domain::id::RoundId;
use domain::language::LocalText;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;
use crate::widget::empty::Empty;
use crate::widget::field::Field;
use crate::widget::moment;

/// Something that can be appealed against.
pub struct GroundModel {
    /// The round.
    pub round: RoundId,
    /// Its name.
    pub name: LocalText,
    /// When it happened.
    pub at: Timestamp,
    /// Until when it is decided, while it is held.
    pub decide_by: Option<Timestamp>,
    /// Whether an appeal can be filed now.
    pub is_open: bool,
}

/// What the page shows.
pub struct AppealsModel {
    /// The campaign, for the hotline.
    pub campaign: Arc<Campaign>,
    /// The campaign clock.
    pub now: Timestamp,
    /// What can be appealed against.
    pub grounds: Vec<GroundModel>,
    /// The person's appeals, the newest first, each with the name of its round.
    pub appeals: Vec<(Appeal, LocalText)>,
    /// Why an appeal about a round was not taken, and what was written.
    pub refused: Option<(RoundId, CannotAppeal, String)>,
}

/// The page.
pub fn page(frame: &Frame, model: &AppealsModel) -> Page {
    let text = Text(frame.visitor.language);
    let is_empty = model.grounds.is_empty() && model.appeals.is_empty();
    let content = if is_empty { empty(model, text) } else { filled(model, text) };
    let main = view! {
        <div class="wrap wrap--narrow wallet">
            <div class="page__head">
                <h1 class="page__title">{text.appeals()}</h1>
            </div>
            {content}
        </div>
    };
    let title = if model.refused.is_some() { text.please_check() } else { text.appeals() };
    Page {
        title: title.to_owned(),
        refresh_after_s: None,
        shape: Shape::Plain,
        main: main.into_any(),
    }
}

fn empty(model: &AppealsModel, text: Text) -> AnyView {
    let heading = view! { <h2 class="empty__title">{text.appeals_none_title()}</h2> }.into_any();
    let refused = model.refused.as_ref().map(|(_, cannot, _)| said(*cannot, text));
    view! {
        {refused}
        <Empty heading=heading sentence=text.appeals_none().to_owned()>
            <p class="empty__act">
                <a class="button button--primary" href="/">{text.appeals_to_round()}</a>
            </p>
        </Empty>
    }
    .into_any()
}

fn filled(model: &AppealsModel, text: Text) -> AnyView {
    let grounds: Vec<_> = model.grounds.iter().map(|it| ground(model, it, text)).collect();
    let own: Vec<_> =
        model.appeals.iter().map(|(appeal, name)| one(model, appeal, name, text)).collect();
    let own = (!own.is_empty()).then(|| {
        view! {
            <section class="card round__section" aria-labelledby="own">
                <h2 class="card__title card__title--small" id="own">{text.appeals_own()}</h2>
                <ul class="rows">{own}</ul>
            </section>
        }
    });
    // What was refused for a round without grounds is said above everything.
    let elsewhere = model.refused.as_ref().filter(|(round, ..)| {
        !model.grounds.iter().any(|ground| ground.round == *round && ground.is_open)
    });
    let hotline = model.campaign.hotline.clone();
    view! {
        <p class="card__text">{text.appeals_lead()}</p>
        {elsewhere.map(|(_, cannot, _)| said(*cannot, text))}
        {grounds}
        {own}
        <p class="card__note round__section">
            {text.appeals_hotline()}
            <a href=format!("tel:{hotline}")>{hotline.clone()}</a>
        </p>
    }
    .into_any()
}

fn said(cannot: CannotAppeal, text: Text) -> AnyView {
    view! {
        <div class="notice notice--bad round__section" role="alert">
            {crate::art::attention()}
            <p class="notice__reason">{text.cannot_appeal(cannot)}</p>
        </div>
    }
    .into_any()
}

/// What happened, and the form, unless an appeal waits or there were enough.
fn ground(model: &AppealsModel, ground: &GroundModel, text: Text) -> AnyView {
    let what =
        if ground.decide_by.is_some() { text.appeals_held() } else { text.appeals_refused() };
    let until = ground.decide_by.map(|by| {
        let by = moment::time(by, text.done_by(by, Some(model.now)));
        view! { <p class="card__text">{moment::around(text.held_until(), by)}</p> }
    });
    let at = moment::time(ground.at, text.done_at(ground.at, Some(model.now)));
    let id = format!("ground-{}", ground.round);
    view! {
        <section class="card round__section" aria-labelledby=id.clone() data-testid="ground">
            <h2 class="card__title card__title--small" id=id.clone()>{what}</h2>
            <p class="card__note figures">{ground.name.get(text.0).to_owned()}" · "{at}</p>
            {until}
            {ground.is_open.then(|| form(model, ground, text))}
        </section>
    }
    .into_any()
}

fn form(model: &AppealsModel, ground: &GroundModel, text: Text) -> AnyView {
    let refused = model.refused.as_ref().filter(|(round, ..)| *round == ground.round);
    let field = Field {
        name: "words",
        id: Some(format!("words-{}", ground.round)),
        label: text.appeals_words(),
        hint: Some(text.appeals_words_hint()),
        error: refused.map(|(_, cannot, _)| text.cannot_appeal(*cannot).to_owned()),
        value: refused.map(|(_, _, words)| words.clone()).unwrap_or_default(),
    };
    view! {
        <form method="post" action="/me/appeals">
            <input type="hidden" name="round" value=ground.round.to_string()/>
            {field.lines(5, WORDS_MAX)}
            <p class="form__act">
                <button class="button button--primary button--wide" type="submit">
                    {text.appeals_file()}
                </button>
            </p>
        </form>
    }
    .into_any()
}

/// An appeal with its state.
fn one(model: &AppealsModel, appeal: &Appeal, name: &LocalText, text: Text) -> AnyView {
    let words = if appeal.words.is_empty() { text.appeals_gone() } else { appeal.words.as_str() };
    let next = match appeal.state {
        AppealState::Open => Some(text.appeals_waits_next()),
        AppealState::Upheld => Some(text.appeals_upheld_next()),
        AppealState::Dismissed => None,
    };
    let answer = appeal.answered.as_ref().map(|mark| {
        view! { <p class="row__said" data-testid="answer">{text.appeals_answer()}{mark.why.clone()}</p> }
    });
    let at = moment::time(appeal.filed_at, text.done_at(appeal.filed_at, Some(model.now)));
    view! {
        <li class="row" data-testid="appeal" data-state=appeal.state.code()>
            <div class="row__what">
                <p class="row__name">{text.appeal_state(appeal.state)}</p>
                <p class="row__facts figures">{name.get(text.0).to_owned()}" · "{at}</p>
                <p class="row__said">{text.appeals_said()}{words.to_owned()}</p>
                {answer}
                {next.map(|next| view! { <p class="row__facts">{next}</p> })}
            </div>
        </li>
    }
    .into_any()
}
