//! What an address names in the parts that a route leaves open.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use serde::de::DeserializeOwned;

/// What is named, decoded. Bytes that are no text name nothing: they are read as the empty text, which is nobody's
/// name, so that each door says in its own words that there is no such thing, after it has asked who wants to know.
pub struct Named<T = String>(pub T);

impl<S, T> FromRequestParts<S> for Named<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Default + Send,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let named = Path::<T>::from_request_parts(parts, state).await;
        Ok(Self(named.map(|Path(named)| named).unwrap_or_default()))
    }
}
