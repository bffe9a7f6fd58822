//! Invariant: a pattern is refused, or each of its URLs is made without ever making more than was asked for;
//! a text without brackets and backslashes is one URL, itself; a name filled with the matches has a maximum.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(dead_code, unreachable_pub)]
#[path = "../../crates/dial/src/glob/mod.rs"]
mod glob;

use glob::Glob;

fuzz_target!(|text: &str| {
    let glob = match Glob::parse(text) {
        Ok(glob) => glob,
        Err(why) => {
            assert!(!why.to_string().is_empty());
            return;
        }
    };
    let all: Vec<_> = glob.clone().into_expansions().take(100).collect();
    assert_eq!(all, glob.into_expansions().take(100).collect::<Vec<_>>());
    assert!(!all.is_empty());
    if !text.contains(['{', '}', '[', ']', '\\']) {
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].text, text);
    }
    for one in &all {
        assert!(one.text.len() <= 40 * text.len());
        assert_eq!(one.fill(b"no number").as_deref(), Some(&b"no number"[..]));
        assert!(one.fill(text.as_bytes()).is_none_or(|name| name.len() <= 1 << 20));
    }
});
