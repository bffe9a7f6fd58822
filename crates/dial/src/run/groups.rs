//! The groups of options between two `--next`: what the transfers of each have in common.

use std::ffi::OsString;
use std::rc::Rc;
use std::sync::Arc;

use landline::aio::Opener;
use landline::aio::http::{Client, CookieJar};
use landline::{Limits, Login};

use super::remembered::Remembered;
use super::{connect, cookies, gemini};
use crate::data::os_reason;
use crate::exit::{Code, Failure};
use crate::flags::Global;
use crate::high::Settings;
use crate::messages::Messages;

/// The groups of a run, as they are reached.
pub(super) struct Groups {
    current: Option<Rc<Means>>,
    /// `--parallel-max-host`
    connections_per_host: Option<usize>,
    /// `--dry-run`: no file is written.
    is_dry: bool,
    /// `--parallel-immediate`
    is_eager: bool,
}

impl Groups {
    pub(super) fn new(global: &Global) -> Groups {
        let connections_per_host = global.parallel_max_host.filter(|_| global.parallel);
        let is_eager = global.parallel && global.parallel_immediate;
        Groups { current: None, connections_per_host, is_dry: global.dry_run, is_eager }
    }

    /// What belongs to these settings: as it is, or made for a group that begins.
    pub(super) fn means(
        &mut self,
        settings: &Arc<Settings>,
        messages: &Messages,
    ) -> Result<Rc<Means>, Failure> {
        if let Some(means) = &self.current
            && Arc::ptr_eq(&means.settings, settings)
        {
            return Ok(Rc::clone(means));
        }
        let before = self.current.take();
        let dumped = if self.is_dry { Ok(()) } else { empty_dump(settings) };
        let begun = dumped
            .and_then(|()| Means::new(settings, before.as_deref(), self.connections_per_host));
        if let Some(before) = before.filter(|_| !self.is_dry) {
            before.leave(messages);
        }
        let mut means = begun?;
        if self.is_eager {
            means.client = means.client.eager();
        }
        means.unread = cookies::load(&settings.cookies, &means.jar, messages);
        let means = Rc::new(means);
        means.remembered.load(messages);
        self.current = Some(Rc::clone(&means));
        Ok(means)
    }

    /// Ends the last group. `politely` says goodbye to the servers that expect it.
    pub(super) async fn end(self, politely: bool, messages: &Messages) {
        let Some(means) = self.current else { return };
        let opener = means.opener.clone();
        if !self.is_dry {
            means.leave(messages);
        }
        if politely {
            opener.quit().await;
        }
    }
}

/// The file of `-D` holds the heads of one group: its first transfer finds it empty. Where it cannot be made
/// nothing is asked for (row 56 of the fault table).
fn empty_dump(settings: &Settings) -> Result<(), Failure> {
    let path = settings.dump_header.as_ref().filter(|path| path.as_os_str() != "-");
    let Some(path) = path else { return Ok(()) };
    std::fs::File::create(path).map(drop).map_err(|error| {
        let text = format!("Failed to open {}: {}", path.display(), os_reason(&error));
        Failure::new(Code::WRITE, text).ending_run()
    })
}

/// The library's clients for one group of options: connections are shared within it.
pub(super) struct Means {
    pub(super) settings: Arc<Settings>,
    pub(super) client: Client,
    pub(super) opener: Opener,
    /// One for the whole run; a group may use it or not.
    pub(super) jar: CookieJar,
    /// Files of cookies that could not be read.
    pub(super) unread: Vec<OsString>,
    pub(super) remembered: Remembered,
}

impl Means {
    /// Connections are shared with the groups before, where all options that matter agree.
    fn new(
        settings: &Arc<Settings>,
        before: Option<&Means>,
        connections_per_host: Option<usize>,
    ) -> Result<Means, Failure> {
        let net = connect::net_options(settings)?;
        let timeouts = connect::timeouts(&settings.timeouts);
        let mut limits = Limits::default();
        limits.connections_per_host = connections_per_host;
        let opener = before.map_or_else(Opener::new, |before| before.opener.sibling());
        let opener = opener.net(net.clone()).timeouts(timeouts);
        let mut opener = opener.gemini(gemini::options());
        if let Some(user) = &settings.user {
            opener = opener.login(Login::new(user.user.as_str(), user.password.reveal()));
        }
        if let Some(netrc) = &settings.netrc {
            opener = opener.netrc(netrc.clone());
        }
        let client = match before {
            Some(before) => before.client.sibling(net, timeouts, limits),
            None => Client::with_options(net, timeouts, limits),
        };
        let jar = before.map(|before| before.jar.clone()).unwrap_or_default();
        let remembered = Remembered::of(&settings.remembered, before);
        let client = client.user_agent(settings.user_agent.as_deref().unwrap_or_default());
        let client = remembered.lend(client.redirects(connect::redirects(settings)));
        let (settings, unread) = (Arc::clone(settings), Vec::new());
        Ok(Means { settings, client, opener, jar, unread, remembered })
    }

    /// Whoever leaves a group last writes its cookies, and what else is remembered.
    pub(super) fn leave(self: Rc<Self>, messages: &Messages) {
        if let Some(means) = Rc::into_inner(self) {
            cookies::save(&means, messages);
            means.remembered.save(messages);
        }
    }
}
