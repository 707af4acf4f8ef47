//! What a citizen can do.

use std::sync::Arc;

use async_trait::async_trait;
use domain::id::{PackId, RequestKey, RoundId};
use http::HeaderMap;
use leptos::prelude::use_context;

pub use crate::act::claim::Claimed;
use crate::failure::Failure;
use crate::island::live::LiveStock;
use crate::visitor::Visitor;

/// What a citizen can do.
#[async_trait]
pub trait CitizenBackend: Send + Sync {
    /// Claims a pack of a round (R1 to R5).
    async fn claim(
        &self,
        visitor: &Visitor,
        round: &RoundId,
        pack: Option<PackId>,
        key: RequestKey,
    ) -> Result<Claimed, Failure>;

    /// Whether `key` is the one that this visitor's own page was given for this round and pack.
    fn is_own_form_key(
        &self,
        visitor: &Visitor,
        round: &RoundId,
        pack: &PackId,
        key: &RequestKey,
    ) -> bool;

    /// Ends every session that a request with these headers carries: it may be more than the visitor's own.
    async fn sign_out(&self, request: &HeaderMap) -> Result<(), Failure>;

    /// What is left of a round, now.
    fn live(&self, round: &RoundId) -> Result<LiveStock, Failure>;
}

/// The citizen's backend of the request being served.
///
/// # Errors
/// [`Failure::Unknown`] outside a request; the server provides it for every one.
pub fn citizen_backend() -> Result<Arc<dyn CitizenBackend>, Failure> {
    use_context::<Arc<dyn CitizenBackend>>().ok_or(Failure::Unknown)
}
