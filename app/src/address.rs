//! Addresses of pages with a query.

use std::fmt::Write as _;

/// A query of these pairs, percent-encoded.
pub fn query(pairs: &[(&str, String)]) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(name);
        query.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~,".contains(&byte) {
                query.push(char::from(byte));
            } else {
                // Writing to a String cannot fail.
                let _ = write!(query, "%{byte:02X}");
            }
        }
    }
    query
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn a_query_keeps_what_is_in_it() {
        assert_eq!(query(&[]), "");
        let pairs = [("q", "é&b a=1".to_owned()), ("near", "35.490500,112.851200".to_owned())];
        assert_eq!(query(&pairs), "q=%C3%A9%26b%20a%3D1&near=35.490500,112.851200");
    }
}
