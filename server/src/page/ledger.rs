//! `/console/ledger`: accounts and transfers, page by page.

use std::sync::Arc;

use app::page::ledger::{self, LedgerModel, TransferModel};
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use domain::id::RoundId;
use domain::ledger::{Account, Chain};
use domain::staff::Permit;
use http::{StatusCode, Uri};
use store::ledger::{SealedTransfer, TransferFilter};

use super::Call;
use super::form::{Asked, day_of};
use crate::backend::busy;
use crate::hall::Hall;
use crate::staff::StaffMember;

/// How many accounts, and how many transfers, are on one page.
const PAGE: u32 = 25;

/// The routes of the ledger.
pub(super) fn router() -> Router<Arc<Hall>> {
    Router::new().route("/console/ledger", get(show))
}

async fn show(call: Call, staff: StaffMember, uri: Uri) -> Result<Response, Response> {
    staff.must(Permit::ReadMoney, &call)?;
    let asked = Asked::of(&uri);
    let typed = asked.value("account").trim().to_owned();
    let account: Option<Account> = typed.parse().ok();
    let is_no_account = !typed.is_empty() && account.is_none();
    let posted = call.hall.board.posted();
    let rounds: Vec<RoundId> = posted.rounds.iter().map(|round| round.id.clone()).collect();
    let chain = chain(asked.value("chain"), account.as_ref(), &rounds);
    let day = asked.value("day").parse().ok();
    let after = asked.value("accounts_after").parse::<Account>();
    let after = after.map(|account| account.to_string()).unwrap_or_default();
    let store = &call.hall.store;
    let read = async {
        let accounts = store.accounts_after(&after, PAGE + 1).await?;
        let filter = TransferFilter { account, at: day.map(day_of) };
        let before = asked.value("before").parse().ok();
        let transfers = if is_no_account {
            Vec::new()
        } else {
            store.transfers_of(&chain, &filter, before, PAGE + 1).await?
        };
        Ok((accounts, transfers))
    };
    let (mut accounts, mut transfers) = read.await.map_err(|error| call.fail(&busy(error)))?;
    let is_more = |count: usize| count > PAGE as usize;
    let (more_accounts, more_transfers) = (is_more(accounts.len()), is_more(transfers.len()));
    accounts.truncate(PAGE as usize);
    transfers.truncate(PAGE as usize);
    let last = transfers.last().map(|it| it.transfer.sequence);
    let last_account = accounts.last().map(|(name, _)| name.clone());
    let model = LedgerModel {
        now: call.hall.clock.campaign(),
        more_accounts: last_account.filter(|_| more_accounts),
        accounts,
        rounds,
        chain,
        account: typed,
        is_no_account,
        day,
        transfers: transfers.into_iter().map(shown).collect(),
        more_transfers: last.filter(|_| more_transfers),
    };
    Ok(call.show(StatusCode::OK, |frame| ledger::page(frame, &staff.who(), &model)))
}

/// The chain that was asked for; without one, that of the round whose account is looked for, else that of the campaign.
fn chain(asked: &str, account: Option<&Account>, rounds: &[RoundId]) -> Chain {
    let of_account = || match account {
        Some(Account::Stock(round) | Account::Issued(round)) => Some(round.clone()),
        _ => None,
    };
    let named = asked.strip_prefix("round:").and_then(|round| round.parse().ok());
    let round = if asked.is_empty() { of_account() } else { named };
    round.filter(|round| rounds.contains(round)).map_or(Chain::Campaign, Chain::Round)
}

fn shown(sealed: SealedTransfer) -> TransferModel {
    let SealedTransfer { transfer, hash } = sealed;
    let (sequence, reason, at) = (transfer.sequence, transfer.reason, transfer.at);
    TransferModel { sequence, reason, at, postings: transfer.postings, hash }
}
