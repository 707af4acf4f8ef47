//! What requests carry beside their body: pages of lists, request keys, identifiers. Each wrong part is named.

use domain::id::RequestKey;
use http::HeaderMap;

use super::problem::Problem;

/// The most items of one page of a list.
pub(super) const LIMIT_MAX: usize = 100;

/// A page of a list: `limit` (1 to 100) items `after` one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Paging {
    /// How many.
    pub limit: usize,
    /// After which identifier.
    pub after: Option<String>,
}

/// Reads `limit` and `after` of a query; others are ignored.
pub(super) fn paging(query: Option<&str>) -> Result<Paging, Problem> {
    let pairs = parse(query.unwrap_or_default())?;
    let limit = match single(&pairs, "limit")? {
        None => LIMIT_MAX,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=LIMIT_MAX).contains(limit))
            .ok_or_else(|| Problem::invalid("limit", "a whole number from 1 to 100"))?,
    };
    Ok(Paging { limit, after: single(&pairs, "after")?.map(str::to_owned) })
}

/// The `Idempotency-Key`: exactly one, 1 to 255 visible ASCII characters.
pub(super) fn request_key(headers: &HeaderMap) -> Result<RequestKey, Problem> {
    const NAME: &str = "Idempotency-Key";
    let mut values = headers.get_all(NAME).iter();
    let wrong = |detail: &str| Problem::invalid(NAME, detail);
    let first = values.next().ok_or_else(|| wrong("the header is missing"))?;
    if values.next().is_some() {
        return Err(wrong("the header stands twice"));
    }
    let text = first.to_str().ok();
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| wrong("1 to 255 visible ASCII characters"))
}

/// The pairs of a query.
pub(super) fn parse(query: &str) -> Result<Vec<(String, String)>, Problem> {
    serde_urlencoded::from_str(query).map_err(|_| Problem::invalid("query", "not a query string"))
}

/// A parameter that may stand once.
pub(super) fn single<'a>(
    pairs: &'a [(String, String)],
    name: &str,
) -> Result<Option<&'a str>, Problem> {
    let mut values =
        pairs.iter().filter_map(|(key, value)| (key == name).then_some(value.as_str()));
    let first = values.next();
    if values.next().is_some() {
        Err(Problem::invalid(name, "the parameter stands twice"))
    } else {
        Ok(first)
    }
}
