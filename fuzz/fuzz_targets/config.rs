//! Invariants: a name ends where a blank is, or a sign if it has no dashes; a value in no quotes has no blanks.
//! Blanks around lines change nothing, nor does a line in front. Any bytes, quoted, come back as they are.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, unreachable_pub)]
#[path = "../../crates/dial/src/flags/config.rs"]
mod config;

use config::{Line, lines};

fuzz_target!(|data: &[u8]| {
    let all: Vec<Line> = lines(data).collect();
    let blank = |bytes: &[u8]| bytes.iter().any(u8::is_ascii_whitespace);
    for line in &all {
        assert!(!blank(&line.option) && !line.option.contains(&b'\n'));
        let has_dashes = line.option.starts_with(b"-");
        assert!(has_dashes || !line.option.iter().any(|byte| b"=:".contains(byte)));
        // What begins with a sign has no name, and is refused by the table of flags.
        assert!(!line.option.is_empty() || data.iter().any(|byte| b"=:".contains(byte)));
        assert!(!line.stray || line.value.as_deref().is_some_and(|value| !blank(value)));
    }

    let text: Vec<_> = data.split(|&byte| byte == b'\n').collect();
    let spaced: Vec<_> = text.iter().map(|line| [b" \t", *line, b" \r"].concat()).collect();
    assert!(lines(&spaced.join(&b'\n')).eq(all.iter().map(copy(0))), "blanks");
    let front = [b"silent # first\n", data].concat();
    assert!(lines(&front).skip(1).eq(all.iter().map(copy(1))), "a line in front");

    for option in ["-d ", "data=", "data: "] {
        let quoted = [option.as_bytes(), b"\"", &escaped(data), b"\" # rest"].concat();
        let back: Vec<_> = lines(&quoted).collect();
        assert!(back.len() == 1 && back[0].value.as_deref() == Some(data), "{option}");
    }
});

/// The same so many lines further down.
fn copy(down: usize) -> impl Fn(&Line) -> Line {
    move |line| Line {
        number: line.number + down,
        option: line.option.clone(),
        value: line.value.clone(),
        stray: line.stray,
    }
}

fn escaped(data: &[u8]) -> Vec<u8> {
    let escape = |&byte: &u8| match byte {
        b'\n' => vec![b'\\', b'n'],
        b'"' | b'\\' => vec![b'\\', byte],
        _ => vec![byte],
    };
    data.iter().flat_map(escape).collect()
}
