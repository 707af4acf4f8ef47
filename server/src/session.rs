//! Sessions of our own: a random token in a cookie, its hash in the store. The system clock governs them.

mod device;
mod known;
mod remembered;

use std::sync::Arc;

use app::cookie::{FRAMED_SESSION, Jar, LANGUAGE, TICKET, VIEW};
use app::visitor::{Citizen, View, Visitor};
use domain::consent::Purpose;
use domain::language::Language;
use domain::time::Timestamp;
use http::header::ACCEPT_LANGUAGE;
use http::{HeaderMap, HeaderValue};
use store::consent::Wanted;

use crate::hall::Hall;
use crate::key::{hex, sha256, unhex};
use crate::lane::Undecided;
use crate::screen::origin::device as device_token;
pub use app::cookie::SESSION;
pub use device::device;
pub use known::Sessions;
pub use remembered::Session;

/// A session ends this long after it began, whatever happens.
pub const ABSOLUTE_MS: i64 = 12 * 3_600_000;
/// A session ends this long after it was last used.
pub const IDLE_MS: i64 = 2 * 3_600_000;
/// A session's last use is written down at most this often.
const TOUCH_EVERY_MS: i64 = 300_000;

/// How long a request whose session could not be ended asks to wait, in milliseconds.
const RETRY_MS: u32 = 2_000;

/// The header with which a machine brings its ticket.
const TICKET_HEADER: &str = "waiting-ticket";

/// What a claim cannot do without, in the versions that are shown now.
pub fn required_consents() -> [Wanted<'static>; 2] {
    Purpose::REQUIRED.map(|purpose| (purpose.code(), purpose.version()))
}

/// A session's token, before it is hashed: 256 random bits. It has no `Debug`, so that it cannot slip into a log.
pub struct Token([u8; 32]);

impl Token {
    /// A new token.
    pub fn draw(hall: &Hall) -> Self {
        Self(hall.chance.bytes())
    }

    /// What is stored.
    pub fn hash(&self) -> [u8; 32] {
        sha256(&self.0)
    }

    /// The cookie that carries it.
    pub fn cookie(&self, tls: bool) -> HeaderValue {
        SESSION.keep(&hex(&self.0), ABSOLUTE_MS / 1_000, tls)
    }
}

/// The hash of the first token that a request carries, whether its session lives or not.
pub fn token_hash(headers: &HeaderMap, tls: bool) -> Option<[u8; 32]> {
    token_hashes(&Jar::of(headers, tls), tls).next()
}

/// The hashes of the tokens that a request carries. In a frame the cookie has another name; one on a site of ours is
/// sent both.
fn token_hashes(cookies: &Jar<'_>, tls: bool) -> impl Iterator<Item = [u8; 32]> {
    let names = [Some(SESSION), tls.then_some(FRAMED_SESSION)];
    let tokens = names.into_iter().flatten().filter_map(|cookie| cookies.get(cookie));
    tokens.filter_map(unhex).map(|token| sha256(&token))
}

/// The sessions that a request carries and that have not expired. A token that opens nothing is none of them, so that
/// whoever invents some makes nobody write.
///
/// # Errors
/// [`Undecided`] when the database does not answer or too many wait for it.
pub async fn carried(hall: &Hall, headers: &HeaderMap) -> Result<Vec<[u8; 32]>, Undecided> {
    let now = hall.clock.system();
    let mut sessions = Vec::new();
    for hash in token_hashes(&Jar::of(headers, hall.tls), hall.tls) {
        if hall.sessions.find(hash, now).await?.is_some() {
            sessions.push(hash);
        }
    }
    Ok(sessions)
}

/// Who makes a request, and how they want to see the pages.
///
/// # Errors
/// [`Undecided`] when the database does not answer or too many wait for it.
pub async fn visitor(hall: &Hall, headers: &HeaderMap) -> Result<Visitor, Undecided> {
    visitor_at(hall, headers, hall.clock.system()).await
}

/// The same for whoever asks at that time, by the system clock.
///
/// # Errors
/// [`Undecided`] when the database does not answer or too many wait for it.
pub async fn visitor_at(
    hall: &Hall,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Visitor, Undecided> {
    let cookies = Jar::of(headers, hall.tls);
    let mut citizen = None;
    // The first that lives: one that has ended at the top level must not hide the one of the frame.
    for hash in token_hashes(&cookies, hall.tls) {
        citizen = self::citizen(hall, hash, now).await?;
        if citizen.is_some() {
            break;
        }
    }
    let ticket = citizen.is_some().then(|| ticket(headers, &cookies)).flatten();
    Ok(Visitor { citizen, ticket, device: device_token(&cookies), ..seen(headers, &cookies) })
}

/// How somebody wants to see the pages of whom nothing else is known yet: asks no database.
pub fn stranger(headers: &HeaderMap, tls: bool) -> Visitor {
    seen(headers, &Jar::of(headers, tls))
}

fn seen(headers: &HeaderMap, cookies: &Jar<'_>) -> Visitor {
    let view = cookies.get(VIEW).and_then(View::from_code).unwrap_or_default();
    Visitor { language: language(headers, cookies), view, ..Visitor::default() }
}

/// The place in the line that a request brings: a machine's header, or the cookie of pages.
fn ticket(headers: &HeaderMap, cookies: &Jar<'_>) -> Option<String> {
    let named = headers.get(TICKET_HEADER).and_then(|value| value.to_str().ok());
    named.or_else(|| cookies.get(TICKET)).map(str::to_owned)
}

async fn citizen(
    hall: &Hall,
    session: [u8; 32],
    now: Timestamp,
) -> Result<Option<Arc<Citizen>>, Undecided> {
    let Some(found) = hall.sessions.find(session, now).await? else { return Ok(None) };
    if now.millis_since(found.seen_at) > IDLE_MS {
        Box::pin(end(hall, &[session])).await.map_err(|error| {
            tracing::error!(error = ?error, "a session could not be ended");
            Undecided { retry_after_ms: RETRY_MS }
        })?;
        return Ok(None);
    }
    if now.millis_since(found.seen_at) > TOUCH_EVERY_MS {
        hall.sessions.note_use(session, now);
    }
    Ok(Some(found.citizen))
}

/// Ends sessions, all of them or none: here at once, on other servers within the time of a refresh.
///
/// # Errors
/// When the database does not answer.
pub async fn end(hall: &Hall, sessions: &[[u8; 32]]) -> Result<(), store::Error> {
    hall.citizens_store.end_sessions(sessions).await?;
    for session in sessions {
        hall.sessions.forget(session);
    }
    Ok(())
}

/// The chosen language, else simplified Chinese where the browser asks for it, else traditional Chinese. English is by
/// choice only.
fn language(headers: &HeaderMap, cookies: &Jar<'_>) -> Language {
    if let Some(chosen) = cookies.get(LANGUAGE).and_then(Language::from_tag) {
        return chosen;
    }
    let accepted =
        headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut chinese = accepted.split(',').filter_map(|part| {
        let tag = part.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let traditional =
            ["zh-hant", "zh-tw", "zh-hk", "zh-mo"].iter().any(|form| tag.starts_with(form));
        match tag.as_str() {
            _ if traditional => Some(Language::Hant),
            "zh" => Some(Language::Hans),
            _ if tag.starts_with("zh-") => Some(Language::Hans),
            _ => None,
        }
    });
    chinese.next().unwrap_or_default()
}
