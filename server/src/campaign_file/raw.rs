//! The shape of a campaign file, with places kept for what is checked later.

use domain::audience::Audience;
use domain::campaign::{Category, District, VoucherKind};
use domain::id::{CampaignId, PackId, RoundId};
use domain::language::LocalText;
use domain::money::Amount;
use domain::pack::VoucherTerms;
use domain::place::Polygon;
use domain::round::{LimitPer, Note, RefundPolicy, UseOrder};
use serde::Deserialize;
use toml::Spanned;

use super::Finding;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub(super) id: CampaignId,
    pub(super) appropriation_fen: Spanned<Amount>,
    pub(super) hotline: Spanned<String>,
    pub(super) city: LocalText,
    pub(super) slogan: LocalText,
    pub(super) theme: LocalText,
    pub(super) organiser: LocalText,
    pub(super) remark: Option<LocalText>,
    pub(super) categories: Vec<Spanned<Category>>,
    pub(super) districts: Vec<Spanned<District>>,
    pub(super) kinds: Vec<Spanned<VoucherKind>>,
    /// The outline of the city, a position for each corner (R11).
    pub(super) boundary: Option<Polygon>,
    pub(super) rounds: Spanned<Vec<Spanned<RawRound>>>,
}

/// A round.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRound {
    pub(super) id: Spanned<RoundId>,
    pub(super) name: LocalText,
    pub(super) opens_at: Spanned<String>,
    pub(super) closes_at: Spanned<String>,
    pub(super) budget_fen: Spanned<Amount>,
    #[serde(default)]
    pub(super) limit_per: LimitPer,
    #[serde(default)]
    pub(super) refund_policy: RefundPolicy,
    #[serde(default)]
    pub(super) use_order: UseOrder,
    pub(super) real_name_level: Spanned<u8>,
    #[serde(default)]
    pub(super) audience: Option<Spanned<Audience>>,
    pub(super) packs: Spanned<Vec<Spanned<RawPack>>>,
    /// A sentence on a category, for the rules page.
    #[serde(default)]
    pub(super) notes: Vec<Spanned<Note>>,
}

/// A pack.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPack {
    pub(super) id: Spanned<PackId>,
    pub(super) name: LocalText,
    pub(super) stock: Spanned<i64>,
    pub(super) vouchers: Spanned<Vec<Spanned<VoucherTerms>>>,
}

/// What the TOML reader says, with its line and field.
pub(super) fn finding(text: &str, error: &toml::de::Error) -> Finding {
    let start = error.span().map_or(0, |span| span.start);
    Finding {
        line: line_of(text, start),
        field: field_at(text, start),
        problem: one_line(error.message()),
    }
}

/// The line, from 1, of a place in the text.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

/// The key that stands before a place on its line, with the table that the line belongs to.
fn field_at(text: &str, offset: usize) -> String {
    let line = line_of(text, offset);
    let lines: Vec<&str> = text.lines().take(line).collect();
    let key = lines
        .last()
        .and_then(|line| line.split_once('='))
        .map(|(key, _)| key.trim().trim_matches('"'));
    let table = lines
        .iter()
        .rev()
        .map(|line| line.trim())
        .find(|line| line.starts_with('['))
        .map(|line| line.trim_matches(['[', ']']).to_owned());
    match (table, key) {
        (Some(table), Some(key)) => format!("{table}.{key}"),
        (Some(table), None) => table,
        (None, Some(key)) => key.to_owned(),
        (None, None) => "file".to_owned(),
    }
}

fn one_line(message: &str) -> String {
    message.lines().map(str::trim).collect::<Vec<_>>().join("; ")
}
