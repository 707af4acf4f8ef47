//! What was sent with a request, within its bounds.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::LengthLimitError;
use tokio::time::timeout;

/// How long a body may take to come. Who asks is looked at before it does: whoever held the last byte back for longer
/// may have signed out meanwhile, or been shown out.
const COMES_WITHIN: Duration = Duration::from_mins(1);

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is larger than may be.
    TooLarge,
    /// It broke off, or took too long.
    BrokeOff,
}

/// Whether the body is of that media type, whatever its parameters say.
pub fn is_of(headers: &HeaderMap, media: &str) -> bool {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(media)
}

/// The body, of at most so many bytes.
///
/// # Errors
/// [`Unread`] says why not.
pub async fn whole(body: Body, bytes_max: usize) -> Result<Bytes, Unread> {
    let read = timeout(COMES_WITHIN, to_bytes(body, bytes_max)).await;
    read.map_err(|_| Unread::BrokeOff)?.map_err(|error| {
        let source = std::error::Error::source(&error);
        let is_long = source.is_some_and(<dyn std::error::Error>::is::<LengthLimitError>);
        if is_long { Unread::TooLarge } else { Unread::BrokeOff }
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use futures::stream;

    use super::*;

    #[test]
    fn a_media_type_is_the_same_however_it_is_written_and_no_longer_one() {
        for (said, is_json) in [
            ("application/json", true),
            ("Application/JSON ; charset=utf-8", true),
            ("application/json-seq", false),
            ("text/plain, application/json", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, said.parse().unwrap())]);
            assert_eq!(is_of(&headers, "application/json"), is_json, "{said}");
        }
        assert!(!is_of(&HeaderMap::new(), "application/json"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_is_read_within_its_bounds() {
        assert_eq!(whole(Body::from("four"), 4).await, Ok(Bytes::from("four")));
        assert_eq!(whole(Body::from("fifth"), 4).await, Err(Unread::TooLarge));
        let held_back = Body::from_stream(stream::pending::<io::Result<Bytes>>());
        assert_eq!(whole(held_back, 4).await, Err(Unread::BrokeOff));
        let broken = Body::from_stream(stream::iter([Err::<Bytes, _>(io::Error::other("gone"))]));
        assert_eq!(whole(broken, 4).await, Err(Unread::BrokeOff));
    }
}
