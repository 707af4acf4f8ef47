//! What the claim bar says, as a pure function of the clock, the stock and the person's own act.

use domain::refusal::Refusal;
use domain::round::Phase;
use domain::time::Timestamp;

use super::model::ClaimBarPack;
use crate::act::AnswerCode;
use crate::island::countdown::LAST_S;

/// What has become of one pack, for this person, as far as this page knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing was done.
    Idle,
    /// The request is under way.
    Working,
    /// The desk was full. The page asks again at this instant; a browser without JavaScript presses again.
    Busy(Option<Timestamp>),
    /// Nothing is known of the request; the same key settles it.
    Settling(Option<Timestamp>),
    /// Granted just now, with this number.
    #[cfg_attr(
        not(any(feature = "hydrate", test)),
        expect(dead_code, reason = "a page never begins with it")
    )]
    Granted(u32),
    /// Theirs before this page was made, or through another page.
    Held {
        /// The number of the grant, where it is known.
        serial: Option<u32>,
        /// Whether it was made through another account of the same person.
        other_account: bool,
    },
    /// Set aside for them until the risk desk decides.
    Review,
    /// A rule says no, and waiting does not help.
    Barred(Refusal),
    /// The form is of another session or was sent before with another meaning.
    Outdated,
}

impl Stage {
    /// What the page knew when it was made.
    pub(super) fn of_page(pack: &ClaimBarPack) -> Self {
        if let Some(held) = pack.held {
            let other_account = held.other_account;
            return match held.serial {
                Some(serial) => Self::Held { serial: Some(serial), other_account },
                None => Self::Review,
            };
        }
        match pack.answer {
            Some(AnswerCode::Busy) => Self::Busy(None),
            Some(AnswerCode::Unknown) => Self::Settling(None),
            Some(AnswerCode::Forbidden) => Self::Outdated,
            Some(AnswerCode::Refused(refusal)) => Self::after(refusal),
            None => Self::Idle,
        }
    }

    /// What follows from a refusal. Those that the round's phase says by itself are left to it.
    pub(super) const fn after(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotSignedIn
            | Refusal::RoundClosed
            | Refusal::NotOpenYet
            | Refusal::RoundStopped
            | Refusal::RoundPaused
            | Refusal::SoldOut => Self::Idle,
            Refusal::AlreadyClaimed => Self::Held { serial: None, other_account: false },
            Refusal::AlreadyClaimedThroughOtherAccount => {
                Self::Held { serial: None, other_account: true }
            }
            Refusal::RequestKeyReused => Self::Outdated,
            Refusal::RealNameRequired
            | Refusal::ConsentRequired
            | Refusal::RoundNotFound
            | Refusal::NotInAudience
            | Refusal::RefusedByRisk => Self::Barred(refusal),
        }
    }

    /// Whether an answer is awaited.
    pub(super) const fn is_undecided(self) -> bool {
        matches!(self, Self::Working | Self::Busy(_) | Self::Settling(_))
    }

    /// Whether the pack is theirs.
    pub(super) const fn is_theirs(self) -> bool {
        matches!(self, Self::Granted(_) | Self::Held { .. } | Self::Review)
    }

    /// When the page asks again by itself.
    pub(super) const fn asks_again_at(self) -> Option<Timestamp> {
        match self {
            Self::Busy(at) | Self::Settling(at) => at,
            _ => None,
        }
    }
}

/// The stage that the bar speaks of, where a round offers several packs: what is under way first, then what the
/// person can still do.
pub(super) fn spoken(stages: &[Stage]) -> Stage {
    let first = |fits: fn(&Stage) -> bool| stages.iter().copied().find(fits);
    first(|stage| stage.is_undecided())
        .or_else(|| first(|stage| matches!(stage, Stage::Barred(_) | Stage::Outdated)))
        .or_else(|| first(|stage| !stage.is_theirs()))
        .or_else(|| stages.first().copied())
        .unwrap_or(Stage::Idle)
}

/// The face of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// Before the opening.
    Waiting,
    /// The last ten seconds before it.
    Last,
    /// Open, and nobody is signed in: the button leads to the entrances.
    Enter,
    /// Open: the button claims.
    Open,
    /// The claim is under way.
    Working,
    /// The desk was full.
    Busy,
    /// Nothing is known of the claim yet.
    Settling,
    /// The pack is theirs, since just now.
    Granted(u32),
    /// The pack is theirs, since before.
    Held {
        /// The number of the grant, where it is known.
        serial: Option<u32>,
        /// Whether it was made through another account.
        other_account: bool,
    },
    /// The pack is set aside for them until the risk desk decides.
    Review,
    /// A rule says no, and waiting does not help.
    Barred(Refusal),
    /// The page is out of date.
    Outdated,
    /// Every pack is taken.
    SoldOut,
    /// Issuing is interrupted.
    Paused,
    /// Issuing was ended.
    Stopped,
    /// The round is over.
    Closed,
}

/// What the face follows from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// What the round is doing.
    pub(super) phase: Phase,
    /// Whole seconds to the opening.
    pub(super) seconds_to_open: i64,
    /// What has become of the person's own act.
    pub(super) stage: Stage,
    /// Whether somebody is signed in.
    pub(super) signed_in: bool,
    /// Why this person cannot claim in this round.
    pub(super) barred: Option<Refusal>,
}

impl Moment {
    /// The face of the bar. A person is told of their own act before the round: a yes is never hidden by a sell-out,
    /// and an undecided claim is settled whatever the round does meanwhile.
    pub(super) fn face(self) -> Face {
        match self.stage {
            Stage::Working => return Face::Working,
            Stage::Busy(_) => return Face::Busy,
            Stage::Settling(_) => return Face::Settling,
            Stage::Granted(serial) => return Face::Granted(serial),
            _ if self.phase == Phase::Closed => return Face::Closed,
            Stage::Held { serial, other_account } => return Face::Held { serial, other_account },
            Stage::Review => return Face::Review,
            Stage::Barred(refusal) => return Face::Barred(refusal),
            Stage::Outdated => return Face::Outdated,
            Stage::Idle => {}
        }
        match (self.phase, self.barred) {
            (Phase::Closed, _) => Face::Closed,
            (Phase::Stopped, _) => Face::Stopped,
            (Phase::Upcoming, _) if self.seconds_to_open <= LAST_S => Face::Last,
            (Phase::Upcoming, _) => Face::Waiting,
            (_, Some(refusal)) => Face::Barred(refusal),
            (Phase::Paused, None) => Face::Paused,
            (Phase::SoldOut, None) => Face::SoldOut,
            (Phase::Open, None) if self.signed_in => Face::Open,
            (Phase::Open, None) => Face::Enter,
        }
    }
}

impl Face {
    /// The class that gives the bar its colour.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Waiting => "claim-bar claim-bar--waiting",
            Self::Last => "claim-bar claim-bar--last",
            Self::Enter | Self::Open => "claim-bar claim-bar--open",
            Self::Working => "claim-bar claim-bar--working",
            Self::Busy | Self::Settling => "claim-bar claim-bar--busy",
            Self::Granted(_) | Self::Held { .. } => "claim-bar claim-bar--yours",
            Self::SoldOut => "claim-bar claim-bar--sold-out",
            Self::Paused | Self::Review => "claim-bar claim-bar--paused",
            Self::Stopped => "claim-bar claim-bar--stopped",
            Self::Closed | Self::Barred(_) | Self::Outdated => "claim-bar claim-bar--closed",
        }
    }

    /// The no that the bar says: the value of `data-refusal`. A no that needs more room is said above the bar.
    pub(super) const fn refusal(self) -> Option<&'static str> {
        let refusal = match self {
            Self::Waiting | Self::Last => Refusal::NotOpenYet,
            Self::Held { other_account: false, .. } => Refusal::AlreadyClaimed,
            Self::Held { other_account: true, .. } => Refusal::AlreadyClaimedThroughOtherAccount,
            Self::SoldOut => Refusal::SoldOut,
            Self::Paused => Refusal::RoundPaused,
            Self::Stopped => Refusal::RoundStopped,
            Self::Closed => Refusal::RoundClosed,
            Self::Busy => return Some(AnswerCode::Busy.code()),
            _ => return None,
        };
        Some(refusal.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Moment = Moment {
        phase: Phase::Open,
        seconds_to_open: 0,
        stage: Stage::Idle,
        signed_in: true,
        barred: None,
    };

    #[test]
    fn the_button_is_there_exactly_while_the_round_is_open() {
        assert_eq!(IDLE.face(), Face::Open);
        assert_eq!(Moment { signed_in: false, ..IDLE }.face(), Face::Enter);
        let upcoming = Moment { phase: Phase::Upcoming, ..IDLE };
        assert_eq!(Moment { seconds_to_open: 11, ..upcoming }.face(), Face::Waiting);
        assert_eq!(Moment { seconds_to_open: 10, ..upcoming }.face(), Face::Last);
        for (phase, face) in [
            (Phase::Paused, Face::Paused),
            (Phase::SoldOut, Face::SoldOut),
            (Phase::Stopped, Face::Stopped),
            (Phase::Closed, Face::Closed),
        ] {
            assert_eq!(Moment { phase, ..IDLE }.face(), face);
            assert_eq!(face.refusal(), phase.refusal().map(Refusal::code));
        }
    }

    #[test]
    fn a_holder_is_told_so_while_the_round_sells_out_or_pauses() {
        let held = Stage::Held { serial: Some(7), other_account: false };
        for phase in [Phase::Open, Phase::SoldOut, Phase::Paused, Phase::Stopped] {
            let face = Moment { phase, stage: held, ..IDLE }.face();
            assert_eq!(face.refusal(), Some("already_claimed"));
        }
        assert_eq!(
            Moment { stage: Stage::Granted(7), ..IDLE }.face().refusal(),
            None,
            "a fresh yes is no refusal"
        );
    }

    #[test]
    fn a_held_claim_is_no_refusal_and_is_told_until_the_round_is_over() {
        for phase in [Phase::Open, Phase::SoldOut, Phase::Paused, Phase::Stopped] {
            let face = Moment { phase, stage: Stage::Review, ..IDLE }.face();
            assert_eq!((face, face.refusal()), (Face::Review, None));
        }
        let closed = Moment { phase: Phase::Closed, stage: Stage::Review, ..IDLE };
        assert_eq!(closed.face(), Face::Closed);
    }

    #[test]
    fn an_undecided_claim_is_settled_whatever_the_round_does() {
        for phase in [Phase::SoldOut, Phase::Paused, Phase::Closed] {
            assert_eq!(
                Moment { phase, stage: Stage::Settling(None), ..IDLE }.face(),
                Face::Settling
            );
        }
    }

    #[test]
    fn a_person_who_cannot_claim_is_told_why_once_the_round_is_open() {
        let barred = Moment { barred: Some(Refusal::NotInAudience), ..IDLE };
        assert_eq!(barred.face(), Face::Barred(Refusal::NotInAudience));
        assert_eq!(
            Moment { phase: Phase::Upcoming, seconds_to_open: 60, ..barred }.face(),
            Face::Waiting
        );
    }

    #[test]
    fn of_several_packs_the_one_under_way_is_spoken_of() {
        let held = Stage::Held { serial: Some(1), other_account: false };
        assert_eq!(spoken(&[held, Stage::Working, Stage::Idle]), Stage::Working);
        assert_eq!(spoken(&[held, Stage::Idle]), Stage::Idle);
        assert_eq!(spoken(&[held, held]), held);
    }
}
