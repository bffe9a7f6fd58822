use super::*;

/// Every byte there is, as an encoder writes it.
fn encoded(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for byte in bytes.iter().map(|byte| byte.wrapping_add(42)) {
        match byte {
            0 | b'\n' | b'\r' | b'=' => text.extend([b'=', byte.wrapping_add(64)]),
            _ => text.push(byte),
        }
    }
    text
}

fn article(head: &str, bytes: &[u8], end: &str) -> Vec<u8> {
    let mut text = format!("Subject: x\r\n\r\n{head}\r\n").into_bytes();
    for line in bytes.chunks(100) {
        text.extend(encoded(line));
        text.extend(b"\r\n");
    }
    text.extend(format!("{end}\r\nand more\r\n").bytes());
    text
}

/// Whole, byte by byte, and in halves: all the same.
fn decoded(text: &[u8]) -> Result<(Vec<u8>, Header), YencError> {
    let sizes = [text.len().max(1), 1, text.len() / 2 + 1];
    let mut all = sizes.into_iter().map(|size| {
        let (mut decoder, mut out) = (Decoder::new(), Vec::new());
        text.chunks(size).try_for_each(|piece| decoder.push(piece, &mut out))?;
        Ok((out, decoder.finish()?))
    });
    let first = all.next().unwrap();
    all.for_each(|other| assert_eq!(other, first));
    first
}

#[test]
fn every_byte_comes_back_and_is_checked() {
    let bytes: Vec<u8> = (0..=255).collect();
    let head = "=ybegin line=128 size=256 name= a = b.bin ";
    // CRC-32 of 0..=255.
    let (out, header) = decoded(&article(head, &bytes, "=yend size=256 crc32=29058C73")).unwrap();
    assert_eq!((out, &*header.name, header.size), (bytes.clone(), "a = b.bin", 256));
    let sum = decoded(&article(head, &bytes, "=yend size=256 crc32=29058c74"));
    assert_eq!(sum, Err(YencError::CheckSum));
    assert!(decoded(&article(head, &bytes, "=yend size=256")).is_ok());
}

#[test]
fn a_part_knows_where_it_belongs() {
    let head = "=ybegin part=2 total=2 line=128 size=300 name=x\r\n=ypart begin=45 end=300";
    let bytes: Vec<u8> = (0..=255).collect();
    let end = "=yend size=256 part=2 pcrc32=29058c73 crc32=00000000";
    let (_, header) = decoded(&article(head, &bytes, end)).unwrap();
    assert_eq!((header.part, header.range), (Some(2), Some((45, 300))));
    for bad in ["begin=0 end=255", "begin=46 end=301", "begin=9 end=8", "begin=1", "begin=x end=2"]
    {
        let head = format!("=ybegin part=2 line=128 size=300 name=x\r\n=ypart {bad}");
        assert_eq!(decoded(&article(&head, &bytes, end)), Err(YencError::Malformed), "{bad}");
    }
}

#[test]
fn what_is_not_whole_is_an_error() {
    let head = "=ybegin line=128 size=3 name=x";
    let cases = [
        (article(head, b"abcd", "=yend size=4"), YencError::Size),
        (article(head, b"ab", "=yend size=2"), YencError::Size),
        (article(head, b"abc", "=yend size=4"), YencError::Size),
        (article(head, b"abc", "=yend"), YencError::Malformed),
        (article(head, b"abc", "=yend size=3 crc32=x"), YencError::Malformed),
        (article(head, b"abc", "=ypart begin=1 end=3"), YencError::Malformed),
        (article(head, b"ab", "="), YencError::Malformed),
        (b"=ybegin size=1 name=x\r\nabc".to_vec(), YencError::Truncated),
        (article("=ybegin part=1 size=3 name=x", b"abc", "=yend size=3"), YencError::Malformed),
        (article("=ybegin line=128 name=x", b"abc", "=yend size=3"), YencError::Malformed),
        (article("=ybegin line=128 size=3", b"abc", "=yend size=3"), YencError::Malformed),
        (article("=ybegin size=99999999999999999999 name=x", b"", ""), YencError::Malformed),
        (b"Subject: none\r\n".to_vec(), YencError::Missing),
        (vec![b'a'; 20_000], YencError::LongLine),
    ];
    for (text, wanted) in cases {
        assert_eq!(decoded(&text), Err(wanted), "{}", String::from_utf8_lossy(&text));
    }
}
