//! Starting a server: database, keys, clocks, campaign.

use std::sync::Arc;

use domain::audit::Who;
use domain::time::Timestamp;
use store::Store;
use store::campaign::{ImportPlan, Imported};
use tokio::sync::watch;

use crate::campaign_file::CampaignFile;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::demo;
use crate::hall::{Furnishing, Hall};
use crate::key::{Keys, MasterKey};
use crate::setting::{CampaignClock, Settings};

/// Why a server does not start: one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CannotStart(pub String);

impl From<store::Error> for CannotStart {
    fn from(error: store::Error) -> Self {
        Self(format!("The database: {error}."))
    }
}

const NO_KEYS: &str = "JINQUAN_MASTER_KEYS is needed: only a demonstration keeps a key of its own.";

/// Opens the database, brings it up to date and furnishes a hall.
///
/// # Errors
/// [`CannotStart`] with one sentence.
pub async fn furnish(
    settings: &Settings,
    stopping: watch::Receiver<bool>,
) -> Result<Arc<Hall>, CannotStart> {
    refuse_without_entrance(settings)?;
    let store = Arc::new(Store::open(&settings.database).await?);
    store.migrate().await?;
    let chance = Chance::default();
    let clock = clock(settings, &store).await?;
    if settings.demo {
        prepare_demo(settings, &store, &clock).await?;
    } else if store.demo_key().await?.is_some() {
        let sentence = "This database is a demonstration's, whose passwords everybody knows: give --demo, or another \
                        --database.";
        return Err(CannotStart(sentence.to_owned()));
    }
    refuse_an_early_now(settings, &store, &clock).await?;
    let secret =
        if settings.demo { Some(store.begin_demonstration(&chance.bytes()).await?) } else { None };
    let keys = keys(settings, &store).await?;
    check_keys(&store, &keys).await?;
    if let Some(secret) = &secret {
        demo::staff::prepare(&store, &keys, &chance, &clock).await?;
        register_samples(&store, secret, &chance, &clock).await?;
    }
    let entrances = settings.entrances.clone();
    let (warming, told) = (entrances.clone(), clock.clone());
    tokio::spawn(async move { warming.warm(&told).await });
    let furnishing = Furnishing {
        store,
        clock,
        keys,
        demo: secret.map(demo::entrance),
        entrances,
        verification_files: settings.verification_files.clone(),
        tls: settings.tls,
        retention_days: settings.retention_days,
        ancestors: settings.ancestors.clone(),
        lane_queue: settings.lane_queue,
        live_streams: settings.live_streams,
        limits: settings.limits,
        stopping,
    };
    Ok(Box::pin(Hall::open(furnishing)).await?)
}

/// Without a demonstration there is somebody who vouches for people, and a key of one's own.
fn refuse_without_entrance(settings: &Settings) -> Result<(), CannotStart> {
    if settings.demo {
        return Ok(());
    }
    let sentence = if settings.entrances.is_empty() {
        "No real entrance is configured: name one under entrances in the file of --config, or give --demo for a \
         demonstration."
    } else if settings.master_keys.is_empty() {
        NO_KEYS
    } else {
        return Ok(());
    };
    Err(CannotStart(sentence.to_owned()))
}

/// The keys of this installation: those that were set, else the demonstration's own. Nothing is written: only a server
/// that is told so makes a database a demonstration's.
///
/// # Errors
/// Where none were set and the database is no demonstration's; when it does not answer.
pub async fn keys(settings: &Settings, store: &Store) -> Result<Keys, CannotStart> {
    let masters = if settings.master_keys.is_empty() {
        let own = store.demo_key().await?;
        own.map(|secret| MasterKey { version: 1, secret }).into_iter().collect()
    } else {
        settings.master_keys.clone()
    };
    Keys::derive(&masters).ok_or_else(|| CannotStart(NO_KEYS.to_owned()))
}

/// Stops a start that would lose somebody: with a key missing by which alone persons are found, each of them would be
/// somebody new, and could claim again (R1).
///
/// # Errors
/// [`CannotStart`] names the missing version.
pub async fn check_keys(store: &Store, keys: &Keys) -> Result<(), CannotStart> {
    let kept: Vec<i64> = keys.versions().map(i64::from).collect();
    for version in store.identity_key_versions().await? {
        if kept.contains(&version) {
            continue;
        }
        let alone = store.identity_key_use(version, &kept).await?.alone;
        if alone > 0 {
            return Err(CannotStart(format!(
                "JINQUAN_MASTER_KEYS lacks version {version}, by which alone {alone} persons are found: add it, or \
                 see `jinquan keys`."
            )));
        }
    }
    Ok(())
}

/// The campaign clock as it was asked for; on PostgreSQL corrected by the offset to the database's clock, so that
/// several servers open a round at the same instant.
///
/// # Errors
/// When the database does not answer.
pub async fn clock(settings: &Settings, store: &Store) -> Result<Clock, CannotStart> {
    let clock = Clock::machine(0);
    clock.follow(store).await?;
    clock.set_campaign_offset(match settings.campaign_clock {
        CampaignClock::Real => 0,
        CampaignClock::Ahead(ms) => ms,
        CampaignClock::StartsAt(now) => now.millis_since(clock.real()),
    });
    Ok(clock)
}

/// Imports the shipped campaign into an empty database, and once shifts its rounds to now.
async fn prepare_demo(
    settings: &Settings,
    store: &Store,
    clock: &Clock,
) -> Result<(), CannotStart> {
    if store.demo_key().await?.is_none() && store.newest_record().await?.is_some() {
        let sentence = "This database has records and is no demonstration's: --demo would open it to everybody. Use \
                        another --database.";
        return Err(CannotStart(sentence.to_owned()));
    }
    if store.campaign().await?.is_none() {
        let file = CampaignFile::parse(demo::CAMPAIGN)
            .map_err(|findings| CannotStart(findings.to_string()))?;
        import(store, &file, clock.campaign(), Who::Product).await?;
        crate::backend::history::import(
            store,
            demo::HISTORY,
            false,
            (Who::Product, clock.campaign()),
        )
        .await?;
    }
    let stored = store.campaign().await?;
    let shifted = stored.is_some_and(|stored| stored.shift_ms.is_some());
    match settings.campaign_clock {
        CampaignClock::Real if !shifted => {
            if store.newest_record().await?.is_some() {
                let sentence = "This database was used with --now or --clock-offset: give one of them again, use \
                                another --database, or run jinquan demo reset.";
                return Err(CannotStart(sentence.to_owned()));
            }
            let rounds = store.rounds().await?;
            if let Some((shift_ms, windows)) = demo::shifted(&rounds, clock.campaign()) {
                store.shift_rounds(shift_ms, &windows, clock.campaign()).await?;
            }
        }
        CampaignClock::StartsAt(_) | CampaignClock::Ahead(_) if shifted => {
            let sentence = "--now and --clock-offset do not fit this database: its rounds were shifted to the real \
                            time when it was first started. Use another --database, or run jinquan demo reset.";
            return Err(CannotStart(sentence.to_owned()));
        }
        _ => {}
    }
    Ok(())
}

/// Registers the sample merchants of whichever campaign is there, with their cashiers. Their keys follow from the
/// secret.
async fn register_samples(
    store: &Store,
    secret: &[u8; 32],
    chance: &Chance,
    clock: &Clock,
) -> Result<(), CannotStart> {
    if let Some(stored) = store.campaign().await? {
        demo::merchant::register(store, &stored.campaign, secret, clock.campaign()).await?;
        demo::merchant::employ(store, &stored.campaign, chance, clock).await?;
    }
    Ok(())
}

/// Imports a campaign file into an empty database, on behalf of `who`.
///
/// # Errors
/// When the database does not answer.
pub async fn import(
    store: &Store,
    file: &CampaignFile,
    at: Timestamp,
    who: Who,
) -> Result<Imported, store::Error> {
    let plan = ImportPlan {
        campaign: &file.campaign,
        checksum: &file.checksum,
        rounds: &file.rounds,
        transfers: file.opening_transfers(at),
        imported_at: at,
        who,
    };
    store.import(&plan).await
}

/// The campaign clock must not run behind what was done already.
async fn refuse_an_early_now(
    settings: &Settings,
    store: &Store,
    clock: &Clock,
) -> Result<(), CannotStart> {
    if settings.campaign_clock == CampaignClock::Real {
        return Ok(());
    }
    match store.newest_record().await? {
        Some(newest) if clock.campaign() < newest => Err(CannotStart(format!(
            "--now or --clock-offset puts the campaign clock before the newest record ({newest}): choose a later one."
        ))),
        _ => Ok(()),
    }
}
