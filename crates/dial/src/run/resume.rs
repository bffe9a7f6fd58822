//! `-C`: whether the reply really goes on where the file ends. Two files are never spliced.

use landline::Headers;
use landline::wire::range::ContentRange as Range;
use landline::wire::validator::Validator;

use crate::exit::{Code, Failure};

/// What to do with the reply to a request for the rest.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is what was asked for.
    Write(Promise),
    /// The file is complete already.
    Complete,
}

/// What a reply says will come: the part of a document that is `Content-Range`, if it has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Promise {
    part: Option<Range>,
    /// The end of the document is wanted.
    to_the_end: bool,
}

impl Promise {
    /// Looks whether what came is the part that was promised, and the last where that matters.
    pub(super) fn check(&self, received: u64) -> Result<(), Failure> {
        let Some(Range { part: Some((start, end)), total }) = self.part else { return Ok(()) };
        let promised = end - start + 1;
        if received > promised {
            let text = format!("the server sent {received} bytes as a part of {promised}");
            return Err(refused(&text));
        }
        let missing = match total {
            Some(total) if self.to_the_end => total - start - received,
            _ => promised - received,
        };
        match missing {
            0 => Ok(()),
            _ => {
                let text = format!("the server left out the last {missing} bytes");
                Err(Failure::new(Code::PARTIAL_FILE, text))
            }
        }
    }
}

/// Looks at a reply to a request for the bytes from `offset` on; without one, to any request.
/// `known` is what the part that is there belongs to, `len` the length of the body, where it is known.
pub(super) fn judge(
    offset: u64,
    known: Option<&Validator>,
    status: u16,
    headers: &Headers,
    len: Option<u64>,
) -> Result<Verdict, Failure> {
    let range = range(headers);
    if offset == 0 {
        // It counts bytes as they are sent, and may not fit what is left after decoding.
        let part = range.filter(|_| status == 206 && !headers.contains("Content-Encoding"));
        return Ok(Verdict::Write(Promise { part, to_the_end: false }));
    }
    let change = known.and_then(|known| known.change(&Validator::of(status, headers)));
    if let (Some(change), 200 | 206 | 416) = (change, status) {
        let mut failure = refused(&format!("the remote file has changed ({change})"));
        failure.text += "; without -C all of it is read again";
        return Err(failure);
    }
    match (status, range) {
        (206, Some(Range { part: Some((start, end)), .. })) if start == offset => {
            if len.is_some_and(|len| len != end - start + 1) {
                return Err(refused("the server gives two lengths to the part it sends"));
            }
            Ok(Verdict::Write(Promise { part: range, to_the_end: true }))
        }
        (206, Some(Range { part: Some((start, _)), .. })) => {
            Err(refused(&format!("asked for bytes from {offset} on, the server sent from {start}")))
        }
        (206, _) => Err(refused("the server did not say which part it sent")),
        (416, Some(Range { total: Some(total), .. })) if total == offset => Ok(Verdict::Complete),
        (416, Some(Range { total: Some(total), .. })) => {
            Err(refused(&format!("the file has {offset} bytes, the document {total}")))
        }
        (416, _) => Err(refused("the server refused to send from there on")),
        (400.., _) => Err(refused(&format!("the server answered with an error: {status}"))),
        // curl's way out where the server knows no ranges: the whole has the length of the file.
        (200, _) if len == Some(offset) && !headers.contains("Content-Encoding") => {
            Ok(Verdict::Complete)
        }
        _ => {
            let why = "HTTP server doesn't seem to support byte ranges, cannot resume";
            let mut failure = refused(why);
            failure.text += "; without -C all of it is read again";
            Err(failure)
        }
    }
}

/// `--compressed`: what is there was decoded, so the rest of a coded document does not belong to it.
pub(super) fn check_uncoded(status: u16, headers: &Headers) -> Result<(), Failure> {
    match (status, headers.get("Content-Encoding")) {
        (206, Some(coding)) => {
            Err(refused(&format!("the server sent a part of what it has compressed ({coding})")))
        }
        _ => Ok(()),
    }
}

fn refused(why: &str) -> Failure {
    Failure::new(Code::RANGE, format!("{why}; the file was left as it is"))
}

/// The one `Content-Range`.
fn range(headers: &Headers) -> Option<Range> {
    let mut all = headers.get_all("Content-Range");
    let only = all.next().filter(|_| all.next().is_none())?;
    Range::parse(std::str::from_utf8(only).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(offset: u64, status: u16, range: &str) -> Result<Verdict, Code> {
        let mut headers = Headers::new();
        if !range.is_empty() {
            headers.push("Content-Range", range).expect("a header");
        }
        judge(offset, None, status, &headers, None).map_err(|failure| failure.code)
    }

    #[test]
    fn only_the_very_rest_is_appended() {
        let is_written = |verdict| matches!(verdict, Ok(Verdict::Write(_)));
        assert!(is_written(judged(0, 200, "")));
        assert!(is_written(judged(10, 206, "bytes 10-19/20")));
        assert!(is_written(judged(10, 206, "bytes 10-19/*")));
        for bad in ["bytes 9-19/20", "bytes 0-19/20", "", "bytes */20", "x 10-19/20", "bytes 10-"] {
            assert_eq!(judged(10, 206, bad), Err(Code::RANGE), "{bad}");
        }
        for bad in ["bytes +10-19/20", "bytes 10-9/20", "bytes 10-19/19", "bytes 10-19/x"] {
            assert_eq!(judged(10, 206, bad), Err(Code::RANGE), "{bad}");
        }
        assert_eq!(judged(10, 200, ""), Err(Code::RANGE));
        assert_eq!(judged(10, 404, ""), Err(Code::RANGE));
    }

    #[test]
    fn a_part_is_all_of_it_and_nothing_else() {
        let part = Some(Range { part: Some((10, 14)), total: Some(20) });
        let code = |to_the_end, received| {
            let done = Promise { part, to_the_end }.check(received);
            done.map_err(|failure| failure.code)
        };
        assert_eq!(code(false, 5), Ok(()));
        assert_eq!(code(true, 5), Err(Code::PARTIAL_FILE));
        assert_eq!(code(false, 4), Err(Code::PARTIAL_FILE));
        assert_eq!(code(false, 6), Err(Code::RANGE));
        assert!(Promise::default().check(7).is_ok());
    }

    #[test]
    fn a_whole_file_is_no_error() {
        assert_eq!(judged(20, 416, "bytes */20"), Ok(Verdict::Complete));
        assert_eq!(judged(30, 416, "bytes */20"), Err(Code::RANGE));
        assert_eq!(judged(30, 416, ""), Err(Code::RANGE));
        let whole = |offset| judge(offset, None, 200, &Headers::new(), Some(20)).ok();
        assert_eq!((whole(20), whole(19), whole(21)), (Some(Verdict::Complete), None, None));
    }
}
