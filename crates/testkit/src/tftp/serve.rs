//! The good server.

use std::io;

use super::packets::{Asked, ack, data, error, oack};
use super::peer::Peer;
use super::{Manners, Shared, lock};

pub(super) fn transfer(peer: &mut Peer, shared: &Shared, manners: &Manners) -> io::Result<()> {
    let asked = Asked::parse(peer.request());
    match asked.is_write {
        true => take(peer, shared, manners, &asked),
        false => give(peer, shared, manners, &asked),
    }
}

fn give(peer: &mut Peer, shared: &Shared, manners: &Manners, asked: &Asked) -> io::Result<()> {
    let Some(bytes) = lock(&shared.files).get(&asked.file).cloned() else {
        return peer.send(&error(1, "File not found"));
    };
    let announced = manners.announces.unwrap_or(bytes.len() as u64);
    let options = agreed(manners, asked, announced);
    if !options.is_empty() {
        peer.ask(&oack_of(&options), |answer| answer == ack(0))?;
    }
    let size = block_bytes(&options);
    let blocks = bytes.len() / size + 1;
    for index in 0..blocks {
        let block = (index + 1) as u16;
        let piece = &bytes[index * size..(index * size + size).min(bytes.len())];
        peer.ask(&data(block, piece), |answer| answer == ack(block))?;
    }
    Ok(())
}

fn take(peer: &mut Peer, shared: &Shared, manners: &Manners, asked: &Asked) -> io::Result<()> {
    let announced = asked.option("tsize").and_then(|text| text.parse().ok()).unwrap_or_default();
    let options = agreed(manners, asked, announced);
    let size = block_bytes(&options);
    let mut reply = if options.is_empty() { ack(0) } else { oack_of(&options) };
    let mut bytes = Vec::new();
    for block in (1..=u16::MAX).chain(0..=u16::MAX) {
        let head = data(block, b"");
        let packet = peer.ask(&reply, |answer| answer.starts_with(&head))?;
        bytes.extend_from_slice(&packet[4..]);
        reply = ack(block);
        if packet.len() < 4 + size {
            lock(&shared.files).insert(asked.file.clone(), bytes);
            return dally(peer, &reply);
        }
    }
    Ok(())
}

/// Confirms the last block, and again when it comes again.
fn dally(peer: &mut Peer, last: &[u8]) -> io::Result<()> {
    peer.send(last)?;
    while peer.receive_for(super::peer::RESEND_AFTER * 2)?.is_some() {
        peer.send(last)?;
    }
    Ok(())
}

fn agreed(manners: &Manners, asked: &Asked, announced: u64) -> Vec<(String, String)> {
    if manners.ignores_options {
        return Vec::new();
    }
    let known = |name: &str| matches!(name, "blksize" | "tsize" | "timeout");
    let answer = |(name, value): &(String, String)| match name.as_str() {
        "tsize" => (name.clone(), announced.to_string()),
        _ => (name.clone(), value.clone()),
    };
    asked.options.iter().filter(|(name, _)| known(name)).map(answer).collect()
}

fn oack_of(options: &[(String, String)]) -> Vec<u8> {
    let words: Vec<_> = options.iter().map(|(name, value)| (&**name, &**value)).collect();
    oack(&words)
}

fn block_bytes(options: &[(String, String)]) -> usize {
    let size = options.iter().find(|(name, _)| name == "blksize");
    size.and_then(|(_, value)| value.parse().ok()).unwrap_or(512)
}
