//! `jinquan risk replay` and `jinquan risk configure` (R19).

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use domain::audit::Who;
use domain::id::RoundId;
use domain::merchant::is_reason;
use domain::risk::Configuration;
use domain::time::Timestamp;

use super::{complain, open, read, say};
use crate::backend::risk::replay::{Replay, Window};
use crate::setting::{DataOptions, PlaceOptions};
use crate::start::CannotStart;

/// The largest file that is read, in bytes.
const FILE_BYTES_MAX: usize = 65_536;

#[derive(Subcommand)]
pub(super) enum RiskVerb {
    /// Tries a configuration on what was seen, and says what would have been different. Changes nothing.
    Replay {
        /// The file; campaigns/risk/ has the shipped one.
        #[arg(long)]
        config: PathBuf,
        /// From this instant on (RFC 3339); from the beginning where it is left out.
        #[arg(long)]
        from: Option<String>,
        /// Up to this instant; to the end where it is left out.
        #[arg(long)]
        to: Option<String>,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: RiskPlace,
    },
    /// Puts a configuration in force, within a second and on every server.
    Configure {
        /// The file.
        #[arg(long)]
        config: PathBuf,
        /// For this round alone; for every round without one of its own where it is left out.
        #[arg(long)]
        round: Option<String>,
        /// Why.
        #[arg(long)]
        why: String,
        #[command(flatten)]
        place: RiskPlace,
    },
}

/// Where settings and data are, for commands whose `--config` is the configuration that they try.
#[derive(Args)]
pub(super) struct RiskPlace {
    /// A TOML file with settings; the file of risk control is --config here.
    #[arg(long, value_name = "FILE", env = "JINQUAN_CONFIG")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    data: DataOptions,
}

impl From<RiskPlace> for PlaceOptions {
    fn from(RiskPlace { settings, data }: RiskPlace) -> Self {
        Self { config: settings, data }
    }
}

pub(super) async fn run(verb: RiskVerb) -> Result<ExitCode, CannotStart> {
    match verb {
        RiskVerb::Replay { config, from, to, json, place } => {
            let configuration = parse(&config)?;
            let window = Window {
                from: instant("--from", from.as_deref())?.unwrap_or(Timestamp::from_millis(0)),
                to: instant("--to", to.as_deref())?.unwrap_or(Timestamp::LAST),
            };
            let store = open(place.into()).await?.store;
            let progress = |done: u64, all: u64| complain(&format!("{done} of {all} acts"));
            let replay = Replay::run(&store, &configuration, window, progress).await?;
            say(&if json { replay.json() } else { replay.to_string() });
            Ok(ExitCode::SUCCESS)
        }
        RiskVerb::Configure { config, round, why, place } => {
            let configuration = parse(&config)?;
            if !is_reason(&why) {
                return Err(CannotStart("--why: a reason of 1 to 500 characters.".to_owned()));
            }
            let round: Option<RoundId> = round
                .map(|round| round.parse().map_err(|_| CannotStart("--round: no round.".into())))
                .transpose()?;
            let place = open(place.into()).await?;
            let store = &place.store;
            if let Some(round) = &round
                && !store.rounds().await?.iter().any(|it| it.id == *round)
            {
                return Err(CannotStart(format!("--round: there is no round {round}.")));
            }
            let by = (&Who::Command, place.clock().await?.campaign(), why.as_str());
            let version =
                crate::backend::risk::configure(store, round.as_ref(), &configuration, by).await?;
            say(&format!("configuration {version} is in force"));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn parse(path: &Path) -> Result<Configuration, CannotStart> {
    let shown = path.display();
    let text = read(path, FILE_BYTES_MAX)?;
    let configuration: Configuration =
        toml::from_str(&text).map_err(|error| CannotStart(format!("{shown}: {error}")))?;
    configuration.check().map_err(|wrong| CannotStart(format!("{shown}: {wrong}.")))?;
    Ok(configuration)
}

fn instant(option: &str, text: Option<&str>) -> Result<Option<Timestamp>, CannotStart> {
    let parse = |text: &str| {
        let wrong = |error: domain::time::NotATimestamp| CannotStart(format!("{option}: {error}."));
        text.parse().map_err(wrong)
    };
    text.map(parse).transpose()
}
