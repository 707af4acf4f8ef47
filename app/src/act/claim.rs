//! Claiming a pack.

use domain::id::{PackId, RequestKey, RoundId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// A claim as its maker is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// The pack.
    pub pack: PackId,
    /// The number of the grant in the round; none where the pack is set aside until the risk desk decides (R19).
    pub serial: Option<u32>,
}

/// Claims a pack of a round with the key of the person's own form (R1 to R5). As a plain form it leads to the wallet.
#[server(prefix = "/act", endpoint = "claim_pack")]
pub async fn claim_pack(
    /// The round.
    round: RoundId,
    /// The pack.
    pack: PackId,
    /// The key that the page was given with the form.
    key: RequestKey,
) -> Result<Claimed, Failure> {
    use super::answer;
    answer::claimed(&pack, answer::claim(round, &pack, key).await)
}
