//! Boxes to agree by: one for each purpose, none ticked, each with its own text beside it.

use domain::consent::Purpose;
use leptos::prelude::*;

use crate::text::Text;

/// What forms call the box of any purpose; its value is the purpose.
pub const CONSENT_FIELD: &str = "consent";

/// The boxes of some purposes inside a form. `days` is how long is kept what must be kept; `prefix` keeps the
/// identifiers of several forms on one page apart.
pub fn consent_boxes(purposes: &[Purpose], days: u32, prefix: &str, text: Text) -> AnyView {
    let boxes: Vec<_> = purposes.iter().map(|purpose| one(*purpose, days, prefix, text)).collect();
    view! {
        <fieldset class="consents" data-testid="consent">
            <legend class="consents__title">{text.consents()}</legend>
            {boxes}
            <p class="field__hint">{text.consent_can_be_withdrawn()}</p>
        </fieldset>
    }
    .into_any()
}

fn one(purpose: Purpose, days: u32, prefix: &str, text: Text) -> AnyView {
    let id = format!("{prefix}-{}", purpose.code());
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
