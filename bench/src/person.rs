//! Invented persons who are signed in already: the token of each follows from a number, so that a generator needs no
//! list.

/// The session token of person `number`, as the cookie carries it.
pub(crate) fn cookie(number: u64) -> String {
    format!("jinquan={number:064x}")
}

/// The token's bytes; the store has their SHA-256.
pub(crate) fn token(number: u64) -> [u8; 32] {
    let mut token = [0; 32];
    token[24..].copy_from_slice(&number.to_be_bytes());
    token
}

/// A claim by person `number`, as it goes over the wire.
pub(crate) fn claim_request(number: u64) -> Vec<u8> {
    format!(
        "POST /api/v1/rounds/r1/claims HTTP/1.1\r\nHost: bench\r\nCookie: {}\r\n\
         Idempotency-Key: b-{number}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}",
        cookie(number)
    )
    .into_bytes()
}
