//! A merchant as a row.

use domain::credit_code::CreditCode;
use domain::id::PersonId;
use domain::merchant::search::folded;
use domain::merchant::{Contact, Mark, Merchant, Profile};
use domain::place::Position;
use domain::time::Timestamp;

use super::began;
use crate::db::{Query, Tx};
use crate::error::Error;
use crate::text::{Place, code, json};

macro_rules! select_merchant {
    ($tail:literal) => {
        concat!(
            "select m.id, m.manager_id, m.name, m.credit_code, m.category, m.district, m.address,
                    m.latitude, m.longitude, m.contact_name, m.contact_phone, m.documents,
                    m.sells_goods, m.in_city, m.state, m.state_who, m.state_at, m.state_why,
                    m.version
             from merchant m ",
            $tail
        )
    };
}
pub(crate) use select_merchant;

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: String,
    manager_id: Option<String>,
    name: String,
    credit_code: String,
    category: String,
    district: String,
    address: String,
    latitude: Option<i64>,
    longitude: Option<i64>,
    contact_name: String,
    contact_phone: String,
    documents: String,
    sells_goods: i64,
    in_city: i64,
    state: String,
    state_who: String,
    state_at: i64,
    state_why: String,
    version: i64,
}

impl Row {
    pub(crate) fn read(self) -> Result<Merchant, Error> {
        let place = Place { table: "merchant", row: &self.id };
        let manager: Option<PersonId> =
            self.manager_id.as_deref().map(|id| place.parse("manager_id", id)).transpose()?;
        let credit_code: CreditCode = place.parse("credit_code", &self.credit_code)?;
        Ok(Merchant {
            id: place.parse("id", &self.id)?,
            manager,
            profile: Profile {
                name: self.name,
                credit_code,
                category: place.parse("category", &self.category)?,
                district: self.district,
                address: self.address,
                position: position(place, self.latitude, self.longitude)?,
                contact: Contact { name: self.contact_name, phone: self.contact_phone },
                documents: place.json("documents", &self.documents)?,
                sells_goods: self.sells_goods != 0,
                in_city: self.in_city != 0,
            },
            state: place.code("state", self.state)?,
            mark: mark(place, &self.state_who, self.state_at, self.state_why)?,
            version: self.version,
        })
    }
}

/// A position of two columns, both there or neither.
pub(crate) fn position(
    place: Place<'_>,
    latitude: Option<i64>,
    longitude: Option<i64>,
) -> Result<Option<Position>, Error> {
    match (latitude, longitude) {
        (Some(latitude), Some(longitude)) => Position::from_micro(latitude, longitude)
            .map(Some)
            .map_err(|_| place.corrupt("latitude")),
        _ => Ok(None),
    }
}

/// Who, when and why, as three columns.
pub(crate) fn mark(place: Place<'_>, who: &str, at: i64, why: String) -> Result<Mark, Error> {
    Ok(Mark { who: place.parse("who", who)?, at: Timestamp::from_millis(at), why })
}

/// Adds the row, unless its code or its manager stands in the way; returns how many were added.
pub(super) async fn insert(tx: &mut Tx, merchant: &Merchant) -> Result<u64, Error> {
    let query = tx.query(
        "insert into merchant (id, manager_id, name, credit_code, category, district, address,
                               latitude, longitude, contact_name, contact_phone, documents,
                               sells_goods, in_city, search, state, state_who, state_at,
                               state_why, applied_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 $19, $18, $20)
         on conflict do nothing",
    );
    let manager = merchant.manager.map(|manager| manager.to_string());
    bind_content(query.bind(merchant.id.to_string()).bind(manager), merchant)?
        .bind(merchant.version)
        .execute()
        .await
}

/// What a merchant says of itself and where it stands, in the order in which both statements name it.
fn bind_content<'c>(query: Query<'c>, merchant: &Merchant) -> Result<Query<'c>, Error> {
    let profile = &merchant.profile;
    Ok(query
        .bind(profile.name.clone())
        .bind(profile.credit_code.to_string())
        .bind(profile.category.to_string())
        .bind(profile.district.clone())
        .bind(profile.address.clone())
        .bind(profile.position.map(Position::latitude_micro))
        .bind(profile.position.map(Position::longitude_micro))
        .bind(profile.contact.name.clone())
        .bind(profile.contact.phone.clone())
        .bind(json(&profile.documents)?)
        .bind(i64::from(profile.sells_goods))
        .bind(i64::from(profile.in_city))
        .bind(search_text(profile))
        .bind(code(&merchant.state)?)
        .bind(merchant.mark.who.to_string())
        .bind(merchant.mark.at.millis())
        .bind(merchant.mark.why.clone()))
}

/// Writes every column that an act can change; returns how many rows had the version before.
pub(super) async fn update(tx: &mut Tx, merchant: &Merchant) -> Result<u64, Error> {
    let mut began_at = [None; 4];
    began_at[began(merchant.state)] = Some(merchant.mark.at.millis());
    let query = tx.query(
        "update merchant
         set name = $2, credit_code = $3, category = $4, district = $5, address = $6,
             latitude = $7, longitude = $8, contact_name = $9, contact_phone = $10,
             documents = $11, sells_goods = $12, in_city = $13, search = $14, state = $15,
             state_who = $16, state_at = $17, state_why = $18,
             applied_at = coalesce($19, applied_at), approved_at = coalesce($20, approved_at),
             refused_at = coalesce($21, refused_at), suspended_at = coalesce($22, suspended_at),
             version = $23
         where id = $1 and version = $23 - 1",
    );
    bind_content(query.bind(merchant.id.to_string()), merchant)?
        .bind(began_at[0])
        .bind(began_at[1])
        .bind(began_at[2])
        .bind(began_at[3])
        .bind(merchant.version)
        .execute()
        .await
}

fn search_text(profile: &Profile) -> String {
    format!("{}\n{}", folded(&profile.name), folded(&profile.address))
}
