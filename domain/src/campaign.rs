//! A campaign (活動): what a city configures. The file is read by the server; what must hold of it is said here.

use serde::{Deserialize, Serialize};

use crate::id::{CampaignId, CategoryId, KindId};
use crate::language::LocalText;
use crate::money::Amount;
use crate::place::{Polygon, Position};

/// A campaign without its rounds, which change and are therefore kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its identifier.
    pub id: CampaignId,
    /// The city, such as 晉城市.
    pub city: LocalText,
    /// The slogan: the heading of the landing page.
    pub slogan: LocalText,
    /// The theme under it.
    pub theme: LocalText,
    /// The appropriation: all the money there is.
    pub appropriation: Amount,
    /// Who runs it.
    pub organiser: LocalText,
    /// The number that people call.
    pub hotline: String,
    /// A remark that every page's foot carries, such as that figures are illustrative.
    pub remark: Option<LocalText>,
    /// The kinds of voucher (R22).
    pub kinds: Vec<VoucherKind>,
    /// The merchant categories.
    pub categories: Vec<Category>,
    /// The districts of the city.
    pub districts: Vec<District>,
    /// The outline of the city (R11); without one every place counts as inside.
    #[serde(default)]
    pub boundary: Option<Polygon>,
}

impl Campaign {
    /// The kind of that identifier; import has made sure that each one that is named exists.
    pub fn kind(&self, id: &KindId) -> Option<&VoucherKind> {
        self.kinds.iter().find(|kind| kind.id == *id)
    }

    /// The kinds that merchants of a category take (R9).
    pub fn kinds_taken_by(&self, category: &CategoryId) -> impl Iterator<Item = &VoucherKind> {
        self.kinds.iter().filter(move |kind| kind.accepts.takes(category))
    }

    /// The category of that identifier.
    pub fn category(&self, id: &CategoryId) -> Option<&Category> {
        self.categories.iter().find(|category| category.id == *id)
    }

    /// The district of that division code.
    pub fn district(&self, code: &str) -> Option<&District> {
        self.districts.iter().find(|district| district.code == code)
    }

    /// Whether a position is in the city (R11).
    pub fn contains(&self, position: Position) -> bool {
        self.boundary.as_ref().is_none_or(|boundary| boundary.contains(position))
    }
}

/// A kind of voucher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoucherKind {
    /// Its identifier.
    pub id: KindId,
    /// Its name, such as 通用券.
    pub name: LocalText,
    /// Where it can be used, in a few words.
    pub place: LocalText,
    /// The character on its seal, such as 通.
    pub seal: String,
    /// Its colour.
    pub colour: Colour,
    /// The categories of merchants that take it (R9).
    pub accepts: Accepts,
}

/// The colours of the kinds: names of the design system, so that both themes keep their contrast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Red.
    Cinnabar,
    /// Blue.
    Indigo,
    /// Green.
    Pine,
    /// Brown.
    Ochre,
}

impl Colour {
    /// The name that the style sheet knows.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cinnabar => "cinnabar",
            Self::Indigo => "indigo",
            Self::Pine => "pine",
            Self::Ochre => "ochre",
        }
    }
}

/// Which merchants take a kind (R9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Accepts {
    /// Every participating merchant: written `"any"`.
    Any(Any),
    /// Merchants of these categories.
    Categories(Vec<CategoryId>),
}

impl Accepts {
    /// Whether merchants of a category take it (R9).
    pub fn takes(&self, category: &CategoryId) -> bool {
        match self {
            Self::Any(_) => true,
            Self::Categories(categories) => categories.contains(category),
        }
    }
}

/// The word `any`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Any {
    /// The word itself.
    #[serde(rename = "any")]
    Any,
}

/// A category of merchants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its identifier.
    pub id: CategoryId,
    /// Its name.
    pub name: LocalText,
}

/// A district of the city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct District {
    /// Its division code (GB/T 2260), six digits.
    pub code: String,
    /// Its name.
    pub name: LocalText,
}
