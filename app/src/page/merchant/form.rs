//! The application: each field with what is wrong with it.

use domain::merchant::application::{
    ADDRESS_MAX, CONTACT_MAX, DOCUMENT_MAX, DOCUMENTS_MAX, Field, NAME_MAX,
};
use leptos::prelude::*;

use super::{Form, MerchantModel};
use crate::art;
use crate::island::code_check::CodeCheckModel;
use crate::island::{CodeCheck, provide};
use crate::page::merchants::{categories, districts};
use crate::text::Text;
use crate::widget::field::{self, Typing};

/// The form.
pub(super) fn form(model: &MerchantModel, form: &Form, text: Text) -> AnyView {
    let send = if model.merchant.is_some() { text.apply_again() } else { text.apply() };
    view! {
        <section class="card round__section" aria-labelledby="application">
            <h2 class="card__title" id="application">{text.application()}</h2>
            <p class="card__text">{text.application_text()}</p>
            {faulty(form, text)}
            <form method="post" action="/merchant" novalidate>
                {business(model, form, text)}
                {contact(form, text)}
                <p class="form__act">
                    <button class="button button--primary button--wide" type="submit">{send}</button>
                </p>
            </form>
        </section>
    }
    .into_any()
}

fn faulty(form: &Form, text: Text) -> Option<AnyView> {
    (!form.faults.is_empty()).then(|| {
        view! {
            <div class="notice notice--bad round__section" role="alert">
                {art::attention()}
                <div>
                    <p class="notice__reason">{text.application_faulty()}</p>
                    <p class="notice__next">{text.application_faulty_next()}</p>
                </div>
            </div>
        }
        .into_any()
    })
}

/// A field with what is written in it and what is wrong with it.
fn field(form: &Form, of: Field, label: &'static str, text: Text) -> field::Field {
    let written = &form.written;
    let confirmed = |yes: bool| if yes { "on" } else { "" }.to_owned();
    let value = match of {
        Field::Name => written.name.clone(),
        Field::CreditCode => written.credit_code.clone(),
        Field::Category => written.category.clone(),
        Field::District => written.district.clone(),
        Field::Address => written.address.clone(),
        Field::Position => written.position.clone(),
        Field::ContactName => written.contact_name.clone(),
        Field::ContactPhone => written.contact_phone.clone(),
        Field::Documents => written.documents.clone(),
        Field::SellsGoods => confirmed(written.sells_goods),
        Field::InCity => confirmed(written.in_city),
    };
    let error = error(form, of, text);
    field::Field { name: of.code(), label, error, value, ..field::Field::default() }
}

fn error(form: &Form, of: Field, text: Text) -> Option<String> {
    let fault = form.faults.iter().find(|(field, _)| *field == of);
    fault.map(|(field, fault)| text.fault(*field, *fault))
}

fn business(model: &MerchantModel, form: &Form, text: Text) -> AnyView {
    let plain = |of, label| field(form, of, label, text);
    let name = field::Field {
        hint: Some(text.field_name_hint()),
        ..plain(Field::Name, text.field_name())
    };
    let position = field::Field {
        hint: Some(text.field_position_hint()),
        ..plain(Field::Position, text.field_position())
    };
    let category = plain(Field::Category, text.field_category());
    let district = plain(Field::District, text.field_district());
    let address = plain(Field::Address, text.field_address());
    let most = |most| Typing { most, ..Typing::default() };
    let code = CodeCheckModel {
        code: form.written.credit_code.clone(),
        error: error(form, Field::CreditCode, text).unwrap_or_default(),
        language: text.0,
    };
    let line = provide(&code);
    view! {
        {name.text(Typing { autocomplete: Some("organization"), ..most(NAME_MAX) })}
        <div data-model=line><CodeCheck/></div>
        <div class="fields">
            {category.choice(text.field_choose(), categories(&model.campaign, text))}
            {district.choice(text.field_choose(), districts(&model.campaign, text))}
        </div>
        {address.text(Typing { autocomplete: Some("street-address"), ..most(ADDRESS_MAX) })}
        {position.text(Typing { optional: true, ..most(40) })}
    }
    .into_any()
}

fn contact(form: &Form, text: Text) -> AnyView {
    let plain = |of, label| field(form, of, label, text);
    let name = plain(Field::ContactName, text.field_contact_name());
    let phone = field::Field {
        hint: Some(text.field_contact_phone_hint()),
        ..plain(Field::ContactPhone, text.field_contact_phone())
    };
    let documents = field::Field {
        hint: Some(text.field_documents_hint()),
        ..plain(Field::Documents, text.field_documents())
    };
    let by_phone =
        Typing { autocomplete: Some("tel"), inputmode: Some("tel"), most: 30, ..Typing::default() };
    let by_name = Typing { autocomplete: Some("name"), most: CONTACT_MAX, ..Typing::default() };
    view! {
        <div class="fields">{name.text(by_name)} {phone.text(by_phone)}</div>
        {documents.lines(3, DOCUMENT_MAX * DOCUMENTS_MAX)}
        {plain(Field::SellsGoods, text.field_sells_goods()).confirmation()}
        {plain(Field::InCity, text.field_in_city()).confirmation()}
    }
    .into_any()
}
