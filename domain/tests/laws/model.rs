//! A second, naive decision to hold the real one against: one request after the other over a plain list of claims, as a
//! clerk with a ledger would do it. It shares no code with the crate but its types.

use domain::claim::{Request, Verdict};
use domain::id::{AccountId, ClaimId, PackId, PersonId, RequestKey};
use domain::refusal::Refusal;
use domain::round::LimitPer;

use crate::refusal::CODES;
use crate::scene::Scene;

struct Row {
    id: ClaimId,
    person: PersonId,
    account: AccountId,
    key: RequestKey,
    pack: PackId,
    named: bool,
}

/// The verdicts, how many of each pack are taken now, and the last serial.
pub(crate) fn settle(scene: &Scene) -> (Vec<Verdict>, Vec<u32>, u32) {
    let mut clerk = Clerk {
        rows: scene
            .holdings
            .iter()
            .map(|holding| Row {
                id: holding.id,
                person: holding.person,
                account: holding.account,
                key: holding.key.clone(),
                pack: holding.choice.pack.clone(),
                named: holding.choice.named,
            })
            .collect(),
        issued: scene.round.packs.iter().map(|pack| pack.stock.issued).collect(),
        serial: scene.last_serial,
    };
    let verdicts = scene.requests.iter().map(|request| clerk.answer(scene, request)).collect();
    (verdicts, clerk.issued, clerk.serial)
}

struct Clerk {
    rows: Vec<Row>,
    issued: Vec<u32>,
    serial: u32,
}

impl Clerk {
    fn answer(&mut self, scene: &Scene, request: &Request) -> Verdict {
        let before =
            self.rows.iter().find(|row| row.account == request.account && row.key == request.key);
        if let Some(row) = before {
            let same = row.pack == request.choice.pack && row.named == request.choice.named;
            return if same {
                Verdict::Replayed(row.id)
            } else {
                Verdict::Refused(Refusal::RequestKeyReused, None)
            };
        }
        let against = self.against(scene, request);
        let first =
            CODES.into_iter().find_map(|code| against.iter().find(|(said, _)| *said == code));
        if let Some((code, claim)) = first {
            return Verdict::Refused(Refusal::from_code(code).expect("a refusal"), *claim);
        }
        let place = scene
            .round
            .packs
            .iter()
            .position(|pack| pack.id == request.choice.pack)
            .expect("a pack");
        self.issued[place] += 1;
        self.serial += 1;
        self.rows.push(Row {
            id: request.id,
            person: request.person,
            account: request.account,
            key: request.key.clone(),
            pack: request.choice.pack.clone(),
            named: request.choice.named,
        });
        Verdict::Granted { serial: self.serial }
    }

    /// Everything that stands against a request, in no order.
    fn against(&self, scene: &Scene, request: &Request) -> Vec<(&'static str, Option<ClaimId>)> {
        let round = &scene.round;
        let (now, opens, closes) = (scene.now, round.window.opens_at(), round.window.closes_at());
        let place =
            round.packs.iter().position(|pack| pack.id == request.choice.pack).expect("a pack");
        let stock = round.packs[place].stock;
        let own = self.rows.iter().find(|row| {
            row.person == request.person
                && match round.limit_per {
                    LimitPer::Round => true,
                    LimitPer::Pack => row.pack == request.choice.pack,
                }
        });
        let mut against = Vec::new();
        let mut say = |holds: bool, code| {
            if holds {
                against.push((code, None));
            }
        };
        say(self.issued[place] + stock.held >= stock.total, "sold_out");
        say(round.paused, "round_paused");
        say(round.stopped, "round_stopped");
        // A stopped round is not waiting for its opening (CAMPAIGN 3, the phases).
        say(now < opens && !round.stopped, "not_open_yet");
        say(now >= closes, "round_closed");
        say(!request.standing.consented, "consent_required");
        let level = request.standing.real_name_level.0;
        say(level == 0 || level < round.real_name_level.0, "real_name_required");
        say(self.is_outside(scene, request), "not_in_audience");
        if let Some(row) = own {
            let same = row.account == request.account;
            let code =
                if same { "already_claimed" } else { "already_claimed_through_other_account" };
            against.push((code, Some(row.id)));
        }
        against
    }

    fn is_outside(&self, scene: &Scene, request: &Request) -> bool {
        let audience = &scene.round.audience;
        let mut districts = audience.districts.iter();
        let local = audience.districts.is_empty()
            || districts.any(|code| request.standing.division.starts_with(code));
        let has_pack = scene.with_pack.contains(&request.person)
            || self.rows.iter().any(|row| row.person == request.person);
        !local || (audience.without_pack_only && has_pack)
    }
}
