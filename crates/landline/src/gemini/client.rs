//! The dialogue: connect and know whom, ask, read the answer, follow it.

use std::time::SystemTime;

use landline_wire::escape::escape;
use landline_wire::gemini::{MAX_LINE_BYTES, ReplyHead, StatusClass, request_line};
use landline_wire::target::Location;

use super::{Fingerprint, KnownHost, Options};
use crate::error::FailedReply;
use crate::line::aio::LineStream;
use crate::net::pace::Deadline;
use crate::net::{Call, Dialer, FirstUse, NetOptions, Stranger, Target};
use crate::observe::Event;
use crate::open::{Parts, Visit};
use crate::{Error, ErrorKind, Headers, Phase, Result};

const PORT: u16 = 1965;

/// How many redirects the specification has a client follow.
const MAX_REDIRECTS: usize = 5;

/// What an empty meta stands for.
const DEFAULT_TYPE: &str = "text/gemini; charset=utf-8";

/// How much of a document is read ahead: 64 KiB.
const BUFFER_BYTES: usize = 64 << 10;

enum Answer {
    Document(Box<Parts>),
    Elsewhere(Location),
}

/// Opens a document, wherever redirects lead.
pub(crate) async fn open(visit: &Visit, options: &Options) -> Result<Parts> {
    let total = visit.timeouts.total.map(Deadline::after);
    let mut visit = visit.clone();
    for _ in 0..=MAX_REDIRECTS {
        match ask(&visit, options, total).await? {
            Answer::Document(parts) => return Ok(*parts),
            Answer::Elsewhere(location) => {
                let to = location.without_secrets();
                visit.observer.tell(&Event::Redirected { to: &to, method: "gemini" });
                visit.location = location;
            }
        }
    }
    let what = format!("more than {MAX_REDIRECTS} redirects");
    Err(Error::new(ErrorKind::Redirects, Phase::AwaitingReply, what))
}

async fn ask(visit: &Visit, options: &Options, total: Option<Deadline>) -> Result<Answer> {
    let request = request_line(&visit.location).map_err(|error| {
        let what = "this cannot be asked for by gemini";
        Error::new(ErrorKind::Url, Phase::Preparing, what).because(error)
    })?;
    let mut line = connect(visit, options, total).await?;
    line.write_line(request).await?;
    line.stream_mut().enter(Phase::AwaitingReply);
    let head = read_head(&mut line).await?;
    line.stream_mut().enter(Phase::ReadingBody);
    line.set_buffer_max(BUFFER_BYTES);
    match head.class() {
        StatusClass::Success => {
            let parts = document(visit, &head, line)?;
            Ok(Answer::Document(Box::new(parts)))
        }
        StatusClass::Redirect => redirect(visit, &head).map(Answer::Elsewhere),
        _ => Err(failure(visit, &head)),
    }
}

/// Connects, and does not come back before it is clear who is there.
async fn connect(visit: &Visit, options: &Options, total: Option<Deadline>) -> Result<LineStream> {
    let mut net = NetOptions::clone(visit.dialer.options());
    let first_use = FirstUse::default();
    if !net.tls.trusts_only_some() {
        net.tls.first_use = Some(first_use.clone());
    }
    let target = Target::of(&visit.location, PORT, true)?;
    let call = Call { total, ..Call::new(visit.timeouts, &visit.observer) };
    let (stream, times) = Dialer::new(net).dial(&target, &[], &call).await?;
    if let Some(stranger) = first_use.met() {
        recognise(options, &target, stranger)?;
    }
    visit.meet(stream.peer().clone(), times);
    let line = LineStream::new(stream).with_max_line(MAX_LINE_BYTES);
    Ok(line.with_observer(visit.observer.clone()))
}

/// Compares a certificate with the one known of this host, or remembers it.
fn recognise(options: &Options, target: &Target, stranger: Stranger) -> Result<()> {
    let hosts = &options.known_hosts;
    let (host, port) = (&target.host, target.port);
    let unusable = |error| {
        let what = format!("the known hosts in {} cannot be used", hosts.place());
        Error::new(ErrorKind::File, Phase::TlsHandshake, what).because(error)
    };
    let fingerprint = Fingerprint(stranger.fingerprint);
    match hosts.find(host, port).map_err(unusable)? {
        Some(known) if known.fingerprint == fingerprint => Ok(()),
        Some(known) if known.expires > SystemTime::now() => {
            let place = hosts.place();
            let what = format!(
                "the certificate of {host} port {port} has changed: it was {} and is {fingerprint}; \
                 if you know that this is right, remove its line from {place}",
                known.fingerprint
            );
            Err(Error::new(ErrorKind::Certificate, Phase::TlsHandshake, what))
        }
        _ => {
            let known = KnownHost { fingerprint, expires: stranger.expires };
            hosts.remember(host, port, known).map_err(unusable)
        }
    }
}

async fn read_head(line: &mut LineStream) -> Result<ReplyHead> {
    ReplyHead::parse(line.read_line_bytes().await?).map_err(|error| {
        let what = "the server does not speak gemini";
        Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what).because(error)
    })
}

fn document(visit: &Visit, head: &ReplyHead, line: LineStream) -> Result<Parts> {
    let kind = if head.meta().is_empty() { DEFAULT_TYPE } else { head.meta() };
    let mut info = Headers::new();
    info.push("Content-Type", kind).map_err(|error| {
        let what = "the server's media type is not acceptable";
        Error::new(ErrorKind::Protocol, Phase::AwaitingReply, what).because(error)
    })?;
    Ok(Parts::stream(visit.location.clone(), info, line))
}

/// Where a redirect leads: never out of gemini, where a server may not send anybody.
fn redirect(visit: &Visit, head: &ReplyHead) -> Result<Location> {
    let location = visit.location.join(head.meta()).map_err(|error| {
        let what = "a redirect leads to a malformed URL";
        Error::new(ErrorKind::Url, Phase::AwaitingReply, what).because(error)
    })?;
    match location.scheme() {
        "gemini" => Ok(location),
        other => {
            let what = format!("a redirect leads from gemini to {other}, and is not followed");
            Err(Error::new(ErrorKind::Scheme, Phase::AwaitingReply, what))
        }
    }
}

fn failure(visit: &Visit, head: &ReplyHead) -> Error {
    let (host, status) = (visit.location.host_header(), head.status());
    let words = escape(head.meta().as_bytes());
    let what = match head.class() {
        StatusClass::Input => {
            format!("{host} asks for words behind a ? in the URL ({status}): {words}")
        }
        _ => format!("{host} answered {status} {words}"),
    };
    let reply = FailedReply {
        status: status.into(),
        headers: Headers::new(),
        body: head.meta().as_bytes().to_vec(),
        complete: true,
    };
    Error::new(ErrorKind::Status, Phase::AwaitingReply, what.trim_end().to_owned())
        .with_reply(reply)
}
