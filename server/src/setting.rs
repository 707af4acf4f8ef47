//! Settings: the command line over the environment (`JINQUAN_…`) over the file over the defaults. A wrong value stops
//! the start with one sentence that names the setting.

mod entrance;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use domain::time::Timestamp;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

use self::entrance::RawEntrance;
pub use self::entrance::VerificationFile;
use crate::embed::Ancestors;
use crate::entrance::Entrances;
use crate::key::{MasterKey, unhex};
use crate::limit::LimitSettings;

/// What can be said on the command line of `serve`. What is left out comes from the environment or the file.
#[derive(Args, Clone, Debug, Default, Serialize)]
pub struct ServeOptions {
    /// A TOML file with settings.
    #[arg(long, value_name = "FILE", env = "JINQUAN_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Where the data is.
    #[command(flatten)]
    #[serde(flatten)]
    pub place: PlaceOptions,
    /// Where people are served; port 0 picks a free one.
    #[arg(long, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// Where /healthz, /readyz and /metrics are served; off when left out.
    #[arg(long, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admin_listen: Option<String>,
    /// The demonstration: sample citizens, and an entrance for anybody with a valid number.
    #[arg(long)]
    #[serde(skip_serializing_if = "is_false")]
    pub demo: bool,
    /// Lets a demonstration listen on other than loopback addresses.
    #[arg(long)]
    #[serde(skip_serializing_if = "is_false")]
    pub demo_public: bool,
    /// Starts the campaign clock at this instant.
    #[arg(long, value_name = "RFC3339")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// Puts the campaign clock so many seconds ahead (or behind, when negative).
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_offset: Option<String>,
}

/// Where the data is.
#[derive(Args, Clone, Debug, Default, Serialize)]
pub struct PlaceOptions {
    /// sqlite:PATH or postgres://…
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
}

/// The settings as they are merged, before they are checked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    database: String,
    listen: String,
    admin_listen: Option<String>,
    #[serde(deserialize_with = "switch")]
    demo: bool,
    #[serde(deserialize_with = "switch")]
    demo_public: bool,
    now: Option<String>,
    clock_offset: Option<Number>,
    public_url: Option<String>,
    master_keys: Option<String>,
    lane_queue: usize,
    live_streams: usize,
    #[serde(skip_serializing, default)]
    entrances: Vec<RawEntrance>,
    #[serde(skip_serializing, default)]
    verification_files: Vec<VerificationFile>,
    retention_days: u32,
    embed_ancestors: String,
    staff_listen: Option<String>,
    person_claims: u32,
    block_entries: u32,
    trusted_hops: u8,
}

/// A number that may be written with or without quotation marks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Number {
    Written(String),
    Plain(i64),
}

/// A switch, as files and environments write it.
fn switch<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Switch(bool),
        Number(u8),
        Word(String),
    }
    match Written::deserialize(deserializer)? {
        Written::Switch(on) => Ok(on),
        Written::Number(number @ 0..=1) => Ok(number == 1),
        Written::Word(word) if matches!(word.as_str(), "true" | "yes" | "on") => Ok(true),
        Written::Word(word) if matches!(word.as_str(), "false" | "no" | "off" | "") => Ok(false),
        Written::Number(_) | Written::Word(_) => {
            Err(serde::de::Error::custom("must be true or false"))
        }
    }
}

/// The checked settings of a server.
#[derive(Clone)]
pub struct Settings {
    /// Where the data is.
    pub database: String,
    /// Where people are served.
    pub listen: SocketAddr,
    /// Where operations are served.
    pub admin_listen: Option<SocketAddr>,
    /// Whether this is a demonstration.
    pub demo: bool,
    /// How the campaign clock is moved.
    pub campaign_clock: CampaignClock,
    /// Whether people reach this server through TLS, so that cookies can demand it.
    pub tls: bool,
    /// The master keys; none in a demonstration, which keeps its own.
    pub master_keys: Vec<MasterKey>,
    /// The most claims that wait for the desk; more are answered `busy`.
    pub lane_queue: usize,
    /// The most event streams that are open; more are answered `busy`.
    pub live_streams: usize,
    /// The real entrances.
    pub entrances: Arc<Entrances>,
    /// What hosts ask for at the root.
    pub verification_files: Vec<VerificationFile>,
    /// How many days after the end of a round it is kept who knew it, when they have left.
    pub retention_days: u32,
    /// Who may frame a citizen's pages.
    pub ancestors: Ancestors,
    /// Where tills and the console are served besides, however many citizens come.
    pub staff_listen: Option<SocketAddr>,
    /// How often who may ask.
    pub limits: LimitSettings,
}

/// How the campaign clock is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CampaignClock {
    /// Not at all.
    Real,
    /// To start at an instant.
    StartsAt(Timestamp),
    /// By so many milliseconds.
    Ahead(i64),
}

/// A setting that cannot be followed: one sentence that names it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongSetting(pub String);

impl Settings {
    /// Merges and checks.
    ///
    /// # Errors
    /// [`WrongSetting`] names the first setting that cannot be followed.
    pub fn gather(options: &ServeOptions) -> Result<Self, WrongSetting> {
        let limits = LimitSettings::default();
        let defaults = Raw {
            database: "sqlite:data/jinquan.db".to_owned(),
            listen: "127.0.0.1:3000".to_owned(),
            admin_listen: None,
            demo: false,
            demo_public: false,
            now: None,
            clock_offset: None,
            public_url: None,
            master_keys: None,
            lane_queue: 8_192,
            live_streams: 20_000,
            entrances: Vec::new(),
            verification_files: Vec::new(),
            retention_days: 180,
            embed_ancestors: String::new(),
            staff_listen: None,
            person_claims: limits.person_claims_per_s,
            block_entries: limits.block_entries_per_s,
            trusted_hops: limits.trusted_hops,
        };
        let mut figment = Figment::from(Serialized::defaults(defaults));
        if let Some(file) = &options.config {
            if !file.is_file() {
                return Err(WrongSetting(format!(
                    "--config {}: there is no such file.",
                    file.display()
                )));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        let raw: Raw = figment
            .merge(Env::prefixed("JINQUAN_").ignore(&[
                "config",
                "log",
                "log_format",
                "test_postgres",
                "bin",
            ]))
            .merge(Serialized::defaults(options))
            .extract()
            .map_err(|error| WrongSetting(describe(&error)))?;
        let folder = options.config.as_deref().and_then(Path::parent);
        raw.check(folder.unwrap_or(Path::new("")))
    }
}

impl Raw {
    fn check_bounds(&self) -> Result<(), WrongSetting> {
        for (name, value) in
            [("JINQUAN_LANE_QUEUE", self.lane_queue), ("JINQUAN_LIVE_STREAMS", self.live_streams)]
        {
            if !(1..=1_000_000).contains(&value) {
                return Err(WrongSetting(format!("{name} must be 1 to 1000000.")));
            }
        }
        if !(1..=3_650).contains(&self.retention_days) {
            return Err(WrongSetting("JINQUAN_RETENTION_DAYS must be 1 to 3650.".to_owned()));
        }
        for (name, value, least) in [
            ("JINQUAN_PERSON_CLAIMS", self.person_claims, 1),
            ("JINQUAN_BLOCK_ENTRIES", self.block_entries, 0),
        ] {
            if !(least..=1_000_000).contains(&value) {
                return Err(WrongSetting(format!("{name} must be {least} to 1000000.")));
            }
        }
        if self.trusted_hops > 10 {
            return Err(WrongSetting("JINQUAN_TRUSTED_HOPS must be 0 to 10.".to_owned()));
        }
        Ok(())
    }

    fn check(self, folder: &Path) -> Result<Settings, WrongSetting> {
        let listen = address("--listen", &self.listen)?;
        let admin_listen =
            self.admin_listen.as_deref().map(|text| address("--admin-listen", text)).transpose()?;
        if self.demo && !self.demo_public && !listen.ip().is_loopback() {
            return Err(WrongSetting(format!(
                "--listen {listen}: a demonstration listens on loopback only, unless --demo-public is given."
            )));
        }
        let campaign_clock = campaign_clock(self.now.as_deref(), self.clock_offset.as_ref())?;
        let tls = match self.public_url.as_deref() {
            None => false,
            Some(url) if url.starts_with("https://") => true,
            Some(url) if url.starts_with("http://") => false,
            Some(_) => {
                return Err(WrongSetting(
                    "JINQUAN_PUBLIC_URL must begin with https:// or http://.".to_owned(),
                ));
            }
        };
        self.check_bounds()?;
        let entrances = entrance::entrances(self.entrances, self.public_url.as_deref(), folder)?;
        let staff_listen = self
            .staff_listen
            .as_deref()
            .map(|text| address("JINQUAN_STAFF_LISTEN", text))
            .transpose()?;
        if let Some(staff) = staff_listen
            && self.demo
            && !self.demo_public
            && !staff.ip().is_loopback()
        {
            return Err(WrongSetting(format!(
                "JINQUAN_STAFF_LISTEN {staff}: a demonstration listens on loopback only, unless --demo-public is given."
            )));
        }
        let ancestors = ancestors(&self.embed_ancestors, tls)?;
        Ok(Settings {
            staff_listen,
            limits: LimitSettings {
                person_claims_per_s: self.person_claims,
                block_entries_per_s: self.block_entries,
                trusted_hops: self.trusted_hops,
            },
            database: self.database,
            listen,
            admin_listen,
            demo: self.demo,
            campaign_clock,
            tls,
            master_keys: master_keys(self.master_keys.as_deref())?,
            lane_queue: self.lane_queue,
            live_streams: self.live_streams,
            entrances,
            verification_files: entrance::verification_files(self.verification_files)?,
            retention_days: self.retention_days,
            ancestors,
        })
    }
}

/// Frames need cookies that are sent through TLS alone.
fn ancestors(text: &str, tls: bool) -> Result<Ancestors, WrongSetting> {
    let ancestors = Ancestors::parse(text).map_err(|wrong| {
        WrongSetting(format!(
            "JINQUAN_EMBED_ANCESTORS must be at most 16 origins such as https://portal.example, separated by commas: \
             {wrong}."
        ))
    })?;
    if ancestors != Ancestors::default() && !tls {
        return Err(WrongSetting(
            "JINQUAN_EMBED_ANCESTORS needs a JINQUAN_PUBLIC_URL that begins with https://."
                .to_owned(),
        ));
    }
    Ok(ancestors)
}

fn address(setting: &str, text: &str) -> Result<SocketAddr, WrongSetting> {
    text.parse().map_err(|_| {
        WrongSetting(format!("{setting} {text}: not an address such as 127.0.0.1:3000."))
    })
}

fn campaign_clock(
    now: Option<&str>,
    offset: Option<&Number>,
) -> Result<CampaignClock, WrongSetting> {
    match (now, offset) {
        (None, None) => Ok(CampaignClock::Real),
        (Some(_), Some(_)) => Err(WrongSetting(
            "--now and --clock-offset cannot both be given: choose one.".to_owned(),
        )),
        (Some(text), None) => text.parse().map(CampaignClock::StartsAt).map_err(|_| {
            WrongSetting(format!("--now {text}: not an instant such as 2020-04-22T08:59:30+08:00."))
        }),
        (None, Some(number)) => {
            let seconds = match number {
                Number::Plain(seconds) => Some(*seconds),
                Number::Written(text) => text.parse().ok(),
            };
            seconds
                .and_then(|seconds: i64| seconds.checked_mul(1_000))
                .map(CampaignClock::Ahead)
                .ok_or_else(|| {
                    WrongSetting("--clock-offset must be a whole number of seconds.".to_owned())
                })
        }
    }
}

/// `1:<64 hexadecimal digits>`, several separated by commas.
fn master_keys(text: Option<&str>) -> Result<Vec<MasterKey>, WrongSetting> {
    let wrong = || {
        WrongSetting(
            "JINQUAN_MASTER_KEYS must be VERSION:64-HEX-DIGITS, several separated by commas."
                .to_owned(),
        )
    };
    let mut keys: Vec<MasterKey> = Vec::new();
    for part in text.unwrap_or_default().split(',').filter(|part| !part.is_empty()) {
        let (version, secret) = part.split_once(':').ok_or_else(wrong)?;
        let version: i32 = version.parse().ok().filter(|version| *version > 0).ok_or_else(wrong)?;
        let secret = unhex(secret).ok_or_else(wrong)?;
        if keys.iter().any(|key| key.version == version) {
            return Err(wrong());
        }
        keys.push(MasterKey { version, secret });
    }
    Ok(keys)
}

fn describe(error: &figment::Error) -> String {
    let name = if error.path.is_empty() { "The settings".to_owned() } else { error.path.join(".") };
    let place =
        error.metadata.as_ref().map(|metadata| format!(" ({})", metadata.name)).unwrap_or_default();
    format!("{name}{place}: {}.", error.kind)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn is_false(value: &bool) -> bool {
    !value
}
