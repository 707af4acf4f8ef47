//! Lists of merchants: for the public (R23) and for the review.

use domain::id::{CategoryId, MerchantId};
use domain::merchant::search::folded;
use domain::merchant::{Merchant, MerchantState};
use domain::place::Position;
use domain::time::Timestamp;

use super::row::{Row, position, select_merchant};
use crate::error::Error;
use crate::open::Store;
use crate::text::{Place, code};

/// What somebody looks for. Empty fields do not narrow.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of one of these categories; none means any.
    pub categories: Vec<CategoryId>,
    /// In this district.
    pub district: String,
    /// With these words in name or address, all of them.
    pub words: String,
    /// Nearest to this position first; merchants without a position come last.
    pub near: Option<Position>,
    /// At most so many.
    pub limit: u8,
    /// After this one in the same order.
    pub after: Option<MerchantId>,
}

/// A merchant that takes part, as everybody may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicMerchant {
    /// Its identifier.
    pub id: MerchantId,
    /// Its name.
    pub name: String,
    /// Its category.
    pub category: CategoryId,
    /// Its district.
    pub district: String,
    /// Its address.
    pub address: String,
    /// Its position, if it gave one.
    pub position: Option<Position>,
}

/// The most words of a search that count.
const WORDS_MAX: usize = 4;

/// Squared distance on a plane that touches the earth at the wanted place: exact enough for an order
/// within a city, and whole numbers on both engines. A degree of longitude is `$6` thousandths of one
/// of latitude there. Without a place everything is equally far; without a position, farthest.
macro_rules! far {
    ($m:literal) => {
        concat!(
            "(case when $4 = 0 then 0 when ",
            $m,
            ".latitude is null then 9000000000000000000
              else (",
            $m,
            ".latitude - $5) * (",
            $m,
            ".latitude - $5)
                   + (",
            $m,
            ".longitude - $7) * $6 / 1000 * ((",
            $m,
            ".longitude - $7) * $6 / 1000)
              end)"
        )
    };
}

const LIST: &str = concat!(
    "select f.id, f.name, f.category, f.district, f.address, f.latitude, f.longitude from (
         select m.id, m.name, m.category, m.district, m.address, m.latitude, m.longitude, ",
    far!("m"),
    " as far
         from merchant m
         where m.state = 'approved' and ($1 = '' or $1 like '%|' || m.category || '|%')
             and ($2 = '' or m.district = $2)
             and m.search like $3 escape '!' and m.search like $8 escape '!'
             and m.search like $9 escape '!' and m.search like $10 escape '!'
     ) as f
     where $11 = '' or exists (
         select 1 from merchant p
         where p.id = $11 and (f.far > ",
    far!("p"),
    " or (f.far = ",
    far!("p"),
    " and f.id > p.id))
     )
     order by f.far, f.id limit $12"
);

impl Store {
    /// Merchants that take part, as somebody looks for them.
    pub async fn public_merchants(&self, wanted: &Wanted) -> Result<Vec<PublicMerchant>, Error> {
        let near = wanted.near;
        let degrees = near.map_or(0.0, |position| position.latitude().to_radians().cos());
        #[expect(clippy::cast_possible_truncation, reason = "a cosine times a thousand")]
        let narrowing = (degrees * 1_000.0).round() as i64;
        let patterns = patterns(&wanted.words);
        let [first, second, third, fourth] = patterns;
        let rows: Vec<PublicRow> = self
            .db
            .read(LIST)
            .bind(categories(&wanted.categories))
            .bind(wanted.district.clone())
            .bind(first)
            .bind(i64::from(near.is_some()))
            .bind(near.map_or(0, Position::latitude_micro))
            .bind(narrowing)
            .bind(near.map_or(0, Position::longitude_micro))
            .bind(second)
            .bind(third)
            .bind(fourth)
            .bind(wanted.after.map(|after| after.to_string()).unwrap_or_default())
            .bind(i64::from(wanted.limit))
            .fetch_all()
            .await?;
        rows.into_iter().map(PublicRow::read).collect()
    }

    /// Merchants in a state, those first that have been in it longest; at most `limit`, after the one
    /// that came into it at that time, whatever has become of it since.
    pub async fn merchants_in(
        &self,
        state: MerchantState,
        limit: u8,
        after: Option<(Timestamp, MerchantId)>,
    ) -> Result<Vec<Merchant>, Error> {
        let (at, id) =
            after.map_or((i64::MIN, String::new()), |(at, id)| (at.millis(), id.to_string()));
        let rows: Vec<Row> = self
            .db
            .read(select_merchant!(
                "where m.state = $1 and (m.state_at, m.id) > ($2, $3)
                 order by m.state_at, m.id limit $4"
            ))
            .bind(code(&state)?)
            .bind(at)
            .bind(id)
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// How many merchants are in each state.
    pub async fn merchant_counts(&self) -> Result<Vec<(MerchantState, u64)>, Error> {
        let rows: Vec<(String, i64)> = self
            .db
            .read("select state, count(*) from merchant group by state order by state")
            .fetch_all()
            .await?;
        let place = Place { table: "merchant", row: "" };
        rows.into_iter()
            .map(|(state, count)| Ok((place.code("state", state)?, place.number("count", count)?)))
            .collect()
    }
}

/// `|dining|fuel|`: identifiers have none of the characters that a pattern gives a meaning.
fn categories(categories: &[CategoryId]) -> String {
    if categories.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = categories.iter().map(CategoryId::as_str).collect();
    format!("|{}|", names.join("|"))
}

/// A pattern for each word, as the column is folded.
fn patterns(words: &str) -> [String; WORDS_MAX] {
    let mut patterns = std::array::from_fn(|_| "%".to_owned());
    for (pattern, word) in patterns.iter_mut().zip(words.split_whitespace()) {
        *pattern = format!("%{}%", literal(&folded(word)));
    }
    patterns
}

/// A text in which no character has a meaning of its own in a pattern.
fn literal(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut literal, character| {
        if matches!(character, '%' | '_' | '!') {
            literal.push('!');
        }
        literal.push(character);
        literal
    })
}

#[derive(sqlx::FromRow)]
struct PublicRow {
    id: String,
    name: String,
    category: String,
    district: String,
    address: String,
    latitude: Option<i64>,
    longitude: Option<i64>,
}

impl PublicRow {
    fn read(self) -> Result<PublicMerchant, Error> {
        let place = Place { table: "merchant", row: &self.id };
        Ok(PublicMerchant {
            id: place.parse("id", &self.id)?,
            name: self.name,
            category: place.parse("category", &self.category)?,
            district: self.district,
            address: self.address,
            position: position(place, self.latitude, self.longitude)?,
        })
    }
}
