//! Text whose lines end in CRLF on the wire and in LF here, as in FTP's type A (RFC 959 section
//! 3.1.1.1), piece by piece.
//!
//! Out of scope: blocks that end with a dot (see [`dot`](crate::dot)) and netascii (see
//! [`tftp`](crate::tftp)), where a CR alone means something.

/// Turns CRLF into LF, piece by piece; a CR that stands alone stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct FromCrlf {
    /// The piece before ended with a CR that may belong to an LF.
    has_cr: bool,
}

impl FromCrlf {
    /// Takes the next piece and puts what it means behind `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        for &byte in piece {
            if std::mem::take(&mut self.has_cr) && byte != b'\n' {
                out.push(b'\r');
            }
            match byte {
                b'\r' => self.has_cr = true,
                _ => out.push(byte),
            }
        }
    }

    /// Ends the text.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.has_cr) {
            out.push(b'\r');
        }
    }
}

/// Turns LF into CRLF, piece by piece; a CRLF that is there already stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct ToCrlf {
    has_cr: bool,
}

impl ToCrlf {
    /// Takes the next piece and puts what it becomes behind `out`.
    pub fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        for &byte in piece {
            if byte == b'\n' && !self.has_cr {
                out.push(b'\r');
            }
            self.has_cr = byte == b'\r';
            out.push(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_pieces(text: &[u8], size: usize) -> (Vec<u8>, Vec<u8>) {
        let (mut from, mut to) = (FromCrlf::default(), ToCrlf::default());
        let (mut read, mut sent) = (Vec::new(), Vec::new());
        for piece in text.chunks(size) {
            from.push(piece, &mut read);
            to.push(piece, &mut sent);
        }
        from.finish(&mut read);
        (read, sent)
    }

    #[test]
    fn line_ends_survive_any_split() {
        let text = b"a\r\nb\nc\rd\r\r\n\r";
        for size in 1..=text.len() {
            let (read, sent) = in_pieces(text, size);
            assert_eq!(read, b"a\nb\nc\rd\r\n\r", "pieces of {size}");
            assert_eq!(sent, b"a\r\nb\r\nc\rd\r\r\n\r", "pieces of {size}");
        }
    }
}
