//! Identifiers: one spelling each, nothing else gets in.

use domain::id::{
    AccountId, CampaignId, CategoryId, ClaimId, KindId, MerchantId, NotAnId, PackId, PersonId,
    RequestKey, RoundId, VoucherId,
};
use proptest::prelude::*;

use crate::any::{claim_ids, hostile};

/// Whatever is taken is written as it was read, in text and in JSON.
fn one_spelling<T>(text: &str) -> bool
where
    T: std::str::FromStr<Err = NotAnId>
        + ToString
        + PartialEq
        + serde::Serialize
        + serde::de::DeserializeOwned,
{
    let json = serde_json::to_string(text).expect("JSON");
    let (parsed, read) = (text.parse::<T>().ok(), serde_json::from_str::<T>(&json).ok());
    let same = parsed == read;
    match parsed {
        Some(id) => {
            same && id.to_string() == text && serde_json::to_string(&id).expect("JSON") == json
        }
        None => same,
    }
}

fn is_slug(text: &str) -> bool {
    let fits = |it: char| matches!(it, 'a'..='z' | '0'..='9' | '-');
    !text.is_empty() && text.chars().count() <= 32 && text.chars().all(fits)
}

proptest! {
    #[test]
    fn a_slug_is_1_to_32_of_its_characters(text in prop_oneof![hostile(), "[a-z0-9-]{0,34}", "[a-zA-Z0-9_-]{1,32}"]) {
        let taken = is_slug(&text);
        prop_assert_eq!(text.parse::<RoundId>().is_ok(), taken);
        prop_assert_eq!(text.parse::<PackId>().is_ok(), taken);
        prop_assert_eq!(text.parse::<KindId>().is_ok(), taken);
        prop_assert_eq!(text.parse::<CategoryId>().is_ok(), taken);
        prop_assert_eq!(text.parse::<CampaignId>().is_ok(), taken);
        prop_assert!(one_spelling::<RoundId>(&text) && one_spelling::<PackId>(&text));
        prop_assert!(one_spelling::<KindId>(&text) && one_spelling::<CategoryId>(&text));
        prop_assert!(one_spelling::<CampaignId>(&text));
    }

    #[test]
    fn a_minted_identifier_survives_its_text(ms in 0..1_u64 << 48, random in any::<u128>()) {
        let text = ClaimId::mint(ms, random).to_string();
        prop_assert_eq!(text.len(), 26);
        prop_assert_eq!(text.parse(), Ok(ClaimId::mint(ms, random)));
        prop_assert!(one_spelling::<ClaimId>(&text) && one_spelling::<PersonId>(&text));
        prop_assert!(one_spelling::<AccountId>(&text) && one_spelling::<MerchantId>(&text));
    }

    #[test]
    fn a_minted_identifier_has_one_spelling(id in claim_ids(), place in 0..26_usize) {
        let text = id.to_string();
        prop_assert!(text == text.to_lowercase() || text.to_lowercase().parse::<ClaimId>().is_err());
        for alike in ["I", "L", "O", "U", "i", "-", " ", "０"] {
            let other = format!("{}{alike}{}", &text[..place], &text[place + 1..]);
            prop_assert!(other.parse::<ClaimId>().is_err(), "{}", other);
        }
        // Beyond 128 bits.
        let larger = format!("8{}", &text[1..]);
        prop_assert!(larger.parse::<ClaimId>().is_err());
    }

    #[test]
    fn minted_identifiers_sort_by_their_time(
        ms in 0..1_u64 << 47, later in 1..1_u64 << 47, random in any::<[u128; 2]>(),
    ) {
        let (first, second) = (ClaimId::mint(ms, random[0]), ClaimId::mint(ms + later, random[1]));
        prop_assert!(first < second && first.to_string() < second.to_string());
    }

    #[test]
    fn a_voucher_survives_its_text(claim in claim_ids(), slot in 1..=u8::MAX) {
        let id = VoucherId { claim, slot };
        prop_assert_eq!(id.to_string().parse(), Ok(id));
        prop_assert!(one_spelling::<VoucherId>(&id.to_string()));
    }

    #[test]
    fn a_voucher_has_one_spelling(claim in claim_ids(), slot in 1..=u8::MAX) {
        let wrong = [format!("0{slot}"), format!("+{slot}"), format!("{slot} ")];
        for other in wrong.iter().map(String::as_str).chain(["", "0", "256", "-1"]) {
            let text = format!("{claim}-{other}");
            prop_assert!(text.parse::<VoucherId>().is_err(), "{}", text);
        }
        prop_assert!(claim.to_string().parse::<VoucherId>().is_err());
    }

    #[test]
    fn r4_a_request_key_is_1_to_255_visible_characters(text in prop_oneof![hostile(), "[!-~]{0,260}", "[ -~]{1,20}"]) {
        let visible = |it: char| ('!'..='~').contains(&it);
        let taken = (1..=255).contains(&text.len()) && text.chars().all(visible);
        let key = text.parse::<RequestKey>().ok();
        prop_assert_eq!(key.is_some(), taken);
        prop_assert!(key.is_none_or(|key| key.as_str() == text));
    }

    #[test]
    fn hostile_texts_are_no_identifiers_and_no_panics(text in hostile()) {
        prop_assert!(one_spelling::<ClaimId>(&text) && one_spelling::<VoucherId>(&text));
        prop_assert!(one_spelling::<PersonId>(&text) && one_spelling::<AccountId>(&text));
        prop_assert!(one_spelling::<MerchantId>(&text));
    }
}
