//! A second, naive decision to hold the real one against: one request after the other over a plain list of claims, as a
//! clerk with a ledger would do it. It shares no code with the crate but its types.

use domain::claim::{Kept, Request, Verdict};
use domain::id::{AccountId, ClaimId, PackId, PersonId, RequestKey};
use domain::refusal::Refusal;
use domain::risk;
use domain::round::LimitPer;
use domain::time::Timestamp;

use crate::refusal::CODES;
use crate::scene::Scene;

struct Row {
    id: ClaimId,
    person: PersonId,
    account: AccountId,
    key: RequestKey,
    pack: PackId,
    named: bool,
    kept: Kept,
}

/// The verdicts, how many of each pack are issued and held now, and the last serial.
pub(crate) fn settle(scene: &Scene) -> (Vec<Verdict>, Vec<(u32, u32)>, u32) {
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
                kept: holding.kept,
            })
            .collect(),
        taken: scene.round.packs.iter().map(|pack| (pack.stock.issued, pack.stock.held)).collect(),
        serial: scene.last_serial,
    };
    let verdicts = scene.requests.iter().map(|request| clerk.answer(scene, request)).collect();
    (verdicts, clerk.taken, clerk.serial)
}

struct Clerk {
    rows: Vec<Row>,
    taken: Vec<(u32, u32)>,
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
        let said = scene.screened.flagged.get(&request.id);
        let is_held =
            said == Some(&risk::Verdict::Hold) && !scene.screened.cleared.contains(&request.person);
        self.rows.push(Row {
            id: request.id,
            person: request.person,
            account: request.account,
            key: request.key.clone(),
            pack: request.choice.pack.clone(),
            named: request.choice.named,
            kept: Kept::Pack,
        });
        if is_held {
            self.taken[place].1 += 1;
            let after = scene.now.millis() + scene.screened.hold_ms;
            let decide_by =
                Timestamp::from_millis(after.min(scene.round.window.closes_at().millis()));
            return Verdict::Held { decide_by };
        }
        self.taken[place].0 += 1;
        self.serial += 1;
        Verdict::Granted { serial: self.serial }
    }

    /// Everything that stands against a request, in no order.
    fn against(&self, scene: &Scene, request: &Request) -> Vec<(&'static str, Option<ClaimId>)> {
        let round = &scene.round;
        let (now, opens, closes) = (scene.now, round.window.opens_at(), round.window.closes_at());
        let place =
            round.packs.iter().position(|pack| pack.id == request.choice.pack).expect("a pack");
        let stock = round.packs[place].stock;
        let same = |row: &&Row| {
            row.person == request.person
                && match round.limit_per {
                    LimitPer::Round => true,
                    LimitPer::Pack => row.pack == request.choice.pack,
                }
        };
        let own = self.rows.iter().filter(same).find(|row| row.kept == Kept::Pack);
        let was_refused = self.rows.iter().filter(same).any(|row| row.kept == Kept::Refusal);
        let said = scene.screened.flagged.get(&request.id);
        let by_risk = was_refused || said == Some(&risk::Verdict::Refuse);
        let mut against = Vec::new();
        let mut say = |holds: bool, code| {
            if holds {
                against.push((code, None));
            }
        };
        say(by_risk && !scene.screened.cleared.contains(&request.person), "refused_by_risk");
        say(self.taken[place].0 + self.taken[place].1 >= stock.total, "sold_out");
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
            || self.rows.iter().any(|row| row.kept == Kept::Pack && row.person == request.person);
        !local || (audience.without_pack_only && has_pack)
    }
}
