//! The gate with a desk that is played: what it promises, in a time that nobody waits for.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::*;
use crate::key::MasterKey;
use crate::lane::BATCH_MAX;

const NOW: i64 = 1_790_000_000_000;
/// What a full batch takes, in milliseconds.
const BATCH_MS: i64 = 100;

fn keys(secret: u8) -> Keys {
    Keys::derive(&[MasterKey { version: 1, secret: [secret; 32] }]).unwrap()
}

fn round() -> RoundId {
    "r1".parse().unwrap()
}

fn person(number: u128) -> PersonId {
    PersonId::mint(0, number)
}

fn asker<'a>(number: u128, round: &'a RoundId, ticket: Option<&'a str>) -> Asker<'a> {
    Asker { person: person(number), round, ticket }
}

/// A desk at which so many wait.
fn desk(waiting: usize) -> DeskState {
    let wait_ms = waiting.div_ceil(BATCH_MAX) as u64 * BATCH_MS.unsigned_abs();
    let each_ns = BATCH_MS.unsigned_abs() * 1_000_000 / BATCH_MAX as u64;
    let has_room = waiting < BATCH_MAX || wait_ms <= 350;
    DeskState { waiting, has_room, each_ns, batch_ms: BATCH_MS.unsigned_abs(), wait_ms }
}

fn later(entry: Entry) -> Place {
    match entry {
        Entry::Later(place) => place,
        entry => panic!("somebody was let in: {entry:?}"),
    }
}

fn ticket_of(failure: Failure) -> String {
    match failure {
        Failure::Waiting { ticket, .. } => ticket,
        failure => panic!("{failure:?}"),
    }
}

#[test]
fn who_finds_room_goes_in_and_who_does_not_has_a_place_and_a_time() {
    let (gate, keys, round) = (Gate::default(), keys(1), round());
    assert_eq!(gate.enter(&keys, asker(1, &round, None), desk(0), NOW), Entry::ByRoom);
    let first = later(gate.enter(&keys, asker(2, &round, None), desk(4_000), NOW));
    let mut last = first;
    for number in 3..5_000 {
        let place = later(gate.enter(&keys, asker(number, &round, None), desk(4_000), NOW));
        assert!(place.place >= last.place && place.due_ms >= last.due_ms);
        last = place;
    }
    assert_eq!(first.place, 1);
    assert!(last.place.abs_diff(4_998) <= 256, "{last:?}");
    // 4,998 places at 85 in a hundred of 5,120 a second, after the longest that the nearest time moves.
    assert!(last.retry_after_ms.abs_diff(7_000 + 1_148) < 30, "{last:?}");
}

#[test]
fn while_the_sockets_wait_only_those_go_in_whose_turn_it_is() {
    let (gate, keys, round) = (Gate::default(), keys(1), round());
    gate.unread.play(UNREAD_MAX_MS);
    assert_eq!(gate.enter(&keys, asker(1, &round, None), desk(0), NOW), Entry::ByRoom);
    gate.unread.play(UNREAD_MAX_MS + 1);
    let place = later(gate.enter(&keys, asker(2, &round, None), desk(0), NOW));
    assert!(place.retry_after_ms >= 1_000);
    // Still, when it is their turn; and nobody else.
    let now = NOW + i64::from(place.retry_after_ms);
    assert_eq!(gate.enter(&keys, asker(2, &round, None), desk(0), now), Entry::InTurn);
    later(gate.enter(&keys, asker(3, &round, None), desk(0), now));
    gate.unread.play(0);
    assert_eq!(gate.enter(&keys, asker(4, &round, None), desk(0), now), Entry::ByRoom);
}

#[test]
fn the_wait_belongs_to_the_person_and_pressing_again_changes_nothing() {
    let (gate, keys, round) = (Gate::default(), keys(1), round());
    for number in 10..3_000 {
        later(gate.enter(&keys, asker(number, &round, None), desk(4_000), NOW));
    }
    let place = later(gate.enter(&keys, asker(1, &round, None), desk(4_000), NOW));
    for after in [0, 100, 300] {
        // Another tab: no ticket, and a desk that has room for a stranger.
        let again = later(gate.enter(&keys, asker(1, &round, None), desk(100), NOW + after));
        assert_eq!(again.due_ms, place.due_ms);
        assert!(again.place <= place.place);
        let waits = gate.waits(&keys, asker(1, &round, None), desk(100), NOW + after);
        assert_eq!(waits, Some(again));
    }
    assert_eq!(gate.booked(), 2_991, "nobody has two places");
}

#[test]
fn who_comes_at_their_time_goes_before_who_never_waited() {
    let (gate, keys, round) = (Gate::default(), keys(1), round());
    let place = later(gate.enter(&keys, asker(1, &round, None), desk(4_000), NOW));
    let due = place.due_ms;
    let crowded = desk(4_000);
    assert_eq!(gate.enter(&keys, asker(1, &round, None), crowded, due), Entry::InTurn);
    later(gate.enter(&keys, asker(2, &round, None), crowded, due));
    // Too late is late: then it begins anew.
    let late = due + KEPT_MS + 1;
    later(gate.enter(&keys, asker(1, &round, None), crowded, late));
}

#[test]
fn a_desk_with_less_than_a_batch_calls_the_first_tenth_of_the_line_and_nobody_else() {
    let (gate, keys, round) = (Gate::default(), keys(1), round());
    let (less, enough) = (desk(ENOUGH_WAIT - 1), desk(ENOUGH_WAIT));
    let entered = |number, here: DeskState, at| {
        // Somebody else found a crowd a moment ago.
        later(gate.enter(&keys, asker(0, &round, None), desk(4_000), at));
        let waits = gate.waits(&keys, asker(number, &round, None), here, at);
        let entry = gate.enter(&keys, asker(number, &round, None), here, at);
        assert_eq!(waits.is_some(), matches!(entry, Entry::Later(_)));
        entry
    };
    let first = later(gate.enter(&keys, asker(1, &round, None), desk(4_000), NOW));
    // At least the next two seconds.
    let soon = first.due_ms - AHEAD_MS;
    later(entered(1, less, soon - 1));
    later(entered(1, enough, soon));
    let Entry::Early(place) = entered(1, less, soon) else { panic!("it is not their turn") };
    assert_eq!(place.due_ms, first.due_ms, "if nothing comes of it, their place stays");
    assert_eq!(entered(1, enough, first.due_ms), Entry::InTurn);
    // Of a long line the first tenth.
    let mut last = first;
    let dues: Vec<i64> = (2..200_000)
        .map(|number| {
            last = later(gate.enter(&keys, asker(number, &round, None), desk(4_000), NOW));
            last.due_ms
        })
        .collect();
    let at = first.due_ms - 2 * AHEAD_MS;
    let end = at + (last.due_ms - at) / AHEAD_PART;
    assert!(end > first.due_ms);
    let last_in = dues.partition_point(|due| *due <= end - 50) as u128 + 1;
    assert!(matches!(entered(last_in, less, at), Entry::Early(_)));
    later(entered(last_in, enough, at));
    let first_out = dues.partition_point(|due| *due <= end + 50) as u128 + 2;
    later(entered(first_out, less, at));
}

#[test]
fn a_place_that_lapsed_here_hides_no_ticket_of_another_server() {
    let (here, there, keys, round) = (Gate::default(), Gate::default(), keys(1), round());
    let crowded = desk(8_000);
    let lapsed = later(here.enter(&keys, asker(1, &round, None), crowded, NOW));
    let now = lapsed.due_ms + KEPT_MS + 1;
    let place = later(there.enter(&keys, asker(1, &round, None), crowded, now));
    let ticket = ticket_of(place.failure(&keys, asker(1, &round, None)));
    let back = here.enter(&keys, asker(1, &round, Some(&ticket)), crowded, place.due_ms);
    assert_eq!(back, Entry::InTurn);
}

#[test]
fn a_place_is_told_with_what_is_left_of_the_wait() {
    let place = Place { place: 3, due_ms: NOW + 5_000, retry_after_ms: 5_000 };
    assert_eq!(place.at(NOW + 4_000).retry_after_ms, 1_000);
    assert_eq!(place.at(NOW + 9_000).retry_after_ms, 0);
}

#[test]
fn a_ticket_is_of_one_person_and_one_round_and_cannot_be_made() {
    let (here, there) = (Gate::default(), Gate::default());
    let (keys, other_keys, round) = (keys(1), keys(2), round());
    let place = later(here.enter(&keys, asker(1, &round, None), desk(4_000), NOW));
    let ticket = ticket_of(place.failure(&keys, asker(1, &round, None)));
    let (due, crowded) = (place.due_ms, desk(4_000));
    // Another server with the same key knows nobody, and honours it: the time, and the turn.
    let early = later(there.enter(&keys, asker(1, &round, Some(&ticket)), crowded, NOW));
    assert_eq!((early.due_ms, there.booked()), (due, 0));
    let shown = |number, round: &RoundId, ticket: &str, keys: &Keys| {
        let gate = Gate::default();
        gate.enter(
            keys,
            Asker { person: person(number), round, ticket: Some(ticket) },
            crowded,
            due,
        )
    };
    assert_eq!(shown(1, &round, &ticket, &keys), Entry::InTurn);
    later(shown(2, &round, &ticket, &keys));
    let other_round = "r2".parse().unwrap();
    later(shown(1, &other_round, &ticket, &keys));
    later(shown(1, &round, &ticket, &other_keys));
    let (time, mac) = ticket.split_once('-').unwrap();
    let sooner = format!("{:x}-{mac}", i64::from_str_radix(time, 16).unwrap() - 60_000);
    for bad in [sooner.as_str(), "", "-", time, mac, &ticket[1..], &format!("{ticket}0"), "晉券"]
    {
        later(shown(1, &round, bad, &keys));
    }
}

#[test]
fn when_the_crowd_has_gone_nobody_waits_any_more() {
    let (gate, keys, round) = (Gate::default(), keys(1), round());
    for number in 0..100_000 {
        later(gate.enter(&keys, asker(number, &round, None), desk(4_000), NOW));
    }
    let calm = NOW + CALM_MS + 1;
    assert_eq!(gate.waits(&keys, asker(99_999, &round, None), desk(0), calm), None);
    assert_eq!(gate.enter(&keys, asker(99_999, &round, None), desk(0), calm), Entry::ByRoom);
    gate.decided(&person(99_999));
    assert_eq!(gate.booked(), 99_999);
    gate.forget_old(NOW + 3_600_000);
    assert_eq!(gate.booked(), 0);
}

#[test]
fn a_clock_that_is_put_back_keeps_nobody_out() {
    let (gate, keys, round) = (Gate::default(), keys(1), round());
    let place = later(gate.enter(&keys, asker(1, &round, None), desk(4_000), NOW));
    let ticket = ticket_of(place.failure(&keys, asker(1, &round, None)));
    let asker = asker(1, &round, Some(&ticket));
    let before = NOW - 3_600_000;
    assert_eq!(gate.waits(&keys, asker, desk(0), before), None);
    assert_eq!(gate.enter(&keys, asker, desk(0), before), Entry::ByRoom, "nobody is there");
    let another = later(gate.enter(&keys, asker, desk(4_000), before));
    assert_eq!(another.retry_after_ms, place.retry_after_ms, "as if nobody had come yet");
    assert_eq!(gate.waits(&keys, asker, desk(100), before), Some(another));
}

/// A jump so short that places are kept still: the crowd of then says nothing about now.
#[test]
fn a_clock_that_is_put_back_a_little_keeps_nobody_waiting_in_an_empty_hall() {
    let (gate, keys, round) = (Gate::default(), keys(1), round());
    let place = later(gate.enter(&keys, asker(1, &round, None), desk(4_000), NOW));
    let ticket = ticket_of(place.failure(&keys, asker(1, &round, None)));
    let asker = asker(1, &round, Some(&ticket));
    let before = NOW - 600_000;
    assert!(gate.place_of(&keys, asker, before).is_some(), "the place is kept");
    assert_eq!(gate.waits(&keys, asker, desk(0), before), None);
    assert_eq!(gate.enter(&keys, asker, desk(0), before), Entry::ByRoom);
}

/// A played rush: ten times what the desk can do, half of it people who press again before their time, one in ten of
/// those who were told a time never comes back, and there are fewer packs than persons.
#[test]
fn ten_times_too_many_and_every_promise_is_kept() {
    const TICK_MS: i64 = 10;
    const FOR_MS: i64 = 6_000;
    const PACKS: usize = 24_000;
    let (gate, keys, round) = (Gate::default(), keys(1), round());
    let mut queue: VecDeque<u128> = VecDeque::new();
    let mut told: HashMap<u128, (i64, i64)> = HashMap::new();
    let mut back: BTreeMap<i64, Vec<u128>> = BTreeMap::new();
    let (mut decided, mut worst, mut next, mut free_at, mut packs) = (0, 0.0_f64, 0, NOW, PACKS);
    let mut sold_out_at = None;
    let mut now = NOW;
    while now < NOW + FOR_MS || !back.is_empty() {
        let mut come: Vec<u128> = Vec::new();
        while back.first_key_value().is_some_and(|(at, _)| *at <= now) {
            come.extend(back.pop_first().unwrap().1);
        }
        if now < NOW + FOR_MS {
            // 512 in 100 ms is the desk's best; ten times that many come.
            let new = 10 * BATCH_MAX as u128 * u128::from(TICK_MS.unsigned_abs()) / 100 / 2;
            come.extend(next..next + new);
            // And as many press again, early.
            come.extend((0..new).map(|it| it * 7_919 % (next + new)));
            next += new;
        }
        for number in come {
            let is_told = told.get(&number).copied();
            if packs == 0 {
                // Sold out is said from memory.
                if let Some((at, due)) = is_told.filter(|(_, due)| *due <= now) {
                    worst = worst.max(lateness(at, due, now));
                    told.remove(&number);
                }
                continue;
            }
            match gate.enter(&keys, asker(number, &round, None), desk(queue.len()), now) {
                Entry::InTurn | Entry::ByRoom | Entry::Early(_) => {
                    assert!(queue.len() < 8_192, "the queue is full at {}", now - NOW);
                    queue.push_back(number);
                }
                Entry::Later(_) if number % 10 == 0 => {}
                Entry::Later(place) if is_told.is_none() => {
                    told.insert(number, (now, place.due_ms));
                    back.entry(place.due_ms).or_default().push(number);
                }
                Entry::Later(place) => assert_eq!(place.due_ms, is_told.unwrap().1),
            }
        }
        if now >= free_at && !queue.is_empty() {
            free_at = now + BATCH_MS;
            for number in queue.drain(..queue.len().min(BATCH_MAX)) {
                decided += 1;
                packs = packs.saturating_sub(1);
                gate.decided(&person(number));
                if let Some((at, due)) = told.remove(&number) {
                    worst = worst.max(lateness(at, due, now + BATCH_MS));
                }
            }
            if packs == 0 && sold_out_at.is_none() {
                sold_out_at = Some(now);
            }
        }
        now += TICK_MS;
    }
    let best = usize::try_from((sold_out_at.unwrap() - NOW) / BATCH_MS).unwrap() * BATCH_MAX;
    assert!(decided * 100 >= best * 95, "{decided} of {best}");
    assert!(worst <= 0.2, "somebody was decided {worst} of their wait after their time");
}

/// How much later than told somebody was decided, as a part of the wait; what is below a second is not told apart from
/// the way of an answer.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of a short time")]
fn lateness(told_at: i64, due: i64, now: i64) -> f64 {
    let late = (now - due - BATCH_MS).max(0);
    late as f64 / (due - told_at).max(1_000) as f64
}
