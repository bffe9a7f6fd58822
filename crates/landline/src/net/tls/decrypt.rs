//! What stands behind a passphrase, opened: PBES2 (RFC 8018 section 6.2), and the schemes of PKCS #12 that
//! Windows and macOS write (RFC 7292 appendix C).

use landline_wire::pkcs12::{Purpose, derive};
use landline_wire::sealed::{Cipher, Hash, Sealed};
use rc2::cipher::{BlockCipherDecrypt, KeyInit};

/// Why something is not opened.
pub(super) enum Shut {
    /// It is the wrong passphrase.
    Passphrase,
    /// The means are not built in.
    Means,
}

/// Gives what was encrypted.
pub(super) fn open(sealed: &Sealed<'_>, passphrase: &str) -> Result<Vec<u8>, Shut> {
    match sealed.cipher {
        Cipher::Aes { hash, key_bytes, iv } => {
            let mut key = [0; 32];
            aes(sealed, hash, &mut key[..key_bytes], iv, passphrase)
        }
        Cipher::TripleDes => open_old::<des::TdesEde3>(sealed, 24, passphrase),
        Cipher::Rc2 { key_bytes } => open_old::<rc2::Rc2>(sealed, key_bytes, passphrase),
    }
}

#[cfg(feature = "aws-lc-rs")]
fn aes(
    sealed: &Sealed<'_>,
    hash: Hash,
    key: &mut [u8],
    iv: [u8; 16],
    passphrase: &str,
) -> Result<Vec<u8>, Shut> {
    use aws_lc_rs::cipher::{
        AES_128, AES_192, AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey,
    };
    use aws_lc_rs::iv::FixedLength;
    use aws_lc_rs::pbkdf2;

    let hash = match hash {
        Hash::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
        Hash::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
        Hash::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
        Hash::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
    };
    let cipher = match key.len() {
        16 => &AES_128,
        24 => &AES_192,
        _ => &AES_256,
    };
    let iterations = std::num::NonZeroU32::new(sealed.iterations).ok_or(Shut::Passphrase)?;
    pbkdf2::derive(hash, iterations, sealed.salt, passphrase.as_bytes(), key);
    let cipher = UnboundCipherKey::new(cipher, key)
        .and_then(PaddedBlockDecryptingKey::cbc_pkcs7)
        .map_err(|_| Shut::Passphrase)?;
    let mut data = sealed.data.to_vec();
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    let plain = cipher.decrypt(&mut data, context).map_err(|_| Shut::Passphrase)?;
    Ok(plain.to_vec())
}

/// The means are not built in.
#[cfg(not(feature = "aws-lc-rs"))]
fn aes(_: &Sealed<'_>, _: Hash, _: &mut [u8], _: [u8; 16], _: &str) -> Result<Vec<u8>, Shut> {
    Err(Shut::Means)
}

/// What both old ciphers take at once.
const BLOCK_BYTES: usize = 8;

fn open_old<C: KeyInit + BlockCipherDecrypt>(
    sealed: &Sealed<'_>,
    key_bytes: usize,
    passphrase: &str,
) -> Result<Vec<u8>, Shut> {
    let derived = |purpose, out: &mut [u8]| {
        derive(Hash::Sha1, purpose, passphrase, sealed.salt, sealed.iterations, out);
    };
    let (mut key, mut before) = ([0; 24], [0; BLOCK_BYTES]);
    derived(Purpose::Key, &mut key[..key_bytes]);
    derived(Purpose::Iv, &mut before);
    let cipher = C::new_from_slice(&key[..key_bytes]).map_err(|_| Shut::Means)?;
    let (blocks, rest) = sealed.data.as_chunks::<BLOCK_BYTES>();
    let mut plain = Vec::with_capacity(sealed.data.len());
    for block in blocks {
        let mut open = rc2::cipher::Block::<C>::default();
        open.copy_from_slice(block);
        cipher.decrypt_block(&mut open);
        plain.extend(open.iter().zip(before).map(|(one, other)| one ^ other));
        before = *block;
    }
    let padding = plain.last().map_or(0, |last| usize::from(*last));
    let (kept, filled) =
        plain.split_at_checked(plain.len().wrapping_sub(padding)).ok_or(Shut::Passphrase)?;
    let is_padding = (1..=BLOCK_BYTES).contains(&padding)
        && filled.iter().all(|byte| usize::from(*byte) == padding);
    (is_padding && rest.is_empty()).then(|| kept.to_vec()).ok_or(Shut::Passphrase)
}
