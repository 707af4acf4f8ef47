//! Whence a request comes, as far as risk control wants to know: which browser, by a token that we gave it, and which
//! block of addresses. Both are kept as keyed hashes; nothing else is asked of a browser.

use std::net::IpAddr;

use app::cookie::{DEVICE, Jar};
use app::visitor::{DEVICE_BYTES, Visitor};
use data_encoding::HEXLOWER_PERMISSIVE;
use domain::risk::{Origin, Tag};
use http::HeaderValue;
use http::request::Parts;

use crate::hall::Hall;
use crate::key::hex;
use crate::limit::address::{self, Peer};

/// How long a browser keeps its token, in seconds: longer than a campaign.
const KEPT_S: i64 = 180 * 86_400;

/// Whence a request comes, as far as it says: the device. The address is asked for pages alone.
pub fn origin(hall: &Hall, visitor: &Visitor) -> Origin {
    let tag = |what, text: String| Tag::of(hall.keys.risk_tag(what, &text));
    let device = visitor.device.as_ref().map(|token| tag("device", hex(token)));
    let network = visitor.address.and_then(block).map(|block| tag("network", block));
    Origin { device, network }
}

/// The token of the browser, if it has one.
pub fn device(cookies: &Jar<'_>) -> Option<[u8; DEVICE_BYTES]> {
    let text = cookies.get(DEVICE).filter(|text| text.len() == 2 * DEVICE_BYTES)?;
    let mut token = [0; DEVICE_BYTES];
    HEXLOWER_PERMISSIVE.decode_mut(text.as_bytes(), &mut token).ok()?;
    Some(token)
}

/// The address of a request for a page, as our own proxies vouch for it.
pub fn address(hall: &Hall, parts: &Parts) -> Option<IpAddr> {
    let Peer(peer) = parts.extensions.get()?;
    Some(address::of(*peer, &parts.headers, hall.limits.trusted_hops()))
}

/// The cookie that gives a browser its token, if it has none yet.
pub fn new_device(hall: &Hall, visitor: &Visitor) -> Option<HeaderValue> {
    if visitor.device.is_some() {
        return None;
    }
    let token = hex(&hall.chance.bytes::<DEVICE_BYTES>());
    Some(DEVICE.keep(&token, KEPT_S, hall.tls))
}

/// The /24 or /48 of an address. One of this machine, of a private network or of a carrier's inside says nothing of who
/// asks: then a proxy stands before us that we were not told of, and nobody is judged by it.
fn block(address: IpAddr) -> Option<String> {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let says_nothing = address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || address.is_unspecified()
                || shared;
            (!says_nothing).then(|| format!("{a}.{b}.{c}"))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            let is_global = (0x2000..0x4000).contains(&a);
            is_global.then(|| format!("{a:x}:{b:x}:{c:x}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_what_a_line_has_and_own_networks_are_none() {
        let block = |text: &str| block(text.parse().unwrap());
        assert_eq!(block("203.0.113.7"), block("203.0.113.99"));
        assert_ne!(block("203.0.113.7"), block("203.0.114.7"));
        assert_eq!(block("2001:db8:1:2::3"), block("2001:db8:1:ffff::9"));
        assert_ne!(block("2001:db8:1::1"), block("2001:db8:2::1"));
        assert_eq!(block("::ffff:203.0.113.7"), block("203.0.113.8"));
        for nobody in [
            "127.0.0.1",
            "::1",
            "10.1.2.3",
            "192.168.0.9",
            "100.64.3.2",
            "fd00::1",
            "fe80::1",
            "0.0.0.0",
        ] {
            assert_eq!(block(nobody), None, "{nobody}");
        }
    }
}
