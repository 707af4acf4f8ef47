//! The radar: merchants whose sales stand out, each with what was measured. A reason to look, and no decision.

use domain::risk::Finding;
use domain::risk::radar::Suspect;
use leptos::prelude::*;

use super::table::Column::{Plain, Sum};
use super::table::table;
use super::{RadarRow, RiskListModel};
use crate::text::Text;
use crate::widget::chart::{Tone, part};
use crate::widget::moment;

/// The merchants, the one that stands out most first.
pub(super) fn radar(model: &RiskListModel, rows: &[RadarRow], text: Text) -> AnyView {
    if rows.is_empty() {
        return view! { <section class="card"><p class="card__text">{text.radar_none()}</p></section> }
            .into_any();
    }
    let most = rows.iter().map(|row| row.suspect.score).max().unwrap_or_default();
    let rows: Vec<_> = rows.iter().map(|row| one(model, row, most, text)).collect();
    let columns = [
        Plain(text.column_merchant()),
        Plain(text.risk_evidence()),
        Sum(text.radar_sales()),
        Plain(text.radar_last()),
        Sum(text.risk_column_score()),
    ];
    table(Some(text.radar_text()), &columns, rows)
}

fn one(model: &RiskListModel, row: &RadarRow, most: u32, text: Text) -> AnyView {
    let Suspect { merchant, score, findings, sales, last_at } = &row.suspect;
    let name = row.name.clone().unwrap_or_else(|| super::tail(&merchant.to_string()));
    let evidence: Vec<_> = findings.iter().map(|it| finding(it, text)).collect();
    let at = moment::time(*last_at, text.done_at(*last_at, Some(model.now)));
    view! {
        <tr data-testid="suspect">
            <th scope="row">
                <a href=format!("/console/merchants/{merchant}")>{name}</a>
                {part(Tone::Cinnabar, f64::from(*score) / f64::from(most.max(1)))}
            </th>
            <td data-label=text.risk_evidence() class="register__wide"><ul>{evidence}</ul></td>
            <td data-label=text.radar_sales() class="register__sum figures">{sales.to_string()}</td>
            <td data-label=text.radar_last() class="figures register__brief">{at}</td>
            <td data-label=text.risk_column_score() class="register__sum figures">
                {score.to_string()}
            </td>
        </tr>
    }
    .into_any()
}

/// What stands out, what was measured, and where the line is.
fn finding(finding: &Finding, text: Text) -> AnyView {
    let Finding { reason, measured, limit, .. } = finding;
    let unit = reason.unit();
    let numbers = text.radar_numbers(&text.measured(*measured, unit), &text.measured(*limit, unit));
    view! {
        <li data-reason=reason.code()>
            {text.risk_reason(*reason)}" "<span class="register__aside figures">{numbers}</span>
        </li>
    }
    .into_any()
}
