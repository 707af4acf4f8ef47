//! R7: a voucher is usable from its grant to the end of its round, and lapses by itself.

use domain::claim::{Choice, Claim, ClaimState};
use domain::id::ClaimId;
use domain::money::Amount;
use domain::pack::{Pack, Stock, VoucherTerms};
use domain::round::Round;
use domain::voucher::{Voucher, VoucherState};
use proptest::prelude::*;

use crate::any::{account, at, pack, person, round, terms, windows};

fn claim(state: ClaimState, round: &str, pack: &str, ms: i64) -> Claim {
    Claim {
        id: ClaimId::mint(5, 5),
        round: round.parse().expect("an identifier"),
        person: person(0),
        account: account(0, 0),
        key: "key".parse().expect("a key"),
        choice: Choice { pack: pack.parse().expect("an identifier"), named: false },
        serial: (state == ClaimState::Granted).then_some(1),
        state,
        claimed_at: at(ms),
        decide_by: None,
        decided_at: None,
    }
}

fn content(counts: &[u8]) -> Vec<VoucherTerms> {
    let kinds = ["general", "fuel", "dining"];
    let one = |(place, count): (usize, &u8)| {
        terms(kinds[place], 1_000 + i64::try_from(place).unwrap_or(0), 4_000, *count)
    };
    counts.iter().enumerate().map(one).collect()
}

proptest! {
    #[test]
    fn r7_a_voucher_lapses_at_the_end_of_its_round(window in windows(), ms in 0..3_000_000_i64, used in any::<bool>()) {
        let wanted = match (used, at(ms) < window.closes_at()) {
            (true, _) => VoucherState::Used,
            (false, true) => VoucherState::Usable,
            (false, false) => VoucherState::Lapsed,
        };
        prop_assert_eq!(VoucherState::at(at(ms), window, used), wanted);
        let closes = window.closes_at();
        prop_assert_eq!(VoucherState::at(closes, window, false), VoucherState::Lapsed);
        prop_assert_eq!(VoucherState::at(closes.plus_millis(-1), window, false), VoucherState::Usable);
    }

    #[test]
    fn r7_a_lapsed_voucher_stays_lapsed(window in windows(), ms in 0..3_000_000_i64, more in 0..3_000_000_i64) {
        let (now, later) = (at(ms), at(ms + more));
        if VoucherState::at(now, window, false) == VoucherState::Lapsed {
            prop_assert_eq!(VoucherState::at(later, window, false), VoucherState::Lapsed);
        }
        prop_assert_eq!(VoucherState::at(later, window, true), VoucherState::Used, "what was used never lapses");
    }

    #[test]
    fn r7_a_granted_claim_gives_its_pack(
        window in windows(), counts in prop::collection::vec(1..5_u8, 1..4), ms in 0..3_000_000_i64,
    ) {
        let asked = Pack { vouchers: content(&counts), ..pack("p", Stock::full(1)) };
        let round = round(window, vec![pack("other", Stock::full(1)), asked]);
        let vouchers = Voucher::of_claim(&claim(ClaimState::Granted, "r1", "p", ms), &round, at(ms));
        let slots: Vec<(u8, &VoucherTerms)> = round.packs[1].slots().collect();
        prop_assert_eq!(vouchers.len(), slots.len());
        for (voucher, (slot, terms)) in vouchers.iter().zip(slots) {
            prop_assert_eq!((voucher.id.claim, voucher.id.slot), (ClaimId::mint(5, 5), slot));
            prop_assert_eq!((&voucher.kind, voucher.face), (&terms.kind, terms.face));
            prop_assert_eq!(voucher.minimum_spend, terms.minimum_spend);
            prop_assert_eq!(voucher.usable_until, window.closes_at());
            prop_assert_eq!(voucher.state, VoucherState::at(at(ms), window, false));
        }
        let face: i64 = vouchers.iter().map(|voucher| voucher.face.fen()).sum();
        prop_assert_eq!(Some(face), round.packs[1].face().map(Amount::fen), "the grant's money, fen by fen");
    }

    #[test]
    fn r3_no_grant_no_voucher(window in windows(), ms in 0..3_000_000_i64) {
        let round: Round = round(window, vec![pack("p", Stock::full(1))]);
        for other in [
            claim(ClaimState::Held, "r1", "p", ms),
            claim(ClaimState::Refused, "r1", "p", ms),
            claim(ClaimState::Granted, "r2", "p", ms),
            claim(ClaimState::Granted, "r1", "q", ms),
        ] {
            prop_assert_eq!(other.is_granted(), other.state == ClaimState::Granted);
            prop_assert_eq!(Voucher::of_claim(&other, &round, at(ms)), Vec::new(), "{:?}", other.state);
        }
    }
}
