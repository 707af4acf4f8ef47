//! The form of a plan. Rows are added by sending the form to itself, so that it works without a script; nothing that
//! was typed is ever lost on the way.

mod cell;
mod packs;

use domain::plan::draft::{Field, NAME_MAX, NOTE_MAX, Words};
use domain::round::{LimitPer, RealNameLevel, RefundPolicy, UseOrder};
use leptos::prelude::*;

use super::{PlanFormModel, history, list, one};
use crate::text::Text;
use cell::Cell;

/// What stands under the heading.
pub(super) fn form(model: &PlanFormModel, text: Text) -> AnyView {
    let (back, to) = match &model.id {
        Some(id) => (list::path(id), format!("{}/edit", list::path(id))),
        None => ("/console/rounds".to_owned(), "/console/rounds/new".to_owned()),
    };
    let (why, save) = if model.id.is_some() {
        (text.plan_edit_why(), text.plan_save())
    } else {
        (text.round_why_optional(), text.plan_save())
    };
    let save = if model.changed.is_empty() { save } else { text.plan_save_anyway() };
    let why = Cell {
        name: "why".to_owned(),
        label: why.to_owned(),
        value: model.why.clone(),
        error: model.no_reason.then(|| text.stayed_reason().to_owned()),
        ..Cell::default()
    };
    view! {
        <p><a class="link-button" href=back>{text.rounds_back()}</a></p>
        {said(model, text)}
        <form class="plan" method="post" action=to novalidate>
            <input type="hidden" name="seen" value=model.seen.to_string()/>
            // The first button is the one that the Enter key presses.
            <button type="submit" name="step" value="save" hidden></button>
            {basics(model, text)}
            {packs::packs(model, text)}
            {rules(model, text)}
            {notes(model, text)}
            <section class="card round__section">
                {cost(model, text)}
                {why.input()}
                <p class="form__act">
                    <button
                        class="button button--primary button--wide"
                        type="submit"
                        name="step"
                        value="save"
                    >
                        {save}
                    </button>
                </p>
            </section>
        </form>
    }
    .into_any()
}

/// What was wrong, or what others wrote meanwhile.
fn said(model: &PlanFormModel, text: Text) -> Option<AnyView> {
    if !model.changed.is_empty() {
        let content = view! {
            {history::what_changed(&model.campaign, &model.changed, model.now, text)}
            <p class="notice__next">{text.stayed_changed_edit()}</p>
        };
        return Some(one::notice(text.stayed_changed(), content.into_any()));
    }
    let faulty = !model.faults.is_empty() || model.no_reason;
    faulty.then(|| {
        let next = view! { <p class="notice__next">{text.plan_faulty_next()}</p> };
        one::notice(text.plan_faulty(), next.into_any())
    })
}

/// What is wrong at a place.
fn error(model: &PlanFormModel, at: &Field, text: Text) -> Option<String> {
    let fault = model.faults.iter().find(|(field, _)| field == at);
    fault.map(|(_, fault)| text.plan_fault(*fault))
}

fn basics(model: &PlanFormModel, text: Text) -> AnyView {
    let draft = &model.draft;
    let time = |name: &str, label: &'static str, value: &str, at: &Field| {
        let cell = Cell {
            name: name.to_owned(),
            label: label.to_owned(),
            value: value.to_owned(),
            error: error(model, at, text),
            kind: "datetime-local",
            ..Cell::default()
        };
        cell.input()
    };
    let budget = Cell {
        name: "budget".to_owned(),
        label: text.plan_budget().to_owned(),
        value: draft.budget.clone(),
        error: error(model, &Field::Budget, text),
        hint: Some(text.plan_budget_hint()),
        number: true,
        ..Cell::default()
    };
    view! {
        <section class="card">
            {words(model, "name", &draft.name, (text.part_name(), NAME_MAX), &Field::Name, text)}
            <p class="field__hint">{text.plan_languages_hint()}</p>
            <div class="fields">
                {time("opens", text.plan_opens(), &draft.opens, &Field::Opens)}
                {time("closes", text.plan_closes(), &draft.closes, &Field::Closes)}
            </div>
            <p class="field__hint">{text.plan_time_hint()}</p>
            {budget.input()}
        </section>
    }
    .into_any()
}

/// Words in three languages, side by side where there is room.
fn words(
    model: &PlanFormModel,
    name: &str,
    words: &Words,
    (label, most): (&str, usize),
    at: &Field,
    text: Text,
) -> AnyView {
    let languages = [
        ("hant", text.plan_traditional(), &words.hant),
        ("hans", text.plan_simplified(), &words.hans),
        ("en", text.plan_english(), &words.english),
    ];
    let mut error = error(model, at, text);
    let cells: Vec<_> = languages
        .into_iter()
        .map(|(code, language, value)| {
            let cell = Cell {
                name: format!("{name}_{code}"),
                label: text.plan_in(label, language),
                value: value.clone(),
                // Said once, at the first.
                error: error.take(),
                most: Some(most),
                ..Cell::default()
            };
            cell.input()
        })
        .collect();
    view! { <div class="plan__three">{cells}</div> }.into_any()
}

fn rules(model: &PlanFormModel, text: Text) -> AnyView {
    let draft = &model.draft;
    let choice = |name: &str, label: &str, value: &str, at: &Field, choices| {
        let cell = Cell {
            name: name.to_owned(),
            label: label.to_owned(),
            value: value.to_owned(),
            error: error(model, at, text),
            ..Cell::default()
        };
        cell.choice(None, choices)
    };
    let limits = LimitPer::ALL.map(|it| (it.code().to_owned(), text.limit_per(it).to_owned()));
    let refunds =
        RefundPolicy::ALL.map(|it| (it.code().to_owned(), text.refund_policy(it).to_owned()));
    let orders = UseOrder::ALL.map(|it| (it.code().to_owned(), text.use_order(it).to_owned()));
    let levels = (0..=RealNameLevel::HIGHEST.0)
        .map(|level| (level.to_string(), text.real_name_level(RealNameLevel(level))));
    let (limit, policy) = (&draft.limit_per, &draft.refund_policy);
    view! {
        <section class="card round__section" aria-labelledby="rules">
            <h2 class="card__title card__title--small" id="rules">{text.plan_rules()}</h2>
            <div class="fields">
                {choice("limit_per", text.part_limit(), limit, &Field::Limit, limits.to_vec())}
                {choice("refund_policy", text.part_refunds(), policy, &Field::Refunds, refunds.to_vec())}
                {choice("use_order", text.part_use_order(), &draft.use_order, &Field::UseOrder, orders.to_vec())}
                {choice(
                    "real_name_level",
                    text.part_real_name(),
                    &draft.real_name_level,
                    &Field::RealName,
                    levels.collect(),
                )}
            </div>
            {audience(model, text)}
        </section>
    }
    .into_any()
}

fn audience(model: &PlanFormModel, text: Text) -> AnyView {
    let known = &model.campaign.districts;
    let named = known.iter().map(|it| (&it.code, it.name.get(text.0)));
    // An earlier round may address a whole city, or another one: its code stays until somebody takes it away.
    let typed = model.draft.districts.iter();
    let other = typed.filter(|code| known.iter().all(|it| it.code != **code));
    let districts: Vec<_> = named
        .chain(other.map(|code| (code, code.as_str())))
        .map(|(code, name)| {
            let ticked = model.draft.districts.contains(code);
            view! {
                <label class="check">
                    <input
                        class="check__box"
                        type="checkbox"
                        name="district"
                        value=code.clone()
                        checked=ticked
                    />
                    <span>{name.to_owned()}</span>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="plan__set">
            <legend class="field__label">{text.plan_districts()}</legend>
            <div class="plan__ticks">{districts}</div>
        </fieldset>
        <label class="check">
            <input
                class="check__box"
                type="checkbox"
                name="without_pack_only"
                value="on"
                checked=model.draft.without_pack_only
            />
            <span>{text.plan_new_only()}</span>
        </label>
    }
    .into_any()
}

fn notes(model: &PlanFormModel, text: Text) -> AnyView {
    let rows: Vec<_> = model
        .draft
        .notes
        .iter()
        .map(|(id, note)| {
            let category = model.campaign.category(id);
            let name = category.map_or(id.as_str(), |category| category.name.get(text.0));
            let at = Field::Note(id.clone());
            words(model, &format!("note_{id}"), note, (name, NOTE_MAX), &at, text)
        })
        .collect();
    view! {
        <section class="card round__section" aria-labelledby="notes">
            <h2 class="card__title card__title--small" id="notes">{text.part_notes()}</h2>
            <p class="card__text">{text.plan_notes_hint()}</p>
            {rows}
        </section>
    }
    .into_any()
}

/// What the packs cost as they are typed, beside what the pool holds.
fn cost(model: &PlanFormModel, text: Text) -> AnyView {
    let typed = model.draft.cost().map(|cost| {
        view! {
            <div class="sums__one">
                <dt>{text.plan_draft_cost()}</dt>
                <dd class="figures" data-testid="cost">{text.yuan(cost)}</dd>
            </div>
        }
    });
    view! {
        <dl class="sums">
            {typed}
            <div class="sums__one">
                <dt>{text.rounds_pool()}</dt>
                <dd class="figures" data-testid="pool">{text.yuan(model.pool)}</dd>
            </div>
        </dl>
    }
    .into_any()
}
