//! From where a request comes: the address of the connection, or what the proxy of ours that stands farthest out has
//! seen. What anybody before that wrote into the header is their own invention.

use std::net::{IpAddr, Ipv6Addr};

use http::HeaderMap;

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The address behind so many proxies of ours. Each adds the one that it sees at the end of `X-Forwarded-For`.
pub fn of(peer: IpAddr, headers: &HeaderMap, trusted_hops: u8) -> IpAddr {
    if trusted_hops == 0 {
        return canonical(peer);
    }
    let values = headers.get_all("x-forwarded-for").iter();
    // By bytes: what somebody put before our proxy's part may be no text, and takes nothing from it.
    let named: Vec<&[u8]> =
        values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',')).collect();
    let seen = named.len().checked_sub(usize::from(trusted_hops)).map(|place| named[place]);
    let seen = seen.and_then(|seen| str::from_utf8(seen.trim_ascii()).ok()?.parse().ok());
    canonical(seen.unwrap_or(peer))
}

/// The block that an address belongs to: its /24, or its /48.
pub fn block(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            IpAddr::from([a, b, c, 0])
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

/// An address of version 4 however it is written.
const fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn seen(forwarded: &[&str], trusted_hops: u8) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            let value = HeaderValue::from_bytes(value.as_bytes());
            headers.append("x-forwarded-for", value.unwrap());
        }
        of("192.0.2.1".parse().unwrap(), &headers, trusted_hops).to_string()
    }

    #[test]
    fn the_address_is_that_of_the_trusted_hop() {
        assert_eq!(seen(&["1.1.1.1"], 0), "192.0.2.1", "nobody is believed");
        assert_eq!(seen(&["1.1.1.1, 203.0.113.9"], 1), "203.0.113.9", "the last is our proxy's");
        assert_eq!(seen(&["1.1.1.1, 203.0.113.9, 10.0.0.2"], 2), "203.0.113.9");
        assert_eq!(seen(&["1.1.1.1", "203.0.113.9"], 1), "203.0.113.9", "in a header of its own");
        assert_eq!(seen(&["é, 203.0.113.9"], 1), "203.0.113.9", "whatever stands before it");
        assert_eq!(seen(&[], 1), "192.0.2.1", "our proxy has said nothing");
        assert_eq!(seen(&["unknown"], 1), "192.0.2.1");
        assert_eq!(seen(&["::ffff:203.0.113.9"], 1), "203.0.113.9");
    }

    #[test]
    fn a_block_is_what_one_customer_is_given() {
        let block = |text: &str| block(text.parse().unwrap()).to_string();
        assert_eq!(block("203.0.113.9"), "203.0.113.0");
        assert_eq!(block("2001:db8:1:2:3:4:5:6"), "2001:db8:1::");
    }
}
