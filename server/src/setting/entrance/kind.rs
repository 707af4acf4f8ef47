//! What each kind of entrance asks for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::round::RealNameLevel;
use jsonwebtoken::Algorithm;
use serde::Deserialize;

use super::{Place, WrongSetting};
use crate::entrance::alipay::gateway::{Certificates, Gateway};
use crate::entrance::alipay::{Alipay, RealName};
use crate::entrance::gov::template::{Method, Pairs, Signature};
use crate::entrance::gov::{Authorization, Gov, Question, Style};
use crate::entrance::mapping::{Claims, Mapping};
use crate::entrance::oidc::{Caches, ClientAuthentication, Oidc, token};
use crate::entrance::outbound::Outbound;
use crate::entrance::rsa2::{SigningKey, VerifyingKey};
use crate::entrance::{Provider, STATE_ALPHABET, STATE_LENGTH};

/// The signatures that an ID token may have. None of a shared secret, and never `none`.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// A state cannot be guessed when it has so many bits.
const STATE_BITS_MIN: f64 = 128.0;
/// The longest state.
const STATE_LENGTH_MAX: usize = 128;

/// What every kind has.
pub(super) struct Base<'a> {
    pub(super) place: &'a Place<'a>,
    pub(super) outbound: Outbound,
    pub(super) level: RealNameLevel,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOidc {
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    client_secret_env: Option<String>,
    #[serde(default = "basic")]
    client_authentication: ClientAuthentication,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    acr_values: Vec<String>,
    #[serde(default)]
    algorithms: Vec<String>,
    #[serde(default)]
    userinfo: bool,
    #[serde(default)]
    claims: Claims,
    #[serde(default)]
    levels: BTreeMap<String, RealNameLevel>,
}

const fn basic() -> ClientAuthentication {
    ClientAuthentication::Basic
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAlipay {
    app_id: String,
    private_key_file: Option<PathBuf>,
    private_key_env: Option<String>,
    alipay_public_key_file: PathBuf,
    gateway: Option<String>,
    authorize_url: Option<String>,
    scope: Option<String>,
    #[serde(default)]
    real_name: RealName,
    #[serde(default)]
    handoff: bool,
    app_cert_sn: Option<String>,
    alipay_root_cert_sn: Option<String>,
    alipay_cert_sn: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGov {
    client_id: String,
    client_secret_file: Option<PathBuf>,
    client_secret_env: Option<String>,
    authorize_url: String,
    authorize: Pairs,
    fragment: Option<String>,
    #[serde(default = "state")]
    state_parameter: String,
    #[serde(default = "code")]
    code_parameter: String,
    state: Option<State>,
    token: RawQuestion,
    access_token: Option<String>,
    person: Option<RawQuestion>,
    signature: Option<RawSignature>,
    claims: Claims,
    #[serde(default)]
    levels: BTreeMap<String, RealNameLevel>,
}

fn state() -> String {
    "state".to_owned()
}

fn code() -> String {
    "code".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuestion {
    url: String,
    style: Style,
    parameters: Pairs,
    #[serde(default)]
    authorization: Authorization,
    ok: Option<Good>,
}

/// What says that all is well.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Good {
    pointer: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSignature {
    parameter: String,
    method: SignatureMethod,
    private_key_file: Option<PathBuf>,
    private_key_env: Option<String>,
}

#[derive(Deserialize)]
enum SignatureMethod {
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
    #[serde(rename = "rsa2")]
    Rsa2,
}

/// The letters of a state, and how many.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub(super) alphabet: String,
    pub(super) length: usize,
}

impl State {
    /// A state that cannot be guessed and needs no encoding.
    pub(super) fn checked(given: Option<Self>, place: &Place<'_>) -> Result<Self, WrongSetting> {
        let Some(state) = given else {
            return Ok(Self { alphabet: STATE_ALPHABET.to_owned(), length: STATE_LENGTH });
        };
        let mut letters: Vec<u8> = state.alphabet.bytes().collect();
        letters.sort_unstable();
        letters.dedup();
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
        if letters.len() != state.alphabet.len()
            || letters.len() < 2
            || !letters.iter().all(is_plain)
        {
            return Err(place.wrong(
                "state.alphabet",
                "must be two or more letters, digits or -_.~, each once",
            ));
        }
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let bits = (letters.len() as f64).log2() * state.length as f64;
        if state.length > STATE_LENGTH_MAX || bits < STATE_BITS_MIN {
            let why = format!("must be at most {STATE_LENGTH_MAX}, and enough for 128 bits");
            return Err(place.wrong("state.length", &why));
        }
        Ok(state)
    }
}

impl Base<'_> {
    pub(super) fn oidc(self, raw: RawOidc) -> Result<Provider, WrongSetting> {
        let Self { place, outbound, level } = self;
        let secret = if raw.client_authentication == ClientAuthentication::None {
            None
        } else {
            let (file, variable) =
                (raw.client_secret_file.as_deref(), raw.client_secret_env.as_deref());
            Some(place.secret("client_secret", file, variable)?)
        };
        let mut scopes = raw.scopes;
        if !scopes.iter().any(|scope| scope == "openid") {
            scopes.insert(0, "openid".to_owned());
        }
        let mut claims = raw.claims;
        if claims.subject.replace("/sub".to_owned()).is_some() {
            return Err(place.wrong("claims.subject", "is always /sub with an OpenID provider"));
        }
        let (metadata, keys) = Caches::empty();
        let acr_values = raw.acr_values.join(" ");
        Ok(Provider::Oidc(Box::new(Oidc {
            issuer: place.address("issuer", &raw.issuer)?,
            client_id: raw.client_id,
            client_secret: secret,
            authentication: raw.client_authentication,
            scope: scopes.join(" "),
            acr_values: Some(acr_values).filter(|values| !values.is_empty()),
            algorithms: algorithms(&raw.algorithms, place)?,
            userinfo: raw.userinfo,
            mapping: mapping(claims, raw.levels, level, place)?,
            outbound,
            metadata,
            keys,
        })))
    }

    pub(super) fn alipay(self, raw: RawAlipay) -> Result<Provider, WrongSetting> {
        let Self { place, outbound, level } = self;
        let (file, variable) = (raw.private_key_file.as_deref(), raw.private_key_env.as_deref());
        let key = place.secret("private_key", file, variable)?;
        let key = SigningKey::read(key.reveal())
            .map_err(|error| place.wrong("private_key", &error.to_string()))?;
        let alipay_key = place.file("alipay_public_key_file", &raw.alipay_public_key_file)?;
        let alipay_key = VerifyingKey::read(&alipay_key)
            .map_err(|error| place.wrong("alipay_public_key_file", &error.to_string()))?;
        let certificates = match (raw.app_cert_sn, raw.alipay_root_cert_sn, raw.alipay_cert_sn) {
            (None, None, None) => None,
            (Some(app), Some(root), Some(alipay)) => Some(Certificates { app, root, alipay }),
            _ => {
                let why = "goes with alipay_root_cert_sn and alipay_cert_sn, all three or none";
                return Err(place.wrong("app_cert_sn", why));
            }
        };
        let url = raw.gateway.as_deref().unwrap_or("https://openapi.alipay.com/gateway.do");
        let authorize = raw.authorize_url.as_deref();
        let authorize =
            authorize.unwrap_or("https://openauth.alipay.com/oauth2/publicAppAuthorize.htm");
        let scope = raw.scope.unwrap_or_else(|| "auth_base".to_owned());
        if !matches!(scope.as_str(), "auth_base" | "auth_user") {
            return Err(place.wrong("scope", "must be auth_base or auth_user"));
        }
        let gateway = Gateway {
            url: place.address("gateway", url)?,
            app_id: raw.app_id,
            key,
            alipay_key,
            certificates,
            outbound,
        };
        Ok(Provider::Alipay(Box::new(Alipay {
            authorize_url: place.address("authorize_url", authorize)?,
            scope,
            real_name: raw.real_name,
            level,
            handoff: raw.handoff,
            gateway,
        })))
    }

    pub(super) fn gov(self, raw: RawGov) -> Result<(Provider, Option<State>), WrongSetting> {
        let Self { place, outbound, level } = self;
        if let Some(fault) = raw.authorize.fault() {
            return Err(place.wrong("authorize", &format!("is wrong: {fault}")));
        }
        if !raw.authorize.has("state") || !raw.authorize.has("redirect_uri") {
            return Err(place.wrong("authorize", "must carry {state} and {redirect_uri}"));
        }
        let (file, variable) =
            (raw.client_secret_file.as_deref(), raw.client_secret_env.as_deref());
        let client_secret = place.secret("client_secret", file, variable)?;
        if raw.claims.subject.is_none() {
            return Err(
                place.wrong("claims.subject", "is needed: a pointer to what names the account")
            );
        }
        let token = question("token", raw.token, "code", place)?;
        let person =
            raw.person.map(|it| question("person", it, "access_token", place)).transpose()?;
        if person.is_some() != raw.access_token.is_some() {
            return Err(place.wrong("access_token", "is a pointer, and goes with person"));
        }
        let signature = raw.signature.map(|it| signature(it, place)).transpose()?;
        let gov = Gov {
            authorize_url: place.address("authorize_url", &raw.authorize_url)?,
            authorize: raw.authorize,
            fragment: raw.fragment,
            state_parameter: raw.state_parameter,
            code_parameter: raw.code_parameter,
            client_id: raw.client_id,
            client_secret,
            token,
            access_token: raw.access_token.unwrap_or_default(),
            person,
            signature,
            mapping: mapping(raw.claims, raw.levels, level, place)?,
            outbound,
        };
        Ok((Provider::Gov(Box::new(gov)), raw.state))
    }
}

fn question(
    name: &str,
    raw: RawQuestion,
    needed: &str,
    place: &Place<'_>,
) -> Result<Question, WrongSetting> {
    if let Some(fault) = raw.parameters.fault() {
        return Err(place.wrong(&format!("{name}.parameters"), &format!("is wrong: {fault}")));
    }
    let bearer = raw.authorization == Authorization::Bearer;
    if !(raw.parameters.has(needed) || bearer && needed == "access_token") {
        return Err(place.wrong(&format!("{name}.parameters"), &format!("must carry {{{needed}}}")));
    }
    if bearer && needed == "code" {
        return Err(place
            .wrong(&format!("{name}.authorization"), "cannot be bearer: there is no token yet"));
    }
    Ok(Question {
        url: place.address(&format!("{name}.url"), &raw.url)?,
        style: raw.style,
        parameters: raw.parameters,
        authorization: raw.authorization,
        ok: raw.ok.map(|good| (good.pointer, good.value)),
    })
}

fn signature(raw: RawSignature, place: &Place<'_>) -> Result<Signature, WrongSetting> {
    let method = match raw.method {
        SignatureMethod::HmacSha256 => Method::HmacSha256,
        SignatureMethod::Rsa2 => {
            let (file, variable) =
                (raw.private_key_file.as_deref(), raw.private_key_env.as_deref());
            let key = place.secret("signature.private_key", file, variable)?;
            let key = SigningKey::read(key.reveal());
            let key =
                key.map_err(|error| place.wrong("signature.private_key", &error.to_string()))?;
            Method::Rsa2(Box::new(key))
        }
    };
    Ok(Signature { parameter: raw.parameter, method })
}

fn mapping(
    claims: Claims,
    levels: BTreeMap<String, RealNameLevel>,
    most: RealNameLevel,
    place: &Place<'_>,
) -> Result<Mapping, WrongSetting> {
    let pointers = [&claims.subject, &claims.name, &claims.number, &claims.level];
    if pointers.into_iter().flatten().any(|pointer| !pointer.starts_with('/')) {
        return Err(place.wrong("claims", "are JSON pointers such as /data/name"));
    }
    if levels.is_empty() == claims.level.is_some() {
        return Err(place
            .wrong("levels", "go with claims.level: what the provider says, and what it means"));
    }
    Ok(Mapping { claims, levels, most })
}

fn algorithms(names: &[String], place: &Place<'_>) -> Result<Vec<Algorithm>, WrongSetting> {
    if names.is_empty() {
        return Ok(vec![Algorithm::RS256]);
    }
    let find = |name: &String| ALGORITHMS.into_iter().find(|it| token::name(*it) == name);
    let found: Option<Vec<Algorithm>> = names.iter().map(find).collect();
    found.ok_or_else(|| {
        place.wrong(
            "algorithms",
            "must be of RS256 to RS512, PS256 to PS512, ES256, ES384 and EdDSA",
        )
    })
}
