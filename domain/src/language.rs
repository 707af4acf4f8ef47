//! The languages people are served in.

use serde::{Deserialize, Serialize};

/// A language of the pages. Traditional Chinese is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Traditional Chinese.
    #[default]
    #[serde(rename = "zh-Hant")]
    Hant,
    /// Simplified Chinese.
    #[serde(rename = "zh-Hans")]
    Hans,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Every language, the default first.
    pub const ALL: [Self; 3] = [Self::Hant, Self::Hans, Self::English];

    /// The BCP 47 tag: the `lang` of the page and the value of the cookie.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Hant => "zh-Hant",
            Self::Hans => "zh-Hans",
            Self::English => "en",
        }
    }

    /// The language of a tag that this product wrote itself.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }
}

/// A name or sentence of the campaign file, in every language.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalText {
    /// Traditional Chinese.
    #[serde(rename = "zh-Hant")]
    pub hant: String,
    /// Simplified Chinese.
    #[serde(rename = "zh-Hans")]
    pub hans: String,
    /// English.
    #[serde(rename = "en")]
    pub english: String,
}

impl LocalText {
    /// The text in `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Hant => &self.hant,
            Language::Hans => &self.hans,
            Language::English => &self.english,
        }
    }
}
