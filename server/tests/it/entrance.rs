//! Real entrances, against providers that the tests play themselves: what is believed, and above all what is not.

mod again;
mod alipay;
mod gov;
mod notify;
mod oidc;
mod oracle;
mod refused;
mod settings;

use std::path::Path;
use std::sync::Arc;

use domain::consent::Purpose;
use domain::language::Language;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use server::backend::entrance::depart;
use server::backend::sign_in::Agreed;
use server::entrance::attempt::Attempt;
use server::entrance::{Entrance, Entrances};
use server::setting::{PlaceOptions, ServeOptions, Settings};

use crate::support::{Answer, App, pair_of};

/// The name of every test entrance in every language.
pub(super) const NAMES: &str =
    r#"names = { zh-Hant = "測試入口", zh-Hans = "测试入口", en = "Test entrance" }"#;

/// The entrances of a settings file, whose other files stand in `folder`.
pub(super) fn configured(folder: &Path, text: &str) -> Result<Arc<Entrances>, String> {
    let file = folder.join("jinquan.toml");
    let whole = format!("public_url = \"https://vouchers.example\"\n{text}");
    std::fs::write(&file, whole).unwrap();
    let place = PlaceOptions { config: Some(file), ..PlaceOptions::default() };
    let options = ServeOptions { place, demo: true, ..ServeOptions::default() };
    Settings::gather(&options).map(|settings| settings.entrances).map_err(|wrong| wrong.0)
}

/// The headers of a browser with those cookies.
pub(super) fn browser(cookies: &[&str]) -> HeaderMap {
    let pairs: Vec<&str> = cookies.iter().filter_map(|cookie| cookie.split(';').next()).collect();
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, HeaderValue::from_str(&pairs.join("; ")).unwrap());
    headers
}

/// Somebody sets out for the wallet, having agreed.
pub(super) fn set_out(app: &App, entrance: &Entrance) -> SetOut {
    let agreed = Agreed { purposes: Purpose::REQUIRED.to_vec(), language: Language::Hant };
    let departure = depart(&app.hall, entrance, "/wallet", agreed).unwrap();
    SetOut { cookie: pair_of(&departure.cookie), attempt: departure.attempt }
}

/// Somebody on the way, and what the browser sends of it.
pub(super) struct SetOut {
    pub(super) attempt: Attempt,
    pub(super) cookie: String,
}

/// The value of a cookie that an answer sets, with its name.
pub(super) fn set_cookie(answer: &Answer, name: &str) -> Option<String> {
    let start = format!("{name}=");
    let mut cookies =
        answer.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let found = cookies.rfind(|cookie| cookie.starts_with(&start))?;
    found.split(';').next().filter(|pair| *pair != start).map(ToOwned::to_owned)
}
