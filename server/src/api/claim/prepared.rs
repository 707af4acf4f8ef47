//! Prepared answers: of what sixty thousand people are told in a rush only the claim's identifier, its serial and its
//! instant differ. The first of them is serialised and cut there; for the others the pieces are copied.

use std::io::Write as _;
use std::sync::Arc;

use arc_swap::ArcSwap;
use domain::claim::Claim;
use domain::id::{PackId, RoundId};
use domain::round::Round;
use domain::time::Place;

/// The answers to granted claims, one for each pack, of the version of its round that was last met.
#[derive(Default)]
pub struct PreparedAnswers {
    latest: ArcSwap<Vec<Arc<Prepared>>>,
}

/// The answer to every granted claim of a pack.
struct Prepared {
    round: RoundId,
    version: i64,
    pack: PackId,
    pieces: Vec<Piece>,
    /// How long the first answer was, and about how long the others are.
    bytes: usize,
}

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// What is the same for everybody.
    Text(String),
    /// The claim's identifier, alone or as the beginning of a voucher's.
    Id,
    /// The member `serial`.
    Serial,
    /// The member `claimed_at`.
    ClaimedAt,
}

impl PreparedAnswers {
    /// The answer to a claim, which is what `whole` serialises; `None` for one that was not simply granted.
    pub(super) fn answer(
        &self,
        claim: &Claim,
        round: &Round,
        whole: impl FnOnce() -> Vec<u8>,
    ) -> Option<Vec<u8>> {
        let is_simple = claim.serial.is_some() && claim.decide_by.is_none();
        if !is_simple
            || !claim.is_granted()
            || round.window.place(claim.claimed_at) != Place::Inside
        {
            return None;
        }
        if let Some(known) = self.latest.load().iter().find(|it| it.is_for(claim, round)) {
            return Some(known.filled(claim));
        }
        let answer = whole();
        let made = Arc::new(Prepared::cut(claim, round, std::str::from_utf8(&answer).ok()?));
        // There are no more of them than packs, whatever versions their rounds have had.
        self.latest.rcu(|latest| {
            let others =
                latest.iter().filter(|it| (&it.round, &it.pack) != (&made.round, &made.pack));
            others.chain([&made]).cloned().collect::<Vec<_>>()
        });
        Some(answer)
    }
}

impl Prepared {
    fn cut(claim: &Claim, round: &Round, answer: &str) -> Self {
        let places = [Piece::Id, Piece::Serial, Piece::ClaimedAt];
        let places =
            places.map(|piece| (String::from_utf8_lossy(&piece.of(claim)).into_owned(), piece));
        let mut pieces = Vec::new();
        let mut rest = answer;
        loop {
            let found =
                places.iter().filter_map(|(text, piece)| Some((rest.find(text)?, text, piece)));
            let Some((at, text, piece)) = found.min_by_key(|(at, ..)| *at) else { break };
            pieces.extend([Piece::Text(rest[..at].to_owned()), piece.clone()]);
            rest = &rest[at + text.len()..];
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Self {
            round: round.id.clone(),
            version: round.version,
            pack: claim.choice.pack.clone(),
            pieces,
            bytes: answer.len(),
        }
    }

    fn is_for(&self, claim: &Claim, round: &Round) -> bool {
        (self.version, &self.round, &self.pack) == (round.version, &round.id, &claim.choice.pack)
    }

    fn filled(&self, claim: &Claim) -> Vec<u8> {
        // A serial has at most ten digits.
        let mut answer = Vec::with_capacity(self.bytes + 10);
        let id = Piece::Id.of(claim);
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => answer.extend_from_slice(text.as_bytes()),
                Piece::Id => answer.extend_from_slice(&id),
                Piece::Serial | Piece::ClaimedAt => piece.write(claim, &mut answer),
            }
        }
        answer
    }
}

impl Piece {
    fn of(&self, claim: &Claim) -> Vec<u8> {
        let mut text = Vec::with_capacity(64);
        self.write(claim, &mut text);
        text
    }

    fn write(&self, claim: &Claim, to: &mut Vec<u8>) {
        // Writing into memory cannot fail.
        let _ = match self {
            Self::Text(text) => write!(to, "{text}"),
            Self::Id => write!(to, "{}", claim.id),
            Self::Serial => write!(to, "\"serial\":{}", claim.serial.unwrap_or_default()),
            Self::ClaimedAt => write!(to, "\"claimed_at\":\"{}\"", claim.claimed_at),
        };
    }
}

#[cfg(test)]
mod tests {
    use domain::claim::{Choice, ClaimState};
    use domain::id::{AccountId, ClaimId, PersonId};
    use domain::time::Window;

    use super::super::{as_granted, granted_body};
    use super::*;
    use crate::campaign_file::CampaignFile;
    use crate::demo;

    fn claim(round: &Round, pack: usize, number: u32) -> Claim {
        let bits = u128::from(number) * 7_919;
        Claim {
            id: ClaimId::mint(1_587_517_200_000 + u64::from(number), bits),
            round: round.id.clone(),
            person: PersonId::mint(0, bits),
            account: AccountId::mint(0, bits),
            key: "a-key".parse().unwrap(),
            choice: Choice { pack: round.packs[pack].id.clone(), named: false },
            serial: Some(number),
            state: ClaimState::Granted,
            claimed_at: round.window.opens_at().plus_millis(i64::from(number % 60_000) * 250),
            decide_by: None,
            decided_at: None,
        }
    }

    /// Rounds of one pack and of several, and the first again after its window and its version have changed.
    fn rounds() -> Vec<Round> {
        let mut rounds = CampaignFile::parse(demo::CAMPAIGN).unwrap().rounds;
        let mut more = rounds[0].clone();
        more.id = "several".parse().unwrap();
        let mut second = more.packs[0].clone();
        second.id = "second".parse().unwrap();
        second.vouchers.truncate(1);
        more.packs.push(second);
        let mut later = rounds[0].clone();
        later.version += 1;
        let closes_at = later.window.closes_at().plus_millis(3_600_000);
        later.window = Window::new(later.window.opens_at(), closes_at).unwrap();
        rounds.extend([more, later]);
        rounds
    }

    #[test]
    fn it_is_byte_for_byte_what_would_be_serialised() {
        let prepared = PreparedAnswers::default();
        for round in &rounds() {
            for number in [1, 9, 10, 59_999, 60_000, u32::MAX] {
                for pack in 0..round.packs.len() {
                    let claim = claim(round, pack, number);
                    let whole = granted_body(&claim, round);
                    let answer = prepared.answer(&claim, round, || whole.clone());
                    assert_eq!(
                        answer.as_deref(),
                        Some(&*whole),
                        "{}",
                        as_granted(&claim, round).id
                    );
                }
            }
        }
    }

    #[test]
    fn the_second_is_not_serialised_again_and_a_held_or_late_one_is_not_prepared() {
        let prepared = PreparedAnswers::default();
        let round = &rounds()[0];
        let first = claim(round, 0, 1);
        prepared.answer(&first, round, || granted_body(&first, round)).unwrap();
        assert!(prepared.answer(&claim(round, 0, 2), round, || panic!("serialised")).is_some());
        let late = Claim { claimed_at: round.window.closes_at(), ..first.clone() };
        let held = Claim { decide_by: Some(first.claimed_at), ..first };
        for other in [late, held] {
            assert_eq!(prepared.answer(&other, round, || panic!("serialised")), None);
        }
    }
}
