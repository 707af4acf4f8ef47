//! The commands of the binary: which there are with which options, and what they share. A new one is a file in
//! `command/`, a variant of `Verb`, and a row in the README.

mod campaign;
mod demo;
mod doctor;
mod history;
mod keys;
mod ledger;
mod merchant;
mod pos;
mod risk;
mod serve;
mod settlement;
mod staff;

use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use domain::time::Timestamp;
use store::Store;
use store::campaign::StoredCampaign;

use crate::clock::Clock;
use crate::setting::{PlaceOptions, ServeOptions, Settings};
use crate::start::{self, CannotStart};

/// What is said of tables that another version made, or nobody.
const NOT_CURRENT: &str =
    "The tables of the database are not there, or not of this version: run jinquan migrate.";

/// Jinquan 晉券: a city's electronic consumption vouchers.
#[derive(Parser)]
#[command(name = "jinquan", version, about)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Serves people and machines.
    Serve(ServeOptions),
    /// Brings the database's tables up to date.
    Migrate(PlaceOptions),
    /// Looks at the database's settings and health.
    Doctor(PlaceOptions),
    /// The ledger.
    #[command(subcommand)]
    Ledger(LedgerVerb),
    /// What the bank pays the merchants.
    #[command(subcommand)]
    Settlement(settlement::SettlementVerb),
    /// The campaign.
    #[command(subcommand)]
    Campaign(CampaignVerb),
    /// The merchants.
    #[command(subcommand)]
    Merchant(MerchantVerb),
    /// The accounts of those who work here.
    #[command(subcommand)]
    Staff(staff::StaffVerb),
    /// The keys under which identity numbers are hashed.
    #[command(subcommand)]
    Keys(keys::KeysVerb),
    /// The city's past.
    #[command(subcommand)]
    History(history::HistoryVerb),
    /// Risk control.
    #[command(subcommand)]
    Risk(risk::RiskVerb),
    /// Machines at tills.
    #[command(subcommand)]
    Pos(PosVerb),
    /// The demonstration.
    #[command(subcommand)]
    Demo(DemoVerb),
}

#[derive(Subcommand)]
enum LedgerVerb {
    /// Rebuilds every balance and compares it with what is stored.
    Verify {
        /// Prints JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: PlaceOptions,
    },
}

#[derive(Subcommand)]
enum PosVerb {
    /// Runs the cases of docs/pos against a demonstration server and grades it.
    Selftest {
        /// Where the server is.
        #[arg(long, default_value = "http://127.0.0.1:3000")]
        server: String,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum CampaignVerb {
    /// Imports a campaign file into an empty database; the same file again changes nothing.
    Import {
        /// The file.
        file: std::path::PathBuf,
        #[command(flatten)]
        place: PlaceOptions,
    },
    /// Shows what is configured.
    Show {
        #[command(flatten)]
        place: PlaceOptions,
    },
}

#[derive(Subcommand)]
enum MerchantVerb {
    /// Imports the list of dishonest subjects; who is on it and takes part is suspended at once.
    ImportDishonest {
        /// The file: `credit_code,name,reason`, with these words in its first line.
        file: std::path::PathBuf,
        #[command(flatten)]
        place: PlaceOptions,
    },
}

#[derive(Subcommand)]
enum DemoVerb {
    /// Deletes everything, so that the next start begins anew.
    Reset {
        #[command(flatten)]
        place: PlaceOptions,
    },
}

/// Begins to log and runs what the command line asks for. A failure prints one sentence and ends with 1.
pub async fn run() -> ExitCode {
    let verb = Command::parse().verb;
    if let Err(wrong) = crate::log::begin() {
        complain(&wrong.to_string());
        return ExitCode::FAILURE;
    }
    let outcome = match verb {
        // In a box: it is the largest by far, and every other command would carry its size.
        Verb::Serve(options) => Box::pin(serve::serve(&options)).await,
        Verb::Migrate(place) => doctor::migrate(place).await,
        Verb::Doctor(place) => doctor::doctor(place).await,
        Verb::Ledger(LedgerVerb::Verify { json, place }) => ledger::verify(place, json).await,
        Verb::Pos(PosVerb::Selftest { server, json }) => pos::selftest(&server, json).await,
        Verb::Settlement(verb) => settlement::run(verb).await,
        Verb::Campaign(CampaignVerb::Import { file, place }) => {
            campaign::import(place, &file).await
        }
        Verb::Campaign(CampaignVerb::Show { place }) => campaign::show(place).await,
        Verb::Merchant(MerchantVerb::ImportDishonest { file, place }) => {
            merchant::import_dishonest(place, &file).await
        }
        Verb::Risk(verb) => risk::run(verb).await,
        Verb::Keys(verb) => keys::run(verb).await,
        Verb::History(verb) => history::run(verb).await,
        Verb::Staff(verb) => staff::run(verb).await,
        Verb::Demo(DemoVerb::Reset { place }) => demo::reset(place).await,
    };
    match outcome {
        Ok(code) => code,
        Err(sentence) => {
            complain(&sentence.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Says something to whoever runs the command.
fn say(line: &str) {
    put(&format!("{line}\n"));
}

/// Puts out a text as it is. Where it cannot be written, or nobody reads on, as behind `head`, the command ends here
/// and has not succeeded: what it says is its answer.
fn put(text: &str) {
    let Err(error) = std::io::stdout().write_all(text.as_bytes()) else { return };
    if error.kind() != ErrorKind::BrokenPipe {
        complain(&format!("The answer could not be written: {error}."));
    }
    std::process::exit(1);
}

/// Says why a command failed. There is nobody to tell that this cannot be written either.
fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// What a command works with: a database, and the settings that name it.
struct Place {
    settings: Settings,
    store: Store,
}

impl Place {
    /// The campaign clock as a server with these settings has it.
    async fn clock(&self) -> Result<Clock, CannotStart> {
        start::clock(&self.settings, &self.store).await
    }

    /// The campaign time by that clock, and not before the newest record: where a server's clock was moved ahead and
    /// nobody says how far, that record says at least where it is.
    async fn now(&self) -> Result<Timestamp, CannotStart> {
        let now = self.clock().await?.campaign();
        Ok(self.store.newest_record().await?.map_or(now, |newest| newest.max(now)))
    }
}

/// Opens a database that is there, with the tables of this version: who looks or changes something makes neither.
async fn open(place: PlaceOptions) -> Result<Place, CannotStart> {
    let place = find(place).await?;
    if place.store.is_current().await? {
        return Ok(place);
    }
    Err(CannotStart(NOT_CURRENT.to_owned()))
}

/// Opens a database that is there, whatever is in it.
async fn find(place: PlaceOptions) -> Result<Place, CannotStart> {
    let settings = gather(place)?;
    let store = Store::open_existing(&settings.database).await?;
    Ok(Place { settings, store })
}

/// Opens a database, made where there is none, and brings its tables up to date: for what fills an empty one.
async fn make(place: PlaceOptions) -> Result<Place, CannotStart> {
    let settings = gather(place)?;
    let store = Store::open(&settings.database).await?;
    store.migrate().await?;
    Ok(Place { settings, store })
}

fn gather(place: PlaceOptions) -> Result<Settings, CannotStart> {
    let options = ServeOptions { place, ..ServeOptions::default() };
    Settings::gather(&options).map_err(|wrong| CannotStart(wrong.to_string()))
}

/// The text of a file of at most so many bytes.
fn read(path: &Path, bytes_max: usize) -> Result<String, CannotStart> {
    let shown = path.display();
    let broken = |error: std::io::Error| CannotStart(format!("{shown}: {error}."));
    if std::fs::metadata(path).map_err(broken)?.len() > bytes_max as u64 {
        return Err(CannotStart(format!("{shown}: larger than {bytes_max} bytes.")));
    }
    std::fs::read_to_string(path).map_err(broken)
}

/// The campaign of the database.
async fn campaign(store: &Store) -> Result<StoredCampaign, CannotStart> {
    let none = "No campaign was imported: run jinquan campaign import FILE.";
    store.campaign().await?.ok_or_else(|| CannotStart(none.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::read;

    #[test]
    fn a_file_is_read_up_to_its_bound() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "晉券").unwrap();
        assert_eq!(read(file.path(), 6).unwrap(), "晉券");
        assert!(read(file.path(), 5).unwrap_err().0.ends_with(": larger than 5 bytes."));
        let none = read(&file.path().with_extension("none"), 6).unwrap_err();
        assert!(none.0.contains(".none: "), "{none}");
    }

    #[test]
    fn no_option_of_a_command_has_two_meanings() {
        super::Command::command().debug_assert();
    }
}
