//! `/console/planner`: a plan from the address, and what it may come to.

use app::page::planner::{self, PlannerModel};
use axum::response::Response;
use domain::money::Amount;
use domain::plan::draft::whole;
use domain::planner::Plan;
use domain::staff::Permit;
use http::{StatusCode, Uri};

use super::Call;
use super::form::Asked;
use crate::staff::StaffMember;

/// The most packs of a plan.
const PACKS_MAX: u32 = 10_000_000;
/// The most days of a plan.
const DAYS_MAX: u32 = 366;
/// A day, in seconds.
const DAY_S: u32 = 86_400;
/// The most characters of a figure.
const FIGURE_MAX: usize = 12;

/// The planner.
pub(super) async fn show(call: Call, staff: StaffMember, uri: Uri) -> Result<Response, Response> {
    staff.must(Permit::ReadRounds, &call)?;
    let query = Asked::of(&uri);
    let typed = ["packs", "face", "days"]
        .map(|name| query.value(name).trim().chars().take(FIGURE_MAX).collect::<String>());
    let asked = typed.iter().any(|typed| !typed.is_empty());
    let model =
        PlannerModel { plan: plan(&typed), asked, typed, results: call.hall.results.latest() };
    let is_wrong = model.asked && model.plan.is_none();
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(call.show(status, |frame| planner::page(frame, &staff.who(), &model)))
}

/// The plan that was typed, if it is one.
fn plan([packs, face, days]: &[String; 3]) -> Option<Plan> {
    let (packs, days) = (whole(packs)?, whole(days)?);
    let face = Amount::from_yuan(face)?;
    let fits =
        (1..=PACKS_MAX).contains(&packs) && (1..=DAYS_MAX).contains(&days) && face > Amount::ZERO;
    let budget = face.times(i64::from(packs))?;
    fits.then(|| Plan { packs, budget, length_s: days * DAY_S })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_of_any_length_is_one_or_is_none() {
        let of_days = |days: &str| plan(&["1,000", "50", days].map(str::to_owned));
        for seven in ["7", "７"] {
            assert_eq!(of_days(seven).map(|plan| plan.length_s), Some(7 * DAY_S), "{seven}");
        }
        for days in ["0", "367", "99999", "4294967295", "-1"] {
            assert!(of_days(days).is_none(), "{days}");
        }
    }
}
