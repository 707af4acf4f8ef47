//! What Alipay tells by itself (a notify): a form that is signed without `sign` and `sign_type`.

use domain::time::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::Alipay;
use super::gateway::Gateway;
use crate::entrance::fault::Fault;
use crate::entrance::json;
use crate::entrance::returned::Returned;
use crate::entrance::rsa2::joined;
use crate::key::sha256;

/// How old a notify may be, and how far ahead its clock.
const AGE_MS_MAX: i64 = 900_000;
/// For how long Alipay repeats one that it has no answer to, each time signed anew: 25 hours.
const REPEATED_MS: i64 = 90_000_000;
/// By how much the clocks of our servers may differ.
const CLOCKS_MS: i64 = 60_000;
/// The one that says that somebody took back what they allowed.
const CANCELLED: &str = "alipay.open.auth.userauth.cancelled";

/// A notify that Alipay has sent. It has no `Debug`: an account is in it.
pub struct Notify {
    /// What is remembered of it, so that it counts once.
    pub hash: [u8; 32],
    /// Until when it is remembered, by the system clock: the last repeat is refused for its age by then.
    pub repeated_until: Timestamp,
    /// Whose account is to be signed out.
    pub signed_out: Option<String>,
}

impl Gateway {
    /// Checks a notify: a form in which nothing is named twice, signed with RSA2 by Alipay, for this app, just now.
    ///
    /// # Errors
    /// A [`Fault`] of the notify.
    pub fn check_notify(&self, form: &str, now: Timestamp) -> Result<Vec<(String, String)>, Fault> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(form).map_err(|_| Fault::NotifyMalformed)?;
        Returned::read(form).map_err(|_| Fault::NotifyMalformed)?;
        let value =
            |name: &str| pairs.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
        if value("sign_type") != Some("RSA2") {
            return Err(Fault::NotifyAlgorithm);
        }
        let signed = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let signed = joined(signed.filter(|(name, _)| !matches!(*name, "sign" | "sign_type")));
        if !self.alipay_key.verifies(&signed, value("sign").unwrap_or_default()) {
            return Err(Fault::NotifySignature);
        }
        if value("app_id") != Some(&self.app_id) {
            return Err(Fault::NotifyApp);
        }
        let at = value("notify_time").or_else(|| value("utc_timestamp")).and_then(instant);
        let is_recent = |at: Timestamp| now.millis_since(at).abs() <= AGE_MS_MAX;
        if !at.is_some_and(is_recent) {
            return Err(Fault::NotifyTime);
        }
        Ok(pairs)
    }
}

impl Alipay {
    /// Reads a notify.
    ///
    /// # Errors
    /// A [`Fault`] of the notify.
    pub fn notify(&self, form: &str, now: Timestamp) -> Result<Notify, Fault> {
        let pairs = self.gateway.check_notify(form, now)?;
        let value =
            |name: &str| pairs.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
        let id = value("notify_id").filter(|id| !id.is_empty()).ok_or(Fault::NotifyMalformed)?;
        let method = value("msg_method").or_else(|| value("notify_type")).unwrap_or_default();
        // A message stands in `biz_content`, a plain notify in the form itself.
        let content = value("biz_content").and_then(|text| json::object(text.as_bytes()).ok());
        let said = |name: &str| {
            let inside = content.as_ref().and_then(|content| content.get(name)?.as_str());
            inside.or_else(|| value(name))
        };
        let account = said("open_id").or_else(|| said("user_id"));
        let signed_out = account.filter(|_| method == CANCELLED);
        Ok(Notify {
            hash: sha256(format!("{}\n{id}", self.gateway.app_id).as_bytes()),
            // The first of them may be dated as far ahead as any may, and so may the last.
            repeated_until: now.plus_millis(REPEATED_MS + 2 * AGE_MS_MAX + CLOCKS_MS),
            signed_out: signed_out.map(|account| format!("{}/{account}", self.gateway.app_id)),
        })
    }
}

/// An instant: Beijing time as Alipay writes it, or milliseconds since 1970.
fn instant(text: &str) -> Option<Timestamp> {
    if let Ok(ms) = text.parse() {
        return Some(Timestamp::from_millis(ms));
    }
    let civil = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    let beijing = TimeZone::fixed(jiff::tz::offset(8));
    Some(Timestamp::from_millis(civil.to_zoned(beijing).ok()?.timestamp().as_millisecond()))
}
