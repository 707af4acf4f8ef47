//! What is left of a round, for a browser whose live stream does not hold, and for measuring its clock.

#![cfg_attr(
    feature = "ssr",
    expect(
        clippy::unused_async,
        reason = "a server function is asynchronous, this one by name only"
    )
)]

use domain::id::RoundId;
use leptos::prelude::*;
use server_fn::codec::GetUrl;

use crate::failure::Failure;
use crate::island::live::LiveStock;

/// What is left of a round, now.
#[server(prefix = "/act", endpoint = "load_live", input = GetUrl)]
pub async fn load_live(
    /// The round.
    round: RoundId,
) -> Result<LiveStock, Failure> {
    super::answer::read(crate::backend::citizen_backend().and_then(|backend| backend.live(&round)))
}
