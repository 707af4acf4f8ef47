//! The lists of the desk, and the decision on several claims at once.

use domain::appeal::Appeal;
use domain::merchant::WHY_MAX;
use domain::risk::Kept;
use leptos::prelude::*;

use super::evidence::mainly;
use super::radar::radar;
use super::table::Column::{Plain, Sum};
use super::table::table;
use super::{Count, HeldClaim, RiskListModel, Said, Shown, Tab, tail};
use crate::art;
use crate::text::Text;
use crate::widget::field::Field;
use crate::widget::moment;

/// What stands under the heading.
pub(super) fn list(model: &RiskListModel, text: Text) -> AnyView {
    let content = match &model.shown {
        Shown::Held(claims, next) => held(model, claims, next.as_deref(), text),
        Shown::Appeals(appeals) => appeals_list(model, appeals, text),
        Shown::Radar(rows) => radar(model, rows, text),
        Shown::Refused(kept) => refused(model, kept, text),
        Shown::Shadow(counts) => shadow(counts, text),
    };
    view! {
        <p class="console__lead">{text.risk_opaque()}</p>
        {model.said.map(|said| outcome(said, text))}
        {tabs(model, text)}
        {content}
    }
    .into_any()
}

fn outcome(said: Said, text: Text) -> AnyView {
    let (is_good, words) = match said {
        Said::Ruled(decided, left) => (decided > 0, text.risk_ruled(decided, left)),
        Said::NonePicked => (false, text.risk_none_picked().to_owned()),
        Said::NoReason => (false, text.risk_no_reason().to_owned()),
    };
    let class = if is_good { "notice notice--good" } else { "notice notice--bad" };
    view! {
        <div class=class role="status" data-testid="ruled">
            {art::notice(is_good)}
            <p class="notice__reason">{words}</p>
        </div>
    }
    .into_any()
}

fn tabs(model: &RiskListModel, text: Text) -> AnyView {
    let here = match model.shown {
        Shown::Held(..) => Tab::Held,
        Shown::Appeals(_) => Tab::Appeals,
        Shown::Radar(_) => Tab::Radar,
        Shown::Refused(_) => Tab::Refused,
        Shown::Shadow(_) => Tab::Shadow,
    };
    let way = |tab: Tab| {
        let (name, count) = match tab {
            Tab::Held => (text.risk_tab_held(), Some(model.waiting.0)),
            Tab::Appeals => (text.risk_tab_appeals(), Some(model.waiting.1)),
            Tab::Radar => (text.risk_tab_radar(), None),
            Tab::Refused => (text.risk_tab_refused(), None),
            Tab::Shadow => (text.risk_tab_shadow(), None),
        };
        let path = format!("/console/risk?tab={}", tab.code());
        let current = (tab == here).then_some("page");
        let count =
            count.map(|count| view! { <span class="tab__count">{count.to_string()}</span> });
        view! { <li><a class="tab" href=path aria-current=current>{name}{count}</a></li> }
    };
    let ways: Vec<_> = Tab::ALL.into_iter().map(way).collect();
    view! { <nav aria-label=text.risk_desk()><ul class="tabs">{ways}</ul></nav> }.into_any()
}

fn held(model: &RiskListModel, claims: &[HeldClaim], next: Option<&str>, text: Text) -> AnyView {
    if claims.is_empty() {
        return nothing(text.risk_none_held());
    }
    let rows: Vec<_> = claims.iter().map(|held| held_row(model, held, text)).collect();
    let more = next.map(|after| {
        let path = format!("/console/risk?after={after}");
        view! { <p class="form__act"><a class="button" href=path>{text.risk_more()}</a></p> }
    });
    let pick = model.may_decide.then(|| view! { <th scope="col">{text.risk_column_pick()}</th> });
    let table = view! {
        <table class="register">
            <thead>
                <tr>
                    {pick}
                    <th scope="col">{text.risk_column_claim()}</th>
                    <th scope="col">{text.risk_column_deadline()}</th>
                    <th scope="col">{text.risk_column_person()}</th>
                    <th scope="col">{text.risk_column_round()}</th>
                    <th scope="col">{text.risk_column_why()}</th>
                    <th scope="col" class="register__sum">{text.risk_column_score()}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    if !model.may_decide {
        return view! { <section class="card">{table}{more}</section> }.into_any();
    }
    let typed = &model.typed;
    view! {
        <form method="post" action="/console/risk">
            <input type="hidden" name="after" value=typed.after.clone()/>
            <section class="card">{table}{more}</section>
            <section class="card round__section" aria-labelledby="bulk">
                <h2 class="card__title card__title--small" id="bulk">{text.risk_bulk()}</h2>
                <p class="card__text">{text.risk_bulk_note()}</p>
                <div class="decide">{why(text.risk_why(), typed.why.clone())} {rulings(text)}</div>
            </section>
        </form>
    }
    .into_any()
}

fn held_row(model: &RiskListModel, held: &HeldClaim, text: Text) -> AnyView {
    let claim = &held.claim;
    let id = claim.id.to_string();
    let short = tail(&id);
    let label = text.risk_claim(&short);
    let pick = model.may_decide.then(|| {
        view! {
            <td class="register__pick">
                <label class="pick">
                    <input
                        class="check__box"
                        type="checkbox"
                        name="claim"
                        value=id.clone()
                        checked=model.typed.picked.contains(&claim.id)
                        aria-label=label
                    />
                </label>
            </td>
        }
    });
    let by = claim.decide_by.unwrap_or(claim.claimed_at);
    let round = held.round.as_ref().map(|round| round.name.get(text.0).to_owned());
    let score = held.kept.as_ref().map(|kept| kept.assessment.score.to_string());
    view! {
        <tr data-testid="held-claim">
            {pick}
            <th scope="row"><a href=format!("/console/risk/claims/{id}")><code>{short}</code></a></th>
            <td data-label=text.risk_column_deadline() class="figures register__brief">
                {moment::time(by, text.done_at(by, Some(model.now)))}
            </td>
            <td data-label=text.risk_column_person()><code>{tail(&claim.person.to_string())}</code></td>
            <td data-label=text.risk_column_round() class="register__brief">
                {round.unwrap_or_else(|| claim.round.to_string())}
            </td>
            <td data-label=text.risk_column_why()>{mainly(held.kept.as_ref(), text)}</td>
            <td data-label=text.risk_column_score() class="register__sum figures">{score}</td>
        </tr>
    }
    .into_any()
}

fn appeals_list(model: &RiskListModel, appeals: &[Appeal], text: Text) -> AnyView {
    if appeals.is_empty() {
        return nothing(text.risk_none_appeals());
    }
    let row = |appeal: &Appeal| {
        let id = appeal.id.to_string();
        let start: String = appeal.words.chars().take(40).collect();
        let at = appeal.filed_at;
        view! {
            <tr data-testid="appeal">
                <th scope="row">
                    <a href=format!("/console/risk/appeals/{id}")><code>{tail(&id)}</code></a>
                </th>
                <td data-label=text.risk_column_filed() class="figures register__brief">
                    {moment::time(at, text.done_at(at, Some(model.now)))}
                </td>
                <td data-label=text.risk_column_person()>
                    <code>{tail(&appeal.person.to_string())}</code>
                </td>
                <td data-label=text.risk_column_round()>{appeal.round.to_string()}</td>
                <td data-label=text.risk_words() class="register__wide">{start}</td>
            </tr>
        }
        .into_any()
    };
    let columns = [
        Plain(text.risk_tab_appeals()),
        Plain(text.risk_column_filed()),
        Plain(text.risk_column_person()),
        Plain(text.risk_column_round()),
        Plain(text.risk_words()),
    ];
    table(None, &columns, appeals.iter().map(row).collect())
}

fn refused(model: &RiskListModel, kept: &[Kept], text: Text) -> AnyView {
    if kept.is_empty() {
        return nothing(text.risk_none_refused());
    }
    let row = |kept: &Kept| {
        let at = kept.at;
        let person = kept.person.map(|person| tail(&person.to_string()));
        view! {
            <tr data-testid="refused">
                <th scope="row">{text.risk_act(kept.act)}</th>
                <td data-label=text.risk_column_when() class="figures register__brief">
                    {moment::time(at, text.done_at(at, Some(model.now)))}
                </td>
                <td data-label=text.risk_column_person()><code>{person}</code></td>
                <td data-label=text.risk_column_done()>{text.risk_verdict(kept.assessment.enforced)}</td>
                <td data-label=text.risk_column_why()>{mainly(Some(kept), text)}</td>
                <td data-label=text.risk_column_score() class="register__sum figures">
                    {kept.assessment.score.to_string()}
                </td>
            </tr>
        }
        .into_any()
    };
    let columns = [
        Plain(text.risk_column_act()),
        Plain(text.risk_column_when()),
        Plain(text.risk_column_person()),
        Plain(text.risk_column_done()),
        Plain(text.risk_column_why()),
        Sum(text.risk_column_score()),
    ];
    table(None, &columns, kept.iter().map(row).collect())
}

fn shadow(counts: &[Count], text: Text) -> AnyView {
    let row = |it: &Count| {
        view! {
            <tr data-testid="shadow">
                <th scope="row">{text.risk_act(it.act)}</th>
                <td data-label=text.risk_column_verdict()>{text.risk_verdict(it.verdict)}</td>
                <td data-label=text.risk_column_done()>{text.risk_verdict(it.enforced)}</td>
                <td data-label=text.risk_column_count() class="register__sum figures">
                    {it.count.to_string()}
                </td>
            </tr>
        }
        .into_any()
    };
    if counts.is_empty() {
        return nothing(text.risk_none_shadow());
    }
    let columns = [
        Plain(text.risk_column_act()),
        Plain(text.risk_column_verdict()),
        Plain(text.risk_column_done()),
        Sum(text.risk_column_count()),
    ];
    table(Some(text.risk_shadow_text()), &columns, counts.iter().map(row).collect())
}

pub(super) fn nothing(words: &'static str) -> AnyView {
    view! { <section class="card"><p class="card__text">{words}</p></section> }.into_any()
}

/// The reason of a decision.
pub(super) fn why(label: &'static str, value: String) -> AnyView {
    Field { name: "why", label, value, ..Field::default() }.lines(3, WHY_MAX)
}

/// The two decisions.
pub(super) fn rulings(text: Text) -> AnyView {
    view! {
        <p class="decide__acts">
            <button class="button button--wide button--accent" type="submit" name="ruling" value="grant">
                {text.risk_grant()}
            </button>
            <button class="button button--wide" type="submit" name="ruling" value="refuse">
                {text.risk_refuse()}
            </button>
        </p>
    }
    .into_any()
}
