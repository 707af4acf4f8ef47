//! The list of rounds with what waits, and the page of one.

use std::sync::Arc;

use app::failure::Failure;
use app::page::notice::Notice;
use app::page::rounds::{self, Matter, May, RoundModel, RoundsModel, Stayed, Typed, Waiting};
use axum::response::Response;
use domain::campaign::Campaign;
use domain::id::RoundId;
use domain::money::Amount;
use domain::plan::{PlanState, Version};
use domain::planner::{self, Forecast};
use domain::round::{Phase, Round};
use domain::staff::Permit;
use http::StatusCode;

use super::{Call, round_id};
use crate::backend::busy;
use crate::backend::plan::{staff, story};
use crate::board::Posted;
use crate::hall::Hall;
use crate::named::Named;
use crate::staff::StaffMember;

/// What somebody may do here.
fn may(member: &StaffMember) -> May {
    May {
        plan: member.role.may(Permit::PlanRounds),
        approve: member.role.may(Permit::ApproveRounds),
    }
}

/// What the pool holds.
pub(super) async fn pool(hall: &Hall) -> Result<Amount, Failure> {
    let accounts = hall.store.accounts().await.map_err(busy)?;
    let pool = accounts.into_iter().find(|(name, _)| name == "pool");
    Ok(pool.and_then(|(_, fen)| Amount::from_fen(fen)).unwrap_or_default())
}

/// The campaign, without which there is nothing to plan.
#[expect(clippy::result_large_err, reason = "a page is made once and goes straight out")]
pub(super) fn campaign(call: &Call, posted: &Posted) -> Result<Arc<Campaign>, Response> {
    let missing = || call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign);
    posted.campaign.clone().ok_or_else(missing)
}

/// All rounds and plans.
pub(super) async fn list(call: Call, member: StaffMember) -> Result<Response, Response> {
    member.must(Permit::ReadRounds, &call)?;
    let posted = call.hall.board.posted();
    let campaign = campaign(&call, &posted)?;
    let model = list_model(&call.hall, &member, campaign, &posted);
    let model = model.await.map_err(|failure| call.fail(&failure))?;
    Ok(call.show(StatusCode::OK, |frame| rounds::list_page(frame, &member.who(), &model)))
}

async fn list_model(
    hall: &Hall,
    member: &StaffMember,
    campaign: Arc<Campaign>,
    posted: &Posted,
) -> Result<RoundsModel, Failure> {
    let newest = hall.store.newest_versions().await.map_err(busy)?;
    let plans: Vec<(RoundId, Version)> =
        newest.into_iter().filter(|(_, version)| version.state != PlanState::Approved).collect();
    let mut waiting = plans_that_wait(hall, member, &plans).await?;
    waiting.extend(proposals_that_wait(hall, member, posted).await?);
    Ok(RoundsModel {
        campaign,
        now: hall.clock.campaign(),
        pool: pool(hall).await?,
        rounds: posted.rounds.clone(),
        plans,
        waiting,
        may: may(member),
    })
}

/// Submitted plans wait for an approver who has no hand in them, drafts and returned ones for those who plan.
async fn plans_that_wait(
    hall: &Hall,
    member: &StaffMember,
    plans: &[(RoundId, Version)],
) -> Result<Vec<Waiting>, Failure> {
    let (may, me) = (may(member), staff(&member.login));
    let mut waiting = Vec::new();
    for (id, version) in plans {
        let mine = match version.state {
            PlanState::Draft | PlanState::Returned => may.plan,
            PlanState::Submitted if may.approve => !story(hall, id).await?.is_written_by(&me),
            PlanState::Submitted => false,
            PlanState::Approved | PlanState::Abandoned => continue,
        };
        waiting.push(Waiting {
            round: id.clone(),
            what: Matter::Plan(Box::new(version.clone())),
            who: version.mark.who.clone(),
            since: version.mark.at,
            mine,
        });
    }
    Ok(waiting)
}

async fn proposals_that_wait(
    hall: &Hall,
    member: &StaffMember,
    posted: &Posted,
) -> Result<Vec<Waiting>, Failure> {
    let (may, me, now) = (may(member), staff(&member.login), hall.clock.campaign());
    let open = hall.store.open_proposals().await.map_err(busy)?;
    let waiting = open.into_iter().filter_map(|proposal| {
        let round = posted.rounds.iter().find(|round| round.id == proposal.round)?.clone();
        // What was not decided on before the end is moot.
        let is_over = round.phase(now) == Phase::Closed;
        (!is_over).then(|| Waiting {
            round: round.id.clone(),
            who: proposal.proposed.who.clone(),
            since: proposal.proposed.at,
            mine: may.approve && proposal.waits_for_another_than(&me),
            what: Matter::Proposal(round, Box::new(proposal)),
        })
    });
    Ok(waiting.collect())
}

/// One plan or round.
pub(super) async fn one(
    call: Call,
    member: StaffMember,
    Named(id): Named,
) -> Result<Response, Response> {
    member.must(Permit::ReadRounds, &call)?;
    let id = round_id(&call, &id)?;
    page(&call, &member, &id, None).await
}

/// The page of one, also after an act that did not happen.
pub(super) async fn page(
    call: &Call,
    member: &StaffMember,
    id: &RoundId,
    stayed: Option<(Stayed, Typed)>,
) -> Result<Response, Response> {
    let posted = call.hall.board.posted();
    let campaign = campaign(call, &posted)?;
    let status = match &stayed {
        None => StatusCode::OK,
        Some((Stayed::NoReason | Stayed::Unreadable, _)) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(_) => StatusCode::CONFLICT,
    };
    let model = one_model(&call.hall, member, campaign, &posted, id);
    let model = model.await.map_err(|failure| call.fail(&failure))?;
    let model = RoundModel { stayed, ..model };
    Ok(call.show(status, |frame| rounds::one_page(frame, &member.who(), &model)))
}

async fn one_model(
    hall: &Hall,
    member: &StaffMember,
    campaign: Arc<Campaign>,
    posted: &Posted,
    id: &RoundId,
) -> Result<RoundModel, Failure> {
    let story = story(hall, id).await?;
    let round: Option<Arc<Round>> = posted.rounds.iter().find(|round| round.id == *id).cloned();
    let proposals = match &round {
        Some(round) => hall.store.proposals_of(&round.id).await.map_err(busy)?,
        None => Vec::new(),
    };
    let forecast = forecast(hall, &story.versions);
    Ok(RoundModel {
        campaign,
        now: hall.clock.campaign(),
        forecast,
        id: story.id,
        versions: story.versions,
        round,
        rounds: posted.rounds.clone(),
        pool: pool(hall).await?,
        proposals,
        may: may(member),
        me: staff(&member.login),
        stayed: None,
    })
}

/// What a plan may come to, judged by what was counted last; nothing of one that is a round already, or none any more.
fn forecast(hall: &Hall, versions: &[Version]) -> Option<Forecast> {
    let newest = versions.first().filter(|version| version.state.is_open())?;
    let (plan, results) = (planner::Plan::of(&newest.plan)?, hall.results.latest()?);
    let now = hall.clock.campaign();
    Some(planner::forecast(plan, &results.rounds, &results.history, now))
}
