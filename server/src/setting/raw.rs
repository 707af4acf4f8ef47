//! The settings by their names: what counts where nothing is said, and what they are checked for. A new setting begins
//! here.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::entrance::{self, RawEntrance, VerificationFile};
use super::value::{Number, address, ancestors, campaign_clock, master_keys, switch};
use super::{Settings, WrongSetting};
use crate::limit::LimitSettings;

/// The settings as they are merged, before they are checked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
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

impl Default for Raw {
    fn default() -> Self {
        let limits = LimitSettings::default();
        Self {
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
        }
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

    /// Each setting by itself, and those that belong together.
    pub(super) fn check(self, folder: &Path) -> Result<Settings, WrongSetting> {
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
