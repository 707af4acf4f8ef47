//! Instants, windows and the city's calendar. The campaign runs in Beijing time, which has had no daylight saving
//! since 1991, so a fixed offset of eight hours is the zone.

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// Asia/Shanghai, for every date of a campaign.
const BEIJING: Offset = Offset::constant(8);

/// Milliseconds of one second, as the countdown and the code step count them.
pub const SECOND_MS: i64 = 1_000;
/// Milliseconds of one day; the zone has no days of another length.
pub const DAY_MS: i64 = 86_400 * SECOND_MS;

/// An instant, in milliseconds since 1970-01-01T00:00:00Z, between the years 1970 and 9000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl<'de> Deserialize<'de> for Timestamp {
    /// One outside the range is moved to its nearer end, as everywhere.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Self::from_millis)
    }
}

impl Timestamp {
    /// The last instant that is taken: in the year 9000, well inside what the calendar can name.
    const LAST_MS: i64 = 221_845_392_000_000;
    /// The same, as an instant.
    pub const LAST: Self = Self(Self::LAST_MS);

    /// The instant at `ms`; one outside the range is moved to its nearer end.
    pub const fn from_millis(ms: i64) -> Self {
        if ms < 0 {
            Self(0)
        } else if ms > Self::LAST_MS {
            Self(Self::LAST_MS)
        } else {
            Self(ms)
        }
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The instant `ms` later (earlier when negative), kept in range.
    #[must_use]
    pub const fn plus_millis(self, ms: i64) -> Self {
        Self::from_millis(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant; negative when it is later.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// What a Beijing wall clock and calendar show.
    pub fn beijing(self) -> DateTime {
        let instant =
            jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        BEIJING.to_datetime(instant)
    }

    /// The Beijing calendar day that contains the instant.
    pub fn beijing_day(self) -> BeijingDay {
        BeijingDay((self.0 + 8 * 3_600 * SECOND_MS).div_euclid(DAY_MS))
    }
}

/// RFC 3339 in Beijing time, with milliseconds only where there are any: `2020-04-22T09:00:00+08:00`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.beijing();
        let (date, time) = (civil.date(), civil.time());
        // In one piece: every claim's answer tells an instant, and the formatter takes its time for each number.
        let mut text = *b"0000-00-00T00:00:00.000";
        digits(&mut text[0..4], date.year().unsigned_abs());
        digits(&mut text[5..7], date.month().unsigned_abs().into());
        digits(&mut text[8..10], date.day().unsigned_abs().into());
        digits(&mut text[11..13], time.hour().unsigned_abs().into());
        digits(&mut text[14..16], time.minute().unsigned_abs().into());
        digits(&mut text[17..19], time.second().unsigned_abs().into());
        digits(&mut text[20..23], time.millisecond().unsigned_abs());
        let whole = if time.millisecond() == 0 { &text[..19] } else { &text[..] };
        f.write_str(std::str::from_utf8(whole).map_err(|_| fmt::Error)?)?;
        f.write_str("+08:00")
    }
}

/// Writes a number with leading zeros into its place.
fn digits(place: &mut [u8], mut number: u16) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

/// A text that is not an RFC 3339 instant with an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an instant such as 2020-04-22T09:00:00+08:00")]
pub struct NotATimestamp;

impl FromStr for Timestamp {
    type Err = NotATimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let instant: jiff::Timestamp = text.parse().map_err(|_| NotATimestamp)?;
        let ms = instant.as_millisecond();
        if (0..=Self::LAST_MS).contains(&ms) { Ok(Self(ms)) } else { Err(NotATimestamp) }
    }
}

/// A day of the Beijing calendar, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BeijingDay(i64);

impl BeijingDay {
    /// The day of a number that this product wrote itself.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The first instant of the day.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_millis(self.0 * DAY_MS - 8 * 3_600 * SECOND_MS)
    }

    /// The day `days` later.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days)
    }
}

/// As in a file's name: `2020-04-22`.
impl fmt::Display for BeijingDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.start().beijing().date();
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

/// A text that is not a day of the calendar such as 2020-04-22.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day such as 2020-04-22")]
pub struct NotADay;

impl FromStr for BeijingDay {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = format!("{text}T12:00:00+08:00").parse::<Timestamp>().map_err(|_| NotADay)?;
        let day = day.beijing_day();
        // One day, one spelling.
        if day.to_string() == text { Ok(day) } else { Err(NotADay) }
    }
}

/// A stretch of time from `opens_at` (inclusive) to `closes_at` (exclusive); R5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    opens_at: Timestamp,
    closes_at: Timestamp,
}

impl Window {
    /// The window, or `None` when it would be empty.
    pub fn new(opens_at: Timestamp, closes_at: Timestamp) -> Option<Self> {
        (opens_at < closes_at).then_some(Self { opens_at, closes_at })
    }

    /// The first instant inside.
    pub const fn opens_at(self) -> Timestamp {
        self.opens_at
    }

    /// The first instant after.
    pub const fn closes_at(self) -> Timestamp {
        self.closes_at
    }

    /// Where `now` is.
    pub fn place(self, now: Timestamp) -> Place {
        if now < self.opens_at {
            Place::Before
        } else if now < self.closes_at {
            Place::Inside
        } else {
            Place::After
        }
    }

    /// Whether the two share an instant; windows of a campaign's rounds must not (R7).
    pub fn overlaps(self, other: Self) -> bool {
        self.opens_at < other.closes_at && other.opens_at < self.closes_at
    }
}

/// An instant's place relative to a [`Window`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Earlier than the opening.
    Before,
    /// At the opening or later, earlier than the end.
    Inside,
    /// At the end or later.
    After,
}
