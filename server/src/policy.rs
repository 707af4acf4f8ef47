//! The content security policy: which scripts a browser may run on a page. A page that was made for one request names
//! them by a nonce of its own; one that is the same for everybody, by their digests; a page without scripts allows none
//! ([0024](../../docs/decisions/0024-a-nonce-for-one-a-digest-for-all.md)).

use app::page::Shape;
use app::page::frame::Assets;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

use crate::chance::Chance;

/// For whatever is no page: it loads, sends and frames nothing.
pub const NOTHING: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// How every policy ends, so that [`crate::embed`] can name who may frame instead.
pub const NOBODY_FRAMES: &str = "frame-ancestors 'none'";

/// Before and after what is said of scripts. Styles are files of our own; no attribute and no element holds one.
const BEFORE: &str = "default-src 'none'; script-src ";
const AFTER: &str = "; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
                     form-action 'self'; frame-ancestors 'none'";

/// What is said beside a nonce or digests: the page script may fetch the glue of the islands, which makes the module.
/// Browsers that know `'strict-dynamic'` ignore `'self'`; older ones understand that alone.
const TRUSTED: &str = "'strict-dynamic' 'wasm-unsafe-eval' 'self'";

/// The policy of the pages that are the same for everybody.
pub struct Policies {
    prepared: HeaderValue,
}

impl Policies {
    /// For those assets.
    pub fn of(assets: &Assets) -> Self {
        let digests = [&assets.script_digest, &assets.glue_digest];
        // A site that was not built has none.
        let digests = digests.into_iter().filter(|digest| !digest.is_empty());
        let mut scripts: Vec<String> = digests.map(|digest| format!("'{digest}'")).collect();
        scripts.push(TRUSTED.to_owned());
        Self { prepared: policy(&scripts.join(" ")) }
    }

    /// Of a page that everybody gets.
    pub fn prepared(&self) -> HeaderValue {
        self.prepared.clone()
    }
}

/// Of a page that was made for one request.
pub fn of_one(nonce: &str, shape: Shape) -> HeaderValue {
    match shape {
        Shape::Console => policy("'none'"),
        Shape::Plain | Shape::WithBar | Shape::Landing | Shape::Till => {
            policy(&format!("'nonce-{nonce}' {TRUSTED}"))
        }
    }
}

/// A nonce: 128 random bits.
pub fn nonce(chance: &Chance) -> String {
    STANDARD.encode(chance.bytes::<16>())
}

/// A digest as `integrity` and the policy write it.
pub fn digest(sha256: &[u8; 32]) -> String {
    format!("sha256-{}", STANDARD.encode(sha256))
}

#[expect(clippy::expect_used, reason = "letters, digits and signs of ASCII only")]
fn policy(scripts: &str) -> HeaderValue {
    HeaderValue::try_from(format!("{BEFORE}{scripts}{AFTER}")).expect("a header of ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_page_names_its_scripts_and_no_others() {
        let assets = Assets {
            script_digest: "sha256-a=".to_owned(),
            glue_digest: "sha256-b=".to_owned(),
            ..Assets::default()
        };
        let scripts = |policy: HeaderValue| {
            let text = policy.to_str().unwrap().to_owned();
            assert!(text.ends_with(NOBODY_FRAMES), "{text}");
            assert!(
                text.contains("object-src 'none'; base-uri 'none'; form-action 'self'"),
                "{text}"
            );
            text.split("script-src ").nth(1).unwrap().split(';').next().unwrap().to_owned()
        };
        assert_eq!(scripts(of_one("n", Shape::Console)), "'none'");
        assert_eq!(
            scripts(of_one("n", Shape::Landing)),
            "'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval' 'self'"
        );
        assert_eq!(
            scripts(Policies::of(&assets).prepared()),
            "'sha256-a=' 'sha256-b=' 'strict-dynamic' 'wasm-unsafe-eval' 'self'"
        );
        assert!(NOTHING.to_str().unwrap().ends_with(NOBODY_FRAMES));
    }

    #[test]
    fn a_nonce_has_128_bits_and_is_never_the_same() {
        let chance = Chance::default();
        let (one, other) = (nonce(&chance), nonce(&chance));
        assert_eq!((one.len(), &one[22..]), (24, "=="));
        assert_ne!(one, other);
    }
}
