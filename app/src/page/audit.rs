//! `/console/audit`: what was done, by whom and when, and whether the rows that are shown are what was written.

use domain::audit::{Act, Record, Who as Doer};
use domain::export::Export;
use domain::ledger::{Digest, Link};
use domain::time::{BeijingDay, Timestamp};
use leptos::prelude::*;

use super::Page;
use super::console::{Place, Who, console};
use super::export::ways;
use super::frame::Frame;
use super::ledger::short;
use crate::text::Text;
use crate::widget::field::{Field, Typing};
use crate::widget::moment;

/// A record as the page shows it.
#[derive(Clone, Debug)]
pub struct RecordModel {
    /// The record.
    pub record: Record,
    /// Its hash as it is stored.
    pub hash: Digest,
    /// Whether that is the hash of what the row says.
    pub fits: bool,
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct AuditModel {
    /// What time it is.
    pub now: Timestamp,
    /// The act that is looked for.
    pub act: Option<Act>,
    /// Who is looked for, as it was typed.
    pub who: String,
    /// Whether what was typed is nobody.
    pub is_nobody: bool,
    /// The day that is looked for.
    pub day: Option<BeijingDay>,
    /// The records, the newest first; a page of them.
    pub records: Vec<RecordModel>,
    /// Before which number the next ones come, if there are more.
    pub more: Option<i64>,
    /// The end of the chain.
    pub end: Link,
}

/// The page.
pub fn page(frame: &Frame, who: &Who, model: &AuditModel) -> Page {
    let text = Text(frame.visitor.language);
    let rows: Vec<_> = model.records.iter().map(|it| row(model, it, text)).collect();
    let list = if rows.is_empty() {
        view! { <p class="card__text">{text.audit_none()}</p> }.into_any()
    } else {
        view! {
            <table class="register">
                <thead>
                    <tr>
                        <th scope="col">{text.ledger_number()}</th>
                        <th scope="col">{text.ledger_when()}</th>
                        <th scope="col">{text.audit_who()}</th>
                        <th scope="col">{text.audit_act()}</th>
                        <th scope="col">{text.audit_subject()}</th>
                        <th scope="col">{text.ledger_hash()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    let more = model.more.map(|before| {
        let path = path(model, before);
        view! { <p class="form__act"><a class="button" href=path>{text.ledger_older()}</a></p> }
    });
    let content = view! {
        <p class="console__lead">{text.audit_lead()}</p>
        {ways(&[Export::Audit], text)}
        {chain(model, text)}
        <section class="card">{filter(model, text)} {list} {more}</section>
    };
    console(frame, who, Place::Audit, text.console_audit(), content.into_any())
}

/// How the chain stands, as far as it can be said without reading all of it.
fn chain(model: &AuditModel, text: Text) -> AnyView {
    let misfits = model.records.iter().filter(|it| !it.fits).count();
    let state = if misfits == 0 {
        view! { <p class="card__text">{text.audit_fits()}</p> }.into_any()
    } else {
        view! {
            <p class="card__text audit__misfit" role="alert" data-error="chain">
                {text.audit_misfits(misfits)}
            </p>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="chain-state">
            <h2 class="card__title" id="chain-state">{text.audit_chain()}</h2>
            <p class="card__text figures" data-testid="chain-end">
                {text.audit_end(model.end.sequence)}" "<code class="hash">{short(&model.end.hash)}</code>
            </p>
            {state}
            <p class="card__note">{text.audit_verify()}" "<code>"jinquan ledger verify"</code></p>
        </section>
    }
    .into_any()
}

fn filter(model: &AuditModel, text: Text) -> AnyView {
    let acts = Act::ALL.iter().map(|act| (act.code().to_owned(), text.act(*act).to_owned()));
    let act = model.act.map(Act::code).unwrap_or_default().to_owned();
    let act = Field { name: "act", label: text.audit_act(), value: act, ..Field::default() };
    let who = Field {
        name: "who",
        label: text.audit_login(),
        value: model.who.clone(),
        error: model.is_nobody.then(|| text.audit_nobody().to_owned()),
        ..Field::default()
    };
    let day = model.day.map(|day| day.to_string()).unwrap_or_default();
    let day = Field { name: "day", label: text.ledger_day(), value: day, ..Field::default() };
    view! {
        <form class="filter" method="get" action="/console/audit">
            {act.choice(text.audit_any(), acts.collect())}
            {who.text(Typing { most: 64, optional: true, ..Typing::default() })}
            {day.day()}
            <button class="button button--accent" type="submit">{text.ledger_look()}</button>
        </form>
    }
    .into_any()
}

fn row(model: &AuditModel, it: &RecordModel, text: Text) -> AnyView {
    let entry = &it.record.entry;
    let who = match &entry.who {
        Doer::Staff(login) => login.to_string(),
        Doer::Command => text.audit_command().to_owned(),
        Doer::Product => text.audit_product().to_owned(),
    };
    let detail = (!entry.detail.is_empty()).then(|| {
        // The ends of all chains are long; what they are is said by the act.
        if entry.act == Act::LedgerCheckpoint {
            view! {
                <details class="audit__detail">
                    <summary>{text.audit_ends(entry.detail.lines().count())}</summary>
                    <pre class="audit__lines">{entry.detail.clone()}</pre>
                </details>
            }
            .into_any()
        } else {
            view! { <p class="audit__detail">{entry.detail.clone()}</p> }.into_any()
        }
    });
    let misfit = (!it.fits).then(|| {
        view! { <p class="audit__misfit">{text.audit_misfit()}</p> }
    });
    view! {
        <tr data-testid="record">
            <th scope="row" class="figures">{it.record.sequence.to_string()}</th>
            <td data-label=text.ledger_when() class="figures register__brief">
                {moment::time(entry.at, text.done_at(entry.at, Some(model.now)))}
            </td>
            <td data-label=text.audit_who() class="register__brief">{who}</td>
            <td data-label=text.audit_act() class="register__brief">{text.act(entry.act)}</td>
            <td data-label=text.audit_subject() class="audit__subject register__wide">
                <code>{entry.subject.clone()}</code>
                {detail}
            </td>
            <td data-label=text.ledger_hash() class="register__brief">
                <code class="hash">{short(&it.hash)}</code>
                {misfit}
            </td>
        </tr>
    }
    .into_any()
}

/// The page with what is looked for, from that number on.
fn path(model: &AuditModel, before: i64) -> String {
    let day = model.day.map(|day| day.to_string()).unwrap_or_default();
    let (act, who) = (model.act.map(Act::code).unwrap_or_default(), &model.who);
    format!("/console/audit?act={act}&who={who}&day={day}&before={before}")
}
