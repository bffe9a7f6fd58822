//! How sessions of mail and news come about: with a server by its name, or with that of a URL.

use std::sync::OnceLock;

use landline_wire::reply::ReplyStyle;
use landline_wire::sasl::Mechanisms;
use landline_wire::target::{Location, default_port};

use super::{Dialogue, Link, Pool};
use crate::line::aio::LineStream;
use crate::login::Login;
use crate::net::pace::Deadline;
use crate::net::{Call, Dialer, NetOptions, Target};
use crate::observe::Observer;
use crate::open::Visit;
use crate::open::aio::Opener;
use crate::pool::Keep;
use crate::{Phase, Result, Timeouts, sasl};

/// A session, by what its protocol has of its own.
pub(crate) trait Session: Keep + Sized {
    type Options: Clone + Default + PartialEq;

    /// Of its URLs: the one in the clear, the one under TLS, further names of the first.
    const SCHEMES: &'static [&'static str];
    const STYLE: ReplyStyle;

    /// What an opener has of it.
    fn of(opener: &Opener) -> (&Self::Options, &OnceLock<Pool<Self>>);

    fn sasl(options: &Self::Options) -> &sasl::Options;

    /// How a URL has us call ourselves, where that can be.
    fn own_name(_: &Location) -> Result<String> {
        Ok(String::new())
    }

    /// What is said before a login: the greeting, and `STARTTLS` where that is asked for.
    async fn greet(dialogue: Dialogue, options: &Self::Options, own_name: String) -> Result<Self>;

    /// By which mechanisms of SASL the server would have us log in; none where it knows us already.
    async fn mechanisms(&mut self) -> Result<Mechanisms>;

    async fn log_in(&mut self, login: Option<&Login>, options: &sasl::Options) -> Result<()>;

    /// What is said behind a login, before anything else.
    async fn settle(&mut self, _: &Self::Options) -> Result<()> {
        Ok(())
    }

    /// Takes leave.
    async fn leave(self) -> Result<()>;

    fn parts(&mut self) -> (&mut LineStream, &mut Link);
}

/// Connects to `host:port`, or to `host`, with default options.
pub(crate) async fn connect<C: Session>(host_port: &str) -> Result<C> {
    let scheme = C::SCHEMES[0];
    let target = Target::parse(scheme, host_port, port(scheme))?;
    let (dialer, observer) = (Dialer::new(NetOptions::default()), Observer::default());
    let call = Call::new(Timeouts::default(), &observer);
    let limit = call.connect_limit();
    let host = target.host.clone();
    let (dialogue, _) = Dialogue::open(&dialer, target, C::STYLE, &call).await?;
    let options = C::Options::default();
    let greeted = C::greet(dialogue, &options, String::new());
    Deadline::bound(limit, Phase::AwaitingReply, &host, greeted).await
}

/// Connects to the server of a URL as `opener` does, and logs in where either knows who.
pub(crate) async fn connect_with<C: Session>(opener: &Opener, url: &str) -> Result<C> {
    let visit = opener.visit_of(url, C::SCHEMES)?;
    visit_by(&visit, C::of(opener).0).await
}

/// Connects to the server of the URL, and says all that comes before what it asks for, within the
/// connect deadline.
pub(super) async fn visit_by<C: Session>(visit: &Visit, options: &C::Options) -> Result<C> {
    let call = Call::new(visit.timeouts, &visit.observer);
    let (target, own_name) = (target::<C>(visit)?, C::own_name(&visit.location)?);
    let limit = call.connect_limit();
    let host = target.host.clone();
    let (dialogue, times) = Dialogue::open(&visit.dialer, target, C::STYLE, &call).await?;
    visit.meet(dialogue.line.stream().peer().clone(), times);
    let entered = async {
        let mut this = C::greet(dialogue, options, own_name).await?;
        if logs_in(visit, &mut this, C::sasl(options)).await? {
            this.log_in(visit.login.as_ref(), C::sasl(options)).await?;
        }
        this.settle(options).await?;
        Ok(this)
    };
    Deadline::bound(limit, Phase::AwaitingReply, &host, entered).await
}

/// Whether somebody is known who could log in.
async fn logs_in<C: Session>(
    visit: &Visit,
    session: &mut C,
    options: &sasl::Options,
) -> Result<bool> {
    if visit.login.is_some() || options.bearer.is_some() || options.needs_no_name() {
        return Ok(true);
    }
    let (line, link) = session.parts();
    let has_certificate = link.shows_certificate(line.stream());
    Ok(has_certificate && options.takes_certificate(&session.mechanisms().await?))
}

pub(super) fn target<C: Session>(visit: &Visit) -> Result<Target> {
    let scheme = visit.scheme();
    Target::of(&visit.location, port(scheme), scheme == C::SCHEMES[1])
}

/// Where a server is found whose URL does not say it.
fn port(scheme: &str) -> u16 {
    // All of the schemes here have one.
    default_port(scheme).unwrap_or_default()
}
