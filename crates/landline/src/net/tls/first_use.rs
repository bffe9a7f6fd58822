//! Trust on first use: a certificate that no authority vouches for is noted, not refused.
//!
//! Whoever asks for this looks at [`FirstUse::met`] when the handshake is done, before anything is
//! sent, and decides.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// What a handshake met, shared with whoever decides on it.
#[derive(Clone, Default)]
pub(crate) struct FirstUse(Arc<Mutex<Option<Stranger>>>);

/// A certificate whose dates are good, and which no authority vouches for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stranger {
    /// SHA-256 of the whole certificate.
    pub(crate) fingerprint: [u8; 32],
    pub(crate) expires: SystemTime,
}

impl FirstUse {
    pub(crate) fn met(&self) -> Option<Stranger> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn meet(&self, stranger: Stranger) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stranger);
    }
}

/// Two are the same only if they share what they meet.
impl PartialEq for FirstUse {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for FirstUse {}

impl fmt::Debug for FirstUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FirstUse").field(&self.met()).finish()
    }
}
