//! The merchants in one state, and the import of the list.

use domain::merchant::{Merchant, MerchantState};
use leptos::prelude::*;

use super::{Import, ImportOutcome, ReviewListModel};
use crate::art;
use crate::text::Text;
use crate::widget::moment;

/// What stands under the heading.
pub(super) fn list(model: &ReviewListModel, text: Text) -> AnyView {
    let rows: Vec<_> = model.merchants.iter().map(|merchant| row(model, merchant, text)).collect();
    let content = if rows.is_empty() {
        view! { <p class="card__text">{text.review_none()}</p> }.into_any()
    } else {
        table(rows, text)
    };
    let more = model.next.map(|(since, last)| {
        let after = format!("{}-{last}", since.millis());
        let path = format!("/console/merchants?state={}&after={after}", model.state.code());
        view! { <p class="form__act"><a class="button" href=path>{text.more_merchants()}</a></p> }
    });
    view! {
        {model.outcome.as_ref().map(|outcome| said(outcome, text))}
        {states(model, text)}
        <section class="card">{content}{more}</section>
        {import(model, text)}
    }
    .into_any()
}

fn states(model: &ReviewListModel, text: Text) -> AnyView {
    let way = |state: MerchantState| {
        let count = model.counts.iter().find(|(of, _)| *of == state).map_or(0, |(_, count)| *count);
        let path = format!("/console/merchants?state={}", state.code());
        let current = (state == model.state).then_some("page");
        view! {
            <li>
                <a class="tab" href=path aria-current=current>
                    {text.merchant_state(state)}
                    <span class="tab__count">{count.to_string()}</span>
                </a>
            </li>
        }
    };
    let ways: Vec<_> = MerchantState::ALL.into_iter().map(way).collect();
    view! { <nav aria-label=text.review_states()><ul class="tabs">{ways}</ul></nav> }.into_any()
}

fn table(rows: Vec<AnyView>, text: Text) -> AnyView {
    view! {
        <table class="register">
            <thead>
                <tr>
                    <th scope="col">{text.column_merchant()}</th>
                    <th scope="col">{text.column_code()}</th>
                    <th scope="col">{text.column_kind()}</th>
                    <th scope="col">{text.column_since()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(model: &ReviewListModel, merchant: &Merchant, text: Text) -> AnyView {
    let profile = &merchant.profile;
    let category = model.campaign.category(&profile.category);
    let district = model.campaign.district(&profile.district);
    let mut facts: Vec<&str> = Vec::new();
    facts.extend(category.map(|category| category.name.get(text.0)));
    facts.extend(district.map(|district| district.name.get(text.0)));
    facts.extend(profile.position.is_none().then(|| text.review_unplaced()));
    let at = merchant.mark.at;
    view! {
        <tr data-testid="merchant">
            <th scope="row">
                <a href=format!("/console/merchants/{}", merchant.id)>{profile.name.clone()}</a>
            </th>
            <td data-label=text.column_code() class="figures">{profile.credit_code.to_string()}</td>
            <td data-label=text.column_kind()>{text.facts(&facts)}</td>
            <td data-label=text.column_since() class="figures register__brief">
                {moment::time(at, text.done_at(at, Some(model.now)))}
            </td>
        </tr>
    }
    .into_any()
}

/// The list of dishonest subjects: the last import, and the form for the next.
fn import(model: &ReviewListModel, text: Text) -> AnyView {
    let last = model.last.as_ref().map_or_else(
        || view! { <p class="card__note">{text.list_never()}</p> }.into_any(),
        |last| {
            let at = last.mark.at;
            view! {
                <p class="card__note">
                    {moment::time(at, text.done_at(at, Some(model.now)))}
                    " · "{text.who(&last.mark.who)}" · "{counts(last, text)}
                </p>
            }
            .into_any()
        },
    );
    let form = model.may_decide.then(|| {
        view! {
            <form
                class="row-form"
                method="post"
                action="/console/merchants/dishonest"
                enctype="multipart/form-data"
            >
                <div class="field">
                    <label class="field__label" for="list">{text.list_file()}</label>
                    <input
                        class="field__input field__input--file"
                        id="list"
                        name="list"
                        type="file"
                        accept=".csv,text/csv"
                        required
                    />
                </div>
                <button class="button button--accent" type="submit">{text.list_import()}</button>
            </form>
        }
    });
    view! {
        <section class="card round__section" aria-labelledby="dishonest">
            <h2 class="card__title card__title--small" id="dishonest">{text.list_title()}</h2>
            <p class="card__text">{text.list_text()}</p>
            {last}
            {form}
        </section>
    }
    .into_any()
}

fn counts(import: &Import, text: Text) -> String {
    text.list_counts(import.subjects, import.listed, import.delisted, import.suspended)
}

/// What became of the file.
fn said(outcome: &ImportOutcome, text: Text) -> AnyView {
    let (class, reason, next) = match outcome {
        ImportOutcome::Done(import) => {
            ("notice notice--good", text.list_done(), vec![counts(import, text)])
        }
        ImportOutcome::Unchanged => (
            "notice notice--info",
            text.list_unchanged(),
            vec![text.list_unchanged_next().to_owned()],
        ),
        ImportOutcome::Faulty(problems) => {
            let lines = problems.iter().map(|problem| text.list_problem(problem)).collect();
            ("notice notice--bad", text.list_faulty(), lines)
        }
        ImportOutcome::Unreadable => {
            ("notice notice--bad", text.list_faulty(), vec![text.list_unreadable().to_owned()])
        }
    };
    let lines: Vec<_> =
        next.into_iter().map(|line| view! { <p class="notice__next">{line}</p> }).collect();
    view! {
        <div class=class role="status" data-testid="import">
            {art::notice(matches!(outcome, ImportOutcome::Done(_)))}
            <div>
                <p class="notice__reason">{reason}</p>
                {lines}
            </div>
        </div>
    }
    .into_any()
}
