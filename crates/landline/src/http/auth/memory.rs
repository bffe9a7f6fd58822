//! What a client remembers of origins that have asked who asks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use landline_wire::target::Origin;

use super::{Credentials, Known};

/// How many are remembered; the oldest is forgotten first.
const MAX_ENTRIES: usize = 64;

/// By origin and credentials: what was learnt for one is never used for another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory(Arc<Mutex<VecDeque<Entry>>>);

#[derive(Debug)]
struct Entry {
    origin: Origin,
    credentials: Credentials,
    known: Known,
}

impl Memory {
    pub(crate) fn of(&self, origin: Origin, credentials: &Credentials) -> Known {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = entries.iter();
        let found = all.find(|one| one.origin == origin && one.credentials == *credentials);
        if let Some(entry) = found {
            return entry.known.clone();
        }
        if entries.len() == MAX_ENTRIES {
            entries.pop_front();
        }
        let (known, credentials) = (Known::default(), credentials.clone());
        entries.push_back(Entry { origin, credentials, known: known.clone() });
        known
    }
}
