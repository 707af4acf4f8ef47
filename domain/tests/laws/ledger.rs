//! R14, R20: every fen in exactly one place, and bytes that say which.

use std::collections::BTreeMap;

use domain::id::{NotAnId, RoundId};
use domain::ledger::{Account, Chain, Digest, Link, Posting, Reason, Transfer};
use domain::money::Amount;
use domain::time::Timestamp;
use proptest::prelude::*;

use crate::any::{at, fen, hostile, merchant_ids, round_ids};

fn accounts() -> impl Strategy<Value = Account> {
    prop_oneof![
        Just(Account::Pool),
        round_ids().prop_map(Account::Stock),
        round_ids().prop_map(Account::Issued),
        merchant_ids().prop_map(Account::Payable),
        merchant_ids().prop_map(Account::Paid),
    ]
}

/// The balances after transfers, by name.
fn balances(transfers: &[Transfer]) -> BTreeMap<String, i64> {
    let mut balances = BTreeMap::new();
    for Posting { source, target, amount } in transfers.iter().flat_map(|it| &it.postings) {
        if let Some(source) = source {
            *balances.entry(source.to_string()).or_insert(0) -= amount.fen();
        }
        *balances.entry(target.to_string()).or_insert(0) += amount.fen();
    }
    balances
}

/// Few values in each place, so that generated pairs often share most of their fields, and values that run into one
/// another when they are written side by side.
fn near_transfers() -> impl Strategy<Value = Transfer> {
    let rounds = || prop::sample::select(vec!["r", "r1", "r11", "1", "-", "campaign"]);
    let round = move || rounds().prop_map(|text| text.parse::<RoundId>().expect("an identifier"));
    let chain = prop_oneof![1 => Just(Chain::Campaign), 2 => round().prop_map(Chain::Round)];
    let account = move || {
        prop_oneof![
            Just(Account::Pool),
            round().prop_map(Account::Stock),
            round().prop_map(Account::Issued)
        ]
    };
    let posting =
        (prop::option::of(account()), account(), prop::sample::select(vec![1_i64, 11, 111]))
            .prop_map(|(source, target, amount)| Posting { source, target, amount: fen(amount) });
    let reason = prop::sample::select(vec![Reason::Appropriation, Reason::Approval, Reason::Grant]);
    let digest = || {
        prop::sample::select(vec![[0; 32], [b'\n'; 32], *b">pool:1\n>pool:1\n>pool:1\n>pool:1\n"])
    };
    let number = prop::sample::select(vec![1_i64, 11, 111]);
    let instant = prop::sample::select(vec![1_i64, 11, 111]);
    let postings = prop::collection::vec(posting, 0..4);
    (chain, number, reason, instant, postings, digest(), digest()).prop_map(
        |(chain, sequence, reason, ms, postings, digest, previous)| Transfer {
            chain,
            sequence,
            reason,
            at: at(ms),
            postings,
            digest,
            previous,
        },
    )
}

/// The transfer with exactly one of its fields changed.
fn changed(transfer: &Transfer, field: usize) -> Transfer {
    let mut other = transfer.clone();
    let flip = |digest: &mut Digest, place: usize| digest[place % 32] ^= 1;
    match field % 8 {
        0 => other.chain = Chain::Round("another".parse().expect("an identifier")),
        1 => other.sequence += 1,
        2 => {
            other.reason =
                if other.reason == Reason::Grant { Reason::Approval } else { Reason::Grant }
        }
        3 => other.at = other.at.plus_millis(1),
        4 => flip(&mut other.digest, field),
        5 => flip(&mut other.previous, field),
        6 => other.postings.push(Posting { source: None, target: Account::Pool, amount: fen(1) }),
        _ => match other.postings.first_mut() {
            Some(posting) => posting.amount = posting.amount.plus(fen(1)).expect("an amount"),
            None => other.sequence += 1,
        },
    }
    other
}

proptest! {
    #[test]
    fn r14_an_account_survives_its_name(account in accounts()) {
        prop_assert_eq!(account.to_string().parse(), Ok(account));
    }

    #[test]
    fn r14_an_account_has_one_name(text in prop_oneof![
        hostile(), "(pool|stock|issued|payable|paid|stocks)?:?[a-zA-Z0-9-]{0,26}:?",
    ]) {
        if let Ok(account) = text.parse::<Account>() {
            prop_assert_eq!(account.to_string(), text);
        }
    }

    #[test]
    fn r14_money_moves_and_the_sum_stays(
        appropriation in 1_000_000..2_000_000_i64,
        rounds in prop::collection::btree_map(
            round_ids(),
            (1..100_000_i64, prop::collection::vec(1..10_000_i64, 0..5)),
            1..6,
        ),
    ) {
        let mut transfers = vec![Transfer::appropriation(at(1), fen(appropriation))];
        prop_assert_eq!(balances(&transfers), BTreeMap::from([("pool".to_owned(), appropriation)]));
        let mut wanted = BTreeMap::from([("pool".to_owned(), appropriation)]);
        for (round, (approved, grants)) in &rounds {
            transfers.push(Transfer::approval(at(2), round, fen(*approved)));
            *wanted.entry("pool".to_owned()).or_default() -= approved;
            let mut link = Link { sequence: 1, hash: [1; 32] };
            let (mut stock, mut issued) = (*approved, 0);
            for grant in grants {
                if *grant > stock {
                    continue;
                }
                let transfer = Transfer::grant(at(3), round, fen(*grant), [7; 32], link);
                prop_assert_eq!(transfer.sequence, link.sequence + 1, "it follows its chain");
                prop_assert_eq!(transfer.previous, link.hash, "and carries the hash of the last");
                prop_assert_eq!(&transfer.chain, &Chain::Round(round.clone()));
                link = Link { sequence: transfer.sequence, hash: [u8::try_from(transfer.sequence).unwrap_or(0); 32] };
                transfers.push(transfer);
                (stock, issued) = (stock - grant, issued + grant);
            }
            wanted.insert(format!("stock:{round}"), stock);
            if issued > 0 {
                wanted.insert(format!("issued:{round}"), issued);
            }
            let sum: i64 = balances(&transfers).values().sum();
            prop_assert_eq!(sum, appropriation, "every fen is in exactly one place");
        }
        prop_assert_eq!(balances(&transfers), wanted);
        prop_assert!(balances(&transfers).values().all(|balance| *balance >= 0));
    }

    #[test]
    fn r14_only_the_appropriation_comes_from_nowhere(
        round in round_ids(), amount in 1..1_000_000_i64, sequence in 0..1_000_i64,
    ) {
        let link = Link { sequence, hash: [3; 32] };
        let approval = Transfer::approval(at(1), &round, fen(amount));
        let grant = Transfer::grant(at(1), &round, fen(amount), [0; 32], link);
        for transfer in [approval, grant] {
            prop_assert!(transfer.postings.iter().all(|posting| posting.source.is_some()));
            prop_assert_eq!(balances(&[transfer]).values().sum::<i64>(), 0);
        }
    }

    #[test]
    fn r20_different_transfers_have_different_bytes(one in near_transfers(), other in near_transfers()) {
        prop_assert_eq!(one.canonical_bytes() == other.canonical_bytes(), one == other);
    }

    #[test]
    fn r20_every_field_is_in_the_bytes(transfer in near_transfers(), field in 0..256_usize) {
        let other = changed(&transfer, field);
        prop_assert_ne!(transfer.canonical_bytes(), other.canonical_bytes());
        prop_assert_eq!(transfer.canonical_bytes(), transfer.clone().canonical_bytes());
    }
}

#[test]
fn r14_names_that_are_nearly_accounts_are_none() {
    for text in [
        "",
        ":",
        "pool:",
        "pool:r1",
        "Pool",
        "stock",
        "stock:",
        "stock:R1",
        "stock:r1:r2",
        "payable:r1",
        "paid:",
    ] {
        assert_eq!(text.parse::<Account>(), Err(NotAnId), "{text}");
    }
}

/// The form never changes: a ledger that was written by an older version must still verify.
#[test]
fn r20_the_bytes_of_a_transfer_are_these() {
    let round: RoundId = "r1".parse().expect("an identifier");
    let noon = Timestamp::from_millis(1_587_517_200_000);
    let link = Link { sequence: 4, hash: [2; 32] };
    let grant = Transfer::grant(noon, &round, fen(10_000), [1; 32], link);
    let mut bytes =
        b"jinquan-transfer-1\nround:r1\n5\ngrant\n1587517200000\nstock:r1>issued:r1:10000\n"
            .to_vec();
    bytes.extend([1; 32]);
    bytes.extend([2; 32]);
    assert_eq!(grant.canonical_bytes(), bytes);
    let opening = Transfer::appropriation(noon, Amount::from_fen(7).expect("an amount"));
    let mut bytes =
        b"jinquan-transfer-1\ncampaign\n1\nappropriation\n1587517200000\n>pool:7\n".to_vec();
    bytes.extend([0; 64]);
    assert_eq!(opening.canonical_bytes(), bytes);
}
