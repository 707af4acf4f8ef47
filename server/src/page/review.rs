//! `/console/merchants`: the review of merchants, and the import of the list of dishonest subjects.

use std::sync::Arc;
use std::time::Duration;

use app::failure::Failure;
use app::page::notice::Notice;
use app::page::review::{self, Import, ImportOutcome, ReviewListModel, ReviewModel, Undecided};
use axum::Router;
use axum::body::Body;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Multipart};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::audit::Who;
use domain::id::MerchantId;
use domain::merchant::{Decision, MerchantState};
use domain::settlement::hold::Act;
use domain::staff::Permit;
use domain::time::Timestamp;
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use store::dishonest::ListImport;
use tokio::time::timeout;

use super::form::Asked;
use super::{Call, form};
use crate::backend::busy;
use crate::backend::dishonest::{FILE_BYTES_MAX, Listed, import};
use crate::backend::merchant::{self, Placing, Ruling, Undecidable, decide, review};
use crate::backend::settlement::hold;
use crate::hall::Hall;
use crate::named::Named;
use crate::staff::StaffMember;

/// A place in the list: since when a merchant is in its state, and which it is.
type Place = (Timestamp, MerchantId);

/// How many are on one page.
const PAGE: u8 = 50;
/// What a form adds around a file, in bytes.
const AROUND_MAX: usize = 4_096;
/// How long a file may take to come: as long as the largest one at a megabit a second. Who sends it is looked at before
/// it does, and whoever holds the last byte back for longer may have been shown out meanwhile.
const COMES_WITHIN: Duration = Duration::from_mins(5);

/// The review's routes.
pub(super) fn router() -> Router<Arc<Hall>> {
    let upload = post(import_list).layer(DefaultBodyLimit::max(FILE_BYTES_MAX + AROUND_MAX));
    Router::new()
        .route("/console/merchants", get(list))
        .route("/console/merchants/dishonest", upload)
        .route("/console/merchants/{merchant}", get(one).post(rule))
        .route("/console/merchants/{merchant}/money", post(money))
        .route("/console/merchants/{merchant}/place", post(place_at))
}

async fn list(call: Call, staff: StaffMember, uri: Uri) -> Result<Response, Response> {
    staff.must(Permit::ReadMerchants, &call)?;
    let asked = Asked::of(&uri);
    let state = MerchantState::from_code(asked.value("state"));
    let after = place(asked.value("after"));
    Ok(list_page(&call, &staff, (state.unwrap_or(MerchantState::Applied), after), None).await)
}

/// `1587520800000-01ARZ…` in the address: since when the last merchant of a page was in its state, and which it was.
fn place(text: &str) -> Option<Place> {
    let (since, last) = text.split_once('-')?;
    Some((Timestamp::from_millis(since.parse().ok()?), last.parse().ok()?))
}

async fn list_page(
    call: &Call,
    staff: &StaffMember,
    (state, after): (MerchantState, Option<Place>),
    outcome: Option<ImportOutcome>,
) -> Response {
    let Some(campaign) = call.hall.board.posted().campaign.clone() else {
        return call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign);
    };
    let store = &call.hall.store;
    let read = async {
        let mut merchants = store.merchants_in(state, PAGE + 1, after).await?;
        let more = merchants.len() > usize::from(PAGE);
        merchants.truncate(usize::from(PAGE));
        let next = merchants.last().filter(|_| more).map(|it| (it.mark.at, it.id));
        let (counts, last) = (store.merchant_counts().await?, store.last_list_import().await?);
        Ok((merchants, next, counts, last))
    };
    let (merchants, next, counts, last) = match read.await {
        Ok(read) => read,
        Err(error) => return call.fail(&busy(error)),
    };
    let is_wrong = matches!(outcome, Some(ImportOutcome::Faulty(_) | ImportOutcome::Unreadable));
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let model = ReviewListModel {
        campaign,
        now: call.hall.clock.campaign(),
        state,
        counts,
        merchants,
        next,
        may_decide: staff.role.may(Permit::ReviewMerchants),
        last: last.map(shown),
        outcome,
    };
    call.show(status, |frame| review::list_page(frame, &staff.who(), &model))
}

/// An import as the page says it.
fn shown(import: ListImport) -> Import {
    let ListImport { mark, subjects, listed, delisted, suspended, .. } = import;
    Import { mark, subjects, listed, delisted, suspended }
}

/// Takes a file; whatever becomes of it is said above the list.
async fn import_list(
    call: Call,
    staff: StaffMember,
    parts: Result<Multipart, MultipartRejection>,
) -> Result<Response, Response> {
    staff.must(Permit::ReviewMerchants, &call)?;
    let sent = match parts {
        Ok(parts) => sent(parts).await,
        Err(_) => Sent::Unreadable,
    };
    let outcome = match sent {
        Sent::TooLarge => return Err(call.notice(StatusCode::PAYLOAD_TOO_LARGE, Notice::TooLarge)),
        Sent::Unreadable => ImportOutcome::Unreadable,
        Sent::Text(text) => {
            let by = (Who::Staff(staff.login.clone()), call.hall.clock.campaign());
            let listed = import(&call.hall.store, &text, by, |_, _| ()).await;
            match listed.map_err(|error| call.fail(&busy(error)))? {
                Listed::Done(import) => ImportOutcome::Done(shown(import)),
                Listed::Unchanged(_) => ImportOutcome::Unchanged,
                Listed::Faulty(problems) => ImportOutcome::Faulty(problems),
            }
        }
    };
    Ok(list_page(&call, &staff, (MerchantState::Suspended, None), Some(outcome)).await)
}

/// What came with the form.
#[derive(Debug, PartialEq, Eq)]
enum Sent {
    /// The text of its only file.
    Text(String),
    /// No file that is a text, or not in time.
    Unreadable,
    /// More than may be.
    TooLarge,
}

async fn sent(parts: Multipart) -> Sent {
    match timeout(COMES_WITHIN, file(parts)).await {
        Ok(Ok(Some(text))) => Sent::Text(text),
        Ok(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Sent::TooLarge,
        Ok(Ok(None) | Err(_)) | Err(_) => Sent::Unreadable,
    }
}

async fn file(mut parts: Multipart) -> Result<Option<String>, MultipartError> {
    while let Some(part) = parts.next_field().await? {
        if part.name() == Some("list") {
            return Ok(String::from_utf8(part.bytes().await?.to_vec()).ok());
        }
    }
    Ok(None)
}

async fn one(call: Call, staff: StaffMember, Named(id): Named) -> Result<Response, Response> {
    staff.must(Permit::ReadMerchants, &call)?;
    Ok(one_page(&call, &staff, &id, None).await)
}

/// What was not done, and what was written for it.
struct NotDone {
    undecided: Undecided,
    why: String,
    position: Option<String>,
}

async fn one_page(
    call: &Call,
    staff: &StaffMember,
    id: &str,
    not_done: Option<NotDone>,
) -> Response {
    let Some(campaign) = call.hall.board.posted().campaign.clone() else {
        return call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign);
    };
    let found = match id.parse() {
        Ok(id) => review(&call.hall, &id).await,
        Err(_) => Err(Failure::NotFound),
    };
    let reviewed = match found {
        Ok(reviewed) => reviewed,
        Err(failure) => return call.fail(&failure),
    };
    let status = if not_done.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let (undecided, position) = match not_done {
        Some(NotDone { undecided, why, position }) => (Some((undecided, why)), position),
        None => (None, None),
    };
    let model = ReviewModel {
        campaign,
        now: call.hall.clock.campaign(),
        merchant: reviewed.merchant,
        listed: reviewed.listed,
        acts: reviewed.acts.into_iter().map(|act| (act.act, act.mark)).collect(),
        owed: reviewed.owed,
        hold: reviewed.hold,
        flagged: reviewed.flagged.filter(|_| staff.role.may(Permit::ReadRisk)),
        may_decide: staff.role.may(Permit::ReviewMerchants),
        undecided,
        position,
    };
    call.show(status, |frame| review::one_page(frame, &staff.who(), &model))
}

#[derive(Deserialize)]
struct RulingForm {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    version: i64,
    #[serde(default)]
    why: String,
}

/// Decides, and shows the merchant as it stands then.
async fn rule(
    call: Call,
    staff: StaffMember,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    staff.must(Permit::ReviewMerchants, &call)?;
    let RulingForm { decision, version, why } = form::read(&call, &headers, body).await?;
    let (Ok(merchant), Some(decision)) = (id.parse::<MerchantId>(), Decision::from_code(&decision))
    else {
        return Err(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable));
    };
    let who = Who::Staff(staff.login.clone());
    let ruling = Ruling { decision, version, why: why.clone() };
    let decided = decide(&call.hall, &who, &merchant, ruling).await;
    match decided.map_err(|failure| call.fail(&failure))? {
        Ok(()) => Ok(Redirect::to(&format!("/console/merchants/{merchant}")).into_response()),
        Err(cannot) => {
            let not_done = NotDone { undecided: said(cannot), why, position: None };
            Ok(one_page(&call, &staff, &id, Some(not_done)).await)
        }
    }
}

/// Why something was not done, as the page says it.
const fn said(cannot: Undecidable) -> Undecided {
    match cannot {
        Undecidable::Changed => Undecided::Changed,
        Undecidable::Rule(cannot) => Undecided::Rule(cannot),
        Undecidable::Place(cannot) => Undecided::Place(cannot),
    }
}

#[derive(Deserialize)]
struct PlaceForm {
    #[serde(default)]
    position: String,
    #[serde(default)]
    version: i64,
    #[serde(default)]
    why: String,
}

/// Registers where the merchant is, and shows it as it stands then.
async fn place_at(
    call: Call,
    staff: StaffMember,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    staff.must(Permit::ReviewMerchants, &call)?;
    let PlaceForm { position, version, why } = form::read(&call, &headers, body).await?;
    let Ok(merchant) = id.parse::<MerchantId>() else {
        return Err(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable));
    };
    let who = Who::Staff(staff.login.clone());
    let placing = Placing { position, version, why };
    let placed = merchant::place(&call.hall, &who, &merchant, &placing).await;
    match placed.map_err(|failure| call.fail(&failure))? {
        Ok(()) => Ok(Redirect::to(&format!("/console/merchants/{merchant}")).into_response()),
        Err(cannot) => {
            let Placing { position, why, .. } = placing;
            let not_done = NotDone { undecided: said(cannot), why, position: Some(position) };
            Ok(one_page(&call, &staff, &id, Some(not_done)).await)
        }
    }
}

#[derive(Deserialize)]
struct MoneyForm {
    #[serde(default)]
    act: String,
    #[serde(default)]
    why: String,
}

/// Holds or releases what the merchant is owed, and shows it as it stands then.
async fn money(
    call: Call,
    staff: StaffMember,
    Named(id): Named,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Response> {
    staff.must(Permit::ReviewMerchants, &call)?;
    let MoneyForm { act, why } = form::read(&call, &headers, body).await?;
    let (Ok(merchant), Some(act)) = (id.parse::<MerchantId>(), Act::from_code(&act)) else {
        return Err(call.notice(StatusCode::BAD_REQUEST, Notice::Unreadable));
    };
    let who = Who::Staff(staff.login.clone());
    let held = hold(&call.hall, &who, &merchant, act, &why).await;
    match held.map_err(|failure| call.fail(&failure))? {
        Ok(()) => Ok(Redirect::to(&format!("/console/merchants/{merchant}")).into_response()),
        Err(cannot) => {
            let not_done = NotDone { undecided: Undecided::Money(cannot), why, position: None };
            Ok(one_page(&call, &staff, &id, Some(not_done)).await)
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::{FromRequest as _, Request};
    use futures::stream;
    use http::header::CONTENT_TYPE;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_file_that_is_held_back_is_not_waited_for_without_end() {
        let held_back = Body::from_stream(stream::pending::<std::io::Result<Vec<u8>>>());
        let request = Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=x");
        let parts = Multipart::from_request(request.body(held_back).unwrap(), &()).await.unwrap();
        assert_eq!(timeout(2 * COMES_WITHIN, sent(parts)).await, Ok(Sent::Unreadable));
    }

    #[test]
    fn a_place_in_the_list_is_read_as_it_is_written() {
        let last = MerchantId::mint(1, 2);
        let since = Timestamp::from_millis(1_587_520_800_000);
        assert_eq!(place(&format!("1587520800000-{last}")), Some((since, last)));
        for other in [String::new(), last.to_string(), format!("x-{last}"), "1-x".to_owned()] {
            assert_eq!(place(&other), None, "{other}");
        }
    }
}
