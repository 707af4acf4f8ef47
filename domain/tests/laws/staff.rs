//! Roles, and how a sign-in is tried.

use domain::staff::{
    LOCK_MAX_MS, LOCK_MS, LOCKING_TRY, Login, Permit, Role, STEP_MS, TRIES_KEPT_MS, Tries, step_at,
    steps_taken,
};
use domain::time::Timestamp;
use proptest::prelude::*;

macro_rules! permits {
    ($($permit:ident)*) => {
        const PERMITS: &[Permit] = &[$(Permit::$permit),*];

        /// Does not compile while a permit is missing above.
        fn is_listed(permit: Permit) -> bool {
            match permit {
                $(Permit::$permit)|* => PERMITS.contains(&permit),
            }
        }
    };
}

permits!(
    UseTill ReadRounds PlanRounds ApproveRounds ReadMerchants ReviewMerchants ReadMoney ManageStaff ReadAudit
    ReadRisk DecideRisk ExportActs SeePersons
);

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

#[test]
fn an_auditor_changes_nothing_and_an_administrator_sees_no_citizen() {
    assert!(PERMITS.iter().copied().all(is_listed));
    let of = |role: Role| -> Vec<Permit> {
        PERMITS.iter().copied().filter(|permit| role.may(*permit)).collect()
    };
    assert_eq!(of(Role::Cashier), [Permit::UseTill]);
    let operates = [
        Permit::ReadRounds,
        Permit::PlanRounds,
        Permit::ReadMerchants,
        Permit::ReviewMerchants,
        Permit::ReadMoney,
        Permit::ReadRisk,
        Permit::DecideRisk,
        Permit::ExportActs,
    ];
    assert_eq!(of(Role::Operator), operates);
    let approves = [
        Permit::ReadRounds,
        Permit::ApproveRounds,
        Permit::ReadMerchants,
        Permit::ReadMoney,
        Permit::ExportActs,
    ];
    assert_eq!(of(Role::Approver), approves);
    let audits = [
        Permit::ReadRounds,
        Permit::ReadMerchants,
        Permit::ReadMoney,
        Permit::ReadAudit,
        Permit::ReadRisk,
        Permit::ExportActs,
        Permit::SeePersons,
    ];
    assert_eq!(of(Role::Auditor), audits);
    assert_eq!(of(Role::Administrator), [Permit::ManageStaff, Permit::ReadAudit]);
    for role in Role::ALL {
        assert_eq!(Role::from_code(role.code()), Some(role));
        assert!(role.idle_ms() < role.session_ms());
    }
}

#[test]
fn a_login_has_one_spelling() {
    for good in ["abc", "till-01.city_hall", &"a".repeat(64)] {
        assert!(good.parse::<Login>().is_ok(), "{good}");
    }
    for bad in ["", "ab", "Abc", "a b c", "收銀", &"a".repeat(65)] {
        assert!(bad.parse::<Login>().is_err(), "{bad}");
    }
}

#[test]
fn wrong_tries_lock_for_longer_and_longer_and_never_for_good() {
    let mut now = at(0);
    let mut tries = None;
    let mut locks = Vec::new();
    for _ in 0..12 {
        let counted = Tries::counting(tries, now).expect("not locked");
        locks.push(counted.locked_until.millis_since(now));
        now = counted.locked_until.plus_millis(1);
        tries = Some(counted);
    }
    let minutes: Vec<i64> = locks.iter().map(|ms| ms / LOCK_MS).collect();
    assert_eq!(minutes, [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15]);
    assert_eq!(locks.iter().max(), Some(&LOCK_MAX_MS));
}

#[test]
fn trying_does_not_lengthen_a_lock_and_a_quiet_day_forgives() {
    let locked = Tries { failed: LOCKING_TRY, locked_until: at(LOCK_MS), tried_at: at(0) };
    assert_eq!(Tries::counting(Some(locked), at(1)), Err(at(LOCK_MS)));
    let after = Tries::counting(Some(locked), at(LOCK_MS)).expect("over");
    assert_eq!(after.failed, LOCKING_TRY + 1);
    let forgiven = Tries::counting(Some(locked), at(TRIES_KEPT_MS)).expect("forgotten");
    assert_eq!(forgiven.failed, 1);
}

proptest! {
    #[test]
    fn however_somebody_tries_a_lock_ends_within_a_quarter_of_an_hour(
        pauses in prop::collection::vec(0..2_000_000_i64, 1..60)
    ) {
        let (mut now, mut tries) = (at(0), None);
        for pause in pauses {
            now = now.plus_millis(pause);
            match Tries::counting(tries, now) {
                Ok(counted) => {
                    prop_assert!(counted.locked_until.millis_since(now) <= LOCK_MAX_MS);
                    tries = Some(counted);
                }
                Err(end) => prop_assert!((1..=LOCK_MAX_MS).contains(&end.millis_since(now))),
            }
        }
    }

    #[test]
    fn a_used_step_is_never_taken_again(ms in 0..4_000_000_000_000_i64, used in -2..3_i64) {
        let here = step_at(at(ms));
        let taken: Vec<i64> = steps_taken(at(ms), here + used).collect();
        prop_assert!(taken.iter().all(|step| *step > here + used && (step - here).abs() <= 1));
        prop_assert_eq!(taken.contains(&here), used < 0);
    }
}

#[test]
fn the_first_step_begins_with_the_epoch() {
    assert_eq!((step_at(at(0)), step_at(at(STEP_MS - 1)), step_at(at(STEP_MS))), (0, 0, 1));
}
