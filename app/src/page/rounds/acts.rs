//! What can be done with a plan: submit, abandon, approve, return.

use domain::merchant::WHY_MAX;
use domain::plan::{PlanState, Version};
use leptos::prelude::*;

use super::{RoundModel, list};
use crate::text::Text;
use crate::widget::field::Field;

/// The acts that the plan is open to, for whoever looks.
pub(super) fn acts(model: &RoundModel, newest: &Version, text: Text) -> AnyView {
    let is_mine = model.versions.iter().any(|one| one.act.writes() && one.mark.who == model.me);
    let waits = newest.state == PlanState::Submitted;
    let approve = (model.may.approve && waits && !is_mine).then(|| approve(model, newest, text));
    let told = match (model.may.approve, waits) {
        (true, true) if is_mine => Some(text.round_own()),
        (false, true) => Some(text.round_waits_for_approver()),
        _ => None,
    };
    let told = told.map(|told| view! { <p class="card card__text">{told}</p> });
    let own = (model.may.plan && newest.state.is_open()).then(|| write(model, newest, text));
    view! { {approve}{told}{own} }.into_any()
}

fn approve(model: &RoundModel, newest: &Version, text: Text) -> AnyView {
    let to = |act: &str| format!("{}/{act}", list::path(&model.id));
    view! {
        <section class="card" aria-labelledby="approve">
            <h2 class="card__title card__title--small" id="approve">{text.round_acts()}</h2>
            <p class="card__text">{text.round_approve_text()}</p>
            <form method="post" action=to("approve")>
                {seen(newest)}
                {reason(model, "approve", text.round_why())}
                <p class="form__act">
                    <button class="button button--primary button--wide" type="submit">
                        {text.round_approve()}
                    </button>
                </p>
                <p class="form__act">
                    <button class="button button--wide" type="submit" formaction=to("return")>
                        {text.round_return()}
                    </button>
                </p>
            </form>
        </section>
    }
    .into_any()
}

fn write(model: &RoundModel, newest: &Version, text: Text) -> AnyView {
    let to = |act: &str| format!("{}/{act}", list::path(&model.id));
    let submit = matches!(newest.state, PlanState::Draft | PlanState::Returned).then(|| {
        view! {
            <form method="post" action=to("submit")>
                {seen(newest)}
                {optional(model, text)}
                <p class="form__act">
                    <button class="button button--primary button--wide" type="submit">
                        {text.round_submit()}
                    </button>
                </p>
            </form>
        }
    });
    let why = reason(model, "abandon", text.round_why());
    view! {
        <section class="card" aria-labelledby="write">
            <h2 class="card__title card__title--small" id="write">{text.round_acts()}</h2>
            <p class="card__text">{text.round_submit_text()}</p>
            <p class="form__act">
                <a class="button button--wide button--accent" href=to("edit")>{text.round_edit()}</a>
            </p>
            {submit}
            <details class="more">
                <summary class="more__word">{text.round_abandon()}</summary>
                <form method="post" action=to("abandon")>
                    {seen(newest)}
                    {why}
                    <p class="form__act">
                        <button class="button button--wide" type="submit">
                            {text.round_abandon()}
                        </button>
                    </p>
                </form>
            </details>
        </section>
    }
    .into_any()
}

/// The version that is looked at.
fn seen(newest: &Version) -> AnyView {
    view! { <input type="hidden" name="seen" value=newest.number.to_string()/> }.into_any()
}

/// A reason, with what was typed for that act before.
pub(super) fn reason(model: &RoundModel, act: &'static str, label: &'static str) -> AnyView {
    let typed = model.stayed.as_ref().map(|(_, typed)| typed);
    // Approving and returning share one field.
    let is_of =
        |typed: &super::Typed| typed.act == act || (act == "approve" && typed.act == "return");
    let value = typed.filter(|typed| is_of(typed)).map(|typed| typed.why.clone());
    let id = format!("why-{act}");
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{label}</label>
            <textarea
                class="field__input field__input--lines"
                id=id
                name="why"
                rows="2"
                maxlength=WHY_MAX.to_string()
                required
            >
                {value.unwrap_or_default()}
            </textarea>
        </div>
    }
    .into_any()
}

fn optional(model: &RoundModel, text: Text) -> AnyView {
    let typed = model.stayed.as_ref().filter(|(_, typed)| typed.act == "submit");
    let value = typed.map(|(_, typed)| typed.why.clone()).unwrap_or_default();
    let field = Field { name: "why", label: text.round_why_optional(), value, ..Field::default() };
    field.text(crate::widget::field::Typing {
        most: WHY_MAX,
        optional: true,
        ..crate::widget::field::Typing::default()
    })
}
