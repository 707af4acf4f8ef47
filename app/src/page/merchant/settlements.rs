//! Settlements: each day on which something happened, and its file.

use domain::money::Amount;
use domain::settlement::DaySettled;
use leptos::prelude::*;

use super::MerchantModel;
use crate::text::Text;

/// The section, the newest day first.
pub(super) fn settlements(model: &MerchantModel, days: &[DaySettled], text: Text) -> AnyView {
    let rows: Vec<_> = days.iter().rev().map(|settled| day(model, settled, text)).collect();
    let none =
        rows.is_empty().then(|| view! { <p class="card__text">{text.settlements_none()}</p> });
    view! {
        <section class="card round__section" aria-labelledby="settlements">
            <h2 class="card__title" id="settlements">{text.settlements()}</h2>
            <p class="card__text">{text.settlements_text()}</p>
            {none}
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
}

fn day(model: &MerchantModel, settled: &DaySettled, text: Text) -> AnyView {
    let id = format!("day-{}", settled.day);
    let mut facts = vec![text.settled_net(&signed(settled.net_fen))];
    if settled.carried_in_fen < 0 {
        facts.push(text.settled_carried_in(&signed(settled.carried_in_fen)));
    }
    facts.push(text.settled_payout(&signed(settled.payout.fen())));
    let is_open = settled.day >= model.now.beijing_day();
    facts.extend(is_open.then(|| text.settled_open().to_owned()));
    view! {
        <li class="row" data-testid="settlement">
            <div class="row__what">
                <h3 class="row__name" id=id.clone()>
                    {text.calendar_day(settled.day, Some(model.now))}
                </h3>
                <p class="row__facts figures">{text.facts(&facts)}</p>
            </div>
            <a
                class="button"
                href=format!("/merchant/settlements/{}.csv", settled.day)
                download
                aria-describedby=id.clone()
            >
                {text.settled_file()}
            </a>
        </li>
    }
    .into_any()
}

/// An amount that may be owed: two decimals, as on a receipt.
fn signed(fen: i64) -> String {
    let amount = i64::try_from(fen.unsigned_abs()).ok().and_then(Amount::from_fen);
    let sign = if fen < 0 { "−" } else { "" };
    format!("{sign}¥{}", amount.unwrap_or(Amount::MAX).receipt())
}

#[cfg(test)]
mod tests {
    use super::signed;

    #[test]
    fn what_is_owed_has_its_sign() {
        assert_eq!(signed(1_000), "¥10.00");
        assert_eq!(signed(-105), "−¥1.05");
        assert_eq!(signed(0), "¥0.00");
    }
}
