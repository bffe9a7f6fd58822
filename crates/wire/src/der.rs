//! DER as certificates and keys need it (X.690 section 10): definite lengths in their shortest form,
//! tags of one byte.

/// What stands behind another in a piece of DER.
#[derive(Clone)]
pub(crate) struct Reader<'a>(&'a [u8]);

/// One value: its tag, what is in it, and all of it.
#[derive(Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) contents: &'a [u8],
    pub(crate) whole: &'a [u8],
}

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_ID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes whatever comes next; `None` where that is no DER.
    pub(crate) fn next(&mut self) -> Option<Element<'a>> {
        let (&tag, rest) = self.0.split_first()?;
        // Tags of several bytes end in these bits, and stand in nothing that is read here.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (len, rest) = length(rest)?;
        let contents = rest.get(..len)?;
        let whole = &self.0[..self.0.len() - rest.len() + len];
        self.0 = &rest[len..];
        Some(Element { tag, contents, whole })
    }

    /// Takes a value that must be of this type.
    pub(crate) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|element| element.tag == tag).map(|element| element.contents)
    }

    /// Takes the inside of a value that must be of this type.
    pub(crate) fn enter(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.take(tag).map(Reader::new)
    }

    /// Takes a value of this type if one is next.
    pub(crate) fn take_if(&mut self, tag: u8) -> Option<Option<&'a [u8]>> {
        if self.0.first() == Some(&tag) { self.take(tag).map(Some) } else { Some(None) }
    }
}

fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    if first < 0x80 {
        return Some((first.into(), rest));
    }
    let count = usize::from(first & 0x7f);
    let (digits, rest) = rest.split_at_checked(count)?;
    // Four bytes count further than anything is long.
    if !(1..=4).contains(&count) || digits[0] == 0 {
        return None;
    }
    let len = digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit));
    (len >= 0x80).then_some((len, rest))
}

/// Writes a sequence around its contents.
pub(crate) fn sequence(contents: &[u8]) -> Vec<u8> {
    let digits = contents.len().to_be_bytes();
    let digits = &digits[digits.iter().take_while(|digit| **digit == 0).count()..];
    let mut written = vec![SEQUENCE];
    match contents.len() {
        short @ ..0x80 => written.push(short as u8),
        _ => {
            written.push(0x80 | digits.len() as u8);
            written.extend(digits);
        }
    }
    written.extend(contents);
    written
}

/// An object identifier with its dots.
pub(crate) fn dotted(id: &[u8]) -> String {
    let mut arcs: Vec<u64> = Vec::new();
    let mut arc = 0_u64;
    for byte in id {
        arc = arc.saturating_mul(128).saturating_add(u64::from(byte & 0x7f));
        if byte & 0x80 == 0 {
            // The first two share one number (X.690 section 8.19.4).
            match arcs.is_empty() {
                true => arcs.extend([(arc / 40).min(2), arc - (arc / 40).min(2) * 40]),
                false => arcs.push(arc),
            }
            arc = 0;
        }
    }
    let arcs: Vec<_> = arcs.iter().map(u64::to_string).collect();
    arcs.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shortest_definite_length_is_one() {
        let read = |bytes: &[u8]| Reader::new(bytes).next().map(|element| element.contents.len());
        assert_eq!(read(&[4, 0]), Some(0));
        assert_eq!(read(&[4, 1, 9, 7]), Some(1));
        assert_eq!(read(&[&[4, 0x81, 0x80][..], &[0; 0x80]].concat()), Some(0x80));
        let bad: [&[u8]; 9] = [
            &[],
            &[4],
            &[4, 1],
            &[4, 0x80, 0, 0],
            &[4, 0x81, 1, 9],
            &[4, 0x82, 0, 1, 9],
            &[4, 0x85, 1, 1, 1, 1, 1],
            &[4, 0xff],
            &[0x1f, 1, 0],
        ];
        for bytes in bad {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for len in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x1_0000] {
            let contents = vec![7; len];
            assert_eq!(Reader::new(&sequence(&contents)).take(SEQUENCE), Some(&contents[..]));
        }
    }

    #[test]
    fn identifiers_have_dots() {
        assert_eq!(dotted(&[0x55, 4, 3]), "2.5.4.3");
        assert_eq!(dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]), "1.2.840.113549");
        assert_eq!(dotted(&[0x88, 0x37]), "2.999");
        assert_eq!(dotted(&[]), "");
    }
}
