//! The place of a merchant, as the city registers it (R11). A merchant need not give one: then the outline of the city
//! is compared with nothing but what its tills report, and that it trades in the city is what the review has looked at:
//! its district and address (R16).

use super::application::{Fault, position};
use super::{Merchant, MerchantState, is_reason};
use crate::campaign::Campaign;
use crate::place::Position;

/// Why a place is not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotPlace {
    /// The merchant was refused; it says where it is when it applies again.
    #[error("the merchant was refused")]
    OtherState,
    /// No reason is given, or a longer one than a reason may be.
    #[error("a reason of 1 to 500 characters is needed")]
    NoReason,
    /// What is written is no position.
    #[error("a latitude and a longitude are needed")]
    NotAPosition,
    /// It is outside the city.
    #[error("the position is outside the city")]
    OutsideCity,
}

impl Merchant {
    /// The merchant at a place that is written as `35.4905,112.8512` (R11), and that place. Where the merchant stands,
    /// and who brought it there, stays.
    ///
    /// # Errors
    /// [`CannotPlace`], the first that holds.
    pub fn placed(
        mut self,
        written: &str,
        campaign: &Campaign,
        why: &str,
    ) -> Result<(Self, Position), CannotPlace> {
        if self.state == MerchantState::Refused {
            return Err(CannotPlace::OtherState);
        }
        let place = match position(written, campaign) {
            Ok(Some(place)) => place,
            Err(Fault::OutsideCity) => return Err(CannotPlace::OutsideCity),
            Ok(None) | Err(_) => return Err(CannotPlace::NotAPosition),
        };
        if !is_reason(why) {
            return Err(CannotPlace::NoReason);
        }
        self.profile.position = Some(place);
        self.version += 1;
        Ok((self, place))
    }
}
