//! R4: the same key gives the same answer, whatever happened since; and what a holder can never be told.

use domain::claim::{Choice, Decision, Request, Verdict};
use domain::id::ClaimId;
use domain::pack::Stock;
use domain::refusal::Refusal;
use domain::round::{RealNameLevel, Round};
use proptest::prelude::*;

use crate::any::{account, at};
use crate::scene::{Scene, scenes};

/// What may have happened to a round since a claim was granted.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "any of them may have happened with any other")]
struct Since {
    now: i64,
    paused: bool,
    stopped: bool,
    sold_out: bool,
    /// The person's account lost its level and the consent was taken back.
    stripped: bool,
}

prop_compose! {
    fn sinces()(
        now in 90..210_i64,
        paused in any::<bool>(),
        stopped in any::<bool>(),
        sold_out in any::<bool>(),
        stripped in any::<bool>(),
    ) -> Since {
        Since { now, paused, stopped, sold_out, stripped }
    }
}

impl Since {
    /// The scene in which the same persons ask again.
    fn then(&self, scene: &Scene, decision: &Decision, mut requests: Vec<Request>) -> Scene {
        if self.stripped {
            for request in &mut requests {
                request.standing.real_name_level = RealNameLevel(0);
                request.standing.consented = false;
            }
        }
        let mut next = scene.after(decision, requests);
        next.now = at(self.now);
        next.round = Round { paused: self.paused, stopped: self.stopped, ..next.round };
        if self.sold_out {
            for pack in &mut next.round.packs {
                let Stock { issued, held, .. } = pack.stock;
                pack.stock.total = issued + held;
            }
        }
        next
    }
}

/// Everybody who was granted a pack, or for whom one is set aside, asks again, changed by `change`.
fn again(
    scene: &Scene,
    decision: &Decision,
    change: impl Fn(Request) -> Request,
) -> Vec<(ClaimId, Request)> {
    let recorded = scene.recorded(decision).into_iter();
    recorded
        .map(|request| {
            let renewed = Request { id: ClaimId::mint(99, 0), ..request.clone() };
            (request.id, change(renewed))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn r4_the_same_key_gives_the_same_claim_whatever_happened_since(scene in scenes(), since in sinces()) {
        let decision = scene.decide();
        let asked = again(&scene, &decision, |request| request);
        let next = since.then(&scene, &decision, asked.iter().map(|(_, request)| request.clone()).collect());
        let answer = next.decide();
        let wanted: Vec<Verdict> = asked.iter().map(|(claim, _)| Verdict::Replayed(*claim)).collect();
        prop_assert_eq!(answer.verdicts, wanted);
        // A replay moves nothing.
        prop_assert_eq!(answer.stocks, next.round.packs.iter().map(|pack| pack.stock).collect::<Vec<_>>());
        prop_assert_eq!(answer.last_serial, next.last_serial);
    }

    #[test]
    fn r4_a_duplicate_in_the_same_batch_is_the_same_claim(scene in scenes()) {
        let once = scene.decide();
        // Risk control says of the second what it says of the first.
        let mut screened = scene.screened.clone();
        let doubled = scene.requests.iter().zip(0_u128..).flat_map(|(request, place)| {
            let second = Request { id: ClaimId::mint(98, place), ..request.clone() };
            if let Some(said) = scene.screened.flagged.get(&request.id) {
                screened.flagged.insert(second.id, *said);
            }
            [request.clone(), second]
        });
        let requests = doubled.collect();
        let twice = Scene { requests, screened, ..scene.clone() }.decide();
        for (place, (request, verdict)) in scene.requests.iter().zip(&once.verdicts).enumerate() {
            let (first, second) = (&twice.verdicts[2 * place], &twice.verdicts[2 * place + 1]);
            prop_assert_eq!(first, verdict);
            let repeated = match verdict {
                Verdict::Granted { .. } | Verdict::Held { .. } => Verdict::Replayed(request.id),
                other => other.clone(),
            };
            prop_assert_eq!(second, &repeated);
        }
        prop_assert_eq!(twice.stocks, once.stocks);
    }

    #[test]
    fn r4_the_same_key_for_another_body_is_refused(scene in scenes(), since in sinces()) {
        let decision = scene.decide();
        let asked = again(&scene, &decision, |request| {
            let named = !request.choice.named;
            Request { choice: Choice { named, ..request.choice.clone() }, ..request }
        });
        let next = since.then(&scene, &decision, asked.into_iter().map(|(_, request)| request).collect());
        for verdict in next.decide().verdicts {
            prop_assert_eq!(verdict, Verdict::Refused(Refusal::RequestKeyReused, None));
        }
    }

    #[test]
    fn r4_the_same_key_for_another_pack_is_refused(scene in scenes(), since in sinces(), step in 1..3_usize) {
        let decision = scene.decide();
        let packs = &scene.round.packs;
        let asked = again(&scene, &decision, |request| {
            let place = scene.round.position_of(&request.choice.pack).unwrap_or_default();
            let pack = packs[(place + step) % packs.len()].id.clone();
            Request { choice: Choice { pack, ..request.choice.clone() }, ..request }
        });
        let next = since.then(&scene, &decision, asked.into_iter().map(|(_, request)| request).collect());
        // With as many packs as steps the other pack is the same again.
        let other = step % packs.len() != 0;
        for verdict in next.decide().verdicts.into_iter().filter(|_| other) {
            prop_assert_eq!(verdict, Verdict::Refused(Refusal::RequestKeyReused, None));
        }
    }

    #[test]
    fn r4_a_holder_with_a_new_key_is_never_told_sold_out(
        scene in scenes(), since in sinces(), elsewhere in any::<bool>(),
    ) {
        let decision = scene.decide();
        let asked = again(&scene, &decision, |request| {
            let owner = (0..5).find(|number| crate::any::person(*number) == request.person).unwrap_or_default();
            let account = if elsewhere { account(owner, 7) } else { request.account };
            Request { key: "another-key".parse().expect("a key"), account, ..request }
        });
        for (claim, request) in asked {
            let next = since.then(&scene, &decision, vec![request]);
            let verdict = next.decide().verdicts.remove(0);
            let Verdict::Refused(refusal, held) = verdict else {
                return Err(TestCaseError::fail(format!("{verdict:?}")));
            };
            prop_assert!(refusal <= Refusal::AlreadyClaimedThroughOtherAccount, "{:?}", refusal);
            if refusal >= Refusal::AlreadyClaimed {
                prop_assert_eq!(held, Some(claim), "and is shown the claim");
                let own = if elsewhere { Refusal::AlreadyClaimedThroughOtherAccount } else { Refusal::AlreadyClaimed };
                prop_assert_eq!(refusal, own);
            }
        }
    }

    #[test]
    fn r4_a_refusal_is_not_remembered(scene in scenes(), since in sinces()) {
        // Whoever was refused may use the same key again and is answered as if asking for the first time.
        let decision = scene.decide();
        let pairs = scene.requests.iter().zip(&decision.verdicts);
        let refused = pairs.filter(|(_, verdict)| matches!(verdict, Verdict::Refused(..)));
        let recorded = scene.recorded(&decision);
        for (request, _) in refused {
            let request = request.clone();
            let fresh = Request { key: "first-time".parse().expect("a key"), ..request.clone() };
            let kept = scene.holdings.iter().any(|it| it.account == request.account && it.key == request.key);
            let given = recorded.iter().any(|it| it.account == request.account && it.key == request.key);
            if !kept && !given {
                let again = since.then(&scene, &decision, vec![request]).decide();
                let first = since.then(&scene, &decision, vec![fresh]).decide();
                prop_assert_eq!(again.verdicts, first.verdicts);
            }
        }
    }
}
