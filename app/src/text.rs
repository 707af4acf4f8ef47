//! Everything the product says, in every language. A message is a method, so a missing translation does not compile
//! and an unused one is found. No other directory of this crate holds a sentence.

/// Messages without parameters: one method each, Traditional Chinese first, then Simplified, then English.
macro_rules! messages {
    ($($(#[$meta:meta])* fn $name:ident = $hant:literal | $hans:literal | $english:literal;)*) => {
        impl $crate::text::Text {
            $(
                $(#[$meta])*
                #[doc = $hant]
                pub const fn $name(self) -> &'static str {
                    match self.0 {
                        ::domain::language::Language::Hant => $hant,
                        ::domain::language::Language::Hans => $hans,
                        ::domain::language::Language::English => $english,
                    }
                }
            )*
        }
    };
}

/// A message with parameters, named in braces: only the wanted language is put together.
macro_rules! say {
    ($text:expr, $hant:literal | $hans:literal | $english:literal) => {
        match $text.0 {
            ::domain::language::Language::Hant => format!($hant),
            ::domain::language::Language::Hans => format!($hans),
            ::domain::language::Language::English => format!($english),
        }
    };
}

mod accounts;
mod appeals;
mod audit;
mod calendar;
mod consent;
mod entrance;
mod frame;
mod held;
mod landing;
mod ledger;
mod live;
mod me;
mod merchant;
mod merchants;
mod money;
mod notice;
mod own_account;
mod plan;
mod planner;
mod refusal;
mod results;
mod review;
mod risk;
mod rounds;
mod rules;
mod sign_in;
mod staff;
mod till;
mod till_refusal;
mod time;
mod voucher;
mod wallet;

use domain::language::Language;

pub use refusal::Advice;

/// What is said, in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text(pub Language);

/// A sentence around something that is marked up by itself, such as a time: what stands before it and after it.
pub type Around = (&'static str, &'static str);

impl Text {
    /// Several things in a row: 甲、乙、丙.
    pub fn list<S: AsRef<str>>(self, items: &[S]) -> String {
        let separator = if self.0 == Language::English { ", " } else { "、" };
        let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
        items.join(separator)
    }

    /// The value of `lang` for words of the data that stand on an English page in Chinese, such as the name of a shop:
    /// they are read aloud as what they are.
    pub fn foreign(self, words: &str) -> Option<&'static str> {
        let chinese = |letter| ('\u{2e80}'..='\u{9fff}').contains(&letter);
        (self.0 == Language::English && words.contains(chinese)).then_some(Language::Hant.tag())
    }

    /// Facts on one line, each complete in itself.
    pub fn facts<S: AsRef<str>>(self, facts: &[S]) -> String {
        let facts: Vec<&str> = facts.iter().map(AsRef::as_ref).collect();
        facts.join(" · ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_names_no_city() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/text");
        for file in std::fs::read_dir(folder).expect("the catalogue") {
            let path = file.expect("a file").path();
            let words = std::fs::read_to_string(&path).expect("words");
            for city in ["晉城", "晋城", "Jincheng"] {
                assert!(!words.contains(city), "{}: the campaign's file says it", path.display());
            }
        }
    }

    #[test]
    fn chinese_on_an_english_page_is_marked_as_such() {
        let english = Text(Language::English);
        assert_eq!(english.foreign("老城門面館 (east)"), Some("zh-Hant"));
        assert_eq!(english.foreign("Corner Shop"), None);
        assert_eq!(Text(Language::Hans).foreign("老城門面館"), None);
    }
}
