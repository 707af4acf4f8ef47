//! `/console/audit`: the audit record, page by page.

use std::sync::Arc;

use app::page::audit::{self, AuditModel, RecordModel};
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use domain::audit::{Act, Who};
use domain::staff::Permit;
use http::{StatusCode, Uri};
use store::audit::{Filter, SealedRecord, head};

use super::Call;
use super::form::{Asked, day_of};
use crate::backend::busy;
use crate::hall::Hall;
use crate::staff::StaffMember;

/// How many are on one page.
const PAGE: u32 = 50;

/// The routes of the audit record.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new().route("/console/audit", get(show))
}

async fn show(call: Call, staff: StaffMember, uri: Uri) -> Result<Response, Response> {
    staff.must(Permit::ReadAudit, &call)?;
    let asked = Asked::of(&uri);
    let typed = asked.value("who").trim().to_owned();
    let who = who(&typed);
    let day = asked.value("day").parse().ok();
    let filter = Filter { act: Act::from_code(asked.value("act")), who, at: day.map(day_of) };
    let is_nobody = !typed.is_empty() && filter.who.is_none();
    let store = &call.hall.store;
    let read = async {
        let before = asked.value("before").parse().ok();
        let records = if is_nobody {
            Vec::new()
        } else {
            store.audit_records(&filter, before, PAGE + 1).await?
        };
        Ok((records, head(&mut store.snapshot().await?).await?))
    };
    let (mut records, end) = read.await.map_err(|error| call.fail(&busy(error)))?;
    let has_more = records.len() > PAGE as usize;
    records.truncate(PAGE as usize);
    let last = records.last().map(|it| it.record.sequence);
    let model = AuditModel {
        now: call.hall.clock.campaign(),
        act: filter.act,
        who: typed,
        is_nobody,
        day,
        records: records.into_iter().map(shown).collect(),
        more: last.filter(|_| has_more),
        end,
    };
    Ok(call.show(StatusCode::OK, |frame| audit::page(frame, &staff.who(), &model)))
}

/// Who is meant by what was typed: a login, or one of the two that have none.
fn who(typed: &str) -> Option<Who> {
    typed.parse().ok().or_else(|| typed.parse().ok().map(Who::Staff))
}

fn shown(sealed: SealedRecord) -> RecordModel {
    let hash = sealed.hash;
    let again = SealedRecord::seal(sealed.record);
    RecordModel { fits: again.hash == hash, record: again.record, hash }
}
