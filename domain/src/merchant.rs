//! Merchants (商家): who takes part, since when, and who decided it (R16, R17). [`application`] checks what a business
//! says of itself, [`dishonest`] the list of dishonest subjects, [`place`] registers where one is,
//! [`search`] how one is found.

pub mod application;
pub mod dishonest;
pub mod place;
pub mod search;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::credit_code::CreditCode;
use crate::id::{CategoryId, MerchantId, PersonId};
use crate::place::Position;
use crate::time::Timestamp;

/// The longest reason, in characters.
pub const WHY_MAX: usize = 500;

/// What is known of a merchant, checked: see [`application::Application::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name over the door.
    pub name: String,
    /// The credit code.
    pub credit_code: CreditCode,
    /// Its category (R9).
    pub category: CategoryId,
    /// Its district: a division code of the campaign.
    pub district: String,
    /// Its address.
    pub address: String,
    /// Its registered place (R11).
    pub position: Option<Position>,
    /// Whom the city calls.
    pub contact: Contact,
    /// References to documents, such as the number of the business licence.
    pub documents: Vec<String>,
    /// Whether it sells physical goods.
    pub sells_goods: bool,
    /// Whether it is registered in the city and trades there.
    pub in_city: bool,
}

/// Whom the city calls about a merchant. It has no `Debug` of its content, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// The telephone number.
    pub phone: String,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact")
    }
}

/// Where a merchant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MerchantState {
    /// It asked to take part and waits for the review.
    Applied,
    /// It takes part.
    Approved,
    /// It does not take part; it may apply again.
    Refused,
    /// It took part and does not now. It may still refund (R13).
    Suspended,
}

impl MerchantState {
    /// Every state, those that wait for somebody first.
    pub const ALL: [Self; 4] = [Self::Applied, Self::Approved, Self::Suspended, Self::Refused];

    /// The word in storage, addresses and the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Suspended => "suspended",
        }
    }

    /// The state of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Who changed something (R17).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A citizen: the manager of a merchant.
    Person(PersonId),
    /// Somebody of the city, by the name they sign in with.
    Staff(String),
    /// The product itself, following a list or a file.
    System(String),
}

/// `person:01…`, `staff:li.ming`, `system:dishonest-list`: as it is stored.
impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "person:{person}"),
            Self::Staff(login) => write!(f, "staff:{login}"),
            Self::System(name) => write!(f, "system:{name}"),
        }
    }
}

/// A text that does not say who.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a person, a member of the staff or the system")]
pub struct NotWho;

impl FromStr for Who {
    type Err = NotWho;

    fn from_str(text: &str) -> Result<Self, NotWho> {
        match text.split_once(':') {
            Some(("person", id)) => Ok(Self::Person(id.parse().map_err(|_| NotWho)?)),
            Some(("staff", login)) if !login.is_empty() => Ok(Self::Staff(login.to_owned())),
            Some(("system", name)) if !name.is_empty() => Ok(Self::System(name.to_owned())),
            _ => Err(NotWho),
        }
    }
}

/// Who did something, when and why (R17).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Who.
    pub who: Who,
    /// When, by the campaign clock.
    pub at: Timestamp,
    /// Why, in words; empty only where the act says it all.
    pub why: String,
}

/// A merchant as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    /// Its identifier.
    pub id: MerchantId,
    /// Who manages it; none for one that the city registered itself.
    pub manager: Option<PersonId>,
    /// What is known of it.
    pub profile: Profile,
    /// Where it stands.
    pub state: MerchantState,
    /// Who brought it there, when and why.
    pub mark: Mark,
    /// Grows with every change; a decision on another version is void.
    pub version: i64,
}

/// What is decided of a merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It takes part.
    Approve,
    /// It does not.
    Refuse,
    /// It no longer does.
    Suspend,
    /// It does again.
    Lift,
}

impl Decision {
    /// Every decision.
    pub const ALL: [Self; 4] = [Self::Approve, Self::Refuse, Self::Suspend, Self::Lift];

    /// The word in forms and in the record.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::Suspend => "suspend",
            Self::Lift => "lift",
        }
    }

    /// The decision of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.code() == code)
    }

    /// The state that it changes, and the state that it leads to.
    pub const fn step(self) -> (MerchantState, MerchantState) {
        match self {
            Self::Approve => (MerchantState::Applied, MerchantState::Approved),
            Self::Refuse => (MerchantState::Applied, MerchantState::Refused),
            Self::Suspend => (MerchantState::Approved, MerchantState::Suspended),
            Self::Lift => (MerchantState::Suspended, MerchantState::Approved),
        }
    }
}

/// Why a decision cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotDecide {
    /// The merchant is not in the state that the decision changes.
    #[error("the merchant is in another state")]
    OtherState,
    /// No reason is given, or one beyond [`WHY_MAX`].
    #[error("a reason of 1 to 500 characters is needed")]
    NoReason,
    /// It is on the list of dishonest subjects.
    #[error("the merchant is on the list of dishonest subjects")]
    Dishonest,
    /// It sells no physical goods.
    #[error("the merchant sells no physical goods")]
    NoGoods,
    /// It is not registered in the city, or does not trade there.
    #[error("the merchant is not of the city")]
    NotOfTheCity,
}

impl Merchant {
    /// A business that asks to take part.
    pub const fn apply(
        id: MerchantId,
        manager: Option<PersonId>,
        profile: Profile,
        mark: Mark,
    ) -> Self {
        Self { id, manager, profile, state: MerchantState::Applied, mark, version: 1 }
    }

    /// A refused business that asks again, with what it says now.
    ///
    /// # Errors
    /// [`CannotDecide::OtherState`] when it was not refused.
    pub fn apply_again(self, profile: Profile, mark: Mark) -> Result<Self, CannotDecide> {
        if self.state != MerchantState::Refused {
            return Err(CannotDecide::OtherState);
        }
        Ok(Self { profile, ..self.moved(MerchantState::Applied, mark) })
    }

    /// The merchant after a decision (R16, R17). `listed` says whether it is on the list of dishonest subjects now.
    ///
    /// # Errors
    /// [`CannotDecide`], the first that holds.
    pub fn decide(
        self,
        decision: Decision,
        listed: bool,
        mark: Mark,
    ) -> Result<Self, CannotDecide> {
        let (from, to) = decision.step();
        if self.state != from {
            return Err(CannotDecide::OtherState);
        }
        if !is_reason(&mark.why) {
            return Err(CannotDecide::NoReason);
        }
        if to == MerchantState::Approved {
            self.may_take_part(listed)?;
        }
        Ok(self.moved(to, mark))
    }

    fn may_take_part(&self, listed: bool) -> Result<(), CannotDecide> {
        if listed {
            Err(CannotDecide::Dishonest)
        } else if !self.profile.sells_goods {
            Err(CannotDecide::NoGoods)
        } else if !self.profile.in_city {
            Err(CannotDecide::NotOfTheCity)
        } else {
            Ok(())
        }
    }

    fn moved(self, state: MerchantState, mark: Mark) -> Self {
        Self { state, mark, version: self.version + 1, ..self }
    }
}

/// Whether a text can be a reason: 1 to [`WHY_MAX`] characters that say something.
pub fn is_reason(why: &str) -> bool {
    let why = why.trim();
    (1..=WHY_MAX).contains(&why.chars().count()) && !why.chars().any(is_unwanted)
}

/// Characters that no name, address or reason needs: controls, but for the end of a line.
fn is_unwanted(character: char) -> bool {
    character.is_control() && character != '\n' && character != '\r'
}
