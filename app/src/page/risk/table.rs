//! A list of the desk as a table on a card.

use leptos::prelude::*;

/// The heading of a column.
#[derive(Clone, Copy)]
pub(super) enum Column {
    /// Of words.
    Plain(&'static str),
    /// Of numbers, which stand at the end.
    Sum(&'static str),
}

/// The rows below their headings, and what is said above them.
pub(super) fn table(lead: Option<&'static str>, columns: &[Column], rows: Vec<AnyView>) -> AnyView {
    let lead = lead.map(|lead| view! { <p class="card__text shadow__lead">{lead}</p> });
    let headings: Vec<_> = columns
        .iter()
        .map(|column| {
            let (name, class) = match *column {
                Column::Plain(name) => (name, None),
                Column::Sum(name) => (name, Some("register__sum")),
            };
            view! { <th scope="col" class=class>{name}</th> }
        })
        .collect();
    view! {
        <section class="card">
            {lead}
            <table class="register">
                <thead>
                    <tr>{headings}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}
