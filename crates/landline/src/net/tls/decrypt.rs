//! Private keys behind a passphrase, opened: PBES2 (RFC 8018 section 6.2).

use landline_wire::encrypted_key::EncryptedKey;

/// Gives the key in DER, `Err` for the wrong passphrase, `None` where the means are not built in.
#[cfg(feature = "aws-lc-rs")]
pub(super) fn open(key: &EncryptedKey<'_>, passphrase: &[u8]) -> Result<Option<Vec<u8>>, ()> {
    use aws_lc_rs::cipher::{
        AES_128, AES_192, AES_256, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey,
    };
    use aws_lc_rs::iv::FixedLength;
    use aws_lc_rs::pbkdf2;
    use landline_wire::encrypted_key::Hash;

    let hash = match key.hash {
        Hash::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
        Hash::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
        Hash::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
        Hash::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
    };
    let cipher = match key.key_bytes {
        16 => &AES_128,
        24 => &AES_192,
        _ => &AES_256,
    };
    let iterations = std::num::NonZeroU32::new(key.iterations).ok_or(())?;
    let mut derived = [0; 32];
    let derived = &mut derived[..key.key_bytes];
    pbkdf2::derive(hash, iterations, key.salt, passphrase, derived);
    let cipher = UnboundCipherKey::new(cipher, derived)
        .and_then(PaddedBlockDecryptingKey::cbc_pkcs7)
        .map_err(drop)?;
    let mut data = key.data.to_vec();
    let context = DecryptionContext::Iv128(FixedLength::from(key.iv));
    let plain = cipher.decrypt(&mut data, context).map_err(drop)?;
    Ok(Some(plain.to_vec()))
}

/// Gives `None`: the means are not built in.
#[cfg(not(feature = "aws-lc-rs"))]
pub(super) fn open(_: &EncryptedKey<'_>, _: &[u8]) -> Result<Option<Vec<u8>>, ()> {
    Ok(None)
}
