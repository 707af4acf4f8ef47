//! What kind of device a session began on, so that its owner can tell it apart from the others: a few words of our own,
//! found in what the browser says of itself. A hint, nothing is decided by it, and what the browser said is not kept.

use http::HeaderMap;
use http::header::USER_AGENT;

/// The apps that are told apart, by what their web view says of itself. The first that fits counts.
const APPS: [(&str, &str); 4] = [
    ("AlipayClient", "alipay"),
    ("MicroMessenger", "wechat"),
    ("Jinlaiban", "city_app"),
    ("Mozilla", "browser"),
];

/// The systems. An iPhone says `Mac OS X` too, and most phones `Linux`: the order matters.
const SYSTEMS: [(&str, &str); 8] = [
    ("OpenHarmony", "harmony"),
    ("HarmonyOS", "harmony"),
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("Windows", "windows"),
    ("Mac OS X", "mac"),
    ("Linux", "linux"),
];

/// The app and the system of a request, such as `alipay/android`; `other` where neither is told.
pub fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    format!("{}/{}", first(&APPS, agent), first(&SYSTEMS, agent))
}

fn first(list: &[(&str, &'static str)], agent: &str) -> &'static str {
    list.iter().find_map(|(sign, word)| agent.contains(sign).then_some(*word)).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_views_are_told_apart() {
        for (agent, word) in [
            (
                "Mozilla/5.0 (Linux; U; Android 10; zh-CN) AppleWebKit/537.36 UCBrowser/11 \
                 AlipayDefined NebulaSDK/1.8 AliApp(AP/10.1.90) AlipayClient/10.1.90 Language/zh-Hans",
                "alipay/android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 13_3 like Mac OS X) AppleWebKit/605 \
                 Mobile/15E148 MicroMessenger/7.0.12",
                "wechat/ios",
            ),
            (
                "Mozilla/5.0 (Linux; Android 9; HarmonyOS) Chrome/78 Jinlaiban/2.1",
                "city_app/harmony",
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Safari/605", "browser/mac"),
            ("curl/8", "other/other"),
        ] {
            let headers = HeaderMap::from_iter([(USER_AGENT, agent.parse().unwrap())]);
            assert_eq!(device(&headers), word);
        }
    }
}
