//! One file of the site.

use std::{fmt::Write as _, io::Write as _, path::Path};

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

use super::Mode;

/// The kinds of file that become smaller; pictures and fonts already are.
const COMPRESSIBLE: [&str; 10] =
    ["css", "html", "ico", "js", "json", "svg", "txt", "wasm", "webmanifest", "xml"];

/// Whether the name follows the content.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    /// `page.js` becomes `page.<digest>.js`.
    Hashed,
    /// The name is an address that others know.
    Kept,
}

/// A file with its plain name and the one it is served under.
pub(crate) struct Asset {
    /// What the code calls it.
    pub(crate) logical: String,
    /// What the browser calls it.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
}

impl Asset {
    /// Names it.
    pub(crate) fn new(logical: impl Into<String>, name: Name, bytes: Vec<u8>) -> Self {
        let logical = logical.into();
        let name = match (name, logical.rsplit_once('.')) {
            (Name::Hashed, Some((stem, extension))) => {
                format!("{stem}.{}.{extension}", &digest(&bytes)[..10])
            }
            _ => logical.clone(),
        };
        Self { logical, name, bytes }
    }

    /// Whether the manifest must lead to it.
    pub(crate) fn is_hashed(&self) -> bool {
        self.name != self.logical
    }

    /// Whether it is worth compressing.
    pub(crate) fn is_compressible(&self) -> bool {
        let extension = Path::new(&self.name).extension().and_then(|it| it.to_str());
        extension.is_some_and(|extension| COMPRESSIBLE.contains(&extension))
    }

    /// For every browser that can run the WASM.
    pub(crate) fn brotli(&self, mode: Mode) -> Result<Vec<u8>> {
        let quality = if mode == Mode::Release { 11 } else { 5 };
        let mut packed = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams {
            quality,
            lgwin: 22,
            size_hint: self.bytes.len(),
            ..Default::default()
        };
        brotli::BrotliCompress(&mut self.bytes.as_slice(), &mut packed, &parameters)?;
        Ok(packed)
    }

    /// For whoever cannot read Brotli, which no browser offers without TLS.
    pub(crate) fn gzip(&self) -> Result<Vec<u8>> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&self.bytes)?;
        Ok(packed.finish()?)
    }
}

/// The SHA-256 of the content, in hexadecimal digits.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        // Writing into a string cannot fail.
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_follows_the_content() {
        let one = Asset::new("page.js", Name::Hashed, b"1".to_vec());
        let two = Asset::new("page.js", Name::Hashed, b"2".to_vec());
        assert_ne!(one.name, two.name);
        assert_eq!(one.name, "page.6b86b273ff.js");
        assert!(one.is_hashed() && one.is_compressible());
    }

    #[test]
    fn a_public_file_keeps_its_name() {
        let icon = Asset::new("icon.png", Name::Kept, b"1".to_vec());
        assert_eq!(icon.name, "icon.png");
        assert!(!icon.is_hashed() && !icon.is_compressible());
    }
}
