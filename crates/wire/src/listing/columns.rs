//! Lines cut into columns.

/// The words of a line, separated by blanks and tabs.
#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    pub(super) fn new(line: &'a [u8]) -> Self {
        Self { rest: line }
    }

    /// Gives what follows the last word and one blank: a name, which may start with more of them.
    pub(super) fn after_one_blank(&self) -> &'a [u8] {
        self.rest.get(1..).unwrap_or_default()
    }

    /// Gives what follows the last word and any blanks.
    pub(super) fn after_blanks(&self) -> &'a [u8] {
        let start = self.rest.iter().position(|byte| !is_blank(*byte));
        &self.rest[start.unwrap_or(self.rest.len())..]
    }

    /// Takes the next word if `read` makes something of it; otherwise it stays.
    pub(super) fn next_if<T>(&mut self, read: impl FnOnce(&'a [u8]) -> Option<T>) -> Option<T> {
        let mut ahead = self.clone();
        let value = read(ahead.next()?)?;
        *self = ahead;
        Some(value)
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let start = self.after_blanks();
        let end = start.iter().position(|byte| is_blank(*byte)).unwrap_or(start.len());
        self.rest = &start[end..];
        (end > 0).then(|| &start[..end])
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Reads a decimal number without sign.
pub(super) fn number<N: TryFrom<u64>>(digits: &[u8]) -> Option<N> {
    if digits.is_empty() {
        return None;
    }
    let sum = digits.iter().try_fold(0_u64, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })?;
    N::try_from(sum).ok()
}

/// Splits at the first `separator`.
pub(super) fn split_once(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(separator, text)?;
    Some((&text[..at], &text[at + 1..]))
}

/// Reads the permissions of Unix as an octal number, up to `7777`.
pub(super) fn octal(digits: &[u8]) -> Option<u32> {
    // `from_str_radix` would take a sign as well.
    let is_octal = digits.iter().all(|byte| matches!(byte, b'0'..=b'7'));
    let text = std::str::from_utf8(digits).ok().filter(|_| is_octal)?;
    u32::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o7777)
}
