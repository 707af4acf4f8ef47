//! The settings of entrances (`[[entrances]]`) and of verification files (`[[verification_files]]`), checked at the
//! start. Secrets stand in files, or in variables of the environment; never in the settings themselves.

mod kind;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::EntranceId;
use domain::language::LocalText;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::WrongSetting;
use crate::entrance::outbound::Outbound;
use crate::entrance::secret::Secret;
use crate::entrance::{Entrance, Entrances, is_address};

/// The most entrances there are.
const ENTRANCES_MAX: usize = 16;
/// The longest name of an entrance, in characters.
const NAME_MAX: usize = 24;
/// The longest file that holds a secret, a key or certificates, in bytes.
const FILE_BYTES_MAX: u64 = 1_048_576;
/// The most verification files, and the longest one in bytes.
const VERIFICATION_MAX: usize = 32;
const VERIFICATION_BYTES_MAX: usize = 4_096;

/// An entrance as the file has it. What its kind asks for stands beside it.
#[derive(Debug, Deserialize)]
pub(super) struct RawEntrance {
    id: EntranceId,
    kind: String,
    names: LocalText,
    real_name_level: u8,
    ca_file: Option<PathBuf>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// A file that a host asks for at the root, to see that the domain is ours.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerificationFile {
    /// Its name, such as `MP_verify_abc.txt`.
    pub name: String,
    /// What is in it.
    pub content: String,
}

/// Checks every entrance; `folder` is where relative names of files begin.
pub(super) fn entrances(
    raw: Vec<RawEntrance>,
    public_url: Option<&str>,
    folder: &Path,
) -> Result<Arc<Entrances>, WrongSetting> {
    if raw.is_empty() {
        return Ok(Arc::default());
    }
    if raw.len() > ENTRANCES_MAX {
        return Err(WrongSetting(format!("entrances: at most {ENTRANCES_MAX}.")));
    }
    let origin = origin(public_url)?;
    let mut checked: Vec<Entrance> = Vec::new();
    for raw in raw {
        let place = Place { id: raw.id.to_string(), folder };
        if raw.id == crate::demo::entrance_id() || checked.iter().any(|it| it.id == raw.id) {
            return Err(place.wrong("id", "is taken already"));
        }
        checked.push(entrance(raw, &origin, &place)?);
    }
    Ok(Arc::new(Entrances::new(checked)))
}

/// Checks the verification files: plain names that end in .txt or .html, and little in them.
pub(super) fn verification_files(
    files: Vec<VerificationFile>,
) -> Result<Vec<VerificationFile>, WrongSetting> {
    if files.len() > VERIFICATION_MAX {
        return Err(WrongSetting(format!("verification_files: at most {VERIFICATION_MAX}.")));
    }
    for (place, file) in files.iter().enumerate() {
        let name = &file.name;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_name = (5..=128).contains(&name.len())
            && name.bytes().all(fits)
            && !name.starts_with('.')
            && !name.contains("..")
            && [".txt", ".html"].iter().any(|ending| name.ends_with(ending));
        let is_ours = crate::asset::AT_ROOT.contains(&name.as_str());
        if !is_name || is_ours || files[..place].iter().any(|before| before.name == *name) {
            return Err(WrongSetting(format!(
                "verification_files.name \"{name}\" must be letters, digits, - and _ with .txt or .html behind, once, \
                 and none of our own."
            )));
        }
        if file.content.len() > VERIFICATION_BYTES_MAX || file.content.contains('<') {
            return Err(WrongSetting(format!(
                "verification_files.content of {name} must be at most {VERIFICATION_BYTES_MAX} bytes and no markup."
            )));
        }
    }
    Ok(files)
}

fn entrance(raw: RawEntrance, origin: &str, place: &Place<'_>) -> Result<Entrance, WrongSetting> {
    for name in [&raw.names.hant, &raw.names.hans, &raw.names.english] {
        if name.trim().is_empty() || name.chars().count() > NAME_MAX {
            return Err(place.wrong("names", &format!("must have 1 to {NAME_MAX} characters each")));
        }
    }
    if raw.real_name_level > domain::round::RealNameLevel::HIGHEST.0 {
        return Err(place.wrong("real_name_level", "must be 0 to 3"));
    }
    let authorities = raw.ca_file.as_deref().map(|file| place.file("ca_file", file)).transpose()?;
    let outbound =
        Outbound::new(authorities.as_deref()).map_err(|why| place.wrong("ca_file", &why))?;
    let level = domain::round::RealNameLevel(raw.real_name_level);
    let base = kind::Base { place, outbound, level };
    let (provider, state) = match raw.kind.as_str() {
        "oidc" => (base.oidc(place.read(raw.rest)?)?, None),
        "alipay" => (base.alipay(place.read(raw.rest)?)?, None),
        "gov-oauth2" => base.gov(place.read(raw.rest)?)?,
        _ => return Err(place.wrong("kind", "must be oidc, alipay or gov-oauth2")),
    };
    let state = kind::State::checked(state, place)?;
    Ok(Entrance {
        redirect_uri: format!("{origin}/sign-in/{}/callback", raw.id),
        id: raw.id,
        names: raw.names,
        state_alphabet: state.alphabet,
        state_length: state.length,
        provider,
    })
}

/// The address that people use, without a path: providers compare it letter by letter.
fn origin(public_url: Option<&str>) -> Result<String, WrongSetting> {
    let url = public_url.unwrap_or_default().trim_end_matches('/');
    let has_path = url.parse::<http::Uri>().is_ok_and(|uri| !matches!(uri.path(), "" | "/"));
    if !is_address(url) || has_path || url.contains('?') {
        return Err(WrongSetting(
            "JINQUAN_PUBLIC_URL must be https:// and the host that people use, without a path: entrances send them \
             back there."
                .to_owned(),
        ));
    }
    Ok(url.to_owned())
}

/// Where a setting stands, for the sentence that names it.
struct Place<'a> {
    id: String,
    folder: &'a Path,
}

impl Place<'_> {
    fn wrong(&self, setting: &str, why: &str) -> WrongSetting {
        WrongSetting(format!("entrances.{}.{setting} {why}.", self.id))
    }

    /// What a kind of entrance asks for.
    fn read<T: DeserializeOwned>(&self, rest: Map<String, Value>) -> Result<T, WrongSetting> {
        serde_json::from_value(Value::Object(rest))
            .map_err(|error| WrongSetting(format!("entrances.{}: {error}.", self.id)))
    }

    fn address(&self, setting: &str, url: &str) -> Result<String, WrongSetting> {
        let plain = !url.chars().any(|one| one.is_whitespace() || one.is_control());
        if plain && is_address(url) {
            return Ok(url.to_owned());
        }
        Err(self.wrong(setting, "must be an https:// address (http:// on this machine alone)"))
    }

    fn file(&self, setting: &str, file: &Path) -> Result<String, WrongSetting> {
        let path = self.folder.join(file);
        let is_small = path.metadata().is_ok_and(|it| it.is_file() && it.len() <= FILE_BYTES_MAX);
        let text = is_small.then(|| std::fs::read_to_string(&path).ok()).flatten();
        text.ok_or_else(|| {
            self.wrong(setting, &format!("names {}, which cannot be read", path.display()))
        })
    }

    /// A secret from a file or from a variable of the environment: exactly one of the two.
    fn secret(
        &self,
        setting: &str,
        file: Option<&Path>,
        variable: Option<&str>,
    ) -> Result<Secret, WrongSetting> {
        let text = match (file, variable) {
            (Some(file), None) => self.file(&format!("{setting}_file"), file)?,
            (None, Some(name)) => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "this is the place that reads settings"
                )]
                let value = std::env::var(name);
                value.map_err(|_| {
                    self.wrong(
                        &format!("{setting}_env"),
                        &format!("names {name}, which is not set"),
                    )
                })?
            }
            _ => {
                let why = format!("is needed: give {setting}_file or {setting}_env, one of them");
                return Err(self.wrong(setting, &why));
            }
        };
        let text = text.trim();
        if text.is_empty() {
            return Err(self.wrong(setting, "is empty"));
        }
        Ok(Secret::new(text.to_owned()))
    }
}
