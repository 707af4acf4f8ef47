//! Claims that were held against what the risk desk decided of them (R19): each has the decision that its state says,
//! made in time, and no other.

use std::collections::HashMap;

use domain::claim::{Claim, ClaimState};
use domain::held::Ruling;
use domain::id::ClaimId;
use store::Tx;
use store::held::Decided;

use super::{PAGE, Problems};

pub(super) async fn compare(tx: &mut Tx, problems: &mut Problems) -> Result<(), store::Error> {
    let mut after = None;
    loop {
        let page = match store::held::reviewed_after(tx, after, PAGE).await {
            Ok(page) => page,
            Err(error) => return problems.take(error),
        };
        let decided = match store::held::decisions_of(tx, &page).await {
            Ok(decided) => decided,
            Err(error) => return problems.take(error),
        };
        let decided: HashMap<ClaimId, Decided> =
            decided.into_iter().map(|it| (it.claim, it)).collect();
        for claim in &page {
            if let Some(what) = misfit(claim, decided.get(&claim.id)) {
                problems.say("claim", claim.id, what);
            }
        }
        if page.len() < PAGE as usize {
            return Ok(());
        }
        after = page.last().map(|claim| claim.id);
    }
}

/// What does not fit, if anything.
fn misfit(claim: &Claim, decided: Option<&Decided>) -> Option<&'static str> {
    let Some(decide_by) = claim.decide_by else { return Some("was held without a deadline") };
    let wanted = match claim.state {
        ClaimState::Held => None,
        ClaimState::Refused if claim.has_lapsed() => None,
        ClaimState::Granted => Some(Ruling::Grant),
        ClaimState::Refused => Some(Ruling::Refuse),
    };
    if decided.map(|it| it.ruling) != wanted {
        return Some("its state is not what the risk desk decided");
    }
    if claim.decided_at.is_none() != (claim.state == ClaimState::Held) {
        return Some("it says wrongly when it was decided");
    }
    let in_time =
        decided.is_none_or(|it| Some(it.mark.at) == claim.decided_at && it.mark.at < decide_by);
    (!in_time).then_some("it was not decided when its decision was, or too late")
}
