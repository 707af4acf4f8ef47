//! Sample merchants, approved, in every category and district of whichever campaign is there, each with a till and a
//! key. Everything about them follows from the campaign and a secret of the database, so that any server can show it.

use domain::campaign::{Campaign, Category, District};
use domain::credit_code::CreditCode;
use domain::id::{MerchantId, TillId, TillKeyId};
use domain::merchant::{Contact, Decision, Mark, Merchant, Profile, Who};
use domain::place::Position;
use domain::till::{Scopes, Till};
use domain::time::Timestamp;
use serde::Serialize;
use store::Store;
use store::merchant::Sample;
use store::till::NewKey;

use super::staff::{SampleCashier, cashier, prepare_cashier};
use crate::backend::till::Secret;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::key::sha256;
use crate::start::CannotStart;

/// When the samples were born, for their identifiers: the first of April 2020.
const BORN_MS: u64 = 1_585_670_400_000;

/// A sample merchant, as machines are told of it.
#[derive(Clone, Debug, Serialize)]
pub struct SampleMerchant {
    /// Its identifier.
    pub id: MerchantId,
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: String,
    /// Its district.
    pub district: String,
    /// The key of its till.
    pub till_key: String,
    /// Who works at its till.
    pub cashier: SampleCashier,
}

/// What a shop of a category is called, and its street; the categories that no list knows are called by their own name.
type Names = [(&'static str, &'static str); 6];

const RETAIL: Names = [
    ("鳳鳴百貨", "鳳台東街 118 號"),
    ("丹河生鮮超市", "金村鎮東大街 26 號"),
    ("長平生活超市", "長平東街 57 號"),
    ("獲澤家電商場", "新陽東街 203 號"),
    ("崇文文具店", "崇文鎮古陵路 15 號"),
    ("沁河便民超市", "龍港鎮新建東街 41 號"),
];
const DINING: Names = [
    ("老城門面館", "黃華街 36 號"),
    ("澤州驛小館", "南村鎮迎賓路 8 號"),
    ("炎帝十大碗食府", "神農路 72 號"),
    ("陽城燒肝老店", "鳳凰西街 19 號"),
    ("太行人家菜館", "望洛路 33 號"),
    ("杏河羊湯館", "杏河南路 12 號"),
];
const FUEL: Names = [
    ("白馬寺加油站", "白水東街 300 號"),
    ("巴公加油站", "巴公鎮太焦路 5 號"),
    ("羊頭山加油站", "世紀大道 88 號"),
    ("蟒河加油站", "陽濟路 21 號"),
    ("王莽嶺加油站", "陵輝路 66 號"),
    ("端氏加油站", "端氏鎮沁端路 2 號"),
];

/// The middle of each district of Jincheng, in the order of the names.
const DISTRICTS: [(&str, f64, f64); 6] = [
    ("140502", 35.4960, 112.8520),
    ("140525", 35.6170, 112.8990),
    ("140581", 35.7980, 112.9230),
    ("140522", 35.4860, 112.4140),
    ("140524", 35.7750, 113.2790),
    ("140521", 35.6900, 112.1870),
];

/// The sample merchants of a campaign.
pub fn samples(campaign: &Campaign, secret: &[u8; 32]) -> Vec<SampleMerchant> {
    let of = |(place, shop): (usize, &Shop<'_>)| SampleMerchant {
        id: shop.merchant(),
        name: shop.name(),
        category: shop.category.id.to_string(),
        district: shop.district.code.clone(),
        till_key: shop.key(secret).reveal(),
        cashier: cashier(place),
    };
    shops(campaign).iter().enumerate().map(of).collect()
}

/// Registers them, once; servers that start together agree.
///
/// # Errors
/// When the database does not answer.
pub async fn register(
    store: &Store,
    campaign: &Campaign,
    secret: &[u8; 32],
    at: Timestamp,
) -> Result<(), store::Error> {
    let mut samples = Vec::new();
    for shop in shops(campaign) {
        samples.push(shop.sample(secret, at)?);
    }
    store.add_samples(&samples).await
}

/// Gives each of their tills a cashier, once.
///
/// # Errors
/// When the database does not answer.
pub async fn employ(
    store: &Store,
    campaign: &Campaign,
    chance: &Chance,
    clock: &Clock,
) -> Result<(), CannotStart> {
    for (place, shop) in shops(campaign).iter().enumerate() {
        prepare_cashier(store, chance, (place, shop.till()), clock).await?;
    }
    Ok(())
}

fn shops(campaign: &Campaign) -> Vec<Shop<'_>> {
    let mut shops = Vec::new();
    for (row, category) in campaign.categories.iter().enumerate() {
        for (column, district) in campaign.districts.iter().enumerate() {
            shops.push(Shop { category, district, row, column });
        }
    }
    shops
}

/// A shop of a category in a district.
struct Shop<'a> {
    category: &'a Category,
    district: &'a District,
    row: usize,
    column: usize,
}

impl Shop<'_> {
    /// Its names, where somebody has thought of some.
    fn known(&self) -> Option<(&'static str, &'static str, Position)> {
        let names = match self.category.id.as_str() {
            "retail" => RETAIL,
            "dining" | "hospitality" => DINING,
            "fuel" | "petrochemical" => FUEL,
            _ => return None,
        };
        let place = DISTRICTS.iter().position(|(code, ..)| *code == self.district.code)?;
        let (_, latitude, longitude) = DISTRICTS[place];
        // Some hundred metres from each other, in different directions.
        let aside = [(0.0, 0.0), (0.0041, -0.0036), (-0.0058, 0.0052)][self.row % 3];
        let position = Position::from_degrees(latitude + aside.0, longitude + aside.1).ok()?;
        Some((names[place].0, names[place].1, position))
    }

    fn name(&self) -> String {
        let (district, category) = (&self.district.name.hant, &self.category.name.hant);
        self.known().map_or_else(|| format!("{district}{category}店"), |(name, ..)| name.to_owned())
    }

    fn number(&self) -> u128 {
        (self.row as u128) * 1_000 + self.column as u128 + 1
    }

    fn merchant(&self) -> MerchantId {
        MerchantId::mint(BORN_MS, self.number())
    }

    fn till(&self) -> TillId {
        TillId::mint(BORN_MS, self.number())
    }

    fn key(&self, secret: &[u8; 32]) -> Secret {
        let mut bytes = b"jinquan-demo-till-1\n".to_vec();
        bytes.extend_from_slice(secret);
        bytes.extend_from_slice(&self.number().to_be_bytes());
        Secret::of(sha256(&bytes))
    }

    fn sample(&self, secret: &[u8; 32], at: Timestamp) -> Result<Sample, store::Error> {
        let broken = |what: &str| store::Error::Broken(format!("a sample merchant: {what}"));
        let code = format!("91{}MA{:06}", self.district.code, self.number());
        let credit_code = CreditCode::complete(&code).map_err(|_| broken("no credit code"))?;
        let (address, position) =
            self.known().map_or(("中心街 1 號", None), |(_, street, at)| (street, Some(at)));
        let profile = Profile {
            name: self.name(),
            credit_code,
            category: self.category.id.clone(),
            district: self.district.code.clone(),
            address: format!("{}{address}", self.district.name.hant),
            position,
            contact: Contact { name: "示範店長".to_owned(), phone: "0356-0000000".to_owned() },
            documents: vec!["示範營業執照".to_owned()],
            sells_goods: true,
            in_city: true,
        };
        let mark =
            |why: &str| Mark { who: Who::System("demo".to_owned()), at, why: why.to_owned() };
        let merchant = Merchant::apply(self.merchant(), None, profile, mark(""))
            .decide(Decision::Approve, false, mark("示範商家"))
            .map_err(|_| broken("not approved"))?;
        let key = self.key(secret);
        let (name, till) = ("一號收銀台".to_owned(), self.till());
        let created_at = at;
        let position = None;
        let (id, merchant_id) = (TillKeyId::mint(BORN_MS, self.number()), merchant.id);
        Ok(Sample {
            till: Till {
                id: till,
                merchant: merchant_id,
                name: name.clone(),
                position,
                created_at,
                closed_at: None,
            },
            key: NewKey {
                id,
                hash: key.hash(),
                merchant: merchant_id,
                till: Some(till),
                name,
                hint: key.hint(),
                scopes: Scopes::OF_TILL,
                created_at,
            },
            merchant,
        })
    }
}
