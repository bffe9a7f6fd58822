//! The words of one `-F`: in quotes, or up to the next `;`.

/// A reader of words.
pub(super) struct Words<'a> {
    text: &'a [u8],
    at: usize,
    /// What ends a word besides `;`: the comma between files.
    end: Option<u8>,
    pub(super) warnings: &'a mut Vec<String>,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a [u8], end: Option<u8>, warnings: &'a mut Vec<String>) -> Words<'a> {
        Words { text, at: 0, end, warnings }
    }

    fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    /// Steps over this byte if it is the next one.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let is_next = self.rest().first() == Some(&byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Steps over a key such as `type=`, in whatever case.
    pub(super) fn take_key(&mut self, key: &str) -> bool {
        let next = self.rest().get(..key.len());
        let is_next = next.is_some_and(|next| next.eq_ignore_ascii_case(key.as_bytes()));
        self.at += if is_next { key.len() } else { 0 };
        is_next
    }

    pub(super) fn skip_blanks(&mut self) {
        let blanks = self.rest().iter().take_while(|byte| byte.is_ascii_whitespace());
        self.at += blanks.count();
    }

    /// The next word, without the quotes or the blanks around it.
    pub(super) fn word(&mut self) -> Vec<u8> {
        self.skip_blanks();
        self.quoted().unwrap_or_else(|| self.plain().trim_ascii_end().to_vec())
    }

    /// Everything up to `;` or the end.
    fn plain(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let is_end = |&byte: &u8| byte == b';' || Some(byte) == self.end;
        let len = rest.iter().position(is_end).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }

    /// A word in quotes, in which `\"` and `\\` stand for themselves. Where the second quote is
    /// missing, the first is one of the word's own letters.
    fn quoted(&mut self) -> Option<Vec<u8>> {
        let inside = self.rest().strip_prefix(b"\"")?;
        let (mut word, mut at) = (Vec::new(), 0);
        loop {
            match (*inside.get(at)?, inside.get(at + 1)) {
                (b'\\', Some(&next @ (b'\\' | b'"'))) => {
                    word.push(next);
                    at += 1;
                }
                (b'"', _) => break,
                (byte, _) => word.push(byte),
            }
            at += 1;
        }
        self.at += at + 2;
        if !self.plain().trim_ascii().is_empty() {
            self.warnings.push("Trailing data after quoted form parameter".to_owned());
        }
        Some(word)
    }

    /// A media type at this place: where it begins and ends; `None` for what is none.
    pub(super) fn media_type(&mut self) -> Option<(usize, usize)> {
        self.skip_blanks();
        let (start, rest) = (self.at, self.rest());
        let slash = rest.iter().position(|byte| matches!(byte, b'/' | b' '))?;
        let minor = rest[slash + 1..].first();
        let is_bad = |byte: &u8| matches!(byte, b';' | b',' | b' ' | b'\n');
        if slash == 0 || rest[slash] != b'/' || minor.is_none_or(is_bad) {
            return None;
        }
        Some((start, self.end_of_parameter()))
    }

    /// Steps over what belongs to the media type before it, and gives its end.
    pub(super) fn end_of_parameter(&mut self) -> usize {
        let start = self.at;
        start + self.plain().trim_ascii_end().len()
    }

    pub(super) fn between(&self, (start, end): (usize, usize)) -> &'a [u8] {
        &self.text[start..end]
    }
}
