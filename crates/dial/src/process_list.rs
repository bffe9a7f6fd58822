//! What others on this machine see of our command line (`ps`): no secrets.

use std::ffi::OsString;
use std::io;
use std::ops::Range;

use crate::os_text;

/// Blanks these values out of the command line, and the passwords of URLs. Where the system does not let us, they
/// stay to be seen, as they were before we ran.
pub(crate) fn hide(words: &[OsString], secrets: &[OsString]) {
    let has_password = |word: &OsString| url_password(os_text::bytes(word)).is_some();
    if !secrets.is_empty() || words.iter().any(has_password) {
        let _ = blank_out(secrets);
    }
}

/// Our own memory is a file here, and so it takes no `unsafe` to write to where the words stand.
#[cfg(target_os = "linux")]
fn blank_out(secrets: &[OsString]) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    let mut line = std::fs::read("/proc/self/cmdline")?;
    let words = line.split_mut(|byte| *byte == 0).skip(1);
    words.for_each(|word| blank(word, secrets));
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let start = line_start(&stat).ok_or(io::ErrorKind::InvalidData)?;
    let memory = std::fs::OpenOptions::new().write(true).open("/proc/self/mem")?;
    memory.write_all_at(&line, start)
}

#[cfg(not(target_os = "linux"))]
fn blank_out(_: &[OsString]) -> io::Result<()> {
    Ok(())
}

/// `arg_start` of `proc_pid_stat(5)`: the 48th field. The second one is a name in brackets, with anything in it.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn line_start(stat: &str) -> Option<u64> {
    let (_, behind_name) = stat.rsplit_once(')')?;
    behind_name.split_ascii_whitespace().nth(48 - 3)?.parse().ok()
}

/// A secret is a word of its own or stands behind its option: `-uVALUE`, `--user=VALUE`.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn blank(word: &mut [u8], secrets: &[OsString]) {
    let is_option = word.starts_with(b"-");
    for secret in secrets.iter().map(|secret| os_text::bytes(secret)) {
        if word == secret || (is_option && word.ends_with(secret)) {
            let start = word.len() - secret.len();
            word[start..].fill(b' ');
        }
    }
    if let Some(password) = url_password(word) {
        word[password].fill(b' ');
    }
}

/// Where the password stands in `scheme://user:password@host/` and `user:password@host`.
fn url_password(word: &[u8]) -> Option<Range<usize>> {
    // Most words have none, and are looked through once.
    word.iter().position(|byte| *byte == b'@')?;
    let scheme = word.windows(3).position(|three| three == b"://");
    let start = scheme.map_or(0, |at| at + 3);
    let authority = word[start..].split(|byte| b"/?#".contains(byte)).next()?;
    let end = start + authority.iter().rposition(|byte| *byte == b'@')?;
    let colon = start + word[start..end].iter().position(|byte| *byte == b':')?;
    Some(colon + 1..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_blanked_and_the_rest_stays() {
        let secrets = ["me:pw".into(), "Cookie: a=b".into()];
        for (word, seen) in [
            ("me:pw", "     "),
            ("-sume:pw", "-su     "),
            ("--user=me:pw", "--user=     "),
            ("http://me:pw", "http://me:pw"),
            ("Cookie: a=b", "           "),
            ("http://you:p@w@h:80/a@b", "http://you:   @h:80/a@b"),
            ("you:pw@h", "you:  @h"),
            ("http://you@h/a:b@c", "http://you@h/a:b@c"),
            ("http://h:80/?a:b@c", "http://h:80/?a:b@c"),
        ] {
            let mut bytes = word.as_bytes().to_vec();
            blank(&mut bytes, &secrets);
            assert_eq!(String::from_utf8_lossy(&bytes), seen);
        }
    }

    #[test]
    fn the_line_is_found_behind_any_name() {
        let numbers: Vec<_> = (4..=52).map(|number| number.to_string()).collect();
        assert_eq!(line_start(&format!("1 (a b) c)) R {}", numbers.join(" "))), Some(48));
        assert_eq!(line_start("1 (a) R 4"), None);
    }
}
