//! Both engines have the same tables with the same columns, and the reset knows every one of them.

use std::collections::BTreeMap;

use store::Engine;

use crate::engines::{Fresh, fresh};

/// Column, kind, whether it may be missing.
type Columns = Vec<(String, String, bool)>;

async fn tables(fresh: &Fresh) -> BTreeMap<String, Columns> {
    let rows: Vec<(String, String, String, i64)> = match fresh.engine {
        Engine::Sqlite => {
            fresh
                .rows(
                    "select m.name, c.name, lower(c.type), 1 - c.\"notnull\"
                     from sqlite_master m join pragma_table_info(m.name) c
                     where m.type = 'table' and m.name not like '\\_%' escape '\\'
                         and m.name not like 'sqlite%'
                     order by m.name, c.cid",
                )
                .await
        }
        Engine::Postgres => {
            fresh
                .rows(
                    "select table_name::text, column_name::text, data_type::text,
                            (case is_nullable when 'YES' then 1 else 0 end)::bigint
                     from information_schema.columns
                     where table_schema = 'public' and table_name not like '\\_%'
                     order by table_name, ordinal_position",
                )
                .await
        }
    };
    let mut tables = BTreeMap::<String, Columns>::new();
    for (table, column, kind, nullable) in rows {
        let kind = match kind.as_str() {
            "bigint" => "integer".to_owned(),
            "bytea" => "blob".to_owned(),
            other => other.to_owned(),
        };
        tables.entry(table).or_default().push((column, kind, nullable == 1));
    }
    tables
}

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let sqlite = tables(&fresh(Engine::Sqlite).await).await;
    let postgres = tables(&fresh(Engine::Postgres).await).await;
    assert_eq!(sqlite, postgres);
    assert_eq!(sqlite.len(), 42, "{:?}", sqlite.keys());
    let optional: Vec<String> = sqlite
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |column| (table, column)))
        .filter(|(_, (_, _, nullable))| *nullable)
        .map(|(table, (column, _, _))| format!("{table}.{column}"))
        .collect();
    let expected = [
        "appeal.claim_id",
        "appeal.decided_who",
        "appeal.decided_at",
        "appeal.decided_why",
        "campaign.shift_ms",
        "claim.serial",
        "claim.decide_by",
        "claim.decided_at",
        "consent.text_hash",
        "dishonest_subject.delisted_at",
        "ledger_posting.source",
        "merchant.manager_id",
        "merchant.latitude",
        "merchant.longitude",
        "merchant.approved_at",
        "merchant.refused_at",
        "merchant.suspended_at",
        "merchant_hold.released_who",
        "merchant_hold.released_at",
        "merchant_hold.released_why",
        "person.deleted_at",
        "programme.issued_fen",
        "programme.redeemed_fen",
        "programme.sales_fen",
        "programme.beginning_redeemed_fen",
        "programme.beginning_sales_fen",
        "programme.peak_redeemed_fen",
        "programme.peak_sales_fen",
        "programme_day.redeemed_fen",
        "programme_day.sales_fen",
        "redemption.latitude",
        "redemption.longitude",
        "redemption.reference",
        "refund.sequence",
        "risk_assessment.person_id",
        "risk_assessment.account_id",
        "risk_assessment.merchant_id",
        "risk_assessment.till_id",
        "risk_assessment.round_id",
        "round.closed_at",
        "round_proposal.verdict",
        "round_proposal.decided_who",
        "round_proposal.decided_at",
        "round_proposal.decided_why",
        "session.match_until",
        "settlement.sequence",
        "staff.totp_secret",
        "staff.till_id",
        "staff.ended_at",
        "staff.renew_by",
        "till.latitude",
        "till.longitude",
        "till.closed_at",
        "till_key.till_id",
        "till_key.ends_at",
    ];
    assert_eq!(optional, expected);
}

#[tokio::test]
async fn the_reset_drops_every_table() {
    let known = tables(&fresh(Engine::Sqlite).await).await;
    for script in [
        include_str!("../../migrations/drop/sqlite.sql"),
        include_str!("../../migrations/drop/postgres.sql"),
    ] {
        for table in known.keys() {
            assert!(script.contains(&format!("drop table if exists {table};")), "{table}");
        }
    }
}

#[test]
fn migrations_are_paired_by_name() {
    let names = |folder: &str| {
        let folder = format!("{}/migrations/{folder}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
