//! The proxy at the other end of a connection.

use std::borrow::Cow;

use crate::net::Proxy;

/// A proxy that sends requests on, and what the next of them proves to it.
#[derive(Debug)]
pub(in crate::http) struct Forwarder {
    pub(in crate::http) proxy: Proxy,
    /// `None` where nothing is told but what is told at once.
    pub(in crate::http) proof: Option<Vec<u8>>,
}

impl Forwarder {
    pub(in crate::http) fn new(proxy: Proxy) -> Self {
        Self { proxy, proof: None }
    }

    pub(in crate::http) fn authorization(&self) -> Option<Cow<'_, [u8]>> {
        let told = self.proxy.authorization().map(|text| text.into_bytes().into());
        told.or_else(|| self.proof.as_deref().map(Cow::Borrowed))
    }
}
