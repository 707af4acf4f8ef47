//! `/wallet` and `/wallet/{voucher}`.

use app::page::notice::Notice;
use app::page::voucher::{self, VoucherModel};
use app::page::wallet::{self, WalletModel};
use axum::response::Response;
use domain::claim::ClaimState;
use domain::voucher::VoucherState;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use super::Call;
use crate::backend::code;
use crate::backend::wallet::{own_claim, own_voucher, wallet};
use crate::named::Named;

/// The person's packs and vouchers.
pub(super) async fn show(call: Call) -> Response {
    let claims = match wallet(&call.hall, &call.visitor).await {
        Ok(claims) => claims,
        Err(failure) => return call.fail(&failure),
    };
    let Some(campaign) = call.hall.board.posted().campaign.clone() else {
        return call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign);
    };
    let model = WalletModel { campaign, now: call.hall.clock.campaign(), claims };
    call.show(StatusCode::OK, |frame| wallet::page(frame, &model))
}

/// One voucher's rotating code; or, while the store gives out none, that the voucher is good (R6).
pub(super) async fn voucher(call: Call, Named(id): Named) -> Response {
    if call.visitor.citizen.is_none() {
        return call.to_sign_in();
    }
    let Ok(id) = id.parse() else {
        return call.notice(StatusCode::NOT_FOUND, Notice::NotFound);
    };
    let (voucher, round) = match own_voucher(&call.hall, &call.visitor, &id).await {
        Ok(own) => own,
        Err(failure) => return call.fail(&failure),
    };
    let code = match voucher.state {
        VoucherState::Usable => code::show(&call.hall, voucher.id).await.map(Some),
        VoucherState::Used | VoucherState::Lapsed => Ok(None),
    };
    let Some(campaign) = call.hall.board.posted().campaign.clone() else {
        return call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign);
    };
    // By the status a page on which the last code stands knows that it is the better one.
    let (code, status, retry_after_s) = match code {
        Ok(code) => (code, StatusCode::OK, None),
        Err(failure) => (None, StatusCode::SERVICE_UNAVAILABLE, failure.retry_after_s()),
    };
    let model = VoucherModel { campaign, voucher, round, now: call.hall.clock.campaign(), code };
    let mut response = call.show(status, |frame| voucher::page(frame, &model));
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    response
}

/// Whether the code that is on the screen is still of use: 204, or 200 when the page is to be loaded again.
pub(super) async fn state(call: Call, Named(id): Named) -> StatusCode {
    let Ok(id) = id.parse() else { return StatusCode::NOT_FOUND };
    match own_voucher(&call.hall, &call.visitor, &id).await {
        Ok((voucher, _)) if voucher.state == VoucherState::Usable => StatusCode::NO_CONTENT,
        Ok(_) => StatusCode::OK,
        Err(failure) => {
            StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// Whether a held claim is decided: 204 while it is not, 200 when the page is to be loaded again.
pub(super) async fn claim_state(call: Call, Named(id): Named) -> StatusCode {
    let Ok(id) = id.parse() else { return StatusCode::NOT_FOUND };
    match own_claim(&call.hall, &call.visitor, &id).await {
        Ok(own) if own.claim.state == ClaimState::Held => StatusCode::NO_CONTENT,
        Ok(_) => StatusCode::OK,
        Err(failure) => {
            StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}
