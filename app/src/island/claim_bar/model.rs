//! What the claim bar is given by the page.

use domain::id::PackId;
use domain::refusal::Refusal;
use domain::round::LimitPer;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::act::AnswerCode;
use crate::island::glance::Glance;

/// The round and the person's part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimBarModel {
    /// The round.
    pub glance: Glance,
    /// When the next round opens, if one is known.
    pub next_opens_at: Option<Timestamp>,
    /// Whether one may claim once in the round or once for each pack.
    pub limit_per: LimitPer,
    /// The round's packs, in order.
    pub packs: Vec<ClaimBarPack>,
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// Why this person cannot claim although the round is open: real name, consent or audience.
    pub refusal: Option<Refusal>,
    /// What a plain form just sent was answered, when it was not a yes.
    pub answer: Option<AnswerCode>,
}

/// A pack and the person's part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimBarPack {
    /// The pack.
    pub id: PackId,
    /// Its name.
    pub name: String,
    /// What it gives, in one line; shown where a round offers several packs.
    pub worth: String,
    /// How many there are.
    pub total: u32,
    /// How many are left.
    pub remaining: u32,
    /// What is in it, in order; fanned once after a grant.
    pub tickets: Vec<Ticket>,
    /// The key of the person's own form; none for a visitor who is not signed in.
    pub form_key: Option<String>,
    /// The claim that stands against another claim of this pack.
    pub held: Option<Held>,
}

/// A voucher as a small ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The name of its kind.
    pub name: String,
    /// The seal character of its kind.
    pub seal: String,
    /// The tone of its kind: `data-tone`.
    pub tone: String,
    /// The face in yuan, as it is written.
    pub face: String,
}

/// A claim that the person made already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The number of the grant in the round.
    pub serial: u32,
    /// Whether it was this pack (with one claim a round it may have been another).
    pub this_pack: bool,
    /// Whether it was made through another account of the same person.
    pub other_account: bool,
}
