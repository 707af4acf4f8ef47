//! The words of the calendar entry.

use super::Text;

impl Text {
    /// What the calendar says at a round's opening.
    pub fn reminder(self, slogan: &str, round: &str) -> String {
        say!(
            self,
            "{slogan} {round}開始領取" | "{slogan} {round}开始领取" | "{slogan}: {round} opens"
        )
    }
}
