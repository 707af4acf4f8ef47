//! What can be said on the command line.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

/// What can be said on the command line of `serve`. What is left out comes from the environment or the file.
#[derive(Args, Clone, Debug, Default, Serialize)]
pub struct ServeOptions {
    /// Where settings and data are.
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
}

/// Where settings and data are: what every command that looks into the database is told.
#[derive(Args, Clone, Debug, Default, Serialize)]
pub struct PlaceOptions {
    /// A TOML file with settings.
    #[arg(long, value_name = "FILE", env = "JINQUAN_CONFIG")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Where the data is, and what time it is there.
    #[command(flatten)]
    #[serde(flatten)]
    pub data: DataOptions,
}

/// Where the data is, and what time it is there.
#[derive(Args, Clone, Debug, Default, Serialize)]
pub struct DataOptions {
    /// sqlite:PATH or postgres://…
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Puts the campaign clock so many seconds ahead (or behind, when negative).
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_offset: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn is_false(value: &bool) -> bool {
    !value
}
