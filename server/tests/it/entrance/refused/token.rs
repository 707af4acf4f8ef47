//! Rows about the ID token: its form and signature, and what it says.

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use server::entrance::fault::Fault;

use super::super::oidc::NOW_S;
use super::{Row, claim, split, unsay};

/// Rows about the ID token's form and signature.
pub(super) const FORM: &[Row] = &[
    Row("alg none", Fault::TokenAlgorithm, |_, way| {
        r#"{"alg":"none","kid":"one"}"#.clone_into(&mut way.header);
        way.bend = |_, token| format!("{}.", split(&token).0);
    }),
    Row("alg None", Fault::TokenAlgorithm, |_, way| {
        r#"{"alg":"None"}"#.clone_into(&mut way.header);
    }),
    Row("no alg", Fault::TokenAlgorithm, |_, way| r#"{"kid":"one"}"#.clone_into(&mut way.header)),
    Row("an empty alg", Fault::TokenAlgorithm, |_, way| {
        r#"{"alg":"","kid":"one"}"#.clone_into(&mut way.header);
    }),
    Row("the public key as a shared secret (HS256)", Fault::TokenAlgorithm, |_, way| {
        r#"{"alg":"HS256","kid":"one"}"#.clone_into(&mut way.header);
        way.bend = |scene, token| {
            let (signed, _) = split(&token);
            let key = hmac::Key::new(HMAC_SHA256, scene.city.key.public_pem().as_bytes());
            let tag = hmac::sign(&key, signed.as_bytes());
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
        };
    }),
    Row("a signature with SHA-1 (RS1)", Fault::TokenAlgorithm, |_, way| {
        r#"{"alg":"RS1","kid":"one"}"#.clone_into(&mut way.header);
    }),
    Row("a way to sign that was not agreed on", Fault::TokenAlgorithm, |_, way| {
        r#"{"alg":"PS256","kid":"one"}"#.clone_into(&mut way.header);
    }),
    Row("lower-case alg", Fault::TokenAlgorithm, |_, way| {
        r#"{"alg":"rs256","kid":"one"}"#.clone_into(&mut way.header);
    }),
    Row("two algs", Fault::TokenDuplicate, |_, way| {
        r#"{"alg":"none","alg":"RS256","kid":"one"}"#.clone_into(&mut way.header);
    }),
    Row("crit", Fault::TokenCritical, |_, way| {
        r#"{"alg":"RS256","kid":"one","crit":["exp"]}"#.clone_into(&mut way.header);
    }),
    Row("a key that there is not", Fault::TokenKey, |_, way| {
        r#"{"alg":"RS256","kid":"../one"}"#.clone_into(&mut way.header);
    }),
    Row("a key name that is none", Fault::TokenMalformed, |_, way| {
        r#"{"alg":"RS256","kid":1}"#.clone_into(&mut way.header);
    }),
    Row("no key named, and two there are", Fault::TokenKey, |scene, way| {
        let keys = json!({ "keys": [scene.city.key.jwk("one"), scene.other_key.jwk("two")] });
        scene.city.provider.answers("/jwks", 200, keys.to_string());
        r#"{"alg":"RS256"}"#.clone_into(&mut way.header);
    }),
    Row("a key for something else", Fault::TokenKeyKind, |scene, _| {
        let mut jwk = scene.city.key.jwk("one");
        jwk["alg"] = "RS512".into();
        scene.city.provider.answers("/jwks", 200, json!({ "keys": [jwk] }).to_string());
    }),
    Row("a key to encrypt with", Fault::TokenKey, |scene, _| {
        let mut jwk = scene.city.key.jwk("one");
        jwk["use"] = "enc".into();
        scene.city.provider.answers("/jwks", 200, json!({ "keys": [jwk] }).to_string());
    }),
    Row("a shared secret among the keys", Fault::TokenKeyKind, |scene, _| {
        let keys = json!({ "keys": [{ "kty": "oct", "kid": "one", "k": "AAAA" }] });
        scene.city.provider.answers("/jwks", 200, keys.to_string());
    }),
    Row("another key under the same name", Fault::TokenSignature, |scene, _| {
        let keys = json!({ "keys": [scene.other_key.jwk("one")] });
        scene.city.provider.answers("/jwks", 200, keys.to_string());
    }),
    Row("the key in the header", Fault::TokenSignature, |scene, way| {
        let mut header = json!({ "alg": "RS256", "kid": "one" });
        header["jwk"] = scene.other_key.jwk("one");
        way.header = header.to_string();
        way.bend = |scene, token| {
            let (signed, _) = split(&token);
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(scene.other_key.sign(&signed)))
        };
    }),
    Row("no signature", Fault::TokenSignature, |_, way| {
        way.bend = |_, token| format!("{}.", split(&token).0);
    }),
    Row("a signature that is cut short", Fault::TokenSignature, |_, way| {
        way.bend = |_, token| token[..token.len() - 4].to_owned();
    }),
    Row("a signature of something else", Fault::TokenSignature, |_, way| {
        way.bend = |scene, token| {
            let (signed, _) = split(&token);
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(scene.city.key.sign("else")))
        };
    }),
    Row("a signature with something behind", Fault::TokenSignature, |_, way| {
        way.bend = |_, token| format!("{token}AAAA");
    }),
    Row("another content under the signature", Fault::TokenSignature, |_, way| {
        way.bend = |_, token| {
            let (signed, signature) = split(&token);
            let (header, content) = signed.split_once('.').unwrap();
            let content = String::from_utf8(URL_SAFE_NO_PAD.decode(content).unwrap()).unwrap();
            let content = content.replace("citizen-1", "citizen-2");
            format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(content))
        };
    }),
    Row("two parts", Fault::TokenMalformed, |_, way| way.bend = |_, token| split(&token).0),
    Row("four parts", Fault::TokenMalformed, |_, way| way.bend = |_, token| format!("{token}.x")),
    Row("five parts (encrypted)", Fault::TokenMalformed, |_, way| {
        way.bend = |_, token| format!("{token}.x.y");
    }),
    Row("another alphabet", Fault::TokenMalformed, |_, way| {
        way.bend = |_, token| token.replacen('e', "+", 1);
    }),
    Row("padding", Fault::TokenMalformed, |_, way| {
        r#"{"alg":"RS256","kid":"one"} "#.clone_into(&mut way.header);
        way.bend = |_, token| token.replacen('.', "=.", 1);
    }),
    Row("an endless token", Fault::TokenMalformed, |_, way| {
        claim(way, "x", "x".repeat(17_000).into());
    }),
    Row("not a token", Fault::TokenMalformed, |_, way| way.bend = |_, _| "token".to_owned()),
];

/// Rows about what the ID token says.
pub(super) const CONTENT: &[Row] = &[
    Row("two subjects", Fault::TokenDuplicate, |_, way| {
        way.bend = |scene, token| {
            let (signed, _) = split(&token);
            let (_, content) = signed.split_once('.').unwrap();
            let content = String::from_utf8(URL_SAFE_NO_PAD.decode(content).unwrap()).unwrap();
            let content = content.replacen('{', r#"{"sub":"citizen-9","#, 1);
            scene.city.key.token(r#"{"alg":"RS256","kid":"one"}"#, &content)
        };
    }),
    Row("another issuer", Fault::TokenIssuer, |_, way| {
        claim(way, "iss", "https://evil.example".into());
    }),
    Row("no issuer", Fault::TokenIssuer, |_, way| unsay(way, "iss")),
    Row("for somebody else", Fault::TokenAudience, |_, way| claim(way, "aud", "other".into())),
    Row("for nobody", Fault::TokenAudience, |_, way| unsay(way, "aud")),
    Row("for a list without us", Fault::TokenAudience, |_, way| {
        claim(way, "aud", json!(["a", "b"]));
    }),
    Row("for an empty list", Fault::TokenAudience, |_, way| claim(way, "aud", json!([]))),
    Row("for several, issued to nobody", Fault::TokenParty, |_, way| {
        claim(way, "aud", json!(["jinquan", "other"]));
    }),
    Row("issued to somebody else", Fault::TokenParty, |_, way| claim(way, "azp", "other".into())),
    Row("issued to a list", Fault::TokenParty, |_, way| claim(way, "azp", json!(["jinquan"]))),
    Row("over", Fault::TokenExpired, |_, way| claim(way, "exp", (NOW_S - 60).into())),
    Row("without end", Fault::TokenExpired, |_, way| unsay(way, "exp")),
    Row("an end in words", Fault::TokenExpired, |_, way| claim(way, "exp", "tomorrow".into())),
    Row("not yet", Fault::TokenNotYet, |_, way| claim(way, "nbf", (NOW_S + 61).into())),
    Row("a beginning in words", Fault::TokenNotYet, |_, way| claim(way, "nbf", "now".into())),
    Row("issued in the future", Fault::TokenIssuedAt, |_, way| {
        claim(way, "iat", (NOW_S + 61).into());
    }),
    Row("issued long ago", Fault::TokenIssuedAt, |_, way| claim(way, "iat", (NOW_S - 661).into())),
    Row("issued at no time", Fault::TokenIssuedAt, |_, way| unsay(way, "iat")),
    Row("another nonce", Fault::TokenNonce, |_, way| claim(way, "nonce", "other".into())),
    Row("no nonce", Fault::TokenNonce, |_, way| unsay(way, "nonce")),
    Row("a nonce that is a number", Fault::TokenNonce, |_, way| claim(way, "nonce", 1.into())),
    Row("nobody's", Fault::NoSubject, |_, way| unsay(way, "sub")),
    Row("an empty subject", Fault::NoSubject, |_, way| claim(way, "sub", "".into())),
    Row("a subject with a line in it", Fault::NoSubject, |_, way| claim(way, "sub", "a\nb".into())),
    Row("an endless subject", Fault::NoSubject, |_, way| claim(way, "sub", "x".repeat(256).into())),
    Row("an identity number that is none", Fault::NumberInvalid, |_, way| {
        claim(way, "identity_number", "140502199001010010".into());
    }),
];
