//! FTP against a server that keeps its files in memory.

mod support;

use landline::ftp::{ActiveAddress, DataMode, EntryKind, Options, Security};
use landline::{ErrorKind, Login, StoreMode, Upload};
use landline_testkit::ftp::Server;
use landline_testkit::tls::Authority;
use support::{faces, trusting};

fn options(change: impl FnOnce(&mut Options)) -> Options {
    let mut options = Options::default();
    change(&mut options);
    options
}

fn active() -> Options {
    options(|options| options.mode = DataMode::Active(ActiveAddress::default()))
}

fn required() -> Options {
    options(|options| options.security = Security::Required)
}

faces! {
    fn a_file_is_read_and_the_connection_is_kept_for_the_next() {
        let server = Server::builder().file("/a/one", "first").file("/a/two", "second").start();
        let opener = opener();
        let mut document = w!(opener.open(&server.url("/a/one")))?;
        assert_eq!(w!(document.text())?, "first");
        let mut document = w!(opener.open(&server.url("/a/two")))?;
        assert_eq!(document.announced_len(), Some(6));
        assert_eq!(w!(document.text())?, "second");
        w!(opener.quit());
        let expected = "USER anonymous, PASS ftp@example.com, PWD, CWD a, EPSV, TYPE I, SIZE one, \
            RETR one, EPSV, SIZE two, RETR two, QUIT";
        assert_eq!(server.commands().join(", "), expected);
    }

    fn the_server_connects_to_us_in_active_mode() {
        let server = Server::builder().file("/one", "first").start();
        let opener = opener().ftp(active());
        assert_eq!(w!(w!(opener.open(&server.url("/one")))?.text())?, "first");
        assert_eq!(w!(w!(opener.open(&server.url("/")))?.text())?.lines().count(), 1);
        w!(w!(opener.store(&server.url("/two"), Upload::bytes(*b"2nd"), StoreMode::Replace))?.text())?;
        assert_eq!(server.read("/two").unwrap(), b"2nd");
    }

    fn files_are_stored_appended_and_gone_on_with() {
        let server = Server::new();
        let (opener, url) = (opener(), server.url("/f"));
        for (bytes, mode) in [
            ("one ", StoreMode::Replace),
            ("two ", StoreMode::Append),
            ("three", StoreMode::ResumeAt(8)),
        ] {
            w!(opener.store(&url, Upload::bytes(bytes.as_bytes()), mode))?;
        }
        assert_eq!(server.read("/f").unwrap(), b"one two three");
        let wrong = w!(opener.store(&url, Upload::bytes(*b"x"), StoreMode::ResumeAt(8)));
        assert_eq!(wrong.unwrap_err().kind(), ErrorKind::Range);
        assert_eq!(server.read("/f").unwrap(), b"one two three");
    }

    fn tls_protects_both_connections_and_the_data_resume_its_session() {
        let authority = Authority::new();
        let identity = authority.issue(&["127.0.0.1"]);
        for implicit in [false, true] {
            let server = Server::builder().file("/f", "private").tls(&identity);
            let server = server.demand_tls().demand_resumption();
            let server = if implicit { server.implicit() } else { server }.start();
            let opener = opener().net(trusting(authority.ca_der())).ftp(required());
            for turn in 0..6 {
                let url = server.url(&format!("/new{turn}"));
                w!(opener.store(&url, Upload::bytes(*b"up"), StoreMode::Replace))?;
                assert_eq!(w!(w!(opener.open(&server.url("/f")))?.text())?, "private");
            }
        }
    }

    fn folders_come_as_typed_entries_from_both_kinds_of_servers() {
        for without in ["", "MLSD"] {
            let server = Server::builder().file("/d/a b", "12345").folder("/d/sub");
            let server = server.without(without).start();
            let client = ftp_client();
            let entries = w!(all_entries(w!(client.entries(&server.url("/d")))?)).0?;
            let facts: Vec<_> =
                entries.iter().map(|one| (one.name_lossy(), one.kind, one.size)).collect();
            let file = ("a b".into(), EntryKind::File, Some(5));
            let folder = ("sub".into(), EntryKind::Folder, None);
            assert_eq!(facts, [file, folder], "without {without}");
        }
    }

    fn a_login_goes_where_it_belongs_and_a_wrong_one_is_told() {
        let server = Server::builder().login("me", "secret").no_anonymous().file("/f", "x").start();
        let logged_in = opener().login(Login::new("me", "secret"));
        assert_eq!(w!(w!(logged_in.open(&server.url("/f")))?.text())?, "x");
        let error = w!(opener().open(&server.url("/f"))).unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Login, Some(530)));
        assert!(!format!("{error:?} {}", error.chain()).contains("secret"));
    }
}
