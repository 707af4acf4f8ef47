//! `/console/rounds`: planning and running rounds. Every act is a plain form; what does not happen is said on the page,
//! with all that was typed.

mod edit;
mod read;
mod show;

use std::sync::Arc;

use app::failure::Failure;
use app::page::notice::Notice;
use app::page::rounds::{Stayed, Typed};
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use domain::id::{ProposalId, RoundId};
use domain::plan::Act;
use domain::plan::draft::{read_time, whole};
use domain::round::change::{CannotDecide, Change, Verdict};
use domain::staff::Permit;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{Call, form};
use crate::backend::plan;
use crate::backend::round::{self, Unchanged};
use crate::hall::Hall;
use crate::named::Named;
use crate::staff::StaffMember;

/// The routes of rounds.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new()
        .route("/console/rounds", get(show::list))
        .route("/console/rounds/new", get(edit::begin).post(edit::create))
        .route("/console/rounds/{round}", get(show::one))
        .route("/console/rounds/{round}/edit", get(edit::show).post(edit::save))
        .route("/console/rounds/{round}/submit", on_plan(Act::Submit, "submit"))
        .route("/console/rounds/{round}/abandon", on_plan(Act::Abandon, "abandon"))
        .route("/console/rounds/{round}/approve", on_plan(Act::Approve, "approve"))
        .route("/console/rounds/{round}/return", on_plan(Act::Return, "return"))
        .route("/console/rounds/{round}/pause", post(pause))
        .route("/console/rounds/{round}/proposals", post(propose))
        .route(
            "/console/rounds/{round}/proposals/{proposal}/confirm",
            on_proposal(Verdict::Confirmed),
        )
        .route(
            "/console/rounds/{round}/proposals/{proposal}/decline",
            on_proposal(Verdict::Declined),
        )
        .route(
            "/console/rounds/{round}/proposals/{proposal}/withdraw",
            on_proposal(Verdict::Withdrawn),
        )
}

/// The way to an act on a plan; `word` names its form on the page.
fn on_plan(act: Act, word: &'static str) -> MethodRouter<Arc<Hall>> {
    let answer = async move |call: Call,
                             member: StaffMember,
                             Named(id): Named,
                             headers: HeaderMap,
                             body: Body| {
        step(&call, &member, (&id, act, word), &headers, body).await
    };
    post(answer)
}

/// The way to a decision on what somebody proposed.
fn on_proposal(verdict: Verdict) -> MethodRouter<Arc<Hall>> {
    let answer = async move |call: Call,
                             member: StaffMember,
                             Named(ids): Named<(String, String)>,
                             headers: HeaderMap,
                             body: Body| {
        decide(&call, &member, ids, verdict, (&headers, body)).await
    };
    post(answer)
}

/// What a form of these pages may hold.
#[derive(Deserialize)]
struct ActForm {
    #[serde(default)]
    seen: i64,
    #[serde(default)]
    why: String,
    #[serde(default)]
    change: String,
    #[serde(default)]
    closes: String,
    #[serde(default)]
    pack: String,
    #[serde(default)]
    count: String,
}

impl ActForm {
    fn typed(&self, act: &str) -> Typed {
        Typed {
            act: act.to_owned(),
            why: self.why.clone(),
            closes: self.closes.clone(),
            pack: self.pack.clone(),
            count: self.count.clone(),
            proposal: None,
        }
    }
}

/// An act on a plan, and the page as it stands then.
async fn step(
    call: &Call,
    member: &StaffMember,
    (id, act, word): (&str, Act, &'static str),
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    let second = matches!(act, Act::Approve | Act::Return);
    member.must(if second { Permit::ApproveRounds } else { Permit::PlanRounds }, call)?;
    let round = round_id(call, id)?;
    let form: ActForm = form::read(call, headers, body).await?;
    let (who, why) = (&member.login, form.why.trim().to_owned());
    let done = if act == Act::Approve {
        plan::approve(&call.hall, who, &round, form.seen, why).await
    } else {
        plan::step(&call.hall, who, &round, form.seen, (act, why)).await
    };
    match done.map_err(|failure| call.fail(&failure))? {
        Ok(()) => Ok(to_page(&round)),
        Err(stayed) => {
            let stayed = match stayed {
                plan::Stayed::Changed(versions) => Stayed::Changed(versions),
                plan::Stayed::Rule(domain::plan::CannotStep::NoReason) => Stayed::NoReason,
                plan::Stayed::Rule(cannot) => Stayed::Step(cannot),
            };
            show::page(call, member, &round, Some((stayed, form.typed(word)))).await
        }
    }
}

async fn pause(
    call: Call,
    member: StaffMember,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    member.must(Permit::PlanRounds, &call)?;
    let round = round_id(&call, &id)?;
    let form: ActForm = form::read(&call, &headers, body).await?;
    let done = round::pause(&call.hall, &member.login, &round, &form.why).await;
    after(&call, &member, &round, done, form.typed("pause")).await
}

async fn propose(
    call: Call,
    member: StaffMember,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    member.must(Permit::PlanRounds, &call)?;
    let round = round_id(&call, &id)?;
    let form: ActForm = form::read(&call, &headers, body).await?;
    let typed = form.typed(&form.change);
    let Some(change) = wanted(&form) else {
        return show::page(&call, &member, &round, Some((Stayed::Unreadable, typed))).await;
    };
    let done = round::propose(&call.hall, &member.login, &round, change, &form.why).await;
    after(&call, &member, &round, done, typed).await
}

/// The change that a form proposes, where it can be read.
fn wanted(form: &ActForm) -> Option<Change> {
    Some(match form.change.as_str() {
        "resume" => Change::Resume,
        "stop" => Change::Stop,
        "extend" => Change::Extend { closes_at: read_time(&form.closes)? },
        "add_packs" => {
            Change::AddPacks { pack: form.pack.parse().ok()?, count: whole(&form.count)? }
        }
        _ => return None,
    })
}

async fn decide(
    call: &Call,
    member: &StaffMember,
    (id, proposal): (String, String),
    verdict: Verdict,
    (headers, body): (&HeaderMap, Body),
) -> Result<Response, Response> {
    let takes_back = verdict == Verdict::Withdrawn;
    member.must(if takes_back { Permit::PlanRounds } else { Permit::ApproveRounds }, call)?;
    let round = round_id(call, &id)?;
    let proposal: ProposalId = proposal.parse().map_err(|_| call.fail(&Failure::NotFound))?;
    let form: ActForm = form::read(call, headers, body).await?;
    let by = &member.login;
    let done = round::decide(&call.hall, by, (&round, &proposal), verdict, &form.why).await;
    let typed = Typed { proposal: Some(proposal), ..form.typed(verdict.code()) };
    after(call, member, &round, done, typed).await
}

/// The page after an act on a round.
async fn after(
    call: &Call,
    member: &StaffMember,
    round: &RoundId,
    done: round::Outcome,
    typed: Typed,
) -> Result<Response, Response> {
    match done.map_err(|failure| call.fail(&failure))? {
        Ok(()) => Ok(to_page(round)),
        Err(unchanged) => {
            let stayed = match unchanged {
                Unchanged::Rule(cannot) => Stayed::Change(cannot),
                Unchanged::Waits => Stayed::Waits,
                Unchanged::NoReason | Unchanged::Decision(CannotDecide::NoReason) => {
                    Stayed::NoReason
                }
                Unchanged::Decision(cannot) => Stayed::Decision(cannot),
            };
            show::page(call, member, round, Some((stayed, typed))).await
        }
    }
}

/// The round that an address names.
#[expect(clippy::result_large_err, reason = "a page is made once and goes straight out")]
fn round_id(call: &Call, text: &str) -> Result<RoundId, Response> {
    text.parse().map_err(|_| call.notice(StatusCode::NOT_FOUND, Notice::NotFound))
}

fn to_page(round: &RoundId) -> Response {
    Redirect::to(&format!("/console/rounds/{round}")).into_response()
}
