//! R1, R2, R3, R5: the decision on a batch.

use std::collections::{BTreeMap, HashSet};

use domain::claim::{Choice, Kept, Request, Standing, Verdict, limit_key, refusal_of_stranger};
use domain::held::Screened;
use domain::id::ClaimId;
use domain::pack::Stock;
use domain::refusal::Refusal;
use domain::round::{LimitPer, RealNameLevel};
use proptest::prelude::*;

use crate::any::{account, at, pack, person, round, window};
use crate::model;
use crate::scene::{Scene, scenes};

/// Everybody asks once for the one pack of an open round, in this order.
fn rush(stock: Stock, persons: &[u8]) -> Scene {
    let requests = persons.iter().enumerate().map(|(place, number)| Request {
        id: ClaimId::mint(7, u128::try_from(place).expect("a small number")),
        person: person(*number),
        account: account(*number, 0),
        key: "key".parse().expect("a key"),
        choice: Choice { pack: "p0".parse().expect("a pack"), named: false },
        standing: Standing {
            real_name_level: RealNameLevel(3),
            consented: true,
            division: "140502".into(),
        },
    });
    Scene {
        round: round(window(100, 200), vec![pack("p0", stock)]),
        now: at(100),
        last_serial: stock.issued,
        holdings: Vec::new(),
        with_pack: HashSet::new(),
        requests: requests.collect(),
        screened: Screened::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn r1_to_r5_the_desk_decides_as_a_clerk_would(scene in scenes()) {
        let decision = scene.decide();
        let (verdicts, taken, last_serial) = model::settle(&scene);
        prop_assert_eq!(&decision.verdicts, &verdicts);
        prop_assert_eq!(decision.stocks.iter().map(|it| (it.issued, it.held)).collect::<Vec<_>>(), taken);
        prop_assert_eq!(decision.last_serial, last_serial);
    }

    #[test]
    fn r1_nobody_is_given_two_for_one_limit(scene in scenes()) {
        let decision = scene.decide();
        let limit = |pack| limit_key(&scene.round, pack);
        let packs = scene.holdings.iter().filter(|it| it.kept == Kept::Pack);
        let mut taken: HashSet<_> = packs.map(|it| (it.person, limit(&it.choice.pack))).collect();
        for request in scene.recorded(&decision) {
            prop_assert!(taken.insert((request.person, limit(&request.choice.pack))), "{:?}", request.id);
        }
    }

    #[test]
    fn r5_memory_says_to_a_stranger_what_the_desk_says(scene in scenes()) {
        for request in &scene.requests {
            let alone = Scene {
                requests: vec![request.clone()],
                holdings: Vec::new(),
                with_pack: HashSet::new(),
                screened: Screened::default(),
                ..scene.clone()
            };
            let Some(position) = scene.round.position_of(&request.choice.pack) else { continue };
            let said = refusal_of_stranger(&scene.round, position, scene.now, &request.standing);
            match &alone.decide().verdicts[0] {
                Verdict::Refused(refusal, None) => prop_assert_eq!(said, Some(*refusal)),
                Verdict::Granted { .. } => prop_assert_eq!(said, None),
                other => prop_assert!(false, "a stranger was told {:?}", other),
            }
        }
    }

    #[test]
    fn r2_never_one_pack_more_than_the_stock(scene in scenes()) {
        let decision = scene.decide();
        let (mut given, mut held) = (BTreeMap::<_, u32>::new(), BTreeMap::<_, u32>::new());
        for (request, verdict) in scene.requests.iter().zip(&decision.verdicts) {
            match verdict {
                Verdict::Granted { .. } => *given.entry(&request.choice.pack).or_default() += 1,
                Verdict::Held { .. } => *held.entry(&request.choice.pack).or_default() += 1,
                _ => {}
            }
        }
        prop_assert_eq!(decision.stocks.len(), scene.round.packs.len());
        for (pack, after) in scene.round.packs.iter().zip(&decision.stocks) {
            let given = given.get(&pack.id).copied().unwrap_or_default();
            let held = held.get(&pack.id).copied().unwrap_or_default();
            prop_assert!(given + held <= pack.stock.remaining(), "oversold");
            let (issued, held) = (pack.stock.issued + given, pack.stock.held + held);
            prop_assert_eq!(*after, Stock { issued, held, ..pack.stock });
            prop_assert_eq!(after.issued + after.held + after.remaining(), after.total, "invariant 1");
        }
    }

    #[test]
    fn r2_never_a_pack_stranded(scene in scenes()) {
        let decision = scene.decide();
        for (request, verdict) in scene.requests.iter().zip(&decision.verdicts) {
            if *verdict == Verdict::Refused(Refusal::SoldOut, None) {
                let place = scene.round.position_of(&request.choice.pack).expect("a pack");
                prop_assert_eq!(decision.stocks[place].remaining(), 0, "refused while one was left");
            }
        }
    }

    #[test]
    fn r2_nobody_is_served_after_the_pack_was_gone(scene in scenes()) {
        let decision = scene.decide();
        let mut gone = HashSet::new();
        for (request, verdict) in scene.requests.iter().zip(&decision.verdicts) {
            match verdict {
                Verdict::Refused(Refusal::SoldOut, _) => {
                    gone.insert(&request.choice.pack);
                }
                Verdict::Granted { .. } | Verdict::Held { .. } => {
                    prop_assert!(!gone.contains(&request.choice.pack));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn r3_serials_count_the_grants_without_gaps(scene in scenes()) {
        let decision = scene.decide();
        let serials: Vec<u32> = scene.granted(&decision).into_iter().map(|(_, serial)| serial).collect();
        let count = u32::try_from(serials.len()).expect("a small number");
        let wanted: Vec<u32> = (scene.last_serial + 1..=scene.last_serial + count).collect();
        prop_assert_eq!(serials, wanted);
        prop_assert_eq!(decision.last_serial, scene.last_serial + count);
    }

    #[test]
    fn r2_the_border_of_a_batch_is_invisible(scene in scenes(), places in prop::collection::vec(0..15_usize, 1..4)) {
        let whole = scene.decide();
        let mut cuts: Vec<usize> = places.iter().map(|place| place % (scene.requests.len() + 1)).collect();
        cuts.sort_unstable();
        cuts.push(scene.requests.len());
        let (mut verdicts, mut from) = (Vec::new(), 0);
        let mut part = Scene { requests: Vec::new(), ..scene.clone() };
        for cut in cuts {
            part.requests = scene.requests[from..cut].to_vec();
            let decision = part.decide();
            verdicts.extend(decision.verdicts.iter().cloned());
            part = part.after(&decision, Vec::new());
            from = cut;
        }
        prop_assert_eq!(verdicts, whole.verdicts);
        prop_assert_eq!(part.round.packs.iter().map(|pack| pack.stock).collect::<Vec<_>>(), whole.stocks);
        prop_assert_eq!(part.last_serial, whole.last_serial);
    }

    #[test]
    fn r3_a_verdict_for_each_request(scene in scenes()) {
        prop_assert_eq!(scene.decide().verdicts.len(), scene.requests.len());
    }

    #[test]
    fn r2_first_come_first_served(
        total in 0..8_u32, held in 0..2_u32,
        persons in Just((0..12_u8).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let stock = Stock { total: total + held, issued: 0, held };
        let decision = rush(stock, &persons).decide();
        for (place, verdict) in (1..).zip(&decision.verdicts) {
            let wanted = if place <= total {
                Verdict::Granted { serial: place }
            } else {
                Verdict::Refused(Refusal::SoldOut, None)
            };
            prop_assert_eq!(verdict, &wanted, "the {}th of {}", place, total);
        }
    }

    #[test]
    fn r1_one_person_pressing_often_gets_one(total in 1..5_u32, presses in 2..6_usize) {
        // Each press with a key of its own, as from several tabs.
        let mut scene = rush(Stock::full(total), &vec![0; presses]);
        for (place, request) in scene.requests.iter_mut().enumerate() {
            request.key = format!("tab-{place}").parse().expect("a key");
        }
        let decision = scene.decide();
        let first = scene.requests[0].id;
        prop_assert_eq!(&decision.verdicts[0], &Verdict::Granted { serial: 1 });
        for verdict in &decision.verdicts[1..] {
            prop_assert_eq!(verdict, &Verdict::Refused(Refusal::AlreadyClaimed, Some(first)));
        }
    }

    #[test]
    fn r5_the_opening_instant_is_inside_and_the_end_is_not(ms in 90..210_i64) {
        let scene = Scene { now: at(ms), ..rush(Stock::full(1), &[0]) };
        let wanted = match ms {
            ..100 => Verdict::Refused(Refusal::NotOpenYet, None),
            100..200 => Verdict::Granted { serial: 1 },
            _ => Verdict::Refused(Refusal::RoundClosed, None),
        };
        prop_assert_eq!(scene.decide().verdicts, vec![wanted]);
    }

    #[test]
    fn r1_the_limit_counts_by_what_the_round_says(one in 0..3_usize, other in 0..3_usize) {
        let mut round = round(window(100, 200), ["p0", "p1", "p2"].map(|id| pack(id, Stock::full(1))).to_vec());
        let (a, b) = (round.packs[one].id.clone(), round.packs[other].id.clone());
        prop_assert_eq!(limit_key(&round, &a), limit_key(&round, &b), "once in the round");
        round.limit_per = LimitPer::Pack;
        prop_assert_eq!(limit_key(&round, &a) == limit_key(&round, &b), one == other, "once for each pack");
    }
}
