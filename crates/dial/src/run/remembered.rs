//! The caches of `--hsts` and `--alt-svc`: read when a group begins, written when it ends.

use std::path::Path;

use landline::aio::http::Client;
use landline::http::{AltSvcCache, HstsCache};
use landline::{Event, Location};

use super::groups::Means;
use super::watch::Watch;
use crate::messages::Messages;
use crate::settings;

/// What is remembered in a group of options; it is shared with the groups that name the same files.
#[derive(Default)]
pub(super) struct Remembered {
    files: settings::Remembered,
    pub(super) hsts: Option<HstsCache>,
    alt_svc: Option<AltSvcCache>,
}

impl Remembered {
    pub(super) fn of(files: &settings::Remembered, before: Option<&Means>) -> Remembered {
        let same = before.map(|before| &before.remembered).filter(|before| before.files == *files);
        let hsts = same.and_then(|same| same.hsts.clone());
        let fresh = || files.hsts.as_ref().map(|_| HstsCache::new());
        let alt_svc = same.and_then(|same| same.alt_svc.clone());
        let fresh_too = || files.alt_svc.as_ref().map(|_| AltSvcCache::new());
        let (hsts, alt_svc) = (hsts.or_else(fresh), alt_svc.or_else(fresh_too));
        Remembered { files: files.clone(), hsts, alt_svc }
    }

    pub(super) fn lend(&self, mut client: Client) -> Client {
        if let Some(hsts) = &self.hsts {
            client = client.hsts(hsts);
        }
        if let Some(alt_svc) = &self.alt_svc {
            client = client.alt_svc(alt_svc);
        }
        client
    }

    /// Where to go instead, so that everything that looks at the URL sees the same.
    pub(super) fn upgraded(&self, location: Location, watch: &Watch) -> Location {
        let upgraded = self.hsts.as_ref().and_then(|hsts| hsts.upgraded(&location));
        let Some(upgraded) = upgraded else { return location };
        let shown = upgraded.without_secrets();
        let note = format!("Switched from HTTP to HTTPS due to HSTS => {shown}");
        watch.see(&Event::Note(&note));
        upgraded
    }

    /// Adds what the files hold. One that is not there has not been written yet.
    pub(super) fn load(&self, messages: &Messages) {
        if let (Some(hsts), Some(path)) = (&self.hsts, name(self.files.hsts.as_deref())) {
            warn(path.exists().then(|| hsts.load(path)), messages);
        }
        if let (Some(alt_svc), Some(path)) = (&self.alt_svc, name(self.files.alt_svc.as_deref())) {
            warn(path.exists().then(|| alt_svc.load(path)), messages);
        }
    }

    /// Writes the files. As with cookies the exit code is not the worse for one that cannot be written.
    pub(super) fn save(&self, messages: &Messages) {
        if let (Some(hsts), Some(path)) = (&self.hsts, name(self.files.hsts.as_deref())) {
            warn(Some(hsts.save(path)), messages);
        }
        if let (Some(alt_svc), Some(path)) = (&self.alt_svc, name(self.files.alt_svc.as_deref())) {
            warn(Some(alt_svc.save(path)), messages);
        }
    }
}

/// An empty name is no file.
fn name(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| !path.as_os_str().is_empty())
}

fn warn(done: Option<landline::Result<()>>, messages: &Messages) {
    if let Some(Err(error)) = done {
        messages.warning(&error.chain());
    }
}
