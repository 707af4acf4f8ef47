//! What an operator holds (R14, R16): the money stays in payable and out of the files, until it is released. Both acts
//! carry who, when and why (R17).

use crate::merchant::{Mark, MerchantState, is_reason};
use crate::time::BeijingDay;

/// A merchant's money held back, from one act to the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Who held it, when and why.
    pub held: Mark,
    /// Who released it, when and why; none while it is held.
    pub released: Option<Mark>,
}

/// What may be done with a merchant's money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Hold it.
    Hold,
    /// Release it.
    Release,
}

impl Act {
    /// The word in forms and in the record.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
        }
    }

    /// The act of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Hold, Self::Release].into_iter().find(|act| act.code() == code)
    }
}

/// Why money is neither held nor released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotHold {
    /// It is held already, or is not; or the merchant never took part.
    #[error("the money is not as it was")]
    OtherState,
    /// No reason is given, or one that is too long.
    #[error("a reason of 1 to 500 characters is needed")]
    NoReason,
}

impl Hold {
    /// Whether the money is held now: nobody has released it.
    pub const fn is_open(&self) -> bool {
        self.released.is_none()
    }

    /// Whether the bank is told nothing of this day: the money was held when the day ended. Once a day is over this
    /// never changes, so neither does its file.
    pub fn covers(&self, day: BeijingDay) -> bool {
        let end = day.plus_days(1).start();
        self.held.at < end && self.released.as_ref().is_none_or(|mark| mark.at >= end)
    }

    /// The day with which the bank is told of what was held; none while it is, and for one that covers no day.
    pub(super) fn told_on(&self) -> Option<BeijingDay> {
        let released = self.released.as_ref()?.at.beijing_day();
        (self.held.at.beijing_day() < released).then_some(released)
    }
}

/// The hold of a merchant after an act; `open` is the one that stands, if there is one.
///
/// # Errors
/// [`CannotHold`], the first that holds.
pub fn act(
    act: Act,
    state: MerchantState,
    open: Option<Hold>,
    mark: Mark,
) -> Result<Hold, CannotHold> {
    let took_part = matches!(state, MerchantState::Approved | MerchantState::Suspended);
    let hold = match (act, open) {
        (Act::Hold, None) if took_part => Hold { held: mark, released: None },
        // Whoever releases at the same instant, or by a clock that is behind, comes after.
        (Act::Release, Some(Hold { held, .. })) => {
            let at = mark.at.max(held.at);
            Hold { held, released: Some(Mark { at, ..mark }) }
        }
        _ => return Err(CannotHold::OtherState),
    };
    let last = hold.released.as_ref().unwrap_or(&hold.held);
    if is_reason(&last.why) { Ok(hold) } else { Err(CannotHold::NoReason) }
}
