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

    /// Facts on one line, each complete in itself.
    pub fn facts<S: AsRef<str>>(self, facts: &[S]) -> String {
        let facts: Vec<&str> = facts.iter().map(AsRef::as_ref).collect();
        facts.join(" · ")
    }
}
