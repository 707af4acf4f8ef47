//! Risk (R19): every sign-in, merchant application, claim and redemption is scored in eight [`Dimension`]s. Points come
//! from [`Reason`]s, a closed list, each with what was measured and where the line is ([`Finding`]); weights and lines
//! are [`Configuration`]. The verdict and its reasons are an [`Assessment`], from which a person can be told in words
//! which facts counted.
//!
//! Two laws keep it fair, whatever is configured. What many honest people have in common (a shared phone, a carrier's
//! address, a new account, an early second) only *supports*: without a *leading* reason the verdict is
//! [`Verdict::Allow`]. And one dimension counts no further than `dimension_cap`, which is below `hold`: two dimensions
//! have to speak before anybody is kept waiting.

pub mod configuration;
pub mod engine;
pub mod event;
pub mod finding;
pub mod radar;
pub mod reason;
pub mod record;
mod trace;
mod window;

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, AssessmentId, MerchantId, PersonId, RoundId, TillId};
use crate::time::Timestamp;

pub use configuration::{Configuration, Rule};
pub use engine::Engine;
pub use event::{Event, Origin, Sale, Tag};
pub use finding::{Finding, NotFindings};
pub use reason::{Bearing, Reason, Unit};

/// What is done with an act. The greater, the less is let through.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It goes on.
    #[default]
    Allow,
    /// A person of the risk desk looks first.
    Hold,
    /// It does not go on; the person may appeal.
    Refuse,
}

impl Verdict {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Allow, Self::Hold, Self::Refuse];

    /// The word in storage, forms and exports.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Hold => "hold",
            Self::Refuse => "refuse",
        }
    }

    /// The one of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// What is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A person signs in.
    SignIn,
    /// A business asks to take part.
    Application,
    /// A person claims a pack.
    Claim,
    /// A till redeems a voucher.
    Redemption,
}

impl Act {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::SignIn, Self::Application, Self::Claim, Self::Redemption];

    /// The word in storage, forms and exports.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Application => "application",
            Self::Claim => "claim",
            Self::Redemption => "redemption",
        }
    }

    /// The one of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }
}

/// From which side an act is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// How surely the person is known.
    Identity,
    /// The account through which it is done.
    Account,
    /// The device that carries it.
    Device,
    /// The address block that it comes from.
    Network,
    /// Where it is said to happen.
    Place,
    /// How it is done: pace and rhythm.
    Behaviour,
    /// What is bought.
    Transaction,
    /// Who does it with whom.
    Relation,
}

impl Dimension {
    /// Every one, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Identity,
        Self::Account,
        Self::Device,
        Self::Network,
        Self::Place,
        Self::Behaviour,
        Self::Transaction,
        Self::Relation,
    ];

    /// The word in storage, forms and exports.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Account => "account",
            Self::Device => "device",
            Self::Network => "network",
            Self::Place => "place",
            Self::Behaviour => "behaviour",
            Self::Transaction => "transaction",
            Self::Relation => "relation",
        }
    }

    /// The one of a word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.code() == code)
    }
}

/// The verdict on one act with what led to it. Assessing decides nothing else: what a hold or a refusal does is the
/// matter of whoever asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// What the configuration says.
    pub verdict: Verdict,
    /// What is done: the verdict, or [`Verdict::Allow`] in shadow.
    pub enforced: Verdict,
    /// The sum over the dimensions, each counted to its cap.
    pub score: u32,
    /// What counted, the weightiest first.
    pub findings: Vec<Finding>,
    /// The version of the configuration; 0 is the shipped one.
    pub configuration: i64,
}

impl Assessment {
    /// Nothing counted.
    pub const fn nothing(configuration: i64) -> Self {
        let (verdict, enforced) = (Verdict::Allow, Verdict::Allow);
        Self { verdict, enforced, score: 0, findings: Vec::new(), configuration }
    }

    /// Whether it is kept as a row of its own: the risk desk may have to look at it, or would have had to.
    pub fn is_noteworthy(&self) -> bool {
        self.verdict > Verdict::Allow
    }
}

/// An assessment as it is kept for the risk desk, with whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its identifier: the one of the claim, the redemption or the application that it is about, where there is one.
    pub id: AssessmentId,
    /// What was scored.
    pub act: Act,
    /// The person.
    pub person: Option<PersonId>,
    /// The account through which it was done.
    pub account: Option<AccountId>,
    /// The merchant, of an application or a redemption.
    pub merchant: Option<MerchantId>,
    /// The till, of a redemption.
    pub till: Option<TillId>,
    /// The round, of a claim or a redemption.
    pub round: Option<RoundId>,
    /// When, by the campaign clock.
    pub at: Timestamp,
    /// The verdict and why.
    pub assessment: Assessment,
}
