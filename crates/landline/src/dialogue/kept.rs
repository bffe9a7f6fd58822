//! Connections that are kept for the next URL of the same server.

use std::sync::Arc;

use tokio::runtime::{self, Handle};

use super::Link;
use crate::line::aio::LineStream;
use crate::login::Login;
use crate::net::{Call, DialTimes, NetOptions, Target};
use crate::observe::Event;
use crate::open::Visit;
use crate::pool::{Home, Keep};
use crate::{Error, ErrorKind};

/// Everything two visits must agree on to share a connection. The comparison is derived, like those
/// of the options in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route<O> {
    target: Target,
    net: Arc<NetOptions>,
    options: O,
    login: Option<Login>,
    /// A connection lives and dies with the runtime that made it.
    runtime: Option<runtime::Id>,
}

impl<O: Clone> Route<O> {
    pub(crate) fn of(visit: &Visit, target: Target, options: &O) -> Arc<Self> {
        Arc::new(Self {
            target,
            net: visit.dialer.options().clone(),
            options: options.clone(),
            login: visit.login.clone(),
            runtime: Handle::try_current().ok().map(|handle| handle.id()),
        })
    }
}

/// A connection of lines that can be kept.
pub(crate) trait Talks: Keep {
    fn parts(&mut self) -> (&mut LineStream, &mut Link);
}

/// A connection of this route that was kept, under the deadlines and eyes of this visit.
pub(crate) fn reuse<O: PartialEq, C: Talks>(
    visit: &Visit,
    home: &Home<Route<O>, C>,
) -> Option<Box<C>> {
    let mut kept = home.pool.take(&home.route)?;
    let call = Call::new(visit.timeouts, &visit.observer);
    let (line, link) = kept.parts();
    line.stream_mut().set_deadline(call.timeouts, call.total);
    line.set_observer(call.observer.clone());
    (link.timeouts, link.total) = (call.timeouts, call.total);
    link.observer = call.observer.clone();
    link.is_untried = true;
    let peer = line.stream().peer().clone();
    let local = line.stream().local();
    visit.observer.tell(&Event::Reused { host: &link.host, peer: &peer, local });
    visit.meet(peer, DialTimes::default());
    Some(kept)
}

/// Whether the error is that a kept connection had ended before it was used again: it has answered
/// nothing, so that what was asked may be asked of a new one.
pub(crate) fn has_gone<C: Talks>(connection: &mut C, error: &Error) -> bool {
    let (line, link) = connection.parts();
    let is_silent = line.buffered().is_empty() && !line.is_inside_reply();
    let has_gone = link.is_untried && is_silent && error.kind() == ErrorKind::Io;
    if has_gone {
        let note = Event::Note("the kept connection was of no use, trying a new one");
        link.observer.tell(&note);
    }
    has_gone
}
