//! `/console/risk`: the desk where held claims are decided and appeals answered.

use std::sync::Arc;

use app::failure::Failure;
use app::page::notice::Notice;
use app::page::risk::{
    self, Count, HeldClaim, RadarRow, RiskAppealModel, RiskClaimModel, RiskListModel, Said, Shown,
    Tab, Typed,
};
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::appeal::{Answer, AppealState};
use domain::audit::Who;
use domain::claim::Claim;
use domain::held::{CannotRule, Ruling};
use domain::id::{AppealId, ClaimId};
use domain::risk::{Act, Kept, Verdict};
use domain::staff::Permit;
use domain::time::DAY_MS;
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;

use super::form::Asked;
use super::{Call, form};
use crate::backend::appeal::{self, Unanswered};
use crate::backend::busy;
use crate::backend::held::{AT_ONCE_MAX, rule};
use crate::hall::Hall;
use crate::named::Named;
use crate::staff::StaffMember;

/// How many are on one page: as many as can be decided at once.
const PAGE: usize = AT_ONCE_MAX;
/// How many assessments of each act are looked through for what was stopped lately.
const LATELY: u32 = 200;
/// How many days the figures of the shadow cover.
const SHADOW_DAYS: i64 = 7;
/// The largest form: a hundred claims and a reason.
const FORM_BYTES_MAX: usize = 32_768;

/// The desk's routes.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new()
        .route("/console/risk", get(list).post(rule_many))
        .route("/console/risk/claims/{claim}", get(claim).post(rule_one))
        .route("/console/risk/appeals/{appeal}", get(one_appeal).post(answer))
}

async fn list(call: Call, staff: StaffMember, uri: Uri) -> Result<Response, Response> {
    staff.must(Permit::ReadRisk, &call)?;
    let asked = Asked::of(&uri);
    let said = ruled(asked.value("ruled"));
    let typed = Typed { after: asked.value("after").to_owned(), ..Typed::default() };
    list_page(&call, &staff, Tab::from_code(asked.value("tab")), typed, said).await
}

/// `3-1` in the address: how many were decided just before, and how many left.
fn ruled(text: &str) -> Option<Said> {
    let (decided, left) = text.split_once('-')?;
    Some(Said::Ruled(decided.parse().ok()?, left.parse().ok()?))
}

async fn list_page(
    call: &Call,
    staff: &StaffMember,
    tab: Tab,
    typed: Typed,
    said: Option<Said>,
) -> Result<Response, Response> {
    let store = &call.hall.store;
    let now = call.hall.clock.campaign();
    let read = async {
        let shown = match tab {
            Tab::Held => held(&call.hall, &typed.after).await?,
            Tab::Appeals => {
                let limit = u32::try_from(PAGE).unwrap_or(u32::MAX);
                Shown::Appeals(store.appeals_in(AppealState::Open, None, limit).await?)
            }
            Tab::Radar => Shown::Radar(radar(&call.hall).await?),
            Tab::Refused => Shown::Refused(stopped(&call.hall).await?),
            Tab::Shadow => {
                let since = now.plus_millis(-SHADOW_DAYS * DAY_MS);
                let counts = store.risk_counts(since).await?.into_iter().map(|it| Count {
                    act: it.act,
                    verdict: it.verdict,
                    enforced: it.enforced,
                    count: it.count,
                });
                Shown::Shadow(counts.collect())
            }
        };
        let counts = store.appeal_counts().await?;
        let open = counts.iter().find(|(state, _)| *state == AppealState::Open);
        let waiting = (store.held_count().await?, open.map_or(0, |(_, count)| *count));
        Ok::<_, store::Error>((shown, waiting))
    };
    let (shown, waiting) = read.await.map_err(|error| call.fail(&busy(error)))?;
    let status = match said {
        Some(Said::NonePicked | Said::NoReason) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(Said::Ruled(..)) | None => StatusCode::OK,
    };
    let may_decide = staff.role.may(Permit::DecideRisk);
    let model = RiskListModel { now, shown, waiting, may_decide, said, typed };
    Ok(call.show(status, |frame| risk::list_page(frame, &staff.who(), &model)))
}

/// The held claims after the one of that identifier.
async fn held(hall: &Hall, after: &str) -> Result<Shown, store::Error> {
    let after = match after.parse::<ClaimId>() {
        Ok(id) => hall.store.claim(&id).await?.and_then(|it| Some((it.decide_by?, it.id))),
        Err(_) => None,
    };
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let mut claims = hall.store.held_claims(after, limit).await?;
    let more = claims.len() > PAGE;
    claims.truncate(PAGE);
    let next = claims.last().filter(|_| more).map(|claim| claim.id.to_string());
    let mut held = Vec::with_capacity(claims.len());
    for claim in claims {
        held.push(with_evidence(hall, claim).await?);
    }
    Ok(Shown::Held(held, next))
}

async fn with_evidence(hall: &Hall, claim: Claim) -> Result<HeldClaim, store::Error> {
    let kept = hall.store.assessment(&claim.id.into()).await?;
    Ok(HeldClaim { round: hall.board.round(&claim.round), kept, claim })
}

/// The merchants that stand out in what this server saw, with their names.
async fn radar(hall: &Arc<Hall>) -> Result<Vec<RadarRow>, store::Error> {
    // It walks over the windows of every merchant.
    let screen = hall.screen.clone();
    let suspects = tokio::task::spawn_blocking(move || screen.radar()).await.unwrap_or_default();
    let mut rows = Vec::new();
    for suspect in suspects.into_iter().take(PAGE) {
        let merchant = hall.store.merchant(&suspect.merchant).await?;
        rows.push(RadarRow { name: merchant.map(|it| it.profile.name), suspect });
    }
    Ok(rows)
}

/// What was stopped lately, the newest first: refused claims, held and refused sales, sign-ins and applications.
async fn stopped(hall: &Hall) -> Result<Vec<Kept>, store::Error> {
    let mut stopped = Vec::new();
    for act in Act::ALL {
        let kept = hall.store.assessments(act, None, LATELY).await?;
        let is_stopped = |kept: &Kept| match kept.act {
            // A held claim is in a list of its own.
            Act::Claim => kept.assessment.enforced == Verdict::Refuse,
            _ => kept.assessment.enforced > Verdict::Allow,
        };
        stopped.extend(kept.into_iter().filter(is_stopped));
    }
    stopped.sort_by_key(|kept| std::cmp::Reverse((kept.at, kept.id)));
    stopped.truncate(LATELY as usize);
    Ok(stopped)
}

/// Rules on the picked claims.
async fn rule_many(
    call: Call,
    staff: StaffMember,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    staff.must(Permit::DecideRisk, &call)?;
    let pairs: Vec<(String, String)> =
        form::read_within(&call, &headers, body, FORM_BYTES_MAX).await?;
    let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let Some(ruling) = value("ruling").and_then(|code| Ruling::from_code(code)) else {
        return Err(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable));
    };
    let picked = pairs.iter().filter(|(key, _)| key == "claim");
    let typed = Typed {
        after: value("after").cloned().unwrap_or_default(),
        why: value("why").cloned().unwrap_or_default(),
        picked: picked.filter_map(|(_, id)| id.parse().ok()).collect(),
    };
    if typed.picked.is_empty() {
        return list_page(&call, &staff, Tab::Held, typed, Some(Said::NonePicked)).await;
    }
    let who = Who::Staff(staff.login.clone());
    let ruled = rule(&call.hall, &who, &typed.picked, ruling, &typed.why).await;
    let ruled = ruled.map_err(|failure| call.fail(&failure))?;
    if ruled.left.iter().any(|(_, cannot)| *cannot == CannotRule::NoReason) {
        return list_page(&call, &staff, Tab::Held, typed, Some(Said::NoReason)).await;
    }
    let left = typed.picked.len() - ruled.decided;
    let path = format!("/console/risk?ruled={}-{left}", ruled.decided);
    Ok(Redirect::to(&path).into_response())
}

async fn claim(call: Call, staff: StaffMember, Named(id): Named) -> Result<Response, Response> {
    staff.must(Permit::ReadRisk, &call)?;
    claim_page(&call, &staff, &id, None).await.map_err(|failure| call.fail(&failure))
}

async fn claim_page(
    call: &Call,
    staff: &StaffMember,
    id: &str,
    undecided: Option<(CannotRule, String)>,
) -> Result<Response, Failure> {
    let id: ClaimId = id.parse().map_err(|_| Failure::NotFound)?;
    let store = &call.hall.store;
    // A claim that was never held is none of the desk's business.
    let claim = store.claim(&id).await.map_err(busy)?.filter(|claim| claim.decide_by.is_some());
    let claim = claim.ok_or(Failure::NotFound)?;
    let campaign = call.hall.board.posted().campaign.clone().ok_or(Failure::NotFound)?;
    let others = store.assessments_of(&claim.person).await.map_err(busy)?;
    let others = others.into_iter().filter(|kept| kept.id != id.into()).take(20);
    let decided = store.risk_decision(&id).await.map_err(busy)?.map(|decided| decided.mark);
    let model = RiskClaimModel {
        now: call.hall.clock.campaign(),
        campaign,
        others: others.collect(),
        held: with_evidence(&call.hall, claim).await.map_err(busy)?,
        decided,
        may_decide: staff.role.may(Permit::DecideRisk),
        undecided,
    };
    let status = status_of(model.undecided.as_ref().map(|(cannot, _)| *cannot));
    Ok(call.show(status, |frame| risk::claim_page(frame, &staff.who(), &model)))
}

const fn status_of(cannot: Option<CannotRule>) -> StatusCode {
    match cannot {
        None => StatusCode::OK,
        Some(CannotRule::NoReason) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(CannotRule::Decided | CannotRule::TooLate) => StatusCode::CONFLICT,
    }
}

#[derive(Deserialize)]
struct RulingForm {
    #[serde(default)]
    ruling: String,
    #[serde(default)]
    why: String,
}

/// Rules on one claim.
async fn rule_one(
    call: Call,
    staff: StaffMember,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    staff.must(Permit::DecideRisk, &call)?;
    let RulingForm { ruling, why } = form::read(&call, &headers, body).await?;
    let (Ok(claim), Some(ruling)) = (id.parse::<ClaimId>(), Ruling::from_code(&ruling)) else {
        return Err(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable));
    };
    let who = Who::Staff(staff.login.clone());
    let ruled = rule(&call.hall, &who, &[claim], ruling, &why).await;
    let ruled = ruled.map_err(|failure| call.fail(&failure))?;
    match ruled.left.first() {
        None if ruled.decided == 1 => {
            Ok(Redirect::to(&format!("/console/risk/claims/{claim}")).into_response())
        }
        None => Err(call.notice(StatusCode::NOT_FOUND, Notice::NotFound)),
        Some((_, cannot)) => {
            let page = claim_page(&call, &staff, &id, Some((*cannot, why))).await;
            page.map_err(|failure| call.fail(&failure))
        }
    }
}

async fn one_appeal(
    call: Call,
    staff: StaffMember,
    Named(id): Named,
) -> Result<Response, Response> {
    staff.must(Permit::ReadRisk, &call)?;
    appeal_page(&call, &staff, &id, None).await.map_err(|failure| call.fail(&failure))
}

async fn appeal_page(
    call: &Call,
    staff: &StaffMember,
    id: &str,
    undecided: Option<(CannotRule, String)>,
) -> Result<Response, Failure> {
    let id: AppealId = id.parse().map_err(|_| Failure::NotFound)?;
    let store = &call.hall.store;
    let appeal = store.appeal(&id).await.map_err(busy)?.ok_or(Failure::NotFound)?;
    let kept = if let Some(claim) = appeal.claim {
        store.assessment(&claim.into()).await.map_err(busy)?
    } else {
        let of_person = store.assessments_of(&appeal.person).await.map_err(busy)?;
        let refused = |kept: &Kept| {
            kept.round.as_ref() == Some(&appeal.round)
                && kept.assessment.enforced == Verdict::Refuse
        };
        of_person.into_iter().find(refused)
    };
    let model = RiskAppealModel {
        now: call.hall.clock.campaign(),
        round: call.hall.board.round(&appeal.round),
        appeal,
        kept,
        may_decide: staff.role.may(Permit::DecideRisk),
        undecided,
    };
    let status = status_of(model.undecided.as_ref().map(|(cannot, _)| *cannot));
    Ok(call.show(status, |frame| risk::appeal_page(frame, &staff.who(), &model)))
}

#[derive(Deserialize)]
struct AnswerForm {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    why: String,
}

/// Answers an appeal.
async fn answer(
    call: Call,
    staff: StaffMember,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    staff.must(Permit::DecideRisk, &call)?;
    let AnswerForm { answer, why } = form::read(&call, &headers, body).await?;
    let (Ok(appeal), Some(answer)) = (id.parse::<AppealId>(), Answer::from_code(&answer)) else {
        return Err(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable));
    };
    let who = Who::Staff(staff.login.clone());
    let answered = appeal::answer(&call.hall, &who, &appeal, answer, &why).await;
    let cannot = match answered.map_err(|failure| call.fail(&failure))? {
        Ok(()) => {
            let path = format!("/console/risk/appeals/{appeal}");
            return Ok(Redirect::to(&path).into_response());
        }
        Err(Unanswered::Answered) => CannotRule::Decided,
        Err(Unanswered::NoReason) => CannotRule::NoReason,
    };
    let page = appeal_page(&call, &staff, &id, Some((cannot, why))).await;
    page.map_err(|failure| call.fail(&failure))
}
