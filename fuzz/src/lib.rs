//! What the fuzz targets share: cutting the input into pieces, and what may be shown.

/// Takes the first bytes of the fuzzer's data as sizes of pieces; the rest is the input.
pub fn split_cuts(data: &[u8]) -> (&[u8], &[u8]) {
    data.split_at(data.len().min(4))
}

/// Cuts `input` into pieces whose sizes are `cuts`, over and over (0 counts as 1); one byte each if there are
/// no cuts.
pub fn pieces<'a>(mut input: &'a [u8], cuts: &[u8]) -> Vec<&'a [u8]> {
    let mut sizes = cuts.iter().map(|cut| usize::from(*cut).max(1)).cycle();
    let mut pieces = Vec::new();
    while !input.is_empty() {
        let (piece, rest) = input.split_at(sizes.next().unwrap_or(1).min(input.len()));
        pieces.push(piece);
        input = rest;
    }
    pieces
}

/// Runs `read` over the input whole, byte by byte and in pieces of `cuts`; the three must agree.
pub fn in_pieces<T: PartialEq + std::fmt::Debug>(
    input: &[u8],
    cuts: &[u8],
    read: impl Fn(&[&[u8]]) -> T,
) -> T {
    let whole = read(&[input]);
    assert_eq!(read(&pieces(input, &[])), whole, "byte by byte");
    assert_eq!(read(&pieces(input, cuts)), whole, "in pieces of {cuts:?}");
    whole
}

/// An error's text must be one line that cannot act on a terminal.
pub fn assert_harmless(shown: &impl std::fmt::Display) {
    let shown = shown.to_string();
    assert!(!shown.contains(char::is_control), "{shown:?}");
}
