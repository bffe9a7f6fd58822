//! The request, up to the server's first answer.

use landline_wire::target::Location;
use landline_wire::tftp::{Mode, Packet, Request, TransferOption, UrlFile};

use super::agreed::{self, Agreed};
use super::conversation::Conversation;
use super::show::show;
use super::{Options, refusal};
use crate::net::pace::{Deadline, Pace};
use crate::net::{Call, DialTimes, Dialer, Target};
use crate::observe::{Event, Observer};
use crate::{Error, ErrorKind, Phase, Result, Timeouts};

const DEFAULT_PORT: u16 = 69;

/// Asks to read.
pub(super) const RRQ: &str = "RRQ";
/// Asks to write.
pub(super) const WRQ: &str = "WRQ";

/// What a transfer needs besides its URL.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Means<'a> {
    pub(crate) dialer: &'a Dialer,
    pub(crate) timeouts: Timeouts,
    pub(crate) observer: &'a Observer,
    pub(crate) options: &'a Options,
}

/// A transfer that the server has agreed to.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) talk: Conversation,
    pub(super) mode: Mode,
    pub(super) first: First,
    pub(super) times: DialTimes,
}

/// How a server takes a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// It has options to agree on.
    Options(Agreed),
    /// It knows none and begins with the first block, of so many bytes.
    Block(usize),
    /// It knows none and waits for the first block.
    Go,
}

/// Sends a request and waits for the first answer.
///
/// There is no connection before it, so that it has to come within the deadline of one too.
pub(super) async fn open(
    means: Means<'_>,
    location: &Location,
    verb: &'static str,
    file_bytes: Option<u64>,
) -> Result<Opened> {
    let file = UrlFile::of(location).map_err(|error| {
        Error::new(ErrorKind::Url, Phase::Preparing, "the URL cannot be asked for").because(error)
    })?;
    let mode = file.mode.unwrap_or(means.options.mode);
    let options = agreed::options(means.options, mode, file_bytes);
    let request = Request { file: &file.name, mode, options: options.clone() };
    let request = match verb {
        RRQ => Packet::ReadRequest(request),
        _ => Packet::WriteRequest(request),
    };
    let call = Call::new(means.timeouts, means.observer);
    let (mut talk, mut times) = ask(means, location, &request, verb, &call).await?;
    let first = first_answer(&mut talk, &options).await.inspect_err(|error| talk.fail(error))?;
    times.connect = Some(call.started.elapsed());
    talk.pace().set_timeouts(means.timeouts, call.total);
    talk.got_on(0);
    Ok(Opened { talk, mode, first, times })
}

async fn ask(
    means: Means<'_>,
    location: &Location,
    request: &Packet<'_>,
    verb: &'static str,
    call: &Call<'_>,
) -> Result<(Conversation, DialTimes)> {
    let mut datagram = Vec::new();
    request.render(&mut datagram).map_err(|error| {
        let what = "the request does not fit into a packet";
        Error::new(ErrorKind::Refused, Phase::Preparing, what).because(error).on(verb)
    })?;
    let target = Target::of(location, DEFAULT_PORT, false)?;
    let limit = Deadline::first(means.timeouts.connect.map(Deadline::after), call.total);
    let (addressees, times) = means.dialer.addressees(&target, limit, call).await?;
    let mut pace = Pace::new(means.timeouts);
    pace.set_timeouts(means.timeouts, limit);
    means.observer.tell(&Event::LineSent(show(request).as_bytes()));
    let (block_bytes, resend_after) = (means.options.block_bytes, means.options.resend_after);
    let observer = means.observer.clone();
    let block_bytes = usize::from(block_bytes);
    let talk =
        Conversation::begin(addressees, datagram, block_bytes, resend_after, pace, observer, verb)?;
    Ok((talk, times))
}

async fn first_answer(talk: &mut Conversation, asked: &[TransferOption<'_>]) -> Result<First> {
    let len = talk.receive().await?;
    let (host, peer) = (talk.host(), talk.peer());
    talk.observer().tell(&Event::Connected { host, peer: &peer, local: talk.local() });
    let packet = talk.packet(len)?;
    talk.observer().tell(&Event::LineReceived(show(&packet).as_bytes()));
    match packet {
        Packet::OptionAck(list) => {
            let agreed = Agreed::to(&list, asked);
            drop(list);
            agreed.map(First::Options).map_err(|what| refusal::disagreed(talk, what))
        }
        Packet::Data { block: 1, payload } if talk.verb() == RRQ => Ok(First::Block(payload.len())),
        Packet::Ack { block: 0 } if talk.verb() == WRQ => Ok(First::Go),
        Packet::Error { code, message } => Err(refusal::refused(talk, code, message)),
        _ => Err(refusal::misplaced(talk)),
    }
}
