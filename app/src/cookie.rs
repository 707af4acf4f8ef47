//! The cookies that there are, and the one place that writes what a cookie is bound to. No script of ours reads one.

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};

/// With TLS the name itself makes browsers insist on `Secure`, this host and `Path=/`.
const PREFIX: &str = "__Host-";

/// A citizen's session. It is brought along on the way back from an entrance.
pub const SESSION: Cookie = Cookie::lax("__Host-jinquan");
/// The same in a frame, where no `SameSite` guards it: another name, so that it never stands in for the other one, and
/// never overwrites it where a browser knows no partitions.
pub const FRAMED_SESSION: Cookie = Cookie::lax("__Host-jinquan-e");
/// The mark by which a frame's later requests are known, whose destination does not say it.
pub const FRAMED: Cookie = Cookie::lax("__Host-jq_framed");
/// The chosen language.
pub const LANGUAGE: Cookie = Cookie::lax("__Host-jq_language");
/// The chosen view.
pub const VIEW: Cookie = Cookie::lax("__Host-jq_view");
/// A no that crosses a redirect.
pub const ANSWER: Cookie = Cookie::lax("__Host-jq_answer");
/// A person's place in the line, to whichever server they come.
pub const TICKET: Cookie = Cookie::lax("__Host-jq_ticket");
/// The token by which risk control knows a browser again.
pub const DEVICE: Cookie = Cookie::lax("__Host-jq_device");
/// On the way to a provider.
pub const WAY: Cookie = Cookie::lax("__Host-jinquan-way");
/// Between the provider and the matching of name and number.
pub const MATCH: Cookie = Cookie::lax("__Host-jinquan-match");
/// A cashier's session.
pub const TILL: Cookie = Cookie::strict("__Host-jinquan_till");
/// A browser on which a cashier has signed in.
pub const TILL_DEVICE: Cookie = Cookie::strict("__Host-jinquan_till_device");
/// The session of somebody of the city.
pub const CONSOLE: Cookie = Cookie::strict("__Host-jinquan_console");
/// A browser on which somebody of the city has signed in.
pub const CONSOLE_DEVICE: Cookie = Cookie::strict("__Host-jinquan_console_device");

/// The header by which a browser that signs out forgets what it was shown.
pub const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
/// Pages that the back button would show again, and what scripts keep. Cookies stay: language, view and the device's
/// token are not of the session.
pub const FORGET_SHOWN: HeaderValue = HeaderValue::from_static("\"cache\", \"storage\"");

/// As many as a citizen's browser has of ours.
const COOKIES_USUAL: usize = 8;

/// How long a choice of language or view is remembered, in seconds.
pub const CHOICE_S: i64 = 31_536_000;

/// Whether cookies demand TLS, as the server says through context to what is run in a request.
#[derive(Clone, Copy, Debug)]
pub struct Tls(pub bool);

/// A cookie by its name, and whether a link on another site brings it along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookie {
    host_name: &'static str,
    plain_name: &'static str,
    same_site: &'static str,
}

impl Cookie {
    const fn lax(host_name: &'static str) -> Self {
        Self { host_name, plain_name: without_prefix(host_name), same_site: "Lax" }
    }

    const fn strict(host_name: &'static str) -> Self {
        Self { host_name, plain_name: without_prefix(host_name), same_site: "Strict" }
    }

    /// Its name. Without TLS no browser would take one with the prefix.
    pub const fn name(self, tls: bool) -> &'static str {
        if tls { self.host_name } else { self.plain_name }
    }

    /// The `Set-Cookie` that keeps `value`, of letters and digits of our own, for so many seconds.
    pub fn keep(self, value: &str, max_age_s: i64, tls: bool) -> HeaderValue {
        let (name, same_site) = (self.name(tls), self.same_site);
        let secure = if tls { "; Secure" } else { "" };
        written(&format!(
            "{name}={value}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={max_age_s}{secure}"
        ))
    }

    /// The `Set-Cookie` that takes it away.
    pub fn clear(self, tls: bool) -> HeaderValue {
        self.keep("", 0, tls)
    }

    /// Its value in a request of which nothing else is read; see [`Jar`].
    pub fn read(self, headers: &HeaderMap, tls: bool) -> Option<&str> {
        Jar::of(headers, tls).get(self)
    }
}

/// The cookies of a request, taken apart once.
#[derive(Clone, Debug)]
pub struct Jar<'a> {
    pairs: Vec<(&'a str, &'a str)>,
    tls: bool,
}

impl<'a> Jar<'a> {
    /// Whatever a request brings.
    pub fn of(headers: &'a HeaderMap, tls: bool) -> Self {
        let mut pairs = Vec::with_capacity(COOKIES_USUAL);
        for value in headers.get_all(http::header::COOKIE) {
            let Ok(value) = value.to_str() else { continue };
            pairs.extend(value.split(';').filter_map(|pair| pair.trim().split_once('=')));
        }
        Self { pairs, tls }
    }

    /// The value of a cookie. Of several with one name the first counts.
    pub fn get(&self, cookie: Cookie) -> Option<&'a str> {
        let wanted = cookie.name(self.tls);
        self.pairs.iter().find_map(|(name, value)| (*name == wanted).then_some(*value))
    }
}

/// The `Set-Cookie`s that take a session away under either of its names, the one of a frame with and without a
/// partition: whoever signs out must not be found signed in by another one. A browser leaves alone what the place does
/// not let it take away.
pub fn sessions_cleared(tls: bool) -> impl Iterator<Item = HeaderValue> {
    let own = SESSION.clear(tls);
    let framed = tls.then(|| FRAMED_SESSION.clear(tls));
    let partitioned = framed.as_ref().and_then(partitioned);
    std::iter::once(own).chain(framed).chain(partitioned)
}

/// Makes the cookies of an answer such that a frame keeps them, apart for each parent. What takes a session away is
/// for every place by itself: see [`sessions_cleared`].
pub fn partition(headers: &mut HeaderMap) {
    let cleared: Vec<HeaderValue> = sessions_cleared(true).collect();
    let cookies = headers.get_all(SET_COOKIE).iter().filter_map(|cookie| {
        if cleared.contains(cookie) { Some(cookie.clone()) } else { partitioned(cookie) }
    });
    let cookies: Vec<HeaderValue> = cookies.collect();
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
}

fn partitioned(cookie: &HeaderValue) -> Option<HeaderValue> {
    let text = cookie.to_str().ok()?;
    let (name, rest) = text.split_once('=')?;
    let name = if name == SESSION.host_name { FRAMED_SESSION.host_name } else { name };
    let kept: Vec<&str> = rest
        .split(';')
        .map(str::trim)
        .filter(|part| !part.starts_with("SameSite=") && *part != "Secure")
        .collect();
    Some(written(&format!("{name}={}; SameSite=None; Secure; Partitioned", kept.join("; "))))
}

/// The name of a cookie where no browser would take the one with the prefix.
const fn without_prefix(host_name: &'static str) -> &'static str {
    host_name.split_at(PREFIX.len()).1
}

/// Names and values are our own; one that no header may carry is no cookie.
fn written(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_tls_every_cookie_is_bound_to_it() {
        assert_eq!(
            VIEW.keep("elder", 9, true),
            "__Host-jq_view=elder; Path=/; HttpOnly; SameSite=Lax; Max-Age=9; Secure"
        );
        assert_eq!(
            CONSOLE.clear(false),
            "jinquan_console=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
        );
    }

    #[test]
    fn a_frame_gets_cookies_of_its_own() {
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, SESSION.keep("ab", 9, true));
        headers.append(SET_COOKIE, VIEW.keep("elder", 9, true));
        partition(&mut headers);
        let said: Vec<&HeaderValue> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(
            said,
            [
                "__Host-jinquan-e=ab; Path=/; HttpOnly; Max-Age=9; SameSite=None; Secure; Partitioned",
                "__Host-jq_view=elder; Path=/; HttpOnly; Max-Age=9; SameSite=None; Secure; Partitioned"
            ]
        );
    }

    #[test]
    fn who_signs_out_has_a_session_under_neither_name() {
        assert_eq!(sessions_cleared(false).count(), 1, "there is no frame without TLS");
        let mut headers = HeaderMap::new();
        headers.extend(sessions_cleared(true).map(|cookie| (SET_COOKIE, cookie)));
        let cleared = [
            "__Host-jinquan=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure",
            "__Host-jinquan-e=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure",
            "__Host-jinquan-e=; Path=/; HttpOnly; Max-Age=0; SameSite=None; Secure; Partitioned",
        ];
        assert!(headers.get_all(SET_COOKIE).iter().eq(cleared), "{headers:?}");
        headers.append(SET_COOKIE, VIEW.keep("elder", 9, true));
        partition(&mut headers);
        let mut said = headers.get_all(SET_COOKIE).iter();
        assert!(said.by_ref().take(cleared.len()).eq(cleared), "in a frame as well: {headers:?}");
        assert!(said.next().unwrap().to_str().unwrap().ends_with("; Partitioned"), "{headers:?}");
    }

    #[test]
    fn a_cookie_of_another_name_is_not_read() {
        let mut headers = HeaderMap::new();
        headers.insert(
            http::header::COOKIE,
            HeaderValue::from_static("a=1; jq_view=elder; jq_view=x"),
        );
        assert_eq!(VIEW.read(&headers, false), Some("elder"));
        assert_eq!(VIEW.read(&headers, true), None);
    }
}
