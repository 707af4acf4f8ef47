//! Positions on the ground (WGS-84): where a merchant, a till or a person is, how far that is, and whether it is in the
//! city (R11, R23).

use serde::{Deserialize, Serialize};

use crate::typed::half_width;

/// Micro-degrees of one degree: positions are whole numbers, so that they can be compared and stored on any engine.
const MICRO: f64 = 1_000_000.0;
/// The mean radius of the earth, in metres.
const EARTH_M: f64 = 6_371_008.8;

/// A position, WGS-84, to a millionth of a degree: a tenth of a metre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "Degrees", try_from = "Degrees")]
pub struct Position {
    latitude: i32,
    longitude: i32,
}

/// A text or a pair of numbers that is not a position on the earth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a latitude from -90 to 90 and a longitude from -180 to 180")]
pub struct NotAPosition;

impl Position {
    /// The position of a latitude and a longitude in degrees.
    ///
    /// # Errors
    /// When one of them is not a number of degrees.
    pub fn from_degrees(latitude: f64, longitude: f64) -> Result<Self, NotAPosition> {
        let micro = |degrees: f64, most: f64| {
            let fits = degrees.is_finite() && degrees.abs() <= most;
            #[expect(clippy::cast_possible_truncation, reason = "at most 180 million")]
            fits.then(|| (degrees * MICRO).round() as i32).ok_or(NotAPosition)
        };
        Ok(Self { latitude: micro(latitude, 90.0)?, longitude: micro(longitude, 180.0)? })
    }

    /// The position of a latitude and a longitude in micro-degrees, as they are stored.
    ///
    /// # Errors
    /// When one of them is outside the earth.
    pub fn from_micro(latitude: i64, longitude: i64) -> Result<Self, NotAPosition> {
        let micro = |value: i64, most: i64| {
            i32::try_from(value)
                .ok()
                .filter(|_| value.abs() <= most * 1_000_000)
                .ok_or(NotAPosition)
        };
        Ok(Self { latitude: micro(latitude, 90)?, longitude: micro(longitude, 180)? })
    }

    /// The latitude, in micro-degrees.
    pub const fn latitude_micro(self) -> i64 {
        self.latitude as i64
    }

    /// The longitude, in micro-degrees.
    pub const fn longitude_micro(self) -> i64 {
        self.longitude as i64
    }

    /// The latitude, in degrees.
    pub fn latitude(self) -> f64 {
        f64::from(self.latitude) / MICRO
    }

    /// The longitude, in degrees.
    pub fn longitude(self) -> f64 {
        f64::from(self.longitude) / MICRO
    }

    /// The way through the air to another position, in metres (haversine).
    pub fn distance_m(self, other: Self) -> f64 {
        let (here, there) = (self.latitude().to_radians(), other.latitude().to_radians());
        let across = (other.longitude() - self.longitude()).to_radians();
        let half = |angle: f64| (angle / 2.0).sin().powi(2);
        let chord = half(there - here) + here.cos() * there.cos() * half(across);
        2.0 * EARTH_M * chord.clamp(0.0, 1.0).sqrt().asin()
    }
}

/// `35.490500,112.851200`: a latitude and a longitude, as an address of a page carries it.
impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        degrees(self.latitude, f)?;
        f.write_str(",")?;
        degrees(self.longitude, f)
    }
}

/// Degrees with six decimals. By whole numbers: the browser carries no code for printing floating ones.
fn degrees(micro: i32, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    let (sign, micro) = (if micro < 0 { "-" } else { "" }, micro.unsigned_abs());
    write!(f, "{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000)
}

impl std::str::FromStr for Position {
    type Err = NotAPosition;

    /// Full-width characters are taken as well.
    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let plain: String = text.chars().map(half_width).collect();
        let (latitude, longitude) = plain.split_once(',').ok_or(NotAPosition)?;
        let degrees = |part: &str| part.trim().parse().map_err(|_| NotAPosition);
        Self::from_degrees(degrees(latitude)?, degrees(longitude)?)
    }
}

/// A position as it stands in JSON: `{"lat": 35.4905, "lon": 112.8512}`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Degrees {
    lat: f64,
    lon: f64,
}

impl From<Position> for Degrees {
    fn from(position: Position) -> Self {
        Self { lat: position.latitude(), lon: position.longitude() }
    }
}

impl TryFrom<Degrees> for Position {
    type Error = NotAPosition;

    fn try_from(degrees: Degrees) -> Result<Self, NotAPosition> {
        Self::from_degrees(degrees.lat, degrees.lon)
    }
}

/// The outline of the city: a ring of at least three corners. It does not cross the date line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Polygon(Vec<Position>);

/// Fewer corners than a surface needs, or more than [`Polygon::CORNERS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an outline has 3 to 2000 corners")]
pub struct NotAPolygon;

impl Polygon {
    /// The most corners that an outline has.
    pub const CORNERS_MAX: usize = 2_000;

    /// The outline through these corners; the last is joined to the first.
    ///
    /// # Errors
    /// When there are too few or too many.
    pub fn new(corners: Vec<Position>) -> Result<Self, NotAPolygon> {
        if (3..=Self::CORNERS_MAX).contains(&corners.len()) {
            Ok(Self(corners))
        } else {
            Err(NotAPolygon)
        }
    }

    /// Whether a position is inside. One on the outline itself is: a shop at the border is in the city.
    pub fn contains(&self, position: Position) -> bool {
        let next = self.0.iter().cycle().skip(1);
        let mut inside = false;
        for (from, to) in self.0.iter().zip(next) {
            match side(*from, *to, position) {
                Side::On => return true,
                Side::Left => inside = !inside,
                Side::Elsewhere => {}
            }
        }
        inside
    }
}

impl<'de> Deserialize<'de> for Polygon {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Vec::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Where an edge is, seen from a position that looks along its parallel to the east.
enum Side {
    /// The position is on the edge.
    On,
    /// The line of sight meets the edge.
    Left,
    /// It does not.
    Elsewhere,
}

fn side(from: Position, to: Position, at: Position) -> Side {
    let (fx, fy) = (from.longitude_micro(), from.latitude_micro());
    let (tx, ty) = (to.longitude_micro(), to.latitude_micro());
    let (x, y) = (at.longitude_micro(), at.latitude_micro());
    // Twice the area of the triangle, exact: at most 10¹⁷.
    let area = (tx - fx) * (y - fy) - (ty - fy) * (x - fx);
    let beside = (x < fx.min(tx) || x > fx.max(tx)) || (y < fy.min(ty) || y > fy.max(ty));
    if area == 0 && !beside {
        return Side::On;
    }
    // An end counts for the edge above it alone, so that a corner is met once.
    let crosses = (fy > y) != (ty > y);
    if crosses && ((area > 0) == (ty > fy)) { Side::Left } else { Side::Elsewhere }
}
