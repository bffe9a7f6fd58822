//! The sessions of one connection, for those that belong to it.
//!
//! FTP servers demand that a data connection resumes the session of its own control connection
//! (vsftpd: `require_ssl_reuse`), so that nobody else can take it. A session of the same server's
//! name from elsewhere will not do.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustls::NamedGroup;
use rustls::client::{ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;

/// More tickets than this are not kept; servers give one or two at a time.
const MAX_TICKETS: usize = 8;

/// What one server has given to resume one session with.
#[derive(Debug, Default)]
pub(in crate::net) struct Sessions(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    group: Option<NamedGroup>,
    tls12: Option<Tls12ClientSessionValue>,
    /// Each can be used once (RFC 8446 section C.4).
    tickets: VecDeque<Tls13ClientSessionValue>,
    had_tickets: bool,
}

impl Sessions {
    /// Whether there have been tickets and all are used up: the next handshake resumes nothing.
    pub(in crate::net) fn are_spent(&self) -> bool {
        let kept = self.lock();
        kept.had_tickets && kept.tickets.is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// There is but one server, so its name says nothing.
impl ClientSessionStore for Sessions {
    fn set_kx_hint(&self, _: ServerName<'static>, group: NamedGroup) {
        self.lock().group = Some(group);
    }

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        self.lock().group
    }

    fn set_tls12_session(&self, _: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.lock().tls12 = Some(value);
    }

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.lock().tls12.clone()
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {
        self.lock().tls12 = None;
    }

    fn insert_tls13_ticket(&self, _: ServerName<'static>, value: Tls13ClientSessionValue) {
        let mut kept = self.lock();
        if kept.tickets.len() == MAX_TICKETS {
            kept.tickets.pop_front();
        }
        kept.tickets.push_back(value);
        kept.had_tickets = true;
    }

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.lock().tickets.pop_back()
    }
}
