//! The closed list of refusals, and its precedence in the decision.

use std::collections::HashSet;

use domain::audience::Audience;
use domain::claim::{Choice, Desk, Holding, Kept, Request, Standing, Verdict, decide};
use domain::held::Screened;
use domain::id::ClaimId;
use domain::pack::Stock;
use domain::refusal::Refusal;
use domain::risk;
use domain::round::{LimitPer, RealNameLevel, Round};

use crate::any::{account, at, pack, person, round, window};

/// CAMPAIGN 3, word for word: first to last.
pub(crate) const CODES: [&str; 14] = [
    "not_signed_in",
    "request_key_reused",
    "real_name_required",
    "consent_required",
    "round_not_found",
    "round_closed",
    "not_open_yet",
    "round_stopped",
    "already_claimed",
    "already_claimed_through_other_account",
    "not_in_audience",
    "round_paused",
    "sold_out",
    "refused_by_risk",
];

#[test]
fn r5_the_list_is_closed_and_in_order() {
    assert_eq!(Refusal::ALL.map(Refusal::code), CODES);
    assert!(Refusal::ALL.is_sorted(), "the order of the type is the order of precedence");
    for refusal in Refusal::ALL {
        assert_eq!(Refusal::from_code(refusal.code()), Some(refusal));
        let json = serde_json::to_string(&refusal).expect("JSON");
        assert_eq!(json, format!("\"{}\"", refusal.code()), "one word in every door");
    }
    for other in ["", "busy", "SoldOut", "sold_out ", "open"] {
        assert_eq!(Refusal::from_code(other), None, "{other}");
    }
}

#[test]
fn r6_waiting_helps_only_where_the_round_may_change_by_itself() {
    let waits = ["not_open_yet", "round_paused", "sold_out"];
    for refusal in Refusal::ALL {
        assert_eq!(refusal.may_pass_later(), waits.contains(&refusal.code()), "{}", refusal.code());
    }
}

/// Whether the person holds the pack, and through whom.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Holds {
    Nothing,
    ByThisAccount,
    ByAnother,
}

/// Everything that can stand against one request, each on its own.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "any of them may hold with any other")]
struct Causes {
    key_reused: bool,
    weak_name: bool,
    no_consent: bool,
    now: i64,
    stopped: bool,
    holds: Holds,
    outside: bool,
    paused: bool,
    sold_out: bool,
    risk: bool,
}

impl Causes {
    /// The causes of the list that hold. A stopped round is not waiting for its opening: of its phases `stopped`
    /// stands before `upcoming`, so `not_open_yet` is not true of it.
    fn codes(self) -> Vec<&'static str> {
        let all = [
            (self.key_reused, "request_key_reused"),
            (self.weak_name, "real_name_required"),
            (self.no_consent, "consent_required"),
            (self.now >= 200, "round_closed"),
            (self.now < 100 && !self.stopped, "not_open_yet"),
            (self.stopped, "round_stopped"),
            (self.holds == Holds::ByThisAccount, "already_claimed"),
            (self.holds == Holds::ByAnother, "already_claimed_through_other_account"),
            (self.outside, "not_in_audience"),
            (self.paused, "round_paused"),
            (self.sold_out, "sold_out"),
            (self.risk, "refused_by_risk"),
        ];
        all.into_iter().filter_map(|(holds, code)| holds.then_some(code)).collect()
    }

    fn every() -> impl Iterator<Item = Self> {
        (0..=255_u8).flat_map(|bits| {
            let bit = move |place: u8| bits >> place & 1 == 1;
            let places = [99, 100, 199, 200];
            let holds = [Holds::Nothing, Holds::ByThisAccount, Holds::ByAnother];
            places.into_iter().flat_map(move |now| {
                holds.into_iter().map(move |holds| Self {
                    key_reused: bit(0),
                    weak_name: bit(1),
                    no_consent: bit(2),
                    now,
                    stopped: bit(3),
                    holds,
                    outside: bit(4),
                    paused: bit(5),
                    sold_out: bit(6),
                    risk: bit(7),
                })
            })
        })
    }

    fn round(self) -> Round {
        let left = u32::from(!self.sold_out);
        let packs = vec![
            pack("p", Stock { total: 10 + left, issued: 9, held: 1 }),
            // Another pack is left: the round is not sold out, the pack is.
            pack("q", Stock::full(5)),
        ];
        Round {
            limit_per: LimitPer::Pack,
            real_name_level: RealNameLevel(2),
            audience: Audience { districts: vec!["1405".to_owned()], without_pack_only: false },
            notes: Vec::new(),
            paused: self.paused,
            stopped: self.stopped,
            ..round(window(100, 200), packs)
        }
    }

    fn holdings(self) -> Vec<Holding> {
        let choice = |pack: &str| Choice { pack: pack.parse().expect("a pack"), named: true };
        let held = |number: u64, account, key: &str, pack| Holding {
            id: ClaimId::mint(number, 0),
            person: person(0),
            account,
            key: key.parse().expect("a key"),
            choice: choice(pack),
            kept: Kept::Pack,
        };
        let mut holdings = Vec::new();
        if self.key_reused {
            holdings.push(held(1, account(0, 0), "key", "q"));
        }
        match self.holds {
            Holds::Nothing => {}
            Holds::ByThisAccount => holdings.push(held(2, account(0, 0), "old", "p")),
            Holds::ByAnother => holdings.push(held(2, account(0, 1), "old", "p")),
        }
        holdings
    }

    fn verdict(self) -> Verdict {
        let request = Request {
            id: ClaimId::mint(9, 9),
            person: person(0),
            account: account(0, 0),
            key: "key".parse().expect("a key"),
            choice: Choice { pack: "p".parse().expect("a pack"), named: true },
            standing: Standing {
                real_name_level: RealNameLevel(if self.weak_name { 1 } else { 2 }),
                consented: !self.no_consent,
                division: if self.outside { "140601" } else { "140502" }.into(),
            },
        };
        let (round, holdings) = (self.round(), self.holdings());
        let said = self.risk.then_some((request.id, risk::Verdict::Refuse));
        let screened = Screened { flagged: said.into_iter().collect(), ..Screened::default() };
        let desk = Desk {
            round: &round,
            now: at(self.now),
            last_serial: 9,
            holdings: &holdings,
            with_pack_in_campaign: &HashSet::new(),
            screened: &screened,
        };
        decide(&desk, &[request]).verdicts.remove(0)
    }
}

#[test]
fn r5_of_several_refusals_the_first_of_the_list_is_said() {
    for causes in Causes::every() {
        let holding = causes.codes();
        let first = CODES.into_iter().find(|code| holding.contains(code));
        let wanted = match first {
            None => Verdict::Granted { serial: 10 },
            Some(code) => {
                let claim = code.starts_with("already_claimed").then(|| ClaimId::mint(2, 0));
                Verdict::Refused(Refusal::from_code(code).expect("a refusal"), claim)
            }
        };
        assert_eq!(causes.verdict(), wanted, "{causes:?}");
    }
}
