//! Keys from passphrases, and the seal of the whole file (RFC 7292 appendices A and B).

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::sealed::Hash;

/// What bytes are derived for (RFC 7292 appendix B.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A cipher's key.
    Key = 1,
    /// An initial vector.
    Iv = 2,
    /// The key of the seal.
    Mac = 3,
}

/// Fills `out` with what `hash` derives from a passphrase (RFC 7292 appendix B.2).
pub fn derive(
    hash: Hash,
    purpose: Purpose,
    passphrase: &str,
    salt: &[u8],
    iterations: u32,
    out: &mut [u8],
) {
    let run = match hash {
        Hash::Sha1 => run::<Sha1, 64>,
        Hash::Sha256 => run::<Sha256, 64>,
        Hash::Sha384 => run::<Sha384, 128>,
        Hash::Sha512 => run::<Sha512, 128>,
    };
    run(purpose, &big_endian(passphrase), salt, iterations, out);
}

/// Two bytes for each letter, and for the end (appendix B.1).
fn big_endian(passphrase: &str) -> Vec<u8> {
    passphrase.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect()
}

/// `BLOCK` is how many bytes the hash takes at once.
fn run<H: Digest, const BLOCK: usize>(
    purpose: Purpose,
    passphrase: &[u8],
    salt: &[u8],
    iterations: u32,
    out: &mut [u8],
) {
    let filled = |bytes: &[u8]| -> Vec<u8> {
        let len = bytes.len().div_ceil(BLOCK) * BLOCK;
        bytes.iter().copied().cycle().take(len).collect()
    };
    let mut input = [filled(salt), filled(passphrase)].concat();
    for piece in out.chunks_mut(<H as Digest>::output_size()) {
        let mut hash =
            H::new().chain_update([purpose as u8; BLOCK]).chain_update(&input).finalize();
        for _ in 1..iterations {
            hash = H::digest(&hash);
        }
        piece.copy_from_slice(&hash[..piece.len()]);
        input.chunks_mut(BLOCK).for_each(|number| add(number, &hash));
    }
}

/// Adds 1 and the hash, repeated, to a number of many digits.
fn add(number: &mut [u8], hash: &[u8]) {
    let mut carry = 1;
    for (at, digit) in number.iter_mut().enumerate().rev() {
        let sum = u16::from(*digit) + u16::from(hash[at % hash.len()]) + carry;
        let [high, low] = sum.to_be_bytes();
        (carry, *digit) = (u16::from(high), low);
    }
}

/// Whether `digest` is what HMAC makes of `contents`.
pub(super) fn is_authentic(
    hash: Hash,
    passphrase: &str,
    salt: &[u8],
    iterations: u32,
    contents: &[u8],
    digest: &[u8],
) -> bool {
    let mut key = [0; 64];
    let key = match hash {
        Hash::Sha1 => &mut key[..20],
        Hash::Sha256 => &mut key[..32],
        Hash::Sha384 => &mut key[..48],
        Hash::Sha512 => &mut key[..],
    };
    derive(hash, Purpose::Mac, passphrase, salt, iterations, key);
    match hash {
        Hash::Sha1 => verify::<Hmac<Sha1>>(key, contents, digest),
        Hash::Sha256 => verify::<Hmac<Sha256>>(key, contents, digest),
        Hash::Sha384 => verify::<Hmac<Sha384>>(key, contents, digest),
        Hash::Sha512 => verify::<Hmac<Sha512>>(key, contents, digest),
    }
}

fn verify<M: Mac + KeyInit>(key: &[u8], contents: &[u8], digest: &[u8]) -> bool {
    // A key of HMAC may have any length.
    let Ok(mac) = <M as KeyInit>::new_from_slice(key) else { return false };
    mac.chain_update(contents).verify_slice(digest).is_ok()
}
