//! The hash functions of Digest, fed in pieces.

use std::fmt;

use md5::Md5;
use sha2::{Digest as _, Sha256, Sha512_256};

use crate::hex::hexadecimal;

/// The hash functions, the strongest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Algorithm {
    Md5,
    Sha512_256,
    Sha256,
}

/// Hashes a body that an answer has to vouch for, piece by piece (`auth-int`).
#[derive(Clone)]
pub struct Hasher(Function);

#[derive(Clone)]
enum Function {
    Md5(Md5),
    Sha256(Sha256),
    Sha512_256(Sha512_256),
}

impl Hasher {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        Self(match algorithm {
            Algorithm::Md5 => Function::Md5(Md5::new()),
            Algorithm::Sha256 => Function::Sha256(Sha256::new()),
            Algorithm::Sha512_256 => Function::Sha512_256(Sha512_256::new()),
        })
    }

    pub(crate) fn sha256() -> Self {
        Self::new(Algorithm::Sha256)
    }

    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        match &mut self.0 {
            Function::Md5(hash) => hash.update(piece),
            Function::Sha256(hash) => hash.update(piece),
            Function::Sha512_256(hash) => hash.update(piece),
        }
    }

    /// Gives the hash of all pieces in hexadecimal, for [`Request::body_hash`](super::Request).
    #[must_use]
    pub fn finish(self) -> String {
        match self.0 {
            Function::Md5(hash) => hexadecimal(&hash.finalize()),
            Function::Sha256(hash) => hexadecimal(&hash.finalize()),
            Function::Sha512_256(hash) => hexadecimal(&hash.finalize()),
        }
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher")
    }
}
