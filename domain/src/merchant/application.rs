//! What a business says of itself when it asks to take part (R16), and whether that can be right.

use serde::{Deserialize, Serialize};

use super::{Contact, Profile, is_unwanted};
use crate::campaign::Campaign;
use crate::credit_code::{CreditCode, NotACreditCode};
use crate::place::Position;
use crate::typed::half_width;

/// The longest name, in characters.
pub const NAME_MAX: usize = 60;
/// The longest address, in characters.
pub const ADDRESS_MAX: usize = 120;
/// The longest contact name, in characters.
pub const CONTACT_MAX: usize = 30;
/// The longest reference to a document, in characters.
pub const DOCUMENT_MAX: usize = 80;
/// The most references to documents.
pub const DOCUMENTS_MAX: usize = 10;

/// An application as it was written; nothing of it is checked. It has no `Debug`: it names a person.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Application {
    /// The name over the door.
    pub name: String,
    /// The credit code, in any spelling.
    pub credit_code: String,
    /// The category.
    pub category: String,
    /// The district.
    pub district: String,
    /// The address.
    pub address: String,
    /// `35.4905,112.8512`, or nothing.
    pub position: String,
    /// Whom the city calls.
    pub contact_name: String,
    /// Under which number.
    pub contact_phone: String,
    /// References to documents, a line each.
    pub documents: String,
    /// Whether it sells physical goods.
    pub sells_goods: bool,
    /// Whether it is registered in the city and trades there.
    pub in_city: bool,
}

/// A field of an application, in the order of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The name.
    Name,
    /// The credit code.
    CreditCode,
    /// The category.
    Category,
    /// The district.
    District,
    /// The address.
    Address,
    /// The position.
    Position,
    /// The contact's name.
    ContactName,
    /// The contact's telephone number.
    ContactPhone,
    /// The documents.
    Documents,
    /// That it sells physical goods.
    SellsGoods,
    /// That it is of the city.
    InCity,
}

impl Field {
    /// The name of the form's field.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::CreditCode => "credit_code",
            Self::Category => "category",
            Self::District => "district",
            Self::Address => "address",
            Self::Position => "position",
            Self::ContactName => "contact_name",
            Self::ContactPhone => "contact_phone",
            Self::Documents => "documents",
            Self::SellsGoods => "sells_goods",
            Self::InCity => "in_city",
        }
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing is written there.
    Missing,
    /// More characters (or lines) than this.
    TooLong(usize),
    /// It is not what the field asks for, or no such thing exists.
    Wrong,
    /// It is not a credit code.
    CreditCode(NotACreditCode),
    /// The position is outside the city (R11).
    OutsideCity,
    /// It must be confirmed, or the business cannot take part.
    Unconfirmed,
    /// A business with this credit code takes part already, or asked to.
    Taken,
}

impl Application {
    /// What it says, checked against the campaign's categories, districts and outline.
    ///
    /// # Errors
    /// Each field that is wrong, in the order of the form, with what is wrong with it.
    pub fn check(&self, campaign: &Campaign) -> Result<Profile, Vec<(Field, Fault)>> {
        let mut faults = Vec::new();
        let mut note = |field, fault| faults.push((field, fault));
        let name = line(&self.name, NAME_MAX).map_err(|fault| note(Field::Name, fault));
        let credit_code =
            credit_code(&self.credit_code).map_err(|fault| note(Field::CreditCode, fault));
        let category = self.category.parse().ok().filter(|id| campaign.category(id).is_some());
        let category = category.ok_or_else(|| note(Field::Category, chosen(&self.category)));
        let district = campaign.district(&self.district).map(|district| district.code.clone());
        let district = district.ok_or_else(|| note(Field::District, chosen(&self.district)));
        let address = line(&self.address, ADDRESS_MAX).map_err(|fault| note(Field::Address, fault));
        let position =
            position(&self.position, campaign).map_err(|fault| note(Field::Position, fault));
        let contact_name =
            line(&self.contact_name, CONTACT_MAX).map_err(|fault| note(Field::ContactName, fault));
        let contact_phone =
            phone(&self.contact_phone).map_err(|fault| note(Field::ContactPhone, fault));
        let documents = documents(&self.documents).map_err(|fault| note(Field::Documents, fault));
        if !self.sells_goods {
            note(Field::SellsGoods, Fault::Unconfirmed);
        }
        if !self.in_city {
            note(Field::InCity, Fault::Unconfirmed);
        }
        let build = || {
            Ok::<_, ()>(Profile {
                name: name?,
                credit_code: credit_code?,
                category: category?,
                district: district?,
                address: address?,
                position: position?,
                contact: Contact { name: contact_name?, phone: contact_phone? },
                documents: documents?,
                sells_goods: self.sells_goods,
                in_city: self.in_city,
            })
        };
        match build() {
            Ok(profile) if faults.is_empty() => Ok(profile),
            _ => Err(faults),
        }
    }
}

/// One line of text: trimmed, neither empty nor too long.
fn line(text: &str, most: usize) -> Result<String, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::Missing);
    }
    if text.chars().count() > most {
        return Err(Fault::TooLong(most));
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::Wrong);
    }
    Ok(text.to_owned())
}

fn credit_code(text: &str) -> Result<CreditCode, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::Missing);
    }
    text.parse().map_err(Fault::CreditCode)
}

/// The fault of a choice that is not one of those offered.
fn chosen(text: &str) -> Fault {
    if text.is_empty() { Fault::Missing } else { Fault::Wrong }
}

/// A position in the city, or none where nothing is written.
pub(super) fn position(text: &str, campaign: &Campaign) -> Result<Option<Position>, Fault> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let position: Position = text.parse().map_err(|_| Fault::Wrong)?;
    if campaign.contains(position) { Ok(Some(position)) } else { Err(Fault::OutsideCity) }
}

/// A telephone number: 7 to 20 digits, with spaces, hyphens, brackets and a plus between. It is kept in half-width
/// characters.
fn phone(text: &str) -> Result<String, Fault> {
    let plain: String = text.chars().map(half_width).collect();
    let text = plain.trim();
    if text.is_empty() {
        return Err(Fault::Missing);
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let fits = |character: char| character.is_ascii_digit() || " -()+".contains(character);
    if (7..=20).contains(&digits) && text.len() <= 30 && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err(Fault::Wrong)
    }
}

fn documents(text: &str) -> Result<Vec<String>, Fault> {
    if text.chars().any(is_unwanted) {
        return Err(Fault::Wrong);
    }
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return Err(Fault::Missing);
    }
    if lines.len() > DOCUMENTS_MAX {
        return Err(Fault::TooLong(DOCUMENTS_MAX));
    }
    lines.into_iter().map(|text| line(text, DOCUMENT_MAX)).collect()
}
