//! `file:` through the one call: parts, facts, and files that are written.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use landline::http::Upload;
use landline::{ByteRange, ErrorKind, Event, Observer, Phase, StoreMode};
use support::{faces, facts, ms, timeouts};

fn file_url(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn made(folder: &tempfile::TempDir, name: &str, bytes: &[u8]) -> (PathBuf, String) {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let url = file_url(&path);
    (path, url)
}

/// A reader that gives so many bytes and then fails.
struct Failing(usize);

impl std::io::Read for Failing {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.0 == 0 {
            return Err(std::io::Error::other("the tape is torn"));
        }
        let count = self.0.min(into.len());
        self.0 -= count;
        into[..count].fill(b'x');
        Ok(count)
    }
}

faces! {
    async fn part(url: &str, range: &str) -> landline::Result<(Vec<u8>, Option<u64>, Option<String>)> {
        let opener = opener().range(ByteRange::parse(range).unwrap());
        let mut document = w!(opener.open(url))?;
        let told = document.info().get("Content-Range").map(str::to_owned);
        let len = document.announced_len();
        Ok((w!(document.read_to_vec())?, len, told))
    }

    fn a_part_of_a_file_is_that_part_and_says_so() {
        let folder = tempfile::tempdir()?;
        let (_, url) = made(&folder, "ten", b"0123456789");
        for (range, bytes, told) in [
            ("2-", &b"23456789"[..], Some("bytes 2-9/10")),
            ("2-4", b"234", Some("bytes 2-4/10")),
            ("9-9", b"9", Some("bytes 9-9/10")),
            ("8-100", b"89", Some("bytes 8-9/10")),
            ("-3", b"789", Some("bytes 7-9/10")),
            ("-30", b"0123456789", Some("bytes 0-9/10")),
            // Who has all of it wants nothing more.
            ("10-", b"", None),
        ] {
            let told = told.map(str::to_owned);
            assert_eq!(w!(part(&url, range))?, (bytes.to_vec(), Some(bytes.len() as u64), told), "{range}");
        }
        for range in ["11-", "10-12", "-0"] {
            let error = w!(part(&url, range)).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Range, Phase::ReadingBody), "{range}");
            assert!(error.to_string().contains("10 bytes"), "{error}");
        }
    }

    fn a_part_longer_than_any_buffer_ends_where_it_should() {
        let folder = tempfile::tempdir()?;
        let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
        let (path, url) = made(&folder, "long", &bytes);
        assert!(w!(part(&url, "100-200099"))?.0 == bytes[100..200_100]);
        let opener = opener().range(ByteRange::From(100_000));
        let mut document = w!(opener.open(&url))?;
        std::fs::File::options().append(true).open(&path)?.set_len(400_000)?;
        let mut read = Vec::new();
        w!(document.read_to_end(&mut read))?;
        assert!(read == bytes[100_000..], "{}", read.len());
        let mut document = w!(opener.open(&url))?;
        std::fs::File::options().append(true).open(&path)?.set_len(100_000)?;
        let error = landline::Error::from(w!(document.read_to_end(&mut Vec::new())).unwrap_err());
        assert_eq!(facts(&error), (ErrorKind::Truncated, Phase::ReadingBody));
    }

    fn folders_pipes_and_devices_have_no_parts() {
        let folder = tempfile::tempdir()?;
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status()?.success());
        for url in [file_url(folder.path()), file_url(&pipe), "file:///dev/zero".to_owned()] {
            let error = w!(part(&url, "0-9")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Range, "{url}");
        }
    }

    fn a_name_in_a_listing_stays_on_its_line() {
        let folder = tempfile::tempdir()?;
        for name in ["a\nb", "a\\nb", "ä b"] {
            std::fs::write(folder.path().join(name), "")?;
        }
        let mut listing = w!(opener().open(&file_url(folder.path())))?;
        assert_eq!(w!(listing.text())?, "a\\\\nb\na\\nb\nä b\n");
    }

    #[cfg(target_os = "linux")]
    fn a_device_that_says_nothing_is_waited_for_and_one_that_never_ends_is_not() {
        let opener = opener().timeouts(timeouts(|limits| limits.idle_read = ms(50)));
        let mut silent = w!(opener.open("file:///dev/ptmx"))?;
        let error = landline::Error::from(w!(silent.read(&mut [0])).unwrap_err());
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::ReadingBody));
        let mut endless = w!(opener.open("file:///dev/zero"))?;
        w!(endless.read_exact(&mut vec![1; 200_000]))?;
        let mut nothing = w!(opener.open("file:///dev/null"))?;
        assert_eq!(w!(nothing.read(&mut [0]))?, 0);
    }

    #[cfg(target_os = "linux")]
    fn a_file_the_kernel_makes_up_has_parts_too() {
        let whole = std::fs::read("/proc/self/cmdline")?;
        let (bytes, _, told) = w!(part("file:///proc/self/cmdline", "1-3"))?;
        assert_eq!(bytes, whole[1..4]);
        assert_eq!(told, Some(format!("bytes 1-3/{}", whole.len())));
    }

    fn what_is_known_is_told_without_reading() {
        let folder = tempfile::tempdir()?;
        let (path, url) = made(&folder, "page.html", b"0123456789");
        let info = w!(opener().range(ByteRange::From(5)).info(&url))?;
        let fields: Vec<_> = info.iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(fields, ["Content-Length", "Accept-ranges", "Content-Type", "Last-Modified"]);
        assert_eq!((info.get("Content-Length"), info.get("Content-Type")), (Some("10"), Some("text/html")));
        std::fs::write(&path, "")?;
        assert_eq!(w!(opener().info(&url))?.get("Content-Length"), Some("0"));
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status()?.success());
        // Nobody writes into the pipe: who opens it waits.
        for url in [file_url(&pipe), file_url(folder.path()), "file:///dev/zero".to_owned()] {
            let info = w!(opener().info(&url))?;
            assert_eq!((info.get("Content-Length"), info.get("Accept-Ranges")), (None, None), "{url}");
            assert!(info.get("Last-Modified").is_some());
        }
        let error = w!(opener().info(&file_url(&folder.path().join("none")))).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::File, Phase::Preparing));
    }

    fn a_file_is_replaced_appended_to_or_gone_on_with() {
        use StoreMode::{Append, Replace, ResumeAt};
        let folder = tempfile::tempdir()?;
        for (mode, expected) in [
            (Replace, "abc"),
            (Append, "0123456789abc"),
            (ResumeAt(10), "0123456789abc"),
            (ResumeAt(4), "0123abc"),
            (ResumeAt(0), "abc"),
        ] {
            let (path, url) = made(&folder, "target", b"0123456789");
            let mut said = w!(opener().store(&url, Upload::bytes(*b"abc"), mode))?;
            assert_eq!(std::fs::read_to_string(&path)?, expected, "{mode:?}");
            assert_eq!(w!(said.text())?, "");
        }
        for mode in [Replace, Append, ResumeAt(0)] {
            let path = folder.path().join("new %41ä");
            let url = file_url(folder.path()) + "/new%20%2541%C3%A4";
            w!(opener().store(&url, Upload::reader(&b"abc"[..], None), mode))?;
            assert_eq!(std::fs::read(&path)?, b"abc", "{mode:?}");
            std::fs::remove_file(path)?;
        }
    }

    fn a_file_that_is_too_short_is_not_gone_on_with() {
        let folder = tempfile::tempdir()?;
        let (path, url) = made(&folder, "short", b"0123");
        let opener = opener();
        let store = opener.store(&url, Upload::bytes(*b"abc"), StoreMode::ResumeAt(5));
        assert_eq!(w!(store).unwrap_err().kind(), ErrorKind::Range);
        assert_eq!(std::fs::read(path)?, b"0123");
        let missing = folder.path().join("missing");
        let url = file_url(&missing);
        let store = opener.store(&url, Upload::bytes(*b"abc"), StoreMode::ResumeAt(5));
        assert_eq!(w!(store).unwrap_err().kind(), ErrorKind::File);
        assert!(!missing.exists());
    }

    fn what_was_sent_is_told_and_comes_in_whole() {
        let folder = tempfile::tempdir()?;
        let (path, url) = made(&folder, "target", b"");
        let bytes: Vec<u8> = (0..=255).cycle().take(300_001).collect();
        let sent = Arc::new(AtomicU64::new(0));
        let seen = sent.clone();
        let observer = Observer::new(move |event| {
            if let Event::BodySent(bytes) = event {
                seen.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            }
        });
        let (_, source) = made(&folder, "source", &bytes);
        let source = std::fs::File::open(source.trim_start_matches("file://"))?;
        let opener = opener().observe(observer);
        w!(opener.store(&url, Upload::file(source)?, StoreMode::Replace))?;
        assert!(std::fs::read(path)? == bytes);
        assert_eq!(sent.load(Ordering::Relaxed), 300_001);
    }

    fn a_source_that_fails_leaves_what_came_and_the_error_tells_how_much() {
        let folder = tempfile::tempdir()?;
        for (upload, why) in [
            (Upload::reader(Failing(70_000), None), "torn"),
            (Upload::reader(std::io::repeat(b'x').take(70_000), Some(70_005)), "5 bytes early"),
        ] {
            let (path, url) = made(&folder, "target", b"0123456789");
            let error = w!(opener().store(&url, upload, StoreMode::Replace)).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::Upload, Phase::Sending));
            assert!(error.chain().contains("70000 bytes are in") && error.chain().contains(why), "{}", error.chain());
            assert!(std::fs::read(path)? == [b'x'; 70_000]);
        }
    }

    fn what_cannot_be_written_says_why() {
        let folder = tempfile::tempdir()?;
        let inside = file_url(folder.path());
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status()?.success());
        let mut places = vec![
            (inside.clone(), Phase::Preparing, "is a directory"),
            (inside.clone() + "/none/file", Phase::Preparing, "no such file or directory"),
            (inside + "/pipe", Phase::Preparing, "no such device or address"),
        ];
        if Path::new("/dev/full").exists() {
            places.push(("file:///dev/full".to_owned(), Phase::Sending, "no space left on device"));
        }
        for (url, phase, why) in places {
            let opener = opener();
            let store = opener.store(&url, Upload::bytes(*b"abc"), StoreMode::Replace);
            let error = w!(store).unwrap_err();
            assert_eq!(facts(&error), (ErrorKind::File, phase), "{url}");
            assert!(error.chain().contains(why), "{}", error.chain());
        }
    }

    fn a_file_is_never_written_over_itself() {
        let folder = tempfile::tempdir()?;
        let (path, url) = made(&folder, "same", b"0123456789");
        for mode in [StoreMode::Replace, StoreMode::Append] {
            let upload = Upload::file(std::fs::File::open(&path)?)?;
            let error = w!(opener().store(&url, upload, mode)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert_eq!(std::fs::read(&path)?, b"0123456789");
        }
    }

    fn class_i6_no_host_and_no_nul_leads_to_a_file() {
        for url in ["file://evil.test/tmp/x", "file:///tmp/a%00b"] {
            let opener = opener();
            let store = opener.store(url, Upload::bytes(*b"abc"), StoreMode::Replace);
            assert_eq!(w!(store).unwrap_err().kind(), ErrorKind::Url, "{url}");
            assert_eq!(w!(opener.info(url)).unwrap_err().kind(), ErrorKind::Url, "{url}");
            assert_eq!(w!(part(url, "0-")).unwrap_err().kind(), ErrorKind::Url, "{url}");
        }
    }

    fn the_deadline_ends_a_source_without_end() {
        let folder = tempfile::tempdir()?;
        let (_, url) = made(&folder, "target", b"");
        let opener = opener().timeouts(timeouts(|limits| limits.total = ms(50)));
        let endless = Upload::reader(std::io::repeat(b'x'), None);
        // The file must not fill the disk when the deadline is late.
        let error = w!(opener.store("file:///dev/null", endless, StoreMode::Replace)).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Timeout, Phase::Sending));
        let silent = Upload::stream(tokio::io::empty(), Some(1));
        assert_eq!(w!(opener.store(&url, silent, StoreMode::Replace)).unwrap_err().kind(), ErrorKind::Upload);
    }

    fn a_named_pipe_takes_what_is_sent() {
        let folder = tempfile::tempdir()?;
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status()?.success());
        // Open for both, so that there is a reader before there is a writer.
        let mut reader = std::fs::File::options().read(true).write(true).open(&pipe)?;
        let read = std::thread::spawn(move || {
            let mut bytes = vec![0; 200_000];
            reader.read_exact(&mut bytes).map(|()| bytes)
        });
        let upload = Upload::bytes(vec![b'x'; 200_000]);
        w!(opener().store(&file_url(&pipe), upload, StoreMode::Replace))?;
        assert!(read.join().unwrap()? == [b'x'; 200_000]);
    }
}
