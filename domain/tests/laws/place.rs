//! R11, R23: positions, distances and the outline of the city.

use domain::place::{Polygon, Position};
use proptest::prelude::*;

fn position(latitude: f64, longitude: f64) -> Position {
    Position::from_degrees(latitude, longitude).expect("a position")
}

/// A square of a degree, its corners given from the south-west on.
fn square() -> Polygon {
    let corners = [(35.0, 112.0), (35.0, 113.0), (36.0, 113.0), (36.0, 112.0)];
    Polygon::new(corners.map(|(lat, lon)| position(lat, lon)).to_vec()).expect("an outline")
}

#[test]
fn r11_the_outline_belongs_to_the_city() {
    let square = square();
    for (lat, lon, inside) in [
        (35.5, 112.5, true),
        (35.0, 112.0, true),
        (36.0, 113.0, true),
        (35.0, 112.5, true),
        (35.5, 113.0, true),
        (35.5, 113.000_001, false),
        (34.999_999, 112.5, false),
        // On the line through an edge, beyond its end; level with a corner.
        (35.0, 113.5, false),
        (36.0, 111.5, false),
        (35.0, 111.5, false),
        (-35.5, 112.5, false),
    ] {
        assert_eq!(square.contains(position(lat, lon)), inside, "{lat}, {lon}");
    }
}

#[test]
fn r11_a_bay_is_outside() {
    let corners =
        [(0.0, 0.0), (0.0, 4.0), (4.0, 4.0), (4.0, 3.0), (1.0, 2.0), (4.0, 1.0), (4.0, 0.0)];
    let bay =
        Polygon::new(corners.map(|(lat, lon)| position(lat, lon)).to_vec()).expect("an outline");
    assert!(bay.contains(position(0.5, 2.0)));
    assert!(!bay.contains(position(3.0, 2.0)));
    assert!(bay.contains(position(4.0, 0.5)));
    assert!(!bay.contains(position(4.0, 2.0)));
    assert!(bay.contains(position(1.0, 2.0)));
}

#[test]
fn r23_distances_are_those_of_the_map() {
    // The city's two squares most people know, about 19 km apart as the crow flies; and half the way around the earth.
    let (city, north) = (position(35.4908, 112.8513), position(35.6612, 112.8513));
    let metres = city.distance_m(north);
    assert!((18_900.0..19_000.0).contains(&metres), "{metres}");
    let half = position(0.0, 0.0).distance_m(position(0.0, 180.0));
    assert!((20_015_000.0..20_016_000.0).contains(&half), "{half}");
    assert!(city.distance_m(city) < f64::EPSILON);
}

#[test]
fn an_outline_has_three_corners() {
    assert!(Polygon::new(vec![position(0.0, 0.0); 2]).is_err());
    assert!(Polygon::new(vec![position(0.0, 0.0); Polygon::CORNERS_MAX + 1]).is_err());
    assert!(serde_json::from_str::<Polygon>("[]").is_err());
}

#[test]
fn what_is_no_position_is_refused() {
    for (lat, lon) in
        [(90.1, 0.0), (-90.1, 0.0), (0.0, 180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)]
    {
        assert!(Position::from_degrees(lat, lon).is_err(), "{lat}, {lon}");
    }
    for text in ["", "35", "35,", "a,b", "35,112,1", "NaN,1", "91,0", "35;112"] {
        assert!(text.parse::<Position>().is_err(), "{text}");
    }
    for text in
        ["35.4905,112.8512", "35.4905，112.8512", "３５．４９０５，\u{3000}１１２．８５１２"]
    {
        assert_eq!(text.parse(), Ok(position(35.4905, 112.8512)), "{text}");
    }
    assert!(Position::from_micro(90_000_001, 0).is_err());
    assert!(Position::from_micro(i64::MIN, i64::MAX).is_err());
    assert!(serde_json::from_str::<Position>(r#"{"lat":35}"#).is_err());
}

proptest! {
    #[test]
    fn r11_the_order_and_the_start_of_the_corners_do_not_matter(
        lat in 34.9..36.1_f64, lon in 111.9..113.1_f64, turn in 0..4_usize, back in any::<bool>(),
    ) {
        let corners = [(35.0, 112.0), (35.0, 113.0), (36.0, 113.0), (36.0, 112.0)];
        let mut corners = corners.map(|(lat, lon)| position(lat, lon)).to_vec();
        corners.rotate_left(turn);
        if back {
            corners.reverse();
        }
        let at = position(lat, lon);
        let expected = (35.0..=36.0).contains(&at.latitude()) && (112.0..=113.0).contains(&at.longitude());
        prop_assert_eq!(Polygon::new(corners).expect("an outline").contains(at), expected);
    }

    #[test]
    fn a_position_crosses_every_border_unchanged(lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64) {
        let at = position(lat, lon);
        prop_assert_eq!(Position::from_micro(at.latitude_micro(), at.longitude_micro()), Ok(at));
        prop_assert_eq!(at.to_string().parse::<Position>(), Ok(at));
        let json = serde_json::to_string(&at).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Position>(&json).expect("a position"), at);
    }

    #[test]
    fn r23_there_and_back_is_as_far(
        a in (-89.0..89.0_f64, -179.0..179.0_f64),
        b in (-89.0..89.0_f64, -179.0..179.0_f64),
    ) {
        let (a, b) = (position(a.0, a.1), position(b.0, b.1));
        prop_assert!((a.distance_m(b) - b.distance_m(a)).abs() < 0.001);
    }
}
