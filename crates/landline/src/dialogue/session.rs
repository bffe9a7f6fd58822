//! How sessions of mail and news come about: with a server by its name, or with that of a URL.

use std::sync::OnceLock;

use landline_wire::reply::ReplyStyle;
use landline_wire::target::{Location, default_port};

use super::{Dialogue, Link, Pool};
use crate::line::aio::LineStream;
use crate::login::Login;
use crate::net::pace::Deadline;
use crate::net::{Call, DialTimes, Dialer, NetOptions, Target};
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
    let options = C::Options::default();
    Ok(begin(&dialer, target, &options, String::new(), &call).await?.0)
}

/// Connects to the server of a URL as `opener` does, and logs in where either knows who.
pub(crate) async fn connect_with<C: Session>(opener: &Opener, url: &str) -> Result<C> {
    let visit = opener.visit_of(url, C::SCHEMES)?;
    visit_by(&visit, C::of(opener).0).await
}

/// Connects to the server of the URL, and logs in where somebody is named who could.
pub(super) async fn visit_by<C: Session>(visit: &Visit, options: &C::Options) -> Result<C> {
    let call = Call::new(visit.timeouts, &visit.observer);
    let (target, own_name) = (target::<C>(visit)?, C::own_name(&visit.location)?);
    let begun = begin::<C>(&visit.dialer, target, options, own_name, &call);
    let (mut this, times) = begun.await?;
    visit.meet(this.parts().0.stream().peer().clone(), times);
    let has_certificate = visit.dialer.options().tls.identity.is_some();
    let sasl = C::sasl(options);
    if visit.login.is_some() || sasl.bearer.is_some() || has_certificate {
        this.log_in(visit.login.as_ref(), sasl).await?;
    }
    this.settle(options).await?;
    Ok(this)
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

/// Connects and says what comes before a login, all within the connect deadline.
async fn begin<C: Session>(
    dialer: &Dialer,
    target: Target,
    options: &C::Options,
    own_name: String,
    call: &Call<'_>,
) -> Result<(C, DialTimes)> {
    let limit = call.connect_limit();
    let host = target.host.clone();
    let (dialogue, times) = Dialogue::open(dialer, target, C::STYLE, call).await?;
    let greeted = C::greet(dialogue, options, own_name);
    Ok((Deadline::bound(limit, Phase::AwaitingReply, &host, greeted).await?, times))
}
