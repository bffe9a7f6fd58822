//! `-C`: whether the reply really goes on where the file ends. Two files are never spliced.

use landline::Headers;

use crate::exit::{Code, Failure};

/// What to do with the reply to a request for the rest.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the rest, or no rest was asked for.
    Write,
    /// The file is complete already.
    Complete,
}

/// Looks at a reply to a request for the bytes from `offset` on.
pub(super) fn judge(offset: u64, status: u16, headers: &Headers) -> Result<Verdict, Failure> {
    if offset == 0 || (status >= 400 && status != 416) {
        return Ok(Verdict::Write);
    }
    let range = headers.get("Content-Range").and_then(parse);
    match (status, range) {
        (206, Some(Range { start: Some(start), .. })) if start == offset => Ok(Verdict::Write),
        (206, Some(Range { start: Some(start), .. })) => {
            Err(refused(&format!("asked for bytes from {offset} on, the server sent from {start}")))
        }
        (206, _) => Err(refused("the server did not say which part it sent")),
        (416, Some(Range { total: Some(total), .. })) if total == offset => Ok(Verdict::Complete),
        (416, Some(Range { total: Some(total), .. })) => {
            Err(refused(&format!("the file has {offset} bytes, the document {total}")))
        }
        (416, _) => Err(refused("the server refused to send from there on")),
        _ => Err(refused("HTTP server doesn't seem to support byte ranges. Cannot resume.")),
    }
}

fn refused(why: &str) -> Failure {
    Failure::new(Code::RANGE, format!("{why}; the file was left as it is"))
}

/// `bytes 100-199/200`, `bytes */200`, `bytes 100-199/*` (RFC 9110 section 14.4)
#[derive(Debug, PartialEq, Eq)]
struct Range {
    start: Option<u64>,
    total: Option<u64>,
}

fn parse(value: &str) -> Option<Range> {
    let (unit, rest) = value.split_once(' ')?;
    let (range, total) = rest.split_once('/')?;
    let start = match range {
        "*" => None,
        _ => {
            let (start, end) = range.split_once('-')?;
            let (start, end) = (number(start)?, number(end)?);
            (start <= end).then_some(())?;
            Some(start)
        }
    };
    let total = if total == "*" { None } else { Some(number(total)?) };
    unit.eq_ignore_ascii_case("bytes").then_some(Range { start, total })
}

/// Digits alone: `parse` of the standard library takes a plus sign too.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(offset: u64, status: u16, range: &str) -> Result<Verdict, Code> {
        let mut headers = Headers::new();
        if !range.is_empty() {
            headers.push("Content-Range", range).expect("a header");
        }
        judge(offset, status, &headers).map_err(|failure| failure.code)
    }

    #[test]
    fn only_the_very_rest_is_appended() {
        assert_eq!(judged(0, 200, ""), Ok(Verdict::Write));
        assert_eq!(judged(10, 206, "bytes 10-19/20"), Ok(Verdict::Write));
        assert_eq!(judged(10, 206, "bytes 10-19/*"), Ok(Verdict::Write));
        for bad in ["bytes 9-19/20", "bytes 0-19/20", "", "bytes */20", "x 10-19/20", "bytes 10-"] {
            assert_eq!(judged(10, 206, bad), Err(Code::RANGE), "{bad}");
        }
        assert_eq!(judged(10, 206, "bytes +10-19/20"), Err(Code::RANGE));
        assert_eq!(judged(10, 206, "bytes 10-9/20"), Err(Code::RANGE));
        assert_eq!(judged(10, 200, ""), Err(Code::RANGE));
        assert_eq!(judged(10, 404, ""), Ok(Verdict::Write));
    }

    #[test]
    fn a_whole_file_is_no_error() {
        assert_eq!(judged(20, 416, "bytes */20"), Ok(Verdict::Complete));
        assert_eq!(judged(30, 416, "bytes */20"), Err(Code::RANGE));
        assert_eq!(judged(30, 416, ""), Err(Code::RANGE));
    }
}
