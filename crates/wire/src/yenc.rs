//! yEnc: files in articles of news, a byte a byte (yEnc draft 1.3, <http://www.yenc.org/yenc-draft.1.3.txt>).
//!
//! What stands before `=ybegin` and behind `=yend` is passed over. Lines come as an article's text has
//! them, its dots undoubled.
//!
//! ```
//! use landline_wire::yenc::Decoder;
//!
//! let (mut decoder, mut file) = (Decoder::new(), Vec::new());
//! let article = b"Subject: x\r\n\r\n=ybegin line=128 size=3 name=a b.bin\r\n\x8b\x8c=}\r\n=yend size=3\r\n";
//! decoder.push(article, &mut file)?;
//! let header = decoder.finish()?;
//! assert_eq!((file, header.name.as_str()), (vec![0x61, 0x62, 0x13], "a b.bin"));
//! # Ok::<(), landline_wire::yenc::YencError>(())
//! ```

use std::fmt;

/// A line over this is none: encoders make lines of 128 or 256 bytes.
const MAX_LINE_BYTES: usize = 16 << 10;

/// What is said of a file, or of the part of it that an article has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// The file's name, as its sender wrote it: it is no path to be trusted.
    pub name: String,
    /// Bytes of the whole file.
    pub size: u64,
    /// Which part this is, counted from 1, where there are several.
    pub part: Option<u64>,
    /// The bytes of the file that this part has, counted from 1, both included.
    pub range: Option<(u64, u64)>,
}

/// Why a text cannot be decoded, or not be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum YencError {
    /// There is no `=ybegin`.
    Missing,
    /// It ends before `=yend`.
    Truncated,
    /// A line that begins with `=y`, or an escape, is not as it has to be.
    Malformed,
    /// A line has more than 16 KiB.
    LongLine,
    /// There are more or fewer bytes than were announced.
    Size,
    /// The check sum is that of other bytes.
    CheckSum,
}

impl fmt::Display for YencError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "the text has nothing in yEnc",
            Self::Truncated => "the text ends before =yend",
            Self::Malformed => "a line of yEnc is malformed",
            Self::LongLine => "a line of yEnc is longer than 16384 bytes",
            Self::Size => "there are more or fewer bytes than =ybegin, =ypart or =yend say",
            Self::CheckSum => "the check sum is that of other bytes",
        })
    }
}

impl std::error::Error for YencError {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Before,
    /// `=ypart` is next.
    Part,
    Inside,
    Over,
}

/// Decodes a text as its bytes arrive.
#[derive(Clone, Debug)]
pub struct Decoder {
    state: State,
    line: Vec<u8>,
    header: Header,
    /// Bytes that are to come out, and that have.
    expected: u64,
    decoded: u64,
    sum: u32,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// Stands before a text.
    #[must_use]
    pub fn new() -> Self {
        let (line, header, sum) = (Vec::new(), Header::default(), u32::MAX);
        Self { state: State::Before, line, header, expected: 0, decoded: 0, sum }
    }

    /// Takes the next bytes, and puts what they stand for behind `out`. What has been put there is to
    /// be trusted when [`finish`](Self::finish) says so.
    ///
    /// # Errors
    /// [`YencError`]; the decoder is then of no use any more.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), YencError> {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            if self.line.len() + piece.len() > MAX_LINE_BYTES {
                return Err(YencError::LongLine);
            }
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                self.take_line(strip_end(&line), out)?;
            }
        }
        Ok(())
    }

    /// What is known of the file so far.
    #[must_use]
    pub fn header(&self) -> Option<&Header> {
        matches!(self.state, State::Inside | State::Over).then_some(&self.header)
    }

    /// Says that the text is over, and gives what it says of the file.
    ///
    /// # Errors
    /// [`YencError::Missing`] and [`YencError::Truncated`].
    pub fn finish(self) -> Result<Header, YencError> {
        match self.state {
            State::Before => Err(YencError::Missing),
            State::Part | State::Inside => Err(YencError::Truncated),
            State::Over => Ok(self.header),
        }
    }

    fn take_line(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<(), YencError> {
        match self.state {
            State::Before => match line.strip_prefix(b"=ybegin ") {
                Some(rest) => self.begin(rest),
                None => Ok(()),
            },
            State::Part => {
                let rest = line.strip_prefix(b"=ypart ").ok_or(YencError::Malformed)?;
                self.begin_part(&String::from_utf8_lossy(rest))
            }
            State::Inside => match line.strip_prefix(b"=yend ") {
                Some(rest) => self.end(&String::from_utf8_lossy(rest)),
                None if line.starts_with(b"=y") => Err(YencError::Malformed),
                None => self.decode(line, out),
            },
            State::Over => Ok(()),
        }
    }

    fn begin(&mut self, rest: &[u8]) -> Result<(), YencError> {
        let rest = String::from_utf8_lossy(rest);
        // The name is the last, and may hold anything.
        let (fields, name) = rest.split_once("name=").ok_or(YencError::Malformed)?;
        let size = number(fields, "size")?.ok_or(YencError::Malformed)?;
        let part = number(fields, "part")?;
        self.header = Header { name: name.trim().to_owned(), size, part, range: None };
        self.expected = size;
        self.state = if part.is_some() { State::Part } else { State::Inside };
        Ok(())
    }

    fn begin_part(&mut self, fields: &str) -> Result<(), YencError> {
        let pair = number(fields, "begin")?.zip(number(fields, "end")?);
        let (begin, end) = pair.ok_or(YencError::Malformed)?;
        if begin == 0 || begin > end || end > self.header.size {
            return Err(YencError::Malformed);
        }
        self.header.range = Some((begin, end));
        self.expected = end - begin + 1;
        self.state = State::Inside;
        Ok(())
    }

    fn decode(&mut self, line: &[u8], out: &mut Vec<u8>) -> Result<(), YencError> {
        let from = out.len();
        let mut bytes = line.iter();
        while let Some(&byte) = bytes.next() {
            let byte = match byte {
                b'=' => bytes.next().ok_or(YencError::Malformed)?.wrapping_sub(64),
                plain => plain,
            };
            out.push(byte.wrapping_sub(42));
        }
        self.decoded += (out.len() - from) as u64;
        self.sum = out[from..].iter().fold(self.sum, |sum, &byte| crc32(sum, byte));
        if self.decoded > self.expected { Err(YencError::Size) } else { Ok(()) }
    }

    fn end(&mut self, fields: &str) -> Result<(), YencError> {
        let size = number(fields, "size")?.ok_or(YencError::Malformed)?;
        if size != self.decoded || self.decoded != self.expected {
            return Err(YencError::Size);
        }
        // `crc32` is that of the whole file; of one that has no parts it is this one's.
        let name = if self.header.part.is_some() { "pcrc32" } else { "crc32" };
        if let Some(told) = field(fields, name) {
            let told = u32::from_str_radix(told, 16).map_err(|_| YencError::Malformed)?;
            if told != !self.sum {
                return Err(YencError::CheckSum);
            }
        }
        self.state = State::Over;
        Ok(())
    }
}

/// One more byte in a CRC-32 as zip and Ethernet have it.
fn crc32(sum: u32, byte: u8) -> u32 {
    sum >> 8 ^ CRC32[usize::from(sum as u8 ^ byte)]
}

static CRC32: [u32; 256] = {
    let (mut table, mut at) = ([0; 256], 0);
    while at < 256 {
        let (mut sum, mut bit) = (at as u32, 0);
        while bit < 8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
            bit += 1;
        }
        table[at] = sum;
        at += 1;
    }
    table
};

fn strip_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn field<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = fields.split_ascii_whitespace().filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

fn number(fields: &str, name: &str) -> Result<Option<u64>, YencError> {
    let value = field(fields, name).map(|text| match text.bytes().all(|b| b.is_ascii_digit()) {
        true => text.parse().map_err(|_| YencError::Malformed),
        false => Err(YencError::Malformed),
    });
    value.transpose()
}

#[cfg(test)]
mod tests;
