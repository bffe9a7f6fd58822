//! Messages taken apart.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{DnsError, Question, RecordType, Reply};

const HEADER_BYTES: usize = 12;
const MAX_NAME_BYTES: usize = 255;
/// Names that lead to names.
const MAX_CHAIN: usize = 16;
const CLASS_IN: u16 = 1;
const TYPE_CNAME: u16 = 5;

/// Something in the answer section that may lead on.
struct Record {
    owner: Vec<u8>,
    value: Value,
}

enum Value {
    Alias(Vec<u8>),
    Address(IpAddr),
}

impl Question {
    /// Reads a server's message.
    ///
    /// # Errors
    /// [`DnsError::Stray`] for what answers another question, which may be somebody's guess: the real answer
    /// may still come. The others are about this very answer.
    pub fn reply(&self, id: u16, message: &[u8]) -> Result<Reply, DnsError> {
        let mut at = Cursor { message, at: 0 };
        let header = at.take(HEADER_BYTES).map_err(|_| DnsError::Stray)?;
        let word = |index: usize| u16::from_be_bytes([header[index], header[index + 1]]);
        let (is_reply, code) = (header[2] & 0x80 != 0, header[3] & 0x0f);
        if word(0) != id || !is_reply || word(4) != 1 || !self.is_asked(&mut at) {
            return Err(DnsError::Stray);
        }
        const TRUNCATED: u8 = 0x02;
        match code {
            0 if header[2] & TRUNCATED != 0 => return Ok(Reply::Truncated),
            0 => {}
            3 => return Ok(Reply::NoSuchName),
            code => return Ok(Reply::Failed(code)),
        }
        let mut records = Vec::new();
        for _ in 0..word(6) {
            records.extend(self.record(&mut at)?);
        }
        self.follow(&records).map(Reply::Addresses)
    }

    /// Whether the question in the message is this one.
    fn is_asked(&self, at: &mut Cursor<'_>) -> bool {
        let name = at.name();
        let rest = at.take(4).ok();
        let [high, low] = self.kind.number().to_be_bytes();
        name.is_ok_and(|name| name == self.name) && rest == Some(&[high, low, 0, 1][..])
    }

    fn record(&self, at: &mut Cursor<'_>) -> Result<Option<Record>, DnsError> {
        let owner = at.name()?;
        let (kind, class) = (at.word()?, at.word()?);
        at.take(4)?; // how long it may be kept
        let len = usize::from(at.word()?);
        let mut inside = Cursor { message: at.message, at: at.at };
        let data = at.take(len)?;
        let value = match kind {
            TYPE_CNAME => {
                let name = inside.name()?;
                if inside.at != at.at {
                    return Err(DnsError::Malformed);
                }
                Value::Alias(name)
            }
            kind if kind == self.kind.number() => {
                Value::Address(self.kind.address(data).ok_or(DnsError::Malformed)?)
            }
            _ => return Ok(None),
        };
        Ok((class == CLASS_IN).then_some(Record { owner, value }))
    }

    /// The addresses at the end of the chain that begins with the name asked for.
    fn follow(&self, records: &[Record]) -> Result<Vec<IpAddr>, DnsError> {
        let mut name = &self.name;
        for _ in 0..=MAX_CHAIN {
            let own = || records.iter().filter(|record| record.owner == *name);
            let alias = own().find_map(|record| match &record.value {
                Value::Alias(alias) => Some(alias),
                Value::Address(_) => None,
            });
            let Some(alias) = alias else {
                let addresses = own().filter_map(|record| match record.value {
                    Value::Address(address) => Some(address),
                    Value::Alias(_) => None,
                });
                return Ok(addresses.collect());
            };
            name = alias;
        }
        Err(DnsError::Chain)
    }
}

impl RecordType {
    fn address(self, data: &[u8]) -> Option<IpAddr> {
        Some(match self {
            RecordType::A => Ipv4Addr::from(<[u8; 4]>::try_from(data).ok()?).into(),
            RecordType::Aaaa => Ipv6Addr::from(<[u8; 16]>::try_from(data).ok()?).into(),
        })
    }
}

struct Cursor<'a> {
    message: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], DnsError> {
        let taken = self.message.get(self.at..self.at + count).ok_or(DnsError::Malformed)?;
        self.at += count;
        Ok(taken)
    }

    fn word(&mut self) -> Result<u16, DnsError> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    /// A name in wire form without its abbreviations, in lower case.
    fn name(&mut self) -> Result<Vec<u8>, DnsError> {
        let mut name = Vec::new();
        let mut reader = Cursor { message: self.message, at: self.at };
        let mut behind = None;
        loop {
            let start = reader.at;
            let len = reader.take(1)?[0];
            match len {
                0 => break,
                1..=63 => {
                    name.push(len);
                    let label = reader.take(len.into())?;
                    name.extend(label.iter().map(u8::to_ascii_lowercase));
                }
                0xc0.. => {
                    let low = reader.take(1)?[0];
                    behind.get_or_insert(reader.at);
                    let target = usize::from(len & 0x3f) << 8 | usize::from(low);
                    // Only ever backwards, so that it ends.
                    if target >= start {
                        return Err(DnsError::Malformed);
                    }
                    reader.at = target;
                }
                _ => return Err(DnsError::Malformed),
            }
            if name.len() >= MAX_NAME_BYTES {
                return Err(DnsError::Malformed);
            }
        }
        name.push(0);
        self.at = behind.unwrap_or(reader.at);
        Ok(name)
    }
}
