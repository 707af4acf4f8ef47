//! The calendar entry of a round's opening.

use http::StatusCode;

use crate::support::{App, On};

#[tokio::test(flavor = "multi_thread")]
async fn the_entry_is_at_the_opening_and_well_formed() {
    let app = App::open(On::Sqlite, "2020-04-21T12:00:00+08:00").await;
    let entry = app.get("/rounds/r1.ics", "").await;
    assert_eq!(entry.status, StatusCode::OK);
    assert_eq!(entry.headers["content-type"], "text/calendar; charset=utf-8");
    let text = entry.text();
    assert!(text.contains("\r\nDTSTART:20200422T010000Z\r\n"), "{text}");
    assert!(text.contains("\r\nTRIGGER:-PT5M\r\n"));
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.lines().all(|line| line.len() <= 75));
}
