//! How the text of one setting is read: a number, a switch, an address, keys.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::{CampaignClock, WrongSetting};
use crate::embed::Ancestors;
use crate::key::{MasterKey, unhex};

/// A number that may be written with or without quotation marks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Number {
    Written(String),
    Plain(i64),
}

/// A switch, as files and environments write it.
pub(super) fn switch<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
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

/// Frames need cookies that are sent through TLS alone.
pub(super) fn ancestors(text: &str, tls: bool) -> Result<Ancestors, WrongSetting> {
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

pub(super) fn address(setting: &str, text: &str) -> Result<SocketAddr, WrongSetting> {
    text.parse().map_err(|_| {
        WrongSetting(format!("{setting} {text}: not an address such as 127.0.0.1:3000."))
    })
}

pub(super) fn campaign_clock(
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
pub(super) fn master_keys(text: Option<&str>) -> Result<Vec<MasterKey>, WrongSetting> {
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
