//! Values as they stand in text columns: identifiers, codes of enums, JSON.

use std::str::FromStr;

use domain::ledger::{Digest, unhex};
use domain::money::Amount;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// Where a value was read: said when it cannot be.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'static str,
    pub(crate) row: &'a str,
}

impl Place<'_> {
    /// An identifier.
    pub(crate) fn parse<T: FromStr>(self, column: &'static str, text: &str) -> Result<T, Error> {
        text.parse().map_err(|_| self.corrupt(column))
    }

    /// A value written by [`json`].
    pub(crate) fn json<T: DeserializeOwned>(
        self,
        column: &'static str,
        text: &str,
    ) -> Result<T, Error> {
        serde_json::from_str(text).map_err(|_| self.corrupt(column))
    }

    /// A value written by [`code`].
    pub(crate) fn code<T: DeserializeOwned>(
        self,
        column: &'static str,
        text: String,
    ) -> Result<T, Error> {
        serde_json::from_value(serde_json::Value::String(text)).map_err(|_| self.corrupt(column))
    }

    /// A number that is a count, a level or a version.
    pub(crate) fn number<T: TryFrom<i64>>(
        self,
        column: &'static str,
        number: i64,
    ) -> Result<T, Error> {
        T::try_from(number).map_err(|_| self.corrupt(column))
    }

    /// An amount.
    pub(crate) fn amount(self, column: &'static str, fen: i64) -> Result<Amount, Error> {
        Amount::from_fen(fen).ok_or_else(|| self.corrupt(column))
    }

    /// A sum of amounts. Beyond [`Amount::MAX`], which no appropriation reaches, it stays there.
    pub(crate) fn sum(self, column: &'static str, fen: i64) -> Result<Amount, Error> {
        self.amount(column, fen.min(Amount::MAX.fen()))
    }

    /// A hash.
    pub(crate) fn digest(self, column: &'static str, bytes: Vec<u8>) -> Result<Digest, Error> {
        bytes.try_into().map_err(|_| self.corrupt(column))
    }

    /// A hash in hexadecimal.
    pub(crate) fn hex(self, column: &'static str, text: &str) -> Result<Digest, Error> {
        unhex(text).ok_or_else(|| self.corrupt(column))
    }

    /// The error that names this place.
    pub(crate) fn corrupt(self, column: &'static str) -> Error {
        Error::corrupt(self.table, column, self.row)
    }
}

/// A value as JSON text.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::broken(format!("not JSON: {error}")))
}

/// Identifiers as rows of one column `id`, as the statements over JSON rows read them.
pub(crate) fn json_ids<T: Serialize>(ids: &[T]) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Row<'a, T> {
        id: &'a T,
    }
    let rows: Vec<Row<'_, T>> = ids.iter().map(|id| Row { id }).collect();
    json(&rows)
}

/// The code of an enum that serializes as a word.
pub(crate) fn code<T: Serialize>(value: &T) -> Result<String, Error> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(Error::broken("a code is not a word")),
    }
}
