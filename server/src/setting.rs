//! Settings: the command line over the environment (`JINQUAN_…`) over the file over the defaults. A wrong value stops
//! the start with one sentence that names the setting. What there is stands in `raw`, what the command line has in
//! `option`, how a text is read in `value`, and entrances in `entrance`.

mod entrance;
mod option;
mod raw;
mod value;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use domain::time::Timestamp;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};

pub use self::entrance::VerificationFile;
pub use self::option::{DataOptions, PlaceOptions, ServeOptions};
use self::raw::Raw;
use crate::embed::Ancestors;
use crate::entrance::Entrances;
use crate::key::MasterKey;
use crate::limit::LimitSettings;

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
    /// The most claims that wait for the desk, and the most requests of tills; more are answered `busy`.
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
    /// How often a person may claim, and a block of addresses come in.
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
        let mut figment = Figment::from(Serialized::defaults(Raw::default()));
        if let Some(file) = &options.place.config {
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
        let folder = options.place.config.as_deref().and_then(Path::parent);
        raw.check(folder.unwrap_or(Path::new("")))
    }
}

fn describe(error: &figment::Error) -> String {
    let name = if error.path.is_empty() { "The settings".to_owned() } else { error.path.join(".") };
    let place =
        error.metadata.as_ref().map(|metadata| format!(" ({})", metadata.name)).unwrap_or_default();
    format!("{name}{place}: {}.", error.kind)
}
