//! Packets, written by hand so that nothing of Landline is trusted here.

/// A request: 1 reads, 2 writes.
pub fn request(opcode: u8, file: &str, mode: &str) -> Vec<u8> {
    [&[0, opcode], file.as_bytes(), b"\0", mode.as_bytes(), b"\0"].concat()
}

/// A block.
pub fn data(block: u16, bytes: &[u8]) -> Vec<u8> {
    [&[0, 3][..], &block.to_be_bytes(), bytes].concat()
}

/// The confirmation of a block.
pub fn ack(block: u16) -> Vec<u8> {
    [[0, 4], block.to_be_bytes()].concat()
}

/// The end.
pub fn error(code: u16, message: &str) -> Vec<u8> {
    [&[0, 5][..], &code.to_be_bytes(), message.as_bytes(), b"\0"].concat()
}

/// Options agreed to.
pub fn oack(options: &[(&str, &str)]) -> Vec<u8> {
    let mut packet = vec![0, 6];
    for word in options.iter().flat_map(|(name, value)| [name, value]) {
        packet.extend_from_slice(word.as_bytes());
        packet.push(0);
    }
    packet
}

/// What a request asks for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) is_write: bool,
    pub(super) file: String,
    pub(super) options: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn parse(request: &[u8]) -> Asked {
        let text = String::from_utf8_lossy(&request[2..]).into_owned();
        let mut words = text.split('\0').map(str::to_owned);
        let file = words.next().unwrap_or_default();
        let mut rest = words.skip(1);
        let mut options = Vec::new();
        while let (Some(name), Some(value)) = (rest.next(), rest.next()) {
            options.push((name, value));
        }
        Asked { is_write: request[1] == 2, file, options }
    }

    pub(super) fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }
}
