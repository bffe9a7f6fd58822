//! Invariants: responses are the same whole, byte by byte and in any pieces, literals and the error included;
//! a skipped literal leaves its length behind, and no more is kept than came, in bytes and in values. A mailbox's name comes back from
//! its modified UTF-7. What an argument puts into a command has no line end,
//! nor has a line a literal at its end but those that the command itself announces. Errors are harmless to show.
#![no_main]

use landline_fuzz::{assert_harmless, in_pieces, split_cuts};
use landline_wire::imap::{
    Appended, Capabilities, Command, Fetched, ImapError, Mailbox, MailboxStatus, Reader, Response,
    Step, decode_mailbox, encode_mailbox, parse_search,
};
use libfuzzer_sys::fuzz_target;

fn read(pieces: &[&[u8]]) -> (Vec<Response>, Option<ImapError>) {
    let (mut reader, mut unread, mut all) = (Reader::default(), Vec::new(), Vec::new());
    for piece in pieces {
        unread.extend_from_slice(piece);
        loop {
            if reader.literal_left() > 0 {
                match reader.push_literal(&unread) {
                    // How much of a literal that is too long came before depends on the pieces.
                    Err(error) => return (Vec::new(), Some(error)),
                    Ok(0) => break,
                    Ok(count) => drop(unread.drain(..count)),
                }
                continue;
            }
            let Some(end) = unread.iter().position(|&byte| byte == b'\n') else { break };
            let line: Vec<u8> = unread.drain(..=end).collect();
            match reader.push_line(&line[..end]) {
                Err(error) => return (all, Some(error)),
                Ok(Step::Response(response)) => all.push(response),
                Ok(Step::Literal(len)) if reader.section().is_some() && len > 9 => {
                    reader.skip_literal();
                    assert_eq!(reader.literal_left(), 0);
                }
                Ok(Step::Literal(len)) => assert_eq!(reader.literal_left(), len),
            }
        }
    }
    (all, None)
}

fn make_sense(response: Response) {
    let _ = Capabilities::from_response(&response);
    let _ = Mailbox::from_response(&response);
    let _ = parse_search(&response);
    MailboxStatus::default().push(&response);
    let _ = Fetched::from_response(response).map(|fetched| fetched.flags());
}

/// Whether a server waits for a literal behind this line: `{n}`, `{n+}` or `{n-}` ends it.
fn announces(line: &[u8]) -> bool {
    let open = line.iter().rposition(|&byte| byte == b'{');
    let inner = open.and_then(|open| line[open + 1..].strip_suffix(b"}"));
    inner.is_some_and(|it| {
        let digits = it.strip_suffix(b"+").or(it.strip_suffix(b"-")).unwrap_or(it);
        !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
    })
}

fn check_text(text: &str) {
    assert_eq!(decode_mailbox(encode_mailbox(text).as_bytes()).as_deref(), Some(text));
    let _ = Appended::from_code(text);
    let command =
        |words: &str| Command::new("X").and_then(|it| it.text(text)?.mailbox(text)?.words(words));
    for command in [command(text), command("y"), Command::new(text)].into_iter().flatten() {
        for (line, literal) in command.parts() {
            assert!(!announces(line), "{}", line.escape_ascii());
            let bytes = [line, literal.unwrap_or_default()].concat();
            assert!(!bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)), "{bytes:?}");
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let (cuts, input) = split_cuts(data);
    let (responses, error) = in_pieces(input, cuts, read);
    error.iter().for_each(assert_harmless);
    let most = |response: &Response| response.count() <= input.len() + 3;
    assert!(responses.iter().all(most));
    responses.into_iter().for_each(make_sense);
    if let Ok(text) = std::str::from_utf8(input) {
        check_text(text);
    }
});
