//! Holding a merchant's money and releasing it (R14, R16): the merchant is locked, `domain` decides, and who, when and
//! why is written beside everything else that was done to it (R17).

use app::failure::Failure;
use domain::audit::{self, Entry, Who};
use domain::id::MerchantId;
use domain::merchant::Mark;
use domain::settlement::hold::{Act, CannotHold, act};
use store::Store;

use crate::backend::busy;
use crate::backend::merchant::lock;
use crate::hall::Hall;

/// Who holds a merchant's money now, since when and why, if somebody does.
///
/// # Errors
/// When the database does not answer.
pub async fn held(store: &Store, merchant: &MerchantId) -> Result<Option<Mark>, store::Error> {
    let holds = store.holds_of(merchant).await?;
    Ok(holds.into_iter().find(|hold| hold.released.is_none()).map(|hold| hold.held))
}

/// Holds or releases what a merchant is owed.
///
/// # Errors
/// When there is no such merchant, or the store does not answer; inside, why it was not done.
pub async fn hold(
    hall: &Hall,
    who: &Who,
    merchant: &MerchantId,
    asked: Act,
    why: &str,
) -> Result<Result<(), CannotHold>, Failure> {
    let mut tx = hall.store.begin().await.map_err(busy)?;
    let state = lock(&mut tx, merchant).await?.state;
    let holds = store::settlement::hold::holds_of(&mut tx, merchant).await.map_err(busy)?;
    let open = holds.into_iter().find(|hold| hold.released.is_none());
    // The instant of the act: read after the lock.
    let mark = Mark { who: who.into(), at: hall.clock.campaign(), why: why.trim().to_owned() };
    let decided = match act(asked, state, open, mark) {
        Ok(decided) => decided,
        Err(cannot) => return Ok(Err(cannot)),
    };
    let mark = decided.released.as_ref().unwrap_or(&decided.held);
    store::settlement::hold::record(&mut tx, merchant, &decided).await.map_err(busy)?;
    store::merchant::note(&mut tx, merchant, asked.code(), mark).await.map_err(busy)?;
    let entry = Entry {
        at: mark.at,
        who: who.clone(),
        act: match asked {
            Act::Hold => audit::Act::PayableHeld,
            Act::Release => audit::Act::PayableReleased,
        },
        subject: format!("merchant:{merchant}"),
        detail: mark.why.clone(),
    };
    store::audit::record(&mut tx, &entry).await.map_err(busy)?;
    tx.commit().await.map_err(busy)?;
    Ok(Ok(()))
}
