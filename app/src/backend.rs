//! What the pages ask of the server: a trait for citizens and one for tills, so that a citizen's page cannot name a
//! cashier's act.
//! The server provides the implementations; tests may provide others.

pub mod citizen;
pub mod till;

pub use citizen::{CitizenBackend, Claimed, citizen_backend};
pub use till::{TillBackend, Today};
