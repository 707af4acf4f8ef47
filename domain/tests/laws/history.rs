//! The city's past: a file is taken whole or not at all, and what it does not state is absent.

use domain::history::{HEAD, Problem, Programme, Together, Wrong, parse};
use domain::money::Amount;
use domain::results::file::{Table, file};
use domain::results::{Multiplier, Results};
use domain::time::Timestamp;
use proptest::prelude::*;

const SHIPPED: &str = include_str!("../../../campaigns/history/jincheng-2020.csv");
const TOTAL: &str = "p,total,2020-03-01,2020-03-10,1000,900,5000,甲,甲,A,source";

fn problems(lines: &[&str]) -> Vec<(usize, Wrong)> {
    let text = std::iter::once(HEAD).chain(lines.iter().copied()).collect::<Vec<_>>().join("\n");
    let problems = parse(&text).err().unwrap_or_default();
    problems.into_iter().map(|Problem { line, what }| (line, what)).collect()
}

fn shipped() -> Vec<Programme> {
    parse(SHIPPED).expect("the shipped file")
}

#[test]
fn the_press_report_is_stated_as_far_as_it_goes() {
    let programmes = shipped();
    let [first, second] = programmes.as_slice() else { panic!("two programmes") };
    let said = |it: Option<Multiplier>| it.map(|it| it.to_string());
    assert_eq!(said(first.per_issued()).as_deref(), Some("12.0"));
    assert_eq!(said(first.per_redeemed()), None, "what was redeemed of it is not stated");
    assert_eq!(said(second.per_redeemed()).as_deref(), Some("11.83"));
    assert_eq!(said(Together::of(&programmes).per_issued()).as_deref(), Some("11.53"));
    assert_eq!(said(Together::of(&programmes).per_redeemed()), None);
    let amounts = |stated: domain::history::Stated| {
        (stated.redeemed.map(Amount::yuan), stated.sales.map(Amount::yuan))
    };
    assert_eq!(amounts(first.beginning), (Some(28_000), Some(420_000)));
    assert_eq!(amounts(first.peak), (Some(1_265_000), Some(14_131_000)));
    assert!(first.daily.is_empty() && second.daily.is_empty(), "no day is stated with its date");
}

#[test]
fn every_wrong_line_is_named() {
    let cases: [(&[&str], Wrong); 17] = [
        (&["p,total,2020-03-01"], Wrong::Columns(3)),
        (&["p,\"total,2020-03-01,2020-03-10,1,1,1,a,a,a,a"], Wrong::Quotation),
        (&["P!,total,2020-03-01,2020-03-10,1000,900,5000,a,a,a,a"], Wrong::Programme),
        (&["p,sum,2020-03-01,2020-03-10,1000,900,5000,a,a,a,a"], Wrong::Record),
        (&["p,total,2020-02-30,2020-03-10,1000,900,5000,a,a,a,a"], Wrong::Day("from")),
        (&["p,total,2020-03-11,2020-03-10,1000,900,5000,a,a,a,a"], Wrong::Span),
        (&["p,total,2020-03-01,2020-03-10,1.5,900,5000,a,a,a,a"], Wrong::Figure("issued_fen")),
        (&["p,total,2020-03-01,2020-03-10,1000,-1,5000,a,a,a,a"], Wrong::Figure("redeemed_fen")),
        (&["p,total,2020-03-01,2020-03-10,,,,a,a,a,a"], Wrong::Nothing),
        (&["p,total,2020-03-01,2020-03-10,1000,900,800,a,a,a,a"], Wrong::Redeemed("sales_fen")),
        (&["p,total,2020-03-01,2020-03-10,800,900,5000,a,a,a,a"], Wrong::Redeemed("issued_fen")),
        (&["p,total,2020-03-01,2020-03-10,1000,900,5000,a,a,a,"], Wrong::Text),
        (&["p,day,2020-03-01,2020-03-01,,1,5,,,,"], Wrong::NoTotal),
        (&[TOTAL, "p,day,2020-03-11,2020-03-11,,1,5,,,,"], Wrong::Outside),
        (&[TOTAL, "p,day,2020-03-02,2020-03-02,1,1,5,,,,"], Wrong::Issued),
        (&[TOTAL, "p,day,2020-03-02,2020-03-02,,901,5000,,,,"], Wrong::MoreThanTotal),
        (
            &[
                TOTAL,
                "p,peak,2020-03-01,2020-03-10,,5,9,,,,",
                "p,day,2020-03-02,2020-03-02,,6,9,,,,",
            ],
            Wrong::AbovePeak,
        ),
    ];
    for (lines, what) in cases {
        assert_eq!(problems(lines), [(lines.len() + 1, what)], "{lines:?}");
    }
    let day = "p,day,2020-03-02,2020-03-02,,1,5,,,,";
    assert_eq!(problems(&[TOTAL, day, day]), [(4, Wrong::Twice(3))]);
    assert_eq!(problems(&[TOTAL, TOTAL]), [(3, Wrong::Twice(2))]);
    assert_eq!(problems(&[]), [(1, Wrong::Empty)]);
    assert_eq!(parse("programme,day").expect_err("no head")[0].what, Wrong::Head);
}

#[test]
fn what_is_given_out_can_be_brought_again() {
    let results = Results {
        counted_at: Timestamp::from_millis(0),
        appropriation: Amount::ZERO,
        pool: Amount::ZERO,
        cells: Vec::new(),
        rounds: Vec::new(),
        entrances: Vec::new(),
        history: shipped(),
    };
    assert_eq!(parse(&file(&results, Table::History)), Ok(shipped()));
}

/// Lines that are nearly right, and others that are not.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let day = "p,day,2020-03-0[1-9],2020-03-0[1-9],,[0-9]{0,3},[0-9]{0,4},,,,";
    prop::collection::vec(prop_oneof!["[p,0-9\"-]{0,40}", day], 0..12)
}

proptest! {
    /// Nothing that anybody brings ends the process, and a file that is taken states no day twice.
    #[test]
    fn no_file_is_too_strange(lines in lines()) {
        let text = [&[HEAD.to_owned(), TOTAL.to_owned()], lines.as_slice()].concat().join("\n");
        if let Ok(programmes) = parse(&text) {
            for it in programmes {
                prop_assert!(it.daily.windows(2).all(|pair| pair[0].0 < pair[1].0));
            }
        }
    }
}
