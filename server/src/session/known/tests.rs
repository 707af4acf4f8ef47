use domain::round::RealNameLevel;

use super::*;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn row() -> SessionRow {
    SessionRow {
        person: domain::id::PersonId::mint(0, 1),
        account: domain::id::AccountId::mint(0, 1),
        masked_name: Arc::from(""),
        division: Arc::from(""),
        real_name_level: RealNameLevel(2),
        consented: true,
        created_at: at(0),
        expires_at: at(100_000),
        seen_at: at(0),
    }
}

fn session(row: SessionRow) -> Session {
    Session::of(token(1), row)
}

fn token(number: usize) -> [u8; 32] {
    let mut token = [0; 32];
    token[..8].copy_from_slice(&number.to_be_bytes());
    token
}

/// A memory that was told of changes at that time, here and at the database's.
fn told(ms: i64) -> Known {
    Known { told: Some(Told { here: at(ms), there: at(ms) }), ..Known::default() }
}

/// What changed, as it was read at that time by the database's clock.
fn changes(token_hashes: &[[u8; 32]], ms: i64) -> Changes {
    Changes { read_at: at(ms), token_hashes: token_hashes.to_vec() }
}

#[test]
fn what_was_read_is_believed_until_its_end_or_a_change() {
    let mut known = told(95_000);
    known.put(token(1), session(row()));
    assert!(known.find(&token(1), at(99_999)).is_some());
    assert!(known.find(&token(1), at(100_000)).is_none(), "the session has expired");
    known.is_told(&changes(&[token(1)], 96_000), at(96_000));
    assert!(known.find(&token(1), at(96_000)).is_none(), "something changed");
}

#[test]
fn nothing_is_believed_by_whoever_is_told_nothing() {
    let mut known = Known::default();
    known.put(token(1), session(row()));
    assert!(known.find(&token(1), at(0)).is_none(), "never told");
    known.is_told(&changes(&[], 0), at(0));
    known.put(token(1), session(row()));
    assert!(known.find(&token(1), at(TOLD_WITHIN_MS - 1)).is_some());
    assert!(known.find(&token(1), at(TOLD_WITHIN_MS)).is_none(), "told too long ago");
    known.is_told(&changes(&[], TOLD_WITHIN_MS), at(TOLD_WITHIN_MS));
    assert!(known.find(&token(1), at(TOLD_WITHIN_MS)).is_none(), "a change may be missed");
}

#[test]
fn nothing_is_believed_after_a_pause_by_either_clock() {
    for (here, there) in [(TOLD_WITHIN_MS, 0), (0, TOLD_WITHIN_MS), (-50_000, 30_000)] {
        let mut known = told(100_000);
        known.put(token(1), session(SessionRow { expires_at: at(200_000), ..row() }));
        known.is_told(&changes(&[], 100_000 + there), at(100_000 + here));
        assert!(known.find(&token(1), at(100_000 + here)).is_none(), "{here} {there}");
    }
    let mut known = told(100_000);
    known.put(token(1), session(SessionRow { expires_at: at(200_000), ..row() }));
    // The database's clock was set back: what is dated since is still within what is read.
    known.is_told(&changes(&[], 40_000), at(100_250));
    assert!(known.find(&token(1), at(100_250)).is_some());
}

#[test]
fn whoever_was_idle_here_is_read_again() {
    let mut known = told(IDLE_MS);
    let row = SessionRow { expires_at: at(2 * IDLE_MS), ..row() };
    known.put(token(1), session(row));
    assert!(known.find(&token(1), at(IDLE_MS)).is_some());
    assert!(known.find(&token(1), at(IDLE_MS + 1)).is_none());
}

#[test]
fn a_use_keeps_a_session_awake_and_brings_none_back() {
    let mut known = told(IDLE_MS);
    known.put(token(1), session(SessionRow { expires_at: at(2 * IDLE_MS), ..row() }));
    known.touch(&token(1), at(IDLE_MS));
    assert!(known.find(&token(1), at(IDLE_MS + 1)).is_some());
    known.forget(&token(1));
    known.touch(&token(1), at(IDLE_MS + 1));
    assert!(known.find(&token(1), at(IDLE_MS + 1)).is_none(), "it was ended meanwhile");
}

#[test]
fn learning_takes_in_who_counts_and_keeps_what_is_newer() {
    let mut known = told(10);
    let newer = SessionRow { consented: false, ..row() };
    known.put(token(1), session(newer));
    let over = SessionRow { expires_at: at(10), ..row() };
    let mark = Mark { expires_at: at(100_000), token_hash: token(3) };
    let page = vec![(token(1), row()), (token(2), row()), (token(3), over)];
    assert!(known.learn(page, at(10), Some(mark)));
    assert!(!known.find(&token(1), at(10)).unwrap().citizen.standing.consented, "newer");
    assert!(known.find(&token(2), at(10)).is_some());
    assert_eq!((known.young.len(), known.learned), (2, Some(mark)));
}

#[test]
fn whoever_comes_again_stays_and_the_number_is_bounded() {
    let mut known = told(0);
    let session = session(row());
    for number in 0..4 * HALF_MAX {
        known.put(token(number), session.clone());
        assert!(known.find(&token(0), at(0)).is_some());
    }
    assert!(known.young.len() + known.old.len() <= 2 * HALF_MAX);
    assert!(known.find(&token(1), at(0)).is_none());
}

#[test]
fn nobody_is_forgotten_while_there_is_room() {
    let mut known = told(0);
    let learned = HALF_MAX + 2;
    assert!(known.learn((0..learned).map(|number| (token(number), row())).collect(), at(0), None));
    known.put(token(learned), session(row()));
    for number in (0..=learned).rev() {
        assert!(known.find(&token(number), at(0)).is_some(), "{number}");
    }
}
