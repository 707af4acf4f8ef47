//! Instants, the Beijing calendar, windows.

use domain::time::{BeijingDay, DAY_MS, Place, Timestamp, Window};
use proptest::prelude::*;

use crate::any::{LAST_MS, at, hostile, instants, windows};

proptest! {
    #[test]
    fn an_instant_survives_its_text(now in instants()) {
        let text = now.to_string();
        prop_assert!(text.ends_with("+08:00"));
        prop_assert_eq!(text.parse(), Ok(now));
    }

    #[test]
    fn every_offset_names_the_same_instant(now in instants(), hours in -12..=14_i32) {
        // The wall clock of another zone, written down with that zone's offset.
        let moved = i64::from(hours - 8) * 3_600_000;
        let wall = now.plus_millis(moved);
        prop_assume!(wall.millis_since(now) == moved);
        let text = wall.to_string();
        let text = format!("{}{hours:+03}:00", text.trim_end_matches("+08:00"));
        prop_assert_eq!(text.parse(), Ok(now));
        if hours == 0 {
            prop_assert_eq!(text.replace("+00:00", "Z").parse(), Ok(now));
        }
    }

    #[test]
    fn an_instant_outside_of_the_range_is_none(early in 1..1970_i16, late in 9001..=9999_i16) {
        for year in [early, late] {
            let text = format!("{year:04}-01-01T00:00:00Z");
            prop_assert!(text.parse::<Timestamp>().is_err(), "{}", text);
        }
    }

    #[test]
    fn an_instant_without_an_offset_is_none(now in instants()) {
        let text = now.to_string();
        prop_assert!(text.trim_end_matches("+08:00").parse::<Timestamp>().is_err());
    }

    #[test]
    fn hostile_texts_are_no_instants_and_no_panics(text in hostile()) {
        if let Ok(instant) = text.parse::<Timestamp>() {
            prop_assert!((0..=LAST_MS).contains(&instant.millis()));
        }
    }

    #[test]
    fn instants_stay_in_range(ms in any::<i64>(), more in any::<i64>()) {
        let instant = at(ms);
        prop_assert_eq!(instant.millis(), ms.clamp(0, LAST_MS));
        let later = instant.plus_millis(more);
        prop_assert_eq!(later.millis(), instant.millis().saturating_add(more).clamp(0, LAST_MS));
        prop_assert_eq!(instant.plus_millis(later.millis_since(instant)), later);
        // Whatever the range holds has a wall clock.
        prop_assert!((1970..=9000).contains(&later.beijing().date().year()));
    }

    #[test]
    fn a_beijing_day_begins_at_its_midnight(now in DAY_MS..LAST_MS - DAY_MS) {
        let now = at(now);
        let day = now.beijing_day();
        let (start, end) = (day.start(), day.plus_days(1).start());
        prop_assert!(start <= now && now < end);
        prop_assert_eq!(end.millis_since(start), DAY_MS);
        prop_assert!(start.to_string().ends_with("T00:00:00+08:00"));
        prop_assert_eq!(start.beijing_day(), day, "the first instant belongs to it");
        prop_assert_eq!(start.plus_millis(-1).beijing_day(), day.plus_days(-1), "the one before does not");
        prop_assert_eq!(now.beijing().date(), start.beijing().date());
    }

    #[test]
    fn beijing_days_are_counted(now in DAY_MS..LAST_MS / 2, days in 0..10_000_i64) {
        let day: BeijingDay = at(now).beijing_day();
        prop_assert_eq!(day.plus_days(days).start(), day.start().plus_millis(days * DAY_MS));
    }

    #[test]
    fn r5_a_window_takes_its_opening_and_not_its_end(window in windows(), ms in 0..3_000_000_i64) {
        let (opens, closes) = (window.opens_at(), window.closes_at());
        prop_assert_eq!(window.place(opens), Place::Inside);
        prop_assert_eq!(window.place(closes.plus_millis(-1)), Place::Inside);
        prop_assert_eq!(window.place(closes), Place::After);
        if opens.millis() > 0 {
            prop_assert_eq!(window.place(opens.plus_millis(-1)), Place::Before);
        }
        let wanted = match ms {
            ms if ms < opens.millis() => Place::Before,
            ms if ms >= closes.millis() => Place::After,
            _ => Place::Inside,
        };
        prop_assert_eq!(window.place(at(ms)), wanted);
    }

    #[test]
    fn r5_a_window_is_never_empty(opens in 0..100_i64, closes in 0..100_i64) {
        prop_assert_eq!(Window::new(at(opens), at(closes)).is_some(), opens < closes);
    }

    #[test]
    fn r7_windows_overlap_when_they_share_an_instant(
        (one, other) in (0..40_i64, 1..40_i64, 0..40_i64, 1..40_i64).prop_map(|(a, b, c, d)| {
            (crate::any::window(a, a + b), crate::any::window(c, c + d))
        }),
    ) {
        let shared = (0..100).any(|ms| {
            one.place(at(ms)) == Place::Inside && other.place(at(ms)) == Place::Inside
        });
        prop_assert_eq!(one.overlaps(other), shared);
        prop_assert_eq!(other.overlaps(one), shared);
    }
}
