//! The audit record (R17, R20): what those who work here did, in one chain that is written once. Money movements have
//! chains of their own in the [`ledger`](crate::ledger); a checkpoint ties the ends of those chains into this one, so
//! that whoever rewrote a chain from its beginning would have to rewrite the record as well.
//!
//! Nothing of a citizen stands here: subjects are identifiers, details say what was decided and why.

use std::fmt;
use std::str::FromStr;

use crate::ledger::{Digest, Link, hex, unhex};
use crate::merchant;
use crate::staff::Login;
use crate::time::Timestamp;

/// The longest subject, in characters.
pub const SUBJECT_MAX: usize = 200;
/// The longest detail, in characters; a checkpoint of very many rounds has several records.
pub const DETAIL_MAX: usize = 8_000;

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Somebody of the city, by what they sign in with.
    Staff(Login),
    /// Whoever runs commands on the machine.
    Command,
    /// The product by itself: what a time, a list or a file made it do.
    Product,
}

/// `staff:li.ming`, `command`, `product`: as it is stored.
impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff(login) => write!(f, "staff:{login}"),
            Self::Command => f.write_str("command"),
            Self::Product => f.write_str("product"),
        }
    }
}

/// A text that does not say who.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a member of the staff, a command or the product")]
pub struct NotWho;

impl FromStr for Who {
    type Err = NotWho;

    fn from_str(text: &str) -> Result<Self, NotWho> {
        match text.split_once(':') {
            Some(("staff", login)) => Ok(Self::Staff(login.parse().map_err(|_| NotWho)?)),
            None if text == "command" => Ok(Self::Command),
            None if text == "product" => Ok(Self::Product),
            _ => Err(NotWho),
        }
    }
}

/// As it stands in a merchant's own history.
impl From<&Who> for merchant::Who {
    fn from(who: &Who) -> Self {
        match who {
            Who::Staff(login) => Self::Staff(login.to_string()),
            Who::Command | Who::Product => Self::System(who.to_string()),
        }
    }
}

/// The closed list of what is recorded, with the codes that stand in storage, exports and addresses.
macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident $code:literal,)+) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act {
            $($(#[$doc])* $name,)+
        }

        impl Act {
            /// Every act, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The act in storage; never changed once it was written.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

acts! {
    /// A campaign file filled the database (R21).
    CampaignImported "campaign_imported",
    /// Figures of earlier programmes were imported.
    HistoryImported "history_imported",
    /// A plan of a round was written, or written anew.
    PlanWritten "plan_written",
    /// A plan was handed to the second pair of eyes.
    PlanSubmitted "plan_submitted",
    /// It came back, with a reason.
    PlanReturned "plan_returned",
    /// It was approved: money moved from the pool (R14).
    PlanApproved "plan_approved",
    /// It was given up.
    PlanAbandoned "plan_abandoned",
    /// A round was paused, at once (R21).
    RoundPaused "round_paused",
    /// Somebody asks to let a paused round go on.
    ResumeRequested "resume_requested",
    /// A second person let it go on.
    ResumeConfirmed "resume_confirmed",
    /// A second person did not.
    ResumeDeclined "resume_declined",
    /// Somebody asks to end a round's issuing for good.
    StopRequested "stop_requested",
    /// A second person ended it.
    StopConfirmed "stop_confirmed",
    /// A second person did not.
    StopDeclined "stop_declined",
    /// Somebody asks to move a round's end.
    ExtendRequested "extend_requested",
    /// A second person moved it.
    ExtendConfirmed "extend_confirmed",
    /// A second person did not.
    ExtendDeclined "extend_declined",
    /// Somebody asks for more packs.
    AddPacksRequested "add_packs_requested",
    /// A second person added them: money moved from the pool (R14).
    AddPacksConfirmed "add_packs_confirmed",
    /// A second person did not.
    AddPacksDeclined "add_packs_declined",
    /// Whoever asked for a change of a round took that back.
    ProposalWithdrawn "proposal_withdrawn",
    /// A claim that risk control held was granted (R19).
    HeldGranted "held_granted",
    /// It was refused.
    HeldRefused "held_refused",
    /// Held claims were refused because nobody had decided in time.
    HeldLapsed "held_lapsed",
    /// A person was right against risk control.
    AppealUpheld "appeal_upheld",
    /// A decision of risk control stands.
    AppealDismissed "appeal_dismissed",
    /// A configuration of risk control was put in force (R19).
    RiskConfigured "risk_configured",
    /// What a round left over went back to the pool (R15).
    RoundClosed "round_closed",
    /// A merchant takes part (R16).
    MerchantApproved "merchant_approved",
    /// A merchant does not take part.
    MerchantRefused "merchant_refused",
    /// A merchant no longer takes part.
    MerchantSuspended "merchant_suspended",
    /// A suspended merchant takes part again.
    MerchantLifted "merchant_lifted",
    /// The place of a merchant was registered (R11).
    MerchantPlaced "merchant_placed",
    /// A merchant was suspended because the list of dishonest subjects names it.
    MerchantListed "merchant_listed",
    /// The list of dishonest subjects was replaced (R16).
    DishonestImported "dishonest_imported",
    /// What a merchant is owed is held back, with a reason (R16).
    PayableHeld "payable_held",
    /// It is no longer held back.
    PayableReleased "payable_released",
    /// The bank's reference of a settlement was recorded: payable → paid (R14).
    SettlementPaid "settlement_paid",
    /// Somebody was given an account.
    StaffAdded "staff_added",
    /// An account was ended, and its sessions with it.
    StaffEnded "staff_ended",
    /// Somebody of the city signed in.
    StaffSignedIn "staff_signed_in",
    /// An administrator gave an account a new password and a new secret, because its owner had lost one (ASVS 6.4.3).
    StaffReset "staff_reset",
    /// Somebody renewed their own password.
    PasswordRenewed "password_renewed",
    /// Sessions of an account were ended before their time: by an administrator, or by its owner.
    SessionEnded "session_ended",
    /// Hashes under a version of the master key were taken away, so that it can go out of use (R1).
    KeyRetired "key_retired",
    /// Somebody took data out of the console as a file.
    ExportTaken "export_taken",
    /// The ends of the ledger's chains as they stood (R20).
    LedgerCheckpoint "ledger_checkpoint",
}

impl Act {
    /// The act of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.code() == code)
    }
}

impl From<merchant::Decision> for Act {
    fn from(decision: merchant::Decision) -> Self {
        match decision {
            merchant::Decision::Approve => Self::MerchantApproved,
            merchant::Decision::Refuse => Self::MerchantRefused,
            merchant::Decision::Suspend => Self::MerchantSuspended,
            merchant::Decision::Lift => Self::MerchantLifted,
        }
    }
}

/// Something that was done, before it has its place in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, by the campaign clock. The order of the record is that of its numbers: a clock may be moved.
    pub at: Timestamp,
    /// By whom.
    pub who: Who,
    /// What.
    pub act: Act,
    /// To what: `round:r2`, `merchant:01…`, `staff:li.ming`; at most [`SUBJECT_MAX`] characters.
    pub subject: String,
    /// What else is to be known of it, such as the reason; at most [`DETAIL_MAX`] characters.
    pub detail: String,
}

/// An entry with its place in the record: written once, never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number, from 1.
    pub sequence: i64,
    /// What was done.
    pub entry: Entry,
    /// The hash of the record before it; zeros at the head.
    pub previous: Digest,
}

impl Record {
    /// The record that follows the end of the chain.
    pub const fn after(end: Link, entry: Entry) -> Self {
        Self { sequence: end.sequence + 1, entry, previous: end.hash }
    }

    /// The bytes whose hash the next record carries: every field, in an order and form that never change. The two free
    /// texts come with their length, so that nothing can move from one to the other.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let Entry { at, who, act, subject, detail } = &self.entry;
        let (number, at, code) = (self.sequence, at.millis(), act.code());
        let head = format!("jinquan-audit-1\n{number}\n{at}\n{who}\n{code}\n");
        let mut bytes = head.into_bytes();
        for text in [subject, detail] {
            bytes.extend_from_slice(format!("{}:", text.len()).as_bytes());
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(&self.previous);
        bytes
    }
}

/// The end of one of the ledger's chains, as a checkpoint says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainEnd {
    /// The chain, such as `campaign` or `round:r1`.
    pub chain: String,
    /// Its last transfer's number and hash.
    pub link: Link,
}

/// `round:r1 17 5f0c…`: a line of a checkpoint's detail.
impl fmt::Display for ChainEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.chain, self.link.sequence, hex(&self.link.hash))
    }
}

/// A text that is not a line of a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the end of a chain")]
pub struct NotAnEnd;

impl FromStr for ChainEnd {
    type Err = NotAnEnd;

    fn from_str(text: &str) -> Result<Self, NotAnEnd> {
        let mut words = text.split(' ');
        let (Some(chain), Some(sequence), Some(hash), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(NotAnEnd);
        };
        let sequence = sequence.parse().map_err(|_| NotAnEnd)?;
        let hash = unhex(hash).ok_or(NotAnEnd)?;
        let end = Self { chain: chain.to_owned(), link: Link { sequence, hash } };
        // One end, one spelling.
        if end.to_string() == text { Ok(end) } else { Err(NotAnEnd) }
    }
}
