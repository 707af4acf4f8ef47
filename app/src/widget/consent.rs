//! Boxes to agree by: one for each purpose, each with its own text beside it. None is ticked but by the person.

use domain::consent::Purpose;
use leptos::prelude::*;

use crate::text::Text;

/// What forms call the box of any purpose; its value is the purpose.
pub const CONSENT_FIELD: &str = "consent";

/// The boxes of what cannot be done without, inside a form. `ticked` are those that the person has ticked in this very
/// form, where it is shown again with nothing done; `days` is how long is kept what must be kept.
pub fn consent_boxes(ticked: &[Purpose], days: u32, text: Text) -> AnyView {
    let one = |purpose| one(purpose, ticked.contains(&purpose), days, text);
    let boxes: Vec<_> = Purpose::REQUIRED.into_iter().map(one).collect();
    view! {
        <fieldset class="consents" data-testid="consent">
            <legend class="consents__title">{text.consents()}</legend>
            {boxes}
            <p class="field__hint">{text.consent_can_be_withdrawn()}</p>
        </fieldset>
    }
    .into_any()
}

fn one(purpose: Purpose, is_ticked: bool, days: u32, text: Text) -> AnyView {
    let id = format!("entrance-{}", purpose.code());
    let about = format!("{id}-text");
    let need =
        if purpose.is_required() { text.consent_is_required() } else { text.consent_is_optional() };
    view! {
        <div class="consents__one">
            <label class="check" for=id.clone()>
                <input
                    class="check__box"
                    type="checkbox"
                    id=id.clone()
                    name=CONSENT_FIELD
                    value=purpose.code()
                    checked=is_ticked
                    aria-describedby=about.clone()
                />
                <span>{text.consent_label(purpose)}</span>
            </label>
            <p class="consents__text" id=about.clone()>
                <b>{need}</b>
                {text.pause()}
                {text.consent_text(purpose, days)}
            </p>
        </div>
    }
    .into_any()
}
