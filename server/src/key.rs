//! The server's keys, all derived from a master key, and everything that is authenticated or hashed with one.
//!
//! Several master keys can be kept: the newest makes new identity hashes, every one is looked up (R1), so a key can be
//! replaced without losing anybody.

mod seal;
mod ticket;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use domain::code::{Payload, Step, authenticated_bytes};
use domain::id::{NotAnId, PackId, RequestKey, RoundId, VoucherId};
use domain::identity_number::IdentityNumber;
use domain::ledger::Digest;
use domain::staff::Login;

use seal::Seal;

/// The most attempts of one pack that have a key of their own. A claim comes to nothing when the risk desk says no,
/// which at most three appeals undo, or says nothing for a day, and a round has some days.
const ATTEMPTS_MAX: usize = 16;

/// The keys of this installation. Every server on one database has the same.
pub struct Keys {
    identity: Vec<(i32, Key)>,
    code: Key,
    form: Key,
    subject: Key,
    device: Key,
    risk: Key,
    /// In a box: the futures that furnish a hall carry the keys, and a key is large.
    ticket: Box<Key>,
    seals: Vec<Seal>,
}

/// A master key and its version; higher is newer.
#[derive(Clone)]
pub struct MasterKey {
    /// The version, from 1.
    pub version: i32,
    /// 256 random bits.
    pub secret: [u8; 32],
}

impl Keys {
    /// Derives every key. `masters` holds at least one; the order does not matter.
    pub fn derive(masters: &[MasterKey]) -> Option<Self> {
        let mut masters = masters.to_vec();
        masters.sort_by_key(|master| std::cmp::Reverse(master.version));
        let (newest, oldest) = (masters.first()?, masters.last()?);
        Some(Self {
            identity: masters
                .iter()
                .map(|master| (master.version, subkey(master, "identity")))
                .collect(),
            code: subkey(newest, "code"),
            form: subkey(newest, "form"),
            // An account keeps its subject when keys rotate, so it hangs on the first key.
            subject: subkey(oldest, "subject"),
            device: subkey(newest, "device"),
            risk: subkey(newest, "risk"),
            ticket: Box::new(subkey(newest, "ticket")),
            seals: masters.iter().map(Seal::of).collect::<Option<_>>()?,
        })
    }

    /// The versions that are kept, the newest first.
    pub fn versions(&self) -> impl Iterator<Item = i32> + '_ {
        self.identity.iter().map(|(version, _)| *version)
    }

    /// The hashes of an identity number under every key version, the newest first (R1).
    pub fn identity_hashes(&self, number: &IdentityNumber) -> Vec<(i32, Digest)> {
        let message = format!("resident\n{}", number.normalised());
        self.identity
            .iter()
            .map(|(version, key)| (*version, mac(key, message.as_bytes())))
            .collect()
    }

    /// What names an account of the demonstration entrance, without the number in it.
    pub fn demo_subject(&self, number: &IdentityNumber, account: &str) -> String {
        hex(&mac(&self.subject, format!("demo\n{}\n{account}", number.normalised()).as_bytes()))
    }

    /// The payload that a voucher shows in a step.
    pub fn payload(&self, voucher: VoucherId, step: Step) -> Payload {
        let tag = mac(&self.code, &authenticated_bytes(voucher, step));
        let mut half = [0; 16];
        half.copy_from_slice(&tag[..16]);
        Payload { voucher, step, tag: u128::from_be_bytes(half) }
    }

    /// What a device carries on which that login has signed in, made of `nonce`.
    pub fn device_mark(&self, login: &Login, nonce: [u8; 16]) -> [u8; 32] {
        let tag = mac(&self.device, &[&nonce, login.as_str().as_bytes()].concat());
        let mut mark = [0; 32];
        mark[..16].copy_from_slice(&nonce);
        mark[16..].copy_from_slice(&tag[..16]);
        mark
    }

    /// Tells one device or address block from another for risk control, and says nothing else about it. With another
    /// newest key they are other tags: what was seen before is a day old at most.
    pub fn risk_tag(&self, purpose: &str, text: &str) -> u64 {
        let tag = mac(&self.risk, format!("{purpose}\n{text}").as_bytes());
        let mut eight = [0; 8];
        eight.copy_from_slice(&tag[..8]);
        u64::from_be_bytes(eight)
    }

    /// Whether that login has signed in on the device that carries `mark`.
    pub fn knows_device(&self, login: &Login, mark: &[u8; 32]) -> bool {
        let mut nonce = [0; 16];
        nonce.copy_from_slice(&mark[..16]);
        verify_slices_are_equal(&self.device_mark(login, nonce), mark).is_ok()
    }

    /// Whether this installation made a payload, in constant time.
    pub fn is_authentic(&self, payload: &Payload) -> bool {
        let own = self.payload(payload.voucher, payload.step).tag.to_be_bytes();
        verify_slices_are_equal(&own, &payload.tag.to_be_bytes()).is_ok()
    }

    /// The request key that a session's own form carries for a pack of a round: the same on every reload, so that a
    /// lost answer is settled by sending the form again, and unknown to every other site. `attempt` counts the person's
    /// claims of that pack that came to nothing: each has had its answer, and the next one needs another key (R4).
    ///
    /// # Errors
    /// Never: hexadecimal digits are a request key.
    pub fn form_key(
        &self,
        session: &Digest,
        round: &RoundId,
        pack: &PackId,
        attempt: usize,
    ) -> Result<RequestKey, NotAnId> {
        let mut message = session.to_vec();
        message.extend_from_slice(format!("\n{round}\n{pack}").as_bytes());
        if attempt > 0 {
            message.extend_from_slice(format!("\n{}", attempt.min(ATTEMPTS_MAX)).as_bytes());
        }
        hex(&mac(&self.form, &message)[..16]).parse()
    }

    /// What a form of a session's own page carries for an act that is no claim: nobody else's page can know it.
    pub fn act_key(&self, session: &Digest, act: &str) -> String {
        let mut message = b"act\n".to_vec();
        message.extend_from_slice(session);
        message.extend_from_slice(act.as_bytes());
        hex(&mac(&self.form, &message)[..16])
    }

    /// Whether `key` is that key, in constant time.
    pub fn is_act_key(&self, session: &Digest, act: &str, key: &str) -> bool {
        verify_slices_are_equal(self.act_key(session, act).as_bytes(), key.as_bytes()).is_ok()
    }

    /// Whether `key` is that key of some attempt, each looked at in constant time. A page that was made before the
    /// last claim came to nothing still has an earlier one.
    pub fn is_form_key(
        &self,
        session: &Digest,
        round: &RoundId,
        pack: &PackId,
        key: &RequestKey,
    ) -> bool {
        (0..=ATTEMPTS_MAX).any(|attempt| {
            self.form_key(session, round, pack, attempt).is_ok_and(|own| {
                verify_slices_are_equal(own.as_str().as_bytes(), key.as_str().as_bytes()).is_ok()
            })
        })
    }
}

/// The SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> Digest {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

/// `bytes` in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// The bytes of 64 hexadecimal digits.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    // The decoder insists on room for exactly what it reads.
    if text.len() != 2 * bytes.len() {
        return None;
    }
    HEXLOWER_PERMISSIVE.decode_mut(text.as_bytes(), &mut bytes).ok()?;
    Some(bytes)
}

fn subkey(master: &MasterKey, purpose: &str) -> Key {
    let root = Key::new(HMAC_SHA256, &master.secret);
    Key::new(HMAC_SHA256, hmac::sign(&root, format!("jinquan-{purpose}-1").as_bytes()).as_ref())
}

fn mac(key: &Key, message: &[u8]) -> Digest {
    let mut tag = [0; 32];
    tag.copy_from_slice(hmac::sign(key, message).as_ref());
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sixty_four_digits_and_nothing_else() {
        let mut bytes = [0; 32];
        for (byte, place) in bytes.iter_mut().zip(0_u8..) {
            *byte = place * 8 + 7;
        }
        let text = hex(&bytes);
        assert_eq!(unhex(&text), Some(bytes));
        assert_eq!(unhex(&text.to_uppercase()), Some(bytes));
        for wrong in [&text[1..], &format!("{text}0"), &text.replace("07", "+7"), "", "é"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
