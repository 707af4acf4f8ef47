//! Times as people say them. A closing instant at midnight belongs to the day that ends with it: 4 月 28 日 24:00.

use domain::time::{BeijingDay, SECOND_MS, Timestamp};

use super::Text;

/// The end of a day, as a clock that has just struck it.
const END_OF_DAY: &str = "24:00";

impl Text {
    /// When something begins. The year is left out where it is that of `near`.
    pub fn opening(self, at: Timestamp, near: Option<Timestamp>) -> String {
        let day = self.day(at, near);
        self.day_and_clock(&day, &clock(at))
    }

    /// When something ends: the first instant at which it no longer holds. The year is left out where it is that of
    /// `near`.
    pub fn closing(self, at: Timestamp, near: Option<Timestamp>) -> String {
        if at != at.beijing_day().start() {
            return self.opening(at, near);
        }
        let day = self.day(at.plus_millis(-SECOND_MS), near);
        self.day_and_clock(&day, END_OF_DAY)
    }

    /// When something was done, to the minute. The year is left out where it is that of `near`.
    pub fn done_at(self, at: Timestamp, near: Option<Timestamp>) -> String {
        self.opening(at.plus_millis(-(at.millis() % (60 * SECOND_MS))), near)
    }

    /// By when something has happened: to the minute, and never before it. The year is left out where it is that of
    /// `near`.
    pub fn done_by(self, at: Timestamp, near: Option<Timestamp>) -> String {
        const MINUTE_MS: i64 = 60 * SECOND_MS;
        let over = at.millis().rem_euclid(MINUTE_MS);
        self.closing(at.plus_millis((MINUTE_MS - over) % MINUTE_MS), near)
    }

    /// A calendar day. The year is left out where it is that of `near`.
    pub fn calendar_day(self, day: BeijingDay, near: Option<Timestamp>) -> String {
        self.day(day.start(), near)
    }

    /// A stretch of time in its two largest units: 5 天 14 小時.
    pub fn span(self, ms: i64) -> String {
        let minutes = ms.max(0) / (60 * SECOND_MS);
        let (days, hours, minutes) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
        match (days, hours, minutes) {
            (0, 0, 0) => say!(self, "不到 1 分鐘" | "不到 1 分钟" | "less than a minute"),
            (0, 0, _) => say!(self, "{minutes} 分鐘" | "{minutes} 分钟" | "{minutes} min"),
            (0, _, 0) => say!(self, "{hours} 小時" | "{hours} 小时" | "{hours} h"),
            (0, _, _) => {
                say!(
                    self,
                    "{hours} 小時 {minutes} 分"
                        | "{hours} 小时 {minutes} 分"
                        | "{hours} h {minutes} min"
                )
            }
            (1, 0, _) => say!(self, "1 天" | "1 天" | "1 day"),
            (_, 0, _) => say!(self, "{days} 天" | "{days} 天" | "{days} days"),
            (1, _, _) => say!(self, "1 天 {hours} 小時" | "1 天 {hours} 小时" | "1 day {hours} h"),
            (_, _, _) => say!(
                self,
                "{days} 天 {hours} 小時" | "{days} 天 {hours} 小时" | "{days} days {hours} h"
            ),
        }
    }

    fn day(self, at: Timestamp, near: Option<Timestamp>) -> String {
        let date = at.beijing().date();
        let (year, month, day) = (date.year(), date.month(), date.day());
        let name = MONTHS.get(usize::from(month.unsigned_abs()) - 1).copied().unwrap_or_default();
        if near.is_some_and(|near| near.beijing().date().year() == year) {
            return say!(self, "{month} 月 {day} 日" | "{month} 月 {day} 日" | "{day} {name}");
        }
        say!(
            self,
            "{year} 年 {month} 月 {day} 日"
                | "{year} 年 {month} 月 {day} 日"
                | "{day} {name} {year}"
        )
    }

    fn day_and_clock(self, day: &str, clock: &str) -> String {
        say!(self, "{day} {clock}" | "{day} {clock}" | "{day}, {clock}")
    }
}

/// Hours and minutes, and seconds only where there are any.
fn clock(at: Timestamp) -> String {
    let time = at.beijing().time();
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use domain::language::Language;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn said(say: impl Fn(Text) -> String) -> [String; 3] {
        Language::ALL.map(|language| say(Text(language)))
    }

    #[test]
    fn a_round_that_closes_at_midnight_closes_at_the_end_of_the_day_before() {
        let (closes, now) = (at("2020-04-29T00:00:00+08:00"), at("2020-04-22T09:00:00+08:00"));
        let expected = ["4 月 28 日 24:00", "4 月 28 日 24:00", "28 April, 24:00"];
        assert_eq!(said(|text| text.closing(closes, Some(now))), expected);
    }

    #[test]
    fn a_deadline_is_said_to_the_minute_and_never_too_early() {
        let now = Some(at("2020-04-22T10:00:01+08:00"));
        let said = |by: &str| Text(Language::Hant).done_by(at(by), now);
        assert_eq!(said("2020-04-23T10:00:01+08:00"), "4 月 23 日 10:01");
        assert_eq!(said("2020-04-23T10:00:00+08:00"), "4 月 23 日 10:00");
        assert_eq!(said("2020-04-28T23:59:30+08:00"), "4 月 28 日 24:00");
    }

    #[test]
    fn an_opening_at_midnight_belongs_to_the_day_that_begins() {
        let opens = at("2020-05-01T00:00:00+08:00");
        let expected = ["5 月 1 日 00:00", "5 月 1 日 00:00", "1 May, 00:00"];
        assert_eq!(said(|text| text.opening(opens, Some(opens))), expected);
    }

    #[test]
    fn a_closing_inside_a_day_is_said_as_it_is() {
        let closes = at("2020-04-28T18:30:00+08:00");
        assert_eq!(Text(Language::Hant).closing(closes, Some(closes)), "4 月 28 日 18:30");
    }

    #[test]
    fn the_year_is_said_when_it_is_another_one_or_none_is_known() {
        let (opens, other) = (at("2020-04-22T09:00:00+08:00"), at("2026-01-01T00:00:00+08:00"));
        let expected =
            ["2020 年 4 月 22 日 09:00", "2020 年 4 月 22 日 09:00", "22 April 2020, 09:00"];
        assert_eq!(said(|text| text.opening(opens, None)), expected);
        assert_eq!(said(|text| text.opening(opens, Some(other))), expected);
    }

    #[test]
    fn the_last_midnight_of_a_year_belongs_to_that_year() {
        let closes = at("2021-01-01T00:00:00+08:00");
        let text = Text(Language::Hant);
        assert_eq!(
            text.closing(closes, Some(at("2020-12-30T09:00:00+08:00"))),
            "12 月 31 日 24:00"
        );
        assert_eq!(text.closing(closes, Some(closes)), "2020 年 12 月 31 日 24:00");
    }

    #[test]
    fn seconds_are_said_only_where_there_are_any() {
        let opens = at("2020-04-22T09:00:07.250+08:00");
        assert_eq!(Text(Language::Hant).opening(opens, Some(opens)), "4 月 22 日 09:00:07");
    }

    #[test]
    fn a_span_is_said_in_its_two_largest_units() {
        let span = |minutes: i64| Text(Language::Hant).span(minutes * 60 * SECOND_MS);
        assert_eq!(span(5 * 1_440 + 14 * 60 + 59), "5 天 14 小時");
        assert_eq!(span(1_440), "1 天");
        assert_eq!(span(3 * 60), "3 小時");
        assert_eq!(span(3 * 60 + 20), "3 小時 20 分");
        assert_eq!(span(12), "12 分鐘");
        assert_eq!(span(0), "不到 1 分鐘");
        assert_eq!(span(-5), "不到 1 分鐘");
        assert_eq!(Text(Language::English).span(2 * 1_440 * 60 * SECOND_MS), "2 days");
    }
}
