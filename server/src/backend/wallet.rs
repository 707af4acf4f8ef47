//! The wallet: a person's claims with their vouchers, whatever account they were made through.

use std::collections::HashMap;
use std::sync::Arc;

use app::failure::Failure;
use app::page::wallet::WalletClaim;
use app::visitor::{Citizen, Visitor};
use domain::claim::Claim;
use domain::id::{ClaimId, VoucherId};
use domain::refusal::Refusal;
use domain::round::Round;
use domain::voucher::{Voucher, VoucherUse};

use super::busy;
use crate::hall::Hall;

/// The signed-in person.
///
/// # Errors
/// [`Refusal::NotSignedIn`] when nobody is.
pub fn signed_in(visitor: &Visitor) -> Result<&Citizen, Failure> {
    visitor.citizen.as_deref().ok_or(Failure::refused(Refusal::NotSignedIn))
}

/// The person's claims, newest first, with their vouchers as they stand now.
///
/// # Errors
/// When nobody is signed in, or the store does not answer.
pub async fn wallet(hall: &Hall, visitor: &Visitor) -> Result<Vec<WalletClaim>, Failure> {
    let citizen = signed_in(visitor)?;
    let claims = hall.citizens_store.claims_of(&citizen.person).await.map_err(busy)?;
    let uses = hall.citizens_store.voucher_uses(&citizen.person).await.map_err(busy)?;
    Ok(claims.into_iter().filter_map(|claim| with_vouchers(hall, claim, &uses)).collect())
}

/// One of the person's claims.
///
/// # Errors
/// [`Failure::NotFound`] also for another person's claim: its existence is nobody's business.
pub async fn own_claim(
    hall: &Hall,
    visitor: &Visitor,
    id: &ClaimId,
) -> Result<WalletClaim, Failure> {
    let citizen = signed_in(visitor)?;
    let claim = hall.citizens_store.claim(id).await.map_err(busy)?;
    let claim = claim.filter(|claim| claim.person == citizen.person).ok_or(Failure::NotFound)?;
    let uses = hall.citizens_store.voucher_uses(&citizen.person).await.map_err(busy)?;
    with_vouchers(hall, claim, &uses).ok_or(Failure::NotFound)
}

/// One of the person's vouchers with its round.
///
/// # Errors
/// [`Failure::NotFound`] when the person has no such voucher.
pub async fn own_voucher(
    hall: &Hall,
    visitor: &Visitor,
    id: &VoucherId,
) -> Result<(Voucher, Arc<Round>), Failure> {
    let WalletClaim { round, vouchers, .. } = own_claim(hall, visitor, &id.claim).await?;
    let voucher =
        vouchers.into_iter().find(|voucher| voucher.id == *id).ok_or(Failure::NotFound)?;
    Ok((voucher, round))
}

fn with_vouchers(
    hall: &Hall,
    claim: Claim,
    uses: &HashMap<VoucherId, VoucherUse>,
) -> Option<WalletClaim> {
    let round = hall.board.round(&claim.round)?;
    let vouchers = Voucher::of_claim(&claim, &round, hall.clock.campaign());
    let as_it_is = |voucher: Voucher| {
        let used_for = uses.get(&voucher.id).cloned();
        voucher.used(used_for)
    };
    let vouchers = vouchers.into_iter().map(as_it_is).collect();
    Some(WalletClaim { claim, round, vouchers })
}
