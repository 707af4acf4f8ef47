//! The participating merchants, for everybody (R23): what somebody asks for, checked against the campaign.

use app::failure::Failure;
use domain::campaign::{Accepts, Campaign};
use domain::id::{CategoryId, KindId};
use store::merchant::{PublicMerchant, Wanted};

use super::busy;
use crate::hall::Hall;

/// The longest search that is taken, in characters.
pub const WORDS_MAX: usize = 60;

/// The categories whose merchants take a kind; empty for every category.
pub fn categories_of(campaign: &Campaign, kind: &KindId) -> Option<Vec<CategoryId>> {
    match &campaign.kind(kind)?.accepts {
        Accepts::Any(_) => Some(Vec::new()),
        Accepts::Categories(categories) => Some(categories.clone()),
    }
}

/// One page of the merchants that are wanted, and after which one the next page begins, if there is one.
///
/// # Errors
/// When the store does not answer.
pub async fn list(
    hall: &Hall,
    wanted: &Wanted,
) -> Result<(Vec<PublicMerchant>, Option<domain::id::MerchantId>), Failure> {
    let one_more = Wanted { limit: wanted.limit.saturating_add(1), ..wanted.clone() };
    let mut merchants = hall.citizens_store.public_merchants(&one_more).await.map_err(busy)?;
    let more = merchants.len() > usize::from(wanted.limit);
    merchants.truncate(usize::from(wanted.limit));
    let next = more.then(|| merchants.last().map(|last| last.id)).flatten();
    Ok((merchants, next))
}
