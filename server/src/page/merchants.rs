//! `/merchants`: the participating merchants.

use app::page::merchants::{self, Asked, FoundMerchant, MerchantsModel};
use app::page::notice::Notice;
use axum::response::Response;
use domain::campaign::Campaign;
use domain::place::Position;
use http::{StatusCode, Uri};
use store::merchant::{PublicMerchant, Wanted};

use super::{Call, form};
use crate::backend::merchants::{WORDS_MAX, categories_of, list};

/// How many are on one page.
const PAGE: u8 = 20;

/// The list as it is asked for. What cannot be asked for is left out, so that an old link still leads somewhere.
pub(super) async fn show(call: Call, uri: Uri) -> Response {
    let Some(campaign) = call.hall.board.posted().campaign.clone() else {
        return call.notice(StatusCode::SERVICE_UNAVAILABLE, Notice::NoCampaign);
    };
    let asked = asked(&uri, &campaign);
    let Some(wanted) = wanted(&asked, &campaign) else {
        let model = MerchantsModel { campaign, asked, merchants: Vec::new(), next: None };
        return call.show(StatusCode::OK, |frame| merchants::page(frame, &model));
    };
    let (found, next) = match list(&call.hall, &wanted).await {
        Ok(found) => found,
        Err(failure) => return call.fail(&failure),
    };
    let merchants = found.into_iter().map(|merchant| shown(merchant, asked.near)).collect();
    let model = MerchantsModel { campaign, asked, merchants, next };
    call.show(StatusCode::OK, |frame| merchants::page(frame, &model))
}

fn asked(uri: &Uri, campaign: &Campaign) -> Asked {
    let query = form::Asked::of(uri);
    let value = |name: &str| query.value(name).trim();
    let district = campaign.district(value("district"));
    Asked {
        kind: value("kind").parse().ok().filter(|kind| campaign.kind(kind).is_some()),
        category: value("category").parse().ok().filter(|id| campaign.category(id).is_some()),
        district: district.map(|district| district.code.clone()).unwrap_or_default(),
        words: value("q").replace(char::is_control, " ").trim().chars().take(WORDS_MAX).collect(),
        near: value("near").parse().ok(),
        after: value("after").parse().ok(),
    }
}

/// What to look for; `None` where no merchant can take the kind and be of the category.
fn wanted(asked: &Asked, campaign: &Campaign) -> Option<Wanted> {
    let of_kind = asked.kind.as_ref().and_then(|kind| categories_of(campaign, kind));
    let mut categories = of_kind.unwrap_or_default();
    if let Some(category) = &asked.category {
        if !categories.is_empty() && !categories.contains(category) {
            return None;
        }
        categories = vec![category.clone()];
    }
    Some(Wanted {
        categories,
        district: asked.district.clone(),
        words: asked.words.clone(),
        near: asked.near,
        limit: PAGE,
        after: asked.after,
    })
}

fn shown(merchant: PublicMerchant, near: Option<Position>) -> FoundMerchant {
    let distance_m = near.zip(merchant.position).map(|(here, there)| here.distance_m(there));
    FoundMerchant {
        name: merchant.name,
        category: merchant.category,
        district: merchant.district,
        address: merchant.address,
        distance_m,
    }
}
