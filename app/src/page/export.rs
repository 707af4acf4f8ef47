//! `/console/exports`: what can be taken out as a file.

use domain::export::Export;
use leptos::prelude::*;

use super::Page;
use super::console::{Place, Who, console};
use super::frame::Frame;
use crate::text::Text;
use crate::widget::field::Field;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ExportModel {
    /// The files that the role may take.
    pub files: Vec<Export>,
    /// Whether they say whose a claim or a redemption is.
    pub with_persons: bool,
    /// The day that a file is asked for which is of one, as it was typed.
    pub day: String,
    /// Whether there is no file of that day.
    pub is_no_day: bool,
}

/// The page.
pub fn page(frame: &Frame, who: &Who, model: &ExportModel) -> Page {
    let text = Text(frame.visitor.language);
    let persons =
        if model.with_persons { text.export_with_persons() } else { text.export_without_persons() };
    let file = |export: Export| {
        let way =
            if export.is_of_a_day() { of_a_day(export, model, text) } else { link(export, text) };
        view! {
            <li class="card console__card">
                <h2 class="card__title">{text.export_name(export)}</h2>
                <p class="card__text">{text.export_text(export)}</p>
                {way}
            </li>
        }
    };
    let files: Vec<_> = model.files.iter().copied().map(file).collect();
    let content = view! {
        <p class="console__lead">{text.export_lead()}<br/>{persons}</p>
        <ul class="console__cards">{files}</ul>
    };
    let page = console(frame, who, Place::Exports, text.console_exports(), content.into_any());
    if model.is_no_day { Page { title: text.please_check().to_owned(), ..page } } else { page }
}

fn link(export: Export, text: Text) -> AnyView {
    view! {
        <p class="form__act">
            <a class="button" href=path(export) download>
                {text.export_take()}
                <span class="visually-hidden">" "{text.export_name(export)}</span>
            </a>
        </p>
    }
    .into_any()
}

/// A file of a day, which is asked for first.
fn of_a_day(export: Export, model: &ExportModel, text: Text) -> AnyView {
    let day = Field {
        name: "day",
        label: text.ledger_day(),
        value: model.day.clone(),
        error: model.is_no_day.then(|| text.export_no_day().to_owned()),
        ..Field::default()
    };
    view! {
        <form class="filter" method="get" action=path(export)>
            {day.day()}
            <button class="button" type="submit">
                {text.export_take()}
                <span class="visually-hidden">" "{text.export_name(export)}</span>
            </button>
        </form>
    }
    .into_any()
}

/// Ways to files, under what they are about.
pub(super) fn ways(exports: &[Export], text: Text) -> AnyView {
    let way = |export: &Export| {
        view! {
            <li>
                <a href=path(*export) download>{text.export_name(*export)}" · "{text.export_take()}</a>
            </li>
        }
    };
    let ways: Vec<_> = exports.iter().map(way).collect();
    view! { <ul class="file-ways">{ways}</ul> }.into_any()
}

/// Where a file is taken.
pub fn path(export: Export) -> String {
    format!("/console/exports/{}.csv", export.code())
}
