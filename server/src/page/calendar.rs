//! `/rounds/{id}.ics`: the opening as a calendar entry with an alarm, 「到點提醒我」.

use axum::response::{IntoResponse, Response};
use domain::campaign::Campaign;
use domain::language::Language;
use domain::round::Round;
use domain::time::Timestamp;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::Call;
use crate::named::Named;
use app::page::notice::Notice;
use app::text::Text;

/// How long the entry lasts, in milliseconds.
const LASTS_MS: i64 = 15 * 60_000;

/// The calendar entry of a round's opening.
pub(super) async fn show(call: Call, Named(file): Named) -> Response {
    let posted = call.hall.board.posted();
    let round = file
        .strip_suffix(".ics")
        .and_then(|id| id.parse().ok())
        .and_then(|id| call.hall.board.round(&id));
    let (Some(campaign), Some(round)) = (&posted.campaign, round) else {
        return call.notice(StatusCode::NOT_FOUND, Notice::NotFound);
    };
    let calendar = calendar(campaign, &round, call.hall.clock.campaign(), call.visitor.language);
    let disposition = format!("attachment; filename=\"{}-{}.ics\"", campaign.id, round.id);
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, disposition),
    ];
    (headers, calendar).into_response()
}

/// RFC 5545: lines end with CR LF and are at most 75 bytes long.
fn calendar(campaign: &Campaign, round: &Round, now: Timestamp, language: Language) -> String {
    let opens_at = round.window.opens_at();
    let summary = Text(language).reminder(campaign.slogan.get(language), round.name.get(language));
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//jinquan//rounds//ZH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}-{}@jinquan", campaign.id, round.id),
        format!("DTSTAMP:{}", utc(now)),
        format!("DTSTART:{}", utc(opens_at)),
        format!("DTEND:{}", utc(opens_at.plus_millis(LASTS_MS))),
        format!("SUMMARY:{}", escaped(&summary)),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        "TRIGGER:-PT5M".to_owned(),
        format!("DESCRIPTION:{}", escaped(&summary)),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| folded(line) + "\r\n").collect()
}

/// `20200422T010000Z`.
fn utc(at: Timestamp) -> String {
    // Beijing is eight hours ahead.
    let civil = at.plus_millis(-8 * 3_600_000).beijing();
    let (date, time) = (civil.date(), civil.time());
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// A line in pieces of at most 75 bytes, continued with a space, never inside a character.
fn folded(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 8);
    let mut room = 75;
    for character in line.chars() {
        if character.len_utf8() > room {
            folded.push_str("\r\n ");
            room = 74;
        }
        folded.push(character);
        room -= character.len_utf8();
    }
    folded
}
