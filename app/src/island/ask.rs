//! How an island calls a typed server function: by the path that the function has, with the fields that its form has.
//! The client that the framework makes for each function brings readers and writers for every encoding there is; a
//! million phones would load them for two calls.

use domain::id::{PackId, RequestKey, RoundId};
use leptos::prelude::window;
use server_fn::ServerFn;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Headers, RequestInit, Response, UrlSearchParams};

use super::answer::Answer;
use super::live::LiveStock;
use crate::act::{ClaimPack, Claimed, LoadLive};
use crate::failure::Failure;

/// Claims a pack.
pub(super) async fn claim_pack(
    round: &RoundId,
    pack: &PackId,
    key: &RequestKey,
) -> Result<Claimed, Failure> {
    let fields = [("round", round.as_str()), ("pack", pack.as_str()), ("key", key.as_str())];
    let (ok, answer) = post(ClaimPack::PATH, &fields).await.map_err(|_| Failure::Unknown)?;
    if ok { answer.claimed().ok_or(Failure::Unknown) } else { Err(answer.failure()) }
}

/// What is left of a round, now.
pub(super) async fn load_live(round: &RoundId) -> Option<LiveStock> {
    let address = [LoadLive::PATH, "?round=", round.as_str()].concat();
    let (ok, answer) = fetch(&address, &RequestInit::new()).await.ok()?;
    answer.live().filter(|_| ok)
}

/// Loads the page of a voucher again once it was used: the till's answer is on the holder's screen within seconds.
pub(super) fn refresh_if_used() {
    spawn_local(async {
        if is_used().await.unwrap_or(false) {
            super::clock::refresh_page();
        }
    });
}

async fn is_used() -> Result<bool, JsValue> {
    let address = [&window().location().pathname()?, "/state"].concat();
    let response: Response =
        JsFuture::from(window().fetch_with_str(&address)).await?.unchecked_into();
    Ok(response.status() == 200)
}

async fn post(path: &str, fields: &[(&str, &str)]) -> Result<(bool, Answer), JsValue> {
    let form = UrlSearchParams::new()?;
    for (name, value) in fields {
        form.append(name, value);
    }
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(&form);
    fetch(path, &request).await
}

/// Whether the status is one of success, and the answer.
async fn fetch(address: &str, request: &RequestInit) -> Result<(bool, Answer), JsValue> {
    // Only a plain form accepts pages, and is led on to one.
    let headers = Headers::new()?;
    headers.append("accept", "application/json")?;
    request.set_headers(&headers);
    let sent = window().fetch_with_str_and_init(address, request);
    let response: Response = JsFuture::from(sent).await?.unchecked_into();
    Ok((response.ok(), Answer::of(JsFuture::from(response.json()?).await?)))
}
