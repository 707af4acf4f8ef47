//! The assets: built by `cargo xtask site` into `target/site`, embedded in the binary, served with the content's hash
//! in their names so that a browser never asks twice.

use app::page::frame::Assets;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::encoding::Encoding;
use crate::key::hex;
use crate::named::Named;
use crate::policy;

/// Everything below the site folder. In a development build it is read from the folder at run time.
#[derive(RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Site;

/// Where assets are served.
const PREFIX: &str = "/assets/";
/// Files that browsers look for at the root.
pub const AT_ROOT: [&str; 2] = ["favicon.svg", "robots.txt"];

/// The addresses of the assets, from the manifest of the build.
pub fn addresses() -> Assets {
    let manifest: std::collections::HashMap<String, String> = Site::get("manifest.json")
        .and_then(|file| serde_json::from_slice(&file.data).ok())
        .unwrap_or_default();
    let address = |name: &str| {
        manifest.get(name).map(|hashed| format!("{PREFIX}{hashed}")).unwrap_or_default()
    };
    // The site may not have been built.
    let digest = |name: &str| {
        let file = manifest.get(name).and_then(|hashed| Site::get(hashed));
        file.map(|file| policy::digest(&file.metadata.sha256_hash())).unwrap_or_default()
    };
    Assets {
        script_digest: digest("page.js"),
        glue_digest: digest("jinquan.js"),
        style: address("jinquan.css"),
        script: address("page.js"),
        glue: address("jinquan.js"),
        module: address("jinquan.wasm"),
        staff_style: address("staff.css"),
        host: address("host.js"),
        till_script: address("till.js"),
        till_kit: address("till-kit.js"),
        decoder: address("decoder.js"),
    }
}

/// Whether the site was built into this binary.
pub fn are_complete(assets: &Assets) -> bool {
    [&assets.style, &assets.script, &assets.glue, &assets.module, &assets.staff_style]
        .iter()
        .all(|address| !address.is_empty())
}

/// Serves a file whose name carries its hash: it never changes.
pub async fn hashed(Named(name): Named, headers: HeaderMap) -> Response {
    serve(&name, &headers, HeaderValue::from_static("public, max-age=31536000, immutable"))
}

/// Serves a file that keeps its name.
pub fn at_root(name: &'static str, headers: HeaderMap) -> Response {
    serve(name, &headers, HeaderValue::from_static("public, max-age=3600"))
}

fn serve(name: &str, headers: &HeaderMap, caching: HeaderValue) -> Response {
    if name == "manifest.json" || [".br", ".gz"].iter().any(|ending| name.ends_with(ending)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some((file, encoding)) = best(name, headers) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = format!("\"{}\"", hex(&file.metadata.sha256_hash()[..12]));
    let fresh = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let mut response =
        if fresh { StatusCode::NOT_MODIFIED.into_response() } else { file.data.into_response() };
    let mut set = |name: HeaderName, value: HeaderValue| response.headers_mut().insert(name, value);
    set(CACHE_CONTROL, caching);
    set(VARY, HeaderValue::from_static("accept-encoding"));
    set(CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        set(ETAG, tag);
    }
    if let Some(encoding) = encoding {
        set(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest form that the browser takes.
fn best(name: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let packed = Encoding::taken(headers).into_iter().find_map(|encoding| {
        Some((Site::get(&format!("{name}.{}", encoding.ending()))?, Some(encoding.name())))
    });
    packed.or_else(|| Some((Site::get(name)?, None)))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
