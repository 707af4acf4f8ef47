//! The evidence: what counted, for how much, what was measured and where the line is.

use domain::risk::{Finding, Kept};
use leptos::prelude::*;

use crate::text::Text;
use crate::widget::chart::{Tone, part};

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
    let findings = &kept.assessment.findings;
    let most = findings.iter().map(|it| it.points).max().unwrap_or_default();
    let rows: Vec<_> = findings.iter().map(|it| row(it, most, text)).collect();
    view! {
        <section class="card" aria-labelledby="evidence">
            <h2 class="card__title card__title--small evidence__head" id="evidence">
                {text.risk_evidence()}
                <span class="evidence__score figures">
                    {text.risk_column_score()}" "
                    <b data-testid="score">{kept.assessment.score.to_string()}</b>
                </span>
            </h2>
            <table class="register">
                <thead>
                    <tr>
                        <th scope="col">{text.risk_column_reason()}</th>
                        <th scope="col">{text.risk_column_dimension()}</th>
                        <th scope="col" class="register__sum">{text.risk_column_measured()}</th>
                        <th scope="col" class="register__sum">{text.risk_column_limit()}</th>
                        <th scope="col" class="register__sum">{text.risk_column_points()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(finding: &Finding, most: u32, text: Text) -> AnyView {
    let reason = finding.reason;
    view! {
        <tr data-reason=reason.code()>
            <th scope="row">
                {text.risk_reason(reason)}
                {part(Tone::Cinnabar, share(finding.points, most))}
            </th>
            <td data-label=text.risk_column_dimension()>{text.dimension(reason.dimension())}</td>
            <td data-label=text.risk_column_measured() class="register__sum figures">
                {text.measured(finding.measured, reason.unit())}
            </td>
            <td data-label=text.risk_column_limit() class="register__sum figures">
                {text.measured(finding.limit, reason.unit())}
            </td>
            <td data-label=text.risk_column_points() class="register__sum figures">{finding.points.to_string()}</td>
        </tr>
    }
    .into_any()
}

/// Points beside those that counted most, between 0 and 1.
fn share(points: u32, most: u32) -> f64 {
    f64::from(points) / f64::from(most.max(1))
}

/// What counted most, in a few words.
pub(super) fn mainly(kept: Option<&Kept>, text: Text) -> String {
    let findings = kept.iter().flat_map(|kept| &kept.assessment.findings).take(2);
    let words: Vec<&str> = findings.map(|it| text.risk_reason(it.reason)).collect();
    text.list(&words)
}
