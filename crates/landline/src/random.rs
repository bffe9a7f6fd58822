//! Random numbers of the system, for what nobody may guess: boundaries, nonces.

use landline_wire::form::{Boundary, RANDOM_BYTES};

use crate::{Error, ErrorKind, Phase, Result};

pub(crate) fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        let what = "the system gives no random bytes";
        Error::new(ErrorKind::Io, Phase::Preparing, what).because(error)
    })?;
    Ok(bytes)
}

/// 128 bits in hexadecimal: a client's nonce.
pub(crate) fn nonce() -> Result<String> {
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes()?)))
}

/// What stands between the parts of a body.
pub(crate) fn boundary() -> Result<Boundary> {
    Ok(Boundary::from_random(bytes::<RANDOM_BYTES>()?))
}
