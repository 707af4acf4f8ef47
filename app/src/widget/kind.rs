//! A kind of voucher as it is shown.

use domain::campaign::Campaign;
use domain::id::KindId;
use domain::language::Language;
use leptos::prelude::*;

/// What is said and shown of a kind, in one language.
#[derive(Clone, Debug)]
pub struct KindWords {
    /// Its name.
    pub name: String,
    /// Where it can be used.
    pub place: String,
    /// The character on its seal.
    pub seal: String,
    /// Its tone: `data-tone`.
    pub tone: &'static str,
}

impl KindWords {
    /// The words of a kind. Import has made sure that it exists; if not, its identifier stands for it.
    pub fn of(campaign: &Campaign, id: &KindId, language: Language) -> Self {
        match campaign.kind(id) {
            Some(kind) => Self {
                name: kind.name.get(language).to_owned(),
                place: kind.place.get(language).to_owned(),
                seal: kind.seal.clone(),
                tone: kind.colour.code(),
            },
            None => Self {
                name: id.to_string(),
                place: String::new(),
                seal: String::new(),
                tone: "ash",
            },
        }
    }

    /// The seal of the kind. The name beside it says the same, so it is not read out.
    pub fn mark(&self) -> AnyView {
        seal("kind", self.tone, self.seal.clone())
    }

    /// The same, larger.
    pub fn large_mark(&self) -> AnyView {
        seal("kind kind--large", self.tone, self.seal.clone())
    }
}

fn seal(class: &'static str, tone: &'static str, character: String) -> AnyView {
    view! { <span class=class data-tone=tone lang="zh-Hant" aria-hidden="true">{character}</span> }
        .into_any()
}
