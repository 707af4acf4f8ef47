//! Settlements: each day on which something happened, its file, and whether the bank has paid it.

use domain::money::Amount;
use domain::settlement::DaySettled;
use leptos::prelude::*;

use super::{Account, MerchantModel};
use crate::art;
use crate::text::Text;

/// The section, the newest day first.
pub(super) fn settlements(model: &MerchantModel, account: &Account, text: Text) -> AnyView {
    let rows: Vec<_> =
        account.days.iter().rev().map(|settled| day(model, account, settled, text)).collect();
    let held = account.hold.as_ref().map(|mark| {
        view! {
            <div class="notice notice--warn" role="status" data-testid="held">
                {art::attention()}
                <div>
                    <p class="notice__reason">{text.money_held()}</p>
                    <p class="notice__next">{text.reason_is()}{mark.why.clone()}</p>
                    <p class="notice__next">{text.money_held_next()}</p>
                </div>
            </div>
        }
    });
    let none =
        rows.is_empty().then(|| view! { <p class="card__text">{text.settlements_none()}</p> });
    view! {
        <section class="card round__section" aria-labelledby="settlements">
            <h2 class="card__title" id="settlements">{text.settlements()}</h2>
            <p class="card__text">{text.settlements_text()}</p>
            {held}
            {none}
            <ul class="rows">{rows}</ul>
        </section>
    }
    .into_any()
}

fn day(model: &MerchantModel, account: &Account, settled: &DaySettled, text: Text) -> AnyView {
    let id = format!("day-{}", settled.day);
    let mut facts = vec![text.settled_net(&signed(settled.net_fen))];
    if settled.carried_in_fen != 0 {
        facts.push(text.settled_carried_in(&signed(settled.carried_in_fen)));
    }
    facts.push(text.settled_payout(&signed(settled.payout.fen())));
    let is_open = settled.day >= model.now.beijing_day();
    let paid = account.paid.iter().find(|paid| paid.day == settled.day);
    let (is_paid, state) = match paid {
        Some(paid) => (true, text.settled_paid(&paid.reference)),
        None if is_open => (false, text.settled_open().to_owned()),
        None if settled.held => (false, text.settled_held().to_owned()),
        None if settled.payout == Amount::ZERO => (false, text.settled_nothing().to_owned()),
        None => (false, text.settled_unpaid().to_owned()),
    };
    view! {
        <li class="row" data-testid="settlement">
            <div class="row__what">
                <h3 class="row__name" id=id.clone()>
                    {text.calendar_day(settled.day, Some(model.now))}
                </h3>
                <p class="row__facts figures">{text.facts(&facts)}</p>
                <p class="row__facts row__facts--state" data-paid=is_paid.to_string()>{state}</p>
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
