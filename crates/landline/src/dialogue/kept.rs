//! Connections that are kept for the next URL of the same server.

use std::sync::Arc;

use tokio::runtime::{self, Handle};

use super::session::{Session, target, visit_by};
use crate::login::Login;
use crate::net::{Call, DialTimes, NetOptions, Target};
use crate::observe::Event;
use crate::open::Visit;
use crate::{Error, ErrorKind, Result, pool};

pub(crate) type Pool<C> = pool::Pool<Route<<C as Session>::Options>, C>;
pub(crate) type Home<C> = pool::Home<Route<<C as Session>::Options>, C>;

/// A connection, where it belongs, and what was said on it.
pub(crate) type Begun<C, T> = (Box<C>, Home<C>, T);

/// What a URL has us do: where, how, and the connections that were kept.
pub(crate) struct Errand<'a, C: Session> {
    pub(crate) visit: &'a Visit,
    pub(crate) options: &'a C::Options,
    pub(crate) pool: &'a Pool<C>,
}

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

impl<C: Session> Errand<'_, C> {
    /// Where the connection of this errand belongs.
    fn home(&self) -> Result<Home<C>> {
        let route = Route {
            target: target::<C>(self.visit)?,
            net: self.visit.dialer.options().clone(),
            options: self.options.clone(),
            login: self.visit.login.clone(),
            runtime: Handle::try_current().ok().map(|handle| handle.id()),
        };
        Ok(Home { pool: self.pool.clone(), route: Arc::new(route) })
    }

    /// Begins to ask.
    pub(crate) fn begin(&self) -> Result<Turn<'_, C>> {
        let home = self.home()?;
        Ok(Turn { errand: self, connection: reuse(self.visit, &home), home })
    }
}

/// What is asked over a connection that was kept, and again over a new one where that had gone before it
/// was used.
pub(crate) struct Turn<'a, C: Session> {
    errand: &'a Errand<'a, C>,
    connection: Option<Box<C>>,
    home: Home<C>,
}

impl<C: Session> Turn<'_, C> {
    /// Over which to ask.
    pub(crate) async fn connection(&mut self) -> Result<&mut C> {
        let connection = match self.connection.take() {
            Some(kept) => kept,
            None => Box::new(visit_by(self.errand.visit, self.errand.options).await?),
        };
        Ok(self.connection.insert(connection))
    }

    /// Takes what came of asking. There is nothing to give where that is to be done once more, and
    /// `may_repeat` says that it can.
    pub(crate) fn settle<T>(
        &mut self,
        told: Result<T>,
        may_repeat: bool,
    ) -> Result<Option<Begun<C, T>>> {
        let Some(mut connection) = self.connection.take() else { return Ok(None) };
        match told {
            Ok(told) => Ok(Some((connection, self.home.clone(), told))),
            Err(error) if may_repeat && has_gone(&mut *connection, &error) => Ok(None),
            Err(error) => self.home.take_back(connection, Err(error)),
        }
    }
}

impl<C: Session> Home<C> {
    /// Takes a connection back behind what came of it. A refusal says nothing against it, unless it is
    /// that the server goes.
    pub(crate) fn take_back<T>(&self, connection: Box<C>, told: Result<T>) -> Result<T> {
        let is_sound = told.as_ref().err().is_none_or(|error| {
            let is_refusal = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Refused);
            is_refusal && !is_goodbye(error.status())
        });
        if is_sound {
            self.give_back(connection);
        }
        told
    }
}

/// A connection of this route that was kept, under the deadlines and eyes of this visit.
fn reuse<C: Session>(visit: &Visit, home: &Home<C>) -> Option<Box<C>> {
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

/// Whether the error is that a kept connection had ended before it was used again, or that the server
/// ends it instead of an answer: what was asked may be asked of a new one.
fn has_gone<C: Session>(connection: &mut C, error: &Error) -> bool {
    let (line, link) = connection.parts();
    let is_silent = line.buffered().is_empty() && !line.is_inside_reply();
    let is_over = is_silent && error.kind() == ErrorKind::Io || is_goodbye(error.status());
    let has_gone = link.is_untried && is_over;
    if has_gone {
        let note = Event::Note("the kept connection was of no use, trying a new one");
        link.observer.tell(&note);
    }
    has_gone
}

/// With which a server closes the connection, whatever it was asked (RFC 5321 section 3.8, RFC 3977
/// section 3.2.1).
pub(super) fn is_goodbye(status: Option<u16>) -> bool {
    matches!(status, Some(400 | 421))
}
