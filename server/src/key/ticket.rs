//! Tickets of the line in front of the desk: a time, authenticated for one person and one round. Who has another person's
//! ticket has nothing.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use domain::id::{PersonId, RoundId};

use super::{Keys, hex, mac};

/// The longest text that is looked at.
const TICKET_MAX: usize = 64;

impl Keys {
    /// The ticket of a person for a round: when it is their turn, in milliseconds since 1970.
    pub fn ticket(&self, person: &PersonId, round: &RoundId, due_ms: i64) -> String {
        format!("{due_ms:x}-{}", hex(&self.ticket_tag(person, round, due_ms)))
    }

    /// When it is the person's turn in the round, if this installation made the ticket for them; in constant time.
    pub fn due_of_ticket(&self, person: &PersonId, round: &RoundId, ticket: &str) -> Option<i64> {
        let (due, tag) = ticket.split_once('-').filter(|_| ticket.len() <= TICKET_MAX)?;
        let due_ms = i64::from_str_radix(due, 16).ok()?;
        let own = hex(&self.ticket_tag(person, round, due_ms));
        verify_slices_are_equal(own.as_bytes(), tag.as_bytes()).ok()?;
        Some(due_ms)
    }

    fn ticket_tag(&self, person: &PersonId, round: &RoundId, due_ms: i64) -> [u8; 16] {
        let tag = mac(&self.ticket, format!("{person}\n{round}\n{due_ms}").as_bytes());
        std::array::from_fn(|place| tag[place])
    }
}
