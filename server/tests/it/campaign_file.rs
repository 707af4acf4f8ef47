//! Campaign files: checked whole, each finding with its line and field, and an error changes nothing.

use server::campaign_file::CampaignFile;

use crate::support::process::run;
use crate::support::{Database, On};

const SHIPPED: &str = include_str!("../../../campaigns/jincheng-2020.toml");

#[test]
fn the_shipped_files_are_what_the_campaign_says() {
    let file = CampaignFile::parse(SHIPPED).unwrap();
    assert_eq!(file.campaign.appropriation.fen(), 1_500_000_000);
    let round = &file.rounds[0];
    assert_eq!((round.stock(), round.budget.fen()), (60_000, 300_000_000));
    assert_eq!(round.window.opens_at().to_string(), "2020-04-22T09:00:00+08:00");
    assert_eq!(round.window.closes_at().to_string(), "2020-04-29T00:00:00+08:00");
    let later = CampaignFile::parse(include_str!("../../../campaigns/jincheng-2021.toml")).unwrap();
    assert_eq!(later.campaign.appropriation.fen(), 380_000_000);
    assert_eq!(later.rounds[0].packs.len(), 4);
}

/// Each wrong edit of the shipped file with the field that is named.
#[test]
fn each_error_names_its_line_and_field() {
    let cases = [
        ("stock = 60_000", "stock = 0", "rounds.packs.stock"),
        ("stock = 60_000", "stock = \"many\"", "rounds.packs.stock"),
        ("stock = 60_000", "stock = -1", "rounds.packs.stock"),
        ("budget_fen = 300_000_000", "budget_fen = 300_000_001", "rounds.budget_fen"),
        ("appropriation_fen = 1_500_000_000", "appropriation_fen = 100", "appropriation_fen"),
        ("appropriation_fen = 1_500_000_000", "appropriation_fen = -5", "appropriation_fen"),
        (
            "closes_at = \"2020-04-29T00:00:00+08:00\"",
            "closes_at = \"2020-04-20T00:00:00+08:00\"",
            "rounds.closes_at",
        ),
        ("opens_at = \"2020-04-22T09:00:00+08:00\"", "opens_at = \"tomorrow\"", "rounds.opens_at"),
        ("kind = \"fuel\"", "kind = \"petrol\"", "rounds.packs.vouchers.kind"),
        ("accepts = [\"dining\"]", "accepts = [\"nothing\"]", "kinds.accepts"),
        ("seal = \"油\"", "seal = \"加油\"", "kinds.seal"),
        ("colour = \"indigo\"", "colour = \"purple\"", "kinds.colour"),
        ("code = \"140502\"", "code = \"14\"", "districts.code"),
        ("real_name_level = 2", "real_name_level = 9", "rounds.real_name_level"),
        ("limit_per = \"round\"", "limit_per = \"day\"", "rounds.limit_per"),
        ("limit_per = \"round\"", "limit = \"round\"", "rounds.limit"),
        ("hotline = \"12345\"", "hotline = \"call us\"", "hotline"),
    ];
    for (from, to, field) in cases {
        assert!(SHIPPED.contains(from), "{from}");
        let wrong = SHIPPED.replacen(from, to, 1);
        let line = SHIPPED[..SHIPPED.find(from).unwrap()].lines().count() + 1;
        let findings = CampaignFile::parse(&wrong).unwrap_err().0;
        let found = findings.iter().find(|finding| finding.field == field);
        let found = found.unwrap_or_else(|| panic!("{to}: {findings:?}"));
        // What concerns a whole table is named at its head.
        assert!(found.line.abs_diff(line) <= 8, "{to}: line {} and not {line}", found.line);
    }
}

#[test]
fn several_errors_are_found_at_once() {
    let wrong = SHIPPED.replacen("seal = \"油\"", "seal = \"加油\"", 1).replacen(
        "stock = 60_000",
        "stock = 0",
        1,
    );
    let findings = CampaignFile::parse(&wrong).unwrap_err().0;
    assert!(findings.len() >= 2, "{findings:?}");
    assert!(findings.is_sorted());
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_is_all_or_nothing() {
    for on in [On::Sqlite, On::Postgres] {
        let database = Database::fresh(on);
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let wrong = write("wrong.toml", &SHIPPED.replacen("stock = 60_000", "stock = 0", 1));
        let right = write("right.toml", SHIPPED);
        let other = write("other.toml", &SHIPPED.replacen("12345", "12315", 1));
        let import = async |file: &str| {
            run(&["campaign", "import", file, "--database", &database.url]).await
        };
        let show = async || run(&["campaign", "show", "--database", &database.url]).await;

        let (code, _, said) = import(&wrong).await;
        assert_eq!(code, Some(1));
        assert!(
            said.contains("wrong.toml: line ") && said.contains("rounds.packs.stock"),
            "{said}"
        );
        assert_eq!(show().await.0, Some(1), "nothing was imported");
        assert_eq!(import(&right).await.0, Some(0));
        let shown = show().await.1;
        assert!(shown.contains("60000 of 60000 left"), "{shown}");
        let (code, said, _) = import(&right).await;
        assert!(code == Some(0) && said.contains("nothing changed"), "{said}");
        let (code, _, said) = import(&other).await;
        assert!(code == Some(1) && said.contains("another campaign"), "{said}");
        assert_eq!(show().await.1, shown);
    }
}
