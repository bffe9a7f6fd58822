use super::*;
use crate::exit::Manner;
use crate::settings::Clobber;
use std::fs;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a directory"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str) -> Destination {
        Destination::File(self.path(name))
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("a folder");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).into_string().expect("text")).collect();
        names.sort();
        names
    }
}

fn rules() -> OutputRules {
    OutputRules::default()
}

fn save(destination: &Destination, rules: &OutputRules, text: &str) -> Result<Output, Failure> {
    let mut output = Output::prepare(destination, rules)?;
    output.write(text.as_bytes())?;
    output.finish()?;
    Ok(output)
}

#[test]
fn a_file_appears_with_the_first_byte() {
    let folder = Folder::new();
    let mut output = Output::prepare(&folder.file("a"), &rules()).expect("prepared");
    assert!(folder.names().is_empty());
    output.write(b"one ").expect("written");
    assert_eq!(folder.text("a"), "one ");
    output.write(b"two").expect("written");
    assert_eq!((folder.text("a").as_str(), output.written()), ("one two", 7));
    drop(output);
    save(&folder.file("a"), &rules(), "x").expect("overwritten");
    assert_eq!(folder.text("a"), "x");
}

#[test]
fn an_empty_document_is_an_empty_file() {
    let folder = Folder::new();
    let mut output = Output::prepare(&folder.file("a"), &rules()).expect("prepared");
    output.finish().expect("finished");
    assert_eq!(folder.text("a"), "");
    let mut nothing = Output::prepare(&Destination::Null, &rules()).expect("prepared");
    nothing.write(b"x").expect("thrown away");
    nothing.finish().expect("finished");
    assert_eq!(nothing.written(), 1);
}

#[test]
fn fault_56_what_cannot_be_a_file_fails_before_the_request() {
    let folder = Folder::new();
    folder.put("file", "");
    let refused = |name: &str, rules: &OutputRules| {
        let failure = Output::prepare(&folder.file(name), rules).expect_err(name);
        assert_eq!(failure.code, Code::WRITE);
        failure.text.rsplit(": ").next().unwrap_or_default().to_owned()
    };
    assert_eq!(refused("", &rules()), "Is a directory");
    assert_eq!(refused("missing/a", &rules()), "No such file or directory");
    assert_eq!(refused("a/", &rules()), "Is a directory");
    let create = OutputRules { create_dirs: true, ..rules() };
    assert_eq!(refused("file/b/a", &create), "Not a directory");
    assert_eq!(folder.names(), ["file"]);
}

#[test]
fn folders_are_made_late() {
    let folder = Folder::new();
    let create = OutputRules { create_dirs: true, ..rules() };
    let mut output = Output::prepare(&folder.file("a/b/c"), &create).expect("prepared");
    assert!(folder.names().is_empty());
    output.write(b"x").expect("written");
    assert_eq!(folder.text("a/b/c"), "x");
}

#[test]
fn no_clobber_numbers_the_name() {
    let folder = Folder::new();
    let careful = OutputRules { clobber: Clobber::Never, ..rules() };
    for _ in 0..3 {
        save(&folder.file("a"), &careful, "x").expect("saved");
    }
    assert_eq!(folder.names(), ["a", "a.1", "a.2"]);
    let output = save(&folder.file("a"), &careful, "x").expect("saved");
    assert_eq!(output.path(), Some(folder.path("a.3").as_path()));
}

#[test]
fn resume_appends() {
    let folder = Folder::new();
    folder.put("a", "one ");
    let auto = OutputRules { resume: Some(Resume::Auto), ..rules() };
    let mut output = Output::prepare(&folder.file("a"), &auto).expect("prepared");
    assert_eq!(output.resume_at(), 4);
    output.write(b"two").expect("written");
    assert_eq!((folder.text("a").as_str(), output.written()), ("one two", 3));
    assert!(output.rewind());
    assert_eq!((folder.text("a").as_str(), output.written()), ("one ", 0));
    output.write(b"again").expect("written");
    assert_eq!(folder.text("a"), "one again");
    let fresh = Output::prepare(&folder.file("new"), &auto).expect("prepared");
    assert_eq!(fresh.resume_at(), 0);
    let at = OutputRules { resume: Some(Resume::At(9)), ..rules() };
    assert_eq!(Output::prepare(&folder.file("new"), &at).expect("prepared").resume_at(), 9);
}

/// What is asked for next is counted in the document, not in a file that holds its end alone.
#[test]
fn j3_a_part_alone_is_gone_on_with_where_it_ends() {
    let folder = Folder::new();
    let at = OutputRules { resume: Some(Resume::At(9)), ..rules() };
    let mut output = Output::prepare(&folder.file("new"), &at).expect("prepared");
    let mut headers = landline::Headers::new();
    headers.push("ETag", "\"a\"").expect("a field");
    output.set_document(Some(Validator::of(206, &headers)));
    output.write(b"xyz").expect("written");
    assert!(output.go_on());
    assert_eq!(output.resume_at(), 12);
}

#[test]
fn a_retry_begins_afresh() {
    let folder = Folder::new();
    let mut output = Output::prepare(&folder.file("a"), &rules()).expect("prepared");
    assert!(output.rewind());
    output.write(b"half of it").expect("written");
    assert!(output.rewind());
    output.write(b"all").expect("written");
    assert_eq!(folder.text("a"), "all");
}

#[test]
fn a_failed_file_is_removed_only_if_it_is_ours() {
    let folder = Folder::new();
    let remove = OutputRules { remove_on_error: true, ..rules() };
    save(&folder.file("a"), &remove, "x").expect("saved").discard();
    save(&folder.file("b"), &rules(), "x").expect("saved").discard();
    assert_eq!(folder.names(), ["b"]);
    let mut output = save(&folder.file("c"), &remove, "x").expect("saved");
    fs::rename(folder.path("c"), folder.path("moved")).expect("moved");
    folder.put("c", "somebody else's");
    output.discard();
    assert_eq!(folder.names(), ["b", "c", "moved"]);
}

/// Somebody replaces the file by one of theirs, as editors do, while it is removed.
#[test]
fn j2_what_takes_the_place_of_a_failed_file_just_then_is_kept() {
    use std::sync::Barrier;
    let folder = Folder::new();
    let remove = OutputRules { remove_on_error: true, ..rules() };
    for round in 0..3000 {
        let mut output = save(&folder.file("a"), &remove, "x").expect("saved");
        folder.put("theirs", "gold");
        let (from, to, begin) = (folder.path("theirs"), folder.path("a"), Barrier::new(2));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                begin.wait();
                fs::rename(&from, &to).expect("renamed");
            });
            begin.wait();
            output.discard();
        });
        assert_eq!((folder.text("a").as_str(), round), ("gold", round));
        assert_eq!(folder.names(), ["a"]);
    }
}

fn server_named(folder: &Folder, rules: &OutputRules, header: &[u8]) -> Result<Output, Failure> {
    let fallback = Some(folder.path("fallback"));
    let directory = Some(folder.0.path().to_owned());
    let rules = OutputRules { remote_header_name: true, directory, ..rules.clone() };
    let mut output = Output::prepare(&Destination::ServerNamed { fallback }, &rules)?;
    output.name_by_server(header)?;
    output.write(b"x")?;
    Ok(output)
}

#[test]
fn j2_the_server_may_name_the_file_but_overwrites_nothing() {
    let folder = Folder::new();
    server_named(&folder, &rules(), b"attachment; filename=\"../.a\"").expect("saved");
    server_named(&folder, &rules(), b"attachment").expect("saved");
    assert_eq!(folder.names(), ["a", "fallback"]);
    let refused = server_named(&folder, &rules(), b"attachment; filename=a");
    assert_eq!(refused.expect_err("exists").code, Code::WRITE);
    let numbered = OutputRules { clobber: Clobber::Never, ..rules() };
    server_named(&folder, &numbered, b"attachment; filename=a").expect("saved");
    assert_eq!(folder.names(), ["a", "a.1", "fallback"]);
    let unnamed = Destination::ServerNamed { fallback: None };
    let asked = OutputRules { remote_header_name: true, ..rules() };
    let mut output = Output::prepare(&unnamed, &asked).expect("prepared");
    assert_eq!(output.write(b"x").expect_err("no name").code, Code::WRITE);
}

#[cfg(unix)]
#[test]
fn j2_a_server_name_never_follows_a_link() {
    let folder = Folder::new();
    folder.put("precious", "gold");
    std::os::unix::fs::symlink(folder.path("precious"), folder.path("a")).expect("linked");
    assert!(server_named(&folder, &rules(), b"x; filename=a").is_err());
    let always = OutputRules { clobber: Clobber::Always, ..rules() };
    server_named(&folder, &always, b"x; filename=a").expect("saved");
    assert_eq!((folder.text("precious").as_str(), folder.text("a").as_str()), ("gold", "x"));
}

#[cfg(target_os = "linux")]
#[test]
fn fault_52_a_full_disk_gives_the_systems_reason() {
    let full = Destination::File("/dev/full".into());
    let failure = save(&full, &rules(), "x").expect_err("full");
    let text = "Failure writing output to '/dev/full' after 0 bytes: No space left on device";
    assert_eq!((failure.code, failure.text.as_str()), (Code::WRITE, text));
}

#[test]
fn the_date_of_the_document_is_kept() {
    let folder = Folder::new();
    let output = save(&folder.file("a"), &rules(), "x").expect("saved");
    let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(784_111_777);
    output.set_modified(time).expect("set");
    let modified = fs::metadata(folder.path("a")).and_then(|data| data.modified());
    assert_eq!(modified.expect("a date"), time);
}

#[test]
fn a_terminal_gets_no_binary_data_unless_asked() {
    let on_terminal = |asked| {
        let destination = Destination::Stdout { asked };
        let mut output = Output::prepare(&destination, &rules()).expect("prepared");
        let file = tempfile::tempfile().expect("a file");
        output.opened =
            Some(Opened { file, initial: 0, terminal: true, beside: None, is_noted: false });
        output
    };
    let refused = on_terminal(false).write(b"a\0b").expect_err("binary");
    assert_eq!((refused.code, refused.manner), (Code::WRITE, Manner::Warning));
    on_terminal(true).write(b"a\0b").expect("asked for");
    let mut late = on_terminal(false);
    late.write(&[b'a'; 2000]).expect("text");
    late.write(b"\0").expect("behind the part that is looked at");
}
