//! Packs and stock: invariant 1, faces, slots.

use domain::money::Amount;
use domain::pack::{Pack, Stock, VoucherTerms};
use proptest::prelude::*;

use crate::any::{pack, stocks, terms};

fn law(stock: Stock) -> bool {
    u64::from(stock.issued) + u64::from(stock.held) + u64::from(stock.remaining())
        == u64::from(stock.total)
}

fn contents() -> impl Strategy<Value = Vec<VoucherTerms>> {
    let one = (0..3_usize, 1..100_000_i64, 0..100_000_i64, 1..=20_u8);
    let one = one.prop_map(|(kind, face, more, count)| {
        terms(["general", "fuel", "dining"][kind], face, face + more, count)
    });
    prop::collection::vec(one, 1..6)
}

proptest! {
    #[test]
    fn invariant_1_issued_held_and_remaining_are_the_stock(stock in stocks(u32::MAX)) {
        prop_assert!(law(stock));
        prop_assert_eq!(stock.grant().is_some(), stock.remaining() > 0);
        if let Some(after) = stock.grant() {
            prop_assert!(law(after));
            prop_assert_eq!(after, Stock { issued: stock.issued + 1, ..stock });
        }
    }

    #[test]
    fn r2_a_stock_gives_exactly_what_remains(stock in stocks(60)) {
        let mut given = 0;
        let mut left = stock;
        while let Some(after) = left.grant() {
            given += 1;
            left = after;
            prop_assert!(given <= stock.remaining(), "more than there was");
        }
        prop_assert_eq!(given, stock.remaining());
        prop_assert_eq!(left.held, stock.held, "what is set aside stays set aside");
    }

    #[test]
    fn r2_a_full_stock_has_nothing_taken(total in any::<u32>()) {
        let stock = Stock::full(total);
        prop_assert_eq!((stock.remaining(), stock.issued, stock.held), (total, 0, 0));
    }

    #[test]
    fn r14_the_face_of_a_pack_is_all_its_vouchers(vouchers in contents()) {
        let pack = Pack { vouchers, ..pack("p", Stock::full(1)) };
        let sum: i64 = pack.vouchers.iter().map(|it| it.face.fen() * i64::from(it.count)).sum();
        prop_assert_eq!(pack.face().map(Amount::fen), Some(sum));
        let by_slot: i64 = pack.slots().map(|(_, it)| it.face.fen()).sum();
        // A pack of more than 255 vouchers is refused at import; its slots would end there.
        if pack.slots().count() < 255 {
            prop_assert_eq!(by_slot, sum);
        }
    }

    #[test]
    fn r14_a_face_that_is_no_amount_is_none(count in 2..=20_u8) {
        let vouchers = vec![terms("general", Amount::MAX.fen(), 0, count)];
        let pack = Pack { vouchers, ..pack("p", Stock::full(1)) };
        prop_assert_eq!(pack.face(), None);
    }

    #[test]
    fn r22_slots_count_from_one_in_the_order_of_the_pack(vouchers in contents()) {
        let pack = Pack { vouchers: vouchers.clone(), ..pack("p", Stock::full(1)) };
        let spread = vouchers.iter().flat_map(|it| std::iter::repeat_n(it, usize::from(it.count)));
        let wanted: Vec<(u8, &VoucherTerms)> = (1..=255_u8).zip(spread).collect();
        prop_assert_eq!(pack.slots().collect::<Vec<_>>(), wanted.clone());
        for slot in 0..=u8::MAX {
            let terms = wanted.iter().find_map(|(number, it)| (*number == slot).then_some(*it));
            prop_assert_eq!(pack.terms_of(slot), terms, "slot {}", slot);
        }
    }
}
