//! One helper that runs a reader test three ways: whole, byte by byte, with trailing bytes.

/// Bytes of whatever may follow on the wire; they must never change the answer.
const TRAILING: &[u8] = b"\r\n.\r\nHTTP/1.1 200 OK\r\n\r\n\0";

/// Checks that `read` gives the same for `input` in one piece and in pieces of one, two and three bytes, and
/// gives it.
pub(crate) fn in_pieces<T: PartialEq + std::fmt::Debug>(
    input: &[u8],
    read: impl Fn(&[&[u8]]) -> T,
) -> T {
    let whole = read(&[input]);
    for size in 1..=3 {
        let pieces: Vec<_> = input.chunks(size).collect();
        assert_eq!(read(&pieces), whole, "in pieces of {size}: {}", shown(input));
    }
    whole
}

/// As [`in_pieces`], and checks that bytes behind `input` change nothing either.
pub(crate) fn three_ways<T: PartialEq + std::fmt::Debug>(
    input: &[u8],
    read: impl Fn(&[&[u8]]) -> T,
) -> T {
    let alone = in_pieces(input, &read);
    let with_trailing = in_pieces(&[input, TRAILING].concat(), &read);
    assert_eq!(with_trailing, alone, "with trailing bytes: {}", shown(input));
    alone
}

fn shown(input: &[u8]) -> String {
    crate::escape::excerpt(input, 200)
}
