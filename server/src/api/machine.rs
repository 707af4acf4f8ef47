//! Machines: who stands behind the `Authorization: Bearer` key of a request, and what the key may do.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use domain::till::{Actor, Scope};
use http::header::AUTHORIZATION;
use http::request::Parts;
use store::till::KeyHolder;

use super::problem::Problem;
use crate::backend::till::holder;
use crate::hall::Hall;

/// A call of the API by a machine. Whether its merchant takes part is for the use case to judge: the key of a
/// suspended one still refunds (R13).
pub struct Machine {
    /// The hall.
    pub hall: Arc<Hall>,
    /// Who stands behind the key, as of this request.
    pub holder: KeyHolder,
}

impl FromRequestParts<Arc<Hall>> for Machine {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hall: &Arc<Hall>) -> Result<Self, Problem> {
        let unauthorized = || Problem::of_code("unauthorized");
        let mut values = parts.headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(unauthorized());
        };
        let (scheme, key) =
            value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(unauthorized)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(unauthorized());
        }
        let holder = holder(hall, key.trim()).await?.ok_or_else(unauthorized)?;
        Ok(Self { hall: hall.clone(), holder })
    }
}

impl Machine {
    /// That the key may do this.
    ///
    /// # Errors
    /// `forbidden` when it may not.
    pub fn may(&self, scope: Scope) -> Result<(), Problem> {
        if self.holder.scopes.has(scope) { Ok(()) } else { Err(Problem::of_code("forbidden")) }
    }

    /// The till that acts, with a key that may do this.
    ///
    /// # Errors
    /// `forbidden` when the key may not, or is not a till's.
    pub fn till(&self, scope: Scope) -> Result<Actor, Problem> {
        self.may(scope)?;
        self.holder.actor().ok_or_else(|| Problem::of_code("forbidden"))
    }
}
