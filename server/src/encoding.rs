//! In which form a body is sent: packed, where the browser takes it.

use std::io::Write as _;

use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// How much work a page is worth that is packed for one reader: a fraction of a millisecond.
const BROTLI_QUALITY: i32 = 4;
/// The window as a power of two: as large as a page. A larger one costs more to clear than the page to pack.
const BROTLI_WINDOW: i32 = 16;

/// A form that a body can have, smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// What browsers take over TLS.
    Brotli,
    /// What everybody takes.
    Gzip,
}

impl Encoding {
    /// Those that the browser takes, smallest first. What it refuses by `q=0` is not among them.
    pub fn taken(headers: &HeaderMap) -> Vec<Self> {
        let accepted =
            headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let takes = |encoding: &Self| {
            accepted.split(',').any(|part| {
                let mut words = part.split(';').map(str::trim);
                let named =
                    words.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding.name()));
                named && !words.any(is_zero)
            })
        };
        [Self::Brotli, Self::Gzip].into_iter().filter(takes).collect()
    }

    /// The name in the headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The ending of a file that was packed by the build.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    /// Packs a page.
    ///
    /// # Panics
    /// Never: writing into memory does not fail.
    #[expect(clippy::expect_used, reason = "writing into memory does not fail")]
    pub fn pack(self, page: &[u8]) -> Bytes {
        let mut packed = Vec::with_capacity(page.len() / 4);
        match self {
            Self::Brotli => {
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    lgwin: BROTLI_WINDOW,
                    size_hint: page.len(),
                    ..Default::default()
                };
                brotli::BrotliCompress(&mut { page }, &mut packed, &parameters).expect("memory");
            }
            Self::Gzip => {
                let mut encoder = GzEncoder::new(&mut packed, Compression::fast());
                encoder.write_all(page).and_then(|()| encoder.finish()).expect("memory");
            }
        }
        packed.into()
    }
}

/// Whether a parameter says "not at all": `q=0`, `q=0.000`.
fn is_zero(parameter: &str) -> bool {
    let weight = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
    weight.and_then(|weight| weight.parse::<f32>().ok()).is_some_and(|weight| weight <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_not_sent() {
        let taken = |accepted: &'static str| {
            Encoding::taken(&HeaderMap::from_iter([(
                ACCEPT_ENCODING,
                http::HeaderValue::from_static(accepted),
            )]))
        };
        assert_eq!(taken("gzip, deflate, br"), [Encoding::Brotli, Encoding::Gzip]);
        assert_eq!(taken("br;q=0, gzip;q=0.5"), [Encoding::Gzip]);
        assert_eq!(taken("BR;q=0.000"), []);
        assert_eq!(taken("brotli"), []);
    }
}
