//! Somebody who vouches for people, for the tests of entrances: a server that answers what it was told to, notes what
//! it was asked, and has keys to sign with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::{Value, json};

/// A key of a provider, or of ours.
pub(crate) struct Key(RsaKeyPair);

impl Key {
    pub(crate) fn new() -> Self {
        Self(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    pub(crate) fn sign(&self, text: &str) -> Vec<u8> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        let nothing = SystemRandom::new();
        self.0.sign(&RSA_PKCS1_SHA256, &nothing, text.as_bytes(), &mut signature).unwrap();
        signature
    }

    pub(crate) fn sign_base64(&self, text: &str) -> String {
        STANDARD.encode(self.sign(text))
    }

    /// PKCS#8, as a PEM file.
    pub(crate) fn private_pem(&self) -> String {
        let der: Pkcs8V1Der<'_> = self.0.as_der().unwrap();
        format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(der.as_ref())
        )
    }

    /// `SubjectPublicKeyInfo`, as a PEM file.
    pub(crate) fn public_pem(&self) -> String {
        let der: PublicKeyX509Der<'_> = self.0.public_key().as_der().unwrap();
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(der.as_ref())
        )
    }

    /// As a key of a set.
    pub(crate) fn jwk(&self, id: &str) -> Value {
        let public = self.0.public_key();
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({
            "kty": "RSA", "kid": id, "use": "sig", "alg": "RS256",
            "n": text(public.modulus().big_endian_without_leading_zero()),
            "e": text(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// A token with that header and content, signed with this key.
    pub(crate) fn token(&self, header: &str, claims: &str) -> String {
        let signed =
            format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.sign(&signed));
        format!("{signed}.{signature}")
    }
}

/// What a provider was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) authorization: String,
    pub(crate) body: String,
}

#[derive(Default)]
struct Desk {
    answers: HashMap<String, (u16, String)>,
    asked: Vec<Asked>,
    meanwhile: HashMap<String, Box<dyn Fn() + Send>>,
}

/// A provider that listens on this machine. It ends with the value.
pub(crate) struct Provider {
    pub(crate) base: String,
    desk: Arc<Mutex<Desk>>,
    serving: tokio::task::JoinHandle<()>,
}

impl Provider {
    pub(crate) async fn open() -> Self {
        let desk = Arc::<Mutex<Desk>>::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(desk.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, desk, serving }
    }

    /// From now on it answers so at that path; a path may name the `method` of a gateway behind a `?`.
    pub(crate) fn answers(&self, path: &str, status: u16, body: impl Into<String>) {
        self.desk.lock().unwrap().answers.insert(path.to_owned(), (status, body.into()));
    }

    /// From now on that happens while it answers at that path.
    pub(crate) fn meanwhile(&self, path: &str, act: impl Fn() + Send + 'static) {
        self.desk.lock().unwrap().meanwhile.insert(path.to_owned(), Box::new(act));
    }

    /// What it was asked at that path.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        let desk = self.desk.lock().unwrap();
        desk.asked.iter().filter(|asked| asked.path == path).cloned().collect()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    State(desk): State<Arc<Mutex<Desk>>>,
    _: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, [(&'static str, String); 2], String) {
    let query = uri.query().unwrap_or_default().to_owned();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&query).unwrap();
    let method = pairs.iter().find(|(name, _)| name == "method");
    let path = uri.path().to_owned();
    let key = method.map_or(path.clone(), |(_, method)| format!("{path}?{method}"));
    let authorization = headers.get("authorization");
    let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
    let mut desk = desk.lock().unwrap();
    if let Some(act) = desk.meanwhile.get(&path) {
        act();
    }
    desk.asked.push(Asked {
        path,
        query,
        authorization: authorization.unwrap_or_default(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let (status, body) = desk.answers.get(&key).cloned().unwrap_or((404, String::new()));
    // Only a redirect is believed to lead anywhere.
    let headers =
        [("content-type", "application/json".to_owned()), ("location", "/elsewhere".to_owned())];
    (StatusCode::from_u16(status).unwrap(), headers, body)
}
