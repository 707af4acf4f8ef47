//! The form of a plan: beginning one, and writing on it. Whoever comes second is shown what the other wrote, beside all
//! that they typed themselves.

use app::page::rounds::{self, PlanFormModel};
use axum::body::Body;
use axum::response::Response;
use domain::id::RoundId;
use domain::merchant::is_reason;
use domain::plan::draft::{Draft, DraftPack, DraftVoucher, typed_time};
use domain::plan::{CannotStep, Plan};
use domain::round::{LimitPer, RealNameLevel, RefundPolicy, Round, UseOrder};
use domain::staff::Permit;
use domain::time::{DAY_MS, SECOND_MS, Timestamp};
use http::{HeaderMap, StatusCode};

use super::read::{PlanForm, Step};
use super::{Call, round_id, show, to_page};
use crate::backend::plan::{self, Stayed, story};
use crate::named::Named;
use crate::page::form;
use crate::staff::StaffMember;

/// The largest form of a plan, in bytes: twenty packs with twenty rows and their names.
const FORM_BYTES_MAX: usize = 262_144;
/// When a round opens unless somebody says otherwise: 09:00.
const OPENING_MS: i64 = 9 * 3_600 * SECOND_MS;
/// How many calendar days it lasts unless somebody says otherwise.
const DAYS: i64 = 7;

/// The form of a new plan, filled with what the last round was.
pub(super) async fn begin(call: Call, member: StaffMember) -> Result<Response, Response> {
    member.must(Permit::PlanRounds, &call)?;
    let posted = call.hall.board.posted();
    let campaign = show::campaign(&call, &posted)?;
    let now = call.hall.clock.campaign();
    let last = posted.rounds.iter().max_by_key(|round| round.window.opens_at());
    let draft = match last {
        Some(round) => next_after(round, Draft::of(&Plan::of(round), &campaign), now),
        None => Draft { packs: vec![fresh_pack()], ..defaults() },
    };
    let model =
        model(&call, None, PlanForm { seen: 0, why: String::new(), step: Step::Save, draft });
    let model = model.await?;
    Ok(call.show(StatusCode::OK, |frame| rounds::form_page(frame, &member.who(), &model)))
}

/// Begins a plan.
pub(super) async fn create(
    call: Call,
    member: StaffMember,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    member.must(Permit::PlanRounds, &call)?;
    let form = read(&call, &headers, body).await?;
    let (plan, form) = match checked(&call, &member, None, form).await? {
        Checked::Plan(checked) => *checked,
        Checked::Page(page) => return Ok(page),
    };
    let why = form.why.trim().to_owned();
    let created = plan::create(&call.hall, &member.login, plan, why).await;
    created.map(|id| to_page(&id)).map_err(|failure| call.fail(&failure))
}

/// The form of a plan that there is.
pub(super) async fn show(
    call: Call,
    member: StaffMember,
    Named(id): Named,
) -> Result<Response, Response> {
    member.must(Permit::PlanRounds, &call)?;
    let id = round_id(&call, &id)?;
    let posted = call.hall.board.posted();
    let campaign = show::campaign(&call, &posted)?;
    let story = story(&call.hall, &id).await.map_err(|failure| call.fail(&failure))?;
    let newest = story.newest().map_err(|failure| call.fail(&failure))?;
    if !newest.state.is_open() {
        return Ok(to_page(&id));
    }
    let draft = Draft::of(&newest.plan, &campaign);
    let form = PlanForm { seen: newest.number, why: String::new(), step: Step::Save, draft };
    let model = model(&call, Some(id), form).await?;
    Ok(call.show(StatusCode::OK, |frame| rounds::form_page(frame, &member.who(), &model)))
}

/// Writes on a plan.
pub(super) async fn save(
    call: Call,
    member: StaffMember,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    member.must(Permit::PlanRounds, &call)?;
    let id = round_id(&call, &id)?;
    let form = read(&call, &headers, body).await?;
    let (plan, form) = match checked(&call, &member, Some(&id), form).await? {
        Checked::Plan(checked) => *checked,
        Checked::Page(page) => return Ok(page),
    };
    let who = &member.login;
    let why = form.why.trim().to_owned();
    let done = plan::edit(&call.hall, who, &id, form.seen, (plan, why)).await;
    let changed = match done.map_err(|failure| call.fail(&failure))? {
        Ok(()) => return Ok(to_page(&id)),
        Err(Stayed::Changed(versions)) => versions,
        // It is no longer open: its page says what it is now.
        Err(Stayed::Rule(cannot)) => {
            let stayed = match cannot {
                CannotStep::NoReason => rounds::Stayed::NoReason,
                cannot => rounds::Stayed::Step(cannot),
            };
            let typed = rounds::Typed::default();
            return show::page(&call, &member, &id, Some((stayed, typed))).await;
        }
    };
    // Saving once more is meant for the version that is shown now.
    let seen = changed.first().map_or(form.seen, |newest| newest.number);
    let model = model(&call, Some(id), PlanForm { seen, ..form }).await?;
    let model = PlanFormModel { changed, ..model };
    Ok(call.show(StatusCode::CONFLICT, |frame| rounds::form_page(frame, &member.who(), &model)))
}

/// What a form leads to.
enum Checked {
    /// It is a plan.
    Plan(Box<(Plan, PlanForm)>),
    /// It is shown again.
    Page(Response),
}

/// Adds the row that was asked for, or checks what was typed.
async fn checked(
    call: &Call,
    member: &StaffMember,
    id: Option<&RoundId>,
    mut form: PlanForm,
) -> Result<Checked, Response> {
    let again = async |form: PlanForm, status, faults, no_reason| {
        let model = model(call, id.cloned(), form).await?;
        let model = PlanFormModel { faults, no_reason, ..model };
        let page = call.show(status, |frame| rounds::form_page(frame, &member.who(), &model));
        Ok(Checked::Page(page))
    };
    match form.step {
        Step::Save => {}
        Step::AddPack => {
            form.draft.packs.push(fresh_pack());
            form.draft.packs.truncate(Round::PACKS_MAX);
            return again(form, StatusCode::OK, Vec::new(), false).await;
        }
        Step::AddVoucher(place) => {
            if let Some(pack) = form.draft.packs.get_mut(place) {
                pack.vouchers.push(DraftVoucher::default());
                pack.vouchers.truncate(domain::pack::Pack::VOUCHERS_MAX);
            }
            return again(form, StatusCode::OK, Vec::new(), false).await;
        }
    }
    let posted = call.hall.board.posted();
    let campaign = show::campaign(call, &posted)?;
    form.draft = form.draft.tidied();
    // A new plan says enough by itself; whoever changes one says why.
    let no_reason = !(is_reason(&form.why) || id.is_none() && form.why.trim().is_empty());
    match form.draft.check(&campaign) {
        Ok(plan) if !no_reason => Ok(Checked::Plan(Box::new((plan, form)))),
        checked => {
            if form.draft.packs.is_empty() {
                form.draft.packs.push(fresh_pack());
            }
            let faults = checked.err().unwrap_or_default();
            again(form, StatusCode::UNPROCESSABLE_ENTITY, faults, no_reason).await
        }
    }
}

async fn read(call: &Call, headers: &HeaderMap, body: Body) -> Result<PlanForm, Response> {
    let pairs: Vec<(String, String)> =
        form::read_within(call, headers, body, FORM_BYTES_MAX).await?;
    let posted = call.hall.board.posted();
    let campaign = show::campaign(call, &posted)?;
    Ok(PlanForm::of(pairs, &campaign))
}

/// The form with what is in it, and nothing said of it yet.
async fn model(
    call: &Call,
    id: Option<RoundId>,
    form: PlanForm,
) -> Result<PlanFormModel, Response> {
    let campaign = show::campaign(call, &call.hall.board.posted())?;
    let pool = show::pool(&call.hall).await.map_err(|failure| call.fail(&failure))?;
    Ok(PlanFormModel {
        campaign,
        now: call.hall.clock.campaign(),
        id,
        seen: form.seen,
        draft: form.draft,
        why: form.why,
        faults: Vec::new(),
        no_reason: false,
        changed: Vec::new(),
        pool,
    })
}

/// The draft of a round after `last`: its content, at the first morning after it (or after now) for seven days. The
/// name is for whoever plans to choose.
fn next_after(last: &Round, draft: Draft, now: Timestamp) -> Draft {
    let free = last.window.closes_at().max(now);
    let day = free.beijing_day();
    let morning = day.start().plus_millis(OPENING_MS);
    let (day, opens) = if morning > now && morning >= last.window.closes_at() {
        (day, morning)
    } else {
        (day.plus_days(1), morning.plus_millis(DAY_MS))
    };
    Draft {
        name: domain::plan::draft::Words::default(),
        opens: typed_time(opens),
        closes: typed_time(day.plus_days(DAYS).start()),
        ..draft
    }
}

/// What a first plan has in its choices.
fn defaults() -> Draft {
    Draft {
        limit_per: LimitPer::default().code().to_owned(),
        refund_policy: RefundPolicy::default().code().to_owned(),
        use_order: UseOrder::default().code().to_owned(),
        real_name_level: RealNameLevel::HIGHEST.0.to_string(),
        ..Draft::default()
    }
}

fn fresh_pack() -> DraftPack {
    DraftPack { vouchers: vec![DraftVoucher::default()], ..DraftPack::default() }
}
