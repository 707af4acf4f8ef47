//! `GET /wallet/vouchers/{id}/code`.

use app::failure::Failure;
use axum::response::Response;
use domain::voucher::VoucherState;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::Caller;
use super::body::json;
use super::problem::Problem;
use crate::backend::code;
use crate::backend::wallet::{own_voucher, signed_in};
use crate::named::Named;

/// A code on the screen.
#[derive(Serialize, ToSchema)]
struct CodeBody {
    /// What the QR code carries.
    code: String,
    /// Twelve digits, for typing; none while as many are live in the city as may be, or while the server is too busy to
    /// give any: the code is good without them.
    digits: Option<String>,
    expires_at: String,
}

/// The voucher's code in the present step. Asking makes its digits live.
#[utoipa::path(
    get,
    path = "/api/v1/wallet/vouchers/{id}/code",
    params(("id" = String, Path)),
    security(("session" = [])),
    responses(
        (status = 200, body = CodeBody),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn show(
    Caller { hall, visitor }: Caller,
    Named(id): Named,
) -> Result<Response, Problem> {
    signed_in(&visitor)?;
    let id = id.parse().map_err(|_| Problem::of_code("not_found"))?;
    let (voucher, _) = own_voucher(&hall, &visitor, &id).await?;
    match voucher.state {
        VoucherState::Usable => {}
        VoucherState::Used => {
            return Err(Problem { status: 409, ..Problem::of_code("voucher_used") });
        }
        VoucherState::Lapsed => {
            return Err(Problem { status: 409, ..Problem::of_code("voucher_lapsed") });
        }
    }
    let shown =
        code::show(&hall, voucher.id).await.map_err(|failure: Failure| Problem::from(failure))?;
    let body = CodeBody {
        code: shown.payload,
        digits: shown.digits.map(|digits| digits.to_string()),
        expires_at: shown.expires_at.to_string(),
    };
    Ok(json(StatusCode::OK, &body))
}
