//! Islands: leaves with one job each, woken in the browser. Each page works without them: what an island shows first
//! is what the server rendered, so waking changes nothing, and what it shows later follows from the clock (`clock`),
//! the live stream (`feed`) and the person's own act.
//!
//! An island that has left the document does no work any more: `pulse` asks each one's root element whether it is
//! still connected before it is told anything.

#[cfg(feature = "hydrate")]
mod answer;
#[cfg(feature = "hydrate")]
mod ask;
mod changing;
pub mod claim_bar;
#[cfg(feature = "hydrate")]
mod clock;
pub mod code_check;
pub mod code_ring;
pub mod countdown;
#[cfg(feature = "hydrate")]
mod feed;
mod given;
pub mod glance;
pub mod line;
pub mod live;
pub mod near_me;
pub mod phase_word;
mod pulse;
pub mod stock;

pub use claim_bar::ClaimBar;
pub use claim_bar::model::{ClaimBarModel, ClaimBarPack, Held, Said, Ticket};
pub use code_check::CodeCheck;
pub use code_ring::{CodeRing, CodeStep};
pub use countdown::Countdown;
#[cfg(not(feature = "hydrate"))]
pub use given::provide;
#[cfg(feature = "hydrate")]
pub use given::wakes;
pub use glance::Glance;
pub use near_me::NearMe;
pub use phase_word::PhaseWord;
pub use stock::Stock;
