//! Who looks at a page, and how they want to see it.

use std::net::IpAddr;
use std::sync::Arc;

use domain::claim::Standing;
use domain::id::{AccountId, PersonId};
use domain::language::Language;

/// How the pages are shown.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// As designed.
    #[default]
    Standard,
    /// 長輩版: large text, large targets, one column, no ornament.
    Elder,
}

impl View {
    /// The name as it stands in the address and the cookie.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Elder => "elder",
        }
    }

    /// The view of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Standard, Self::Elder].into_iter().find(|view| view.code() == code)
    }
}

/// A signed-in person, as one session knows them.
#[derive(Clone, Debug)]
pub struct Citizen {
    /// The natural person.
    pub person: PersonId,
    /// The account through which they came.
    pub account: AccountId,
    /// The surname and a mask, such as 張*.
    pub masked_name: Arc<str>,
    /// What a claim asks of them.
    pub standing: Standing,
    /// The hash under which the session is stored: names the session without being able to open it.
    pub session: [u8; 32],
}

/// Bytes of a browser's token.
pub const DEVICE_BYTES: usize = 16;

/// Whoever made the request.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The signed-in person, if any: what is known of the session, shared by all of its requests.
    pub citizen: Option<Arc<Citizen>>,
    /// The place in the line that they brought, not yet looked at.
    pub ticket: Option<String>,
    /// The language they read.
    pub language: Language,
    /// The view they chose.
    pub view: View,
    /// The token by which risk control knows the browser again (R19), not yet hashed: most requests need no hash.
    pub device: Option<[u8; DEVICE_BYTES]>,
    /// The address by which risk control knows the network (R19), where it was asked for; not yet hashed either.
    pub address: Option<IpAddr>,
}
