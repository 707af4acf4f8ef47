//! The evidence: what counted, for how much, what was measured and where the line is.

use domain::risk::{Finding, Kept};
use leptos::prelude::*;

use crate::text::Text;

/// The findings of an assessment as a table.
pub(in crate::page) fn evidence(kept: Option<&Kept>, text: Text) -> AnyView {
    let Some(kept) = kept.filter(|kept| !kept.assessment.findings.is_empty()) else {
        return view! {
            <section class="card" aria-labelledby="evidence">
                <h2 class="card__title card__title--small" id="evidence">{text.risk_evidence()}</h2>
                <p class="card__text">{text.risk_no_evidence()}</p>
            </section>
        }
        .into_any();
    };
    let rows: Vec<_> = kept.assessment.findings.iter().map(|it| row(it, text)).collect();
    view! {
        <section class="card" aria-labelledby="evidence">
            <h2 class="card__title card__title--small" id="evidence">
                {text.risk_evidence()}
                <span class="tab__count figures" data-testid="score">
                    {kept.assessment.score.to_string()}
                </span>
            </h2>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{text.risk_column_reason()}</th>
                        <th scope="col">{text.risk_column_dimension()}</th>
                        <th scope="col" class="table__sum">{text.risk_column_measured()}</th>
                        <th scope="col" class="table__sum">{text.risk_column_limit()}</th>
                        <th scope="col" class="table__sum">{text.risk_column_points()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(finding: &Finding, text: Text) -> AnyView {
    let reason = finding.reason;
    view! {
        <tr data-reason=reason.code()>
            <th scope="row">{text.risk_reason(reason)}</th>
            <td>{text.dimension(reason.dimension())}</td>
            <td class="table__sum figures">{text.measured(finding.measured, reason.unit())}</td>
            <td class="table__sum figures">{text.measured(finding.limit, reason.unit())}</td>
            <td class="table__sum figures">{finding.points.to_string()}</td>
        </tr>
    }
    .into_any()
}

/// What stands out, what was measured and where the line is, in one line.
pub(super) fn line(finding: &Finding, text: Text) -> String {
    let unit = finding.reason.unit();
    let measured = text.measured(finding.measured, unit);
    text.risk_line(text.risk_reason(finding.reason), &measured, &text.measured(finding.limit, unit))
}

/// What counted most, in a few words.
pub(super) fn mainly(kept: Option<&Kept>, text: Text) -> String {
    let findings = kept.iter().flat_map(|kept| &kept.assessment.findings).take(2);
    let words: Vec<&str> = findings.map(|it| text.risk_reason(it.reason)).collect();
    text.list(&words)
}
