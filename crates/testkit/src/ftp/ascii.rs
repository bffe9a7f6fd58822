//! TYPE A: lines end in CR LF on the wire and in LF on the disk (RFC 959 section 3.1.1.1).

/// Converts to the wire; an LF behind a CR already is a line end.
pub(super) fn to_wire(bytes: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(bytes.len() + bytes.len() / 16);
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(text) if !text.ends_with(b"\r") => wire.extend([text, b"\r\n"].concat()),
            _ => wire.extend_from_slice(line),
        }
    }
    wire
}

/// Converts from the wire; a CR alone stays what it is.
pub(super) fn from_wire(bytes: &[u8]) -> Vec<u8> {
    let mut disk = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => disk.extend([text, b"\n"].concat()),
            None => disk.extend_from_slice(line),
        }
    }
    disk
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_go_both_ways() {
        assert_eq!(to_wire(b"a\nb\r\nc\rd\n"), b"a\r\nb\r\nc\rd\r\n");
        assert_eq!(from_wire(b"a\r\nb\nc\rd\r\n"), b"a\nb\nc\rd\n");
        assert_eq!(from_wire(&to_wire(b"\n\nx")), b"\n\nx");
    }
}
