//! R17, R20: what stands in the audit record, and bytes that say which.

use std::collections::BTreeSet;

use domain::audit::{Act, ChainEnd, Entry, Record, Who};
use domain::ledger::Link;
use domain::merchant::Decision;
use proptest::prelude::*;

use crate::any::at;

/// Values that run into one another when they are written side by side.
fn texts() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "1:", "a", "a\n1:a", "\n", "a\n", "1:a\n", "0:\n", "晉"])
        .prop_map(ToOwned::to_owned)
}

fn whos() -> impl Strategy<Value = Who> {
    prop::sample::select(vec!["staff:abc", "staff:abcd", "command", "product"])
        .prop_map(|text| text.parse().expect("somebody"))
}

fn records() -> impl Strategy<Value = Record> {
    let number = || prop::sample::select(vec![1_i64, 11, 111]);
    let act = prop::sample::select(vec![Act::PlanWritten, Act::StaffAdded]);
    let previous = prop::sample::select(vec![[0_u8; 32], [b'\n'; 32]]);
    (number(), number(), whos(), act, texts(), texts(), previous).prop_map(
        |(sequence, ms, who, act, subject, detail, previous)| Record {
            sequence,
            entry: Entry { at: at(ms), who, act, subject, detail },
            previous,
        },
    )
}

proptest! {
    /// Takes apart: any field left out of `canonical_bytes`, or the length before a text.
    #[test]
    fn r20_different_records_have_different_bytes(one in records(), other in records()) {
        prop_assert_eq!(one == other, one.canonical_bytes() == other.canonical_bytes());
    }

    /// Takes apart: the end's number or hash left out of `Record::after`.
    #[test]
    fn r20_a_record_follows_the_end_of_the_chain(record in records(), sequence in 0_i64..9, byte: u8) {
        let end = Link { sequence, hash: [byte; 32] };
        let next = Record::after(end, record.entry.clone());
        prop_assert_eq!(next.sequence, sequence + 1);
        prop_assert_eq!(next.previous, end.hash);
        prop_assert_eq!(next.entry, record.entry);
    }

    #[test]
    fn r20_the_end_of_a_chain_reads_as_it_was_written(sequence in 0_i64.., hash: [u8; 32]) {
        let end = ChainEnd { chain: "round:r1".to_owned(), link: Link { sequence, hash } };
        let line = end.to_string();
        prop_assert_eq!(line.parse(), Ok(end));
        prop_assert!(line.to_uppercase().parse::<ChainEnd>().is_err());
        let longer = line + " ";
        prop_assert!(longer.parse::<ChainEnd>().is_err());
    }
}

#[test]
fn r17_every_act_has_a_code_of_its_own() {
    let codes: BTreeSet<&str> = Act::ALL.iter().map(|act| act.code()).collect();
    assert_eq!(codes.len(), Act::ALL.len());
    for act in Act::ALL {
        assert_eq!(Act::from_code(act.code()), Some(*act));
        assert!(act.code().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
    }
    let decisions: BTreeSet<Act> = Decision::ALL.into_iter().map(Act::from).collect();
    assert_eq!(decisions.len(), Decision::ALL.len());
}

#[test]
fn r17_who_reads_as_it_was_written() {
    for text in ["staff:li.ming", "command", "product"] {
        assert_eq!(text.parse::<Who>().expect("somebody").to_string(), text);
    }
    for text in ["", "staff", "staff:", "staff:Li", "commands", "product:", "person:1"] {
        assert!(text.parse::<Who>().is_err(), "{text}");
    }
}
