//! In somebody else's page: a citizen's pages may stand in a frame of the origins that the installation names, and
//! nowhere else. A frame is a third party to the browser: its cookies need `SameSite=None`, and are partitioned, so
//! that what belongs to one parent is of no use in another. Top-level pages, in a web view too, keep their own
//! cookies.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use app::cookie::{self, FRAMED};
use axum::extract::Request;
use axum::response::Response;
use futures::future::{BoxFuture, Either, FutureExt as _};
use http::header::{CONTENT_SECURITY_POLICY, SET_COOKIE, X_FRAME_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue};
use tower::Service;

use crate::policy::NOBODY_FRAMES;

/// The most origins that may frame.
pub const ANCESTORS_MAX: usize = 16;
/// Who frames nothing: pages of those who work here and of managers.
const NEVER: [&str; 3] = ["/console", "/till", "/merchant"];
/// What a browser says of the place where an answer will stand.
const DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// How long a frame is known as one, in seconds: as long as a session.
const MARKED_S: i64 = 43_200;

/// Who may frame a citizen's pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ancestors {
    /// As the policy of their pages ends.
    listed: Option<Arc<str>>,
}

impl Ancestors {
    /// Origins such as `https://portal.example`, separated by commas; an empty text is nobody.
    ///
    /// # Errors
    /// What is not an `https` origin.
    pub fn parse(text: &str) -> Result<Self, String> {
        let origins: Vec<&str> =
            text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).collect();
        if origins.is_empty() {
            return Ok(Self::default());
        }
        if origins.len() > ANCESTORS_MAX {
            return Err(format!("more than {ANCESTORS_MAX} origins"));
        }
        if let Some(wrong) = origins.iter().find(|origin| !is_origin(origin)) {
            return Err((*wrong).to_owned());
        }
        let listed = format!("frame-ancestors 'self' {}", origins.join(" "));
        Ok(Self { listed: Some(listed.into()) })
    }
}

/// Whether a text is an origin of `https`: a host and perhaps a port, and nothing that could end the policy.
fn is_origin(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let (host, port) = rest.split_once(':').unwrap_or((rest, "443"));
    let is_host = !host.is_empty()
        && host.split('.').all(|label| {
            !label.is_empty()
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    is_host && port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// Around the whole house: lets the named origins frame what may be framed, and gives a frame the cookies it can keep.
#[derive(Clone)]
pub struct Embedded<S> {
    inner: S,
    ancestors: Ancestors,
}

impl<S> Embedded<S> {
    /// A house in which those may frame. Without any it stands as it is.
    pub const fn new(inner: S, ancestors: Ancestors) -> Self {
        Self { inner, ancestors }
    }
}

impl<S> Service<Request> for Embedded<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send + 'static>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<S::Future, BoxFuture<'static, Result<Response, Infallible>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Some(listed) = self.ancestors.listed.clone().filter(|_| may_be_framed(&request)) else {
            return Either::Left(self.inner.call(request));
        };
        let place = Place::of(request.headers());
        let answer = self.inner.call(request);
        Either::Right(
            answer.map(move |answer| answer.map(|answer| framed(answer, &listed, place))).boxed(),
        )
    }
}

/// Whether a page is one that a frame may hold.
fn may_be_framed(request: &Request) -> bool {
    let path = request.uri().path();
    let under = |never: &&str| {
        path.strip_prefix(*never).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    !NEVER.iter().any(under)
}

/// Where an answer will stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// On its own.
    Top,
    /// It is the document of a frame.
    Frame,
    /// It is asked for by the document of a frame.
    WithinFrame,
}

impl Place {
    fn of(headers: &HeaderMap) -> Self {
        match headers.get(DESTINATION).map(HeaderValue::as_bytes) {
            Some(b"iframe" | b"frame") => Self::Frame,
            Some(b"document") | None => Self::Top,
            Some(_) if FRAMED.read(headers, true).is_some() => Self::WithinFrame,
            Some(_) => Self::Top,
        }
    }
}

fn framed(mut answer: Response, listed: &str, place: Place) -> Response {
    let headers = answer.headers_mut();
    // An answer without the policy as every answer has it is framed by nobody.
    let Some(policy) = headers.get(CONTENT_SECURITY_POLICY).and_then(|one| framing(one, listed))
    else {
        return answer;
    };
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.remove(X_FRAME_OPTIONS);
    if place == Place::Top {
        return answer;
    }
    if place == Place::Frame {
        headers.append(SET_COOKIE, FRAMED.keep("1", MARKED_S, true));
    }
    cookie::partition(headers);
    answer
}

/// A policy that names who may frame.
fn framing(policy: &HeaderValue, listed: &str) -> Option<HeaderValue> {
    let rest = policy.to_str().ok()?.strip_suffix(NOBODY_FRAMES)?;
    HeaderValue::try_from(format!("{rest}{listed}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_origins_of_https_may_frame() {
        let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        let two = Ancestors::parse("https://a.example, https://b.example:8443").unwrap();
        assert_eq!(
            framing(&policy, &two.listed.unwrap()).unwrap(),
            "default-src 'none'; frame-ancestors 'self' https://a.example https://b.example:8443"
        );
        assert_eq!(Ancestors::parse("").unwrap(), Ancestors::default());
        for wrong in [
            "http://a.example",
            "https://",
            "https://*.example",
            "https://a.example/path",
            "https://a.example; script-src *",
            "https://a.example https://b.example",
            "https://a.example:0",
            "*",
        ] {
            assert!(Ancestors::parse(wrong).is_err(), "{wrong}");
        }
        let many = vec!["https://a.example"; ANCESTORS_MAX + 1].join(",");
        assert!(Ancestors::parse(&many).is_err());
    }
}
