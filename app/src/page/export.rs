//! `/console/exports`: what can be taken out as a file.

use domain::export::Export;
use leptos::prelude::*;

use super::Page;
use super::console::{Place, Who, console};
use super::frame::Frame;
use crate::text::Text;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct ExportModel {
    /// The files that the role may take.
    pub files: Vec<Export>,
    /// Whether they say whose a claim or a redemption is.
    pub with_persons: bool,
}

/// The page.
pub fn page(frame: &Frame, who: &Who, model: &ExportModel) -> Page {
    let text = Text(frame.visitor.language);
    let persons =
        if model.with_persons { text.export_with_persons() } else { text.export_without_persons() };
    let file = |export: Export| {
        view! {
            <li class="card console__card">
                <h2 class="card__title">{text.export_name(export)}</h2>
                <p class="card__text">{text.export_text(export)}</p>
                <p class="form__act">
                    <a class="button" href=path(export) download>
                        {text.export_take()}
                        <span class="visually-hidden">" "{text.export_name(export)}</span>
                    </a>
                </p>
            </li>
        }
    };
    let files: Vec<_> = model.files.iter().copied().map(file).collect();
    let content = view! {
        <p class="console__lead">{text.export_lead()}" "{persons}</p>
        <ul class="console__cards">{files}</ul>
    };
    console(frame, who, Place::Exports, text.console_exports(), content.into_any())
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
