//! The cash-out radar: merchants to look at, with what was measured. It decides nothing.

use domain::risk::radar::Suspect;
use leptos::prelude::*;

use super::RiskListModel;
use super::evidence::line;
use super::list::nothing;
use super::table::Column::{Plain, Sum};
use super::table::table;
use crate::text::Text;
use crate::widget::moment;

/// The merchants that stand out, the most first.
pub(super) fn radar(model: &RiskListModel, suspects: &[(Suspect, String)], text: Text) -> AnyView {
    if suspects.is_empty() {
        return nothing(text.risk_none_radar());
    }
    let row = |(suspect, name): &(Suspect, String)| {
        let at = suspect.last_at;
        let lines: Vec<String> = suspect.findings.iter().map(|it| line(it, text)).collect();
        view! {
            <tr data-testid="suspect">
                <th scope="row">
                    <a href=format!("/console/merchants/{}", suspect.merchant)>{name.clone()}</a>
                </th>
                <td class="facts__lines">{lines.join("\n")}</td>
                <td class="table__sum figures">{suspect.sales.to_string()}</td>
                <td class="figures">{moment::time(at, text.done_at(at, Some(model.now)))}</td>
                <td class="table__sum figures">{suspect.score.to_string()}</td>
            </tr>
        }
        .into_any()
    };
    let columns = [
        Plain(text.risk_column_merchant()),
        Plain(text.risk_column_why()),
        Sum(text.risk_column_sales()),
        Plain(text.risk_column_last()),
        Sum(text.risk_column_score()),
    ];
    table(Some(text.risk_radar_text()), &columns, suspects.iter().map(row).collect())
}
