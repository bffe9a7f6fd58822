//! Streams that are no request's: settings, and word that no more requests are taken.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use landline_wire::http3::{code, frame, framed, read_integer, settings, stream};
use quinn::{Connection, SendStream};

use super::frames::{Broken, Frames};
use super::link::State;

/// Streams that the peer may open in the life of a connection: it needs three.
const MAX_STREAMS: usize = 100;
/// The longest frame on the control stream that has a meaning.
const MAX_FRAME_BYTES: usize = 16 << 10;

/// What ends a connection: a code for the peer and words for us.
type Wrong = (u64, &'static str);

/// Opens our own control stream (RFC 9114 section 6.2.1), which has to stand as long as the connection. No
/// setting is needed: a table of no capacity and no pushes are the defaults, and heads have limits that do not
/// depend on the peer's good will.
pub(super) async fn open(connection: &Connection) -> Result<SendStream, quinn::WriteError> {
    let mut control = connection.open_uni().await?;
    let mut first = Vec::new();
    landline_wire::http3::write_integer(stream::CONTROL, &mut first);
    first.extend_from_slice(&framed(frame::SETTINGS, &[]));
    control.write_all(&first).await?;
    Ok(control)
}

/// Reads what the peer says of the connection, until that ends or has rested for `age`: QUIC would keep it
/// alive for ever.
pub(super) async fn mind(connection: Connection, state: Arc<State>, age: Duration) {
    let mut listening = pin!(listen(&connection, &state));
    loop {
        match tokio::time::timeout(age, listening.as_mut()).await {
            Ok(Ok(())) => return,
            Ok(Err((code, words))) => return state.end(&connection, code, words),
            Err(_) if state.rests_since().is_some_and(|since| since.elapsed() >= age) => {
                return state.end(&connection, code::H3_NO_ERROR, "rested for too long");
            }
            Err(_) => {}
        }
    }
}

async fn listen(connection: &Connection, state: &State) -> Result<(), Wrong> {
    // Read no further: a dynamic table that nobody may use has nothing to say.
    let mut kept = Vec::new();
    for _ in 0..MAX_STREAMS {
        let Ok(stream) = connection.accept_uni().await else { return Ok(()) };
        let mut frames = Frames::of(stream);
        // Streams may end before they say what they are (RFC 9114 section 6.2).
        match poll_fn(|cx| frames.poll_integer(cx)).await {
            Ok(stream::CONTROL) => return mind_control(frames, state).await,
            Ok(stream::PUSH) => return Err((code::H3_ID_ERROR, "pushes what nobody asked for")),
            Ok(stream::QPACK_ENCODER | stream::QPACK_DECODER) if kept.len() < 2 => {
                kept.push(frames);
            }
            Ok(stream::QPACK_ENCODER | stream::QPACK_DECODER) => {
                return Err((code::H3_STREAM_CREATION_ERROR, "opens a stream twice"));
            }
            Ok(_) => frames.stop(code::H3_STREAM_CREATION_ERROR),
            Err(_) => {}
        }
    }
    Err((code::H3_EXCESSIVE_LOAD, "opens stream after stream"))
}

async fn mind_control(mut frames: Frames, state: &State) -> Result<(), Wrong> {
    let mut has_settings = false;
    loop {
        let head = poll_fn(|cx| frames.poll_frame(cx)).await.map_err(|error| wrong(&error))?;
        let Some(head) = head else { return Err(CLOSED) };
        match head.kind {
            frame::SETTINGS if !has_settings => {
                let payload = whole(&mut frames).await?;
                let bad = (code::H3_SETTINGS_ERROR, "has settings that may not be");
                settings(&payload).ok_or(bad)?;
                has_settings = true;
            }
            _ if !has_settings => return Err((code::H3_MISSING_SETTINGS, "sends no settings")),
            frame::GOAWAY => {
                let payload = whole(&mut frames).await?;
                let id = read_integer(&payload).filter(|(_, used)| *used == payload.len());
                let bad = (code::H3_ID_ERROR, "gives up at a number that may not be");
                let (id, _) = id.filter(|(id, _)| id % 4 == 0).ok_or(bad)?;
                state.go_away(id).ok_or(bad)?;
            }
            kind if may_not_come(kind) => {
                let what = "sends a frame that may not come on the control stream";
                return Err((code::H3_FRAME_UNEXPECTED, what));
            }
            _ => poll_fn(|cx| frames.poll_skip(cx)).await.map_err(|error| wrong(&error))?,
        }
    }
}

fn may_not_come(kind: u64) -> bool {
    use frame::{DATA, HEADERS, MAX_PUSH_ID, PUSH_PROMISE, SETTINGS};
    matches!(kind, DATA | HEADERS | PUSH_PROMISE | MAX_PUSH_ID | SETTINGS)
        || frame::is_of_http2(kind)
}

async fn whole(frames: &mut Frames) -> Result<Vec<u8>, Wrong> {
    poll_fn(|cx| frames.poll_whole(cx, MAX_FRAME_BYTES)).await.map_err(|error| wrong(&error))
}

const CLOSED: Wrong = (code::H3_CLOSED_CRITICAL_STREAM, "closes its control stream");

fn wrong(error: &Broken) -> Wrong {
    match error {
        // Of a connection that has ended everybody knows.
        Broken::Read(_) => CLOSED,
        Broken::Cut => (code::H3_FRAME_ERROR, "ends its control stream inside of a frame"),
        Broken::Flood => (code::H3_EXCESSIVE_LOAD, "sends frame after frame that brings nothing"),
        Broken::TooLarge => (code::H3_EXCESSIVE_LOAD, "sends a control frame of immoderate length"),
    }
}
