//! The cash-out radar: merchants to look at, with what was measured. It decides nothing.

use domain::risk::radar::Suspect;
use leptos::prelude::*;

use super::RiskListModel;
use super::evidence::line;
use super::list::nothing;
use crate::text::Text;
use crate::widget::moment;

/// The merchants that stand out, the most first.
pub(super) fn radar(
    model: &RiskListModel,
    suspects: &[(Suspect, String)],
    text: Text,
) -> AnyView {
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
    };
    let rows: Vec<_> = suspects.iter().map(row).collect();
    view! {
        <section class="card">
            <p class="card__text">{text.risk_radar_text()}</p>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{text.risk_column_merchant()}</th>
                        <th scope="col">{text.risk_column_why()}</th>
                        <th scope="col" class="table__sum">{text.risk_column_sales()}</th>
                        <th scope="col">{text.risk_column_last()}</th>
                        <th scope="col" class="table__sum">{text.risk_column_score()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}
