//! The results: both multipliers, sums that add up whichever way they are cut, and how packs went.

use domain::money::Amount;
use domain::redemption::Scene;
use domain::results::{Cell, Curve, Multiplier, Share, Tally, sum_by};
use domain::time::BeijingDay;
use proptest::prelude::*;

use crate::any::fen;

fn cells() -> impl Strategy<Value = Vec<Cell>> {
    let cell = (0_i64..5, 0_u8..24, 0_usize..3, 0_usize..3, any::<bool>(), 1_u64..9, 1_i64..9_000);
    let cell = cell.prop_map(|(day, hour, category, district, online, vouchers, redeemed)| Cell {
        day: BeijingDay::from_number(18_374 + day),
        hour,
        category: ["retail", "dining", "fuel"][category].parse().expect("an identifier"),
        district: ["140502", "140525", "140581"][district].to_owned(),
        scene: if online { Scene::Online } else { Scene::InStore },
        tally: Tally { vouchers, redeemed: fen(redeemed), sales: fen(redeemed * 5) },
    });
    prop::collection::vec(cell, 0..40)
}

fn whole<K: Ord>(cells: &[Cell], key: impl Fn(&Cell) -> K) -> Tally {
    sum_by(cells, key).into_values().fold(Tally::default(), Tally::plus)
}

proptest! {
    #[test]
    fn every_cut_adds_up_to_the_same(cells in cells()) {
        let total = cells.iter().fold(Tally::default(), |sum, cell| sum.plus(cell.tally));
        prop_assert_eq!(whole(&cells, |it| it.day), total);
        prop_assert_eq!(whole(&cells, |it| it.hour), total);
        prop_assert_eq!(whole(&cells, |it| it.category.clone()), total);
        prop_assert_eq!(whole(&cells, |it| (it.district.clone(), it.scene.code())), total);
    }

    /// Rounded half up, to the hundredth: never further than half of one from the quotient.
    #[test]
    fn a_multiplier_is_the_nearest_hundredth(sales in 0_i64..1_000_000_000_000, base in 1_i64..10_000_000_000) {
        let found = Multiplier::of(fen(sales), fen(base)).expect("a base").hundredths();
        let (twice, base) = (2 * 100 * i128::from(sales), i128::from(base));
        let off = twice - 2 * i128::from(found) * base;
        prop_assert!(-base < off && off <= base || off == -base, "{}", off);
        prop_assert_eq!(Multiplier::of(fen(sales), Amount::ZERO), None);
    }

    #[test]
    fn a_curve_says_when_so_many_were_gone(packs in prop::collection::vec(0_u32..50, 1..60), asked in 1_u32..2_000) {
        let seconds = (0_u32..).zip(packs.iter().copied()).filter(|(_, packs)| *packs > 0);
        let curve = Curve::of_seconds(seconds);
        prop_assert_eq!(curve.total(), packs.iter().sum::<u32>());
        match curve.reached(asked) {
            Some(second) => {
                prop_assert!(curve.by(second) >= asked);
                prop_assert!(second == 0 || curve.by(second - 1) < asked);
            }
            None => prop_assert!(curve.total() < asked),
        }
    }
}

#[test]
fn multipliers_and_shares_are_said_as_the_press_says_them() {
    let said = |hundredths| Multiplier::from_hundredths(hundredths).to_string();
    assert_eq!([1_200, 1_183, 1_150, 5].map(said), ["12.0", "11.83", "11.5", "0.05"]);
    assert_eq!(Share::of(fen(448), fen(500)).map(|it| it.to_string()).as_deref(), Some("89.6%"));
}
